"""What the system itself shows of each of the six steps in a quarter: counts with their base, and what is missing. Every figure
is counted when it is asked for; nobody types one."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, distinct, func, select

from evaluation.actions import queries as action_log
from evaluation.actions.models import Action, ActionState, Escalation
from evaluation.actions.rules import stand
from evaluation.costs import queries as costs
from evaluation.costs.rules import money
from evaluation.governance.models import Decision
from evaluation.impact.models import Contradiction, PublishedFigure
from evaluation.measures.models import Measure, MeasureFigure, MeasureKind
from evaluation.recommendations.models import Recommendation, RecommendationState, Source, SourceKind
from evaluation.results.models import Release, ReleasedSlice
from evaluation.scrutiny import queries
from evaluation.scrutiny.rules import Quarter
from evaluation.surveys.models import EvaluationPlan
from lms import dates
from lms.attendance.models import CAME, Attendance
from lms.bookings.models import Booking
from lms.catalogue.models import Course, CourseSession
from lms.db import db
from lms.organisations.models import Organisation, PartnershipGroup, Sector
from lms.words import listing, plural, share_words, tag_of, thousands

#: Sources that are reviews.
REVIEWS = (
    SourceKind.PRACTICE_REVIEW,
    SourceKind.RAPID_REVIEW,
    SourceKind.CHILD_DEATH_OVERVIEW,
    SourceKind.NATIONAL_REVIEW,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One line of evidence: what is counted, the count with its base in words, and the page it can be looked at on.

    `missing` is what the system should know and does not: said as such, never as a nought.
    """

    label: str
    words: str
    endpoint: str = ""
    place: dict[str, Any] = field(default_factory=dict)
    missing: bool = False

    @property
    def sentence(self) -> str:
        """Both together, for a report."""
        return f"{self.label}: {self.words}."


Gather = Callable[[Quarter, date], Sequence[Evidence]]


def of_step(number: int, quarter: Quarter, today: date) -> list[Evidence]:
    """The evidence of one step."""
    return list(OWN[number](quarter, today))


def _within(quarter: Quarter) -> ColumnElement[bool]:
    return and_(
        CourseSession.starts_at >= dates.from_london(quarter.first),
        CourseSession.starts_at < dates.from_london(quarter.last + timedelta(days=1)),
        CourseSession.cancelled_at.is_(None),
    )


def _came(*columns: Any) -> Any:
    return (
        select(*columns)
        .select_from(CourseSession)
        .join(Booking, Booking.session_id == CourseSession.id)
        .join(Attendance, and_(Attendance.booking_id == Booking.id, Attendance.mark.in_(CAME)))
    )


def _count(of: Any, *conditions: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(of).where(*conditions)) or 0


def _leadership(quarter: Quarter, today: date) -> list[Evidence]:
    asked = db.session.scalars(
        select(Escalation.answered_on).where(Escalation.asked_on.between(quarter.first, quarter.last))
    ).all()
    answered = len([one for one in asked if one is not None and one <= today])
    challenges = queries.raised_in(queries.challenges(), quarter.first, quarter.last)
    in_time = [queries.answered_in_time(one) for one in challenges]
    groups, silent = _count(PartnershipGroup), queries.groups_without_members()
    decided = db.session.scalars(
        select(Decision.carried_out_by).where(Decision.decided_on.between(quarter.first, quarter.last))
    ).all()
    return [
        Evidence(
            "Questions put to a group about an action, and answered",
            share_words(answered, len(asked)) if asked else "none was put in this quarter",
            "improvement.index",
        ),
        Evidence(
            "Challenges raised by the scrutineer, and answered by the day asked for",
            share_words(in_time.count(True), len(challenges)) if challenges else "none was raised in this quarter",
            "scrutiny.challenges",
        ),
        Evidence(
            "Decisions of groups written down, with who carries them out",
            share_words(len([one for one in decided if one]), len(decided))
            if decided
            else "none was written down in this quarter",
            "governance.groups",
        ),
        Evidence(
            "Groups with members recorded",
            share_words(groups - len(silent), groups),
            missing=bool(silent),
        ),
    ]


