"""Reads of courses and sessions: what anybody may see."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from lms.catalogue import search
from lms.catalogue.models import Course, CourseSession, Level, LevelScheme, course_level, course_priority
from lms.catalogue.rules import Wanted
from lms.catalogue.search import Entry, Found
from lms.dates import from_london
from lms.db import db
from lms.organisations.models import Priority

#: What a list of sessions says of their course; the long texts and lists are read where they are shown.
SHOWN = (Course.code, Course.title, Course.kind, Course.hours)


def entries() -> list[Entry]:
    """What is searched of every course still offered, in the partnership's own order."""
    named = (
        Course.id,
        Course.title,
        Course.code,
        Course.tags,
        Course.outcomes,
        Course.aim,
        Course.audience,
        Course.kind,
    )
    rows = db.session.execute(select(*named).where(Course.retired_at.is_(None)).order_by(Course.position, Course.id))
    return [
        Entry(row.id, row.title, row.code, row.tags, row.outcomes, (row.aim, row.audience, row.kind.label))
        for row in rows
    ]


def searched(wanted: Wanted) -> Found | None:
    """What the words typed come to in the whole catalogue; None where none were. One query."""
    return search.find(wanted.text, entries(), exact=wanted.exact) if wanted.text else None


def _about(wanted: Wanted, found: Found | None) -> list[ColumnElement[bool]]:
    """The course is among those the words came to, of a kind and a level that were chosen, and serves the priority."""
    conditions: list[ColumnElement[bool]] = []
    if found is not None:
        conditions.append(Course.id.in_(found.ranks))
    if wanted.kinds:
        conditions.append(Course.kind.in_(wanted.kinds))
    if wanted.priority:
        conditions.append(Course.priorities.any(Priority.key == wanted.priority))
    if wanted.level is not None:
        conditions.append(Course.levels.any(Level.id == wanted.level))
    return conditions


def upcoming(
    now: datetime,
    wanted: Wanted | None = None,
    found: Found | None = None,
    *,
    course: Course | None = None,
    with_dates: bool = False,
) -> Sequence[CourseSession]:
    """The sessions that are still to start and open to everybody, earliest first. `found` is what the words wanted came to.

    Whether they have places left is for whoever knows the bookings. `with_dates`: read every date too, with one more query.
    """
    sessions = (
        select(CourseSession)
        .where(
            CourseSession.starts_at > now,
            CourseSession.cancelled_at.is_(None),
            CourseSession.published_at.is_not(None),
            CourseSession.host_organisation_id.is_(None),
        )
        .order_by(CourseSession.starts_at, CourseSession.reference)
    )
    if with_dates:
        sessions = sessions.options(selectinload(CourseSession.dates))
    if course is not None:
        sessions = sessions.where(CourseSession.course_id == course.id)
    if wanted is not None:
        shown = contains_eager(CourseSession.course).load_only(*SHOWN)
        sessions = sessions.join(CourseSession.course).where(*_about(wanted, found)).options(shown)
        if wanted.session_modes is not None:
            sessions = sessions.where(CourseSession.mode.in_(wanted.session_modes))
        if wanted.after is not None:
            sessions = sessions.where(CourseSession.starts_at >= from_london(wanted.after))
    return db.session.scalars(sessions).all()


def courses(wanted: Wanted, found: Found | None = None) -> Sequence[Course]:
    """The courses still offered that match, with dates or without: those the words fit best first, else in the partnership's
    own order."""
    offered = select(Course).where(Course.retired_at.is_(None), *_about(wanted, found))
    matching = db.session.scalars(offered.order_by(Course.position, Course.title, Course.id))
    modes = wanted.course_modes
    shown = [course for course in matching if modes is None or modes & set(course.modes)]
    return sorted(shown, key=lambda course: found.ranks[course.id]) if found is not None else shown


def priorities_served() -> Sequence[Priority]:
    """The priorities of the delivery plan that some course serves, in its order."""
    served = select(course_priority.c.priority_id)
    return db.session.scalars(select(Priority).where(Priority.id.in_(served)).order_by(Priority.number)).all()


def levels_given(today: date) -> Sequence[Level]:
    """The levels that hold today and that some course has, scheme by scheme."""
    given = select(course_level.c.level_id)
    holds = Level.valid_from <= today, or_(Level.valid_until.is_(None), Level.valid_until >= today)
    order = (LevelScheme.position, LevelScheme.id, Level.position, Level.id)
    return db.session.scalars(
        select(Level)
        .join(Level.scheme)
        .options(contains_eager(Level.scheme))
        .where(Level.id.in_(given), *holds)
        .order_by(*order)
    ).all()


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


# Built once, because every booking asks it: to build a question takes longer than to ask it.
_ANY_BY_REFERENCE = select(CourseSession).where(CourseSession.reference == bindparam("reference"))
_BY_REFERENCE = _ANY_BY_REFERENCE.where(CourseSession.published_at.is_not(None))


def session_by_reference(reference: str, *, drafts: bool = False) -> CourseSession | None:
    """A session by its reference. One that is not published does not exist, but for officers (`drafts`)."""
    return db.session.scalar(_ANY_BY_REFERENCE if drafts else _BY_REFERENCE, {"reference": reference})
