"""Reads of interest and of requests. Interest is open until its person books or takes their name off."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy import ColumnElement, and_, distinct, func, select
from sqlalchemy.orm import contains_eager, joinedload

from lms.accounts.models import Person
from lms.attendance.models import CAME, Attendance
from lms.bookings.models import Booking, BookingStatus
from lms.catalogue.models import Course, CourseSession
from lms.db import db
from lms.demand.models import DeliveryRequest, DeliveryState, Interest
from lms.organisations.models import Organisation, OrganisationKind, Sector


def is_open() -> ColumnElement[bool]:
    """Interest of somebody who has not asked for a place on the course since."""
    booked = (
        select(Booking.id)
        .join(CourseSession, CourseSession.id == Booking.session_id)
        .where(
            CourseSession.course_id == Interest.course_id,
            Booking.person_id == Interest.person_id,
            Booking.status != BookingStatus.CANCELLED,
            Booking.asked_at >= Interest.asked_at,
        )
    )
    return and_(Interest.ended_at.is_(None), ~booked.exists())


def interest_of(person: Person, course: Course) -> Interest | None:
    """This person's interest in a course that is not ended, whether or not they booked since."""
    return db.session.scalar(
        select(Interest).where(
            Interest.person_id == person.id, Interest.course_id == course.id, Interest.ended_at.is_(None)
        )
    )


def open_interest_of(person: Person, course: Course) -> Interest | None:
    """This person's interest in a course, while it is open."""
    return db.session.scalar(
        select(Interest).where(Interest.person_id == person.id, Interest.course_id == course.id, is_open())
    )


def interested_in(course_id: int) -> Sequence[Interest]:
    """Everybody who would come to this course, in the order of asking."""
    return db.session.scalars(
        select(Interest)
        .options(joinedload(Interest.person))
        .where(Interest.course_id == course_id, is_open())
        .order_by(Interest.asked_at, Interest.id)
    ).all()


def sentences_of(person: Person) -> list[tuple[str, str]]:
    """What “My learning” says of a person's interests: (sentence, address)."""
    found = db.session.scalars(
        select(Interest)
        .join(Interest.course)
        .options(contains_eager(Interest.course))
        .where(Interest.person_id == person.id, is_open())
        .order_by(Course.title)
    )
    return [
        (
            f"We write to you when there is a new date for {one.course.title}.",
            url_for("catalogue.course", code=one.course.code),
        )
        for one in found
    ]


@dataclass(frozen=True)
class Demand:
    """One course: how many people would come, from where, what would suit them, and how many wait for its dates."""

    course: Course
    interested: int
    waiting: int
    by_sector: list[tuple[str, int]]
    wishes: list[str]
    next_at: datetime | None

    @property
    def people(self) -> int:
        """Interested and waiting together."""
        return self.interested + self.waiting


def demand(now: datetime) -> list[Demand]:
    """What people would come to, most wanted first. Five queries for any number of courses."""
    open_now: dict[int, list[Interest]] = defaultdict(list)
    for one in db.session.scalars(select(Interest).where(is_open()).order_by(Interest.asked_at, Interest.id)):
        open_now[one.course_id].append(one)
    waiting = dict(
        db.session.execute(
            select(CourseSession.course_id, func.count(distinct(Booking.person_id)))
            .join(Booking, Booking.session_id == CourseSession.id)
            .where(
                Booking.status == BookingStatus.WAITING,
                CourseSession.starts_at > now,
                CourseSession.cancelled_at.is_(None),
            )
            .group_by(CourseSession.course_id)
        ).all()
    )
    sectors = _sectors(open_now)
    next_at = dict(
        db.session.execute(
            select(CourseSession.course_id, func.min(CourseSession.starts_at))
            .where(
                CourseSession.starts_at > now,
                CourseSession.cancelled_at.is_(None),
                CourseSession.published_at.is_not(None),
            )
            .group_by(CourseSession.course_id)
        ).all()
    )
    wanted = open_now.keys() | waiting.keys()
    courses = db.session.scalars(select(Course).where(Course.id.in_(wanted))).all()
    found = [
        Demand(
            course=course,
            interested=len(open_now.get(course.id, [])),
            waiting=waiting.get(course.id, 0),
            by_sector=sorted(sectors[course.id].items(), key=lambda pair: (-pair[1], pair[0])),
            wishes=[one.wish for one in open_now.get(course.id, []) if one.wish],
            next_at=next_at.get(course.id),
        )
        for course in courses
    ]
    return sorted(found, key=lambda one: (-one.people, one.course.title))


def _sectors(course_ids: Iterable[int]) -> dict[int, Counter[str]]:
    rows = db.session.execute(
        select(Interest.course_id, Sector.name, func.count())
        .join(Person, Person.id == Interest.person_id)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .join(Sector, Sector.id == Organisation.sector_id)
        .where(Interest.course_id.in_(list(course_ids)), is_open())
        .group_by(Interest.course_id, Sector.name)
    )
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for course_id, sector, count in rows:
        found[course_id][sector] = count
    return found


