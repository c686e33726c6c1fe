"""The letters to a training lead about places still without a name."""

from datetime import datetime

from lms.bookings.emails import address_of, when_of
from lms.bookings.models import Reservation
from lms.letters.operations import queue
from lms.words import plural
from lms.working_days import until


def reservation_made(reservation: Reservation, *, now: datetime) -> None:
    """The places are kept: name people by then."""
    _write("booking-for-team", reservation, "made", now=now)


def reservation_reminder(reservation: Reservation, *, now: datetime) -> None:
    """There are still places without a name."""
    # With another date comes another reminder.
    event = f"reminder-{reservation.name_by:%Y%m%d}"
    _write("reservation-reminder", reservation, event, now=now, places=plural(reservation.places, "place"))


def reservation_ended(reservation: Reservation, *, now: datetime) -> None:
    """Nobody was named in time: the places have gone back."""
    _write(
        "reservation-ended",
        reservation,
        "ended",
        now=now,
        places=plural(reservation.places, "place"),
        booking_link=address_of("catalogue.session", reference=reservation.session.reference),
    )


def _write(key: str, reservation: Reservation, event: str, *, now: datetime, **more: str) -> None:
    values = {
        "course_title": reservation.session.course.title,
        "session_when": when_of(reservation.session),
        "organisation": reservation.organisation.name,
        "free_until": until(reservation.name_by),
        "booking_link": address_of("teams.places", reference=reservation.reference),
    }
    queue(
        key,
        to=reservation.made_by,
        values=values | more,
        now=now,
        dedupe=f"reservation:{event}:{reservation.id}",
    )
