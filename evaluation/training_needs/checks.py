"""What `lms verify` checks of yearly returns and of proposals."""

from sqlalchemy import func, or_, select

from evaluation.training_needs.models import (
    AgencyReturn,
    Proposal,
    ProposalState,
    ProposalStep,
    ReturnFigure,
    ReturnTopic,
    ReturnVersion,
    TrainingReturn,
)
from lms.db import db
from lms.organisations.models import Organisation


def returns_add_up() -> list[str]:
    """No more are trained than are in scope, each version has every topic of its own round once, and versions are counted on."""
    found = [
        f"the return {year} of {name} has more staff trained ({trained}) than in scope ({scope}) for “{topic}”"
        for year, name, topic, scope, trained in db.session.execute(
            select(
                TrainingReturn.year, Organisation.name, ReturnTopic.name, ReturnFigure.in_scope, ReturnFigure.trained
            )
            .join(ReturnVersion, ReturnVersion.id == ReturnFigure.version_id)
            .join(AgencyReturn, AgencyReturn.id == ReturnVersion.return_id)
            .join(TrainingReturn, TrainingReturn.id == AgencyReturn.round_id)
            .join(Organisation, Organisation.id == AgencyReturn.organisation_id)
            .join(ReturnTopic, ReturnTopic.id == ReturnFigure.topic_id)
            .where(or_(ReturnFigure.trained > ReturnFigure.in_scope, ReturnTopic.round_id != AgencyReturn.round_id))
            .order_by(TrainingReturn.year, Organisation.name)
        )
    ]
    topics = dict(db.session.execute(select(ReturnTopic.round_id, func.count()).group_by(ReturnTopic.round_id)).all())
    for year, name, round_id, number, figures in db.session.execute(
        select(
            TrainingReturn.year, Organisation.name, TrainingReturn.id, ReturnVersion.number, func.count(ReturnFigure.id)
        )
        .join(AgencyReturn, AgencyReturn.id == ReturnVersion.return_id)
        .join(TrainingReturn, TrainingReturn.id == AgencyReturn.round_id)
        .join(Organisation, Organisation.id == AgencyReturn.organisation_id)
        .outerjoin(ReturnFigure, ReturnFigure.version_id == ReturnVersion.id)
        .group_by(TrainingReturn.year, Organisation.name, TrainingReturn.id, ReturnVersion.id, ReturnVersion.number)
        .order_by(TrainingReturn.year, Organisation.name, ReturnVersion.number)
    ):
        if figures != topics.get(round_id, 0):
            found.append(
                f"version {number} of the return {year} of {name} has {figures} topics of {topics.get(round_id, 0)}"
            )
    return found


def proposals_have_their_minutes() -> list[str]:
    """What a group decided about a proposal has its minute reference, and its state is that of its last step."""
    decided = (ProposalState.ACCEPTED, ProposalState.DECLINED, ProposalState.PUT_OFF)
    found = [
        f"proposal {reference} is {state.value.replace('_', ' ')} without a minute reference"
        for reference, state in db.session.execute(
            select(Proposal.reference, Proposal.state)
            .where(Proposal.state.in_(decided), Proposal.minute == "")
            .order_by(Proposal.id)
        )
    ]
    last = (
        select(ProposalStep.proposal_id, func.max(ProposalStep.id).label("id"))
        .group_by(ProposalStep.proposal_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Proposal.reference)
        .outerjoin(last, last.c.proposal_id == Proposal.id)
        .outerjoin(ProposalStep, ProposalStep.id == last.c.id)
        .where(or_(ProposalStep.id.is_(None), ProposalStep.after != Proposal.state))
        .order_by(Proposal.id)
    )
    return found + [f"the history of proposal {reference} does not end in its state" for (reference,) in rows]


CHECKS = [("training returns", returns_add_up), ("training proposals", proposals_have_their_minutes)]