def own_request(person: Person, reference: str) -> DeliveryRequest | None:
    """A request somebody of this person's organisation made; None for anybody else's."""
    return db.session.scalar(
        select(DeliveryRequest)
        .join(DeliveryRequest.asked_by)
        .where(DeliveryRequest.reference == reference, Person.organisation_id == person.organisation_id)
    )


def own_requests(person: Person) -> Sequence[DeliveryRequest]:
    """The requests this person's organisation made, the latest first."""
    return db.session.scalars(
        select(DeliveryRequest)
        .join(DeliveryRequest.asked_by)
        .options(joinedload(DeliveryRequest.course), joinedload(DeliveryRequest.organisation))
        .where(Person.organisation_id == person.organisation_id)
        .order_by(DeliveryRequest.asked_at.desc(), DeliveryRequest.id.desc())
    ).all()


def request(reference: str) -> DeliveryRequest | None:
    """Any request, for officers."""
    return db.session.scalar(select(DeliveryRequest).where(DeliveryRequest.reference == reference))


def requests(*, open_only: bool = False) -> Sequence[DeliveryRequest]:
    """Every request: those to be answered first and oldest first, then the others with the latest first."""
    found = select(DeliveryRequest).options(
        joinedload(DeliveryRequest.course),
        joinedload(DeliveryRequest.organisation),
        joinedload(DeliveryRequest.session),
    )
    asked = DeliveryRequest.state == DeliveryState.ASKED
    waiting = db.session.scalars(found.where(asked).order_by(DeliveryRequest.asked_at, DeliveryRequest.id)).all()
    if open_only:
        return waiting
    others = found.where(~asked).order_by(DeliveryRequest.asked_at.desc(), DeliveryRequest.id.desc()).limit(200)
    return [*waiting, *db.session.scalars(others)]


def sessions_for(request: DeliveryRequest, now: datetime) -> Sequence[CourseSession]:
    """Sessions to come of the course that could be the one that is asked for: held for this organisation, or for nobody yet."""
    host = CourseSession.host_organisation_id
    theirs = host == request.organisation_id if request.organisation_id else host.is_(None)
    return db.session.scalars(
        select(CourseSession)
        .where(
            CourseSession.course_id == request.course_id,
            CourseSession.starts_at > now,
            CourseSession.cancelled_at.is_(None),
            theirs,
        )
        .order_by(CourseSession.starts_at, CourseSession.reference)
    ).all()


@dataclass(frozen=True)
class Delivered:
    """Sessions held for one organisation, by course: how many schools, other organisations, sessions and people. Different units,
    never added."""

    course: Course
    schools: int
    others: int
    outside: int
    sessions: int
    people: int


def delivered(first: datetime, last: datetime) -> list[Delivered]:
    """Sessions at one's own place that were held from `first` up to `last`, by course."""
    outside = select(DeliveryRequest.session_id).where(
        DeliveryRequest.organisation_id.is_(None), DeliveryRequest.session_id.is_not(None)
    )
    rows = db.session.execute(
        select(
            CourseSession.course_id,
            CourseSession.id,
            CourseSession.host_organisation_id,
            Organisation.kind,
            func.count(distinct(Booking.person_id)),
        )
        .outerjoin(Organisation, Organisation.id == CourseSession.host_organisation_id)
        .join(Booking, Booking.session_id == CourseSession.id)
        .join(Attendance, Attendance.booking_id == Booking.id)
        .where(
            CourseSession.starts_at >= first,
            CourseSession.starts_at < last,
            CourseSession.cancelled_at.is_(None),
            CourseSession.host_organisation_id.is_not(None) | CourseSession.id.in_(outside),
            Attendance.mark.in_(CAME),
        )
        .group_by(CourseSession.course_id, CourseSession.id, CourseSession.host_organisation_id, Organisation.kind)
    ).all()
    courses = {one.id: one for one in db.session.scalars(select(Course).where(Course.id.in_({row[0] for row in rows})))}
    found = []
    for course_id, course in sorted(courses.items(), key=lambda pair: (pair[1].position, pair[1].title)):
        mine = [row for row in rows if row[0] == course_id]
        found.append(
            Delivered(
                course=course,
                schools=len({host for _, _, host, kind, _ in mine if kind is OrganisationKind.SCHOOL}),
                others=len({host for _, _, host, kind, _ in mine if kind is OrganisationKind.AGENCY}),
                outside=sum(1 for _, _, host, _, _ in mine if host is None),
                sessions=len(mine),
                people=sum(people for *_, people in mine),
            )
        )
    return found
