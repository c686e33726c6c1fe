"""`lms import KIND FILE`: tables of others, read row by row. All of a file is taken, or nothing.

A feature says in its imports.py what a row of its kind holds and what is done with it. Imports write no letters: what they bring
happened elsewhere, and `lms verify` knows it from what was booked here.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import IntegrityError

from lms import dates
from lms.db import db, writing
from lms.errors import RuleBroken
from lms.exports import typed_text
from lms.words import listing, plural

#: A file larger than this, or with more rows, is not what somebody typed or another system's list of one partnership.
MOST_BYTES, MOST_ROWS = 20_000_000, 100_000
LONGEST_FIELD = 10_000


class Wrong(RuleBroken):
    """One field of one row cannot be taken; the sentence says why."""

    field: str

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why, field)


class Outcome(StrEnum):
    """What became of a row."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Refused:
    """A row that cannot be taken: its number as a spreadsheet counts (the headings are row 1), the column, and why."""

    row: int
    field: str
    why: str


@dataclass
class Result:
    """What a file did, or would do."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)

    def notes(self) -> list[str]:
        """What else people should know, a sentence each; most kinds of file have nothing."""
        return []

    def as_json(self) -> str:
        """The document programs read."""
        return json.dumps(
            {
                "rows": self.rows,
                "added": self.added,
                "changed": self.changed,
                "unchanged": self.unchanged,
                "refused": [vars(one) for one in self.refused],
                **({"notes": self.notes()} if self.notes() else {}),
            },
            ensure_ascii=False,
        )


@dataclass
class NotedResult(Result):
    """What a file did, with sentences about it."""

    said: list[str] = field(default_factory=list)

    def notes(self) -> list[str]:
        """The sentences."""
        return self.said


@dataclass(frozen=True)
class Row:
    """One row: its number, and its fields by the names our columns have. A column the file lacks reads as empty."""

    number: int
    fields: Mapping[str, str]

    def text(self, name: str, *, longest: int = 300) -> str:
        """A field without the spaces around it. Wrong if it is longer than can be kept."""
        found = self.fields.get(name, "")
        if len(found) > longest:
            raise Wrong(name, f"This is longer than {longest} characters.")
        return found

    def needed(self, name: str, *, longest: int = 300) -> str:
        """A field that must hold something."""
        found = self.text(name, longest=longest)
        if not found:
            raise Wrong(name, "This must not be empty.")
        return found

    def number_of(self, name: str, *, default: int | None = None) -> int | None:
        """A whole number, 0 or more."""
        found = self.text(name).replace(",", "")
        if not found:
            return default
        if not re.fullmatch(r"\d{1,9}", found):
            raise Wrong(name, f"“{found}” is not a whole number.")
        return int(found)

    def day(self, name: str) -> date:
        """A day: 2024-11-05 or 5/11/2024, the day before the month."""
        found = self.needed(name)
        for pattern in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"):
            try:
                return datetime.strptime(found, pattern).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
        raise Wrong(name, f"“{found}” is not a day. Write it like 2024-11-05 or 5/11/2024.")

    def clock(self, name: str) -> time:
        """A time of day: 9:30, 09:30 or 9.30."""
        found = self.needed(name)
        match = re.fullmatch(r"(\d{1,2})[:.](\d{2})(?:[:.]\d{2})?", found)
        if not match or int(match[1]) > 23 or int(match[2]) > 59:
            raise Wrong(name, f"“{found}” is not a time. Write it like 09:30.")
        return time(int(match[1]), int(match[2]))

    def yes(self, name: str) -> bool:
        """Yes or no; empty is no."""
        found = self.text(name).casefold()
        if found in {"", "no", "n", "false", "0"}:
            return False
        if found in {"yes", "y", "true", "1", "x"}:
            return True
        raise Wrong(name, f"“{found}” is neither yes nor no.")


@dataclass(frozen=True)
class Kind:
    """One sort of file. `columns` are our names with other headings that mean the same; `needed` those that must be there.
    `take` does one row and says what became of it; Wrong or RuleBroken refuses the row."""

    name: str
    about: str
    columns: Mapping[str, tuple[str, ...]]
    needed: tuple[str, ...]
    take: Callable[[Row, datetime], Outcome]


@dataclass(frozen=True)
class Whole:
    """A sort of file that is no list of rows of ours, read in one go. `take` gets its bytes, its name, the options that were
    given (only those of `options` may be) and the time; what it refuses undoes everything. RuleBroken refuses the file."""

    name: str
    about: str
    options: tuple[str, ...]
    take: Callable[[bytes, str, Mapping[str, str], datetime], Result]


#: Filled by the features in their init_app.
kinds: dict[str, Kind] = {}
wholes: dict[str, Whole] = {}


def add(kind: Kind) -> None:
    """Make a sort of file known."""
    kinds[kind.name] = kind


def add_whole(kind: Whole) -> None:
    """Make a sort of file known that is read in one go."""
    wholes[kind.name] = kind


def text_of(data: bytes, *, most_bytes: int = MOST_BYTES) -> str:
    """The text of a file as spreadsheets save it: UTF-8, UTF-16 or Windows-1252. RuleBroken for something else."""
    if len(data) > most_bytes:
        raise RuleBroken(f"This file is larger than {most_bytes // 1_000_000} MB.")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    if b"\x00" in data or data[:4] == b"PK\x03\x04":
        raise RuleBroken("This is not a CSV file. Save the sheet as CSV first.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def rows_of(data: bytes, kind: Kind) -> Iterator[Row]:
    """The rows of a file, whatever the order of its columns and whether they are parted by comma, semicolon or tab."""
    text = text_of(data)
    first = text.partition("\n")[0]
    delimiter = max((",", ";", "\t"), key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        headings = [_folded(heading) for heading in next(reader, [])]
        places = _places(headings, kind)
        for number, cells in enumerate(reader, start=2):
            if number > MOST_ROWS + 1:
                raise RuleBroken(f"This file has more than {MOST_ROWS:,} rows.")
            if any(len(cell) > LONGEST_FIELD for cell in cells):
                raise RuleBroken(f"This file cannot be read as CSV near row {number}: a field is too long.")
            if not any(cell.strip() for cell in cells):
                continue
            yield Row(
                number,
                {
                    name: typed_text(" ".join(cells[place].split())).strip() if place < len(cells) else ""
                    for name, place in places.items()
                },
            )
    except csv.Error as fault:
        raise RuleBroken(f"This file cannot be read as CSV near row {reader.line_num}: {fault}.") from None


def _folded(heading: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", heading.strip().casefold()).strip("_")


def _places(headings: list[str], kind: Kind) -> dict[str, int]:
    """Where each of our columns stands. RuleBroken when one that is needed is missing, or stands there twice."""
    places: dict[str, int] = {}
    for name, others in kind.columns.items():
        found = [place for place, heading in enumerate(headings) if heading in {name, *map(_folded, others)}]
        if len(found) > 1:
            raise RuleBroken(f"The column “{name}” is there {len(found)} times.")
        if found:
            places[name] = found[0]
    missing = [name for name in kind.needed if name not in places]
    if missing:
        raise RuleBroken(f"The first row must name the columns. Missing: {listing(missing)}.")
    return places


class _NotKept(Exception):
    """Everything a file did is undone: it was only looked at, or a row was refused."""


def run(kind: Kind, data: bytes, *, now: datetime, check: bool = False) -> Result:
    """Take a file in one transaction. With `check`, or when any row is refused, nothing of it is kept."""
    result = Result()
    with suppress(_NotKept), writing():
        take_rows(kind, data, result, now=now)
        if check or result.refused:
            raise _NotKept
    return result


def take_rows(kind: Kind, data: bytes, result: Result, *, now: datetime) -> None:
    """Take every row of a file and note in `result` what became of it; whoever calls keeps the whole or nothing."""
    for row in rows_of(data, kind):
        result.rows += 1
        _take(kind, row, now, result)


def run_whole(kind: Whole, file: Path, options: Mapping[str, str], *, now: datetime, check: bool = False) -> Result:
    """Take such a file in one transaction. With `check`, or when anything in it is refused, nothing of it is kept."""
    data = file.read_bytes()
    result = Result()
    with suppress(_NotKept), writing():
        result = kind.take(data, file.name, options, now)
        if check or result.refused:
            raise _NotKept
    return result


def _take(kind: Kind, row: Row, now: datetime, result: Result) -> None:
    """One row in a savepoint of its own, so that the next can be looked at after one that is refused."""
    try:
        with db.session.begin_nested():
            outcome = kind.take(row, now)
    except RuleBroken as rule:
        result.refused.append(Refused(row.number, rule.field or "", str(rule)))
    except IntegrityError:
        result.refused.append(Refused(row.number, "", "This is there already, or contradicts something that is."))
    else:
        setattr(result, outcome.value, getattr(result, outcome.value) + 1)


@click.command("import")
@click.argument("name", metavar="KIND")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--course", help="package: the code of the course.")
@click.option("--session", help="attendance: the reference of the session.")
@click.option("--date", help="attendance: which of its dates, 1 for the first.")
@click.option("--links", help="schools: the links file that says which number followed which.")
@click.option("--area", help="schools: the number of the local authority, such as 384; asked the first time.")
@click.option("--check", is_flag=True, help="Say what it would do, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print what happened as JSON.")
@with_appcontext
def command(name: str, file: Path, check: bool, as_json: bool, **options: str | None) -> None:
    """Take a file of another system: all of it, or nothing."""
    given = {option: value for option, value in options.items() if value is not None}
    takes = wholes[name].options if name in wholes else ()
    if foreign := sorted(set(given) - set(takes)):
        raise click.UsageError(f"“{name}” takes no option --{foreign[0]}.")
    if name in wholes:
        result = run_whole(wholes[name], file, given, now=dates.now(), check=check)
    elif name in kinds:
        result = run(kinds[name], file.read_bytes(), now=dates.now(), check=check)
    else:
        known = [f"  {kind.name}: {kind.about} Columns: {', '.join(kind.columns)}." for kind in kinds.values()]
        known += [f"  {kind.name}: {kind.about}" for kind in wholes.values()]
        raise click.UsageError(f"“{name}” is not a kind of file. Known are:\n" + "\n".join(known))
    if as_json:
        click.echo(result.as_json())
    else:
        for one in result.refused:
            click.echo(f"Row {one.row}{f', {one.field}' if one.field else ''}: {one.why}")
        for note in result.notes():
            click.echo(note)
    click.echo(_said(result, check), err=True)
    if result.refused:
        raise SystemExit(1)


def _said(result: Result, check: bool) -> str:
    done = f"{result.added:,} added, {result.changed:,} changed, {result.unchanged:,} unchanged"
    if result.refused:
        wrong = plural(len(result.refused), "row")
        return f"{wrong} of {result.rows:,} cannot be taken, so nothing was changed. Put them right and run it again."
    if check:
        return f"{plural(result.rows, 'row')} looked at. It would be: {done}. Nothing was changed."
    return f"{plural(result.rows, 'row')} taken: {done}."
