"""Occasions: what a survey can be about when it is not a session of a course."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from evaluation.recommendations.models import Recommendation
from lms.accounts.models import Person
from lms.db import Base
from lms.resources.models import Resource


class OccasionKind(StrEnum):
    """What is asked about."""

    PRACTICE_REVIEW = "practice_review"
    WEEK = "week"
    RESOURCE = "resource"
    BULLETIN = "bulletin"
    FORUM = "forum"

    @property
    def label(self) -> str:
        """The kind in words."""
        return LABELS[self]


LABELS = {
    OccasionKind.PRACTICE_REVIEW: "The learning from a review",
    OccasionKind.WEEK: "Safeguarding Week",
    OccasionKind.RESOURCE: "A guide or template",
    OccasionKind.BULLETIN: "The bulletin",
    OccasionKind.FORUM: "A forum",
}


class Occasion(Base):
    """One survey that belongs to no session. Its questions and its times are those of its round (surveys.models.SurveyRound).

    Whom it asks is kept as the choices an officer made, and read when it opens: everybody is asked in that one moment, so that
    no order tells anything.
    """

    __tablename__ = "survey_occasion"
    __table_args__ = (
        CheckConstraint("recommendation_id IS NULL OR kind = 'practice_review'", name="review_of_a_recommendation"),
        CheckConstraint("(resource_id IS NOT NULL) = (kind = 'resource')", name="resource_named"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: What people say aloud and what addresses hold: SGW-2024.
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[OccasionKind]
    #: What is asked about, in one plain sentence for the letter; may be empty.
    about: Mapped[str] = mapped_column(String(300), default="")
    #: The choices of rules.Choices as names: sectors, organisations, sessions and so on.
    audience: Mapped[dict[str, Any]] = mapped_column(JSON)
    recommendation_id: Mapped[int | None] = mapped_column(ForeignKey("recommendation.id"), index=True)
    resource_id: Mapped[int | None] = mapped_column(ForeignKey("resource.id"), index=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: When everybody was asked; empty until it has opened.
    asked_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]

    recommendation: Mapped[Recommendation | None] = relationship()
    resource: Mapped[Resource | None] = relationship()
    made_by: Mapped[Person | None] = relationship()

    @property
    def words(self) -> dict[str, str]:
        """What letters and questions about it put in place of their placeholders."""
        return {
            "change_in_plain_words": self.about,
            "review_reference": self.recommendation.source.reference if self.recommendation else self.reference,
            "forum_title": self.title,
            "resource_title": self.resource.title if self.resource else self.title,
        }
