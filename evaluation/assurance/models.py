"""Tables: assurance and challenge events: evidence by a deadline, a judgement for each action and agency.

Nothing here holds a child's name or case data. What was sent and what was judged is added, never overwritten.
"""

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from evaluation.actions.models import Action
from lms.accounts.models import Person
from lms.db import Base, random_reference
from lms.files import StoredFile
from lms.organisations.models import Organisation, PartnershipGroup

assurance_event_action = Table(
    "assurance_event_action",
    Base.metadata,
    Column("event_id", ForeignKey("assurance_event.id"), primary_key=True),
    Column("action_id", ForeignKey("action.id"), primary_key=True),
)


class AssuranceEvent(Base):
    """One event at which agencies show what they did about actions. Where it stands follows from its facts (`rules.stage_of`)."""

    __tablename__ = "assurance_event"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="last_after_first"),
        CheckConstraint("(starts IS NULL) = (ends IS NULL)", name="times_whole"),
        CheckConstraint("evidence_until <= first_day", name="evidence_before_event"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: What people say aloud: AE-2024-1.
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    about: Mapped[str] = mapped_column(Text)
    first_day: Mapped[date]
    last_day: Mapped[date]
    starts: Mapped[time | None]
    ends: Mapped[time | None]
    place: Mapped[str] = mapped_column(String(200), default="")
    #: The last day on which evidence is in time.
    evidence_until: Mapped[date]
    #: The group that sits as the panel; single people are in `panel`.
    group_id: Mapped[int | None] = mapped_column(ForeignKey("partnership_group.id"))
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: Of the calendar entries in the invitations; rises whenever what they say changes.
    sequence: Mapped[int] = mapped_column(default=0)
    called_off_at: Mapped[datetime | None]
    called_off_why: Mapped[str] = mapped_column(String(400), default="")
    made_up: Mapped[bool] = mapped_column(default=False)

    group: Mapped[PartnershipGroup | None] = relationship()
    made_by: Mapped[Person | None] = relationship()
    panel: Mapped[list["PanelMember"]] = relationship(order_by="PanelMember.id", cascade="all, delete-orphan")
    actions: Mapped[list[Action]] = relationship(secondary=assurance_event_action, order_by=Action.reference)
    agencies: Mapped[list["InvitedAgency"]] = relationship(order_by="InvitedAgency.id", back_populates="event")
    steps: Mapped[list["AssuranceStep"]] = relationship(order_by="AssuranceStep.at, AssuranceStep.id")
    new_actions: Mapped[list["NewAction"]] = relationship(order_by="NewAction.id", back_populates="event")


class PanelMember(Base):
    """Somebody on the panel who is named: with an account, or by name alone."""

    __tablename__ = "assurance_panel_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("assurance_event.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person | None] = relationship()


