"""Reads of one organisation's people and places; never of another's."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from lms.accounts.models import Person
from lms.bookings.models import Booking, Reservation
from lms.bookings.places import Places
from lms.bookings.queries import places_of, who
from lms.catalogue.models import Course, CourseSession
from lms.db import db
from lms.learning.queries import Learning, Past, learning_of
from lms.learning.record import Record, record_of

# Who and what is of the same organisation as the lead.


def colleagues(person: Person) -> Sequence[Person]:
    """Everybody of this person's own organisation, by name; nobody else's."""
    return db.session.scalars(
        select(Person)
        .where(Person.organisation_id == person.organisation_id, Person.disabled_at.is_(None))
        .options(selectinload(Person.held))
        .order_by(Person.last_name, Person.first_name, Person.id)
    ).all()


def colleague(lead: Person, person_id: int) -> Person | None:
    """Somebody of the lead's organisation."""
    return db.session.scalar(
        select(Person).where(Person.id == person_id, Person.organisation_id == lead.organisation_id)
    )


def colleagues_by_id(lead: Person, person_ids: Collection[int]) -> Sequence[Person]:
    """Those of these people who are of the lead's organisation."""
    return db.session.scalars(
        select(Person).where(Person.id.in_(person_ids), Person.organisation_id == lead.organisation_id)
    ).all()


def booking_of_colleague(lead: Person, reference: str) -> Booking | None:
    """A booking of somebody of the lead's organisation, by its reference."""
    return db.session.scalar(
        select(Booking)
        .join(Booking.person)
        .options(contains_eager(Booking.person))
        .where(Booking.reference == reference, Person.organisation_id == lead.organisation_id)
    )


def bookings_of_colleagues(lead: Person, references: Collection[str]) -> dict[str, Booking]:
    """Those of these bookings that are of people of the lead's organisation: {reference: booking}."""
    found = db.session.scalars(
        select(Booking)
        .join(Booking.person)
        .options(contains_eager(Booking.person))
        .where(Booking.reference.in_(references), Person.organisation_id == lead.organisation_id)
    )
    return {booking.reference: booking for booking in found}


def reservation_of(lead: Person, reference: str) -> Reservation | None:
    """Places without a name of the lead's organisation, by their reference."""
    return db.session.scalar(
        select(Reservation).where(
            Reservation.reference == reference, Reservation.organisation_id == lead.organisation_id
        )
    )


def reservations_of(lead: Person) -> Sequence[Reservation]:
    """What the lead's organisation has without a name, the first to be named first."""
    return db.session.scalars(
        select(Reservation)
        .where(Reservation.organisation_id == lead.organisation_id, Reservation.ended_at.is_(None))
        .order_by(Reservation.name_by, Reservation.id)
    ).all()


# The overview.

#: How far back the page of an agency looks.
LOOKS_BACK = timedelta(days=365)


@dataclass(frozen=True)
class Agency:
    """The bookings of one organisation’s people by time, those who wait by their number too; over with the latest first."""

    upcoming: list[Booking]
    waiting: list[tuple[Booking, int | None]]
    past: list[Past]
    #: Everybody by name, with what they have; over only what is of the last 12 months.
    people: list[tuple[Person, Learning]]


def agency_of(person: Person, now: datetime) -> Agency:
    """The bookings of everybody of this person's own organisation, those over in the last 12 months."""
    everybody = colleagues(person)
    found = learning_of(everybody, now)
    people = [
        (
            one,
            Learning(
                has.upcoming,
                has.waiting,
                [past for past in has.past if past.booking.session.starts_at > now - LOOKS_BACK],
            ),
        )
        for one in everybody
        for has in (found[one.id],)
    ]

    def in_time(booking: Booking) -> tuple[datetime, str, int]:
        return booking.session.starts_at, booking.person.last_name, booking.id

    def in_line(one: tuple[Booking, int | None]) -> tuple[datetime, int, int, int]:
        booking, number = one
        return booking.session.starts_at, booking.session_id, number or 0, booking.id

    return Agency(
        upcoming=sorted((one for _, has in people for one in has.upcoming), key=in_time),
        waiting=sorted((one for _, has in people for one in has.waiting), key=in_line),
        past=sorted((one for _, has in people for one in has.past), key=lambda one: in_time(one.booking), reverse=True),
        people=people,
    )


def own_learning(person: Person, now: datetime) -> tuple[Learning, Record]:
    """The bookings of one colleague, and their record of everything they learned."""
    learning = learning_of([person], now)[person.id]
    return learning, record_of(person, learning.past)


# Sessions a lead can book.


def session_to_book(lead: Person, reference: str) -> CourseSession | None:
    """A session that is announced, and not held for another organisation."""
    return db.session.scalar(select(CourseSession).where(CourseSession.reference == reference, *_open_to(lead)))


def _open_to(lead: Person) -> tuple[ColumnElement[bool], ...]:
    host = CourseSession.host_organisation_id
    return CourseSession.published_at.is_not(None), or_(host.is_(None), host == lead.organisation_id)


@dataclass(frozen=True)
class Open:
    """A session that can be booked now, and how many people of the organisation would get a place."""

    session: CourseSession
    places: Places
    ready: int


def sessions_to_book(lead: Person, now: datetime, words: Sequence[str] = ()) -> list[Open]:
    """The sessions places can be asked for now, earliest first. Every word stands in the title or the code of the course."""
    opens, closes = CourseSession.booking_opens_at, CourseSession.booking_closes_at
    sessions = db.session.scalars(
        select(CourseSession)
        .join(CourseSession.course)
        .options(contains_eager(CourseSession.course))
        .where(
            *_open_to(lead),
            CourseSession.starts_at > now,
            CourseSession.cancelled_at.is_(None),
            or_(opens.is_(None), opens <= now),
            or_(closes.is_(None), closes > now),
            *(
                or_(*(column.icontains(word, autoescape=True) for column in (Course.title, Course.code)))
                for word in words
            ),
        )
        .order_by(CourseSession.starts_at, CourseSession.reference)
    ).all()
    places = places_of(sessions)
    return [Open(one, places[one.id], places[one.id].ready_for(who(lead))) for one in sessions]


# What is due.


def reservations_over(now: datetime) -> Sequence[Reservation]:
    """Places whose people should have been named by now."""
    return db.session.scalars(
        select(Reservation)
        .where(Reservation.ended_at.is_(None), Reservation.name_by <= now)
        .order_by(Reservation.name_by, Reservation.id)
    ).all()


def next_over() -> datetime | None:
    """When people are next to be named."""
    found: datetime | None = db.session.scalar(
        select(func.min(Reservation.name_by)).where(Reservation.ended_at.is_(None))
    )
    return found


def to_remind(now: datetime) -> Sequence[Reservation]:
    """Places whose names somebody is to be reminded of by now."""
    return db.session.scalars(
        select(Reservation)
        .where(Reservation.ended_at.is_(None), Reservation.reminder_at <= now)
        .order_by(Reservation.reminder_at, Reservation.id)
    ).all()


def next_reminder() -> datetime | None:
    """When somebody is next to be reminded."""
    found: datetime | None = db.session.scalar(
        select(func.min(Reservation.reminder_at)).where(Reservation.ended_at.is_(None))
    )
    return found
