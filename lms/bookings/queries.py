"""Reads of bookings. What somebody sees starts from them; counts of places name nobody."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from lms.accounts.models import Person
from lms.attendance.models import AttendanceMark, Mark
from lms.bookings import rules
from lms.bookings.models import Booking, BookingOrigin, BookingStatus
from lms.bookings.rules import Standing
from lms.catalogue.models import CourseSession, SessionTrainer
from lms.dates import london
from lms.db import db

#: The bookings that hold a place: those who walked in were never expected and take nobody's.
HOLDS_A_PLACE = and_(Booking.status == BookingStatus.BOOKED, Booking.origin != BookingOrigin.WALK_IN)


@dataclass(frozen=True)
class Places:
    """How full a session is, without a name."""

    capacity: int
    taken: int
    waiting: int

    @property
    def left(self) -> int:
        """Places nobody has."""
        return max(self.capacity - self.taken, 0)


def places_of(sessions: Iterable[CourseSession]) -> dict[int, Places]:
    """How full each of these sessions is, in one query: {session id: places}."""
    capacities = {session.id: session.capacity for session in sessions}
    rows = db.session.execute(
        select(
            Booking.session_id,
            func.count().filter(HOLDS_A_PLACE),
            func.count().filter(Booking.status == BookingStatus.WAITING),
        )
        .where(Booking.session_id.in_(capacities))
        .group_by(Booking.session_id)
    )
    counted = {session_id: (taken, waiting) for session_id, taken, waiting in rows}
    return {key: Places(capacity, *counted.get(key, (0, 0))) for key, capacity in capacities.items()}


def live_booking(person: Person, session: CourseSession) -> Booking | None:
    """The booking of this person on this session that counts: a place, or a place on the waiting list."""
    return db.session.scalar(
        select(Booking).where(
            Booking.person_id == person.id, Booking.session_id == session.id, Booking.status != BookingStatus.CANCELLED
        )
    )


def live_statuses(person: Person, sessions: Iterable[CourseSession]) -> dict[int, BookingStatus]:
    """On which of these sessions this person has a place or waits: {session id: status}."""
    rows = db.session.execute(
        select(Booking.session_id, Booking.status).where(
            Booking.person_id == person.id,
            Booking.session_id.in_([session.id for session in sessions]),
            Booking.status != BookingStatus.CANCELLED,
        )
    )
    return dict(rows.all())


def own_booking(person: Person, reference: str) -> Booking | None:
    """This person's own booking by its reference; None for anybody else's."""
    return db.session.scalar(select(Booking).where(Booking.person_id == person.id, Booking.reference == reference))


def teaches(person: Person, session: CourseSession) -> bool:
    """Is this person a trainer of this session?"""
    return db.session.get(SessionTrainer, (session.id, person.id)) is not None


def in_the_way(person: Person, session: CourseSession) -> Sequence[Booking]:
    """This person's other places at the same time, earliest first."""
    return db.session.scalars(
        select(Booking)
        .join(Booking.session)
        .options(contains_eager(Booking.session))
        .where(
            Booking.person_id == person.id,
            Booking.status == BookingStatus.BOOKED,
            CourseSession.id != session.id,
            CourseSession.starts_at < session.ends_at,
            CourseSession.ends_at > session.starts_at,
            CourseSession.cancelled_at.is_(None),
        )
        .order_by(CourseSession.starts_at, Booking.id)
    ).all()


def booked_between(person: Person, first: datetime, last: datetime) -> Sequence[Booking]:
    """This person's places on sessions that start from `first` up to `last`, in order."""
    return db.session.scalars(
        select(Booking)
        .join(Booking.session)
        .options(contains_eager(Booking.session))
        .where(
            Booking.person_id == person.id,
            Booking.status == BookingStatus.BOOKED,
            CourseSession.starts_at >= first,
            CourseSession.starts_at < last,
            CourseSession.cancelled_at.is_(None),
        )
        .order_by(CourseSession.starts_at, Booking.id)
    ).all()


@dataclass(frozen=True)
class Stand:
    """What a session is to the person who looks at it, and what its page needs to say so."""

    standing: Standing
    places: Places
    booking: Booking | None
    #: Place on the waiting list, counted from 1, of a booking that waits.
    place: int | None
    #: Is the link to join shown, and the first day on which it is?
    joining: bool
    joining_from: date
    #: Other places of the person at the same time.
    clashes: Sequence[Booking]
    tell_us_by: date


