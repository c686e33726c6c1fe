"""The thread of one recommendation as one value: why → decided → learned on → who came → changed → did → verdict → next.

Every format (page, PDF, spreadsheet, CSV, JSON) prints this value, so one figure is one number everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from evaluation.actions import queries as action_log
from evaluation.actions.models import Action, ActionState
from evaluation.actions.rules import stand
from evaluation.comments.queries import Quote
from evaluation.impact import queries
from evaluation.impact.change import WAVE_NAMES, Change, as_told, measure_change, question_keys
from evaluation.impact.measures import KIND_ORDER, MeasureResult, judge_measure
from evaluation.impact.queries import SectorReach, SessionReach, WaveCount
from evaluation.measures.models import Measure
from evaluation.offers.models import LearningOffer
from evaluation.recommendations.models import Recommendation
from evaluation.results import queries as released
from evaluation.results.report import Results
from evaluation.surveys.models import EvaluationPlan
from evaluation.verdict import LEAST_MATCHED, Verdict
from lms import dates
from lms.catalogue.models import Course
from lms.db import db
from lms.resources.models import Resource
from lms.statistics import Share

Thing = TypeVar("Thing", Course, Resource, Course | Resource)


@dataclass(frozen=True)
class CourseReach:
    """One course of the thread and its held sessions."""

    course: Course
    sessions: tuple[SessionReach, ...]

    @property
    def expected(self) -> int:
        """Everybody who was expected at any session."""
        return sum(session.expected for session in self.sessions)

    @property
    def came_expected(self) -> int:
        """Those expected who came: the only ones in a share of those expected."""
        return sum(session.came_expected for session in self.sessions)

    @property
    def walked_in(self) -> int:
        """Those who came without having been expected."""
        return sum(session.walked_in for session in self.sessions)


@dataclass(frozen=True)
class Thread:
    """Everything one recommendation led to, as far as it is known at `as_at`."""

    recommendation: Recommendation
    as_at: datetime
    actions: tuple[Action, ...]
    courses: tuple[CourseReach, ...]
    other_offers: tuple[Course | Resource, ...]
    sectors: tuple[SectorReach, ...]
    plan: EvaluationPlan | None
    waves: tuple[tuple[str, WaveCount], ...]
    change: Change | None
    measures: tuple[MeasureResult, ...]
    quotes: tuple[Quote, ...]
    next_actions: tuple[Action, ...]

    @property
    def sessions(self) -> int:
        """How many sessions were held."""
        return sum(len(course.sessions) for course in self.courses)

    @property
    def people(self) -> int:
        """How many people came, each counted once."""
        return sum(sector.people for sector in self.sectors)

    @property
    def organisations(self) -> int:
        """How many agencies and schools they came from."""
        return sum(sector.organisations for sector in self.sectors)

    @property
    def workforce(self) -> int | None:
        """The workforce of the sectors that gave a number; None where none did."""
        known = [sector.workforce for sector in self.sectors if sector.workforce is not None]
        return sum(known) if known else None

    @property
    def missing(self) -> tuple[SectorReach, ...]:
        """Sectors with a workforce from which nobody came."""
        return tuple(sector for sector in self.sectors if sector.workforce and not sector.people)

    @property
    def verdict(self) -> Verdict | None:
        """The verdict, where the course is evaluated; None means: not enough evidence, nobody was asked."""
        return self.change.verdict if self.change else None

    def state(self, action: Action) -> ActionState:
        """Where an action stood then."""
        return stand(action, dates.london(self.as_at).date()).state

    @property
    def moved(self) -> tuple[int, int]:
        """How many measures moved the way that was wanted, of how many."""
        return sum(result.found == "Moved" for result in self.measures), len(self.measures)


def thread(recommendation: Recommendation, *, as_at: datetime) -> Thread:
    """Follow one recommendation (loaded whole by `improvement.queries`) from the single records, in a fixed number of queries."""
    actions = tuple(recommendation.actions)
    offers = [offer for action in actions for offer in action.offers]
    courses = _unique([offer.course for offer in offers if offer.course])
    held = queries.sessions_held([course.id for course in courses], as_at)
    reached = [
        CourseReach(course, tuple(session for session in held if session.course_id == course.id)) for course in courses
    ]
    with_sessions = tuple(course for course in reached if course.sessions)
    plan = next(iter(queries.plans([course.course.id for course in with_sessions])), None)
    course_ids = [plan.course_id] if plan else [course.course.id for course in with_sessions]
    sectors = tuple(queries.sectors_reached(course_ids, as_at))
    told = released.results(plan.course.code) if plan else None
    waves = _waves(told) if told else {}
    # Without a verdict in the report its figures must stay hidden: then there is nothing to tell here either.
    change = _change(plan, waves, sectors, told) if plan and told and told.verdict else None
    return Thread(
        recommendation=recommendation,
        as_at=as_at,
        actions=actions,
        courses=tuple(course for course in with_sessions if course.course.id in course_ids),
        other_offers=tuple(
            _unique(
                [course.course for course in reached if course.course.id not in course_ids]
                + [offer.resource for offer in offers if offer.resource]
            )
        ),
        sectors=sectors,
        plan=plan,
        waves=tuple((wave, waves[wave]) for wave in (plan.waves if plan else ()) if wave in waves),
        change=change,
        measures=tuple(
            sorted(
                (_measured(measure, told, change) for action in actions for measure in action.measures),
                key=lambda result: KIND_ORDER.index(result.kind),
            )
        ),
        quotes=tuple(queries.quotes(plan.course_id)) if plan else (),
        next_actions=_next(actions, offers, dates.london(as_at).date()),
    )


def _unique(things: Sequence[Thing]) -> list[Thing]:
    return list(dict.fromkeys(things))


def _waves(told: Results) -> dict[str, WaveCount]:
    """Who answered, as the report of the course tells it."""
    return {
        one.wave: WaveCount(one.asked, one.answered.numerator if one.answered else 0)
        for one in told.response
        if one.asked
    }


def _change(plan: EvaluationPlan, waves: dict[str, WaveCount], sectors: Sequence[SectorReach], told: Results) -> Change:
    """What changed, from the same answers as the report of the course, and with nothing that it hides."""
    document = plan.question_set.document
    answers = queries.numbers(plan.course_id, question_keys(document, plan.primary_scale)).by_wave
    deciding = waves.get(plan.deciding_wave, WaveCount(0, 0))
    found = measure_change(
        document,
        answers,
        primary=plan.primary_scale,
        deciding_wave=plan.deciding_wave,
        waves=plan.waves,
        asked=deciding.asked,
        answered=deciding.answered,
        missing_sectors=[sector.words for sector in sectors if sector.workforce and not sector.people],
    )
    return as_told(found, told)


def _measured(measure: Measure, told: Results | None, change: Change | None) -> MeasureResult:
    latest = None
    if told and measure.question_keys and not measure.scale:
        latest = _latest(told, measure.question_keys[0], measure.waves)
    return judge_measure(measure, change, latest)


def _latest(told: Results, key: str, waves: Sequence[str]) -> Share | None:
    """The share who gave a good answer to one question in the last wave that asked it; None where it is hidden."""
    by_wave = {one.wave: one for item in told.items if item.key == key for one in item.waves}
    for wave in reversed([wave for wave in waves if wave in WAVE_NAMES]):
        if wave in by_wave and (by_wave[wave].answered or 0) >= LEAST_MATCHED:
            return by_wave[wave].good
    return None


def _next(actions: Sequence[Action], offers: Sequence[LearningOffer], today: date) -> tuple[Action, ...]:
    """What is still to be done: this recommendation's own open actions, and others on the same learning."""
    served = [offer.course_id for offer in offers if offer.course_id]
    others = db.session.scalars(
        select(Action)
        .join(LearningOffer, LearningOffer.action_id == Action.id)
        .options(joinedload(Action.owner_group), *action_log.facts())
        .where(LearningOffer.course_id.in_(served), Action.id.not_in([action.id for action in actions]))
        .order_by(Action.reference)
    ).unique()
    found = [action for action in [*actions, *others] if not stand(action, today).ended]
    return tuple(sorted(dict.fromkeys(found), key=lambda action: (action.due or date.max, action.reference)))
