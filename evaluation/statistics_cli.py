"""`lms statistics`: the figures of the reports on any CSV file. Needs no database.

Figures go to stdout; words about them go to stderr. Exit status 1 with one sentence where the file cannot be used.
"""

import csv
import json
from collections.abc import Callable, Sequence
from io import StringIO
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar

import click

from evaluation.statistics import PairedChange, ShiftTable, paired, shift_table
from evaluation.verdict import LEAST_MATCHED
from lms.statistics import Share, round_half_up

Value = TypeVar("Value")

_NO_ANSWER = {"", "NA"}

_file = click.argument("file", type=click.Path(path_type=Path))
_before = click.option("--before", required=True, metavar="COLUMN", help="The column of the answers before.")
_after = click.option("--after", required=True, metavar="COLUMN", help="The column of the answers after.")
_lower = click.option("--lower-is-better", is_flag=True, help="Count a fall as an improvement.")
_json = click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")


@click.group("statistics")
def statistics() -> None:
    """Figures on any CSV file: the same functions that the reports use."""


@statistics.command("paired")
@_file
@_before
@_after
@_lower
@_json
def paired_command(file: Path, before: str, after: str, lower_is_better: bool, as_json: bool) -> None:
    """What changed for the same people: one row is one person, with a number before and a number after.

    An empty cell, or NA, is no answer. Differences are after minus before.
    """
    first, second = read_columns(file, (before, after), _number)
    change = paired(first, second, higher_is_better=not lower_is_better)
    _need_pairs(change.n_pairs, file)
    click.echo(_dumped(change.to_json()) if as_json else _paired_lines(change))
    _say_base(change.n_pairs, change.n_rows)


@statistics.command("shift")
@_file
@_before
@_after
@click.option(
    "--order", metavar="LEVELS", help="The levels from lowest to highest: “never; sometimes|at times; often”."
)
@_lower
@_json
def shift_command(file: Path, before: str, after: str, order: str | None, lower_is_better: bool, as_json: bool) -> None:
    """How many went from which level to which, and Bowker’s test whether the moves up and down balance.

    Levels that are numbers are in order by themselves; for words, --order says it, with | between wordings of one level.
    """
    better = not lower_is_better
    if order is None:
        first, second = read_columns(file, (before, after), _numbered_level)
        numbers = sorted({level for level in (*first, *second) if level is not None})
        table = shift_table(first, second, numbers, higher_is_better=better)
    else:
        levels, wordings = _levels(order)
        said, later = read_columns(file, (before, after), _level_in(wordings))
        table = shift_table(said, later, levels, higher_is_better=better)
    _need_pairs(table.n, file)
    click.echo(_dumped(table.to_json()) if as_json else _shift_lines(table))
    _say_base(table.n, table.n_rows)


@statistics.command("proportion")
@click.argument("k", type=int)
@click.argument("n", type=int)
@_json
def proportion_command(k: int, n: int, as_json: bool) -> None:
    """A share, K of N, with its 95% interval."""
    try:
        share = Share(k, n)
    except ValueError as error:
        raise click.ClickException("K must be 0 or more, and no more than N.") from error
    ends = share.interval()
    if as_json:
        found = {"k": k, "n": n, "share": share.value, "interval": None if ends is None else list(ends)}
        click.echo(_dumped(found))
    elif ends is None:
        click.echo(f"{share.words()}: nobody is in the base, so there is no share.")
    else:
        click.echo(f"{k:,} of {n:,}\t{share.percent(1)}\t95% interval {share.interval_words(1)}")


