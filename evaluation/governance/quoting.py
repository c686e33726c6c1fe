"""Minute references: a link where a decision has one, and everything in the system that quotes it.

A column called `minute` quotes a decision, in whichever table it stands. Those below are told with their page; others are
found all the same, by the name of their table, so that a new room cannot be forgotten.
"""

from dataclasses import dataclass
from datetime import date

from flask import g, has_request_context, url_for
from markupsafe import Markup, escape
from sqlalchemy import func, select

from evaluation.actions.models import Action, Escalation
from evaluation.governance.models import Decision
from evaluation.governance.references import action_page, page
from evaluation.recommendations.models import Recommendation, RecommendationStep
from evaluation.training_needs.models import Proposal, ProposalStep
from lms.db import Base, db
from lms.permissions import Permission, can, me


@dataclass(frozen=True)
class Quote:
    """Something that quotes a minute reference: in words, on which day, and where it is read."""

    words: str
    on: date | None
    url: str


def minute_link(minute: str) -> Markup:
    """A minute reference as it stands on a page: a link where a decision has it and the reader may open it, else the words.

    One query for a whole page, however many minutes stand on it.
    """
    text = (minute or "").strip()
    if not text or not has_request_context() or not can(me(), Permission.IMPROVEMENT_VIEW):
        return escape(text)
    if "decision_references" not in g:
        g.decision_references = {one.casefold(): one for one in db.session.scalars(select(Decision.reference))}
    found = g.decision_references.get(text.casefold())
    if found is None:
        return escape(text)
    return Markup('<a class="gt-link gt-nowrap" href="{}">{}</a>').format(
        url_for("governance.decision", reference=found), text
    )


def quotes_of(reference: str) -> list[Quote]:
    """Everything that quotes this minute reference, the earliest first; what has no day comes last."""
    wanted = reference.casefold()
    found: list[Quote] = []
    for step, rec in db.session.execute(
        select(RecommendationStep, Recommendation)
        .join(Recommendation, Recommendation.id == RecommendationStep.recommendation_id)
        .where(func.lower(RecommendationStep.minute) == wanted)
    ):
        words = f"Recommendation {rec.reference} ({rec.headline}): {step.what}, by {step.by}"
        found.append(Quote(words, step.dated, page("impact.thread", reference=rec.reference)))
    for one, action in db.session.execute(
        select(Escalation, Action)
        .join(Action, Action.id == Escalation.action_id)
        .where(func.lower(Escalation.minute) == wanted)
    ):
        found.append(
            Quote(f"Answer about action {action.reference}: {one.answer}", one.answered_on, action_page(action))
        )
    for made, proposal in db.session.execute(
        select(ProposalStep, Proposal)
        .join(Proposal, Proposal.id == ProposalStep.proposal_id)
        .where(func.lower(ProposalStep.minute) == wanted)
    ):
        words = f"Proposal {proposal.reference} ({proposal.title}): {made.what}"
        found.append(Quote(words, made.at.date(), page("training_needs.proposal", reference=proposal.reference)))
    found += _elsewhere(wanted)
    return sorted(found, key=lambda one: (one.on is None, one.on or date.max))


#: Told above, or the same fact once more.
_TOLD = frozenset({"recommendation_step", "escalation", "training_proposal_step", "training_proposal"})


def _elsewhere(wanted: str) -> list[Quote]:
    found = []
    for table in Base.metadata.sorted_tables:
        if "minute" not in table.c or table.name in _TOLD:
            continue
        many = db.session.scalar(select(func.count()).select_from(table).where(func.lower(table.c.minute) == wanted))
        if many:
            found.append(
                Quote(
                    f"{table.name.replace('_', ' ').capitalize()}: quoted {many} times"
                    if many > 1
                    else f"{table.name.replace('_', ' ').capitalize()}: quoted once",
                    None,
                    "",
                )
            )
    return found
