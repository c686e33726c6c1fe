"""Reads of registers. A trainer sees the sessions they teach; an officer sees all; to anybody else none exists."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import abort
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import contains_eager, joinedload, lazyload, selectinload

from lms.accounts.models import Person
from lms.attendance import rules
from lms.attendance.models import Attendance, AttendanceMark, Mark
from lms.attendance.rules import Opening, RegisterCount
from lms.bookings.models import Booking, BookingOrigin, BookingStatus
from lms.catalogue.models import CourseSession, SessionDate, SessionTrainer
from lms.db import db
from lms.roles import Role


def is_officer(person: Person) -> bool:
    """May this person keep every register, also a locked one?"""
    return Role.LD_OFFICER in person.roles


def visible_sessions(person: Person) -> Select[CourseSession]:
    """The sessions whose register this person may open, by time."""
    found = select(CourseSession).where(CourseSession.cancelled_at.is_(None), CourseSession.published_at.is_not(None))
    if not is_officer(person):
        found = found.where(
            exists().where(SessionTrainer.session_id == CourseSession.id, SessionTrainer.person_id == person.id)
        )
    return found.order_by(CourseSession.starts_at, CourseSession.reference)


def session_or_404(reference: str, person: Person) -> CourseSession:
    """One session whose register this person may open."""
    found: CourseSession = db.one_or_404(visible_sessions(person).where(CourseSession.reference == reference))
    return found


def date_or_404(session: CourseSession, number: int | None, now: datetime) -> SessionDate:
    """The nth date of a session; the date at hand where no number is said."""
    if number is None:
        return date_at_hand(session, now)
    if not 1 <= number <= len(session.dates):
        abort(404)
    return session.dates[number - 1]


def date_at_hand(session: CourseSession, now: datetime) -> SessionDate:
    """The date whose register is opened when nobody says which: the first that is not over, else the last."""
    return next((one for one in session.dates if one.ends_at >= now), session.dates[-1])


@dataclass(frozen=True)
class TaughtDate:
    """One date of a session somebody teaches, with how far its register has got."""

    #: The first date is 1.
    number: int
    date: SessionDate
    count: RegisterCount
    opening: Opening
    #: Now, or within the time a register stays on a phone that has no network.
    soon: bool

    @property
    def finished(self) -> bool:
        """Has a trainer said that it is complete?"""
        return self.date.register_finished_at is not None

    @property
    def locked(self) -> bool:
        """Is it closed to trainers by now?"""
        return self.opening is Opening.LOCKED


@dataclass(frozen=True)
class TaughtSession:
    """A session of a trainer, with how far the register of each date has got."""

    session: CourseSession
    dates: Sequence[TaughtDate]

    @property
    def expected(self) -> int:
        """People with a place."""
        return self.dates[0].count.expected

    def unfinished(self, now: datetime) -> list[TaughtDate]:
        """The dates that are over and whose register waits for the trainer."""
        return [
            one
            for one in self.dates
            if one.date.ends_at <= now and one.count.to_mark and not one.finished and not one.locked
        ]


def taught(person: Person, *, now: datetime, past: bool, limit: int = 50) -> list[TaughtSession]:
    """The sessions to come or under way, or those that were, with the figures of their registers; past ones newest first."""
    sessions = db.session.scalars(
        visible_sessions(person)
        .where(CourseSession.ends_at <= now if past else CourseSession.ends_at > now)
        .order_by(None)
        .order_by(CourseSession.starts_at.desc() if past else CourseSession.starts_at, CourseSession.reference)
        .options(selectinload(CourseSession.dates))
        .limit(limit)
    ).all()
    figures = counts_of(sessions)
    return [TaughtSession(session, _registers(session, figures, now)) for session in sessions]


def registers_of(session: CourseSession, *, now: datetime) -> list[TaughtDate]:
    """Every register of one session, with its figures."""
    return _registers(session, counts_of([session]), now)


def registers_begun(session: CourseSession, *, now: datetime) -> list[TaughtDate]:
    """The registers of the dates that have begun, of a session that is held and shown."""
    if session.cancelled_at is not None or session.published_at is None or session.starts_at > now:
        return []
    return [one for one in registers_of(session, now=now) if one.date.starts_at <= now]


def _registers(session: CourseSession, figures: dict[int, RegisterCount], now: datetime) -> list[TaughtDate]:
    return [
        TaughtDate(
            number,
            date,
            figures[date.id],
            rules.opening(starts_at=date.starts_at, ends_at=session.ends_at, now=now),
            date.starts_at <= now + rules.TAKEN_ALONG and now < date.ends_at,
        )
        for number, date in enumerate(session.dates, 1)
    ]


def counts_of(sessions: Sequence[CourseSession]) -> dict[int, RegisterCount]:
    """The figures of every register of these sessions: {id of the date: figures}. Two queries, however many there are."""
    ids = [session.id for session in sessions]
    walked_in = Booking.origin == BookingOrigin.WALK_IN
    held = {
        row.session_id: row
        for row in db.session.execute(
            select(
                Booking.session_id,
                _how_many(Booking.status == BookingStatus.BOOKED).label("expected"),
                _how_many(Booking.status == BookingStatus.CANCELLED).label("cancelled"),
                _how_many(and_(Booking.status == BookingStatus.CANCELLED, Booking.cancelled_late)).label("late"),
            )
            .where(Booking.session_id.in_(ids), Booking.booked_at.is_not(None), ~walked_in)
            .group_by(Booking.session_id)
        )
    }
    marks: dict[int, tuple[list[Mark], list[Mark]]] = defaultdict(lambda: ([], []))
    for date_id, mark, unexpected, people in db.session.execute(
        select(AttendanceMark.date_id, AttendanceMark.mark, walked_in, func.count())
        .join(AttendanceMark.booking)
        .where(
            Booking.session_id.in_(ids), Booking.status == BookingStatus.BOOKED, AttendanceMark.replaced_at.is_(None)
        )
        .group_by(AttendanceMark.date_id, AttendanceMark.mark, walked_in)
    ):
        marks[date_id][bool(unexpected)].extend([mark] * people)

    def figures(session: CourseSession, date: SessionDate) -> RegisterCount:
        of_session = held.get(session.id)
        expected, came_anyway = marks[date.id]
        if of_session is None:
            return rules.count([], came_anyway)
        unmarked = [None] * (of_session.expected - len(expected))
        return rules.count([*expected, *unmarked], came_anyway, cancelled=of_session.cancelled, late=of_session.late)

    return {date.id: figures(session, date) for session in sessions for date in session.dates}


def _how_many(holds: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows of a group this holds for."""
    return func.count(case((holds, 1)))


