"""Reads of checking in: which dates take it now, what one person has to do with a date, how many are in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lms.accounts.models import Person
from lms.attendance.forms import said
from lms.attendance.models import CAME, AttendanceMark
from lms.attendance.rules import OPENS_BEFORE
from lms.bookings.models import Booking, BookingOrigin, BookingStatus
from lms.catalogue.models import CourseSession, SessionDate
from lms.checkin.rules import Marked
from lms.db import db

_TO_COME = SessionDate.session_id == CourseSession.id


def open_dates(now: datetime) -> list[int]:
    """The dates at which somebody can check in at this moment, by id."""
    found = (
        select(SessionDate.id)
        .join(SessionDate.session)
        .where(
            CourseSession.cancelled_at.is_(None),
            CourseSession.published_at.is_not(None),
            SessionDate.starts_at <= now + OPENS_BEFORE,
            SessionDate.ends_at >= now,
        )
    )
    return list(db.session.scalars(found.order_by(SessionDate.id)))


def date_of(date_id: int) -> SessionDate | None:
    """The date of a code; None if it is gone."""
    return db.session.get(SessionDate, date_id)


def booking_of(person: Person, date: SessionDate) -> Booking | None:
    """What this person has to do with the session of a date: the live booking, else the last that ended."""
    found = select(Booking).where(Booking.session_id == date.session_id, Booking.person_id == person.id)
    live_first = (Booking.status == BookingStatus.CANCELLED, Booking.id.desc())
    return db.session.scalar(found.order_by(*live_first).limit(1))


def marked(booking: Booking | None, date: SessionDate) -> Marked | None:
    """What the register of the date says of a booking already."""
    if booking is None:
        return None
    mark = db.session.scalar(
        select(AttendanceMark)
        .where(
            AttendanceMark.booking_id == booking.id,
            AttendanceMark.date_id == date.id,
            AttendanceMark.replaced_at.is_(None),
        )
        .options(joinedload(AttendanceMark.marked_by))
    )
    return Marked(mark.how, mark.mark.came, said(mark, date.starts_at)) if mark else None


def elsewhere(person: Person, date: SessionDate, now: datetime) -> CourseSession | None:
    """Another session at which this person has a place and could check in at this moment: perhaps it is only the wrong room."""
    return db.session.scalar(
        select(CourseSession)
        .join(Booking, Booking.session_id == CourseSession.id)
        .join(SessionDate, _TO_COME)
        .where(
            Booking.person_id == person.id,
            Booking.status == BookingStatus.BOOKED,
            SessionDate.id.in_(open_dates(now)),
            CourseSession.id != date.session_id,
        )
        .order_by(SessionDate.starts_at, CourseSession.reference)
        .limit(1)
    )


@dataclass(frozen=True)
class Present:
    """How many of those expected are in the room, by the register. Walk-ins are never among those expected."""

    came: int
    expected: int


def present(date: SessionDate) -> Present:
    """Count those expected at a date, and how many of them are marked as having come."""
    came, expected = db.session.execute(
        select(func.count(AttendanceMark.id), func.count(Booking.id))
        .select_from(Booking)
        .outerjoin(
            AttendanceMark,
            (AttendanceMark.booking_id == Booking.id)
            & (AttendanceMark.date_id == date.id)
            & AttendanceMark.replaced_at.is_(None)
            & AttendanceMark.mark.in_(CAME),
        )
        .where(
            Booking.session_id == date.session_id,
            Booking.status == BookingStatus.BOOKED,
            Booking.origin != BookingOrigin.WALK_IN,
        )
    ).one()
    return Present(came, expected)
