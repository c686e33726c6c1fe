"""Writing down what learning cost and what the budget says. A correction is a new line that names the old."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from evaluation.costs import budgets, queries, rules
from evaluation.costs.models import BudgetColumn, BudgetLine, BudgetSide, CostKind, CostLine, CostScope
from lms import dates
from lms.accounts.models import Person
from lms.activity.operations import record
from lms.catalogue.models import Course, CourseSession
from lms.db import db
from lms.errors import RuleBroken


@dataclass(frozen=True)
class Said:
    """What is said of one cost."""

    kind: CostKind
    pence: int
    dated: date
    source: str
    in_kind: bool = False
    note: str = ""


def _check(said: Said, now: datetime, first: date | None = None, last: date | None = None) -> None:
    today = dates.london(now).date()
    rules.check_cost(pence=said.pence, source=said.source, dated=said.dated, today=today, first=first, last=last)
    rules.check_in_kind(said.kind, in_kind=said.in_kind)


def _line(said: Said, actor: Person | None, now: datetime) -> CostLine:
    return CostLine(
        kind=said.kind,
        in_kind=said.in_kind,
        pence=said.pence,
        dated=said.dated,
        note=said.note,
        source=said.source,
        written_at=now,
        written_by=actor,
    )


def write_for_sessions(
    *, sessions: Sequence[CourseSession], said: Said, actor: Person | None, now: datetime, trainer: Person | None = None
) -> CostLine:
    """Write down a cost of one session, or of several that it is shared between. RuleBroken where there is none."""
    _check(said, now)
    if not sessions:
        raise RuleBroken("Enter the reference of a session", "session")
    line = _line(said, actor, now)
    line.scope = CostScope.SESSION if len(sessions) == 1 else CostScope.COMMISSION
    line.sessions, line.trainer = list(sessions), trainer
    return _keep(line, actor, now, ", ".join(one.reference for one in sessions))


def write_for_course(
    *, course: Course, first: date, last: date, said: Said, actor: Person | None, now: datetime
) -> CostLine:
    """Write down a cost of a course, shared between its sessions that begin in a period. RuleBroken where it has none there."""
    _check(said, now, first, last)
    if not queries.begins(course, first, last):
        raise RuleBroken("No session of this course begins in these days, so nothing could bear the cost", "first")
    line = _line(said, actor, now)
    line.scope, line.course, line.first, line.last = CostScope.COURSE, course, first, last
    return _keep(line, actor, now, course.code)


def _keep(line: CostLine, actor: Person | None, now: datetime, of: str) -> CostLine:
    db.session.add(line)
    db.session.flush()
    record(
        "cost:written", actor=actor, subject_kind="cost", subject=str(line.id), now=now, pence=line.pence, of=of[:200]
    )
    return line


def correct(*, line: CostLine, said: Said, why: str, actor: Person, now: datetime) -> CostLine:
    """Put a new line in the place of one that is wrong; with a sum of nothing it is taken back. The old one is kept.

    RuleBroken where it was corrected before, nothing is different, or no reason is given.
    """
    db.session.refresh(line, with_for_update=True)
    before = Said(line.kind, line.pence, line.dated, line.source, line.in_kind, line.note)
    rules.check_correction(replaced=queries.is_replaced(line), same=before == said, why=why)
    if said.pence:
        _check(said, now)
    newer = _line(said, actor, now)
    newer.scope, newer.course, newer.first, newer.last = line.scope, line.course, line.first, line.last
    newer.sessions, newer.trainer = list(line.sessions), line.trainer
    newer.replaces, newer.why = line, why.strip()
    db.session.add(newer)
    db.session.flush()
    record(
        "cost:corrected",
        actor=actor,
        subject_kind="cost",
        subject=str(newer.id),
        now=now,
        instead_of=line.id,
        pence=said.pence,
    )
    return newer


@dataclass(frozen=True)
class BudgetSum:
    """One sum of a budget as it is typed or read from a file."""

    side: BudgetSide
    column: BudgetColumn
    heading: str
    pence: int
    is_total: bool = False


def write_budget(
    *, year: str, said: BudgetSum, source: str, actor: Person | None, now: datetime, made_up: bool = False
) -> BudgetLine:
    """Write down one sum of a year's budget. RuleBroken where its heading has a sum in this column already."""
    same = [
        one
        for one in budgets.holding(budgets.budget_lines(year))
        if (one.side, one.column, one.is_total) == (said.side, said.column, said.is_total)
        and (said.is_total or one.heading.casefold() == said.heading.casefold())
    ]
    if same:
        raise RuleBroken(
            f"{said.side.label}, {said.column.label.lower()}: there is a sum for “{same[0].heading}” already. "
            "Correct that one, so that its history stays"
        )
    line = BudgetLine(
        year=year,
        side=said.side,
        column=said.column,
        heading=said.heading,
        pence=said.pence,
        is_total=said.is_total,
        source=source,
        made_up=made_up,
        written_at=now,
        written_by=actor,
    )
    db.session.add(line)
    db.session.flush()
    record(
        "budget:written",
        actor=actor,
        subject_kind="budget",
        subject=year,
        now=now,
        heading=said.heading,
        pence=said.pence,
    )
    return line


def correct_budget(*, line: BudgetLine, pence: int, source: str, why: str, actor: Person, now: datetime) -> BudgetLine:
    """Put another sum in the place of one of the budget, with the reason. The old one is kept."""
    db.session.refresh(line, with_for_update=True)
    same = (line.pence, line.source) == (pence, source)
    rules.check_correction(replaced=budgets.is_replaced(line), same=same, why=why)
    newer = BudgetLine(
        year=line.year,
        side=line.side,
        column=line.column,
        heading=line.heading,
        pence=pence,
        is_total=line.is_total,
        source=source,
        made_up=line.made_up,
        replaces=line,
        why=why.strip(),
        written_at=now,
        written_by=actor,
    )
    db.session.add(newer)
    db.session.flush()
    record(
        "budget:corrected",
        actor=actor,
        subject_kind="budget",
        subject=line.year,
        now=now,
        heading=line.heading,
        pence=pence,
    )
    return newer
