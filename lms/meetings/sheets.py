"""The bytes of an attendance report as rows of text: UTF-16 as Teams writes it, UTF-8, what Excel saves again, or a workbook."""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from lms.errors import RuleBroken

#: A report of a large webinar has some thousand rows. What is far larger is not a report, or means harm.
MOST_BYTES, MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 5_000_000, 20_000, 60, 2_000
#: Most that the parts of a workbook may unpack to.
MOST_UNPACKED = 50_000_000

EMPTY = "This file is empty. Choose the report as it was downloaded"
NOT_A_TABLE = (
    "This file is not a report that can be read. Choose the CSV file from Teams or Zoom, or an Excel workbook (.xlsx)"
)
BROKEN = "This workbook is damaged and cannot be opened. Download the report once more"
TOO_LARGE = "This file is too large to be the report of a meeting"
_OLE = b"\xd0\xcf\x11\xe0"


def rows(data: bytes, name: str) -> list[list[str]]:
    """Every row of a file, its cells as text without the spaces around them; empty rows too, so that rows can be counted.

    RuleBroken with a sentence for a file that is empty, too large, damaged or something else.
    """
    if not data.strip():
        raise RuleBroken(EMPTY)
    if len(data) > MOST_BYTES:
        raise RuleBroken(TOO_LARGE)
    if data[:4] == b"PK\x03\x04" or name.lower().endswith((".xlsx", ".xlsm")):
        found = list(_of_workbook(data))
    elif data[:4] == _OLE or data[:4] == b"%PDF":
        raise RuleBroken(NOT_A_TABLE)
    else:
        found = list(_of_text(text_of(data)))
    if not any(any(row) for row in found):
        raise RuleBroken(EMPTY)
    return found


def text_of(data: bytes) -> str:
    """The text of a file. Without a mark at its start the bytes themselves say what they are: zeros beside every letter are
    UTF-16; what is not UTF-8 is a code page of Windows, the one in which fewer letters turn into signs.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _decoded(data, "utf-16")
    start = data[:400]
    if start[1::2].count(0) > len(start) // 4:
        return _decoded(data, "utf-16-le")
    if start[::2].count(0) > len(start) // 4:
        return _decoded(data, "utf-16-be")
    if b"\x00" in data:
        raise RuleBroken(NOT_A_TABLE)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        western, central = data.decode("cp1252", "replace"), data.decode("cp1250", "replace")
        return central if _signs(central) < _signs(western) else western


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise RuleBroken(NOT_A_TABLE) from None


def _signs(text: str) -> int:
    """How often something that is no letter stands beside a letter where the wrong code page puts it: “do³¹czenie”."""
    return len(re.findall(r"(?<=[^\W\d_])[¹²³¼½¾¿£¥§ª°ºÆ\ufffd]|[¹²³¼½¾¿£¥§ª°º\ufffd](?=[^\W\d_])", text))


def clean(cell: str) -> str:
    """A cell's text: spaces of every kind are one space, and marks nobody sees (direction, joiners) are gone."""
    text = unicodedata.normalize("NFC", cell)
    return " ".join(
        "".join(one for one in text if unicodedata.category(one) not in {"Cf", "Cc"} or one.isspace()).split()
    )


def _of_text(text: str) -> Iterator[list[str]]:
    # Meeting lines come first and may hold anything: the separator is the one that splits most lines.
    lines = text.splitlines()[:50]
    # A comma also stands inside dates and names, so where two split as many lines it is the other.
    delimiter = max(("\t", ";", ","), key=lambda one: sum(one in line for line in lines))
    # Strict: a quotation mark that is never closed must not swallow the people after it.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            if number > MOST_ROWS:
                raise RuleBroken(TOO_LARGE)
            yield _checked([clean(cell) for cell in cells], number)
    except csv.Error:
        raise RuleBroken(f"This file cannot be read as a table near row {reader.line_num}") from None


def _checked(cells: list[str], number: int) -> list[str]:
    if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
        raise RuleBroken(f"Row {number} has more than {MOST_COLUMNS} columns. Choose the report as it was downloaded")
    if any(len(cell) > LONGEST_CELL for cell in cells):
        raise RuleBroken(f"Row {number} holds a text that is too long for a report")
    return cells[:MOST_COLUMNS]


def _of_workbook(data: bytes) -> Iterator[list[str]]:
    """The first sheet that is not hidden. defusedxml keeps openpyxl from entities; what it would unpack is added up before."""
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
                raise RuleBroken(TOO_LARGE)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
        if sheet is None:
            raise RuleBroken(EMPTY)
        found = [
            _checked([_text(cell, number) for cell in cells], number)
            for number, cells in enumerate(sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS), start=1)
        ]
        book.close()
    except RuleBroken:
        raise
    except Exception:  # whatever a damaged or hostile file makes the reader raise, the answer is the same
        raise RuleBroken(BROKEN) from None
    yield from found


def _text(cell: Any, number: int) -> str:
    """A cell of a workbook as text; days and times as ISO, which can be read in one way only."""
    value = cell.value
    if cell.data_type == "f":
        raise RuleBroken(f"Row {number} holds a formula. Save the sheet with its values only, or choose the CSV file")
    if value is None or cell.data_type == "e":
        return ""
    if isinstance(value, datetime):
        return value.replace(microsecond=0).isoformat(" ")
    if isinstance(value, time):
        return value.replace(microsecond=0).isoformat()
    if isinstance(value, timedelta):
        return f"{round(value.total_seconds())}s"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean(str(value))
