"""The drawings of a thread, for a page or for paper: which chart shows which figure. Pure.

Nothing is computed here. Where there is nothing to draw, or it must be hidden, the drawing is None and the template says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from markupsafe import Markup

from evaluation.impact.change import ItemChange, ScaleChange
from evaluation.impact.change_words import asked_name, plural_words, response
from evaluation.impact.measures import MeasureResult, Series
from evaluation.impact.thread import Thread
from evaluation.verdict import KeptWord
from lms import charts, dates
from lms.statistics import Share

STATES: dict[KeptWord, Literal["kept", "faded", "flat"]] = {"Kept": "kept", "Faded": "faded", "No clear change": "flat"}


@dataclass(frozen=True)
class Drawings:
    """Every drawing of one thread: by the key of a question or measure, by the name of a sector; how many people one dot is."""

    items: dict[str, Markup | None]
    measures: dict[str, Markup | None]
    sectors: dict[str, Markup | None]
    response: Markup | None
    people_per_dot: int


def draw(thread: Thread, *, paper: bool = False) -> Drawings:
    """Everything that is drawn of a thread. With `paper` the drawings are images for the PDF."""
    per_dot = charts.dot_worth(max([sector.people for sector in thread.sectors], default=0))
    days = [dates.london(session.starts_at).date() for session in thread.held]
    return Drawings(
        items={item.key: _item(item, paper) for item in thread.change.items} if thread.change else {},
        measures={result.key: measure_drawing(result, days, paper=paper) for result in thread.measures},
        sectors={
            sector.sector: charts.people_dots(sector.people, per_dot=per_dot, paper=paper) for sector in thread.sectors
        },
        response=charts.two_dots(
            [_drawn(asked_name(wave), response(count), "hidden") for wave, count in thread.waves],
            chart_id="response",
            title="Who answered, of those asked, wave by wave",
            aim=0.5,
            aim_words="at least half",
            paper=paper,
        ),
        people_per_dot=per_dot,
    )


def _drawn(label: str, share: Share | None, words: str) -> charts.Share:
    if share is None:
        return charts.Share(label, None, None, words=words)
    return charts.Share(label, share.numerator, share.denominator, share.interval(), words)


def _item(item: ItemChange, paper: bool) -> Markup | None:
    return charts.change_chart(
        [_drawn(wave.name, wave.share, "hidden" if wave.hidden else "not asked") for wave in item.waves],
        chart_id=f"item-{item.key}",
        title=f"{item.name}: share who chose one of the two highest answers",
        state=STATES.get(item.kept),
        paper=paper,
    )


def measure_drawing(result: MeasureResult, days: Sequence[date], *, paper: bool = False) -> Markup | None:
    """The chart of one measure, with the days of the learning marked; None where there is nothing to draw."""
    chart_id = f"measure-{result.key}"
    if result.series:
        return _series(result, result.series, days, chart_id, paper)
    if result.audits:
        rows = [_drawn(label, share, "no figure") for label, share in result.audits.findings]
        return charts.two_dots(rows, chart_id=chart_id, title=result.name, paper=paper)
    if result.latest:
        row = _drawn("Last wave", result.latest, "hidden")
        return charts.two_dots([row], chart_id=chart_id, title=result.name, paper=paper)
    return _moves(result.scale, chart_id, result.name, paper) if result.scale else None


def _series(result: MeasureResult, series: Series, days: Sequence[date], chart_id: str, paper: bool) -> Markup | None:
    run, words = series.run, plural_words(len(days), "session")
    return charts.run_chart(
        series.months,
        series.values,
        chart_id=chart_id,
        title=f"{result.name}, by month",
        as_share=series.shares,
        median=run.median_before,
        learning=[*series.learning, *days],
        learning_words=words if not series.learning else f"start and {words}" if days else "start",
        run_start=run.start,
        target=series.target,
        note=f"{run.length} in a row {run.side}" if run.side else "",
        paper=paper,
    )


def _moves(scale: ScaleChange, chart_id: str, title: str, paper: bool) -> Markup | None:
    """One dot, one person: how many improved, stayed the same and got worse, as far as it may be known."""
    improved, same, worse = scale.counts
    if improved is None:
        return None
    if same is None or worse is None:
        groups = [("improved", improved), ("same or worse", scale.matched - improved)]
    else:
        groups = [("improved", improved), ("same", same), ("worse", worse)]
    return charts.kinds_of_dots(groups, chart_id=chart_id, title=f"{title}: one dot is one person", paper=paper)
