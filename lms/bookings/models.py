"""A person's place on a session, places booked for people still to be named, and why somebody goes before others."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Enum, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.catalogue.models import CourseSession
from lms.db import Base, random_reference
from lms.organisations.models import Organisation


class BookingStatus(StrEnum):
    """Where a booking stands. Whether the person came is a mark on the register, not a status."""

    BOOKED = "booked"
    #: A place is held until the person takes it or turns it down.
    OFFERED = "offered"
    #: A place is held until the manager answers.
    APPROVAL = "approval"
    WAITING = "waiting"
    CANCELLED = "cancelled"

    @property
    def holds_a_place(self) -> bool:
        """Is there a place nobody else can have, confirmed or not?"""
        return self in HOLDING


#: The statuses that take a place.
HOLDING = (BookingStatus.BOOKED, BookingStatus.OFFERED, BookingStatus.APPROVAL)


class BookingOrigin(StrEnum):
    """How a booking came about. Imported ones wrote no letters; walk-ins were never expected."""

    BOOKED = "booked"
    WALK_IN = "walk_in"
    IMPORTED = "imported"


class Approval(StrEnum):
    """What the line manager says. A booking that is refused, or hears nothing, ends."""

    NOT_NEEDED = "not_needed"
    ASKED = "asked"
    GIVEN = "given"
    REFUSED = "refused"
    SILENT = "silent"


class Ending(StrEnum):
    """How a booking came to its end, other than by the session being held. `label` is the word people read."""

    CANCELLED = "cancelled"
    DECLINED = "declined"
    REFUSED = "refused"
    SILENT = "silent"
    SUBSTITUTED = "substituted"
    TRANSFERRED = "transferred"
    SESSION_CANCELLED = "session_cancelled"
    #: Two accounts were one person, and both had a booking here: the other one is theirs.
    DOUBLE = "double"

    @property
    def label(self) -> str:
        """The ending in words."""
        return ENDING_LABELS[self]


ENDING_LABELS = {
    Ending.CANCELLED: "Cancelled",
    Ending.DECLINED: "The offer was turned down",
    Ending.REFUSED: "Not approved by the manager",
    Ending.SILENT: "The manager did not answer in time",
    Ending.SUBSTITUTED: "A colleague took the place",
    Ending.TRANSFERRED: "Moved to another date",
    Ending.SESSION_CANCELLED: "The session was cancelled",
    Ending.DOUBLE: "Booked twice by one person",
}


class CancelReason(StrEnum):
    """Why a place is given back: a closed list, because a free text would gather people's health. `label` is what they choose."""

    WORK = "work"
    COVER = "cover"
    UNWELL = "unwell"
    LEAVE = "leave"
    TRAVEL = "travel"
    DONE = "done"
    JOB = "job"
    OTHER_DATE = "other_date"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The reason in words."""
        return REASON_LABELS[self]


REASON_LABELS = {
    CancelReason.WORK: "Urgent work with a child or family",
    CancelReason.COVER: "Nobody to cover for me",
    CancelReason.UNWELL: "Unwell, or caring for somebody",
    CancelReason.LEAVE: "On leave",
    CancelReason.TRAVEL: "The place or time does not work for me",
    CancelReason.DONE: "I have done this learning elsewhere",
    CancelReason.JOB: "I have changed jobs",
    CancelReason.OTHER_DATE: "Another date suits me better",
    CancelReason.OTHER: "Something else",
}


class PriorityReason(Base):
    """Why somebody goes before others on a waiting list: a short list the partnership keeps, lowest rank first."""

    __tablename__ = "priority_reason"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    rank: Mapped[int]
    retired_at: Mapped[datetime | None]


_live = text("status != 'cancelled'")
_asked = text("approval = 'asked' AND status != 'cancelled'")


class Booking(Base):
    """One person, one session. A cancelled booking stays, and the person may book again."""

    __tablename__ = "booking"
    __table_args__ = (
        Index("uq_booking_live", "session_id", "person_id", unique=True, sqlite_where=_live, postgresql_where=_live),
        Index("ix_booking_session_status", "session_id", "status"),
        Index("ix_booking_offer_until", "offer_until"),
        Index("ix_booking_approve_until", "approve_until", sqlite_where=_asked, postgresql_where=_asked),
        CheckConstraint("(status = 'offered') = (offer_until IS NOT NULL)", name="offer_has_end"),
        CheckConstraint("(status = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_has_time"),
        CheckConstraint("status != 'approval' OR approval = 'asked'", name="held_for_answer"),
        CheckConstraint("status NOT IN ('booked', 'offered') OR approval != 'asked'", name="no_place_before_answer"),
        CheckConstraint("status != 'booked' OR booked_at IS NOT NULL", name="booked_has_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(24), unique=True, default=random_reference)
    session_id: Mapped[int] = mapped_column(ForeignKey("course_session.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    #: Where the person worked when they asked: whose held places they may have, and who pays.
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    #: The account the booking was made for, where it became part of another: answers before and after a session stay one
    #: person’s (`asked_as`).
    asked_as_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    status: Mapped[BookingStatus]
    origin: Mapped[BookingOrigin] = mapped_column(default=BookingOrigin.BOOKED)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: When the place was asked for.
    asked_at: Mapped[datetime]
    #: Since when a place is held, confirmed or not; empty while waiting.
    held_at: Mapped[datetime | None]
    #: When the place was confirmed.
    booked_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    ending: Mapped[Ending | None]
    cancel_reason: Mapped[CancelReason | None]
    #: A confirmed place given up after it could be without charge.
    cancelled_late: Mapped[bool] = mapped_column(default=False)
    #: Why somebody who did not come says they did not; of the same list, and checked under a name of its own.
    missed_reason: Mapped[CancelReason | None] = mapped_column(
        Enum(
            CancelReason,
            name="missedreason",
            native_enum=False,
            length=40,
            create_constraint=True,
            validate_strings=True,
            values_callable=lambda members: [member.value for member in members],
        )
    )

    #: Waiting lists go by the rank of this reason, then by asked_at, then by id.
    priority_id: Mapped[int | None] = mapped_column(ForeignKey("priority_reason.id"))
    #: Until when an offered place can be taken.
    offer_until: Mapped[datetime | None]
    #: An offer was not answered: the person stays on the list, and places go past them until they ask for one.
    lapsed_at: Mapped[datetime | None]

    approval: Mapped[Approval] = mapped_column(default=Approval.NOT_NEEDED)
    manager_name: Mapped[str] = mapped_column(String(200), default="")
    manager_email: Mapped[str] = mapped_column(String(254), default="")
    approve_until: Mapped[datetime | None]
    approval_reminder_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    #: Why the manager said no, as they wrote it.
    refusal: Mapped[str] = mapped_column(String(300), default="")

    #: The person says that they have learned elsewhere what should come before.
    learned_elsewhere: Mapped[bool] = mapped_column(default=False)
    #: The booking whose place this one took over: a colleague's, or the same person's on another date.
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"))
    #: The calendar entry: one name for its whole life, handed on when the booking moves to another date, and a number that
    #: rises with every part that is sent.
    calendar_uid: Mapped[str] = mapped_column(String(80), default="")
    sequence: Mapped[int] = mapped_column(default=0)
    #: The session moved after the place was confirmed: since then leaving is free until the start.
    moved_at: Mapped[datetime | None]

    session: Mapped[CourseSession] = relationship(lazy="joined", innerjoin=True)
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    organisation: Mapped[Organisation] = relationship()
    made_by: Mapped[Person | None] = relationship(foreign_keys=[made_by_id])
    priority: Mapped[PriorityReason | None] = relationship()
    replaces: Mapped["Booking | None"] = relationship(remote_side="Booking.id")

    @property
    def asked_as(self) -> int:
        """The number of the person under which what is asked about this session is joined; it never changes."""
        return self.asked_as_id or self.person_id

    @property
    def took_over(self) -> bool:
        """Is this the place of a colleague, passed on? Then it was confirmed before, and counts as given up when that was."""
        return self.replaces is not None and self.replaces.session_id == self.session_id

    def __init__(self, **values: Any) -> None:
        """A booking is of where the person works when it is made."""
        if "person" in values and "organisation_id" not in values:
            values.setdefault("organisation", values["person"].organisation)
        super().__init__(**values)


class Reservation(Base):
    """Places of one organisation whose people are still to be named. They hold places; naming somebody makes a booking of one."""

    __tablename__ = "reservation"
    __table_args__ = (
        CheckConstraint("places >= 0", name="places_not_negative"),
        CheckConstraint("(places = 0) = (ended_at IS NOT NULL)", name="ends_when_empty"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(24), unique=True, default=random_reference)
    session_id: Mapped[int] = mapped_column(ForeignKey("course_session.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    #: How many were asked for, and how many are still without a name.
    asked: Mapped[int]
    places: Mapped[int]
    name_by: Mapped[datetime] = mapped_column(index=True)
    #: When whoever booked them is reminded; empty once that is done, or where it is too late for it.
    reminder_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    session: Mapped[CourseSession] = relationship(lazy="joined", innerjoin=True)
    organisation: Mapped[Organisation] = relationship()
    made_by: Mapped[Person] = relationship()