class InvitedAgency(Base):
    """An agency that is to show what it did about some of the actions. It stays in the list when it is no longer invited."""

    __tablename__ = "assurance_agency"
    __table_args__ = (UniqueConstraint("event_id", "organisation_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(24), unique=True, default=random_reference)
    event_id: Mapped[int] = mapped_column(ForeignKey("assurance_event.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    #: When its letters were written; empty: it has not heard of it yet.
    invited_at: Mapped[datetime | None]
    #: When it is next reminded; empty: never again.
    remind_at: Mapped[datetime | None] = mapped_column(index=True)
    #: When its outcome letters were written, the last time.
    outcome_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_why: Mapped[str] = mapped_column(String(400), default="")

    event: Mapped[AssuranceEvent] = relationship(back_populates="agencies")
    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    asks: Mapped[list["Ask"]] = relationship(order_by="Ask.id", back_populates="agency")


class Ask(Base):
    """One action an agency is asked about at an event."""

    __tablename__ = "assurance_ask"
    __table_args__ = (UniqueConstraint("agency_id", "action_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("assurance_agency.id"))
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"), index=True)
    #: No longer asked; what was sent and judged until then stays.
    dropped_at: Mapped[datetime | None]

    agency: Mapped[InvitedAgency] = relationship(back_populates="asks")
    action: Mapped[Action] = relationship()
    answers: Mapped[list["Answered"]] = relationship(order_by="Answered.version", back_populates="ask")
    judgements: Mapped[list["Judgement"]] = relationship(order_by="Judgement.id", back_populates="ask")


_draft = text("sent_at IS NULL")


class Answered(Base):
    """One version of what an agency says about an action: a draft until it is sent, then never changed."""

    __tablename__ = "assurance_answer"
    __table_args__ = (
        UniqueConstraint("ask_id", "version"),
        Index("uq_assurance_answer_draft", "ask_id", unique=True, sqlite_where=_draft, postgresql_where=_draft),
        CheckConstraint("sent_at IS NOT NULL OR NOT late", name="late_when_sent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ask_id: Mapped[int] = mapped_column(ForeignKey("assurance_ask.id"))
    version: Mapped[int]
    #: What they did; or why there is nothing to show yet.
    statement: Mapped[str] = mapped_column(Text)
    nothing_yet: Mapped[bool] = mapped_column(default=False)
    saved_at: Mapped[datetime]
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime | None]
    #: It was sent after the last day.
    late: Mapped[bool] = mapped_column(default=False)

    ask: Mapped[Ask] = relationship(back_populates="answers")
    saved_by: Mapped[Person | None] = relationship()
    evidence: Mapped[list["Shown"]] = relationship(order_by="Shown.id", cascade="all, delete-orphan")


class Shown(Base):
    """One piece of evidence of a version: a file or a link, and the day it is about."""

    __tablename__ = "assurance_evidence"
    __table_args__ = (CheckConstraint("(file_id IS NULL) != (url = '')", name="file_or_link"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("assurance_answer.id"), index=True)
    #: The day it is about, which is not the day it was added.
    about_on: Mapped[date]
    added_at: Mapped[datetime]
    url: Mapped[str] = mapped_column(String(500), default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))

    file: Mapped[StoredFile | None] = relationship()


class Found(StrEnum):
    """What the panel found about an action of an agency."""

    IMPLEMENTED = "implemented"
    IMPACT_SHOWN = "impact_shown"
    FURTHER_WORK = "further_work"

    @property
    def label(self) -> str:
        """The finding in words."""
        return FOUND[self]


FOUND = {
    Found.IMPLEMENTED: "Implemented",
    Found.IMPACT_SHOWN: "Impact shown",
    Found.FURTHER_WORK: "Further work",
}


class Judgement(Base):
    """What the panel found. A new one joins the earlier ones and says why; the last one counts."""

    __tablename__ = "assurance_judgement"

    id: Mapped[int] = mapped_column(primary_key=True)
    ask_id: Mapped[int] = mapped_column(ForeignKey("assurance_ask.id"), index=True)
    found: Mapped[Found]
    reason: Mapped[str] = mapped_column(Text)
    #: Why it is judged anew; empty for the first.
    anew_because: Mapped[str] = mapped_column(Text, default="")
    #: The version it was about; empty: nothing had been sent.
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("assurance_answer.id"))
    #: How many of the answers asked for were in, and of how many, in that moment.
    sent_then: Mapped[int]
    asked_then: Mapped[int]
    judged_at: Mapped[datetime]
    #: Who wrote it down; the panel judges.
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    ask: Mapped[Ask] = relationship(back_populates="judgements")
    answer: Mapped[Answered | None] = relationship()
    by: Mapped[Person | None] = relationship()


class NewAction(Base):
    """An action of the log that was decided at an event, and the action it follows from."""

    __tablename__ = "assurance_new_action"
    __table_args__ = (CheckConstraint("action_id != follows_id", name="follows_another"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"), unique=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("assurance_event.id"), index=True)
    follows_id: Mapped[int] = mapped_column(ForeignKey("action.id"))

    event: Mapped[AssuranceEvent] = relationship(back_populates="new_actions")
    action: Mapped[Action] = relationship(foreign_keys=[action_id])
    follows: Mapped[Action] = relationship(foreign_keys=[follows_id])


class AssuranceStep(Base):
    """One change of an event: when, who, what and why. Added, never overwritten."""

    __tablename__ = "assurance_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("assurance_event.id"), index=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: In words, so that it stays readable: a person, an agency, or what happens by itself.
    by: Mapped[str] = mapped_column(String(200))
    what: Mapped[str] = mapped_column(String(400))
    why: Mapped[str] = mapped_column(Text, default="")

    actor: Mapped[Person | None] = relationship()
