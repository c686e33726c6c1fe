"""A learning record as a table for a spreadsheet: everything, what does not count too, each with where it stands."""

from lms.exports import CSV, XLSX, Cell, Column, Sheet, csv_bytes, workbook
from lms.learning.record import Entry, Record

COLUMNS = (
    Column("Date"),
    Column("What"),
    Column("Course code"),
    Column("Kind"),
    Column("Given by"),
    Column("Worked at"),
    Column("Where it stands"),
    Column("Hours that count", "number"),
    Column("Of these with others", "number"),
    Column("Renew by"),
)
NOTE = (
    "Whoever was there wholly has the hours of the course; in part, the minutes they were there, none of them counted as with "
    "others. Training elsewhere counts once it is approved."
)


def rows_of(record: Record, here: str) -> list[list[Cell]]:
    """One row an entry, the latest first; `here` is the partnership, which gives what nobody else does."""
    return [_row(one, here) for one in record.shown]


def _row(entry: Entry, here: str) -> list[Cell]:
    course = entry.booking.session.course if entry.booking else entry.past.course if entry.past else None
    return [
        entry.on,
        entry.title,
        course.code if course else None,
        entry.kind.label,
        entry.provider or (None if entry.past else here),
        entry.organisation or None,
        entry.said,
        round(entry.hours.minutes / 60, 2),
        round(entry.hours.participatory / 60, 2),
        entry.renew_by,
    ]


def csv_of(record: Record, here: str) -> tuple[bytes, str]:
    """The table as CSV, and what it is sent as."""
    return csv_bytes(COLUMNS, rows_of(record, here)), CSV


def xlsx_of(record: Record, here: str) -> tuple[bytes, str]:
    """The table as an Excel workbook, and what it is sent as."""
    sheet = Sheet("Learning record", COLUMNS, rows_of(record, here), notes=(NOTE,))
    return workbook([sheet], title=f"Learning record of {record.person.name}", author=here), XLSX
