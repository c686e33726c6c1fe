"""Tables: the words of a report with every version of them, its PDFs, and who gets it by letter."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from evaluation.impact_reports.scopes import ScopeKind
from lms.accounts.models import Person
from lms.db import Base, random_reference
from lms.files import StoredFile
from lms.organisations.models import PartnershipGroup


class NarrativeState(StrEnum):
    """How far the words of a report are."""

    DRAFT = "draft"
    CHECKED = "checked"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class ReportNarrative(Base):
    """One version of the words of a report. Versions are added, never overwritten: each step of the words is one.

    Figures in the words are placeholders. `figures` says what each stood for when the version was kept, so that a page can say
    which have changed since; a figure from answers is kept as a fingerprint, because an older release is not told beside a newer.
    """

    __tablename__ = "report_narrative"
    __table_args__ = (UniqueConstraint("scope_kind", "scope_key", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scope_kind: Mapped[ScopeKind]
    scope_key: Mapped[str] = mapped_column(String(60))
    number: Mapped[int]
    state: Mapped[NarrativeState]
    #: Are these the words the rule made, not a person's?
    by_rule: Mapped[bool] = mapped_column(default=False)
    sections: Mapped[dict[str, Any]] = mapped_column(JSON)
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    why: Mapped[str] = mapped_column(String(400), default="")

    by: Mapped[Person | None] = relationship()


class Stage(StrEnum):
    """How far the drawing of a PDF is."""

    WAITING = "waiting"
    COUNTING = "counting"
    DRAWING = "drawing"
    KEEPING = "keeping"
    DONE = "done"
    FAILED = "failed"


class ReportFile(Base):
    """A PDF of a report that somebody asked for: who, when, of what; drawn by the worker, kept for 90 days."""

    __tablename__ = "report_file"
    __table_args__ = (
        CheckConstraint("(stage = 'done') = (file_id IS NOT NULL)", name="done_with_file"),
        Index("ix_report_file_scope", "scope_kind", "scope_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(24), unique=True, default=random_reference)
    scope_kind: Mapped[ScopeKind]
    scope_key: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(300))
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    stage: Mapped[Stage] = mapped_column(default=Stage.WAITING, index=True)
    #: When it is to be drawn; while a worker has it, when its lease ends.
    draw_at: Mapped[datetime]
    lease_token: Mapped[str | None] = mapped_column(String(32))
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    #: Why it could not be drawn, in a sentence.
    problem: Mapped[str] = mapped_column(String(300), default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))

    asked_by: Mapped[Person | None] = relationship()
    file: Mapped[StoredFile | None] = relationship()


class Every(StrEnum):
    """How often a report goes out."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"

    @property
    def months(self) -> int:
        """How many months lie between two letters."""
        return {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF_YEAR: 6}[self]

    @property
    def label(self) -> str:
        """“Every 3 months”."""
        return {Every.MONTH: "Every month", Every.QUARTER: "Every 3 months", Every.HALF_YEAR: "Every 6 months"}[self]


class ReportSchedule(Base):
    """A report that a group gets by letter again and again, from a first day on until it is stopped."""

    __tablename__ = "report_schedule"

    id: Mapped[int] = mapped_column(primary_key=True)
    scope_kind: Mapped[ScopeKind]
    scope_key: Mapped[str] = mapped_column(String(60))
    group_id: Mapped[int] = mapped_column(ForeignKey("partnership_group.id"), index=True)
    every: Mapped[Every]
    first_on: Mapped[date]
    next_on: Mapped[date]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    stopped_at: Mapped[datetime | None]
    stopped_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    group: Mapped[PartnershipGroup] = relationship()
    made_by: Mapped[Person | None] = relationship(foreign_keys=[made_by_id])
    stopped_by: Mapped[Person | None] = relationship(foreign_keys=[stopped_by_id])
    sendings: Mapped[list["ReportSending"]] = relationship(order_by="ReportSending.due_on")


class ReportSending(Base):
    """One time a report went out: for which day, when, and to how many."""

    __tablename__ = "report_sending"
    __table_args__ = (UniqueConstraint("schedule_id", "due_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("report_schedule.id"))
    due_on: Mapped[date]
    sent_at: Mapped[datetime]
    letters: Mapped[int]
    #: Members who may not open the report, or have no account any more.
    left_out: Mapped[int] = mapped_column(default=0)
    #: Why nothing went out, where nothing did.
    note: Mapped[str] = mapped_column(String(200), default="")
