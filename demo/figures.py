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
FILES = {
    "wakefield": "wakefield_2022_23.csv",
    "wakefield_masa": "wakefield_masa_2024.csv",
    "kirklees": "kirklees_2023_24.csv",
}


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
    #: Its number in the list of contradictions that were found; several of ours may be parts of one.
    number: str
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
        number="C1",
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
        number="C2a",
        partnership="wakefield",
        table="ebulletin_sector",
        stated="955 a year before (1,035 less a rise of 80)",
        counted="953 when the 13 sectors of 31 March 2022 are added",
        difference="2 fewer than stated",
        rule="We count the earlier year from its own rows, never back from a change.",
    ),
    Contradiction(
        id="ebulletin-change",
        number="C2b",
        partnership="wakefield",
        table="ebulletin_sector",
        stated="a rise of 80 over the year",
        counted="a rise of 105: the changes of the 13 sectors added, and 1,058 less 953",
        difference="25 more than stated",
        rule="A change is the difference between two counted totals. It is never typed in.",
    ),
    Contradiction(
        id="education-units",
        number="C9",
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
        number="C14",
        partnership="kirklees",
        table="core_training",
        stated="report year 1 April 2023 to 31 March 2024",
        counted="September 2023 to September 2024 on the table: 13 months, ending 6 months after the report year",
        difference="1 month longer than a year, and only 7 months inside the report year",
        rule="A table prints its own period in full and says so when that is not the period of the report.",
    ),
    Contradiction(
        id="elearning-bookings",
        number="C16",
        partnership="kirklees",
        table="elearning_bookings",
        stated="3,954 bookings, below a table of classroom delegates",
        counted="no period is printed, and nothing is said of who started or completed",
        difference="bookings are not delegates: 3,954 and 872 have no sum",
        rule="Booked, started and completed are three columns. None of them is added to delegates of sessions, "
        "and a published figure without a period is shown as “period not stated”.",
    ),
    Contradiction(
        id="child-deaths-categories",
        number="C3",
        partnership="wakefield",
        table="cdop",
        stated="17 deaths reviewed",
        counted="19 when the nine categories are added",
        difference="2 more than stated",
        rule="A table whose rows may count somebody twice says so; where it does not say so, rows and total are "
        "compared and both are shown.",
    ),
    Contradiction(
        id="groups-number",
        number="C4",
        partnership="wakefield",
        table="groups",
        stated="five sub-groups",
        counted="the same paragraph parts Learning and Development into two groups, so there are five or six",
        difference="5 or 6",
        rule="Groups are rows of the records and are counted; their number is never typed.",
    ),
    Contradiction(
        id="conferences-two-lists",
        number="C5",
        partnership="wakefield",
        table="kpi",
        stated="conferences held in time: kept up or better",
        counted="the same measure stands in the list of those that went up and down",
        difference="two states of one measure",
        rule="A measure has one state for one period, by a rule that is shown.",
    ),
    Contradiction(
        id="reach-target",
        number="C6",
        partnership="wakefield",
        table="icon",
        stated="a reach of 123,500, beyond the target “by 500%”",
        counted="the target is 20,583 if that is meant as written, and 24,700 if 500% of it is meant",
        difference="4,117 between the two targets",
        rule="“Of the target” and “above the target” are different words. A share prints its base.",
    ),
    Contradiction(
        id="period-labels",
        number="C7",
        partnership="wakefield",
        table="labels",
        stated="a report of 2022-23",
        counted="its headings speak of progress since 2020-21 and of the focus for 2022-23",
        difference="two other periods",
        rule="Labels of a period follow from its two days. They are never typed.",
    ),
    Contradiction(
        id="numbering",
        number="C8",
        partnership="wakefield",
        table="numbering",
        stated="an area of work numbered 1",
        counted="the same area again as number 3, with the effects of another",
        difference="one number twice",
        rule="Numbers of a list are made when it is printed.",
    ),
    Contradiction(
        id="percentages-without-base",
        number="C10",
        partnership="wakefield",
        table="training_summary",
        stated="over 90% said their skills were better; 95% found it of great use some months later",
        counted="neither says of how many, who was asked, or that the two questions are the same",
        difference="no base",
        rule="A percentage prints its number and its base. 95% of 20 people and 95% of 400 are not the same "
        "finding: 76 to 99, and 92 to 97.",
    ),
    Contradiction(
        id="website-measures",
        number="C11",
        partnership="wakefield",
        table="website",
        stated="69% of users came back, and 31% were new",
        counted="69.0% of views were unique views too, and the five most read pages are 33.5% of views: other bases",
        difference="users, views and unique views",
        rule="Users, views and unique views are three measures. None is a share of another unless both are printed.",
    ),
    Contradiction(
        id="practitioners-no-courses",
        number="C12",
        partnership="wakefield",
        table="training_summary",
        stated="over 900 practitioners took part",
        counted="nothing is printed course by course, so the figure cannot be counted again",
        difference="no rows",
        rule="We print each course with its sessions, delegates and people, and the total of people counted once.",
    ),
    Contradiction(
        id="champions-number",
        number="C13",
        partnership="wakefield",
        table="champions",
        stated="neglect champions signed up",
        counted="how many is not printed",
        difference="no figure",
        rule="A figure that is not there is said to be missing. It is never printed as nought.",
    ),
    Contradiction(
        id="two-periods",
        number="C15",
        partnership="kirklees",
        table="period",
        stated="a table for April 2023 to March 2024",
        counted="another part of the report speaks of September 2023 to September 2024",
        difference="two periods in one report",
        rule="One report has one period; a table of another prints its own and is flagged.",
    ),
    Contradiction(
        id="referrals-base",
        number="C17",
        partnership="kirklees",
        table="referrals",
        stated="749 referrals that were a second one",
        counted="842 children had a second referral, and the outcomes of 749 are listed",
        difference="events and children",
        rule="Events and children are two bases. A share names which it is of, and the two are never added.",
    ),
    Contradiction(
        id="population-date",
        number="C18",
        partnership="kirklees",
        table="population",
        stated="a population from the census of 2021",
        counted="the figure printed is of 2022: 437,593",
        difference="another source and another day",
        rule="A figure carries its source and its day wherever it is printed.",
    ),
    Contradiction(
        id="budget-total",
        number="C19",
        partnership="kirklees",
        table="budget",
        stated="an income of 291,393 pounds",
        counted="the five headings of expenses come to 291,393 as well; no balance, no earlier year, and training is "
        "6.6% of it",
        difference="balance 0",
        rule="Totals and the balance are worked out from the rows, and a stated total is compared with them.",
    ),
    Contradiction(
        id="report-title",
        number="C20",
        partnership="kirklees",
        table="title",
        stated="an assurance report for 2023-24",
        counted="its introduction calls it the annual report",
        difference="two names",
        rule="The kind and the title of a report are settings, and stand the same everywhere.",
    ),
    Contradiction(
        id="delivery-mode",
        number="C21",
        partnership="kirklees",
        table="delivery_mode",
        stated="half online and half in a classroom",
        counted="the table does not say which of the 62 sessions were which",
        difference="no rows",
        rule="How a session is held is a fact of the session, and the share is counted from them.",
    ),
)
