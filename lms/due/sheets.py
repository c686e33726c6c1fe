"""Who holds what, as tables for a spreadsheet."""

from datetime import date

from lms import dates
from lms.due.rules import DueState, said
from lms.due.standing import Line, Standing
from lms.exports import CSV, XLSX, Cell, Column, Sheet, csv_bytes, workbook
from lms.words import tag_of

COLUMNS = (
    Column("Last name"),
    Column("First name"),
    Column("Email address"),
    Column("Job"),
    Column("What must be held"),
    Column("Where it stands"),
    Column("More"),
    Column("Held on"),
    Column("Due by"),
    Column("Hours counted", "number"),
    Column("With other people", "number"),
    Column("Last learned"),
)
SHOWN = (DueState.IN_DATE, DueState.DUE_SOON, DueState.OVERDUE, DueState.NOT_KNOWN)
FIGURES = (
    Column("What must be held"),
    *(Column(tag_of(state).word, "number") for state in SHOWN),
    Column("People it is about", "number"),
    Column("Source"),
    Column("Edition"),
)


def rows_of(found: Standing, lines: list[Line]) -> list[list[Cell]]:
    """One row a person and a rule; who must hold nothing has one row without."""
    rows: list[list[Cell]] = []
    for line in lines:
        mine = [_row(found, line, rule.id, rule.title) for rule in found.rules if rule.id in line.stands]
        rows += mine or [[*_who(line), *[None] * (len(COLUMNS) - 5), line.last_learned]]
    return rows


def _who(line: Line) -> list[Cell]:
    return [line.last_name, line.first_name, line.email, line.job]


def _row(found: Standing, line: Line, rule_id: int, title: str) -> list[Cell]:
    stand, needs = line.stands[rule_id], found.needs[rule_id]
    due: date | None = stand.next_due
    hours: list[Cell] = [stand.hours, stand.participatory] if needs.hours is not None else [None, None]
    word = tag_of(stand.state).word
    return [*_who(line), title, word, said(needs, stand), stand.held_on, due, *hours, line.last_learned]


def figures_of(found: Standing) -> list[list[Cell]]:
    """One row a rule: how many of how many stand where."""
    rows: list[list[Cell]] = []
    for rule in found.rules:
        counts = found.counts(rule)
        rows.append([rule.title, *(counts[state] for state in SHOWN), sum(counts.values()), rule.source, rule.edition])
    return rows


def file_of(found: Standing, lines: list[Line], kind: str, title: str) -> tuple[bytes, str]:
    """The list as CSV, or as a workbook with the figures on a second sheet; and its content type."""
    if kind == "csv":
        return csv_bytes(COLUMNS, rows_of(found, lines)), CSV
    notes = [f"As it stood on {dates.day(found.today)}.", "Not known: nothing is on record."]
    sheets = [
        Sheet("Who holds what", COLUMNS, rows_of(found, lines), notes),
        Sheet("Figures", FIGURES, figures_of(found), notes),
    ]
    return workbook(sheets, title=title), XLSX
