"""Reads of series and bundles: their sessions, and how many seats and how many people they are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import selectinload

from lms.attendance.models import CAME, Attendance
from lms.bookings.models import Booking, BookingOrigin, BookingStatus
from lms.catalogue.models import CourseSession, SessionGroup
from lms.db import db
from lms.organisations.models import Organisation, Sector


def group(key: str) -> SessionGroup | None:
    """A series or bundle by its key."""
    return db.session.scalar(select(SessionGroup).where(SessionGroup.key == key))


def groups() -> list[tuple[SessionGroup, int, datetime | None]]:
    """Every series and bundle: how many sessions it has, and when the first of them starts; the latest first."""
    first = func.min(CourseSession.starts_at)
    rows = db.session.execute(
        select(SessionGroup, func.count(CourseSession.id), first)
        .outerjoin(CourseSession, and_(CourseSession.group_id == SessionGroup.id, CourseSession.cancelled_at.is_(None)))
        .group_by(SessionGroup.id)
        .order_by(first.is_not(None), first.desc(), SessionGroup.title)
    )
    return [(group, count, starts_at) for group, count, starts_at in rows]


def groups_to_come(now: datetime) -> list[tuple[SessionGroup, int, datetime]]:
    """Those with sessions to come: how many, and when the first starts; the next first."""
    first = func.min(CourseSession.starts_at)
    rows = db.session.execute(
        select(SessionGroup, func.count(CourseSession.id), first)
        .join(CourseSession, CourseSession.group_id == SessionGroup.id)
        .where(CourseSession.cancelled_at.is_(None), CourseSession.ends_at > now)
        .group_by(SessionGroup.id)
        .order_by(first, SessionGroup.id)
    )
    return [(group, count, starts_at) for group, count, starts_at in rows]


def keys() -> set[str]:
    """The keys that are taken."""
    return set(db.session.scalars(select(SessionGroup.key)))


def sessions_of(group: SessionGroup) -> Sequence[CourseSession]:
    """The sessions of a group, by time; those called off too."""
    return db.session.scalars(
        select(CourseSession)
        .options(selectinload(CourseSession.trainers), selectinload(CourseSession.dates))
        .where(CourseSession.group_id == group.id)
        .order_by(CourseSession.starts_at, CourseSession.reference)
    ).all()


def held_at(course_id: int, starts: Sequence[datetime]) -> set[datetime]:
    """At which of these moments a session of the course starts already."""
    found = select(CourseSession.starts_at).where(
        CourseSession.course_id == course_id,
        CourseSession.cancelled_at.is_(None),
        CourseSession.starts_at.in_(starts),
    )
    return set(db.session.scalars(found))


@dataclass(frozen=True)
class Reach:
    """Seats and people are different units. A person in three sessions is three seats and one person."""

    seats: int = 0
    people: int = 0
    came_seats: int = 0
    came_people: int = 0


def reach(group: SessionGroup) -> tuple[Reach, list[tuple[str, Reach]]]:
    """How many booked and how many came, in all and by sector. In a sector each person counts once, by where they worked when
    they booked; somebody who changed sector counts in both, and once in all."""
    rows = db.session.execute(
        select(Booking.person_id, Sector.name, Booking.origin, Attendance.booking_id)
        .join(CourseSession, CourseSession.id == Booking.session_id)
        .join(Organisation, Organisation.id == Booking.organisation_id)
        .join(Sector, Sector.id == Organisation.sector_id)
        .outerjoin(
            Attendance,
            and_(Attendance.booking_id == Booking.id, Attendance.mark.in_(CAME)),
        )
        .where(
            CourseSession.group_id == group.id,
            CourseSession.cancelled_at.is_(None),
            Booking.status == BookingStatus.BOOKED,
        )
        .order_by(Sector.position)
    ).all()
    by_sector: dict[str, list[tuple[int, bool, bool]]] = defaultdict(list)
    for person_id, sector, origin, mark in rows:
        by_sector[sector].append((person_id, origin is not BookingOrigin.WALK_IN, mark is not None))
    every = [one for part in by_sector.values() for one in part]
    return _counted(every), [(sector, _counted(part)) for sector, part in by_sector.items()]


def _counted(seats: list[tuple[int, bool, bool]]) -> Reach:
    booked = [person for person, expected, _ in seats if expected]
    came = [person for person, _, was_there in seats if was_there]
    return Reach(len(booked), len({*booked}), len(came), len({*came}))