def _wider(quarter: Quarter, today: date) -> list[Evidence]:
    came = db.session.execute(
        _came(Booking.organisation_id, Organisation.sector_id)
        .join(Organisation, Organisation.id == Booking.organisation_id)
        .where(_within(quarter))
        .distinct()
    ).all()
    everybody = _count(Organisation)
    sectors = db.session.execute(select(Sector.id, Sector.name).order_by(Sector.position))
    absent = [name for id_, name in sectors if id_ not in {row[1] for row in came}]
    carried = _count(Action, Action.owner_organisation_id.is_not(None), Action.closed_on.is_(None))
    return [
        Evidence("Organisations somebody came from to a session", share_words(len(came), everybody), "coverage.index"),
        Evidence(
            "Sectors nobody came from",
            listing(absent) if absent else "every sector came",
            "coverage.index",
            missing=bool(absent),
        ),
        Evidence("Open actions an agency carries", thousands(carried), "improvement.index"),
    ]


def _children(quarter: Quarter, today: date) -> list[Evidence]:
    kind = Source.kind == SourceKind.VOICE_OF_CHILDREN
    until = _count(Source, kind, Source.dated <= quarter.last)
    new = _count(Source, kind, Source.dated.between(quarter.first, quarter.last))
    made = (
        db.session.scalars(
            select(Recommendation)
            .join(Source)
            .where(kind, Source.dated <= quarter.last)
            .order_by(Recommendation.reference)
        )
        .unique()
        .all()
    )
    done = [one for one in made if any(action.done_on and action.done_on <= quarter.last for action in one.actions)]
    return [
        Evidence(
            "What children and families told the partnership, as sources of learning",
            f"{thousands(until)} in all, {thousands(new)} of them in this quarter" if until else "none is recorded",
            "improvement.index",
            missing=not until,
        ),
        Evidence(
            "Recommendations from it with an action that is done",
            share_words(len(done), len(made)) if made else "no recommendation came from it",
            "improvement.index",
            missing=bool(until) and not made,
        ),
    ]


def _quality(quarter: Quarter, today: date) -> list[Evidence]:
    qa = Measure.kind == MeasureKind.QUALITY_ASSURANCE
    with_figure = (
        db.session.scalar(
            select(func.count(distinct(Measure.id)))
            .join(MeasureFigure, MeasureFigure.measure_id == Measure.id)
            .where(qa, MeasureFigure.dated.between(quarter.first, quarter.last))
        )
        or 0
    )
    all_qa = _count(Measure, qa)
    empty = _count(
        Measure,
        Measure.kind != MeasureKind.IMPACT_EVALUATION,
        ~select(MeasureFigure.id).where(MeasureFigure.measure_id == Measure.id).exists(),
    )
    audits = _count(
        Source, Source.kind == SourceKind.MULTI_AGENCY_AUDIT, Source.dated.between(quarter.first, quarter.last)
    )
    contradictions = _count(Contradiction)
    undated = _count(PublishedFigure, PublishedFigure.period_end.is_(None))
    return [
        Evidence("Multi-agency audits that taught something in this quarter", thousands(audits), "improvement.index"),
        Evidence(
            "Quality assurance measures with a figure in this quarter",
            share_words(with_figure, all_qa) if all_qa else "no measure of this kind is kept",
            "improvement.index",
            missing=not all_qa,
        ),
        Evidence(
            "Measures without any figure",
            thousands(empty) if empty else "none: every measure has one",
            "improvement.index",
            missing=bool(empty),
        ),
        Evidence(
            "Places where a published report contradicts itself",
            thousands(contradictions) if contradictions else "none is known",
            "impact.contradictions",
        ),
        Evidence(
            "Published figures without a period",
            thousands(undated) if undated else "none",
            "impact.contradictions" if undated else "",
            missing=bool(undated),
        ),
    ]


