"""Reads of what a cancelled or merged session leaves behind."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from lms.accounts.models import Person
from lms.attendance.models import CAME, Attendance
from lms.bookings.models import Booking, BookingOrigin, BookingStatus
from lms.catalogue.models import CourseSession, SessionTrainer
from lms.db import db
from lms.programme.queries import live, reservations


@dataclass(frozen=True)
class Concerned:
    """Whom the end of a session concerns: people with a place, people without one yet, places still without a name."""

    with_place: int
    without: int
    unnamed: int

    @property
    def letters(self) -> int:
        """How many people get a letter about their own booking."""
        return self.with_place + self.without


def concerned(session: CourseSession) -> Concerned:
    """Whom the end of this session would concern."""
    bookings = live(session)
    booked = sum(one.status is BookingStatus.BOOKED for one in bookings)
    return Concerned(booked, len(bookings) - booked, sum(one.places for one in reservations(session)))


def walked_in(session: CourseSession) -> Sequence[Booking]:
    """Who is there without having booked."""
    return db.session.scalars(
        select(Booking)
        .where(
            Booking.session_id == session.id,
            Booking.status != BookingStatus.CANCELLED,
            Booking.origin == BookingOrigin.WALK_IN,
        )
        .order_by(Booking.id)
    ).all()


def somebody_came(session: CourseSession) -> bool:
    """Does the register say of anybody that they came?"""
    found = (
        select(Attendance.booking_id)
        .join(Booking, Booking.id == Attendance.booking_id)
        .where(Booking.session_id == session.id, Attendance.mark.in_(CAME))
        .limit(1)
    )
    return db.session.scalar(found) is not None


def live_there(session: CourseSession, person_ids: Collection[int]) -> dict[int, Booking]:
    """The bookings of these people in another session: {person id: booking}."""
    found = db.session.scalars(
        select(Booking).where(
            Booking.session_id == session.id,
            Booking.person_id.in_(person_ids),
            Booking.status != BookingStatus.CANCELLED,
        )
    )
    return {one.person_id: one for one in found}


def teaching_there(session: CourseSession, person_ids: Collection[int]) -> list[str]:
    """Which of these people teach that session, by name."""
    found = (
        select(Person)
        .join(SessionTrainer, SessionTrainer.person_id == Person.id)
        .where(SessionTrainer.session_id == session.id, Person.id.in_(person_ids))
        .order_by(Person.last_name, Person.id)
    )
    return [one.name for one in db.session.scalars(found).unique()]


def could_join(session: CourseSession, now: datetime) -> Sequence[CourseSession]:
    """The other published sessions to come: those of the same course first, then by time."""
    return db.session.scalars(
        select(CourseSession)
        .where(
            CourseSession.id != session.id,
            CourseSession.starts_at > now,
            CourseSession.published_at.is_not(None),
            CourseSession.cancelled_at.is_(None),
        )
        .order_by(CourseSession.course_id != session.course_id, CourseSession.starts_at, CourseSession.reference)
    ).all()
