"""What `lms verify` checks of occasions."""

from sqlalchemy import select

from evaluation.occasions.models import Occasion
from evaluation.surveys.models import Invitation, RoundStage, SurveyRound
from lms.db import db


def nobody_before_it_opens() -> list[str]:
    """Who was asked about an occasion was asked when it had opened, and an occasion that was undone asked nobody."""
    early = db.session.scalars(
        select(Occasion.reference)
        .join(SurveyRound, SurveyRound.occasion_id == Occasion.id)
        .join(Invitation, Invitation.round_id == SurveyRound.id)
        .where(
            (SurveyRound.stage == RoundStage.PLANNED) | Occasion.asked_at.is_(None) | Occasion.cancelled_at.is_not(None)
        )
        .distinct()
        .order_by(Occasion.reference)
    )
    return [f"{reference} has asked people without having opened." for reference in early]


CHECKS = [("occasions ask when they open", nobody_before_it_opens)]
