"""Writes to key impact measures and to their figures. A figure that is changed keeps what it was, with who and when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import select

from evaluation.actions.models import Action
from evaluation.measures import queries, rules
from evaluation.measures.models import (
    Direction,
    Measure,
    MeasureChange,
    MeasureFigure,
    MeasureImport,
    MeasureKind,
)
from evaluation.measures.rules import Figure
from lms import dates
from lms.accounts.models import Person
from lms.activity.operations import record
from lms.db import db
from lms.errors import RuleBroken
from lms.imports import Outcome


@dataclass(frozen=True)
class Told:
    """What is said of a measure. What its kind does not need stays empty."""

    name: str
    direction: Direction
    source: str = ""
    caution: str = ""
    unit: str = ""
    target: float | None = None
    learning_dates: Sequence[str] = ()
    course_id: int | None = None
    scale: str = ""
    question_keys: Sequence[str] = ()
    waves: Sequence[str] = ()
    least_matched: int = 10


@dataclass
class By:
    """Who changes figures, when, and with which file."""

    actor: Person | None
    now: datetime
    file: MeasureImport | None = None
    why: str = ""
    #: What each change was, for whoever shows it.
    changes: list[MeasureChange] = field(default_factory=list)
    #: The figures of each measure that is being changed, read once: {measure id: {(day, method): figure}}.
    known: dict[int, dict[tuple[date, str], MeasureFigure]] = field(default_factory=dict)


def add(*, action: Action, kind: MeasureKind, key: str, told: Told, actor: Person | None, now: datetime) -> Measure:
    """Agree a measure for an action. RuleBroken where its key is taken."""
    rules.check_key(key)
    if key in queries.taken_keys():
        raise RuleBroken("This key is taken. Choose another")
    measure = Measure(key=key, action_id=action.id, kind=kind, made_up=action.made_up, **_columns(told))
    db.session.add(measure)
    db.session.flush()
    db.session.expire(action, ["measures"])
    _note("measure:added", measure, action.reference, actor, now, kind=kind.value)
    return measure


def _columns(told: Told) -> dict[str, Any]:
    lists = {name: list(getattr(told, name)) for name in ("learning_dates", "question_keys", "waves")}
    return {**vars(told), **lists}


def change(*, measure: Measure, told: Told, actor: Person | None, now: datetime) -> bool:
    """Say something else of a measure; did that change anything? What it said before stays in the list of what was done."""
    after = _columns(told)
    before = {name: getattr(measure, name) for name in after}
    old = {f"was_{name}": str(value) for name, value in before.items() if value != after[name]}
    if not old:
        return False
    if before["target"] != after["target"]:
        _target(measure, after["target"], By(actor, now))
    for name, value in after.items():
        setattr(measure, name, value)
    db.session.flush()
    _note("measure:changed", measure, measure.action.reference, actor, now, **old)
    return True


def remove(*, measure: Measure, actor: Person | None, now: datetime) -> None:
    """Take back a measure that says nothing yet. RuleBroken where something rests on it."""
    rules.check_removable(measure, figures=len(measure.figures), answers=queries.has_answers(measure))
    action = measure.action
    for one in queries.changes(measure):
        db.session.delete(one)
    db.session.flush()
    _note("measure:removed", measure, action.reference, actor, now, name=measure.name)
    db.session.delete(measure)
    db.session.flush()
    db.session.expire(action, ["measures"])


def set_figure(*, measure: Measure, dated: date, method: str = "", figure: Figure, by: By) -> Outcome:
    """Add a figure, or put another in its place and keep the old one. RuleBroken where it cannot be right."""
    known = _known(measure, by)
    there = known.get((dated, method))
    # Those that are there are all shares or all values, so one of them says which.
    others = list(islice((_figure(one) for key, one in known.items() if key != (dated, method)), 1))
    rules.check_figure(measure.kind, measure.key, figure, method, others)
    if dated > dates.london(by.now).date():
        raise RuleBroken("This period is still to come.", "period")
    before = _figure(there) if there else Figure()
    if before == figure:
        return Outcome.UNCHANGED
    if there is None:
        there = known[dated, method] = MeasureFigure(measure_id=measure.id, dated=dated, method=method)
        db.session.add(there)
    there.numerator, there.denominator, there.value = figure.numerator, figure.denominator, figure.value
    _changed(measure, dated, method, before, figure, by)
    return Outcome.ADDED if before.empty else Outcome.CHANGED


def _known(measure: Measure, by: By) -> dict[tuple[date, str], MeasureFigure]:
    """The figures of a measure, which nobody else changes from here on."""
    if measure.id not in by.known:
        db.session.execute(select(Measure.id).where(Measure.id == measure.id).with_for_update())
        by.known[measure.id] = {(one.dated, one.method): one for one in queries.figures(measure)}
    return by.known[measure.id]


def remove_figure(*, measure: Measure, there: MeasureFigure, by: By) -> None:
    """Take a figure away that should not have been there; what it was is kept."""
    _changed(measure, there.dated, there.method, _figure(there), Figure(), by)
    db.session.delete(there)
    db.session.flush()
    db.session.expire(measure, ["figures"])


def set_target(*, measure: Measure, target: float, by: By) -> Outcome:
    """The target of a measure, as a file gives it."""
    if measure.target == target:
        return Outcome.UNCHANGED
    added = measure.target is None
    _target(measure, target, by)
    measure.target = target
    db.session.flush()
    return Outcome.ADDED if added else Outcome.CHANGED


def _target(measure: Measure, target: float | None, by: By) -> None:
    _changed(measure, None, "target", Figure(value=measure.target), Figure(value=target), by)


def _figure(row: MeasureFigure) -> Figure:
    return Figure(row.numerator, row.denominator, row.value)


def _changed(measure: Measure, dated: date | None, method: str, before: Figure, after: Figure, by: By) -> None:
    one = MeasureChange(
        measure=measure,
        dated=dated,
        method=method,
        old_numerator=before.numerator,
        old_denominator=before.denominator,
        old_value=before.value,
        new_numerator=after.numerator,
        new_denominator=after.denominator,
        new_value=after.value,
        why=by.why,
        at=by.now,
        by_id=by.actor.id if by.actor else None,
        import_id=by.file.id if by.file else None,
    )
    db.session.add(one)
    db.session.flush()
    db.session.expire(measure, ["figures"])
    by.changes.append(one)
    if by.file is None:
        words = {"before": before.words, "after": after.words, "period": dated.isoformat() if dated else "target"}
        _note("measure:figure", measure, measure.action.reference, by.actor, by.now, **words)


def begin_import(*, file_name: str, actor: Person | None, now: datetime) -> MeasureImport:
    """A file that is about to be taken."""
    made = MeasureImport(at=now, by_id=actor.id if actor else None, file_name=file_name[:200])
    db.session.add(made)
    db.session.flush()
    return made


def finish_import(*, file: MeasureImport, counts: dict[str, int], actor: Person | None, now: datetime) -> None:
    """Say in the list of what was done what a file did."""
    record(
        "measure:imported",
        actor=actor,
        subject_kind="measure_import",
        subject=file.reference,
        now=now,
        file=file.file_name,
        **counts,
    )


def undo_import(*, file: MeasureImport, actor: Person | None, now: datetime) -> int:
    """Put back what stood there before a file; how many figures. RuleBroken when it is too late, or one was changed since."""
    if not rules.may_undo(file.at, file.undone_at, now):
        raise RuleBroken("An import can be undone once, until the end of the day after it.")
    done = 0
    by = By(actor, now, why=f"The import of {file.file_name or 'a file'} was undone.")
    for one in reversed(queries.changes_of(file)):
        after = Figure(one.new_numerator, one.new_denominator, one.new_value)
        before = Figure(one.old_numerator, one.old_denominator, one.old_value)
        measure = one.measure
        if one.dated is None:
            if measure.target != one.new_value:
                raise RuleBroken(f"The target of {measure.key} was changed since. Put it right by hand.")
            _target(measure, one.old_value, by)
            measure.target = one.old_value
        else:
            there = queries.figure(measure, one.dated, one.method)
            if (_figure(there) if there else Figure()) != after or there is None:
                raise RuleBroken(
                    f"{measure.key}, {dates.month(one.dated)}, was changed since this import, so it cannot be undone as a whole. "
                    "Put the figures right by hand."
                )
            if before.empty:
                remove_figure(measure=measure, there=there, by=by)
            else:
                there.numerator, there.denominator, there.value = before.numerator, before.denominator, before.value
                _changed(measure, one.dated, one.method, after, before, by)
        done += 1
    file.undone_at, file.undone_by_id = now, actor.id if actor else None
    db.session.flush()
    record(
        "measure:import_undone",
        actor=actor,
        subject_kind="measure_import",
        subject=file.reference,
        now=now,
        figures=done,
    )
    return done


def _note(verb: str, measure: Measure, action: str, actor: Person | None, now: datetime, **details: str | int) -> None:
    record(verb, actor=actor, subject_kind="measure", subject=measure.key, now=now, action=action, **details)
