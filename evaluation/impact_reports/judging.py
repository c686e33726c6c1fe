"""What a key impact measure says in an impact report: the rule of `impact.measures`, fed with released figures alone. Pure."""

from collections.abc import Sequence

from evaluation.impact.change import WAVE_NAMES, Change, ScaleChange
from evaluation.impact.measures import MeasureResult, judge_measure
from evaluation.impact_reports.report import Answers
from evaluation.measures.models import Measure
from evaluation.results.report import Results, ScaleResult
from evaluation.scales import cronbach_alpha
from evaluation.statistics import PairedChange
from evaluation.surveys.models import EvaluationPlan
from evaluation.verdict import LEAST_MATCHED
from lms.statistics import Share


def judged(measure: Measure, served: Sequence[tuple[EvaluationPlan, Answers]]) -> MeasureResult:
    """What a measure says. `served` are the evaluated courses its action offers; the first that asks what it looks at counts."""
    for plan, answers in served:
        results = answers.results
        if results is None:
            continue
        if measure.scale and any(one.key == measure.scale for one in results.scales):
            return judge_measure(measure, change_of(results))
        if measure.question_keys and not measure.scale:
            key = measure.question_keys[0]
            if any(one.key == key for one in results.items):
                return judge_measure(measure, change_of(results), latest(results, key, measure.waves or plan.waves))
    return judge_measure(measure)


def change_of(results: Results) -> Change | None:
    """The change as the release tells it: a scale whose figures are hidden has none. None where no verdict is told."""
    scales = sorted(results.scales, key=lambda one: not one.primary)
    if results.verdict is None or not scales:
        return None
    first, *others = (_scale(one) for one in scales)
    return Change(first, tuple(others), (), None, results.verdict)


def _scale(told: ScaleResult) -> ScaleChange:
    change = None
    if told.matched is not None and told.difference is not None:
        low, high = told.interval or (told.difference, told.difference)
        change = PairedChange(
            n_rows=told.matched,
            n_pairs=told.matched,
            mean_pre=told.mean_before,
            mean_post=told.mean_after,
            mean_diff=told.difference,
            ci95_low=low,
            ci95_high=high,
        )
    return ScaleChange(
        key=told.key,
        name=told.name,
        highest=told.highest,
        first=told.first,
        last=told.last,
        matched=told.matched or 0,
        change=change,
        counts=(told.improved, told.same, told.worse),
        kept=told.kept,
        kept_matched=0,
        reliability=cronbach_alpha([]),
    )


def latest(told: Results, key: str, waves: Sequence[str]) -> Share | None:
    """The share who gave a good answer in the last wave that asked a question; None where it is hidden or too few answered."""
    by_wave = {one.wave: one for item in told.items if item.key == key for one in item.waves}
    for wave in reversed([one for one in waves if one in WAVE_NAMES]):
        if wave in by_wave and (by_wave[wave].answered or 0) >= LEAST_MATCHED:
            return by_wave[wave].good
    return None
