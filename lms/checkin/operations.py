"""Checking in: one's own mark on the register of a date."""

from datetime import datetime

from lms.accounts.models import Person
from lms.attendance import operations as attendance
from lms.attendance.models import Mark, MarkedHow
from lms.attendance.rules import MarkGiven
from lms.bookings.models import Booking
from lms.bookings.operations import lock_session
from lms.catalogue.models import SessionDate
from lms.checkin import queries, rules
from lms.errors import RuleBroken


def check_in(date: SessionDate, *, person: Person, now: datetime) -> Booking:
    """Mark this person as having come, by their own word and a code they have seen. RuleBroken where they cannot be, with what
    to do."""
    session = lock_session(date.session_id)
    rules.check_time(
        starts_at=date.starts_at, ends_at=date.ends_at, now=now, cancelled=session.cancelled_at is not None
    )
    booking = queries.booking_of(person, date)
    try:
        rules.check_booking(booking.status if booking else None, queries.marked(booking, date))
    except RuleBroken as broken:
        other = None if booking else queries.elsewhere(person, date, now)
        if other is None:
            raise
        raise RuleBroken(
            f"This code is of {session.course.title}, and you have a place on {other.course.title}. "
            "Perhaps you are in the wrong room, or the trainer can help."
        ) from broken
    if booking is None:  # said already: there is nobody without a booking here
        raise LookupError(person.id)
    came = MarkGiven(booking.id, Mark.ATTENDED)
    attendance.record_marks(date, given=[came], by=person, now=now, how=MarkedHow.CHECK_IN)
    return booking
