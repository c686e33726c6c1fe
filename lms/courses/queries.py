"""Reads for those who look after courses, levels and venues."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from lms.catalogue.models import (
    Course,
    CourseSession,
    Level,
    LevelScheme,
    Venue,
    course_level,
    course_prerequisite,
)
from lms.catalogue.rules import is_valid
from lms.db import db


def courses() -> Sequence[Course]:
    """Every course, those no longer offered last, in the partnership's own order."""
    return db.session.scalars(
        select(Course).order_by(Course.retired_at.is_not(None), Course.position, Course.title, Course.id)
    ).all()


def sessions_to_come(course: Course, now: datetime) -> Sequence[CourseSession]:
    """The sessions that are not over and not cancelled, drafts and those of one school with them, the earliest first."""
    return db.session.scalars(
        select(CourseSession)
        .where(CourseSession.course_id == course.id, CourseSession.cancelled_at.is_(None), CourseSession.ends_at > now)
        .order_by(CourseSession.starts_at, CourseSession.reference)
    ).all()


def session_count(course: Course) -> int:
    """How many sessions a course has or had, whatever became of them."""
    count = select(func.count()).select_from(CourseSession).where(CourseSession.course_id == course.id)
    return db.session.scalar(count) or 0


def prerequisite_pairs() -> list[tuple[int, int]]:
    """What comes before what: (course, what comes before it)."""
    rows = db.session.execute(select(course_prerequisite.c.course_id, course_prerequisite.c.required_id))
    return [(row[0], row[1]) for row in rows]


# Levels.


def schemes() -> Sequence[LevelScheme]:
    """Every scheme with all its levels, in order."""
    return db.session.scalars(
        select(LevelScheme)
        .options(selectinload(LevelScheme.levels))
        .order_by(LevelScheme.position, LevelScheme.name, LevelScheme.id)
    ).all()


def valid_levels(day: date) -> list[tuple[LevelScheme, list[Level]]]:
    """The levels that hold on a day, by scheme; schemes without one are left out."""
    found = ((scheme, [level for level in scheme.levels if is_valid(level, day)]) for scheme in schemes())
    return [(scheme, levels) for scheme, levels in found if levels]


def scheme_by_key(key: str) -> LevelScheme | None:
    """A scheme by its key."""
    return db.session.scalar(select(LevelScheme).where(LevelScheme.key == key))


def level(level_id: int) -> Level | None:
    """One level."""
    return db.session.get(Level, level_id)


def level_uses() -> dict[int, int]:
    """How many courses name each level: {level id: courses}."""
    rows = db.session.execute(select(course_level.c.level_id, func.count()).group_by(course_level.c.level_id))
    return {row[0]: row[1] for row in rows}


def courses_of(level: Level) -> Sequence[Course]:
    """The courses that name a level, by title."""
    return db.session.scalars(
        select(Course)
        .join(course_level, course_level.c.course_id == Course.id)
        .where(course_level.c.level_id == level.id)
        .options(selectinload(Course.levels))
        .order_by(Course.title, Course.id)
    ).all()


def follower(level: Level) -> Level | None:
    """What a level became: the next one of the same key."""
    return db.session.scalar(
        select(Level)
        .where(Level.scheme_id == level.scheme_id, Level.key == level.key, Level.valid_from > level.valid_from)
        .order_by(Level.valid_from)
        .limit(1)
    )


def left_behind(level: Level, followed_by: Level) -> list[Course]:
    """The courses that have a level and not yet what follows it."""
    return [course for course in courses_of(level) if followed_by not in course.levels]


# Venues.


def venues() -> Sequence[Venue]:
    """Every venue, by name."""
    return db.session.scalars(select(Venue).order_by(Venue.name)).all()


def venue(venue_id: int) -> Venue | None:
    """One venue."""
    return db.session.get(Venue, venue_id)


def venue_uses(now: datetime) -> dict[int, tuple[int, int]]:
    """How many sessions are in each venue: {venue id: (still to come, in all)}. Cancelled ones count only in all."""
    rows = db.session.execute(
        select(
            CourseSession.venue_id,
            func.count().filter(CourseSession.ends_at > now, CourseSession.cancelled_at.is_(None)),
            func.count(),
        )
        .where(CourseSession.venue_id.is_not(None))
        .group_by(CourseSession.venue_id)
    )
    return {venue_id: (to_come, in_all) for venue_id, to_come, in_all in rows if venue_id is not None}


def sessions_in(venue: Venue, now: datetime) -> Sequence[CourseSession]:
    """The sessions still to come in a venue, the earliest first."""
    return db.session.scalars(
        select(CourseSession)
        .where(CourseSession.venue_id == venue.id, CourseSession.cancelled_at.is_(None), CourseSession.ends_at > now)
        .order_by(CourseSession.starts_at, CourseSession.reference)
    ).all()
