"""Reads of courses and sessions: what anybody may see."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from lms.catalogue.models import Course, CourseSession
from lms.catalogue.rules import Wanted
from lms.db import db

#: What a list of sessions says of their course; the long texts and lists are read where they are shown.
SHOWN = (Course.code, Course.title, Course.kind, Course.hours)


def _about(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Every word typed stands somewhere in the course; the kind is one of those chosen."""
    columns = (Course.title, Course.aim, Course.audience, Course.code)
    conditions: list[ColumnElement[bool]] = [
        or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in wanted.words
    ]
    return [*conditions, Course.kind.in_(wanted.kinds)] if wanted.kinds else conditions


def upcoming(now: datetime, wanted: Wanted | None = None, *, course: Course | None = None) -> Sequence[CourseSession]:
    """The sessions that are still to start and open to everybody, earliest first."""
    found = (
        select(CourseSession)
        .where(
            CourseSession.starts_at > now,
            CourseSession.cancelled_at.is_(None),
            CourseSession.published_at.is_not(None),
            CourseSession.host_organisation_id.is_(None),
        )
        .order_by(CourseSession.starts_at, CourseSession.reference)
    )
    if course is not None:
        found = found.where(CourseSession.course_id == course.id)
    if wanted is not None:
        shown = contains_eager(CourseSession.course).load_only(*SHOWN)
        found = found.join(CourseSession.course).where(*_about(wanted)).options(shown)
        if wanted.session_modes is not None:
            found = found.where(CourseSession.mode.in_(wanted.session_modes))
    return db.session.scalars(found).all()


def courses(wanted: Wanted) -> Sequence[Course]:
    """The courses that match, with dates or without, in the partnership's own order."""
    found = db.session.scalars(select(Course).where(*_about(wanted)).order_by(Course.position, Course.title, Course.id))
    modes = wanted.course_modes
    return [course for course in found if modes is None or modes & set(course.modes)]


def next_starts(now: datetime, course_ids: Collection[int]) -> dict[int, datetime]:
    """When each of these courses is next held for everybody: {course id: start}."""
    rows = db.session.execute(
        select(CourseSession.course_id, func.min(CourseSession.starts_at))
        .where(
            CourseSession.course_id.in_(course_ids),
            CourseSession.starts_at > now,
            CourseSession.cancelled_at.is_(None),
            CourseSession.published_at.is_not(None),
            CourseSession.host_organisation_id.is_(None),
        )
        .group_by(CourseSession.course_id)
    )
    return dict(rows.all())


def course_by_code(code: str) -> Course | None:
    """A course by its code."""
    shown = (selectinload(Course.priorities), selectinload(Course.levels))
    return db.session.scalar(select(Course).options(*shown).where(Course.code == code))


def session_by_reference(reference: str) -> CourseSession | None:
    """A session by its reference, with its trainers."""
    return db.session.scalar(
        select(CourseSession).options(selectinload(CourseSession.trainers)).where(CourseSession.reference == reference)
    )
