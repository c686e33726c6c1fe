"""Reads of costs and budgets."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, distinct, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from evaluation.costs import rules
from evaluation.costs.models import CostKind, CostLine, CostScope, cost_line_session
from evaluation.costs.report import Cost
from evaluation.costs.report import CostLine as Line
from lms.accounts.models import Person
from lms.attendance.models import CAME, Attendance
from lms.bookings.models import Booking
from lms.catalogue.models import Course, CourseSession
from lms.charges.models import Charge, TrainerCredit
from lms.dates import from_london
from lms.db import db


def _holds() -> ColumnElement[bool]:
    """Lines that no newer line has taken the place of."""
    newer = aliased(CostLine)
    return ~select(newer.id).where(newer.replaces_id == CostLine.id).exists()


def _in_days(first: date | None, last: date) -> ColumnElement[bool]:
    """Sessions that began in these days, both included."""
    before = CourseSession.starts_at < from_london(last + timedelta(days=1))
    return before if first is None else and_(before, CourseSession.starts_at >= from_london(first))


@dataclass(frozen=True, slots=True)
class Portion:
    """What one line of costs means for one session."""

    line_id: int
    session_id: int
    kind: CostKind
    in_kind: bool
    pence: int


def portions(session_ids: Collection[int]) -> list[Portion]:
    """Every part of a cost that falls to one of these sessions. Three queries, however many there are."""
    wanted = set(session_ids)
    if not wanted:
        return []
    found: list[Portion] = []
    of_wanted = select(cost_line_session.c.cost_line_id).where(cost_line_session.c.session_id.in_(wanted))
    named: dict[Any, list[int]] = defaultdict(list)
    for line_id, kind, in_kind, pence, session_id in db.session.execute(
        select(CostLine.id, CostLine.kind, CostLine.in_kind, CostLine.pence, CourseSession.id)
        .join(cost_line_session, cost_line_session.c.cost_line_id == CostLine.id)
        .join(CourseSession, CourseSession.id == cost_line_session.c.session_id)
        .where(_holds(), CostLine.id.in_(of_wanted))
        .order_by(CostLine.id, CourseSession.starts_at, CourseSession.id)
    ):
        named[line_id, kind, in_kind, pence].append(session_id)
    for (line_id, kind, in_kind, pence), sessions in named.items():
        found += _parted(line_id, kind, in_kind, pence, sessions, wanted)
    lines = db.session.execute(
        select(
            CostLine.id,
            CostLine.kind,
            CostLine.in_kind,
            CostLine.pence,
            CostLine.course_id,
            CostLine.first,
            CostLine.last,
        )
        .where(
            _holds(),
            CostLine.course_id.in_(select(CourseSession.course_id).where(CourseSession.id.in_(wanted))),
        )
        .order_by(CostLine.id)
    ).all()
    held = _held_of({one.course_id for one in lines if one.course_id})
    for one in lines:
        begin, end = from_london(one.first), from_london(one.last + timedelta(days=1))
        between = [id_ for id_, course_id, at in held if course_id == one.course_id and begin <= at < end]
        found += _parted(one.id, one.kind, one.in_kind, one.pence, between, wanted)
    return found


def _held_of(course_ids: Collection[int]) -> Sequence[tuple[int, int, datetime]]:
    """The sessions of courses that were not cancelled: id, course, start."""
    rows = db.session.execute(
        select(CourseSession.id, CourseSession.course_id, CourseSession.starts_at)
        .where(CourseSession.course_id.in_(course_ids), CourseSession.cancelled_at.is_(None))
        .order_by(CourseSession.starts_at, CourseSession.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _parted(
    line_id: int, kind: CostKind, in_kind: bool, pence: int, sessions: Sequence[int], wanted: set[int]
) -> list[Portion]:
    parts = rules.shares(pence, sessions)
    return [Portion(line_id, one, kind, in_kind, part) for one, part in parts.items() if one in wanted]


def charged(session_ids: Collection[int]) -> dict[int, int]:
    """What organisations were charged for places of these sessions: {session id: pence}, nothing waived or paid by a credit."""
    rows = db.session.execute(
        select(Booking.session_id, func.sum(Charge.pence))
        .join(Charge, Charge.booking_id == Booking.id)
        .where(Booking.session_id.in_(session_ids), Charge.waived_at.is_(None), Charge.credit_id.is_(None))
        .group_by(Booking.session_id)
    )
    return {row[0]: int(row[1]) for row in rows}


def cost_of(session_ids: Collection[int], *, first: date | None, last: date) -> Cost:
    """What these sessions cost. Costs of a whole course or commission are shared between its sessions of the period."""
    ids = db.session.scalars(
        select(CourseSession.id).where(CourseSession.id.in_(session_ids), _in_days(first, last))
    ).all()
    return added(portions(ids), sum(charged(ids).values()), first=first, last=last, all_sessions=len(ids))


def added(found: Collection[Portion], charges: int, *, first: date | None, last: date, all_sessions: int) -> Cost:
    """Portions added up by kind, what was given in kind apart."""
    sums: dict[tuple[bool, CostKind], int] = defaultdict(int)
    for one in found:
        sums[one.in_kind, one.kind] += one.pence
    lines = tuple(
        Line(f"{kind.label}, in kind" if in_kind else kind.label, sums[in_kind, kind], in_kind)
        for in_kind in (False, True)
        for kind in CostKind
        if (in_kind, kind) in sums
    )
    return Cost(
        first=first,
        last=last,
        lines=lines,
        charged=charges,
        sessions=len({one.session_id for one in found}),
        all_sessions=all_sessions,
    )


@dataclass(frozen=True, slots=True)
class CourseCost:
    """A course in a period: what its sessions cost, and how many people came to them, each once."""

    course: Course
    cost: Cost
    people: int


def _delivered(*columns: Any) -> Select[Any]:
    """Sessions somebody came to, not cancelled."""
    return (
        select(*columns)
        .select_from(CourseSession)
        .join(Booking, Booking.session_id == CourseSession.id)
        .join(Attendance, and_(Attendance.booking_id == Booking.id, Attendance.mark.in_(CAME)))
        .where(CourseSession.cancelled_at.is_(None))
    )


def by_course(first: date, last: date) -> list[CourseCost]:
    """Every course with a session in the period that was held or has a cost, in the partnership's order. Seven queries."""
    held: dict[int, set[int]] = defaultdict(set)
    for session_id, course_id in db.session.execute(
        _delivered(CourseSession.id, CourseSession.course_id).where(_in_days(first, last)).distinct()
    ):
        held[course_id].add(session_id)
    ids = [one for sessions in held.values() for one in sessions]
    by_session: dict[int, list[Portion]] = defaultdict(list)
    for one in portions(ids):
        by_session[one.session_id].append(one)
    charges, people = charged(ids), _people(first, last)
    courses = db.session.scalars(select(Course).where(Course.id.in_(held)).order_by(Course.position, Course.id))
    return [
        CourseCost(
            course,
            added(
                [one for session in held[course.id] for one in by_session[session]],
                sum(charges.get(session, 0) for session in held[course.id]),
                first=first,
                last=last,
                all_sessions=len(held[course.id]),
            ),
            people.get(course.id, 0),
        )
        for course in courses
    ]


