"""The Learning and Development action log: actions with the facts their state is read from, and everything said about them."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, Column, Enum, ForeignKey, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from evaluation.recommendations.models import Recommendation
from lms.accounts.models import Person
from lms.db import Base
from lms.files import StoredFile
from lms.organisations.models import Organisation, PartnershipGroup, Priority

if TYPE_CHECKING:
    from evaluation.measures.models import Measure
    from evaluation.offers.models import LearningOffer


action_recommendation = Table(
    "action_recommendation",
    Base.metadata,
    Column("action_id", ForeignKey("action.id"), primary_key=True),
    Column("recommendation_id", ForeignKey("recommendation.id"), primary_key=True),
)


class ActionState(StrEnum):
    """Where an action of the log stands on a day. Never stored as such: `rules.stand` reads it from facts."""

    OPEN = "open"
    ON_TRACK = "on_track"
    SLIPPING = "slipping"
    OVERDUE = "overdue"
    LONG_TERM_CULTURAL_CHANGE = "long_term_cultural_change"
    DONE = "done"
    EVIDENCE_OF_IMPACT = "evidence_of_impact"
    CLOSED = "closed"


class Outcome(StrEnum):
    """What the evidence says an action did. “Not enough evidence” keeps it open, with a day on which it is looked at again."""

    BETTER = "better"
    NO_CLEAR_CHANGE = "no_clear_change"
    WORSE = "worse"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"


action_dependency = Table(
    "action_dependency",
    Base.metadata,
    Column("action_id", ForeignKey("action.id"), primary_key=True),
    Column("needs_id", ForeignKey("action.id"), primary_key=True),
    CheckConstraint("action_id != needs_id", name="not_itself"),
)


class Action(Base):
    """One action of the Learning and Development action log. Its facts say where it stands (`rules.stand`)."""

    __tablename__ = "action"
    __table_args__ = (CheckConstraint("closed_on IS NULL OR done_on IS NOT NULL", name="closed_after_done"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    wording: Mapped[str] = mapped_column(Text)
    #: What will be seen when it is done, and by which measure (the M of SMART).
    success: Mapped[str] = mapped_column(Text, default="")
    #: The group that answers for it; a person or an agency may carry it out.
    owner_group_id: Mapped[int] = mapped_column(ForeignKey("partnership_group.id"))
    owner_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    owner_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    decided_on: Mapped[date]
    due: Mapped[date | None]
    #: No end date is right: it stays open until the group says otherwise. And why not.
    long_term: Mapped[bool] = mapped_column(default=False)
    long_term_why: Mapped[str] = mapped_column(Text, default="")
    done_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    outcome: Mapped[Outcome | None]
    #: When evidence is looked at again, after “not enough evidence yet”.
    review_on: Mapped[date | None]
    priority_id: Mapped[int | None] = mapped_column(ForeignKey("priority.id"))
    made_up: Mapped[bool] = mapped_column(default=False)
    #: The next day on which the clock alone may change something of it; empty: nobody has looked at it yet.
    look_on: Mapped[date | None] = mapped_column(index=True)

    owner_group: Mapped[PartnershipGroup] = relationship()
    owner_person: Mapped[Person | None] = relationship()
    owner_organisation: Mapped[Organisation | None] = relationship()
    priority: Mapped[Priority | None] = relationship()
    recommendations: Mapped[list[Recommendation]] = relationship(
        secondary="action_recommendation", order_by=Recommendation.reference, back_populates="actions"
    )
    needs: Mapped[list["Action"]] = relationship(
        secondary=action_dependency,
        primaryjoin="Action.id == action_dependency.c.action_id",
        secondaryjoin="Action.id == action_dependency.c.needs_id",
        order_by="Action.reference",
        back_populates="needed_by",
    )
    needed_by: Mapped[list["Action"]] = relationship(
        secondary=action_dependency,
        primaryjoin="Action.id == action_dependency.c.needs_id",
        secondaryjoin="Action.id == action_dependency.c.action_id",
        order_by="Action.reference",
        back_populates="needs",
    )
    updates: Mapped[list["ActionUpdate"]] = relationship(order_by="ActionUpdate.dated, ActionUpdate.id")
    evidence: Mapped[list["ActionEvidence"]] = relationship(order_by="ActionEvidence.about_on, ActionEvidence.id")
    escalations: Mapped[list["Escalation"]] = relationship(order_by="Escalation.asked_on, Escalation.id")
    steps: Mapped[list["ActionStep"]] = relationship(order_by="ActionStep.at, ActionStep.id")
    offers: Mapped[list["LearningOffer"]] = relationship(order_by="LearningOffer.id")
    measures: Mapped[list["Measure"]] = relationship(order_by="Measure.key")


class Outlook(StrEnum):
    """What whoever reports expects of the date."""

    ON_TRACK = "on_track"
    SLIPPING = "slipping"


class ActionUpdate(Base):
    """What was reported on a day. Updates are added, never overwritten."""

    __tablename__ = "action_update"

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"), index=True)
    dated: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    outlook: Mapped[Outlook | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    by: Mapped[Person | None] = relationship()


class EvidenceKind(StrEnum):
    """Evidence that something was done is not evidence that it had an effect."""

    DOING = "doing"
    EFFECT = "effect"


class ActionEvidence(Base):
    """A file or a link that shows something about an action. Never deleted: taken back, with the reason."""

    __tablename__ = "action_evidence"
    __table_args__ = (
        CheckConstraint("(file_id IS NULL) != (url = '')", name="file_or_link"),
        CheckConstraint("expires_on IS NULL OR expires_on > about_on", name="expires_later"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"), index=True)
    kind: Mapped[EvidenceKind]
    #: What it shows, in a sentence.
    shows: Mapped[str] = mapped_column(String(400))
    #: The day it is about, which is not the day it was added.
    about_on: Mapped[date]
    added_at: Mapped[datetime]
    #: From this day on it no longer counts.
    expires_on: Mapped[date | None]
    url: Mapped[str] = mapped_column(String(500), default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    taken_back_at: Mapped[datetime | None]
    taken_back_why: Mapped[str] = mapped_column(String(400), default="")

    file: Mapped[StoredFile | None] = relationship()
    added_by: Mapped[Person | None] = relationship()


class Escalation(Base):
    """A question about an action put to a group (the Executive), and the answer it gave."""

    __tablename__ = "escalation"

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("partnership_group.id"))
    asked_on: Mapped[date]
    question: Mapped[str] = mapped_column(Text)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_on: Mapped[date | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    minute: Mapped[str] = mapped_column(String(60), default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    group: Mapped[PartnershipGroup] = relationship()


class ActionStep(Base):
    """One change of an action: when, who, from which state to which, and why. Added, never overwritten.

    Where only the clock changed its state (its date passed) there is no person, and `why` says so.
    """

    __tablename__ = "action_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("action.id"), index=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: In words, for people and for groups.
    by: Mapped[str] = mapped_column(String(200))
    what: Mapped[str] = mapped_column(String(400))
    why: Mapped[str] = mapped_column(Text, default="")
    #: Its check has a name of its own: a table cannot have two of one name.
    before: Mapped[ActionState | None] = mapped_column(
        Enum(
            ActionState,
            name="before_state",
            native_enum=False,
            length=40,
            create_constraint=True,
            validate_strings=True,
            values_callable=lambda states: [state.value for state in states],
        )
    )
    after: Mapped[ActionState]

    actor: Mapped[Person | None] = relationship()
