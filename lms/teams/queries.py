"""Reads of one organisation's people and places; never of another's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from lms.accounts.models import Person
from lms.bookings.models import Booking, Reservation
from lms.db import db
from lms.learning.queries import Past, learning_of


def colleagues(person: Person) -> Sequence[Person]:
    """Everybody of this person's own organisation, by name; nobody else's."""
    return db.session.scalars(
        select(Person)
        .where(Person.organisation_id == person.organisation_id, Person.disabled_at.is_(None))
        .options(selectinload(Person.held))
        .order_by(Person.last_name, Person.first_name, Person.id)
    ).all()


#: How far back the page of an agency looks.
LOOKS_BACK = timedelta(days=365)


@dataclass(frozen=True)
class Agency:
    """The bookings of one organisation's people: to come and waiting by time, over with the latest first."""

    upcoming: list[Booking]
    waiting: list[tuple[Booking, int | None]]
    past: list[Past]
    #: Those who have none of these, by name.
    without: list[Person]

    @property
    def empty(self) -> bool:
        """Is there nothing?"""
        return not (self.upcoming or self.waiting or self.past)


def agency_of(person: Person, now: datetime) -> Agency:
    """The bookings of everybody of this person's own organisation, those over in the last 12 months."""
    people = colleagues(person)
    found = learning_of(people, now).values()
    past = [[one for one in each.past if one.booking.session.starts_at > now - LOOKS_BACK] for each in found]

    def in_time(booking: Booking) -> tuple[datetime, str, int]:
        return booking.session.starts_at, booking.person.last_name, booking.id

    return Agency(
        upcoming=sorted((one for each in found for one in each.upcoming), key=in_time),
        waiting=sorted((one for each in found for one in each.waiting), key=lambda one: in_time(one[0])),
        past=sorted((one for each in past for one in each), key=lambda one: in_time(one.booking), reverse=True),
        without=[
            who
            for who, each, recent in zip(people, found, past, strict=True)
            if not (each.upcoming or each.waiting or recent)
        ],
    )


def reservations_over(now: datetime) -> Sequence[Reservation]:
    """Places whose people should have been named by now."""
    return db.session.scalars(
        select(Reservation)
        .where(Reservation.ended_at.is_(None), Reservation.name_by <= now)
        .order_by(Reservation.name_by, Reservation.id)
    ).all()
