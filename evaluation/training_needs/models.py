"""The training needs analysis: what is proposed from it, kept analyses, and the yearly returns of agencies and schools."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from evaluation.recommendations.models import Source
from lms.accounts.models import Person
from lms.db import Base
from lms.organisations.models import Organisation, PartnershipGroup


class ProposalKind(StrEnum):
    """What is proposed."""

    COURSE = "course"
    SESSIONS = "sessions"
    COMMISSION = "commission"
    RESOURCE = "resource"
    NOTHING_NOW = "nothing_now"

    @property
    def label(self) -> str:
        """The kind in words."""
        return KIND_LABELS[self]


KIND_LABELS = {
    ProposalKind.COURSE: "A course to be designed",
    ProposalKind.SESSIONS: "More sessions of a course",
    ProposalKind.COMMISSION: "Commission it outside the partnership",
    ProposalKind.RESOURCE: "A resource or briefing",
    ProposalKind.NOTHING_NOW: "Nothing now",
}


class ProposalState(StrEnum):
    """Where a proposal stands: to be decided, or what the group decided."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    PUT_OFF = "put_off"
    WITHDRAWN = "withdrawn"


class Proposal(Base):
    """What is proposed to a group from a line of the analysis, and what became of it."""

    __tablename__ = "training_proposal"
    __table_args__ = (
        CheckConstraint("expected IS NULL OR expected >= 0", name="expected_not_negative"),
        CheckConstraint("cost_pence IS NULL OR cost_pence >= 0", name="cost_not_negative"),
        CheckConstraint("source_id IS NULL OR state = 'accepted'", name="source_of_accepted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[ProposalKind]
    title: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(Text)
    #: The line of the analysis it was made from, and what the line said that day.
    line_key: Mapped[str] = mapped_column(String(80), default="")
    line_words: Mapped[str] = mapped_column(String(500), default="")
    expected: Mapped[int | None]
    cost_pence: Mapped[int | None]
    needed_by: Mapped[date | None]
    group_id: Mapped[int] = mapped_column(ForeignKey("partnership_group.id"), index=True)
    state: Mapped[ProposalState] = mapped_column(default=ProposalState.PROPOSED)
    #: The minute of the last decision.
    minute: Mapped[str] = mapped_column(String(60), default="")
    #: When a proposal that was put off comes back.
    again_on: Mapped[date | None]
    source_id: Mapped[int | None] = mapped_column(ForeignKey("source.id"))
    made_up: Mapped[bool] = mapped_column(default=False)

    group: Mapped[PartnershipGroup] = relationship()
    source: Mapped[Source | None] = relationship()
    history: Mapped[list["ProposalStep"]] = relationship(order_by="ProposalStep.at, ProposalStep.id")


class ProposalStep(Base):
    """One step of a proposal: when, who, what, why, and under which minute. Added, never overwritten."""

    __tablename__ = "training_proposal_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("training_proposal.id"), index=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: Who decided, in words.
    by: Mapped[str] = mapped_column(String(200))
    what: Mapped[str] = mapped_column(String(200))
    why: Mapped[str] = mapped_column(Text, default="")
    minute: Mapped[str] = mapped_column(String(60), default="")
    after: Mapped[ProposalState]

    actor: Mapped[Person | None] = relationship()


class NeedsSnapshot(Base):
    """The analysis as it was on a day, line by line, to be compared with another day."""

    __tablename__ = "needs_snapshot"

    id: Mapped[int] = mapped_column(primary_key=True)
    taken_at: Mapped[datetime]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(String(200), default="")
    document: Mapped[dict[str, Any]] = mapped_column(JSON)

    taken_by: Mapped[Person | None] = relationship()


class Asks(StrEnum):
    """Who is asked for a return."""

    EVERYBODY = "everybody"
    AGENCIES = "agencies"
    SCHOOLS = "schools"

    @property
    def label(self) -> str:
        """The answer in words."""
        return {"everybody": "Agencies and schools", "agencies": "Agencies only", "schools": "Schools only"}[self.value]


class TrainingReturn(Base):
    """One yearly round: every organisation is asked how many of its staff had training it gives itself."""

    __tablename__ = "training_return"
    __table_args__ = (CheckConstraint("deadline > opens_on", name="deadline_after_opening"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(unique=True)
    opens_on: Mapped[date]
    deadline: Mapped[date]
    asks: Mapped[Asks] = mapped_column(default=Asks.EVERYBODY)
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: When the next reminder goes out; empty: none any more.
    remind_at: Mapped[datetime | None]
    made_up: Mapped[bool] = mapped_column(default=False)

    topics: Mapped[list["ReturnTopic"]] = relationship(order_by="ReturnTopic.position")
    returns: Mapped[list["AgencyReturn"]] = relationship(order_by="AgencyReturn.id", back_populates="round")


class ReturnTopic(Base):
    """Training an organisation gives its own staff, that is asked about."""

    __tablename__ = "return_topic"
    __table_args__ = (UniqueConstraint("round_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("training_return.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))


class AgencyReturn(Base):
    """What one organisation is asked in one round. What it typed and did not send is its draft."""

    __tablename__ = "agency_return"
    __table_args__ = (UniqueConstraint("round_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("training_return.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    draft: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    draft_at: Mapped[datetime | None]
    draft_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    round: Mapped[TrainingReturn] = relationship(back_populates="returns")
    organisation: Mapped[Organisation] = relationship()
    draft_by: Mapped[Person | None] = relationship()
    versions: Mapped[list["ReturnVersion"]] = relationship(order_by="ReturnVersion.number")


class ReturnVersion(Base):
    """What an organisation sent. Sending again makes the next version; no version changes."""

    __tablename__ = "return_version"
    __table_args__ = (UniqueConstraint("return_id", "number"), CheckConstraint("number > 0", name="counted_from_one"))

    id: Mapped[int] = mapped_column(primary_key=True)
    return_id: Mapped[int] = mapped_column(ForeignKey("agency_return.id"))
    number: Mapped[int]
    sent_at: Mapped[datetime]
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: Was it sent after the last day?
    late: Mapped[bool] = mapped_column(default=False)
    evaluates: Mapped[str] = mapped_column(Text, default="")
    needs: Mapped[str] = mapped_column(Text, default="")

    sent_by: Mapped[Person | None] = relationship()
    figures: Mapped[list["ReturnFigure"]] = relationship(order_by="ReturnFigure.topic_id")


class ReturnFigure(Base):
    """Staff in scope of one topic, and how many of them had the training: a share is always read from the two."""

    __tablename__ = "return_figure"
    __table_args__ = (
        UniqueConstraint("version_id", "topic_id"),
        CheckConstraint("in_scope >= 0", name="in_scope_not_negative"),
        CheckConstraint("trained >= 0 AND trained <= in_scope", name="trained_of_those_in_scope"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("return_version.id"))
    topic_id: Mapped[int] = mapped_column(ForeignKey("return_topic.id"), index=True)
    in_scope: Mapped[int]
    trained: Mapped[int]

    topic: Mapped[ReturnTopic] = relationship()
