"""The letters about a place that was passed on or has moved."""

from datetime import datetime

from lms.bookings.emails import invited, other_dates, uninvited, when_of, write
from lms.bookings.models import Booking


def substituted_out(booking: Booking, *, now: datetime) -> None:
    """A colleague has taken your place; the calendar entry goes."""
    write(
        "booking-substituted-out",
        booking,
        "substituted-out",
        now=now,
        calendar=uninvited(booking, now),
        booking_link=other_dates(booking),
    )


def substituted_in(booking: Booking, *, now: datetime) -> None:
    """You come instead of a colleague. An entry of its own: the calendar is another person's."""
    write("booking-substituted-in", booking, "substituted-in", now=now, calendar=invited(booking, now))


def transferred(booking: Booking, *, before: Booking, now: datetime) -> None:
    """Your place has moved to this date; so does the entry in the calendar."""
    write(
        "booking-transferred",
        booking,
        "transferred",
        now=now,
        calendar=invited(booking, now),
        old_when=when_of(before.session),
    )