def _reviews(quarter: Quarter, today: date) -> list[Evidence]:
    new = _count(Source, Source.kind.in_(REVIEWS), Source.dated.between(quarter.first, quarter.last))
    states: Counter[RecommendationState] = Counter()
    for state, count in db.session.execute(
        select(Recommendation.state, func.count())
        .join(Source)
        .where(Source.kind.in_(REVIEWS))
        .group_by(Recommendation.state)
    ):
        states[state] = count
    all_ = sum(states.values())
    words = [
        f"{thousands(states[state])} {tag_of(state).word.lower()}" for state in RecommendationState if states[state]
    ]
    stands = Counter(stand(one, today).state for one in action_log.actions())
    actions = sum(stands.values())
    return [
        Evidence("Reviews recorded in this quarter", thousands(new), "improvement.index"),
        Evidence(
            "Recommendations from reviews",
            f"{thousands(all_)}: {listing(words)}" if all_ else "none is recorded",
            "improvement.index",
            missing=not all_,
        ),
        Evidence(
            "Actions of the log with evidence of impact",
            share_words(stands[ActionState.EVIDENCE_OF_IMPACT], actions) if actions else "the log is empty",
            "improvement.index",
            missing=not actions,
        ),
        Evidence(
            "Actions that are overdue or slipping",
            share_words(stands[ActionState.OVERDUE] + stands[ActionState.SLIPPING], actions)
            if actions
            else "the log is empty",
            "improvement.index",
        ),
    ]


def verdicts() -> dict[str, str]:
    """The word of each course with released results, by its code. One query."""
    newest = select(func.max(Release.id)).group_by(Release.course_id)
    rows = db.session.execute(
        select(Course.code, ReleasedSlice.document)
        .join(Release, Release.id == ReleasedSlice.release_id)
        .join(Course, Course.id == Release.course_id)
        .where(Release.id.in_(newest), ReleasedSlice.key == "all")
        .order_by(Course.code)
    )
    return {code: (document.get("verdict") or {}).get("word") or "not enough evidence" for code, document in rows}


def _learning(quarter: Quarter, today: date) -> list[Evidence]:
    sessions, delegates, people = db.session.execute(
        _came(
            func.count(distinct(CourseSession.id)), func.count(Booking.id), func.count(distinct(Booking.person_id))
        ).where(_within(quarter))
    ).one()
    held = db.session.execute(_came(CourseSession.course_id).where(_within(quarter)).distinct()).scalars().all()
    planned = _count(EvaluationPlan, EvaluationPlan.course_id.in_(held))
    found = verdicts()
    cost, _ = costs.of_all(quarter.first, min(quarter.last, today))
    words = Counter(found.values())
    return [
        Evidence(
            "Sessions somebody came to",
            f"{plural(sessions, 'session')}, {plural(people, 'person', 'people')} each once, {plural(delegates, 'delegate')}",
            "coverage.index",
        ),
        Evidence(
            "Courses held in this quarter whose effect is asked about",
            share_words(planned, len(held)) if held else "no course was held",
            "surveys.index",
            missing=len(held) > planned,
        ),
        Evidence(
            "Verdicts by the rule, of courses with released results",
            listing([f"{thousands(count)} “{word}”" for word, count in words.items()]) if words else "none is released",
            "results.index",
            missing=not words,
        ),
        Evidence(
            "What these sessions cost",
            f"{money(cost.paid)} paid and {money(cost.total - cost.paid)} in kind, written down for "
            f"{share_words(cost.sessions, cost.all_sessions)} sessions"
            if cost.sessions
            else "no cost is written down",
            "costs.index",
            missing=not cost.complete,
        ),
    ]


OWN: dict[int, Gather] = {1: _leadership, 2: _wider, 3: _children, 4: _quality, 5: _reviews, 6: _learning}
