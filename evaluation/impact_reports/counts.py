"""Whom the sessions of a report reached: counted from single records, in a fixed number of queries whoever came.

A session counts once it has ended and was not cancelled, as on the thread page (`impact.queries`); here the sessions may also be
those of a period, one single session, or those that people of one organisation had booked.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, func, select

from evaluation.impact.queries import sectors_reached
from evaluation.impact_reports.report import CourseLine, SectorLine
from lms.attendance.models import CAME, Attendance
from lms.bookings.models import Booking, BookingOrigin, BookingStatus
from lms.catalogue.models import Course, CourseSession
from lms.db import db
from lms.organisations.models import Organisation, Sector, WorkforceCount


@dataclass(frozen=True)
class Which:
    """Which sessions, and whose people: None means all. `first` is an instant, `until` the first one that is too late."""

    until: datetime
    first: datetime | None = None
    courses: Collection[int] | None = None
    session_id: int | None = None
    organisation_id: int | None = None

    def sessions(self) -> list[ColumnElement[bool]]:
        """The conditions on sessions."""
        found = [CourseSession.ends_at <= self.until, CourseSession.cancelled_at.is_(None)]
        if self.first is not None:
            found.append(CourseSession.starts_at >= self.first)
        if self.courses is not None:
            found.append(CourseSession.course_id.in_(self.courses))
        if self.session_id is not None:
            found.append(CourseSession.id == self.session_id)
        return found

    def bookings(self) -> list[ColumnElement[bool]]:
        """The conditions on sessions and their bookings."""
        own = [] if self.organisation_id is None else [Booking.organisation_id == self.organisation_id]
        return [*self.sessions(), *own]


@dataclass(frozen=True)
class Held:
    """The sessions of a report by their ids, and the courses they are of, by their ids and in lines."""

    session_ids: tuple[int, ...]
    course_ids: tuple[int, ...]
    courses: tuple[CourseLine, ...]
    #: {course id: how many of its sessions}
    by_course: dict[int, int]


def held(which: Which) -> Held:
    """The sessions with at least one booking, course by course."""
    came = case((Attendance.mark.in_(CAME), 1), else_=0)
    walked_in = Booking.origin == BookingOrigin.WALK_IN
    rows = db.session.execute(
        select(
            CourseSession.id,
            CourseSession.course_id,
            func.sum(case((walked_in, 0), else_=1)),
            func.sum(case((walked_in, 0), else_=came)),
            func.sum(case((walked_in, came), else_=0)),
        )
        .join(Booking, and_(Booking.session_id == CourseSession.id, Booking.status == BookingStatus.BOOKED))
        .outerjoin(Attendance, Attendance.booking_id == Booking.id)
        .where(*which.bookings())
        .group_by(CourseSession.id, CourseSession.course_id)
        .order_by(CourseSession.id)
    ).all()
    by_course: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for _, course_id, expected, of_expected, walked in rows:
        by_course[course_id].append((int(expected or 0), int(of_expected or 0), int(walked or 0)))
    people = _people_by_course(which)
    named = db.session.execute(
        select(Course.id, Course.code, Course.title).where(Course.id.in_(by_course)).order_by(Course.title, Course.code)
    ).all()
    return Held(
        session_ids=tuple(row[0] for row in rows),
        course_ids=tuple(row[0] for row in named),
        courses=tuple(_line(code, title, by_course[one], people.get(one, 0)) for one, code, title in named),
        by_course={one: len(sessions) for one, sessions in by_course.items()},
    )


def _line(code: str, title: str, sessions: Sequence[tuple[int, int, int]], people: int) -> CourseLine:
    expected, came, walked_in = (sum(part) for part in zip(*sessions, strict=True))
    return CourseLine(code, title, len(sessions), expected, came, walked_in, people)


def _people_by_course(which: Which) -> dict[int, int]:
    rows = db.session.execute(
        select(CourseSession.course_id, func.count(Booking.person_id.distinct()))
        .join(Booking, Booking.session_id == CourseSession.id)
        .join(Attendance, Attendance.booking_id == Booking.id)
        .where(*which.bookings(), Attendance.mark.in_(CAME))
        .group_by(CourseSession.course_id)
    )
    return {row[0]: row[1] for row in rows}


def reached(which: Which) -> tuple[SectorLine, ...]:
    """People who came, each once and where they worked the last time, sector by sector; a sector with a workforce stays when
    nobody came. Of one organisation only its own sector is a line, and the workforce is the organisation's own."""
    latest = (
        select(
            Booking.organisation_id,
            func.row_number()
            .over(partition_by=Booking.person_id, order_by=(CourseSession.starts_at.desc(), Booking.id.desc()))
            .label("nth"),
        )
        .join(CourseSession, CourseSession.id == Booking.session_id)
        .join(Attendance, Attendance.booking_id == Booking.id)
        .where(*which.bookings(), Attendance.mark.in_(CAME))
        .subquery()
    )
    rows = db.session.execute(
        select(Sector.name, func.count(), func.count(Organisation.id.distinct()))
        .select_from(latest)
        .join(Organisation, latest.c.organisation_id == Organisation.id)
        .join(Sector, Sector.id == Organisation.sector_id)
        .where(latest.c.nth == 1)
        .group_by(Sector.id, Sector.name, Sector.position)
        .order_by(Sector.position)
    ).all()
    counted = {name: (people, organisations) for name, people, organisations in rows}
    if which.organisation_id is not None:
        own = _own(which.organisation_id, which.until)
        return (SectorLine(own[0], *counted.get(own[0], (0, 0)), own[1]),)
    workforce = {one.sector: one.workforce for one in sectors_reached([], which.until)}
    order = db.session.scalars(select(Sector.name).order_by(Sector.position))
    return tuple(
        SectorLine(name, *counted.get(name, (0, 0)), workforce.get(name))
        for name in order
        if name in counted or name in workforce
    )


def _own(organisation_id: int, until: datetime) -> tuple[str, int | None]:
    """The sector of an organisation, and its newest number of staff."""
    sector = db.session.scalars(select(Sector.name).join(Organisation).where(Organisation.id == organisation_id)).one()
    return sector, _staff(organisation_id, until.date())


def _staff(organisation_id: int, on: date) -> int | None:
    return db.session.scalar(
        select(WorkforceCount.people)
        .where(WorkforceCount.organisation_id == organisation_id, WorkforceCount.counted_on <= on)
        .order_by(WorkforceCount.counted_on.desc())
        .limit(1)
    )
