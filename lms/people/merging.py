"""Which rows name a person, and what becomes of each of them when two accounts become one.

The columns are read from the tables themselves, so that a new one cannot be forgotten: it moves like the others, unless it can
only be there once for a person. Then it must be named here, and a test says so."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    FromClause,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    func,
    select,
    true,
)
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Person
from lms.db import Base, db
from lms.errors import RuleBroken

Named = tuple[str, str]

#: What stays where it is: who did what is never written anew, and answers before and after a session stay joined.
STAYS: frozenset[Named] = frozenset({("activity", "actor_id"), ("booking", "asked_as_id")})
#: What needs a decision of its own: operations.py has a function for each.
DECIDED: frozenset[Named] = frozenset(
    {
        ("enrolment", "person_id"),
        ("booking", "person_id"),
        ("person_role", "person_id"),
        ("server_session", "person_id"),
        ("move_request", "person_id"),
    }
)
#: What can be there once for a person and these columns, among the rows for which the condition holds: where both accounts have
#: it, the emptied one's goes, because it says the same.
ONCE: dict[Named, tuple[tuple[str, ...], Callable[[FromClause], ColumnElement[bool]]]] = {
    ("group_member", "person_id"): (("group_id",), lambda rows: rows.c.until.is_(None)),
    ("meeting_presence", "person_id"): (("meeting_id",), lambda _: true()),
    ("interest", "person_id"): (("course_id",), lambda rows: rows.c.ended_at.is_(None)),
    # What somebody was about to put on a register: a preview, not yet kept anywhere.
    ("meeting_report", "uploaded_by_id"): (("date_id",), lambda _: true()),
    ("person_duty", "person_id"): (("group_id", "organisation_id"), lambda rows: rows.c.until.is_(None)),
    ("past_learning", "person_id"): (("same_as", "done_on"), lambda rows: rows.c.origin == "imported"),
    ("session_trainer", "person_id"): (("session_id",), lambda _: true()),
    ("trainer_credit", "person_id"): (("session_id",), lambda _: true()),
}
#: How the rows of a table are called in a sentence: one, several.
WORDS = {
    ("booking", "person_id"): ("booking", "bookings"),
    ("enrolment", "person_id"): ("e-learning booking", "e-learning bookings"),
    ("group_member", "person_id"): ("membership of a group", "memberships of groups"),
    ("meeting_presence", "person_id"): ("meeting of a group they were at", "meetings of groups they were at"),
    ("interest", "person_id"): ("interest in a new date", "interests in new dates"),
    ("past_learning", "person_id"): ("entry of training elsewhere", "entries of training elsewhere"),
    ("session_trainer", "person_id"): ("session they teach", "sessions they teach"),
    ("trainer_credit", "person_id"): ("place earned by teaching", "places earned by teaching"),
    ("employment", "person_id"): ("earlier workplace", "earlier workplaces"),
    ("letter", "person_id"): ("letter", "letters"),
    ("person_duty", "person_id"): ("duty", "duties"),
    ("attendance_mark", "marked_by_id"): ("mark they made on a register", "marks they made on registers"),
}


PERSON = Person.__table__


def tables() -> list[Table]:
    """Every table there is, in a fixed order."""
    return Base.metadata.sorted_tables


def columns() -> Iterator[tuple[Table, Column[Any]]]:
    """Every column of every table that names a person, in a fixed order."""
    for table in tables():
        for column in table.columns:
            if any(key.column is PERSON.c.id for key in column.foreign_keys):
                yield table, column


def name_of(column: Column[Any]) -> Named:
    """A column as it is named here."""
    return column.table.name, column.name


def only_once(column: Column[Any]) -> bool:
    """Is there a key by which this person can be there only once?"""
    keys = [one for one in column.table.constraints if isinstance(one, PrimaryKeyConstraint | UniqueConstraint)]
    indexes = [one for one in column.table.indexes if one.unique]
    return any(column in list(one.columns) for one in [*keys, *indexes])


def forgotten() -> list[Named]:
    """Columns that can be there only once for a person, and of which nobody has said what becomes of a second."""
    known = STAYS | DECIDED | set(ONCE)
    return [name_of(column) for _, column in columns() if only_once(column) and name_of(column) not in known]


def count(person: Person) -> dict[Named, int]:
    """How many rows name this person, by column; those that move. One query for each column there is."""
    found = {}
    for table, column in columns():
        if name_of(column) in STAYS | {("person_role", "person_id"), ("server_session", "person_id")}:
            continue
        number = db.session.scalar(select(func.count()).select_from(table).where(column == person.id))
        if number:
            found[name_of(column)] = number
    return found


def move_rows(emptied: Person, survivor: Person) -> int:
    """Everything that names the one names the other; how many rows. Never what stays or is decided elsewhere. RuleBroken where
    both hold something that can be there once, and both are in use (a place earned by teaching that is spent)."""
    try:
        with db.session.begin_nested():
            return _move_rows(emptied, survivor)
    except IntegrityError:
        raise RuleBroken(
            "Both accounts hold the same thing, and both are in use. Tell whoever looks after the service: nothing has changed."
        ) from None


def _move_rows(emptied: Person, survivor: Person) -> int:
    moved = 0
    for table, column in columns():
        name = name_of(column)
        if name in STAYS | DECIDED:
            continue
        if name in ONCE:
            _drop_doubles(table, column, emptied, survivor)
        done = db.session.execute(table.update().where(column == emptied.id).values({column.name: survivor.id}))
        moved += int(done.rowcount)  # type: ignore[attr-defined]
    db.session.expire_all()
    return moved


def _drop_doubles(table: Table, column: Column[Any], emptied: Person, survivor: Person) -> None:
    keys, among = ONCE[name_of(column)]
    theirs = table.alias()
    same = [theirs.c[key] == table.c[key] for key in keys]
    held = select(theirs.c[column.name]).where(theirs.c[column.name] == survivor.id, among(theirs), *same)
    db.session.execute(table.delete().where(column == emptied.id, among(table), held.correlate(table).exists()))
