"""What `lms verify` checks of registers."""

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.attendance.models import Attendance, AttendanceMark, Mark, whole_of
from lms.bookings.models import Booking, BookingStatus
from lms.catalogue.models import CourseSession, SessionDate
from lms.db import db


def problems() -> list[str]:
    """Everything that must never be."""
    return [*_marks_of_nobody(), *_marks_elsewhere(), *_sums()]


def _marks_of_nobody() -> list[str]:
    """A mark on a waiting or cancelled booking. An apology may be followed by a cancellation."""
    return [
        f"booking {reference} is {status.value} and yet has a mark on the register"
        for reference, status in db.session.execute(
            select(Booking.reference, Booking.status)
            .join(Attendance, Attendance.booking_id == Booking.id)
            .where(Booking.status != BookingStatus.BOOKED, Attendance.mark != Mark.APOLOGY)
            .order_by(Booking.id)
        )
    ]


def _marks_elsewhere() -> list[str]:
    """A mark on a date of another session than its booking’s."""
    return [
        f"booking {reference} has a mark on a date of another session"
        for reference in db.session.scalars(
            select(Booking.reference)
            .join(AttendanceMark, AttendanceMark.booking_id == Booking.id)
            .join(SessionDate, SessionDate.id == AttendanceMark.date_id)
            .where(SessionDate.session_id != Booking.session_id)
            .distinct()
            .order_by(Booking.reference)
        )
    ]


def _sums() -> list[str]:
    """What is said of a whole booking, and its marks of today do not say so together."""
    marks: dict[int, list[AttendanceMark]] = defaultdict(list)
    for mark in db.session.scalars(
        select(AttendanceMark).where(AttendanceMark.replaced_at.is_(None)).order_by(AttendanceMark.id)
    ):
        marks[mark.booking_id].append(mark)
    said = {one.booking_id: one for one in db.session.scalars(select(Attendance))}
    bookings = db.session.scalars(
        select(Booking)
        .where(Booking.id.in_(select(AttendanceMark.booking_id)) | Booking.id.in_(select(Attendance.booking_id)))
        .options(joinedload(Booking.session).selectinload(CourseSession.dates))
        .order_by(Booking.id)
    )
    return [
        f"booking {booking.reference}: what its register says as a whole is not what the marks of its dates say"
        for booking in bookings
        if _is(said.get(booking.id)) != _should_be(booking, marks[booking.id])
    ]


def _is(said: Attendance | None) -> tuple[Mark, int] | None:
    return (said.mark, said.dates_came) if said else None


def _should_be(booking: Booking, marks: list[AttendanceMark]) -> tuple[Mark, int] | None:
    whole = whole_of(booking, [one.mark for one in marks])
    return (whole, sum(one.mark.came for one in marks)) if whole else None
