"""Tables: what learning cost, and the budget it was paid from. All money is in pence. A line is never overwritten: a new one
takes its place and says why."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.catalogue.models import Course, CourseSession
from lms.db import Base


class CostKind(StrEnum):
    """What was paid for. `label` is the word people read."""

    TRAINER = "trainer"
    VENUE = "venue"
    COMMISSION = "commission"
    MATERIALS = "materials"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The kind in words."""
        return KIND_LABELS[self]


KIND_LABELS = {
    CostKind.TRAINER: "Trainers",
    CostKind.VENUE: "Rooms",
    CostKind.COMMISSION: "Commissioned",
    CostKind.MATERIALS: "Materials",
    CostKind.OTHER: "Other",
}


class CostScope(StrEnum):
    """What a line of costs is for: one session, a course over a period, or several sessions named one by one."""

    SESSION = "session"
    COURSE = "course"
    COMMISSION = "commission"


cost_line_session = Table(
    "cost_line_session",
    Base.metadata,
    Column("cost_line_id", ForeignKey("cost_line.id"), primary_key=True),
    Column("session_id", ForeignKey("course_session.id"), primary_key=True, index=True),
)


class CostLine(Base):
    """One cost. A line for a course has its first and last day and is shared between the sessions that began in them; the other
    two name their sessions."""

    __tablename__ = "cost_line"
    __table_args__ = (
        CheckConstraint("pence >= 0", name="pence_not_negative"),
        CheckConstraint("(course_id IS NULL) = (scope != 'course')", name="course_of_its_scope"),
        CheckConstraint("(course_id IS NULL) = (first IS NULL)", name="course_has_first"),
        CheckConstraint("(course_id IS NULL) = (last IS NULL)", name="course_has_last"),
        CheckConstraint("last >= first", name="last_after_first"),
        CheckConstraint("(replaces_id IS NULL) = (why = '')", name="replaced_with_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[CostScope]
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"), index=True)
    first: Mapped[date | None]
    last: Mapped[date | None]
    kind: Mapped[CostKind]
    #: Nobody paid it; it was given, and has a value.
    in_kind: Mapped[bool] = mapped_column(default=False)
    pence: Mapped[int]
    dated: Mapped[date]
    note: Mapped[str] = mapped_column(String(400), default="")
    #: Where the sum is from, such as “Invoice 1042”.
    source: Mapped[str] = mapped_column(String(200))
    #: The line this one takes the place of, and why.
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("cost_line.id"), unique=True)
    why: Mapped[str] = mapped_column(String(400), default="")
    #: The trainer whose time has a value, where that is what was given: proposed once for a session.
    trainer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    course: Mapped[Course | None] = relationship()
    sessions: Mapped[list[CourseSession]] = relationship(
        secondary=cost_line_session, order_by="CourseSession.starts_at, CourseSession.id"
    )
    replaces: Mapped["CostLine | None"] = relationship(remote_side="CostLine.id")
    trainer: Mapped[Person | None] = relationship(foreign_keys=[trainer_id])
    written_by: Mapped[Person | None] = relationship(foreign_keys=[written_by_id])


class BudgetSide(StrEnum):
    """Money in or money out. `label` is the word people read."""

    INCOME = "income"
    EXPENSE = "expense"

    @property
    def label(self) -> str:
        """The side in words."""
        return {BudgetSide.INCOME: "Income", BudgetSide.EXPENSE: "Expenses"}[self]


class BudgetColumn(StrEnum):
    """What was planned, and what it came to. `label` is the word people read."""

    PLANNED = "planned"
    ACTUAL = "actual"

    @property
    def label(self) -> str:
        """The column in words."""
        return {BudgetColumn.PLANNED: "Planned", BudgetColumn.ACTUAL: "Actual"}[self]


class BudgetLine(Base):
    """One sum of the budget of a financial year. A stated total is only compared with the rows, never printed in their place."""

    __tablename__ = "budget_line"
    __table_args__ = (
        CheckConstraint("pence >= 0", name="pence_not_negative"),
        CheckConstraint("(replaces_id IS NULL) = (why = '')", name="replaced_with_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The financial year, such as 2023-24: 1 April 2023 to 31 March 2024.
    year: Mapped[str] = mapped_column(String(7), index=True)
    side: Mapped[BudgetSide]
    column: Mapped[BudgetColumn]
    heading: Mapped[str] = mapped_column(String(120))
    pence: Mapped[int]
    #: A total as somebody stated it, to be compared with the rows.
    is_total: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(String(200), default="")
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("budget_line.id"), unique=True)
    why: Mapped[str] = mapped_column(String(400), default="")
    made_up: Mapped[bool] = mapped_column(default=False)
    written_at: Mapped[datetime]
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    replaces: Mapped["BudgetLine | None"] = relationship(remote_side="BudgetLine.id")
    written_by: Mapped[Person | None] = relationship()
