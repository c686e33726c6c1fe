"""The tables of a meeting report as entries: one for each row about somebody. Which layout it is follows from its headings."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from lms.errors import RuleBroken
from lms.meetings import headings, times
from lms.meetings.headings import Field, Word, folded

UNKNOWN = (
    "The columns of this file are not known. Choose the attendance report as Teams, Zoom or Google Meet made it, "
    "or a table with columns such as email, name and minutes"
)
#: The columns of Teams’ numbered tables stand in this order in every language.
_PARTICIPANTS = (Field.NAME, Field.JOIN, Field.LEAVE, Field.DURATION, Field.EMAIL, Field.UPN, Field.ROLE)
_ACTIVITIES = (Field.NAME, Field.JOIN, Field.LEAVE, Field.DURATION, Field.EMAIL, Field.ROLE)
_TIMES = (Field.JOIN, Field.LEAVE, Field.DURATION)
_WHEN = {Field.JOIN, Field.DURATION, Field.MINUTES, Field.TIMESTAMP, Field.UTC_TIMESTAMP}


class Layout(StrEnum):
    """Who made the report."""

    TEAMS = "teams"
    ZOOM = "zoom"
    MEET = "meet"
    TABLE = "table"

    @property
    def word(self) -> str:
        """Its name on a page."""
        return {"teams": "Microsoft Teams", "zoom": "Zoom", "meet": "Google Meet", "table": "a table"}[self.value]


@dataclass(frozen=True)
class Entry:
    """One row about somebody, its times still as text."""

    row: int
    name: str
    email: str = ""
    upn: str = ""
    joined: str = ""
    left: str = ""
    #: What the report says of the time they were there, in seconds.
    seconds: int | None = None
    role: str = ""
    guest: bool = False
    waiting: bool = False
    #: A list of joins and leaves: what they did at `joined`.
    action: Word | None = None
    utc: bool = False
    came: Word | None = None
    #: Teams lists single stays a second time, below the people.
    activity: bool = False
    day: str = ""

    @property
    def moments(self) -> list[str]:
        """The texts that hold a day."""
        return [self.day, self.joined, self.left]


@dataclass
class Tables:
    """What was found in a file."""

    layout: Layout = Layout.TABLE
    entries: list[Entry] = field(default_factory=list)
    #: Days and times of the meeting itself.
    facts: list[str] = field(default_factory=list)
    #: How many people the report says there were.
    counted: int | None = None


@dataclass
class _Place:
    """Where the reading has got to."""

    columns: dict[Field, int] = field(default_factory=dict)
    #: The row that named them.
    heading: list[str] = field(default_factory=list)
    section: int = 0
    role: str = ""


def read(rows: Sequence[list[str]]) -> Tables:
    """Everything a report says of people. RuleBroken where no table of people is found, or a cell cannot be read."""
    tables, place = Tables(), _Place()
    for number, cells in enumerate(rows, start=1):
        if any(cells) and not _heading(cells, place, tables):
            _row(number, cells, place, tables)
    if not tables.entries:
        raise RuleBroken(UNKNOWN)
    return tables


def _heading(cells: list[str], place: _Place, tables: Tables) -> bool:
    """Is this row a title or the headings of a table? Then the reading goes on from there."""
    filled = [cell for cell in cells if cell]
    numbered = re.match(r"(\d)\.\s*\S", filled[0])
    if len(filled) == 1 and numbered and int(numbered[1]) == place.section + 1:
        tables.layout = Layout.TEAMS
        place.section, place.columns = int(numbered[1]), {}
        return True
    if len(filled) == 1 and folded(filled[0]) in headings.sections():
        place.role, place.columns = headings.sections()[folded(filled[0])], {}
        return True
    if place.columns:  # a person may be called like a column: “Gast”
        return cells == place.heading
    if place.section == 1 or place.section > 3:
        return False
    found = headings.columns(cells)
    if place.section:
        found = _numbered(found, len(filled), place.section)
    if found:
        place.columns, place.heading = found, cells
        tables.layout = _layout(cells, found, tables.layout)
    return bool(found)


def _numbered(found: dict[Field, int], width: int, section: int) -> dict[Field, int]:
    """The columns of a table of Teams. Where headings are in a language we do not know, their order is known."""
    order = _PARTICIPANTS if section == 2 else _ACTIVITIES
    if width >= len(order) and any(one not in found for one in (Field.NAME, *_TIMES)):
        return {one: place for place, one in enumerate(order)}
    if not found and section == 2:
        raise RuleBroken(UNKNOWN)
    return found


def _layout(cells: list[str], columns: dict[Field, int], known: Layout) -> Layout:
    if known is not Layout.TABLE:
        return known
    words = {folded(cell) for cell in cells}
    if any("original" in word for word in words) or Field.WAITING in columns or "time in session minutes" in words:
        return Layout.ZOOM
    if {"time joined", "time exited"} <= words:
        return Layout.MEET
    if _TIMES[0] in columns or Field.TIMESTAMP in columns or Field.UTC_TIMESTAMP in columns:
        return Layout.TEAMS
    return Layout.TABLE


def _row(number: int, cells: list[str], place: _Place, tables: Tables) -> None:
    """A row of people becomes an entry; what stands before the people is a fact of the meeting."""
    if not place.columns and not place.section and _is_event(cells):
        # The list Teams made first came without headings, too.
        place.columns = {Field.NAME: 0, Field.ACTION: 1, Field.TIMESTAMP: 2}
        tables.layout = Layout.TEAMS
    if not place.columns:
        tables.facts += [cell for cell in cells if times.is_moment(cell)]
        if place.section == 1 and len(tables.facts) == 0 and len(cells) > 1 and cells[1].isdigit():
            tables.counted = int(cells[1])
        return
    if entry := _entry(number, cells, place):
        tables.entries.append(entry)


def _is_event(cells: list[str]) -> bool:
    return len([cell for cell in cells if cell]) == 3 and bool(headings.action(cells[1])) and times.is_moment(cells[2])


def _entry(number: int, cells: list[str], place: _Place) -> Entry | None:
    columns = place.columns

    def cell(one: Field) -> str:
        where = columns.get(one)
        return cells[where] if where is not None and where < len(cells) else ""

    name, email = _name(cell(Field.NAME), cell(Field.FIRST_NAME), cell(Field.LAST_NAME)), _address(cell(Field.EMAIL))
    if not email and (not name or folded(name).startswith("total ")) and not cell(Field.JOIN):
        return None
    if not _WHEN & set(columns):
        _check_no_times(number, cells, columns)
    name, outside = headings.without_qualifier(name)
    action = headings.action(cell(Field.ACTION)) if Field.ACTION in columns else None
    if Field.ACTION in columns and action is None:
        raise RuleBroken(f"Row {number}: “{cell(Field.ACTION)}” says neither that somebody joined nor that they left")
    stamp = cell(Field.UTC_TIMESTAMP) or cell(Field.TIMESTAMP)
    return Entry(
        row=number,
        name=name or email,
        email=email,
        upn=_address(cell(Field.UPN)),
        joined=stamp or cell(Field.JOIN),
        left=cell(Field.LEAVE),
        seconds=_seconds(number, cell(Field.DURATION), cell(Field.MINUTES)),
        role=cell(Field.ROLE) or place.role,
        guest=outside or headings.said(cell(Field.GUEST)) is Word.YES,
        waiting=headings.said(cell(Field.WAITING)) is Word.YES,
        action=action,
        utc=Field.UTC_TIMESTAMP in columns,
        came=_came(number, cell(Field.ATTENDED)),
        activity=place.section == 3,
        day=cell(Field.DAY),
    )


def _name(name: str, first: str, last: str) -> str:
    return name or f"{first} {last}".strip()


def _address(text: str) -> str:
    """An e-mail address in small letters, or nothing: Teams also writes words where it knows none."""
    found = re.search(r"[^\s<>@,;\"]+@[^\s<>@,;\"]+", text)
    return found[0].casefold() if found and len(found[0]) <= 254 else ""


def _came(number: int, text: str) -> Word | None:
    if text in {"", "-", "--"}:
        return None
    if (found := headings.said(text)) is None:
        raise RuleBroken(f"Row {number}: “{text}” does not say whether they came. Write attended, no-show or apologies")
    return found


def _seconds(number: int, duration: str, minutes: str) -> int | None:
    try:
        found = times.minutes(minutes) if minutes else times.seconds(duration)
    except ValueError:
        raise RuleBroken(f"Row {number}: “{minutes or duration}” is not a length of time that can be read") from None
    if found is not None and found > 7 * 86_400:
        raise RuleBroken(f"Row {number}: “{minutes or duration}” is longer than a week")
    return found


def _check_no_times(number: int, cells: list[str], columns: dict[Field, int]) -> None:
    """A table without times must really have none: a heading in a language we do not know is no reason to lose them."""
    for place, cell in enumerate(_others(cells, set(columns.values()))):
        if ":" in cell and times.is_moment(cell):
            raise RuleBroken(
                f"Row {number} holds a time (“{cell}”) in column {place + 1}, but the heading of that column is not known. "
                "Name the columns in English, such as Name, Join time, Leave time, Duration, Email"
            )


def _others(cells: list[str], known: set[int]) -> Iterator[str]:
    return ("" if place in known else cell for place, cell in enumerate(cells))