def stand_of(person: Person | None, session: CourseSession, now: datetime, *, may_book: bool) -> Stand:
    """How this person (None: nobody signed in) stands to this session."""
    places = places_of([session])[session.id]
    booking = live_booking(person, session) if person else None
    status = booking.status if booking else None
    standing = rules.standing(
        signed_in=person is not None,
        may_book=may_book,
        teaches=person is not None and teaches(person, session),
        held=person is not None
        and rules.held_for_others(
            host_organisation_id=session.host_organisation_id, organisation_id=person.organisation_id
        ),
        live=status,
        room=rules.has_room(capacity=places.capacity, taken=places.taken, waiting=places.waiting),
        starts_at=session.starts_at,
        cancelled_at=session.cancelled_at,
        now=now,
    )
    return Stand(
        standing=standing,
        places=places,
        booking=booking,
        place=positions([booking]).get(booking.id) if booking else None,
        joining=rules.joining_shown(status=status, starts_at=session.starts_at, ends_at=session.ends_at, now=now),
        joining_from=london(rules.joining_shown_from(session.starts_at)).date(),
        clashes=in_the_way(person, session) if person and standing in (Standing.OPEN, Standing.FULL) else [],
        tell_us_by=rules.tell_us_by(session.starts_at, now),
    )


def next_waiting(session_id: int) -> Booking | None:
    """Who is first on the waiting list: who asked first, then the lower id."""
    return db.session.scalar(
        select(Booking)
        .where(Booking.session_id == session_id, Booking.status == BookingStatus.WAITING)
        .order_by(Booking.asked_at, Booking.id)
        .limit(1)
    )


def positions(bookings: Iterable[Booking]) -> dict[int, int]:
    """Place on the waiting list of each of these bookings that waits, counted from 1: {booking id: place}. One query."""
    waiting = {booking.id: booking.session_id for booking in bookings if booking.status is BookingStatus.WAITING}
    place = func.row_number().over(partition_by=Booking.session_id, order_by=(Booking.asked_at, Booking.id))
    rows = db.session.execute(
        select(Booking.id, place).where(
            Booking.session_id.in_(set(waiting.values())), Booking.status == BookingStatus.WAITING
        )
    )
    return {booking_id: number for booking_id, number in rows if booking_id in waiting}


def marks_of(booking_ids: Collection[int]) -> dict[int, AttendanceMark]:
    """What the register says of these bookings now: {booking id: mark}. One query."""
    marks = db.session.scalars(
        select(AttendanceMark).where(AttendanceMark.booking_id.in_(booking_ids), AttendanceMark.replaced_at.is_(None))
    )
    return {mark.booking_id: mark for mark in marks}


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
    """One person's bookings: to come, waiting, and over."""

    upcoming: list[Booking] = field(default_factory=list)
    waiting: list[tuple[Booking, int]] = field(default_factory=list)
    past: list[Past] = field(default_factory=list)

    @property
    def hours(self) -> float:
        """The hours of all sessions the person came to from beginning to end."""
        return sum(past.hours or 0 for past in self.past)


def _live() -> ColumnElement[bool]:
    return or_(Booking.status == BookingStatus.BOOKED, Booking.status == BookingStatus.WAITING)


def learning_of(people: Collection[Person], now: datetime) -> dict[int, Learning]:
    """The bookings of these people: {person id: learning}, the same number of queries for any number of people.

    To come and waiting in the order of time, over with the latest first. Cancelled sessions and bookings are left out.
    """
    found = {person.id: Learning() for person in people}
    bookings = db.session.scalars(
        select(Booking)
        .join(Booking.session)
        .options(contains_eager(Booking.session))
        .where(Booking.person_id.in_(found), _live(), CourseSession.cancelled_at.is_(None))
        .order_by(CourseSession.starts_at, Booking.id)
    ).all()
    places = positions(bookings)
    marks = marks_of([booking.id for booking in bookings if booking.session.ends_at <= now])
    for booking in bookings:
        learning = found[booking.person_id]
        if booking.status is BookingStatus.WAITING:
            if now < booking.session.starts_at:
                learning.waiting.append((booking, places[booking.id]))
        elif now < booking.session.ends_at:
            learning.upcoming.append(booking)
        else:
            mark = marks.get(booking.id)
            learning.past.insert(0, Past(booking, mark.mark if mark else None))
    return found


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
    waiting: list[tuple[Booking, int]]
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
