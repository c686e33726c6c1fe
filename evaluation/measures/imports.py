"""Figures of measures from a file, one row a figure. What differs from what is there is changed, and the old value is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from evaluation.measures import operations, queries, rules
from evaluation.measures.models import Measure, MeasureChange, MeasureImport, MeasureKind
from evaluation.measures.operations import By
from evaluation.measures.rules import Figure
from lms.accounts.models import Person
from lms.db import db
from lms.errors import RuleBroken
from lms.imports import Kind, Outcome, Result, Row, Whole, Wrong, take_rows

NAME, ABOUT = "measures", "figures of key impact measures, one row a month or an audit."
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "measure": ("measure key", "key"),
    "period": ("month", "date", "day"),
    "value": ("figure",),
    "numerator": ("n", "count"),
    "denominator": ("of", "base", "total"),
    "target": ("aim",),
    "method": ("kind of audit",),
}


@dataclass(frozen=True)
class Taken:
    """What a file did or would do: the count of rows, each change, and the row of the import."""

    file: MeasureImport
    result: Result
    changes: tuple[MeasureChange, ...]


def take(data: bytes, file_name: str, *, actor: Person | None, now: datetime) -> Taken:
    """Take the rows of a file. Whoever calls keeps the whole of it or nothing."""
    file = operations.begin_import(file_name=file_name, actor=actor, now=now)
    by = By(actor, now, file)
    found: dict[str, Measure | None] = {}
    seen: dict[tuple[str, object, str], int] = {}

    def take_row(row: Row, _now: datetime) -> Outcome:
        return _row(row, by, found, seen)

    result = Result()
    take_rows(Kind(NAME, ABOUT, COLUMNS, ("measure", "period"), take_row), data, result, now=now)
    if not result.refused:
        counts = {name: getattr(result, name) for name in ("rows", "added", "changed", "unchanged")}
        operations.finish_import(file=file, counts=counts, actor=actor, now=now)
    return Taken(file, result, tuple(by.changes))


def _row(row: Row, by: By, found: dict[str, Measure | None], seen: dict[tuple[str, object, str], int]) -> Outcome:
    measure = _measure(row, found)
    try:
        dated = rules.read_period(row.needed("period", longest=40), measure.kind)
    except Wrong:
        raise
    except RuleBroken as no:
        raise Wrong("period", str(no)) from None
    method = row.text("method", longest=100).lower() if measure.kind is MeasureKind.QUALITY_ASSURANCE else ""
    figure = Figure(row.number_of("numerator"), row.number_of("denominator"), _number(row, "value"))
    target = _number(row, "target")
    if (same := seen.setdefault((measure.key, dated, method), row.number)) != row.number:
        raise Wrong("period", f"Row {same} says something of the same period already.")
    before = {one.new_value for one in by.changes if one.measure is measure and one.dated is None}
    if target is not None and before and before != {target}:
        raise Wrong("target", "Another row gives another target for this measure. A measure has one.")
    outcome = operations.set_figure(measure=measure, dated=dated, method=method, figure=figure, by=by)
    if target is None or operations.set_target(measure=measure, target=target, by=by) is Outcome.UNCHANGED:
        return outcome
    return Outcome.CHANGED if outcome is Outcome.UNCHANGED else outcome


def _measure(row: Row, found: dict[str, Measure | None]) -> Measure:
    key = row.needed("measure", longest=40).upper()
    if key not in found:
        found[key] = queries.measure_by_key(key)
    measure = found[key]
    if measure is None:
        raise Wrong("measure", f"There is no measure “{key}”. Agree it for its action first.")
    return measure


def _number(row: Row, name: str) -> float | None:
    try:
        return rules.read_number(row.text(name, longest=40))
    except Wrong:
        raise
    except RuleBroken as no:
        raise Wrong(name, str(no)) from None


def _take_whole(data: bytes, name: str, _options: Mapping[str, str], now: datetime) -> Result:
    return take(data, name, actor=None, now=now).result


def looked_at(
    data: bytes, file_name: str, *, actor: Person | None, now: datetime
) -> tuple[Result, list[tuple[str, ...]]]:
    """What a file would do, and each change in words; nothing of it is kept. RuleBroken for what is no such file."""
    with db.session.begin_nested() as nothing:
        taken = take(data, file_name, actor=actor, now=now)
        said = [change_words(one) for one in taken.changes]
        nothing.rollback()
    db.session.expire_all()
    return taken.result, said


def change_words(one: MeasureChange) -> tuple[str, ...]:
    """A change in a row of a table: the measure, the period, what stood there, what stands there."""
    before = Figure(one.old_numerator, one.old_denominator, one.old_value)
    after = Figure(one.new_numerator, one.new_denominator, one.new_value)
    return (one.measure.key, rules.period_words(one.measure.kind, one.dated, one.method), before.words, after.words)


WHOLE = Whole(NAME, f"{ABOUT} Columns: {', '.join(COLUMNS)}.", (), _take_whole)
