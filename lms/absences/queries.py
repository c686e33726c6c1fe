"""Reads of who did not come. Officers see everybody, a training lead the people of their own organisation."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import url_for
from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from lms import dates
from lms.absences import rules
from lms.absences.models import AbsenceTalk
from lms.absences.rules import Away
from lms.accounts.models import Person
from lms.attendance.models import CAME, Attendance, Mark
from lms.bookings.models import Booking, BookingOrigin, BookingStatus, CancelReason
from lms.catalogue.models import Course, CourseSession
from lms.db import db
from lms.organisations.models import Organisation
from lms.permissions import Permission, can
from lms.reminders.rules import MISSED_REASONS
from lms.words import plural


@dataclass(frozen=True)
class Absences:
    """A year of registers: all of it, by course and by agency (those where somebody was away, the most no-shows first), and the
    reasons of those who did not come, as they may be told; None: too few people."""

    first: date
    last: date
    total: Away
    by_course: list[tuple[str, Away]]
    by_agency: list[tuple[str, Away]]
    #: No reason at all is the last of them.
    reasons: list[tuple[str, int | None]] | None


def _expected(first: date, last: date, now: datetime) -> Select[int]:
    """Confirmed places of people who were expected at sessions that began in these days and have begun by now."""
    return (
        select(Booking.id)
        .join(Booking.session)
        .where(
            Booking.status == BookingStatus.BOOKED,
            Booking.origin != BookingOrigin.WALK_IN,
            CourseSession.cancelled_at.is_(None),
            CourseSession.starts_at >= dates.from_london(first),
            CourseSession.starts_at < dates.from_london(last + timedelta(days=1)),
            CourseSession.starts_at <= now,
        )
    )


def absences(year: int, now: datetime) -> Absences:
    """Who was away in a year, in three queries."""
    first, last = rules.span_of(year)
    expected = _expected(first, last, now)
    rows = db.session.execute(
        select(Course.id, Course.title, Organisation.name, Attendance.mark, func.count())
        .select_from(Booking)
        .join(Booking.session)
        .join(CourseSession.course)
        .join(Booking.organisation)
        .outerjoin(Attendance, Attendance.booking_id == Booking.id)
        .where(Booking.id.in_(expected))
        .group_by(Course.id, Course.title, Organisation.id, Organisation.name, Attendance.mark)
    )
    total = Away()
    by_course: dict[tuple[str, int], Away] = defaultdict(Away)  # two courses may have one title
    by_agency: dict[tuple[str, int], Away] = defaultdict(Away)
    for course_id, course, agency, mark, people in rows:
        one = Away(
            expected=people,
            came=people if mark in CAME else 0,
            apology=people if mark is Mark.APOLOGY else 0,
            no_show=people if mark is Mark.NO_SHOW else 0,
        )
        total = total.plus(one)
        by_course[course, course_id] = by_course[course, course_id].plus(one)
        by_agency[agency, 0] = by_agency[agency, 0].plus(one)
    return Absences(first, last, total, _where_away(by_course), _where_away(by_agency), _reasons(expected))


def _where_away(found: dict[tuple[str, int], Away]) -> list[tuple[str, Away]]:
    away = [(name, one) for (name, _), one in found.items() if one.no_show or one.apology]
    return sorted(away, key=lambda pair: (-pair[1].no_show, -pair[1].apology, pair[0]))


def _reasons(expected: Select[int]) -> list[tuple[str, int | None]] | None:
    rows = db.session.execute(
        select(Booking.missed_reason, func.count().label("people"))
        .join(Attendance, Attendance.booking_id == Booking.id)
        .where(Booking.id.in_(expected), Attendance.mark == Mark.NO_SHOW)
        .group_by(Booking.missed_reason)
    )
    found = {one.missed_reason: one.people for one in rows}
    every: list[CancelReason | None] = [*MISSED_REASONS, None]
    safe = rules.told({reason: found.get(reason, 0) for reason in every})
    if safe is None:
        return None
    return [(reason.label if reason else "No reason given", people) for reason, people in safe.items()]


def years(now: datetime) -> list[int]:
    """The years there are registers of, the latest first; this one always."""
    this = rules.year_of(dates.london(now).date())
    earliest = db.session.scalar(
        select(func.min(CourseSession.starts_at)).join(Booking).join(Attendance, Attendance.booking_id == Booking.id)
    )
    first = rules.year_of(dates.london(earliest).date()) if earliest else this
    return list(range(this, min(first, this) - 1, -1))


# Again and again.


@dataclass(frozen=True)
class Repeated:
    """Somebody who missed several sessions without a word, the latest first, and when somebody spoke with them before."""

    person: Person
    missed: Sequence[Booking]
    talks: Sequence[AbsenceTalk]

    @property
    def last_missed(self) -> date:
        """The day of the latest of them."""
        return day_of(self.missed[0])


def day_of(booking: Booking) -> date:
    """The day of the session, as people in England count days."""
    return dates.london(booking.session.starts_at).date()


def repeated(now: datetime, *, organisation_id: int | None = None) -> list[Repeated]:
    """Everybody with repeated unexplained absence, of one organisation or of all, by name. Two queries.

    Only sessions count after which we asked why: none that was loaded from elsewhere.
    """
    found = (
        select(Booking)
        .join(Booking.session)
        .join(Booking.person)
        .join(Attendance, Attendance.booking_id == Booking.id)
        .where(
            Attendance.mark == Mark.NO_SHOW,
            Booking.status == BookingStatus.BOOKED,
            Booking.origin == BookingOrigin.BOOKED,
            Booking.missed_reason.is_(None),
            CourseSession.cancelled_at.is_(None),
            CourseSession.imported.is_(False),
            CourseSession.ends_at <= now,
            CourseSession.starts_at > now - rules.WITHIN - timedelta(days=1),
            Person.disabled_at.is_(None),
        )
        .options(contains_eager(Booking.session), contains_eager(Booking.person).joinedload(Person.organisation))
        .order_by(Person.last_name, Person.first_name, Person.id, CourseSession.starts_at.desc(), Booking.id)
    )
    if organisation_id is not None:
        found = found.where(Person.organisation_id == organisation_id)
    missed: dict[int, list[Booking]] = defaultdict(list)
    for booking in db.session.scalars(found):
        missed[booking.person_id].append(booking)
    talks = _talks(missed)
    today = dates.london(now).date()
    return [
        Repeated(bookings[0].person, bookings, talks[person_id])
        for person_id, bookings in missed.items()
        if rules.is_repeated(
            [day_of(one) for one in bookings],
            spoken_on=max((talk.spoken_on for talk in talks[person_id]), default=None),
            today=today,
        )
    ]


def _talks(people: dict[int, list[Booking]]) -> dict[int, list[AbsenceTalk]]:
    talks: dict[int, list[AbsenceTalk]] = defaultdict(list)
    for talk in db.session.scalars(
        select(AbsenceTalk)
        .where(AbsenceTalk.person_id.in_(people))
        .options(joinedload(AbsenceTalk.noted_by))
        .order_by(AbsenceTalk.spoken_on, AbsenceTalk.id)
    ):
        talks[talk.person_id].append(talk)
    return talks


def repeated_of(person_id: int, now: datetime) -> Repeated | None:
    """One person of the list."""
    return next((one for one in repeated(now) if one.person.id == person_id), None)


def missed_by_colleagues(lead: Person, now: datetime) -> Sequence[Booking]:
    """Sessions that people of the lead's organisation missed in the last 12 months, the latest first."""
    return db.session.scalars(
        select(Booking)
        .join(Booking.session)
        .join(Booking.person)
        .join(Attendance, Attendance.booking_id == Booking.id)
        .where(
            Attendance.mark == Mark.NO_SHOW,
            Booking.status == BookingStatus.BOOKED,
            Booking.origin != BookingOrigin.WALK_IN,
            CourseSession.cancelled_at.is_(None),
            CourseSession.ends_at <= now,
            CourseSession.starts_at > now - rules.WITHIN,
            Person.organisation_id == lead.organisation_id,
            Person.disabled_at.is_(None),
        )
        .options(contains_eager(Booking.session), contains_eager(Booking.person))
        .order_by(CourseSession.starts_at.desc(), Person.last_name, Booking.id)
    ).all()


def sentences_of(person: Person) -> list[tuple[str, str]]:
    """What an officer reads on the first page."""
    if not can(person, Permission.ABSENCE_VIEW):
        return []
    people = len(repeated(dates.now()))
    if not people:
        return []
    said = f"{plural(people, 'person has', 'people have')} missed several sessions without a word"
    return [(said, url_for("absences.index", _anchor="repeated"))]
