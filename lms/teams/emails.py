"""The letters to a training lead about places still without a name."""

from datetime import datetime

from lms.bookings.emails import address_of, when_of
from lms.bookings.models import Reservation
from lms.letters.operations import queue
from lms.words import plural


def reservation_ended(reservation: Reservation, *, now: datetime) -> None:
    """Nobody was named in time: the places have gone back."""
    queue(
        "reservation-ended",
        to=reservation.made_by,
        values={
            "course_title": reservation.session.course.title,
            "session_when": when_of(reservation.session),
            "organisation": reservation.organisation.name,
            "places": plural(reservation.places, "place"),
            "booking_link": address_of("catalogue.session", reference=reservation.session.reference),
        },
        now=now,
        dedupe=f"reservation:ended:{reservation.id}",
    )
