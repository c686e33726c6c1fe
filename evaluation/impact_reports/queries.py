"""Reads of impact reports: what a scope names, its words in every version, its PDFs, and who gets it by letter."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from evaluation.actions.models import Action
from evaluation.actions.queries import facts
from evaluation.impact_reports.models import (
    NarrativeState,
    ReportFile,
    ReportNarrative,
    ReportSchedule,
    Stage,
)
from evaluation.impact_reports.scopes import Scope, ScopeKind, period_key, period_of
from evaluation.measures.models import Measure
from evaluation.occasions.models import Occasion
from evaluation.offers.models import LearningOffer
from evaluation.recommendations.models import Recommendation
from evaluation.surveys.models import EvaluationPlan
from lms import dates
from lms.accounts.models import Person
from lms.catalogue.models import Course, CourseSession
from lms.catalogue.queries import course_by_code, session_by_reference
from lms.db import db
from lms.organisations.models import Organisation, PartnershipGroup, Priority

# What a scope names


def scope(kind: str, key: str, *, first: date | None = None, last: date | None = None) -> Scope | None:
    """What a report is about, by its place in an address; None where there is no such thing."""
    if kind not in list(ScopeKind):
        return None
    found = ScopeKind(kind)
    if found is ScopeKind.PERIOD:
        days = period_of(key)
        return Scope(found, key, dates.period(*days), first=days[0], last=days[1]) if days else None
    named = _NAMED[found](key)
    return Scope(found, key, *named, first=first, last=last) if named else None


def period(first: date, last: date) -> Scope:
    """The scope of a period."""
    return Scope(ScopeKind.PERIOD, period_key(first, last), dates.period(first, last), first=first, last=last)


def _session(key: str) -> tuple[str, str] | None:
    found = session_by_reference(key)
    return (found.reference, f"{found.course.title}, {dates.day(dates.london(found.starts_at))}") if found else None


def _course(key: str) -> tuple[str, str] | None:
    found = course_by_code(key)
    return (found.title, "") if found else None


def _action(key: str) -> tuple[str, str] | None:
    found = db.session.scalar(select(Action.wording).where(Action.reference == key))
    return (key, found) if found is not None else None


def _recommendation(key: str) -> tuple[str, str] | None:
    found = db.session.scalar(select(Recommendation.headline).where(Recommendation.reference == key))
    return (key, found) if found is not None else None


def _priority(key: str) -> tuple[str, str] | None:
    found = db.session.scalar(select(Priority).where(Priority.key == key))
    return (f"{found.number} {found.name}", found.plan) if found else None


def _agency(key: str) -> tuple[str, str] | None:
    found = db.session.get(Organisation, int(key)) if key.isdecimal() and len(key) < 10 else None
    return (found.name, "") if found else None


_NAMED = {
    ScopeKind.SESSION: _session,
    ScopeKind.COURSE: _course,
    ScopeKind.ACTION: _action,
    ScopeKind.RECOMMENDATION: _recommendation,
    ScopeKind.PRIORITY: _priority,
    ScopeKind.AGENCY: _agency,
}


def agency_named(name: str) -> Organisation | None:
    """An agency by its id or its name, for commands."""
    if name.isdecimal() and len(name) < 10:
        return db.session.get(Organisation, int(name))
    return db.session.scalar(select(Organisation).where(func.lower(Organisation.name) == name.lower()))


# What is in a scope


def actions_of(of: Scope) -> Sequence[Action]:
    """The actions a report is about, by reference, with everything it says of them."""
    which = _whose_actions(of)
    if which is None:
        return []
    return db.session.scalars(
        select(Action)
        .where(which)
        .options(
            joinedload(Action.owner_group),
            joinedload(Action.owner_organisation),
            joinedload(Action.priority),
            *facts(),
            selectinload(Action.recommendations).options(
                joinedload(Recommendation.source), joinedload(Recommendation.owner_group)
            ),
            selectinload(Action.offers).options(joinedload(LearningOffer.course), joinedload(LearningOffer.resource)),
            selectinload(Action.measures).selectinload(Measure.figures),
        )
        .order_by(Action.reference)
    ).all()


def _whose_actions(of: Scope) -> ColumnElement[bool] | None:
    match of.kind:
        case ScopeKind.ACTION:
            return Action.reference == of.key
        case ScopeKind.RECOMMENDATION:
            return Action.recommendations.any(Recommendation.reference == of.key)
        case ScopeKind.PRIORITY:
            return Action.priority.has(Priority.key == of.key)
        case ScopeKind.COURSE:
            return Action.offers.any(LearningOffer.course.has(Course.code == of.key))
        case ScopeKind.SESSION:
            sessions = select(CourseSession.course_id).where(CourseSession.reference == of.key)
            return Action.offers.any(LearningOffer.course_id.in_(sessions))
        case ScopeKind.AGENCY:
            return Action.owner_organisation_id == int(of.key)
        case ScopeKind.PERIOD:
            return (Action.decided_on <= of.last) & or_(Action.closed_on.is_(None), Action.closed_on >= of.first)


def recommendations_of(of: Scope, actions: Sequence[Action]) -> list[Recommendation]:
    """What these actions are about, each once; of a recommendation itself, whether or not it has an action."""
    if of.kind is ScopeKind.RECOMMENDATION:
        found = db.session.scalars(
            select(Recommendation)
            .where(Recommendation.reference == of.key)
            .options(joinedload(Recommendation.source), joinedload(Recommendation.owner_group))
        ).one_or_none()
        return [found] if found else []
    by_id = {one.id: one for action in actions for one in action.recommendations}
    return sorted(by_id.values(), key=lambda one: one.reference)


def session_of(of: Scope) -> CourseSession | None:
    """The one session a report is about. LookupError where it is gone."""
    if of.kind is not ScopeKind.SESSION:
        return None
    found = session_by_reference(of.key)
    if found is None:
        raise LookupError(f"There is no session {of.key}.")
    return found


def organisation_of(of: Scope) -> Organisation | None:
    """The one agency a report is about. LookupError where it is gone."""
    return db.session.get_one(Organisation, int(of.key)) if of.kind is ScopeKind.AGENCY else None


def course_id_of(code: str) -> int:
    """The id of a course. LookupError where it is gone."""
    found = course_by_code(code)
    if found is None:
        raise LookupError(f"There is no course {code}.")
    return found.id


def plans_of(course_ids: Collection[int]) -> Sequence[EvaluationPlan]:
    """How these courses are evaluated, by title."""
    if not course_ids:
        return []
    return db.session.scalars(
        select(EvaluationPlan)
        .join(EvaluationPlan.course)
        .where(EvaluationPlan.course_id.in_(course_ids))
        .options(joinedload(EvaluationPlan.course), joinedload(EvaluationPlan.question_set))
        .order_by(Course.title, Course.code)
    ).all()


def occasions_about(recommendation_ids: Collection[int]) -> Sequence[Occasion]:
    """The surveys that asked whether these recommendations changed anything."""
    if not recommendation_ids:
        return []
    return db.session.scalars(
        select(Occasion)
        .where(Occasion.recommendation_id.in_(recommendation_ids), Occasion.cancelled_at.is_(None))
        .order_by(Occasion.reference)
    ).all()


# What can be chosen


def choices() -> dict[ScopeKind, list[tuple[str, str]]]:
    """What a report can be about, kind by kind: (key, words). Sessions are typed, periods are days."""
    actions = db.session.execute(select(Action.reference, Action.wording).order_by(Action.reference))
    recommendations = db.session.execute(
        select(Recommendation.reference, Recommendation.headline).order_by(Recommendation.reference)
    )
    priorities = db.session.scalars(select(Priority).order_by(Priority.number))
    courses = db.session.execute(select(Course.code, Course.title).order_by(Course.title, Course.code))
    agencies = db.session.execute(select(Organisation.id, Organisation.name).order_by(Organisation.name))
    return {
        ScopeKind.ACTION: [(row[0], f"{row[0]} {_short(row[1])}") for row in actions],
        ScopeKind.RECOMMENDATION: [(row[0], f"{row[0]} {_short(row[1])}") for row in recommendations],
        ScopeKind.PRIORITY: [(one.key, f"{one.number} {one.name}") for one in priorities],
        ScopeKind.COURSE: [(row[0], f"{row[1]} ({row[0]})") for row in courses],
        ScopeKind.AGENCY: [(str(row[0]), row[1]) for row in agencies],
    }


def _short(words: str, most: int = 70) -> str:
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


# Words


def versions(of: Scope) -> Sequence[ReportNarrative]:
    """Every version of the words of a report, the newest first."""
    return db.session.scalars(
        select(ReportNarrative)
        .where(ReportNarrative.scope_kind == of.kind, ReportNarrative.scope_key == of.key)
        .options(joinedload(ReportNarrative.by))
        .order_by(ReportNarrative.number.desc())
    ).all()


def printed(found: Sequence[ReportNarrative]) -> ReportNarrative | None:
    """The version a report prints, of all there are: the published one, if it was not withdrawn; else the newest, as a draft."""
    for one in found:
        if one.state is NarrativeState.PUBLISHED:
            return one
        if one.state is NarrativeState.WITHDRAWN:
            break
    return found[0] if found else None


def newest_words(limit: int = 20) -> Sequence[ReportNarrative]:
    """The newest version of each report that has words, the last changed first."""
    newest = (
        select(func.max(ReportNarrative.id)).group_by(ReportNarrative.scope_kind, ReportNarrative.scope_key).subquery()
    )
    return db.session.scalars(
        select(ReportNarrative)
        .where(ReportNarrative.id.in_(select(newest.c[0])))
        .options(joinedload(ReportNarrative.by))
        .order_by(ReportNarrative.at.desc(), ReportNarrative.id.desc())
        .limit(limit)
    ).all()


# PDFs


def files_of(of: Scope) -> Sequence[ReportFile]:
    """The PDFs somebody asked for of this report, the newest first."""
    return db.session.scalars(
        select(ReportFile)
        .where(ReportFile.scope_kind == of.kind, ReportFile.scope_key == of.key)
        .options(joinedload(ReportFile.asked_by), joinedload(ReportFile.file))
        .order_by(ReportFile.id.desc())
    ).all()


def file_of(of: Scope, reference: str) -> ReportFile | None:
    """One PDF of this report that is there."""
    return db.session.scalar(
        select(ReportFile)
        .where(
            ReportFile.reference == reference,
            ReportFile.scope_kind == of.kind,
            ReportFile.scope_key == of.key,
            ReportFile.stage == Stage.DONE,
        )
        .options(joinedload(ReportFile.file))
    )


def recent_files(limit: int = 10) -> Sequence[ReportFile]:
    """The newest PDFs of any report."""
    return db.session.scalars(
        select(ReportFile)
        .where(ReportFile.stage == Stage.DONE)
        .options(joinedload(ReportFile.asked_by), joinedload(ReportFile.file))
        .order_by(ReportFile.id.desc())
        .limit(limit)
    ).all()


# Letters


def groups() -> Sequence[PartnershipGroup]:
    """The groups a report can go to, by name."""
    return db.session.scalars(select(PartnershipGroup).order_by(PartnershipGroup.name)).all()


def schedules(of: Scope | None = None) -> Sequence[ReportSchedule]:
    """Who gets reports by letter, of one report or of all: those that go on first, then by their next day."""
    asked = select(ReportSchedule).options(
        joinedload(ReportSchedule.group),
        joinedload(ReportSchedule.made_by),
        joinedload(ReportSchedule.stopped_by),
        selectinload(ReportSchedule.sendings),
    )
    if of is not None:
        asked = asked.where(ReportSchedule.scope_kind == of.kind, ReportSchedule.scope_key == of.key)
    return db.session.scalars(
        asked.order_by(ReportSchedule.stopped_at.is_not(None), ReportSchedule.next_on, ReportSchedule.id)
    ).all()


def schedule(schedule_id: int) -> ReportSchedule | None:
    """One of them."""
    return db.session.get(ReportSchedule, schedule_id)


def due(today: date) -> Sequence[ReportSchedule]:
    """The schedules whose day has come, in order."""
    return db.session.scalars(
        select(ReportSchedule)
        .where(ReportSchedule.stopped_at.is_(None), ReportSchedule.next_on <= today)
        .options(joinedload(ReportSchedule.group))
        .order_by(ReportSchedule.next_on, ReportSchedule.id)
        .with_for_update(of=ReportSchedule)
    ).all()


def next_due() -> datetime | None:
    """When the next report goes out."""
    day = db.session.scalar(select(func.min(ReportSchedule.next_on)).where(ReportSchedule.stopped_at.is_(None)))
    return dates.from_london(day, HOUR) if day else None


#: At this hour, London's time, reports go out.
HOUR = 8


def who_left(ids: Collection[int]) -> set[int]:
    """Which of these people have no account they could open a report with."""
    return set(db.session.scalars(select(Person.id).where(Person.id.in_(ids), Person.disabled_at.is_not(None))))
