"""The action log as a table, to download."""

from collections.abc import Sequence
from datetime import date

from evaluation.actions.models import Action
from evaluation.actions.rules import stand
from lms.dates import day
from lms.exports import Cell, Column, Sheet, csv_bytes, workbook
from lms.words import tag_of

COLUMNS = (
    Column("Reference"),
    Column("What is to be done", width=60),
    Column("By what it will be seen", width=40),
    Column("Recommendations"),
    Column("Group"),
    Column("Person"),
    Column("Agency or school"),
    Column("Priority"),
    Column("Agreed"),
    Column("Due"),
    Column("State"),
    Column("Because", width=40),
    Column("Done"),
    Column("Closed"),
    Column("What the evidence says"),
    Column("Looked at again"),
    Column("Last heard"),
    Column("Last report", width=40),
    Column("Needs"),
)


def rows(log: Sequence[Action], today: date) -> list[list[Cell]]:
    """A row for each action."""
    return [_row(action, today) for action in log]


def _row(action: Action, today: date) -> list[Cell]:
    found, last = stand(action, today), action.updates[-1] if action.updates else None
    return [
        action.reference,
        action.wording,
        action.success,
        ", ".join(one.reference for one in action.recommendations),
        action.owner_group.name,
        action.owner_person.name if action.owner_person else "",
        action.owner_organisation.name if action.owner_organisation else "",
        action.priority.name if action.priority else "",
        action.decided_on,
        action.due,
        tag_of(found.state).word,
        " ".join(found.because),
        action.done_on,
        action.closed_on,
        tag_of(action.outcome.value, "verdict").word if action.outcome else "",
        action.review_on,
        last.dated if last else None,
        last.text if last else "",
        ", ".join(one.reference for one in action.needs),
    ]


def csv_of(log: Sequence[Action], today: date) -> bytes:
    """As CSV."""
    return csv_bytes(COLUMNS, rows(log, today))


def xlsx_of(log: Sequence[Action], today: date) -> bytes:
    """As a workbook."""
    note = f"States as of {day(today)}: each is read from the facts of its action on that day."
    return workbook([Sheet("Action log", COLUMNS, rows(log, today), [note])], title="Action log")
