"""The counts of the annual chapter: each a read of single records for a period, published figures beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, case, distinct, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from evaluation.impact.models import Contradiction, PublishedFigure
from lms import dates
from lms.attendance.models import CAME, Attendance
from lms.bookings.models import Booking
from lms.bulletin.models import Edition, Subscriber
from lms.catalogue.models import CountedBy, Course, CourseKind, CourseSession, Mode, course_priority
from lms.db import db
from lms.elearning.models import Enrolment
from lms.organisations.models import Organisation, OrganisationKind, Sector
from lms.organisations.queries import priorities as plan_priorities
from lms.words import thousands

#: Kinds of course that stand in the table of core training.
TAUGHT = (CourseKind.CORE, CourseKind.SUBJECT, CourseKind.MASTERCLASS, CourseKind.CONFERENCE)


@dataclass(frozen=True)
class Printed:
    """A figure as a document printed it; `qualifier` is “over” for a floor, `period_stated` False where it named no period."""

    number: str
    qualifier: str
    period_stated: bool
    document: str
    place: str

    @property
    def words(self) -> str:
        """The figure with its qualifier, written as the product writes numbers."""
        written = thousands(int(self.number)) if self.number.isdigit() else self.number
        return f"{self.qualifier} {written}".strip()


@dataclass(frozen=True)
class TaughtRow:
    """A course in a period: how often it was held, how many delegates (somebody who came twice counts twice), how many people."""

    code: str
    title: str
    courses: int
    delegates: int
    people: int
    published_courses: Printed | None
    published_delegates: Printed | None


@dataclass(frozen=True)
class Taught:
    """The table of core training, its totals, and how it was held."""

    rows: tuple[TaughtRow, ...]
    courses: int
    delegates: int
    people: int
    online: int
    published_online: Printed | None


@dataclass(frozen=True)
class ELearningRow:
    """An e-learning course in a period: booked, started and completed are three counts of bookings made in it."""

    code: str
    title: str
    booked: int
    started: int
    completed: int
    published: Printed | None


@dataclass(frozen=True)
class SchoolRow:
    """A course for schools: counted in its own unit, with the other counts beside it."""

    code: str
    title: str
    unit: CountedBy
    schools: int
    sessions: int
    delegates: int
    published: Printed | None


@dataclass(frozen=True)
class SectorRow:
    """Subscribers of one sector at the end of the period and a year before."""

    key: str
    sector: str
    now: int
    before: int
    published: Printed | None
    published_before: Printed | None

    @property
    def change(self) -> int:
        """Now less before."""
        return self.now - self.before


@dataclass(frozen=True)
class PriorityRow:
    """One priority of the delivery plan, and how many courses of the catalogue serve it."""

    number: int
    name: str
    courses: int


Published = dict[tuple[str, str, str], list[PublishedFigure]]


def published() -> Published:
    """What documents printed, by table, key and unit."""
    found: Published = {}
    for figure in db.session.scalars(select(PublishedFigure).order_by(PublishedFigure.id)):
        found.setdefault((figure.table, figure.key, figure.unit), []).append(figure)
    return found


def known_contradictions() -> Sequence[Contradiction]:
    """Every place known where a published report contradicts itself, in the order in which they were found."""
    return db.session.scalars(select(Contradiction).order_by(Contradiction.id)).all()


def value(printed: Published, table: str, key: str, unit: str, first: date, last: date) -> Printed | None:
    """What was printed for this row and this very period, for its last day, or without any period; None where nothing was."""
    for figure in printed.get((table, key, unit), []):
        start, end = figure.period_start, figure.period_end
        if (start, end) in ((first, last), (last, last), (None, last), (None, None)):
            return Printed(figure.value, figure.qualifier, end is not None, figure.document, figure.place)
    return None


def _in_days(instant: InstrumentedAttribute[Any], first: date, last: date) -> ColumnElement[bool]:
    """From the first to the last day, both included, as people in England read a calendar."""
    return and_(instant >= dates.from_london(first), instant < dates.from_london(last + timedelta(days=1)))


def _within(first: date, last: date) -> ColumnElement[bool]:
    """Sessions that began in these days and were not cancelled."""
    return and_(_in_days(CourseSession.starts_at, first, last), CourseSession.cancelled_at.is_(None))


_came = and_(Attendance.booking_id == Booking.id, Attendance.mark.in_(CAME))


def delivered(first: date, last: date, *kinds: CourseKind) -> Subquery:
    """One row for each attendance at a session of the period. A session nobody came to was not delivered and does not count."""
    return (
        select(
            CourseSession.id,
            CourseSession.course_id,
            CourseSession.mode,
            Booking.person_id,
            Booking.id.label("booking_id"),
        )
        .join(Booking, Booking.session_id == CourseSession.id)
        .join(Attendance, _came)
        .join(Course, Course.id == CourseSession.course_id)
        .where(_within(first, last), Course.kind.in_(kinds))
        .subquery()
    )


def taught(first: date, last: date, printed: Published) -> Taught:
    """The table of core training: delivered sessions, delegates, and people each counted once."""
    held = delivered(first, last, *TAUGHT)
    counts = (
        func.count(distinct(held.c.id)),
        func.count(held.c.booking_id),
        func.count(distinct(held.c.person_id)),
    )
    rows = db.session.execute(
        select(Course.code, Course.title, *counts)
        .join(held, held.c.course_id == Course.id)
        .group_by(Course.id, Course.code, Course.title, Course.position)
        .order_by(Course.position)
    )
    total = db.session.execute(
        select(*counts, func.count(distinct(case((held.c.mode != Mode.CLASSROOM, held.c.id)))))
    ).one()
    return Taught(
        rows=tuple(
            TaughtRow(
                *row,
                published_courses=value(printed, "core_training", row[0], "courses", first, last),
                published_delegates=value(printed, "core_training", row[0], "delegates", first, last),
            )
            for row in rows
        ),
        courses=total[0],
        delegates=total[1],
        people=total[2],
        online=total[3],
        published_online=value(printed, "core_training", "virtual_share", "percent", first, last),
    )


def elearning(first: date, last: date, printed: Published) -> tuple[ELearningRow, ...]:
    """E-learning booked in the period, and what became of those bookings."""
    rows = db.session.execute(
        select(
            Course.code,
            Course.title,
            func.count(Enrolment.id),
            func.count(Enrolment.started_at),
            func.count(Enrolment.completed_at),
        )
        .join(Enrolment, Enrolment.course_id == Course.id)
        .where(_in_days(Enrolment.booked_at, first, last))
        .group_by(Course.id, Course.code, Course.title, Course.position)
        .order_by(Course.position)
    )
    return tuple(
        ELearningRow(*row, published=value(printed, "elearning_bookings", row[0], "bookings", first, last))
        for row in rows
    )


def schools(first: date, last: date, printed: Published) -> tuple[SchoolRow, ...]:
    """Training for schools: schools, sessions and delegates of each course, in the unit it is counted by."""
    school = case((Organisation.kind == OrganisationKind.SCHOOL, Organisation.id))
    rows = db.session.execute(
        select(
            Course.code,
            Course.title,
            Course.counted_by,
            func.count(distinct(CourseSession.id)),
            func.count(Booking.id),
            func.count(distinct(CourseSession.host_organisation_id)),
            func.count(distinct(school)),
        )
        .join(CourseSession, CourseSession.course_id == Course.id)
        .join(Booking, Booking.session_id == CourseSession.id)
        .join(Attendance, _came)
        .join(Booking.person)
        .join(Organisation)
        .where(_within(first, last), Course.kind == CourseKind.SCHOOL)
        .group_by(Course.id, Course.code, Course.title, Course.counted_by, Course.position)
        .order_by(Course.position)
    )
    return tuple(
        SchoolRow(
            code=code,
            title=title,
            unit=unit,
            # A session held for one school counts that school; an open session counts the schools people came from.
            schools=hosts if unit is CountedBy.SCHOOLS else came_from,
            sessions=sessions,
            delegates=delegates,
            published=value(printed, "education_training", code, unit.value, first, last),
        )
        for code, title, unit, sessions, delegates, hosts, came_from in rows
    )


def schools_reached(first: date, last: date) -> int:
    """Schools that hosted any whole-school session, each counted once."""
    return (
        db.session.scalar(
            select(func.count(distinct(CourseSession.host_organisation_id)))
            .join(Course, Course.id == CourseSession.course_id)
            .join(Booking, Booking.session_id == CourseSession.id)
            .join(Attendance, _came)
            .where(_within(first, last), Course.kind == CourseKind.SCHOOL)
        )
        or 0
    )


def year_before(day: date) -> date:
    """The same day a year before; 28 February for the day that only leap years have."""
    return date(day.year - 1, 2, 28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year - 1)


def bulletin(day: date, printed: Published) -> tuple[SectorRow, ...]:
    """Subscribers by sector on a day and a year before, most first."""
    before = year_before(day)

    def on(which: date) -> ColumnElement[int]:
        return func.sum(
            case(
                (
                    and_(
                        Subscriber.subscribed_on <= which,
                        or_(Subscriber.unsubscribed_on.is_(None), Subscriber.unsubscribed_on > which),
                    ),
                    1,
                ),
                else_=0,
            )
        )

    rows = db.session.execute(
        select(Sector.key, Sector.name, on(day), on(before))
        .join(Subscriber, Subscriber.sector_id == Sector.id)
        .group_by(Sector.id, Sector.key, Sector.name, Sector.position)
        .order_by(on(day).desc(), Sector.position)
    )
    return tuple(
        SectorRow(
            key,
            name,
            int(now),
            int(then),
            published=value(printed, "ebulletin_sector", key, "people", day, day),
            published_before=value(printed, "ebulletin_sector", key, "people", before, before),
        )
        for key, name, now, then in rows
    )


def editions(first: date, last: date, *, special: bool) -> int:
    """Editions sent in the period, special ones or the others."""
    return (
        db.session.scalar(
            select(func.count()).where(Edition.sent_on.between(first, last), Edition.special.is_(special))
        )
        or 0
    )


def priorities() -> tuple[PriorityRow, ...]:
    """The priorities of the delivery plan, each with the courses that serve it."""
    rows = db.session.execute(
        select(course_priority.c.priority_id, func.count()).group_by(course_priority.c.priority_id)
    )
    serving = {row[0]: row[1] for row in rows}
    return tuple(PriorityRow(one.number, one.name, serving.get(one.id, 0)) for one in plan_priorities())


def recorded_years(years: Sequence[tuple[str, date, date]]) -> list[str]:
    """Which of these years (name, first day, last day) hold a record that a chapter counts."""
    if not years:
        return []
    held = select(CourseSession.id).join(Booking, Booking.session_id == CourseSession.id).join(Attendance, _came)
    found = db.session.execute(
        select(
            *(
                or_(
                    held.where(_within(first, last)).exists(),
                    select(Enrolment.id).where(_in_days(Enrolment.booked_at, first, last)).exists(),
                    select(Edition.id).where(Edition.sent_on.between(first, last)).exists(),
                    select(Subscriber.id).where(Subscriber.subscribed_on.between(first, last)).exists(),
                )
                for _, first, last in years
            )
        )
    ).one()
    return [name for (name, _, _), there in zip(years, found, strict=True) if there]


def first_record() -> date | None:
    """The earliest day any chapter could count; None where there is nothing."""
    days = [
        db.session.scalar(select(func.min(CourseSession.starts_at))),
        db.session.scalar(select(func.min(Enrolment.booked_at))),
        db.session.scalar(select(func.min(Edition.sent_on))),
    ]
    return min(
        (dates.london(day).date() if isinstance(day, datetime) else day for day in days if day is not None),
        default=None,
    )


def published_periods() -> list[tuple[date, date]]:
    """The periods for which a document printed a table that a chapter prints too."""
    rows = db.session.execute(
        select(PublishedFigure.period_start, PublishedFigure.period_end)
        .where(
            PublishedFigure.table.in_(("core_training", "elearning_bookings", "education_training")),
            PublishedFigure.period_start < PublishedFigure.period_end,
        )
        .distinct()
        .order_by(PublishedFigure.period_start, PublishedFigure.period_end)
    )
    return [(first, last) for first, last in rows if first and last]