def _people(first: date, last: date) -> dict[int, int]:
    rows = db.session.execute(
        _delivered(CourseSession.course_id, func.count(distinct(Booking.person_id)))
        .where(_in_days(first, last))
        .group_by(CourseSession.course_id)
    )
    return {row[0]: row[1] for row in rows}


def of_all(first: date, last: date) -> tuple[Cost, int]:
    """What all sessions of a period that somebody came to cost, and how many people came, each once."""
    ids = db.session.scalars(_delivered(CourseSession.id).where(_in_days(first, last)).distinct()).all()
    people = db.session.scalar(_delivered(func.count(distinct(Booking.person_id))).where(_in_days(first, last))) or 0
    cost = added(portions(ids), sum(charged(ids).values()), first=first, last=last, all_sessions=len(ids))
    return cost, people


@dataclass(frozen=True, slots=True)
class SessionCost:
    """One session of a course with its portions, its charges and how many came."""

    session: CourseSession
    cost: Cost
    came: int


def sessions_of(course: Course, first: date | None, last: date) -> list[SessionCost]:
    """The sessions of a course in a period that somebody came to, the newest first, each with its cost."""
    rows = db.session.execute(
        _delivered(CourseSession.id, func.count(Booking.id))
        .where(CourseSession.course_id == course.id, _in_days(first, last))
        .group_by(CourseSession.id)
    )
    came = {row[0]: row[1] for row in rows}
    by_session: dict[int, list[Portion]] = defaultdict(list)
    for one in portions(came):
        by_session[one.session_id].append(one)
    charges = charged(came)
    sessions = db.session.scalars(
        select(CourseSession)
        .where(CourseSession.id.in_(came))
        .order_by(CourseSession.starts_at.desc(), CourseSession.id.desc())
    )
    return [
        SessionCost(
            one,
            added(by_session[one.id], charges.get(one.id, 0), first=first, last=last, all_sessions=1),
            came[one.id],
        )
        for one in sessions
    ]


