"""Bookings from another system: one row a person and a session. They write no letters, and take no place that is not there."""

from datetime import datetime

from lms import dates
from lms.accounts.imports import address_in, person_in
from lms.accounts.queries import person_by_email
from lms.bookings import operations
from lms.bookings.queries import live_booking
from lms.catalogue.queries import session_by_reference
from lms.imports import Kind, Outcome, Row, Wrong

COLUMNS = {
    "session": ("session reference", "event", "event reference"),
    "email": ("email address", "e-mail", "work email"),
    "first_name": ("first name", "forename"),
    "last_name": ("last name", "surname"),
    "organisation": ("agency", "employer", "school"),
    "sector": (),
    "asked_on": ("booked on", "date booked", "asked"),
}


def take_booking(row: Row, now: datetime) -> Outcome:
    """A place while there is room for this person, else a place on the waiting list, in the order of the file. Somebody who is
    not known is added where the file says their name and organisation."""
    session = session_by_reference(row.needed("session", longest=40))
    if session is None:
        raise Wrong("session", f"There is no session “{row.text('session')}”.")
    known = person_by_email(address_in(row, "email"))
    if known and live_booking(known, session):
        return Outcome.UNCHANGED
    asked_at = dates.from_london(row.day("asked_on"), 12) if row.text("asked_on") else now
    if asked_at > now:
        raise Wrong("asked_on", f"“{row.text('asked_on')}” is still to come.")
    operations.load_booking(session=session, person=known or person_in(row, now), asked_at=min(asked_at, now), now=now)
    return Outcome.ADDED


KIND = Kind("bookings", "one row a person and a session.", COLUMNS, ("session", "email"), take_booking)
