"""What a key impact measure says: did it move the way we wanted, and is that clear of chance? Pure. It shows when, not why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from evaluation.impact.change import Change, ScaleChange
from evaluation.measures.models import Direction, Measure, MeasureFigure, MeasureKind
from evaluation.runs import LONG_RUN, Run, run_after
from evaluation.statistics import ShareChange, two_shares
from lms import dates
from lms.statistics import Share, round_half_up
from lms.words import interval_words, plural
from lms.words import points as in_points

Found = Literal[
    "Moved",
    "Moved, not clear of chance",
    "No clear change",
    "Moved the wrong way",
    "Not enough evidence",
    "Nothing to compare",
]

KIND_NAMES = {
    MeasureKind.ANALYTICAL_DATA: "Analytical data",
    MeasureKind.QUALITY_ASSURANCE: "Quality assurance",
    MeasureKind.IMPACT_EVALUATION: "Impact evaluation",
}
#: The order in which the three kinds are read.
KIND_ORDER = tuple(KIND_NAMES.values())


@dataclass(frozen=True)
class Series:
    """A measure by month: shares or counts (None where there is no figure), and what the run rule found.

    `counted` holds the counts behind the shares; it is empty where the values are counts themselves.
    """

    months: tuple[date, ...]
    values: tuple[float | None, ...]
    counted: tuple[Share | None, ...]
    shares: bool
    learning: tuple[date, ...]
    run: Run
    target: float | None


@dataclass(frozen=True)
class Audits:
    """Findings of audits and samples, in order of time."""

    findings: tuple[tuple[str, Share], ...]


@dataclass(frozen=True)
class MeasureResult:
    """One measure: what was found, in one word of a fixed list, in a sentence with its figures, and by which rule."""

    key: str
    kind: str
    name: str
    found: Found
    sentence: str
    rule: str
    caution: str
    source: str
    made_up: bool
    comparison: ShareChange | None = None
    series: Series | None = None
    audits: Audits | None = None
    #: What an evaluation looked at: a scale of the same people, or one share of those who answered last.
    scale: ScaleChange | None = None
    latest: Share | None = None


def judge_measure(measure: Measure, change: Change | None = None, latest: Share | None = None) -> MeasureResult:
    """What one measure says. `change` holds the answers of the course it looks at; `latest` the share who chose a good answer to
    its question in the last wave (None: not asked, too few, or hidden)."""
    match measure.kind:
        case MeasureKind.ANALYTICAL_DATA:
            return _analytical(measure)
        case MeasureKind.QUALITY_ASSURANCE:
            return _audited(measure)
        case MeasureKind.IMPACT_EVALUATION:
            return _evaluated(measure, change, latest)


def _result(
    measure: Measure,
    found: Found,
    sentence: str,
    rule: str,
    **more: ShareChange | Series | Audits | ScaleChange | Share | None,
) -> MeasureResult:
    return MeasureResult(
        key=measure.key,
        kind=KIND_NAMES[measure.kind],
        name=measure.name,
        found=found,
        sentence=sentence,
        rule=rule,
        caution=measure.caution,
        source=measure.source,
        made_up=measure.made_up,
        **more,  # type: ignore[arg-type]
    )


def _compared(measure: Measure, change: ShareChange) -> Found:
    if change.difference is None or change.interval is None:
        return "Not enough evidence"
    if measure.direction is Direction.NONE:
        return "Nothing to compare"
    wanted = change.difference if measure.direction is Direction.HIGHER_IS_BETTER else -change.difference
    low, high = change.interval
    if low > 0 or high < 0:
        return "Moved" if wanted > 0 else "Moved the wrong way"
    return "Moved, not clear of chance" if wanted >= 0.1 else "No clear change"


def points(change: ShareChange) -> str:
    """“+13 points, interval +8 to +18”."""
    if change.difference is None or change.interval is None:
        return "no comparison"
    return f"{in_points(change.difference)}, {interval_words(*change.interval, difference=True)}"


def _pooled(figures: Sequence[MeasureFigure]) -> Share:
    return Share(sum(one.numerator or 0 for one in figures), sum(one.denominator or 0 for one in figures))


def _analytical(measure: Measure) -> MeasureResult:
    figures = list(measure.figures)
    months = tuple(figure.dated for figure in figures)
    learning = tuple(date.fromisoformat(day) for day in measure.learning_dates)
    first_after = sum(1 for month in months if learning and month < learning[0].replace(day=1))
    shares = any(figure.denominator for figure in figures)
    counted = tuple(
        Share(figure.numerator, figure.denominator) if figure.denominator and figure.numerator is not None else None
        for figure in figures
    )
    values = tuple(share.value if share else None for share in counted) if shares else tuple(f.value for f in figures)
    run = run_after(values, first_after)
    series = Series(months, values, counted if shares else (), shares, learning, run, measure.target)
    rule = f"Rule: {LONG_RUN} months in a row on one side of the earlier median. The chart shows when, not why."
    before, after = figures[:first_after], figures[first_after:]
    if not shares:
        known = [value for value in values[first_after:] if value is not None]
        if not known or run.median_before is None:
            said = (
                f"{sum(known):,.0f} from {dates.month(months[first_after])} to {dates.month(months[-1])}; "
                "no figures before, so nothing to compare."
                if known
                else "No figures yet."
                if not first_after
                else "No figures after the learning yet."
            )
            return _result(measure, "Nothing to compare", said, rule, series=series)
        return _by_run(measure, series, rule)
    if not before or not after:
        return _result(
            measure, "Nothing to compare", "There are figures of one side of the learning only.", rule, series=series
        )
    change = two_shares(_pooled(before), _pooled(after))
    sentence = (
        f"{dates.month(months[0])} to {dates.month(before[-1].dated)}: {change.before.words()}. "
        f"{dates.month(after[0].dated)} to {dates.month(months[-1])}: {change.after.words()}. Difference {points(change)}."
    )
    found = _compared(measure, change)
    moved = (run.side == "above") == (measure.direction is Direction.HIGHER_IS_BETTER) if run.side else False
    if found == "Moved" and not moved:
        found = "Moved, not clear of chance"
    if found == "Moved the wrong way" and (moved or not run.side):
        found = "No clear change"
    return _result(measure, found, sentence, rule, comparison=change, series=series)


def _by_run(measure: Measure, series: Series, rule: str) -> MeasureResult:
    """A series of plain numbers: the run alone says whether it moved, because there is no base for an interval."""
    run = series.run
    middle = f"{run.median_before:,.4f}".rstrip("0").rstrip(".")
    if run.side is None or run.start is None:
        said = (
            f"The earlier median is {middle}; the longest run on one side of it since is {plural(run.length, 'month')}."
        )
        return _result(measure, "No clear change", said, rule, series=series)
    start = dates.month(series.months[run.start])
    said = f"The earlier median is {middle}; from {start} on, {run.length} months in a row were {run.side} it."
    wanted = (run.side == "above") == (measure.direction is Direction.HIGHER_IS_BETTER)
    found: Found = "Moved" if wanted else "Moved the wrong way"
    return _result(
        measure, "Nothing to compare" if measure.direction is Direction.NONE else found, said, rule, series=series
    )


def _audited(measure: Measure) -> MeasureResult:
    findings = [
        (
            f"{dates.month(figure.dated)}, {figure.method}" if figure.method else dates.month(figure.dated),
            Share(figure.numerator or 0, figure.denominator),
        )
        for figure in measure.figures
        if figure.denominator
    ]
    rule = "Rule: the first audit against the latest audit that asked the same questions. Dip samples are shown and not compared."
    audits = Audits(tuple(findings))
    same = [finding for finding in findings if "dip sample" not in finding[0]]
    if len(same) < 2:
        return _result(measure, "Nothing to compare", "There is one audit so far.", rule, audits=audits)
    change = two_shares(same[0][1], same[-1][1])
    sentence = f"{change.before.words()} in the first audit, {change.after.words()} in the latest: {points(change)}."
    return _result(measure, _compared(measure, change), sentence, rule, comparison=change, audits=audits)


def _evaluated(measure: Measure, change: Change | None, latest: Share | None) -> MeasureResult:
    rule = (
        f"Rule: the same people before and at the last wave, at least {measure.least_matched} of them. "
        "Counted live from the answers."
    )
    scale = _scale_of(measure, change)
    if scale is not None:
        if scale.change is None or scale.change.mean_diff is None or scale.change.interval is None:
            said = f"Fewer than {measure.least_matched} people could be matched so far."
            return _result(measure, "Not enough evidence", said, rule, scale=scale)
        low, high = scale.change.interval
        difference = scale.change.mean_diff
        found: Found = "No clear change"
        if low > 0 or high < 0:
            wanted = (difference > 0) == (measure.direction is Direction.HIGHER_IS_BETTER)
            found = "Moved" if wanted else "Moved the wrong way"
        return _result(measure, found, scale_sentence(scale), rule, scale=scale)
    if latest is not None:
        said = f"{latest.words()} of those who answered at the last wave chose one of the two highest answers."
        rule = "Asked only after the course, so there is no before."
        return _result(measure, "Nothing to compare", said, rule, latest=latest)
    return _result(measure, "Not enough evidence", "Too few answers so far.", rule)


def _scale_of(measure: Measure, change: Change | None) -> ScaleChange | None:
    if change is None or not measure.scale:
        return None
    return next((scale for scale in (change.primary, *change.secondary) if scale.key == measure.scale), None)


def scale_sentence(scale: ScaleChange) -> str:
    """“1.32 before, 1.71 after on a scale of 0 to 3, the same 43 people: +0.39, interval +0.21 to +0.57.”"""
    if scale.change is None or scale.change.interval is None:
        return "Too few people could be matched."
    before, after, difference = (
        scale.change.mean_pre or 0.0,
        scale.change.mean_post or 0.0,
        scale.change.mean_diff or 0.0,
    )
    low, high = scale.change.interval

    def said(value: float) -> str:
        size = round_half_up(abs(value), 2)
        return f"{size}" if not size else f"{'−' if value < 0 else '+'}{size}"

    return (
        f"Mean {round_half_up(before, 2)} before and {round_half_up(after, 2)} after, on a scale of 0 to {scale.highest}, "
        f"the same {scale.matched} people: {said(difference)}, interval {said(low)} to {said(high)}."
    )