@dataclass(frozen=True)
class RegisterLine:
    """One person on the register and every mark ever made for them, oldest first."""

    booking: Booking
    marks: Sequence[AttendanceMark]

    @property
    def mark(self) -> AttendanceMark | None:
        """What the register says of them now."""
        return next((mark for mark in self.marks if mark.replaced_at is None), None)

    @property
    def earlier(self) -> list[AttendanceMark]:
        """What it said before."""
        return [mark for mark in self.marks if mark.replaced_at is not None]

    @property
    def walk_in(self) -> bool:
        """Came without having been expected."""
        return self.booking.origin is BookingOrigin.WALK_IN

    @property
    def waits(self) -> bool:
        """Is somebody expected still to be marked? Walk-ins of an earlier date need not be."""
        return self.mark is None and not self.walk_in


def register(date: SessionDate, *, all_walk_ins: bool = False) -> list[RegisterLine]:
    """Everybody on the register of a date, by name; walk-ins last, from the date on that they came to first (all of them with
    `all_walk_ins`). Always as the database has it now."""
    on_it = and_(Booking.session_id == date.session_id, Booking.status == BookingStatus.BOOKED)
    marks: dict[int, list[AttendanceMark]] = defaultdict(list)
    for mark in db.session.scalars(
        select(AttendanceMark)
        .join(AttendanceMark.booking)
        .where(on_it, AttendanceMark.date_id == date.id)
        .options(joinedload(AttendanceMark.marked_by))
        .order_by(AttendanceMark.marked_at, AttendanceMark.id)
        .execution_options(populate_existing=True)
    ):
        marks[mark.booking_id].append(mark)
    bookings = db.session.scalars(
        select(Booking)
        .join(Booking.person)
        .where(on_it)
        .options(contains_eager(Booking.person), lazyload(Booking.session))
        .order_by(Booking.origin == BookingOrigin.WALK_IN, Person.last_name, Person.first_name, Booking.id)
    )
    lines = [RegisterLine(booking, marks[booking.id]) for booking in bookings]
    unmarked = [line.booking.id for line in lines if line.walk_in and not line.marks]
    later = _walked_in_later(date, unmarked) if unmarked and not all_walk_ins else set()
    return [line for line in lines if line.booking.id not in later]


def _walked_in_later(date: SessionDate, booking_ids: Collection[int]) -> set[int]:
    """Those of these walk-ins who came to a later date of the session first."""
    return set(
        db.session.scalars(
            select(AttendanceMark.booking_id)
            .join(AttendanceMark.date)
            .where(AttendanceMark.booking_id.in_(booking_ids))
            .group_by(AttendanceMark.booking_id)
            .having(func.min(SessionDate.starts_at) > date.starts_at)
        )
    )


def on_register(
    date: SessionDate, *, email: str, name: str, organisation_id: int, person_id: int | None = None
) -> Person | None:
    """Who on the register is this person or has this address; without one, who has this name and works there."""

    def is_meant(one: Person) -> bool:
        if person_id is not None:
            return one.id == person_id
        if email:
            return one.email == email
        return (one.organisation_id, one.name.casefold()) == (organisation_id, name.casefold())

    return next((line.booking.person for line in register(date) if is_meant(line.booking.person)), None)


def count(lines: Sequence[RegisterLine]) -> RegisterCount:
    """The figures of the people on a register; those who gave their place up before are not on it."""
    marks = [(line.walk_in, line.mark.mark if line.mark else None) for line in lines]
    return rules.count(
        [mark for walked_in, mark in marks if not walked_in], [mark for walked_in, mark in marks if walked_in]
    )


def likely_known(*, first_name: str, last_name: str, organisation_id: int) -> list[Person]:
    """People of this organisation who have this name, or one that a slip of the finger or a short form makes of it, the likeliest
    first. Nobody can look through an agency with it: a whole name is asked for, and only people of one place are compared."""
    people = db.session.scalars(
        select(Person)
        .where(Person.organisation_id == organisation_id, Person.disabled_at.is_(None))
        .order_by(Person.last_name, Person.first_name, Person.id)
    )
    given = (first_name, last_name)
    found = [(rules.name_distance(given, (one.first_name, one.last_name)), one) for one in people]
    likely = [(far, one) for far, one in found if far is not None]
    return [one for _, one in sorted(likely, key=lambda pair: pair[0])][: rules.MOST_SUGGESTED]


def marks_of(booking_ids: Collection[int]) -> dict[int, Attendance]:
    """What the register says of these bookings now: {booking id: mark}. One query."""
    marks = db.session.scalars(select(Attendance).where(Attendance.booking_id.in_(booking_ids)))
    return {mark.booking_id: mark for mark in marks}