def read_columns(file: Path, columns: Sequence[str], read: Callable[[str], Value]) -> list[list[Value | None]]:
    """The cells of each named column, read by `read`; None for no answer. click.ClickException says what is wrong.

    Commas, semicolons and tabs separate cells; the text is UTF-8 or, failing that, that of older Windows programs.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror or error}.") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    if "\0" in text:
        raise click.ClickException(f"{file} is not a CSV file.")
    first_line = text.partition("\n")[0]
    separator = max(",;\t", key=first_line.count)
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=separator)
    found: list[list[Value | None]] = [[] for _ in columns]
    try:
        names = [name.strip() for name in reader.fieldnames or ()]
        _check_names(file, names, columns)
        reader.fieldnames = names
        for row in reader:
            for column, values in zip(columns, found, strict=True):
                cell = (row[column] or "").strip()
                values.append(None if cell in _NO_ANSWER else _read(read, cell, column, reader.line_num))
    except csv.Error as error:
        raise click.ClickException(f"{file} is not a CSV file: {error}.") from error
    return found


def _check_names(file: Path, names: Sequence[str], columns: Sequence[str]) -> None:
    for column in columns:
        if column not in names:
            has = f"Its columns are: {', '.join(names)}." if any(names) else "It has no header row."
            raise click.ClickException(f"{file} has no column “{column}”. {has}")
        if names.count(column) > 1:
            raise click.ClickException(f"{file} has more than one column “{column}”.")


def _read(read: Callable[[str], Value], cell: str, column: str, line: int) -> Value:
    try:
        return read(cell)
    except ValueError as error:
        raise click.ClickException(f"Line {line}, column “{column}”: “{cell[:40]}” {error}.") from error


def _number(cell: str) -> float:
    try:
        value = float(cell) if "_" not in cell else None
    except ValueError:
        value = None
    if value is None or not isfinite(value):
        raise ValueError("is not a number")
    return value


def _numbered_level(cell: str) -> float:
    try:
        return _number(cell)
    except ValueError as error:
        raise ValueError("is not a number; for words, --order says which level comes after which") from error


def _levels(order: str) -> tuple[list[str], dict[str, str]]:
    """The levels, each by its first wording, and which level each wording stands for."""
    groups = [[wording.strip() for wording in level.split("|")] for level in order.split(";")]
    wordings = {wording: group[0] for group in groups for wording in group}
    if len(groups) < 2 or "" in wordings or len(wordings) < sum(map(len, groups)):
        raise click.UsageError("--order needs two levels or more, each different, with “;” between them.")
    return [group[0] for group in groups], wordings


def _level_in(wordings: dict[str, str]) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if cell not in wordings:
            raise ValueError("is not one of the levels of --order")
        return wordings[cell]

    return read


def _need_pairs(n: int, file: Path) -> None:
    if not n:
        raise click.ClickException(f"No row of {file} has both answers.")


def _say_base(n: int, rows: int) -> None:
    click.echo(f"{n:,} of {rows:,} rows have both answers.", err=True)
    if n < LEAST_MATCHED:
        click.echo(f"Fewer than {LEAST_MATCHED} are too few to report a change.", err=True)


def _dumped(found: dict[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False, allow_nan=False)


def _shown(value: float | None, digits: int = 2) -> str:
    return "no test" if value is None else str(round_half_up(value, digits))


def _chance(p: float | None) -> str:
    return "no test" if p is None else "p under 0.001" if p < 0.001 else f"p {round_half_up(p, 3)}"


def _spread(mean: float | None, sd: float | None) -> str:
    return _shown(mean) if sd is None else f"{_shown(mean)} (standard deviation {_shown(sd)})"


def _paired_lines(change: PairedChange) -> str:
    ends = change.interval
    tested = "no test" if change.t is None else f"t({change.df}) {_shown(change.t)}, {_chance(change.p_t)}"
    return _lines(
        ("Pairs", f"{change.n_pairs:,}"),
        ("Mean before", _spread(change.mean_pre, change.sd_pre)),
        ("Mean after", _spread(change.mean_post, change.sd_post)),
        ("Mean difference", _shown(change.mean_diff)),
        ("95% interval", "no test" if ends is None else f"{_shown(ends[0])} to {_shown(ends[1])}"),
        ("t test", tested),
        ("Wilcoxon", f"{_chance(change.p_wilcoxon_exact_with_ties)} ({change.wilcoxon_words})"),
        ("d_z (difference / its standard deviation)", _shown(change.d_z)),
        ("d_av (difference / mean standard deviation)", _shown(change.d_av_mean_sd)),
        ("Improved, same, worse", f"{change.n_improved:,}, {change.n_same:,}, {change.n_worse:,}"),
    )


def _shift_lines(table: ShiftTable) -> str:
    names = [f"{level:g}" if isinstance(level, float) else str(level) for level in table.levels]
    found = table.bowker
    tested = "no test: nobody moved"
    if found is not None:
        tested = f"chi-squared({found.df}) {_shown(found.statistic)}, {_chance(found.p)}"
    rows = ["\t".join([name, *(str(count) for count in row)]) for name, row in zip(names, table.counts, strict=True)]
    return "\n".join(
        [
            "\t".join(["Before, down; after, across", *names]),
            *rows,
            _lines(
                ("Improved, same, worse", f"{table.improved:,}, {table.same:,}, {table.worse:,}"),
                ("Bowker’s test of symmetry", tested),
            ),
        ]
    )


def _lines(*pairs: tuple[str, str]) -> str:
    return "\n".join("\t".join(pair) for pair in pairs)
