"""Until when people can say what they need, who sees it when, and when it is deleted. Pure."""

from datetime import datetime, timedelta

from lms.bookings.models import Booking, BookingStatus

#: So long after the end of its session it is deleted.
KEPT = timedelta(days=28)
#: So long before its start trainers see it; officers, who find rooms and order food, see it from the beginning.
TRAINERS_SEE = timedelta(days=14)


def asked(booking: Booking, *, now: datetime) -> bool:
    """Is the person asked what they need? Where the session asks, while the booking counts and the session is to come."""
    session = booking.session
    return (
        (session.asks_access or session.asks_diet)
        and booking.status is not BookingStatus.CANCELLED
        and session.cancelled_at is None
        and now < session.starts_at
    )


def deleted_at(ends_at: datetime) -> datetime:
    """When what was told for a session that ends then is deleted."""
    return ends_at + KEPT
