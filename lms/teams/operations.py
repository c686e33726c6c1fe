"""What is done for a team: places for people still to be named."""

from datetime import datetime

from lms.accounts.models import Person
from lms.activity.operations import record
from lms.bookings.models import Reservation
from lms.bookings.operations import lock_sessions, settle
from lms.db import db
from lms.teams import emails, queries


def end_reservations(now: datetime) -> int:
    """Places nobody was named for in time go to whoever waits."""
    due = list(queries.reservations_over(now))
    sessions = lock_sessions(reservation.session_id for reservation in due)
    for reservation in due:
        emails.reservation_ended(reservation, now=now)
        end_reservation(reservation, actor=None, now=now)
    for session in sessions.values():
        settle(session=session, now=now)
    return len(due)


def end_reservation(reservation: Reservation, *, actor: Person | None, now: datetime) -> None:
    """Its places without a name are given back. The session is locked and settled by whoever calls."""
    places, reservation.places, reservation.ended_at = reservation.places, 0, now
    db.session.flush()
    note_reservation("reservation:ended", reservation, actor=actor, now=now, places=-places)


def note_reservation(verb: str, reservation: Reservation, *, actor: Person | None, now: datetime, places: int) -> None:
    """Record what happened to places without a name; `places` is by how many they changed."""
    record(
        verb,
        actor=actor,
        subject_kind="reservation",
        subject=reservation.reference,
        now=now,
        session=reservation.session.reference,
        places=places,
    )
