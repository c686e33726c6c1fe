"""Key impact measures of an action: analytical data, quality assurance findings, impact evaluations."""

from datetime import date
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from evaluation.actions.models import Action
from lms.db import Base


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
