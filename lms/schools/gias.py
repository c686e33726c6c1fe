"""The national file of schools and its links file: from bytes to values. Pure.

The national register (GIAS) changes its columns every few years, so everything is found by the name of its heading. Text is
Windows-1252 or UTF-8. What is missing or cannot be read of a school is said and left as it was; only a row that cannot be known
as a school is refused. Columns about the head are not read.
"""

import csv
import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from lms.errors import RuleBroken
from lms.exports import clean_text
from lms.imports import LONGEST_FIELD, Refused, text_of
from lms.schools.models import Phase, SchoolStatus
from lms.schools.rules import GROUPS
from lms.schools.succession import Link
from lms.words import listing, plural

#: The whole of England is some 60 MB and 52,000 rows.
MOST_BYTES, MOST_ROWS = 150_000_000, 250_000
NEEDED = ("URN", "LA (code)", "EstablishmentName")
STATUSES = ("EstablishmentStatus (code)", "EstablishmentStatus (name)")
BY_CODE = {"1": SchoolStatus.OPEN, "2": SchoolStatus.CLOSED, "3": SchoolStatus.CLOSING, "4": SchoolStatus.PROPOSED}
BY_NAME = {
    "open": SchoolStatus.OPEN,
    "closed": SchoolStatus.CLOSED,
    "open, but proposed to close": SchoolStatus.CLOSING,
    "proposed to open": SchoolStatus.PROPOSED,
}
PHASES = {
    "1": Phase.NURSERY,
    "2": Phase.PRIMARY,
    "3": Phase.MIDDLE_PRIMARY,
    "4": Phase.SECONDARY,
    "5": Phase.MIDDLE_SECONDARY,
    "6": Phase.SIXTEEN_PLUS,
    "7": Phase.ALL_THROUGH,
}
PHASES_BY_NAME = {
    "nursery": Phase.NURSERY,
    "primary": Phase.PRIMARY,
    "middle deemed primary": Phase.MIDDLE_PRIMARY,
    "secondary": Phase.SECONDARY,
    "middle deemed secondary": Phase.MIDDLE_SECONDARY,
    "16 plus": Phase.SIXTEEN_PLUS,
    "all-through": Phase.ALL_THROUGH,
    "all through": Phase.ALL_THROUGH,
}


class _Unreadable(Exception):
    """One cell says something this fact cannot be."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One school of the file: `facts` holds what the file has a column for, by the names School has; days as 2025-04-22."""

    row: int
    urn: str
    facts: dict[str, Any]


@dataclass
class Extract:
    """What a file holds for some areas; `areas` counts all of it: {number: (name, schools)}."""

    rows: int = 0
    areas: dict[str, tuple[str, int]] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def _text(longest: int) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if len(cell) > longest:
            raise _Unreadable
        return cell

    return read


def _reason(cell: str) -> str:
    return "" if cell.casefold() in {"not applicable", "not recorded"} else _text(100)(cell)


def _code(cell: str) -> str:
    """Older files write 02 where newer ones write 2."""
    return _text(8)(cell.lstrip("0") or ("0" if cell else ""))


