"""The letters about a session that is not what people were told."""

from datetime import datetime

from lms.bookings.emails import address_of, invited_again, place_of, when_of, write
from lms.bookings.models import Booking, Reservation
from lms.letters.operations import queue

__all__ = ["changed", "reservation_changed", "waiting_changed", "when_of"]


def changed(booking: Booking, *, what: str, old_when: str, now: datetime) -> None:
    """What has changed, to somebody with a place; the entry in the calendar moves along. `old_when` is empty where
    it is the same."""
    write(
        "booking-changed",
        booking,
        "changed",
        now=now,
        again=True,
        calendar=invited_again(booking, now),
        what_changed=what,
        old_when=old_when,
    )


def waiting_changed(booking: Booking, *, what: str, old_when: str, now: datetime) -> None:
    """The same to somebody who waits, is offered a place, or whose manager is asked: there is no entry to move."""
    write(
        "booking-waiting-changed", booking, "waiting-changed", now=now, again=True, what_changed=what, old_when=old_when
    )


def reservation_changed(reservation: Reservation, *, what: str, old_when: str, now: datetime) -> None:
    """The same to who reserved places for people still to be named. There is no entry to move either."""
    session = reservation.session
    queue(
        "booking-changed",
        to=reservation.made_by,
        values={
            "course_title": session.course.title,
            "session_when": when_of(session),
            "session_place": place_of(session),
            "booking_link": address_of("teams.places", reference=reservation.reference),
            "what_changed": what,
            "old_when": old_when,
        },
        now=now,
        dedupe=f"reservation:changed:{reservation.id}:{now.timestamp():.6f}",
    )
