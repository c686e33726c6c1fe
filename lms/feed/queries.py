"""Reads of one person's calendar. The address is the key: it is signed, belongs to one person and holds nothing else."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import contains_eager, selectinload

from lms.accounts.models import Person
from lms.bookings.emails import address_of, entry_of, place_of
from lms.bookings.models import Booking, BookingStatus
from lms.catalogue.models import CourseSession, SessionTrainer
from lms.db import db
from lms.letters.calendar import Entry
from lms.organisations.models import Partnership
from lms.organisations.queries import partnership

#: How long what is over stays in the calendar: three months.
LOOKS_BACK = timedelta(days=92)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="lms.feed")


def token_of(person: Person) -> str:
    """The secret part of this person's address. It is made anew each time and kept nowhere."""
    return str(_serializer().dumps([person.id, person.calendar_version]))


def person_of(token: str) -> Person | None:
    """Whose address this is; None for one that is none, that was replaced, or of somebody who can no longer sign in."""
    try:
        person_id, version = _serializer().loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    found = db.session.get(Person, person_id)
    return found if found and found.is_active and found.calendar_version == version else None


def entries_of(person: Person, *, now: datetime) -> list[Entry]:
    """This person's confirmed places and the sessions they teach, in order of time: to come, and over in the last months.

    Each place has the UID and SEQUENCE of its letters. The link to join is in none.
    """
    here = partnership()
    if here is None:
        return []
    places = db.session.scalars(
        select(Booking)
        .join(Booking.session)
        .options(contains_eager(Booking.session).selectinload(CourseSession.dates))
        .where(
            Booking.person_id == person.id,
            Booking.status == BookingStatus.BOOKED,
            CourseSession.cancelled_at.is_(None),
            CourseSession.ends_at > now - LOOKS_BACK,
        )
    )
    taught = db.session.scalars(
        select(CourseSession)
        .join(SessionTrainer, SessionTrainer.session_id == CourseSession.id)
        .options(selectinload(CourseSession.dates))
        .where(
            SessionTrainer.person_id == person.id,
            CourseSession.cancelled_at.is_(None),
            CourseSession.published_at.is_not(None),
            CourseSession.ends_at > now - LOOKS_BACK,
        )
    )
    entries = [*map(entry_of, places), *(_taught(session, person, here) for session in taught)]
    return sorted(entries, key=lambda entry: (entry.occasions, entry.uid))


def _taught(session: CourseSession, person: Person, here: Partnership) -> Entry:
    """The entry of a session somebody teaches. No letter carries it, so nothing has to rise."""
    register = address_of("attendance.register", reference=session.reference)
    return Entry(
        uid=f"teaching-{session.reference}@{urlsplit(current_app.config['PUBLIC_URL']).hostname}",
        sequence=0,
        occasions=tuple((date.starts_at, date.ends_at) for date in session.dates),
        title=f"Teaching: {session.course.title}",
        place=place_of(session, link_is="").replace("\n", ", "),
        description=f"You teach this session.\nIts register: {register}",
        url=register,
        organiser_name=here.team_name,
        organiser_email=here.team_email,
        attendee_name=person.name,
        attendee_email=person.email or "",
    )
