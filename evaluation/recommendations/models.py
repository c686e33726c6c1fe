"""Sources of learning and the recommendations they made, with every step a recommendation took between groups.

Nothing here holds a child's name or case data: a reference and the learning only.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.db import Base
from lms.organisations.models import PartnershipGroup

if TYPE_CHECKING:
    from evaluation.actions.models import Action


class SourceKind(StrEnum):
    """Where a piece of learning came from."""

    PRACTICE_REVIEW = "practice_review"
    RAPID_REVIEW = "rapid_review"
    CHILD_DEATH_OVERVIEW = "child_death_overview"
    MULTI_AGENCY_AUDIT = "multi_agency_audit"
    SECTION_175_THEME = "section_175_theme"
    SECTION_11_THEME = "section_11_theme"
    FORUM_THEME = "forum_theme"
    SENIOR_LEADERS_VISIT = "senior_leaders_visit"
    VOICE_OF_CHILDREN = "voice_of_children"
    SCRUTINEER_CHALLENGE = "scrutineer_challenge"
    DELIVERY_PLAN_PRIORITY = "delivery_plan_priority"
    NATIONAL_REVIEW = "national_review"
    TRAINING_NEEDS_ANALYSIS = "training_needs_analysis"
    EVALUATION_FINDING = "evaluation_finding"

    @property
    def label(self) -> str:
        """The kind in words."""
        return LABELS[self]

    @property
    def speaks(self) -> str:
        """Who speaks, in front of what was learned."""
        return SPEAKS[self]


LABELS = {
    SourceKind.PRACTICE_REVIEW: "Practice review",
    SourceKind.RAPID_REVIEW: "Rapid review",
    SourceKind.CHILD_DEATH_OVERVIEW: "Child death overview",
    SourceKind.MULTI_AGENCY_AUDIT: "Multi-agency audit",
    SourceKind.SECTION_175_THEME: "Theme of the schools’ returns (section 175)",
    SourceKind.SECTION_11_THEME: "Theme of the agencies’ returns (section 11)",
    SourceKind.FORUM_THEME: "Theme of a DSL or practitioner forum",
    SourceKind.SENIOR_LEADERS_VISIT: "Senior leaders’ visit",
    SourceKind.VOICE_OF_CHILDREN: "Voice of children and families",
    SourceKind.SCRUTINEER_CHALLENGE: "Challenge by the scrutineer",
    SourceKind.DELIVERY_PLAN_PRIORITY: "Priority of the delivery plan",
    SourceKind.NATIONAL_REVIEW: "National review",
    SourceKind.TRAINING_NEEDS_ANALYSIS: "Training needs analysis",
    SourceKind.EVALUATION_FINDING: "Finding of our own surveys",
}
SPEAKS = {
    SourceKind.PRACTICE_REVIEW: "A practice review found:",
    SourceKind.RAPID_REVIEW: "A rapid review found:",
    SourceKind.CHILD_DEATH_OVERVIEW: "A review of child deaths found:",
    SourceKind.MULTI_AGENCY_AUDIT: "An audit by several agencies found:",
    SourceKind.SECTION_175_THEME: "The schools’ yearly returns showed:",
    SourceKind.SECTION_11_THEME: "The agencies’ returns showed:",
    SourceKind.FORUM_THEME: "A forum told us:",
    SourceKind.SENIOR_LEADERS_VISIT: "Senior leaders on a visit saw:",
    SourceKind.VOICE_OF_CHILDREN: "Children and families told us:",
    SourceKind.SCRUTINEER_CHALLENGE: "The independent scrutineer asked:",
    SourceKind.DELIVERY_PLAN_PRIORITY: "The delivery plan says:",
    SourceKind.NATIONAL_REVIEW: "A national review found:",
    SourceKind.TRAINING_NEEDS_ANALYSIS: "The training needs analysis found:",
    SourceKind.EVALUATION_FINDING: "Our own surveys found:",
}


class Source(Base):
    """A review, audit, theme or challenge that taught the partnership something."""

    __tablename__ = "source"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[SourceKind]
    title: Mapped[str] = mapped_column(String(200))
    dated: Mapped[date]
    learning: Mapped[str] = mapped_column(Text)
    #: What of our own results it was written from: “NEG:verdict”, “NEG:scale:behaviour_neglect”; empty for everything else.
    finding: Mapped[str] = mapped_column(String(160), default="")
    #: Counted up with every change, so that a page opened before it is told so.
    revision: Mapped[int] = mapped_column(default=1)
    made_up: Mapped[bool] = mapped_column(default=False)


class RecommendationState(StrEnum):
    """Offered to a group, accepted by it, declined with a reason, or closed by its group once nothing of it is open."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CLOSED = "closed"


class Recommendation(Base):
    """What should change, in one sentence, and who took it on."""

    __tablename__ = "recommendation"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), index=True)
    #: What went wrong, in a few words: the title of its thread.
    headline: Mapped[str] = mapped_column(String(120))
    wording: Mapped[str] = mapped_column(Text)
    #: Why a course exists, for somebody who books it: one plain sentence that follows “Because” in spirit.
    plain_sentence: Mapped[str] = mapped_column(Text, default="")
    owner_group_id: Mapped[int] = mapped_column(ForeignKey("partnership_group.id"))
    due: Mapped[date | None]
    state: Mapped[RecommendationState]
    #: Counted up with every step, so that a page opened before it is told so.
    revision: Mapped[int] = mapped_column(default=1)
    made_up: Mapped[bool] = mapped_column(default=False)

    source: Mapped[Source] = relationship()
    owner_group: Mapped[PartnershipGroup] = relationship()
    history: Mapped[list["RecommendationStep"]] = relationship(
        order_by="RecommendationStep.dated, RecommendationStep.id"
    )
    actions: Mapped[list["Action"]] = relationship(
        secondary="action_recommendation", order_by="Action.reference", back_populates="recommendations"
    )


class StepKind(StrEnum):
    """What happened to a recommendation in one step of its history."""

    RECORDED = "recorded"
    STEPPED_ACROSS = "stepped_across"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CHANGED = "changed"
    CLOSED = "closed"
    REOPENED = "reopened"
    NOTED = "noted"


class RecommendationStep(Base):
    """One step of a recommendation: when, which group or person, what, and why. Steps are added, never overwritten."""

    __tablename__ = "recommendation_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendation.id"), index=True)
    dated: Mapped[date]
    kind: Mapped[StepKind] = mapped_column(default=StepKind.NOTED)
    #: The group, or the person, in words: names of groups change, what was done then does not.
    by: Mapped[str] = mapped_column(String(200))
    what: Mapped[str] = mapped_column(String(400))
    reason: Mapped[str] = mapped_column(Text, default="")
    #: Where the minutes say so, such as “LDS 2024-03, item 4”.
    minute: Mapped[str] = mapped_column(String(60), default="")
    #: Who typed it in, and when; empty where it was loaded.
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime | None]
    #: Where the recommendation stood after this step; empty where it was loaded.
    state: Mapped[RecommendationState | None]
    group_id: Mapped[int | None] = mapped_column(ForeignKey("partnership_group.id"))
    #: What this step changed, as it was before: {column: value}.
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    #: The step that this one takes back.
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("recommendation_step.id"), unique=True)

    actor: Mapped[Person | None] = relationship()
    group: Mapped[PartnershipGroup | None] = relationship()
