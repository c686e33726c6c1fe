"""Reads of what people learn: their places to come, what is open, and what they have been to."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from lms import dates
from lms.accounts.models import Person
from lms.attendance.models import Mark
from lms.bookings.models import Booking, BookingStatus
from lms.bookings.queries import marks_of, positions
from lms.catalogue.models import CourseSession
from lms.db import db


@dataclass(frozen=True)
class Past:
    """A session that is over, and what the register says of the person; None until somebody has marked it."""

    booking: Booking
    mark: Mark | None

    @property
    def hours(self) -> float | None:
        """Hours of learning to count: the course's, for whoever was there from beginning to end."""
        return self.booking.session.course.hours if self.mark is Mark.ATTENDED else None


@dataclass(frozen=True)
class Learning:
    """One person's bookings: to come, open, and over. Open ones have their place on the waiting list, or None while a place is
    offered or held for the manager's answer."""

    upcoming: list[Booking] = field(default_factory=list)
    waiting: list[tuple[Booking, int | None]] = field(default_factory=list)
    past: list[Past] = field(default_factory=list)

    @property
    def hours(self) -> float:
        """The hours of all sessions the person came to from beginning to end."""
        return sum(past.hours or 0 for past in self.past)


def learning_of(people: Collection[Person], now: datetime) -> dict[int, Learning]:
    """The bookings of these people: {person id: learning}, the same number of queries for any number of people.

    To come and waiting in the order of time, over with the latest first. Cancelled sessions and bookings are left out.
    """
    found = {person.id: Learning() for person in people}
    bookings = db.session.scalars(
        select(Booking)
        .join(Booking.session)
        .options(contains_eager(Booking.session))
        .where(
            Booking.person_id.in_(found),
            Booking.status != BookingStatus.CANCELLED,
            CourseSession.cancelled_at.is_(None),
        )
        .order_by(CourseSession.starts_at, Booking.id)
    ).all()
    places = positions(bookings)
    marks = marks_of([booking.id for booking in bookings if booking.session.ends_at <= now])
    for booking in bookings:
        learning = found[booking.person_id]
        if booking.status is not BookingStatus.BOOKED:
            if now < booking.session.starts_at:
                learning.waiting.append((booking, places.get(booking.id)))
        elif now < booking.session.ends_at:
            learning.upcoming.append(booking)
        else:
            mark = marks.get(booking.id)
            learning.past.insert(0, Past(booking, mark.mark if mark else None))
    return found


def sentences_of(person: Person) -> list[tuple[str, str]]:
    """What waits for this person among their bookings: offers to take or turn down, soonest first. (sentence, address)."""
    offered = db.session.scalars(
        select(Booking)
        .where(Booking.person_id == person.id, Booking.status == BookingStatus.OFFERED)
        .order_by(Booking.offer_until, Booking.id)
    )
    return [
        (
            f"A place on {one.session.course.title} is offered to you until {dates.day_time(one.offer_until)}.",
            url_for("bookings.booking", reference=one.reference),
        )
        for one in offered
    ]