def people_of(course: Course, first: date | None, last: date) -> int:
    """How many people came to a course in a period, each once."""
    found = _delivered(func.count(distinct(Booking.person_id))).where(
        CourseSession.course_id == course.id, _in_days(first, last)
    )
    return db.session.scalar(found) or 0


def lines_of(course: Course) -> Sequence[CostLine]:
    """Every line ever written that means a session of this course, the replaced ones too, the newest first."""
    of_sessions = (
        select(cost_line_session.c.cost_line_id)
        .join(CourseSession, CourseSession.id == cost_line_session.c.session_id)
        .where(CourseSession.course_id == course.id)
    )
    return db.session.scalars(
        select(CostLine)
        .options(selectinload(CostLine.sessions), joinedload(CostLine.written_by), joinedload(CostLine.course))
        .where((CostLine.course_id == course.id) | CostLine.id.in_(of_sessions))
        .order_by(CostLine.dated.desc(), CostLine.id.desc())
    ).all()


def begins(course: Course, first: date, last: date) -> bool:
    """Does a session of this course that was not cancelled begin in these days?"""
    found = select(CourseSession.id).where(
        CourseSession.course_id == course.id, CourseSession.cancelled_at.is_(None), _in_days(first, last)
    )
    return db.session.scalar(found.limit(1)) is not None


def line(line_id: int) -> CostLine | None:
    """One line."""
    return db.session.get(CostLine, line_id)


def is_replaced(of: CostLine) -> bool:
    """Has a newer line taken its place?"""
    return db.session.scalar(select(CostLine.id).where(CostLine.replaces_id == of.id)) is not None


def sessions_called(references: Collection[str]) -> Sequence[CourseSession]:
    """The sessions with these references, in order of time."""
    return db.session.scalars(
        select(CourseSession)
        .where(CourseSession.reference.in_(references))
        .order_by(CourseSession.starts_at, CourseSession.id)
    ).all()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A trainer in kind whose time has no value yet: who, for which organisation, at which session, and how many hours."""

    session: CourseSession
    trainer: Person
    hours: float


def proposals(course: Course | None = None) -> list[Proposal]:
    """Trainers whose organisation has a credit for lending them (`lms/charges`) and whose time is no line of costs yet."""
    valued = (
        select(CostLine.id)
        .join(cost_line_session, cost_line_session.c.cost_line_id == CostLine.id)
        .where(
            _holds(),
            CostLine.trainer_id == TrainerCredit.person_id,
            cost_line_session.c.session_id == TrainerCredit.session_id,
        )
    )
    found = (
        select(TrainerCredit)
        .join(CourseSession, CourseSession.id == TrainerCredit.session_id)
        .options(
            joinedload(TrainerCredit.session).selectinload(CourseSession.dates),
            joinedload(TrainerCredit.person),
            joinedload(TrainerCredit.organisation),
        )
        .where(~valued.exists())
        .order_by(CourseSession.starts_at.desc(), TrainerCredit.id)
    )
    if course is not None:
        found = found.where(CourseSession.course_id == course.id)
    return [
        Proposal(
            one.session, one.person, sum((d.ends_at - d.starts_at).total_seconds() for d in one.session.dates) / 3600
        )
        for one in db.session.scalars(found)
    ]


def problems() -> list[str]:
    """What `lms verify` says of costs: a line without its sessions, shares that do not add up."""
    lines = db.session.scalars(select(CostLine).options(selectinload(CostLine.sessions)).where(_holds())).all()
    found = []
    for one in lines:
        if (one.scope is CostScope.COURSE) == bool(one.sessions):
            found.append(f"The cost {one.id} names the wrong sessions for what it is for.")
        if one.scope is CostScope.SESSION and len(one.sessions) != 1:
            found.append(f"The cost {one.id} is for one session and names {len(one.sessions)}.")
        parts = rules.shares(one.pence, [session.id for session in one.sessions])
        if parts and sum(parts.values()) != one.pence:
            found.append(f"The shares of the cost {one.id} do not add up to it.")
    return found