def _day(cell: str) -> str | None:
    if not cell:
        return None
    for pattern in ("%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(cell, pattern).date().isoformat()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise _Unreadable


def _number(most: int) -> Callable[[str], int | None]:
    def read(cell: str) -> int | None:
        if not cell:
            return None
        if not re.fullmatch(r"[0-9]{1,9}", cell) or int(cell) > most:
            raise _Unreadable
        return int(cell)

    return read


def _has(cell: str) -> bool | None:
    """Has nursery classes, boarders, a sixth form; or not; or the file does not say."""
    if not cell or cell.casefold() in {"not applicable", "not recorded", "unknown"}:
        return None
    return not cell.casefold().startswith(("no", "does not"))


#: Each fact with the columns it is read from, the first that is there; and how.
COLUMNS: dict[str, tuple[tuple[str, ...], Callable[[str], Any]]] = {
    "la_name": (("LA (name)",), _text(100)),
    "establishment_number": (("EstablishmentNumber",), _text(8)),
    "type_code": (("TypeOfEstablishment (code)",), _code),
    "type_name": (("TypeOfEstablishment (name)",), _text(100)),
    "opened_on": (("OpenDate",), _day),
    "opened_reason": (("ReasonEstablishmentOpened (name)",), _reason),
    "closed_on": (("CloseDate",), _day),
    "closed_reason": (("ReasonEstablishmentClosed (name)",), _reason),
    "low_age": (("StatutoryLowAge",), _number(99)),
    "high_age": (("StatutoryHighAge",), _number(99)),
    "gender": (("Gender (name)",), _text(40)),
    "boarding": (("Boarders (name)",), _has),
    "nursery": (("NurseryProvision (name)",), _has),
    "sixth_form": (("OfficialSixthForm (name)",), _has),
    "town": (("Town",), _text(100)),
    "postcode": (("Postcode",), _text(12)),
    "pupils": (("NumberOfPupils",), _number(100_000)),
    "ukprn": (("UKPRN",), _text(12)),
    "trust_number": (("Trusts (code)",), _text(12)),
    "trust_name": (("Trusts (name)",), _text(200)),
}
READ = (
    *NEEDED,
    *STATUSES,
    *(name for names, _ in COLUMNS.values() for name in names),
    "PhaseOfEducation (code)",
    "PhaseOfEducation (name)",
    "EstablishmentTypeGroup (code)",
    "EstablishmentTypeGroup (name)",
)


def read(data: bytes, areas: Collection[str], known: Collection[str] = ()) -> Extract:
    """The schools of these areas, and those with a number that is known, wherever they are now. RuleBroken for a file that is
    none of schools."""
    found = Extract()
    rows = _rows(data)
    places = _places(next(rows)[1], READ)
    _check_columns(places)
    if lacking := [f"“{name}”" for name in READ if name not in places and name not in STATUSES]:
        found.warnings.append(f"The file has no {listing(lacking)}. What was known of that stays as it was.")
    width, seen, nowhere = max(places.values()) + 1, set[str](), 0
    for number, cells, headings in rows:
        found.rows += 1
        if found.rows > MOST_ROWS:
            raise RuleBroken(f"This file has more than {MOST_ROWS:,} rows.")
        row = {name: _cell(cells, place) for name, place in places.items()}
        area, urn = row["LA (code)"], row["URN"]
        name, count = found.areas.get(area, (row.get("LA (name)", ""), 0))
        nowhere += not area
        if area and len(found.areas) < 1000:
            found.areas[area] = (name, count + 1)
        if area not in areas and urn not in known:
            continue
        if len(cells) > headings:
            found.warnings.append(
                f"Row {number} has {len(cells)} fields, {len(cells) - headings} more than headings. They are left out."
            )
        if problem := _not_known(row, seen):
            found.refused.append(Refused(number, *problem))
            continue
        seen.add(urn)
        lacks = {name for name, place in places.items() if place >= len(cells)} if len(cells) < width else set()
        found.entries.append(_entry(number, row, lacks, found.warnings))
    if nowhere:
        found.warnings.append(
            f"{plural(nowhere, 'row names', 'rows name')} no local authority. Left out, unless we know their URN."
        )
    return found


def _not_known(row: Mapping[str, str], seen: Collection[str]) -> tuple[str, str] | None:
    """Why this row cannot be known as a school: the column and the sentence."""
    if not re.fullmatch(r"[0-9]{5,7}", row["URN"]):
        return "URN", f"“{row['URN'][:20]}” is not a URN, a number of six figures."
    if row["URN"] in seen:
        return "URN", f"The school {row['URN']} is there twice."
    if not row["EstablishmentName"] or len(row["EstablishmentName"]) > 200:
        return "EstablishmentName", "A school needs a name of no more than 200 characters."
    if not re.fullmatch(r"([0-9]{3})?", row["LA (code)"]):
        return "LA (code)", "The number of a local authority has three figures."
    if _status(row) is None:
        return STATUSES[0], "It does not say whether the school is open or closed."
    return None


def _status(row: Mapping[str, str]) -> SchoolStatus | None:
    return BY_CODE.get(row.get(STATUSES[0], "").lstrip("0")) or BY_NAME.get(row.get(STATUSES[1], "").casefold())


def _entry(number: int, row: Mapping[str, str], lacks: Collection[str], warnings: list[str]) -> Entry:
    """The facts of a row. A column the file or the row lacks says nothing; what cannot be read says nothing and is warned of."""
    urn, name, status = row["URN"], row["EstablishmentName"], _status(row)
    facts: dict[str, Any] = {"name": name, "status": status.value if status else ""}
    if row["LA (code)"]:
        facts["la_code"] = row["LA (code)"]
    for fact, (columns, convert) in COLUMNS.items():
        column = next((one for one in columns if one in row and one not in lacks), None)
        if column is None:
            continue
        try:
            facts[fact] = convert(row[column])
        except _Unreadable:
            warnings.append(f"{name} ({urn}): “{row[column][:40]}” cannot be read as {column}. It is left as it was.")
    if "PhaseOfEducation (code)" in row or "PhaseOfEducation (name)" in row:
        facts["phase"] = (
            PHASES.get(row.get("PhaseOfEducation (code)", "").lstrip("0"))
            or PHASES_BY_NAME.get(row.get("PhaseOfEducation (name)", "").casefold())
            or Phase.NONE
        ).value
    code = row.get("EstablishmentTypeGroup (code)", "").lstrip("0")
    if code or "EstablishmentTypeGroup (name)" in row:
        facts["group_name"] = GROUPS.get(code) or row.get("EstablishmentTypeGroup (name)", "")[:100]
    missing = [what for what, key in (("no establishment number", "establishment_number"), ("no postcode", "postcode"))
               if key in facts and not facts[key]]  # fmt: skip
    if missing and status is not SchoolStatus.CLOSED:
        warnings.append(f"{name} ({urn}) has {listing(missing)} in the file. It is taken without.")
    if lacks:
        warnings.append(f"{name} ({urn}): row {number} ends early. What it does not say is left as it was.")
    return Entry(number, urn, facts)


def _check_columns(places: Mapping[str, int]) -> None:
    missing = [name for name in NEEDED if name not in places]
    if not any(name in places for name in STATUSES):
        missing.append(STATUSES[0])
    if missing:
        raise RuleBroken(
            f"This file lacks the {'column' if len(missing) == 1 else 'columns'} {listing([f'“{one}”' for one in missing])}. "
            f"The file of all establishments of the national register has them."
        )


def read_links(data: bytes) -> list[Link]:
    """The links file. RuleBroken for a file that is none; rows that are no link are left out."""
    rows = _rows(data)
    needed = ("URN", "LinkURN", "LinkType")
    places = _places(next(rows)[1], (*needed, "LinkName", "LinkEstablishedDate"))
    if missing := [name for name in needed if name not in places]:
        raise RuleBroken(f"This is no links file. It lacks {listing([f'“{one}”' for one in missing])}.")
    found = []
    for _, cells, _ in rows:
        row = {name: _cell(cells, place) for name, place in places.items()}
        if not all(re.fullmatch(r"[0-9]{5,7}", row[name]) for name in ("URN", "LinkURN")):
            continue
        try:
            on = _day(row.get("LinkEstablishedDate", ""))
        except _Unreadable:
            on = None
        day = date.fromisoformat(on) if on else None
        found.append(Link(row["URN"], row["LinkURN"], row.get("LinkName", "")[:200], row["LinkType"][:60], day))
    return found


def _cell(cells: list[str], place: int) -> str:
    return " ".join(clean_text(cells[place]).split()) if place < len(cells) else ""


def _rows(data: bytes) -> Iterator[tuple[int, list[str], int]]:
    """Each row with its number and how many headings there are; the headings first."""
    if data[:4] == b"PK\x03\x04":
        raise RuleBroken("This is a ZIP file or an Excel workbook. Unpack it, and choose the CSV file in it.")
    text = text_of(data, most_bytes=MOST_BYTES)
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max((",", ";", "\t"), key=first.count))
    try:
        headings = next(reader, [])
        yield 1, headings, len(headings)
        for number, cells in enumerate(reader, start=2):
            if any(len(cell) > LONGEST_FIELD for cell in cells):
                raise RuleBroken(f"This file cannot be read as CSV near row {number}: a field is too long.")
            if any(cell.strip() for cell in cells):
                yield number, cells, len(headings)
    except csv.Error as fault:
        raise RuleBroken(f"This file cannot be read as CSV near row {reader.line_num}: {fault}.") from None


def _places(headings: list[str], names: Collection[str]) -> dict[str, int]:
    """Where each of these columns stands. RuleBroken where one stands there twice."""
    at: dict[str, list[int]] = {}
    for place, heading in enumerate(headings):
        at.setdefault(_folded(heading), []).append(place)
    places = {}
    for name in names:
        found = at.get(_folded(name), [])
        if len(found) > 1:
            raise RuleBroken(f"The column “{name}” is there {plural(len(found), 'time')}.")
        if found:
            places[name] = found[0]
    return places


def _folded(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", heading.casefold())
