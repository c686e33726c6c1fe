"""Who sits in which group of the partnership, when groups meet, what they decide, and the packs drawn for their meetings."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.db import Base, random_reference
from lms.files import StoredFile
from lms.organisations.models import PartnershipGroup


class GroupMember(Base):
    """Somebody who sits in a group, from a day until a day (empty: still)."""

    __tablename__ = "group_member"
    __table_args__ = (
        UniqueConstraint("group_id", "person_id", "since"),
        CheckConstraint("until IS NULL OR until >= since", name="until_after_since"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("partnership_group.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    #: “Chair”, “Deputy chair”, “Minutes”, or empty.
    part: Mapped[str] = mapped_column(String(80), default="")
    since: Mapped[date]
    until: Mapped[date | None]

    group: Mapped[PartnershipGroup] = relationship()
    person: Mapped[Person] = relationship()


class MeetingState(StrEnum):
    """Planned, held, its minutes agreed; or cancelled before it was held."""

    PLANNED = "planned"
    HELD = "held"
    MINUTES_AGREED = "minutes_agreed"
    CANCELLED = "cancelled"


class GroupMeeting(Base):
    """One meeting of a group. Its reference is what minutes begin with: LDS-2024-03."""

    __tablename__ = "group_meeting"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("(state = 'cancelled') = (cancelled_why != '')", name="cancelled_says_why"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("partnership_group.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(200), default="")
    #: Where to join online; https.
    link: Mapped[str] = mapped_column(String(500), default="")
    state: Mapped[MeetingState] = mapped_column(default=MeetingState.PLANNED)
    #: Where the minutes are kept: a reference or an https address.
    minutes: Mapped[str] = mapped_column(String(500), default="")
    cancelled_why: Mapped[str] = mapped_column(String(300), default="")
    #: Of the calendar entry: rises with every change, so that programs take it.
    sequence: Mapped[int] = mapped_column(default=0)
    made_up: Mapped[bool] = mapped_column(default=False)

    group: Mapped[PartnershipGroup] = relationship()
    agenda: Mapped[list["AgendaItem"]] = relationship(
        order_by="AgendaItem.position, AgendaItem.id", cascade="all, delete-orphan"
    )
    presences: Mapped[list["MeetingPresence"]] = relationship(order_by="MeetingPresence.id")
    history: Mapped[list["MeetingStep"]] = relationship(order_by="MeetingStep.at, MeetingStep.id")
    decisions: Mapped[list["Decision"]] = relationship(order_by="Decision.id", back_populates="meeting")
    packs: Mapped[list["BoardPack"]] = relationship(order_by="BoardPack.id.desc()", back_populates="meeting")


class AgendaItem(Base):
    """One thing a meeting talks about. `about` is the reference of a recommendation, action, proposal or priority, or empty."""

    __tablename__ = "agenda_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("group_meeting.id"), index=True)
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    about: Mapped[str] = mapped_column(String(40), default="")


class Presence(StrEnum):
    """Whether a member was there."""

    PRESENT = "present"
    APOLOGIES = "apologies"


class MeetingPresence(Base):
    """What is known of one member at one meeting."""

    __tablename__ = "meeting_presence"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("group_meeting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    presence: Mapped[Presence]

    person: Mapped[Person] = relationship()


class MeetingStep(Base):
    """What happened to a meeting: when, who, what and why. Added, never overwritten."""

    __tablename__ = "meeting_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("group_meeting.id"), index=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    what: Mapped[str] = mapped_column(String(400))
    why: Mapped[str] = mapped_column(String(300), default="")

    actor: Mapped[Person | None] = relationship()


class Decision(Base):
    """What a group decided, under its minute reference. Never changed: a correction is a decision that
    names the one it replaces."""

    __tablename__ = "decision"
    __table_args__ = (CheckConstraint("replaces_id IS NULL OR replaces_id != id", name="not_itself"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The minute reference, such as LDS-2024-03.4.
    reference: Mapped[str] = mapped_column(String(60), unique=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("group_meeting.id"), index=True)
    wording: Mapped[str] = mapped_column(Text)
    decided_on: Mapped[date]
    #: Who carries it out, in words.
    carried_out_by: Mapped[str] = mapped_column(String(200), default="")
    until: Mapped[date | None]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), unique=True)
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_up: Mapped[bool] = mapped_column(default=False)

    meeting: Mapped[GroupMeeting] = relationship(back_populates="decisions")
    added_by: Mapped[Person | None] = relationship()
    about: Mapped[list["DecisionAbout"]] = relationship(order_by="DecisionAbout.id")
    replaces: Mapped["Decision | None"] = relationship(
        remote_side="Decision.id", foreign_keys=[replaces_id], back_populates="replaced_by"
    )
    replaced_by: Mapped["Decision | None"] = relationship(
        foreign_keys="Decision.replaces_id", back_populates="replaces", uselist=False
    )


class DecisionAbout(Base):
    """A recommendation, action, proposal or priority a decision is about, by its reference."""

    __tablename__ = "decision_about"
    __table_args__ = (UniqueConstraint("decision_id", "reference"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    reference: Mapped[str] = mapped_column(String(40), index=True)


class BoardPack(Base):
    """One drawing of the board pack of a meeting. The worker claims it with a lease; what was drawn stays as it was."""

    __tablename__ = "board_pack"
    __table_args__ = (CheckConstraint("(file_id IS NULL) = (drawn_at IS NULL)", name="drawn_has_file"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(24), unique=True, default=random_reference)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("group_meeting.id"), index=True)
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: When it is to be drawn, or the lease of whoever draws it ends.
    draw_at: Mapped[datetime] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_token: Mapped[str | None] = mapped_column(String(32))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    drawn_at: Mapped[datetime | None]

    meeting: Mapped[GroupMeeting] = relationship(back_populates="packs")
    asked_by: Mapped[Person | None] = relationship()
    file: Mapped[StoredFile | None] = relationship()
