"""What waits for a group: recommendations offered to it, questions nobody has answered, proposals to decide, overdue actions."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import selectinload

from evaluation.actions.models import Action, ActionState, Escalation
from evaluation.actions.queries import facts
from evaluation.actions.rules import stand
from evaluation.recommendations.models import Recommendation, RecommendationState
from evaluation.training_needs.models import Proposal, ProposalState
from lms.db import db


@dataclass
class WaitingFor:
    """What waits for one group to answer or to act on."""

    recommendations: list[Recommendation] = field(default_factory=list)
    escalations: list[tuple[Escalation, Action]] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    overdue: list[Action] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many things wait."""
        return len(self.recommendations) + len(self.escalations) + len(self.proposals) + len(self.overdue)


def waiting_for(group_ids: Collection[int], today: date) -> dict[int, WaitingFor]:
    """What waits for each of these groups. The same few queries for any number of groups and rows."""
    found: dict[int, WaitingFor] = defaultdict(WaitingFor)
    for rec in db.session.scalars(
        select(Recommendation)
        .where(Recommendation.owner_group_id.in_(group_ids), Recommendation.state == RecommendationState.OFFERED)
        .options(selectinload(Recommendation.history))
        .order_by(Recommendation.due, Recommendation.reference)
    ):
        found[rec.owner_group_id].recommendations.append(rec)
    for asked, action in db.session.execute(
        select(Escalation, Action)
        .join(Action, Action.id == Escalation.action_id)
        .where(Escalation.group_id.in_(group_ids), Escalation.answered_on.is_(None))
        .options(selectinload(Action.recommendations))
        .order_by(Escalation.asked_on, Escalation.id)
    ):
        found[asked.group_id].escalations.append((asked, action))
    for proposal in db.session.scalars(
        select(Proposal)
        .where(
            Proposal.group_id.in_(group_ids),
            or_(
                Proposal.state == ProposalState.PROPOSED,
                and_(Proposal.state == ProposalState.PUT_OFF, Proposal.again_on <= today),
            ),
        )
        .order_by(Proposal.needed_by, Proposal.reference)
    ):
        found[proposal.group_id].proposals.append(proposal)
    for action in db.session.scalars(
        select(Action)
        .where(
            Action.owner_group_id.in_(group_ids),
            Action.due < today,
            Action.done_on.is_(None),
            Action.closed_on.is_(None),
        )
        .options(*facts(), selectinload(Action.recommendations))
        .order_by(Action.due, Action.reference)
    ):
        if stand(action, today).state is ActionState.OVERDUE:
            found[action.owner_group_id].overdue.append(action)
    return found
