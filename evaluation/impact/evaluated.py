"""One evaluated course as a thread and its measures see it: who answered and what changed, with nothing that its report hides."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from evaluation.comments.queries import Quote
from evaluation.impact import queries
from evaluation.impact.change import WAVE_NAMES, Change, as_told, measure_change, question_keys
from evaluation.impact.measures import MeasureResult, judge_measure
from evaluation.impact.queries import WaveCount
from evaluation.measures.models import Measure
from evaluation.results import queries as released
from evaluation.results.report import Results
from evaluation.surveys.models import EvaluationPlan
from evaluation.verdict import LEAST_MATCHED, Verdict
from lms.catalogue.models import Course
from lms.statistics import Share


@dataclass(frozen=True)
class Evaluated:
    """A course that is evaluated: its plan, what its newest report tells, and what changed for the people who came."""

    course: Course
    plan: EvaluationPlan
    told: Results | None
    waves: tuple[tuple[str, WaveCount], ...]
    change: Change | None
    quotes: tuple[Quote, ...] = ()

    @property
    def verdict(self) -> Verdict | None:
        """The verdict by rule; None before anybody’s answers were counted."""
        return self.change.verdict if self.change else None


def evaluated(courses: Collection[Course], *, quotes: bool = False) -> tuple[Evaluated, ...]:
    """Those of these courses that are evaluated; one with a report stands before one that nobody has answered yet."""
    by_id = {course.id: course for course in courses}
    if not by_id:
        return ()
    found = [_one(by_id[plan.course_id], plan, quotes) for plan in queries.plans(list(by_id))]
    return tuple(sorted(found, key=lambda one: one.told is None or not one.told.verdict))


def _one(course: Course, plan: EvaluationPlan, with_quotes: bool) -> Evaluated:
    told = released.results(course.code)
    waves = _waves(told) if told else {}
    # Without a verdict in the report its figures must stay hidden: then there is nothing to tell here either.
    change = _change(plan, waves, told) if told and told.verdict else None
    return Evaluated(
        course=course,
        plan=plan,
        told=told,
        waves=tuple((wave, waves[wave]) for wave in plan.waves if wave in waves),
        change=change,
        quotes=tuple(queries.quotes(course.id)) if with_quotes else (),
    )


def _waves(told: Results) -> dict[str, WaveCount]:
    """Who answered, as the report of the course tells it."""
    return {
        one.wave: WaveCount(one.asked, one.answered.numerator if one.answered else 0)
        for one in told.response
        if one.asked
    }


def _change(plan: EvaluationPlan, waves: dict[str, WaveCount], told: Results) -> Change:
    """What changed, from the same answers as the report of the course, with its verdict, and with nothing that it hides."""
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
        missing_sectors=(),
    )
    return as_told(found, told)


def measured(measure: Measure, courses: Sequence[Evaluated]) -> MeasureResult:
    """What one measure says: an impact evaluation from the course it names, otherwise from the first evaluated one its own
    action offers."""
    offered = {offer.course_id for offer in measure.action.offers}
    wanted = {measure.course_id} if measure.course_id is not None else offered
    one = next((each for each in courses if each.course.id in wanted), None)
    if one is None or one.told is None:
        return judge_measure(measure, None, None)
    latest = None
    if measure.question_keys and not measure.scale:
        latest = _latest(one.told, measure.question_keys[0], measure.waves)
    return judge_measure(measure, one.change, latest)


def _latest(told: Results, key: str, waves: Sequence[str]) -> Share | None:
    """The share who gave a good answer to one question in the last wave that asked it; None where it is hidden."""
    by_wave = {one.wave: one for item in told.items if item.key == key for one in item.waves}
    for wave in reversed([wave for wave in waves if wave in WAVE_NAMES]):
        if wave in by_wave and (by_wave[wave].answered or 0) >= LEAST_MATCHED:
            return by_wave[wave].good
    return None
