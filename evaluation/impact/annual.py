"""The learning chapter of the annual report as one value: every count from single records, for one stated period.

Published figures stand beside the counts where a document printed the same table for the same period. Where they disagree,
or where a document contradicts itself, that is said; nothing is ever adjusted to make them agree. Figures in different
units are not added.
"""

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from evaluation.impact import annual_counts as counts
from evaluation.impact.annual_counts import ELearningRow, PriorityRow, SchoolRow, SectorRow, Taught
from evaluation.impact.models import Contradiction
from lms import dates
from lms.catalogue.models import CountedBy
from lms.db import db
from lms.errors import RuleBroken
from lms.organisations.queries import priorities


@dataclass(frozen=True)
class Flag:
    """Something a reader must know about one table: which, what was stated, what was counted, and what we do about it."""

    table: str
    stated: str
    counted: str
    rule: str


@dataclass(frozen=True)
class Annual:
    """The chapter for one period."""

    year: str
    first: date
    last: date
    taught: Taught
    elearning: tuple[ELearningRow, ...]
    schools: tuple[SchoolRow, ...]
    schools_reached: int
    bulletin: tuple[SectorRow, ...]
    published_subscribers: str
    editions_monthly: int
    editions_special: int
    priorities: tuple[PriorityRow, ...]
    plan: str
    flags: tuple[Flag, ...]

    @property
    def period(self) -> str:
        """The period in words, always written out of its two days."""
        return dates.period(self.first, self.last)

    @property
    def months(self) -> int:
        """How many calendar months the period touches."""
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    @property
    def subscribers(self) -> int:
        """All subscribers at the end: the rows, added."""
        return sum(row.now for row in self.bulletin)

    @property
    def subscribers_before(self) -> int:
        """All subscribers a year before: the rows, added."""
        return sum(row.before for row in self.bulletin)

    @property
    def bookings(self) -> int:
        """All e-learning bookings: the rows, added. Never added to delegates."""
        return sum(row.booked for row in self.elearning)

    def in_unit(self, unit: CountedBy) -> tuple[SchoolRow, ...]:
        """School training counted in one unit. Two units have no total."""
        return tuple(row for row in self.schools if row.unit is unit)


def report_year(year: str) -> tuple[date, date]:
    """The first and last day of a report year: “2023-24” is 1 April 2023 to 31 March 2024. RuleBroken for anything else."""
    found = re.fullmatch(r"(\d{4})-(\d{2})", year)
    if not found or (int(found[1]) + 1) % 100 != int(found[2]):
        raise RuleBroken(f"“{year}” is not a report year. Write it like 2023-24")
    start = int(found[1])
    return date(start, 4, 1), date(start + 1, 3, 31)


def annual(year: str, *, first: date | None = None, last: date | None = None) -> Annual:
    """Count the chapter of a report year, or of another period (`first` to `last`, both days included) under its name.

    RuleBroken when the year is none or the period ends before it begins.
    """
    year_first, year_last = report_year(year)
    first, last = first or year_first, last or year_last
    if last < first:
        raise RuleBroken("The period ends before it begins")
    published = counts.published()
    bulletin = counts.bulletin(first, last, published)
    taught = counts.taught(first, last, published)
    elearning = counts.elearning(first, last, published)
    schools = counts.schools(first, last, published)
    plan = priorities()
    return Annual(
        year=year,
        first=first,
        last=last,
        taught=taught,
        elearning=elearning,
        schools=schools,
        schools_reached=counts.schools_reached(first, last),
        bulletin=bulletin,
        published_subscribers=counts.value(published, "ebulletin", "subscribers", "people", last, last),
        editions_monthly=counts.editions(first, last, special=False),
        editions_special=counts.editions(first, last, special=True),
        priorities=counts.priorities(),
        plan=plan[0].plan if plan else "",
        flags=_flags(
            (first, last),
            (year_first, year_last),
            {
                "core_training": bool(taught.rows),
                "elearning_bookings": bool(elearning),
                "education_training": bool(schools),
                "ebulletin_sector": bool(bulletin),
            },
        ),
    )


def _flags(period: tuple[date, date], year: tuple[date, date], printed: dict[str, bool]) -> tuple[Flag, ...]:
    """The known contradictions of the tables that are printed, and the period where it is not the report year."""
    flags = [
        Flag(one.table, one.stated, one.counted, one.rule)
        for one in db.session.scalars(select(Contradiction).order_by(Contradiction.id))
        if printed.get(one.table)
    ]
    if period != year:
        months = (period[1].year - period[0].year) * 12 + period[1].month - period[0].month + 1
        flags.insert(
            0,
            Flag(
                "period",
                f"report year {dates.period(*year)}",
                f"this report counts {dates.period(*period)}, {months} months",
                "Every table here is for the period printed above it. It is not the report year, and not to be compared "
                "with one.",
            ),
        )
    return tuple(flags)
