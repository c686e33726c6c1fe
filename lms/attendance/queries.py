"""Reads of registers. A trainer sees the sessions they teach; an officer sees all; to anybody else none exists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, exists, func, select
from sqlalchemy.orm import joinedload

from lms.accounts.models import Person
from lms.attendance.models import AttendanceMark, Mark
from lms.bookings.models import Booking, BookingOrigin, BookingStatus
from lms.catalogue.models import CourseSession, SessionTrainer
from lms.db import db
from lms.roles import Role


def is_officer(person: Person) -> bool:
    """May this person keep every register, also a locked one?"""
    return Role.LD_OFFICER in person.roles


def visible_sessions(person: Person) -> Select[CourseSession]:
    """The sessions whose register this person may open, by time."""
    found = select(CourseSession).where(CourseSession.cancelled_at.is_(None))
    if not is_officer(person):
        found = found.where(
            exists().where(SessionTrainer.session_id == CourseSession.id, SessionTrainer.person_id == person.id)
        )
    return found.order_by(CourseSession.starts_at, CourseSession.reference)


def session_or_404(reference: str, person: Person) -> CourseSession:
    """One session whose register this person may open."""
    found: CourseSession = db.one_or_404(visible_sessions(person).where(CourseSession.reference == reference))
    return found


@dataclass(frozen=True)
class TaughtSession:
    """A session of a trainer, with how far its register has got."""

    session: CourseSession
    expected: int
    marked: int


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
            select(Booking.session_id, func.count(Booking.id), func.count(AttendanceMark.id))
            .outerjoin(
                AttendanceMark, and_(AttendanceMark.booking_id == Booking.id, AttendanceMark.replaced_at.is_(None))
            )
            .where(Booking.session_id.in_([session.id for session in sessions]), Booking.status == BookingStatus.BOOKED)
            .group_by(Booking.session_id)
        )
    }
    return [TaughtSession(session, *counts.get(session.id, (0, 0))) for session in sessions]


@dataclass(frozen=True)
class RegisterLine:
    """One person on the register and what it says of them now."""

    booking: Booking
    mark: AttendanceMark | None

    @property
    def walk_in(self) -> bool:
        """Came without having been expected."""
        return self.booking.origin is BookingOrigin.WALK_IN


def register(session: CourseSession) -> list[RegisterLine]:
    """Everybody on the register, by name; walk-ins last."""
    rows = db.session.execute(
        select(Booking, AttendanceMark)
        .join(Booking.person)
        .options(joinedload(Booking.person))
        .outerjoin(AttendanceMark, and_(AttendanceMark.booking_id == Booking.id, AttendanceMark.replaced_at.is_(None)))
        .where(Booking.session_id == session.id, Booking.status == BookingStatus.BOOKED)
        .order_by(Booking.origin == BookingOrigin.WALK_IN, Person.last_name, Person.first_name, Booking.id)
    ).all()
    return [RegisterLine(booking, mark) for booking, mark in rows]


@dataclass(frozen=True)
class RegisterCount:
    """The register in figures. Walk-ins are never among those expected."""

    expected: int
    came: int
    left_early: int
    apology: int
    no_show: int
    walked_in: int
    to_mark: int


def count(lines: Sequence[RegisterLine]) -> RegisterCount:
    """Count a register."""
    expected = [line for line in lines if not line.walk_in]
    marks = [line.mark.mark for line in expected if line.mark]
    return RegisterCount(
        expected=len(expected),
        came=sum(mark.came for mark in marks),
        left_early=marks.count(Mark.LEFT_EARLY),
        apology=marks.count(Mark.APOLOGY),
        no_show=marks.count(Mark.NO_SHOW),
        walked_in=sum(line.walk_in for line in lines),
        to_mark=len(expected) - len(marks),
    )


def history(booking: Booking) -> Sequence[AttendanceMark]:
    """Every mark ever made for one booking, oldest first."""
    return db.session.scalars(
        select(AttendanceMark)
        .where(AttendanceMark.booking_id == booking.id)
        .order_by(AttendanceMark.marked_at, AttendanceMark.id)
    ).all()


def problems() -> list[str]:
    """What must never be: a mark on a cancelled or waiting booking, or two current marks for one person."""
    return [
        f"booking {reference} is {status.value} and yet has a mark on the register"
        for reference, status in db.session.execute(
            select(Booking.reference, Booking.status)
            .join(AttendanceMark, AttendanceMark.booking_id == Booking.id)
            .where(Booking.status != BookingStatus.BOOKED, AttendanceMark.replaced_at.is_(None))
            .order_by(Booking.id)
        )
    ]
