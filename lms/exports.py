"""Tables for a spreadsheet: one way to write a cell, in Excel and in CSV, in which nothing typed becomes a formula.

Numbers stay numbers and dates stay dates. Text stays the text it was: in Excel a cell that looks like a formula is stored
as text with Excel's own quote mark; CSV knows no types, so there it gets an apostrophe in front, which `typed_text`
takes off again when a file of ours is read back.
"""

import csv
import io
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from flask import Response

from lms.dates import london

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

Cell = str | int | float | Decimal | bool | date | datetime | None
Kind = Literal["text", "number", "share", "points"]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
#: Longest text Excel keeps in a cell, and longest name of a sheet.
MAX_TEXT, MAX_SHEET_NAME = 32_767, 31

#: What XML cannot hold, and what no reader of a table should meet: control characters but tab and line ends.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_OPENERS = frozenset("=+-@＝＋－＠")
_FORMATS = {
    "share": "0%",
    "points": '+0" points";−0" points";0" points"',
    "date": "d mmmm yyyy",
    "instant": "d mmm yyyy hh:mm",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and what stands under it; a share (0 to 1) has its numerator and denominator in columns beside it."""

    label: str
    kind: Kind = "text"
    width: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a workbook; notes (base, period, rule, source) stand under it, one to a line."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = ()


def opens_a_formula(text: str) -> bool:
    """Whether a spreadsheet could take this text for a formula, spaces and unseen characters in front left aside."""
    for letter in text:
        if letter in _OPENERS:
            return True
        if letter in "\t\r\n":
            return True
        if not (letter.isspace() or unicodedata.category(letter) in {"Cc", "Cf"}):
            return False
    return False


def clean_text(text: str) -> str:
    """The text without control characters, its line ends the one kind a cell knows, cut to what a cell can hold."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))[:MAX_TEXT]


def typed_text(cell: str) -> str:
    """What was typed, read back from a CSV of ours: the apostrophe in front of a would-be formula is taken off."""
    return cell[1:] if cell.startswith("'") and (opens_a_formula(cell[1:]) or cell.startswith("''")) else cell


def _local(value: datetime) -> datetime:
    """An instant as the clock on the wall in England shows it; spreadsheets know no time zones."""
    return london(value).replace(tzinfo=None, microsecond=0)


def csv_cell(value: Cell) -> str:
    """One cell of a CSV file; dates as 2024-10-08, instants as 2024-10-08 09:30 in Europe/London."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return f"{_local(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float | Decimal):
        return str(value) if math.isfinite(value) else ""
    text = clean_text(value)
    # A text that begins with our own mark gets a second one, so that reading back is exact.
    guarded = opens_a_formula(text) or (text.startswith("'") and typed_text(text) != text)
    return f"'{text}" if guarded else text


def csv_bytes(columns: Sequence[Column | str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """A CSV file as Excel in England opens it: UTF-8 with its mark, comma, lines that end in CR LF."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([csv_cell(column if isinstance(column, str) else column.label) for column in columns])
    writer.writerows([[csv_cell(value) for value in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")


class _Formats:
    """The few cell formats of a workbook, made once each."""

    def __init__(self, book: "Workbook") -> None:
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
        self.note = book.add_format({"font_color": "#4b5762"})
        self.text = book.add_format({"valign": "top"})
        self.quoted = book.add_format({"valign": "top", "quote_prefix": True})
        self.of: dict[str, Format] = {
            kind: book.add_format({"num_format": pattern, "valign": "top"}) for kind, pattern in _FORMATS.items()
        }
        self.of["number"] = book.add_format({"num_format": "General", "valign": "top"})


def write_cell(sheet: "Worksheet", row: int, column: int, value: Cell, kind: Kind, formats: _Formats) -> None:
    """The one way a cell is written: by its type, never by what its text looks like."""
    if value is None:
        sheet.write_blank(row, column, None)
    elif isinstance(value, bool):
        sheet.write_string(row, column, "Yes" if value else "No", formats.text)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, _local(value), formats.of["instant"])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime.combine(value, time()), formats.of["date"])
    elif isinstance(value, int | float | Decimal) and not math.isfinite(value):
        sheet.write_blank(row, column, None)
    elif isinstance(value, int | float | Decimal):
        sheet.write_number(row, column, float(value), formats.of[kind if kind != "text" else "number"])
    else:
        text = clean_text(value)
        sheet.write_string(row, column, text, formats.quoted if opens_a_formula(text) else formats.text)


def _sheet_name(title: str, taken: set[str]) -> str:
    """A name Excel accepts: no []:*?/\\, at most 31 letters, not twice, never empty."""
    plain = re.sub(r"[\[\]:*?/\\]", " ", clean_text(title)).strip(" '")[:MAX_SHEET_NAME].strip(" '") or "Sheet"
    name, n = plain, 2
    while name.casefold() in taken:
        name = f"{plain[: MAX_SHEET_NAME - len(str(n)) - 1]} {n}"
        n += 1
    taken.add(name.casefold())
    return name


def _width(column: Column, cells: Sequence[Cell]) -> int:
    """A width in characters that shows most cells whole: 8 to 60."""
    if column.width:
        return column.width
    longest = max((len(csv_cell(cell)) for cell in cells[:500]), default=0)
    return max(8, min(60, max(longest, min(len(column.label), 24)) + 2))


def workbook(sheets: Sequence[Sheet], *, title: str = "", author: str = "") -> bytes:
    """An Excel file: a frozen heading, widths that fit, each table with its notes; no formula and no link in it."""
    from xlsxwriter import Workbook

    if not sheets:
        raise ValueError("A workbook has at least one sheet.")
    out = io.BytesIO()
    book = Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": clean_text(title)[:255], "author": clean_text(author)[:255]})
    formats = _Formats(book)
    taken: set[str] = set()
    for table in sheets:
        sheet = book.add_worksheet(_sheet_name(table.title, taken))
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, _width(column, [row[place] for row in table.rows if place < len(row)]))
            sheet.write_string(0, place, clean_text(column.label), formats.head)
        for line, row in enumerate(table.rows, start=1):
            for place, (column, value) in enumerate(zip(table.columns, row, strict=True)):
                write_cell(sheet, line, place, value, column.kind, formats)
        sheet.freeze_panes(1, 0)
        for line, note in enumerate(table.notes, start=len(table.rows) + 2):
            sheet.write_string(line, 0, clean_text(note), formats.note)
    book.close()
    return out.getvalue()


def safe_filename(name: str) -> str:
    """A name every system keeps: letters, digits and hyphens, its ending kept; “Sĩan’s report.pdf” → “Sians-report.pdf”."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    known = re.fullmatch(r"(.*)\.([A-Za-z0-9]{1,8})", plain, re.DOTALL)
    stem, ending = (known[1], known[2].lower()) if known else (plain, "")
    stem = re.sub(r"[^A-Za-z0-9]+", "-", stem.replace("'", "")).strip("-")[:100] or "download"
    return f"{stem}.{ending}" if ending else stem


def download(content: bytes, filename: str, content_type: str) -> Response:
    """A file to keep: saved under a safe name, never shown or guessed at by the browser, kept by no cache."""
    response = Response(content, content_type=content_type)
    response.headers.set("Content-Disposition", "attachment", filename=safe_filename(filename))
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "no-store"
    return response
