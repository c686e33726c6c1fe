"""What a reference on an agenda or in a decision means (a recommendation, an action, a proposal, a priority), and its page."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import current_app, has_request_context, url_for
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, selectinload

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
    """The address of a page inside a request; empty where there is no request, or no such page in this release."""
    if not has_request_context() or endpoint not in current_app.view_functions:
        return ""
    return url_for(endpoint, **values)  # type: ignore[arg-type]


def action_page(action: Action) -> str:
    """Where an action is read: its own page where there is one, else in the thread of its first recommendation."""
    own = page("actions.action", reference=action.reference)
    if own or not action.recommendations:
        return own
    return page("impact.thread", reference=action.recommendations[0].reference) + "#decided"


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
    for action in db.session.scalars(
        select(Action).where(wanted(Action.reference)).options(selectinload(Action.recommendations))
    ):
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
            page("delivery_plan.priority", key=priority.key),
        )
    return found
