"""Key impact measures of an action: analytical data, quality assurance findings, impact evaluations."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from evaluation.actions.models import Action
from lms.accounts.models import Person
from lms.catalogue.models import Course
from lms.db import Base, random_reference


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
    #: The course whose answers an impact evaluation counts; empty: the first evaluated course of its action.
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"), index=True)
    made_up: Mapped[bool] = mapped_column(default=False)

    action: Mapped[Action] = relationship(back_populates="measures")
    course: Mapped[Course | None] = relationship()
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


class MeasureImport(Base):
    """A file of figures that was taken, so that it can be undone until the end of the next day."""

    __tablename__ = "measure_import"
    __table_args__ = (CheckConstraint("undone_at IS NULL OR undone_at >= at", name="undone_later"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(24), unique=True, default=random_reference)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    file_name: Mapped[str] = mapped_column(String(200), default="")
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])


class MeasureChange(Base):
    """One change of one figure (or of the target, which has no day): who, when, what stood there before. Never overwritten.

    Where all three old values are empty the figure was added; where all three new ones are, it was taken away again.
    """

    __tablename__ = "measure_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    measure_id: Mapped[int] = mapped_column(ForeignKey("measure.id"), index=True)
    dated: Mapped[date | None]
    method: Mapped[str] = mapped_column(String(100), default="")
    old_numerator: Mapped[int | None]
    old_denominator: Mapped[int | None]
    old_value: Mapped[float | None]
    new_numerator: Mapped[int | None]
    new_denominator: Mapped[int | None]
    new_value: Mapped[float | None]
    why: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("measure_import.id"), index=True)

    measure: Mapped[Measure] = relationship()
    by: Mapped[Person | None] = relationship()
