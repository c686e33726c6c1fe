"""Reads of what people need: the person their own; the trainers of a session and officers what was told for it; nobody else."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager

from lms import dates
from lms.accounts.models import Person
from lms.bookings.models import Booking, BookingStatus
from lms.bookings.queries import teaches
from lms.catalogue.models import CourseSession
from lms.db import db
from lms.needs import rules
from lms.needs.models import Needs
from lms.permissions import Permission, can
from lms.words import plural


def of_booking(booking: Booking) -> Needs | None:
    """What the person of this booking has told."""
    return db.session.get(Needs, booking.id)


def sees(person: Person, session: CourseSession, now: datetime) -> bool:
    """Does this person see what people need for this session? Officers; and its trainers, from 14 days before."""
    if can(person, Permission.SESSION_MANAGE):
        return True
    near = now >= session.starts_at - rules.TRAINERS_SEE
    return near and can(person, Permission.TEACHING_VIEW) and teaches(person, session)


def _told_for(session: CourseSession) -> Select[Needs]:
    return (
        select(Needs)
        .join(Needs.booking)
        .where(Booking.session_id == session.id, Booking.status == BookingStatus.BOOKED)
    )


def told_for(session: CourseSession) -> Sequence[Needs]:
    """What the people with a place need, by name. Ask `sees` first."""
    return db.session.scalars(
        _told_for(session)
        .join(Booking.person)
        .options(contains_eager(Needs.booking).contains_eager(Booking.person))
        .order_by(Person.last_name, Person.first_name, Needs.booking_id)
    ).all()


def how_many_told(session: CourseSession, person: Person, now: datetime) -> int:
    """How many people with a place have told something, for somebody who sees what; 0 for anybody else. One query, two where
    somebody has."""
    told = db.session.scalar(select(func.count()).select_from(_told_for(session).subquery())) or 0
    return told if told and sees(person, session, now) else 0


def _ends() -> Select[datetime]:
    return select(func.min(CourseSession.ends_at)).join(Booking, Booking.session_id == CourseSession.id).join(Needs)


def next_deletion() -> datetime | None:
    """When something is next to be deleted."""
    first: datetime | None = db.session.scalar(_ends())
    return rules.deleted_at(first) if first else None


def too_old(now: datetime) -> Sequence[Needs]:
    """What was told for sessions that ended so long ago."""
    return db.session.scalars(
        select(Needs)
        .join(Needs.booking)
        .join(Booking.session)
        .where(CourseSession.ends_at <= now - rules.KEPT)
        .order_by(Needs.booking_id)
    ).all()


def problems() -> list[str]:
    """What must never be: something kept too long, or for a booking that has ended."""
    ended = select(func.count()).select_from(Needs).join(Needs.booking)
    counts = (
        (len(too_old(dates.now())), "kept longer than 28 days after the session."),
        (
            db.session.scalar(ended.where(Booking.status == BookingStatus.CANCELLED)) or 0,
            "kept for a booking that has ended.",
        ),
    )
    return [f"{plural(count, 'note')} of what somebody needs {words}" for count, words in counts if count]
