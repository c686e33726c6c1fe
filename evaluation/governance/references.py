"""What a reference on an agenda or in a decision means (a recommendation, an action, a proposal, a priority), and its page."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import has_request_context, url_for
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from evaluation.actions.models import Action
from evaluation.recommendations.models import Recommendation
from evaluation.training_needs.models import Proposal
from lms.db import db
from lms.organisations.models import Priority


@dataclass(frozen=True)
class Named:
    """Something with a reference: how it is called, and its page (empty: it has none that this person could open)."""

    reference: str
    kind: str
    words: str
    url: str


def page(endpoint: str, **values: str) -> str:
    """The address of a page inside a request; empty where there is none, as in a letter or a pack the worker draws."""
    return url_for(endpoint, **values) if has_request_context() else ""  # type: ignore[arg-type]


def action_page(action: Action) -> str:
    """Where an action is read."""
    return page("actions.action", reference=action.reference)


def resolve(references: Iterable[str]) -> dict[str, Named]:
    """What these references name, by the reference as it was given; one that names nothing is left out. Four queries."""
    given = {one.casefold(): one for one in references if one}
    found: dict[str, Named] = {}
    if not given:
        return found

    def wanted(column: InstrumentedAttribute[str]) -> ColumnElement[bool]:
        return func.lower(column).in_([one.lower() for one in given])

    for rec in db.session.scalars(select(Recommendation).where(wanted(Recommendation.reference))):
        found[given[rec.reference.casefold()]] = Named(
            rec.reference, "Recommendation", rec.headline, page("impact.thread", reference=rec.reference)
        )
    for action in db.session.scalars(select(Action).where(wanted(Action.reference))):
        found[given[action.reference.casefold()]] = Named(
            action.reference, "Action", action.wording, action_page(action)
        )
    for proposal in db.session.scalars(select(Proposal).where(wanted(Proposal.reference))):
        found[given[proposal.reference.casefold()]] = Named(
            proposal.reference,
            "Proposal",
            proposal.title,
            page("training_needs.proposal", reference=proposal.reference),
        )
    for priority in db.session.scalars(select(Priority).where(wanted(Priority.key))):
        found[given[priority.key.casefold()]] = Named(
            priority.key,
            "Priority",
            f"Priority {priority.number}: {priority.name}",
            page("delivery_plan.index"),
        )
    return found
