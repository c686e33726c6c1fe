"""Tables: challenges of the independent scrutineer with everything that became of them, notes for each of the six steps, and the
quarterly report with every version of it. Nothing here is overwritten."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from evaluation.recommendations.models import Source
from lms.accounts.models import Person
from lms.db import Base
from lms.organisations.models import PartnershipGroup


class ChallengeState(StrEnum):
    """Where a challenge stands. Never stored as such: the last of its steps says so."""

    RAISED = "raised"
    ANSWERED = "answered"
    SATISFIED = "satisfied"
    NOT_SATISFIED = "not_satisfied"
    REOPENED = "reopened"
    CLOSED = "closed"


class Challenge(Base):
    """A question of the scrutineer to a group, which is a source of learning from the moment it is raised."""

    __tablename__ = "challenge"
    __table_args__ = (
        CheckConstraint("wanted_by >= raised_on", name="wanted_after_raised"),
        CheckConstraint("framework_step BETWEEN 1 AND 6", name="one_of_six"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id"), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("partnership_group.id"))
    #: Which of the six steps of the framework it belongs to.
    framework_step: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    question: Mapped[str] = mapped_column(Text)
    raised_on: Mapped[date]
    wanted_by: Mapped[date]
    raised_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_up: Mapped[bool] = mapped_column(default=False)

    source: Mapped[Source] = relationship()
    group: Mapped[PartnershipGroup] = relationship()
    raised_by: Mapped[Person | None] = relationship()
    history: Mapped[list["ChallengeStep"]] = relationship(order_by="ChallengeStep.at, ChallengeStep.id")

    @property
    def state(self) -> ChallengeState:
        """Where it stands: what its last step made of it."""
        return self.history[-1].after

    @property
    def due(self) -> date:
        """By when the answer is wanted: the last day that was set."""
        return [self.wanted_by, *(one.wanted_by for one in self.history if one.wanted_by)][-1]


class ChallengeStep(Base):
    """One change of a challenge: when, who, what it became, and why. Added, never overwritten."""

    __tablename__ = "challenge_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenge.id"), index=True)
    at: Mapped[datetime]
    after: Mapped[ChallengeState]
    #: The question, the answer, or why somebody is satisfied or not.
    text: Mapped[str] = mapped_column(Text)
    #: The day the group answered, which may be before it was written down.
    dated: Mapped[date]
    #: Where the minutes say so.
    minute: Mapped[str] = mapped_column(String(60), default="")
    #: A new day by which an answer is wanted, where it is asked again.
    wanted_by: Mapped[date | None]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    actor: Mapped[Person | None] = relationship()


class ScrutinyNote(Base):
    """What the scrutineer notes on one of the six steps in a quarter. Added, never overwritten."""

    __tablename__ = "scrutiny_note"
    __table_args__ = (CheckConstraint("framework_step BETWEEN 1 AND 6", name="one_of_six"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    framework_step: Mapped[int]
    #: The first day of the quarter.
    quarter: Mapped[date] = mapped_column(index=True)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    by: Mapped[Person | None] = relationship()


class ScrutinyReport(Base):
    """The scrutineer's report of one quarter. Its last version says what it holds and where it stands."""

    __tablename__ = "scrutiny_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The first day of the quarter.
    quarter: Mapped[date] = mapped_column(unique=True)

    versions: Mapped[list["ScrutinyReportVersion"]] = relationship(order_by="ScrutinyReportVersion.number")

    @property
    def current(self) -> "ScrutinyReportVersion":
        """The version that holds."""
        return self.versions[-1]

    @property
    def signed(self) -> bool:
        """Is it signed off?"""
        return self.current.step is VersionStep.SIGNED


class VersionStep(StrEnum):
    """How a version of the report came to be."""

    DRAFTED = "drafted"
    DRAFTED_AGAIN = "drafted_again"
    EDITED = "edited"
    SIGNED = "signed"
    REOPENED = "reopened"


class ScrutinyReportVersion(Base):
    """One version of the report: what the rule drafted and what stands there, part by part. Added, never overwritten."""

    __tablename__ = "scrutiny_report_version"
    __table_args__ = (UniqueConstraint("report_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("scrutiny_report.id"))
    number: Mapped[int]
    step: Mapped[VersionStep]
    #: {part: text} as the rule drafted it from the figures of that moment.
    drafted: Mapped[dict[str, str]] = mapped_column(JSON)
    #: {part: text} as it stands.
    texts: Mapped[dict[str, str]] = mapped_column(JSON)
    why: Mapped[str] = mapped_column(String(400), default="")
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    by: Mapped[Person | None] = relationship()
