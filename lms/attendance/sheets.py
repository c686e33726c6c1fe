"""The register of a date as a table to download, with what its figures are parts of."""

from lms import dates
from lms.attendance.models import AttendanceMark
from lms.attendance.queries import RegisterLine
from lms.attendance.rules import RegisterCount
from lms.catalogue.models import SessionDate
from lms.exports import Cell, Column, Sheet, csv_bytes, workbook
from lms.words import tag_of

COLUMNS = (
    Column("Last name"),
    Column("First name"),
    Column("Organisation"),
    Column("Expected"),
    Column("Mark"),
    Column("From"),
    Column("Until"),
    Column("Marked at"),
    Column("Marked by"),
    Column("Earlier marks", "number"),
    Column("Session"),
    Column("Date"),
)
FIGURES = (Column("Figure"), Column("People", "number"), Column("Of", "number"), Column("Of whom"))


def register_file(date: SessionDate, lines: list[RegisterLine], count: RegisterCount, kind: str) -> bytes:
    """The register as CSV: one row a person; or as a workbook with a second sheet of figures."""
    rows = [_row(date, line) for line in lines]
    if kind == "csv":
        return csv_bytes(COLUMNS, rows)
    title = f"Register {date.session.reference}"
    notes = (
        f"{date.session.course.title}, {dates.when(date.starts_at, date.ends_at)}",
        "Expected: confirmed places still held when the date began. Walk-ins are counted apart, and are in no other figure.",
    )
    return workbook(
        [Sheet("Register", COLUMNS, rows), Sheet("Figures", FIGURES, figures(count), notes)],
        title=title,
    )


def figures(count: RegisterCount) -> list[list[Cell]]:
    """Each figure with the number it is a part of, and the words for that."""
    registered, expected = "registered", "expected"
    return [
        ["Registered", count.registered, None, "ever had a confirmed place"],
        ["Cancelled", count.cancelled, count.registered, registered],
        ["Cancelled late", count.late, count.registered, registered],
        ["Expected", count.expected, count.registered, registered],
        ["Came", count.came, count.expected, expected],
        ["Came in part", count.part, count.expected, expected],
        ["Left early", count.left_early, count.expected, expected],
        ["Sent apologies", count.apology, count.expected, expected],
        ["Did not come", count.no_show, count.expected, expected],
        ["Not marked", count.to_mark, count.expected, expected],
        ["Walked in", count.walked_in, None, "not among those expected"],
    ]


def _row(date: SessionDate, line: RegisterLine) -> list[Cell]:
    person, mark = line.booking.person, line.mark
    return [
        person.last_name,
        person.first_name,
        person.organisation.name,
        "No, walked in" if line.walk_in else "Yes",
        *_mark(mark),
        len(line.earlier),
        date.session.reference,
        dates.london(date.starts_at).date(),
    ]


def _mark(mark: AttendanceMark | None) -> list[Cell]:
    if mark is None:
        return ["Not marked", None, None, None, None]
    by = mark.marked_by.name if mark.marked_by else None
    return [tag_of(mark.mark).word, mark.from_at, mark.until_at, mark.marked_at, by]
