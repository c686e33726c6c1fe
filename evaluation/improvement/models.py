"""Sources of learning, recommendations, the L&D action log and its key impact measures.

Nothing here holds a child's name or case data: a reference and the learning only.
"""

from datetime import date
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.catalogue.models import Course
from lms.db import Base
from lms.organisations.models import PartnershipGroup, Priority
from lms.resources.models import Resource


class SourceKind(StrEnum):
    """Where a piece of learning came from."""

    PRACTICE_REVIEW = "practice_review"
    RAPID_REVIEW = "rapid_review"
    CHILD_DEATH_OVERVIEW = "child_death_overview"
    MULTI_AGENCY_AUDIT = "multi_agency_audit"
    SECTION_175_THEME = "section_175_theme"
    SECTION_11_THEME = "section_11_theme"
    FORUM_THEME = "forum_theme"
    VOICE_OF_CHILDREN = "voice_of_children"
    SCRUTINEER_CHALLENGE = "scrutineer_challenge"
    EVALUATION_FINDING = "evaluation_finding"


class Source(Base):
    """A review, audit, theme or challenge that taught the partnership something."""

    __tablename__ = "source"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[SourceKind]
    title: Mapped[str] = mapped_column(String(200))
    dated: Mapped[date]
    learning: Mapped[str] = mapped_column(Text)
    made_up: Mapped[bool] = mapped_column(default=False)


class RecommendationState(StrEnum):
    """Offered to a group, accepted by it, or declined with a reason."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"


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
    made_up: Mapped[bool] = mapped_column(default=False)

    source: Mapped[Source] = relationship()
    owner_group: Mapped[PartnershipGroup] = relationship()
    history: Mapped[list["RecommendationStep"]] = relationship(
        order_by="RecommendationStep.dated, RecommendationStep.id"
    )
    actions: Mapped[list["Action"]] = relationship(
        secondary="action_recommendation", order_by="Action.reference", back_populates="recommendations"
    )


class RecommendationStep(Base):
    """One step a recommendation took between groups."""

    __tablename__ = "recommendation_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    recommendation_id: Mapped[int] = mapped_column(ForeignKey("recommendation.id"), index=True)
    dated: Mapped[date]
    by: Mapped[str] = mapped_column(String(200))
    what: Mapped[str] = mapped_column(String(400))


action_recommendation = Table(
    "action_recommendation",
    Base.metadata,
    Column("action_id", ForeignKey("action.id"), primary_key=True),
    Column("recommendation_id", ForeignKey("recommendation.id"), primary_key=True),
)


class ActionState(StrEnum):
    """Where an action of the log stands."""

    OPEN = "open"
    ON_TRACK = "on_track"
    SLIPPING = "slipping"
    LONG_TERM_CULTURAL_CHANGE = "long_term_cultural_change"
    DONE = "done"
    EVIDENCE_OF_IMPACT = "evidence_of_impact"
    CLOSED = "closed"


class Action(Base):
    """One action of the Learning and Development action log."""

    __tablename__ = "action"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    wording: Mapped[str] = mapped_column(Text)
    owner_group_id: Mapped[int] = mapped_column(ForeignKey("partnership_group.id"))
    due: Mapped[date | None]
    state: Mapped[ActionState]
    priority_id: Mapped[int | None] = mapped_column(ForeignKey("priority.id"))
    made_up: Mapped[bool] = mapped_column(default=False)

    owner_group: Mapped[PartnershipGroup] = relationship()
    priority: Mapped[Priority | None] = relationship()
    recommendations: Mapped[list[Recommendation]] = relationship(
        secondary="action_recommendation", order_by=Recommendation.reference, back_populates="actions"
    )
    updates: Mapped[list["ActionUpdate"]] = relationship(order_by="ActionUpdate.dated, ActionUpdate.id")
    offers: Mapped[list["LearningOffer"]] = relationship(order_by="LearningOffer.id")
    measures: Mapped[list["Measure"]] = relationship(order_by="Measure.key")


class ActionUpdate(Base):
    """What was reported on a day. Updates are added, never overwritten."""

    __tablename__ = "action_update"

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"), index=True)
    dated: Mapped[date]
    text: Mapped[str] = mapped_column(Text)


class LearningOffer(Base):
    """A course or a resource that an action caused. evaluation points at lms; lms does not know."""

    __tablename__ = "learning_offer"
    __table_args__ = (
        CheckConstraint("(course_id IS NULL) != (resource_id IS NULL)", name="one_thing"),
        UniqueConstraint("action_id", "course_id"),
        UniqueConstraint("action_id", "resource_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"))
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"), index=True)
    resource_id: Mapped[int | None] = mapped_column(ForeignKey("resource.id"), index=True)

    action: Mapped[Action] = relationship(back_populates="offers")
    course: Mapped[Course | None] = relationship()
    resource: Mapped[Resource | None] = relationship()


class MeasureKind(StrEnum):
    """The three kinds of key impact measure (arrangements of 2024)."""

    ANALYTICAL_DATA = "analytical_data"
    QUALITY_ASSURANCE = "quality_assurance"
    IMPACT_EVALUATION = "impact_evaluation"


class Direction(StrEnum):
    """Which way is better. No scale is ever turned round."""

    HIGHER_IS_BETTER = "higher_is_better"
    LOWER_IS_BETTER = "lower_is_better"
    NONE = "none"


class Measure(Base):
    """A key impact measure of an action. Impact evaluations hold no figures: theirs are counted live from the answers."""

    __tablename__ = "measure"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"), index=True)
    kind: Mapped[MeasureKind]
    name: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(100), default="")
    direction: Mapped[Direction]
    target: Mapped[float | None]
    source: Mapped[str] = mapped_column(String(200), default="")
    caution: Mapped[str] = mapped_column(String(400), default="")
    learning_dates: Mapped[list[str]] = mapped_column(JSON)
    #: For impact evaluations: the questions or the scale compared, the waves, and the fewest matched people for a judgement.
    question_keys: Mapped[list[str]] = mapped_column(JSON)
    scale: Mapped[str] = mapped_column(String(60), default="")
    waves: Mapped[list[str]] = mapped_column(JSON)
    least_matched: Mapped[int] = mapped_column(default=10)
    made_up: Mapped[bool] = mapped_column(default=False)

    action: Mapped[Action] = relationship(back_populates="measures")
    figures: Mapped[list["MeasureFigure"]] = relationship(order_by="MeasureFigure.dated, MeasureFigure.id")


class MeasureFigure(Base):
    """One figure of a measure: a month of a series, or an audit. A month without a figure is empty, not zero."""

    __tablename__ = "measure_figure"
    __table_args__ = (
        UniqueConstraint("measure_id", "dated", "method"),
        CheckConstraint("denominator IS NULL OR numerator <= denominator", name="part_of_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id"))
    dated: Mapped[date]
    method: Mapped[str] = mapped_column(String(100), default="")
    numerator: Mapped[int | None]
    denominator: Mapped[int | None]
    value: Mapped[float | None]
