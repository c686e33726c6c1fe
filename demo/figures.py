"""The published figures the product prints or compares with, and where the reports contradict themselves.

The figures are facts taken from two public reports; the wording beside them is ours. They lie in `demo/figures/`, one
file for each partnership. `source_page_or_line` counts lines in the text of the document as it was published.
"""

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "figures"
FILES = {"wakefield": "wakefield_2022_23.csv", "kirklees": "kirklees_2023_24.csv"}


@dataclass(frozen=True)
class Figure:
    """One printed number. `period_start` and `period_end` are equal for a count on a day, None where not printed.

    `key` is the course code, the sector key or a short name; `qualifier` is “over” for a floor (“over 900”).
    """

    table: str
    key: str
    label: str
    value: Decimal
    unit: str
    qualifier: str
    period_start: date | None
    period_end: date | None
    source_document: str
    source_page_or_line: str


@dataclass(frozen=True)
class Contradiction:
    """Where a printed table disagrees with itself, and what the product does about it. All texts are ours."""

    id: str
    partnership: str
    table: str
    stated: str
    counted: str
    difference: str
    rule: str


@cache
def read_figures(partnership: str) -> tuple[Figure, ...]:
    """Every figure of `wakefield` or `kirklees`, in the order of the file. KeyError for any other name."""
    with (FOLDER / FILES[partnership]).open(encoding="utf-8", newline="") as lines:
        return tuple(
            Figure(
                table=row["table"],
                key=row["key"],
                label=row["label"],
                value=Decimal(row["value"]),
                unit=row["unit"],
                qualifier=row["qualifier"],
                period_start=_day(row["period_start"]),
                period_end=_day(row["period_end"]),
                source_document=row["source_document"],
                source_page_or_line=row["source_page_or_line"],
            )
            for row in csv.DictReader(lines)
        )


def figures_of(partnership: str, table: str) -> tuple[Figure, ...]:
    """The figures of one printed table, in printed order; empty if the partnership printed no such table."""
    return tuple(figure for figure in read_figures(partnership) if figure.table == table)


def figure_of(partnership: str, table: str, key: str, *, unit: str | None = None, on: date | None = None) -> Figure:
    """The one figure with that key. `unit` and `on` (the last day of its period) choose where a key has several.

    Raises LookupError when none or more than one fits.
    """
    found = [
        figure
        for figure in figures_of(partnership, table)
        if figure.key == key and unit in (None, figure.unit) and on in (None, figure.period_end)
    ]
    if len(found) != 1:
        raise LookupError(f"{len(found)} figures for {partnership}, {table}, {key}, {unit}, {on}")
    return found[0]


def contradictions_of(partnership: str, table: str | None = None) -> tuple[Contradiction, ...]:
    """Known contradictions of a partnership’s report, of one table or of all."""
    return tuple(
        contradiction
        for contradiction in CONTRADICTIONS
        if contradiction.partnership == partnership and table in (None, contradiction.table)
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


CONTRADICTIONS = (
    Contradiction(
        id="ebulletin-total",
        partnership="wakefield",
        table="ebulletin_sector",
        stated="1,035 subscribers on 31 March 2023",
        counted="1,058 when the 13 sectors are added",
        difference="23 more than stated",
        rule="We print the counted total. The published total stands beside it, marked as published. "
        "No sector is changed to make the two agree.",
    ),
    Contradiction(
        id="ebulletin-previous",
        partnership="wakefield",
        table="ebulletin_sector",
        stated="955 a year before (1,035 less a rise of 80)",
        counted="953 when the 13 sectors of 31 March 2022 are added",
        difference="2 fewer than stated",
        rule="We count the earlier year from its own rows, never back from a change.",
    ),
    Contradiction(
        id="ebulletin-change",
        partnership="wakefield",
        table="ebulletin_sector",
        stated="a rise of 80 over the year",
        counted="a rise of 105: the changes of the 13 sectors added, and 1,058 less 953",
        difference="25 more than stated",
        rule="A change is the difference between two counted totals. It is never typed in.",
    ),
    Contradiction(
        id="education-units",
        partnership="wakefield",
        table="education_training",
        stated="six kinds of training in one table",
        counted="two are counted in schools (62 and 59), four in sessions (21, 20, 3 and 2); people are not given",
        difference="two units, so there is no total",
        rule="Schools and sessions are never added together. Each row shows its schools, sessions and people, "
        "and schools that came to two courses are counted once when schools are added.",
    ),
    Contradiction(
        id="core-training-period",
        partnership="kirklees",
        table="core_training",
        stated="report year 1 April 2023 to 31 March 2024",
        counted="September 2023 to September 2024 on the table: 13 months, ending 6 months after the report year",
        difference="1 month longer than a year, and only 7 months inside the report year",
        rule="A table prints its own period in full and says so when that is not the period of the report.",
    ),
    Contradiction(
        id="elearning-bookings",
        partnership="kirklees",
        table="elearning_bookings",
        stated="3,954 bookings, below a table of classroom delegates",
        counted="no period is printed, and nothing is said of who started or completed",
        difference="bookings are not delegates: 3,954 and 872 have no sum",
        rule="Booked, started and completed are three columns. None of them is added to delegates of sessions, "
        "and a published figure without a period is shown as “period not stated”.",
    ),
)
