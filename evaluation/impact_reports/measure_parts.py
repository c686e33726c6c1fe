"""The tables of key impact measures and of costs in an impact report. Pure."""

from collections.abc import Iterator

from evaluation.impact.figures import Figure
from evaluation.impact.measures import MeasureResult
from evaluation.impact_reports import grids
from evaluation.impact_reports import sentences as words
from evaluation.impact_reports.grids import POUNDS, Grid, Row
from evaluation.impact_reports.report import Spent
from lms import dates
from lms.statistics import Share


def grids_of(one: MeasureResult) -> Iterator[Grid]:
    """Every table of one measure."""
    name = f"{one.key} {one.name}"
    if one.comparison:
        rows = [
            Row("Before", (_counted(f"{name}: before", one.comparison.before, one.rule),)),
            Row("After", (_counted(f"{name}: after", one.comparison.after, one.rule),)),
            Row("Difference", (grids.difference("measures", f"{name}: difference", one.comparison, rule=one.rule),)),
        ]
        yield Grid(f"{one.name}: before and after", ("When", "Figure"), tuple(rows))
    if one.series:
        rows = [_month(name, one, place) for place in range(len(one.series.months))]
        yield Grid(f"{one.name}, by month", ("Month", "Figure"), tuple(rows), folded="See the figures by month")
    if one.audits:
        rows = [
            Row(label, (_counted(f"{name}: {label}", share, one.rule, label),)) for label, share in one.audits.findings
        ]
        yield Grid(f"{one.name}: what was found", ("When", "Found"), tuple(rows))
    if one.scale and one.scale.change:
        yield Grid(f"{one.name}: the same people", ("When", "Mean"), tuple(_scale(name, one)))
    if one.latest:
        found = grids.share("measures", f"{name}: last wave", one.latest, rule=one.rule)
        yield Grid(f"{one.name}: the last wave", ("When", "Figure"), (Row("Last wave", (found,)),))


def _counted(name: str, found: Share, rule: str, period: str = "") -> Figure:
    return Figure("measures", name, found.numerator, found.denominator, period=period, rule=rule)


def _scale(name: str, one: MeasureResult) -> Iterator[Row]:
    if one.scale is None or one.scale.change is None:
        return
    unit, change, people = f"0 to {one.scale.highest}", one.scale.change, one.scale.matched
    for label, value in (("Before", change.mean_pre), ("After", change.mean_post)):
        yield Row(label, (grids.mean("measures", f"{name}: {label.lower()}", value, people, unit, rule=one.rule),))
    moved = grids.mean(
        "measures",
        f"{name}: change",
        change.mean_diff,
        people,
        f"{grids.CHANGE}{unit}",
        interval=change.interval,
        rule=one.rule,
    )
    yield Row("Change", (moved,))


def _month(name: str, one: MeasureResult, place: int) -> Row:
    """One month of a series: a share, a count, or no figure, which is not 0."""
    series = one.series
    if series is None:
        raise ValueError("Only a series has months.")
    month = dates.month(series.months[place])
    if series.shares:
        share = series.counted[place]
        return Row(month, (_counted(f"{name}: {month}", share, one.rule, month) if share else "no figure",))
    value = series.values[place]
    found = Figure("measures", f"{name}: {month}", value=value, unit="in the month", period=month, rule=one.rule)
    return Row(month, (found if value is not None else "no figure",))


PER_PERSON = "All cost, in kind too, by the people who came, each once."
PER_CHANGE = "All cost, in kind too, by the people whose answers on the deciding scale were better afterwards."


def costs(spent: Spent, period: str) -> Grid:
    """What it cost, line by line; per person only where every session has a cost."""
    found = spent.cost

    def money(name: str, pence: float, rule: str = "") -> Row:
        return Row(name, (Figure("cost", name, value=round(pence) / 100, unit=POUNDS, period=period, rule=rule),))

    rows = [money(f"{one.name}{', in kind' if one.in_kind else ''}", one.pence) for one in found.lines]
    rows.append(money("All that was paid", found.paid))
    if found.total > found.paid:
        rows.append(money("With what was given in kind", found.total, words.IN_KIND))
    if found.charged:
        rows.append(money("Charges received", found.charged))
    if found.complete and spent.people:
        rows.append(money("Per person reached", found.total / spent.people, PER_PERSON))
    if found.complete and spent.evidence:
        rows.append(money("Per person whose answers were better", found.total / spent.evidence, PER_CHANGE))
    return Grid("Cost", ("What", "Pounds"), tuple(rows))


def cost_notes(spent: Spent) -> list[str]:
    """What to know of costs: what in kind means, and why a cost per person with evidence of change is not given."""
    notes = [words.IN_KIND] if spent.cost.total > spent.cost.paid else []
    if not spent.evidence:
        notes.append(f"Per person with evidence of change: {spent.why_not[:1].lower()}{spent.why_not[1:]}")
    return notes
