"""Reads of registers. A trainer sees the sessions they teach; an officer sees all; to anybody else none exists."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import abort
from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import contains_eager, joinedload, lazyload

from lms.accounts.models import Person
from lms.attendance import rules
from lms.attendance.models import CAME, Attendance, AttendanceMark, Mark
from lms.attendance.rules import Opening
from lms.bookings.models import Booking, BookingOrigin, BookingStatus
from lms.catalogue.models import CourseSession, SessionDate, SessionTrainer
from lms.db import db
from lms.roles import Role


def is_officer(person: Person) -> bool:
    """May this person keep every register, also a locked one?"""
    return Role.LD_OFFICER in person.roles


def visible_sessions(person: Person) -> Select[CourseSession]:
    """The sessions whose register this person may open, by time."""
    found = select(CourseSession).where(CourseSession.cancelled_at.is_(None), CourseSession.published_at.is_not(None))
    if not is_officer(person):
        found = found.where(
            exists().where(SessionTrainer.session_id == CourseSession.id, SessionTrainer.person_id == person.id)
        )
    return found.order_by(CourseSession.starts_at, CourseSession.reference)


def session_or_404(reference: str, person: Person) -> CourseSession:
    """One session whose register this person may open."""
    found: CourseSession = db.one_or_404(visible_sessions(person).where(CourseSession.reference == reference))
    return found


def date_or_404(session: CourseSession, number: int | None, now: datetime) -> SessionDate:
    """The nth date of a session; the date at hand where no number is said."""
    if number is None:
        return date_at_hand(session, now)
    if not 1 <= number <= len(session.dates):
        abort(404)
    return session.dates[number - 1]


def date_at_hand(session: CourseSession, now: datetime) -> SessionDate:
    """The date whose register is opened when nobody says which: the first that is not over, else the last."""
    return next((one for one in session.dates if one.ends_at >= now), session.dates[-1])


@dataclass(frozen=True)
class TaughtSession:
    """A session of a trainer, with how far its register has got. Walk-ins are not among those expected."""

    session: CourseSession
    expected: int
    marked: int
    opening: Opening
    #: Now, or within the time a register stays on a phone that has no network.
    soon: bool

    @property
    def locked(self) -> bool:
        """Is it closed to trainers by now?"""
        return self.opening is Opening.LOCKED

    @property
    def to_mark(self) -> int:
        """People who were expected and have no mark yet."""
        return self.expected - self.marked


def taught(person: Person, *, now: datetime, past: bool, limit: int = 50) -> list[TaughtSession]:
    """The sessions still to come, or those that were, with the size of their register; past ones newest first."""
    sessions = db.session.scalars(
        visible_sessions(person)
        .where(CourseSession.ends_at <= now if past else CourseSession.ends_at > now)
        .order_by(None)
        .order_by(CourseSession.starts_at.desc() if past else CourseSession.starts_at, CourseSession.reference)
        .limit(limit)
    ).all()
    counts = {
        session_id: (expected, marked)
        for session_id, expected, marked in db.session.execute(
            select(Booking.session_id, func.count(Booking.id), func.count(Attendance.booking_id))
            .outerjoin(Attendance, Attendance.booking_id == Booking.id)
            .where(
                Booking.session_id.in_([session.id for session in sessions]),
                Booking.status == BookingStatus.BOOKED,
                Booking.origin != BookingOrigin.WALK_IN,
            )
            .group_by(Booking.session_id)
        )
    }
    return [
        TaughtSession(
            session,
            *counts.get(session.id, (0, 0)),
            rules.opening(starts_at=session.starts_at, ends_at=session.ends_at, now=now),
            not past and session.starts_at <= now + rules.TAKEN_ALONG,
        )
        for session in sessions
    ]


@dataclass(frozen=True)
class RegisterLine:
    """One person on the register and every mark ever made for them, oldest first."""

    booking: Booking
    marks: Sequence[AttendanceMark]

    @property
    def mark(self) -> AttendanceMark | None:
        """What the register says of them now."""
        return next((mark for mark in self.marks if mark.replaced_at is None), None)

    @property
    def earlier(self) -> list[AttendanceMark]:
        """What it said before."""
        return [mark for mark in self.marks if mark.replaced_at is not None]

    @property
    def walk_in(self) -> bool:
        """Came without having been expected."""
        return self.booking.origin is BookingOrigin.WALK_IN


def register(date: SessionDate) -> list[RegisterLine]:
    """Everybody on the register of a date, by name; walk-ins last. Always as the database has it now."""
    on_it = and_(Booking.session_id == date.session_id, Booking.status == BookingStatus.BOOKED)
    marks: dict[int, list[AttendanceMark]] = defaultdict(list)
    for mark in db.session.scalars(
        select(AttendanceMark)
        .join(AttendanceMark.booking)
        .where(on_it, AttendanceMark.date_id == date.id)
        .options(joinedload(AttendanceMark.marked_by))
        .order_by(AttendanceMark.marked_at, AttendanceMark.id)
        .execution_options(populate_existing=True)
    ):
        marks[mark.booking_id].append(mark)
    bookings = db.session.scalars(
        select(Booking)
        .join(Booking.person)
        .where(on_it)
        .options(contains_eager(Booking.person), lazyload(Booking.session))
        .order_by(Booking.origin == BookingOrigin.WALK_IN, Person.last_name, Person.first_name, Booking.id)
    )
    return [RegisterLine(booking, marks[booking.id]) for booking in bookings]


def on_register(date: SessionDate, *, email: str, name: str, organisation_id: int) -> Person | None:
    """Who on the register has this address; without one, who has this name and works there."""

    def is_meant(one: Person) -> bool:
        if email:
            return one.email == email
        return (one.organisation_id, one.name.casefold()) == (organisation_id, name.casefold())

    return next((line.booking.person for line in register(date) if is_meant(line.booking.person)), None)


@dataclass(frozen=True)
class RegisterCount:
    """The register in figures. Walk-ins are never among those expected."""

    expected: int
    came: int
    #: Of those who came.
    left_early: int
    apology: int
    no_show: int
    walked_in: int
    to_mark: int


def count(lines: Sequence[RegisterLine]) -> RegisterCount:
    """Count a register."""
    expected = [line.mark.mark if line.mark else None for line in lines if not line.walk_in]
    walked_in = [line.mark.mark if line.mark else None for line in lines if line.walk_in]
    return RegisterCount(
        expected=len(expected),
        came=sum(mark in CAME for mark in expected),
        left_early=expected.count(Mark.LEFT_EARLY),
        apology=expected.count(Mark.APOLOGY),
        no_show=expected.count(Mark.NO_SHOW),
        walked_in=sum(mark in CAME for mark in walked_in),
        to_mark=expected.count(None) + walked_in.count(None),
    )


def problems() -> list[str]:
    """What must never be: a mark on a waiting or cancelled booking. An apology may be followed by a cancellation."""
    return [
        f"booking {reference} is {status.value} and yet has a mark on the register"
        for reference, status in db.session.execute(
            select(Booking.reference, Booking.status)
            .join(Attendance, Attendance.booking_id == Booking.id)
            .where(Booking.status != BookingStatus.BOOKED, Attendance.mark != Mark.APOLOGY)
            .order_by(Booking.id)
        )
    ]
