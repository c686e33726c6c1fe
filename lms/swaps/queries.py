"""Reads for passing a place on and moving it: who may do it for whom, which colleagues and which dates there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from lms.accounts.models import Person
from lms.accounts.queries import person_by_email
from lms.bookings.models import HOLDING, Booking, BookingStatus
from lms.bookings.queries import in_the_way, missing_before, places_of, who_booked
from lms.catalogue.models import Course, CourseSession, SessionDate, SessionTrainer
from lms.db import db
from lms.permissions import Permission, can


def leads(person: Person, organisation_id: int) -> bool:
    """Is this person a training lead of that organisation?"""
    return person.organisation_id == organisation_id and can(person, Permission.TEAM_BOOK)


@dataclass(frozen=True)
class Acting:
    """A booking, and as what somebody may pass it on or move it: as the person, as their training lead, as an officer."""

    booking: Booking
    own: bool
    lead: bool
    staff: bool

    @property
    def by_list(self) -> bool:
        """Do they choose colleagues from a list? A practitioner names one by address."""
        return self.lead or self.staff


def acting(person: Person, reference: str) -> Acting | None:
    """The booking with this reference, for who may pass it on or move it; None for anybody else."""
    booking = db.session.scalar(select(Booking).where(Booking.reference == reference))
    if booking is None:
        return None
    found = Acting(
        booking,
        own=booking.person_id == person.id,
        lead=leads(person, booking.organisation_id),
        staff=can(person, Permission.SESSION_MANAGE),
    )
    return found if found.own or found.by_list else None


def colleagues(booking: Booking) -> Sequence[Person]:
    """Who could have this place, by name: the others of its organisation whom letters reach and who have no place themselves."""
    there = select(Booking.person_id).where(Booking.session_id == booking.session_id, Booking.status.in_(HOLDING))
    teach = select(SessionTrainer.person_id).where(SessionTrainer.session_id == booking.session_id)
    return db.session.scalars(
        select(Person)
        .where(
            Person.organisation_id == booking.organisation_id,
            Person.disabled_at.is_(None),
            Person.email.is_not(None),
            Person.id.not_in(there),
            Person.id.not_in(teach),
        )
        .order_by(Person.last_name, Person.first_name, Person.id)
    ).all()


def colleague(chosen: str, *, by_number: bool) -> Person | None:
    """Who was chosen from the list (by number) or named by address; None: nobody. Where they work is for the rules to look at."""
    return db.session.get(Person, int(chosen)) if by_number else person_by_email(chosen)


def date_of(booking: Booking, reference: str) -> CourseSession | None:
    """The date of the same course with this reference, if it was announced."""
    return db.session.scalar(
        select(CourseSession).where(
            CourseSession.reference == reference,
            CourseSession.course_id == booking.session.course_id,
            CourseSession.published_at.is_not(None),
        )
    )


@dataclass(frozen=True)
class Before:
    """What is said before a colleague has the place: what else they have at that time, and what they have still to learn."""

    clashes: Sequence[Booking]
    missing: Sequence[Course]

    @property
    def anything(self) -> bool:
        """Is there something to say?"""
        return bool(self.clashes or self.missing)


def before_passing_on(booking: Booking, colleague: Person) -> Before:
    """What is to be said about this colleague and this place."""
    return Before(in_the_way(colleague, booking.session), missing_before(colleague, booking.session.course))


@dataclass(frozen=True)
class OtherDate:
    """Another date of the course: how many places are left for this booking, whether it would get one, how many wait, and what
    else the person has at that time."""

    session: CourseSession
    left: int
    room: bool
    waiting: int
    clashes: Sequence[Booking]


def other_dates(booking: Booking, now: datetime, *, staff: bool) -> list[OtherDate]:
    """The dates this booking can move to, earliest first; where it holds a place, those with a place for it. Four queries."""
    mine = select(Booking.session_id).where(
        Booking.person_id == booking.person_id, Booking.status != BookingStatus.CANCELLED
    )
    teach = select(SessionTrainer.session_id).where(SessionTrainer.person_id == booking.person_id)
    host = CourseSession.host_organisation_id
    found = (
        select(CourseSession)
        .where(
            CourseSession.course_id == booking.session.course_id,
            CourseSession.id.not_in(mine),
            CourseSession.id.not_in(teach),
            CourseSession.starts_at > now,
            CourseSession.cancelled_at.is_(None),
            CourseSession.published_at.is_not(None),
            or_(host.is_(None), host == booking.organisation_id),
        )
        .options(selectinload(CourseSession.dates))
        .order_by(CourseSession.starts_at, CourseSession.reference)
    )
    if not staff:
        opens, closes = CourseSession.booking_opens_at, CourseSession.booking_closes_at
        found = found.where(or_(opens.is_(None), opens <= now), or_(closes.is_(None), closes > now))
    sessions = db.session.scalars(found).all()
    places, busy, who = places_of(sessions), _busy(booking, now), who_booked(booking)
    dates = []
    for session in sessions:
        room = places[session.id].open_to(who)
        if room or not booking.status.holds_a_place:
            left, waiting = places[session.id].left_for(who), places[session.id].waiting
            dates.append(OtherDate(session, left, room, waiting, _clashes(session, busy)))
    return dates


def _busy(booking: Booking, now: datetime) -> Sequence[tuple[SessionDate, Booking]]:
    """When the person has something else, this booking apart."""
    rows = db.session.execute(
        select(SessionDate, Booking)
        .join(Booking, Booking.session_id == SessionDate.session_id)
        .join(Booking.session)
        .options(joinedload(Booking.session))
        .where(
            Booking.person_id == booking.person_id,
            Booking.id != booking.id,
            Booking.status.in_(HOLDING),
            SessionDate.ends_at > now,
            CourseSession.cancelled_at.is_(None),
        )
        .order_by(SessionDate.starts_at, Booking.id)
    )
    return [(date, other) for date, other in rows]


def _clashes(session: CourseSession, busy: Sequence[tuple[SessionDate, Booking]]) -> list[Booking]:
    found = (
        other
        for date, other in busy
        if any(date.starts_at < mine.ends_at and date.ends_at > mine.starts_at for mine in session.dates)
    )
    return list(dict.fromkeys(found))
