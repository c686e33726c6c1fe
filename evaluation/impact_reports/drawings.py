"""The drawings of an impact report, for a page or for paper. Pure: every figure drawn stands in a table beside it."""

from collections.abc import Iterator
from dataclasses import replace

from markupsafe import Markup

from evaluation.impact.measures import MeasureResult
from evaluation.impact_reports.parts import key_of
from evaluation.impact_reports.report import ImpactReport
from evaluation.results import drawings as answered
from evaluation.results import printed
from lms import charts
from lms.statistics import Share
from lms.words import share_words, thousands


def draw(report: ImpactReport, *, paper: bool = False) -> dict[str, Markup]:
    """Every drawing there is, by its key; one that would be empty is not in it."""
    return {key: drawing for key, drawing in _drawn(report, paper) if drawing}


def _drawn(report: ImpactReport, paper: bool) -> Iterator[tuple[str, Markup | None]]:
    sectors = report.reach.sectors
    if len(sectors) > 1:
        rows = [
            charts.Bar(one.sector, one.people, _of_workforce(one.people, one.workforce or 0))
            for one in sectors
        ]  # fmt: skip
        yield "reach", charts.bars(rows, chart_id="reach", title="People who came, by sector", paper=paper)
    for one in report.told:
        results, key = one.results, key_of(one)
        if results is None:
            continue
        waves = [_share(printed.short(wave.wave, wave.name), wave.answered) for wave in results.response]
        yield (
            f"response-{key}",
            charts.two_dots(
                waves,
                chart_id=f"response-{key}",
                title=f"Who answered, of those asked: {one.label}",
                aim=0.5,
                aim_words="at least half",
                paper=paper,
            ),
        )
        for scale in results.scales:
            name = f"{key}-{scale.key}"
            # The id of a drawing is made of the scale's key: two courses on one page may ask the same scale.
            yield f"waves-{name}", answered.waves(replace(scale, key=name), paper=paper)
    for measure in report.measures:
        yield f"measure-{measure.key}", _measure(measure, paper)


def _of_workforce(people: int, workforce: int) -> str:
    return share_words(people, workforce) if 0 < workforce >= people else thousands(people)


def _share(label: str, found: Share | None) -> charts.Share:
    if found is None:
        return charts.Share(label, None, None, words=printed.HIDDEN)
    return charts.Share(label, found.numerator, found.denominator, found.interval(), "")


def _measure(one: MeasureResult, paper: bool) -> Markup | None:
    chart_id = f"measure-{one.key}"
    if one.series:
        series, run = one.series, one.series.run
        return charts.run_chart(
            series.months,
            series.values,
            chart_id=chart_id,
            title=f"{one.name}, by month",
            as_share=series.shares,
            median=run.median_before,
            learning=list(series.learning),
            learning_words="start of the learning",
            run_start=run.start,
            target=series.target,
            note=f"{run.length} in a row {run.side}" if run.side else "",
            paper=paper,
        )
    if one.audits:
        rows = [_share(label, share) for label, share in one.audits.findings]
        return charts.two_dots(rows, chart_id=chart_id, title=one.name, paper=paper)
    return None
