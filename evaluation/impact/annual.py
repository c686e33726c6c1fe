"""The learning chapter of the annual report as one value: every count from single records, for one stated period.

Published figures stand beside the counts where a document printed the same table for the same period. Where they disagree,
or where a document contradicts itself, that is said; nothing is ever adjusted to make them agree. Figures in different
units are not added.
"""

import re
from dataclasses import dataclass
from datetime import date

from evaluation.impact import annual_counts as counts
from evaluation.impact import annual_effect as effect
from evaluation.impact import annual_published as documents
from evaluation.impact.annual_counts import ELearningRow, Printed, PriorityRow, Published, SchoolRow, SectorRow, Taught
from evaluation.impact.annual_effect import EffectRow, YouSaid
from evaluation.impact.annual_money import Money, money
from evaluation.impact.annual_published import PrintedTable
from lms import dates
from lms.catalogue.models import CountedBy, Mode
from lms.errors import RuleBroken
from lms.organisations.queries import priorities
from lms.words import plural

#: The days a period may hold; nothing was recorded before, and later ones are slips of the keyboard.
EARLIEST, LATEST = date(1990, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True)
class Flag:
    """Something a reader must know about one table: which, what was stated, what was counted, and what we do about it."""

    table: str
    stated: str
    counted: str
    difference: str
    rule: str


@dataclass(frozen=True)
class Annual:
    """The chapter for one period, as it stands on the day `today`."""

    year: str
    first: date
    last: date
    today: date
    taught: Taught
    elearning: tuple[ELearningRow, ...]
    schools: tuple[SchoolRow, ...]
    schools_reached: int
    bulletin: tuple[SectorRow, ...]
    published_subscribers: Printed | None
    editions_monthly: int
    editions_special: int
    published_editions: Printed | None
    published_monthly: Printed | None
    published_special: Printed | None
    priorities: tuple[PriorityRow, ...]
    plan: str
    modes: tuple[tuple[Mode, int], ...]
    money: Money
    printed: dict[str, PrintedTable]
    effects: tuple[EffectRow, ...]
    you_said: tuple[YouSaid, ...]
    quotes: tuple[str, ...]
    flags: tuple[Flag, ...]

    @property
    def period(self) -> str:
        """The period in words, always written out of its two days."""
        return dates.period(self.first, self.last)

    @property
    def months(self) -> int:
        """How many calendar months the period touches."""
        return months_of(self.first, self.last)

    @property
    def is_report_year(self) -> bool:
        """Is the period the report year it is named after?"""
        return (self.first, self.last) == report_year(self.year)

    @property
    def bulletin_day(self) -> date:
        """The day subscribers are counted on: the last of the period, or today where that is still to come."""
        return min(self.last, self.today)

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


def months_of(first: date, last: date) -> int:
    """How many calendar months a period touches.

    >>> months_of(date(2023, 9, 1), date(2024, 9, 30))
    13
    """
    return (last.year - first.year) * 12 + last.month - first.month + 1


def report_year(year: str) -> tuple[date, date]:
    """The first and last day of a report year: “2023-24” is 1 April 2023 to 31 March 2024. RuleBroken for anything else."""
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})", year)
    if not found or (int(found[1]) + 1) % 100 != int(found[2]) or not EARLIEST.year <= int(found[1]) < LATEST.year:
        raise RuleBroken(f"“{year}” is not a report year. Write it like 2023-24")
    start = int(found[1])
    return date(start, 4, 1), date(start + 1, 3, 31)


def year_of(day: date) -> str:
    """The report year a day lies in.

    >>> year_of(date(2024, 3, 31)), year_of(date(2024, 4, 1))
    ('2023-24', '2024-25')
    """
    start = day.year if day.month > 3 else day.year - 1
    return f"{start}-{(start + 1) % 100:02}"


def check_period(first: date, last: date, today: date) -> None:
    """RuleBroken unless the period ends after it begins, lies in our time, and has begun by `today`."""
    if last < first:
        raise RuleBroken("The period ends before it begins")
    if first < EARLIEST or last > LATEST:
        raise RuleBroken(f"Choose days from {dates.period(EARLIEST, LATEST)}")
    if first > today:
        raise RuleBroken(f"The period begins on {dates.day(first)}, so there is nothing to count yet")


def annual(year: str, *, first: date | None = None, last: date | None = None, today: date) -> Annual:
    """Count the chapter of a report year, or of another period (`first` to `last`, both days included) under its name.

    RuleBroken when the year is none or nothing can be counted in the period.
    """
    year_first, year_last = report_year(year)
    first, last = first or year_first, last or year_last
    check_period(first, last, today)
    published = counts.published()
    bulletin = counts.bulletin(min(last, today), published)
    taught = counts.taught(first, last, published)
    elearning = counts.elearning(first, last, published)
    schools = counts.schools(first, last, published)
    plan = priorities()
    spent = money(first, last)
    tables = documents.printed_tables(published, first, last)
    printed = {
        "core_training": bool(taught.rows),
        "delivery_mode": bool(taught.rows),
        "elearning_bookings": bool(elearning),
        "education_training": bool(schools),
        "ebulletin_sector": bool(bulletin),
        "budget": bool(spent.budgets) or "budget" in tables,
        **{name: name in tables for name in ("training_summary", "website", "referrals")},
    }
    return Annual(
        year=year,
        first=first,
        last=last,
        today=today,
        taught=taught,
        elearning=elearning,
        schools=schools,
        schools_reached=counts.schools_reached(first, last),
        bulletin=bulletin,
        published_subscribers=counts.value(published, "ebulletin", "subscribers", "people", last, last),
        editions_monthly=counts.editions(first, last, special=False),
        editions_special=counts.editions(first, last, special=True),
        published_editions=counts.value(published, "ebulletin", "editions", "editions", first, last),
        published_monthly=counts.value(published, "ebulletin", "monthly", "editions", first, last),
        published_special=counts.value(published, "ebulletin", "special", "editions", first, last),
        priorities=counts.priorities(),
        plan=plan[0].plan if plan else "",
        modes=effect.modes(first, last),
        money=spent,
        printed=tables,
        effects=effect.effects(year) if (first, last) == (year_first, year_last) else (),
        you_said=effect.said_and_done(first, last),
        quotes=effect.quotes(first, last),
        flags=(
            *_period_flags((first, last), (year_first, year_last), today),
            *_contradictions((first, last), printed, published),
        ),
    )


def _period_flags(period: tuple[date, date], year: tuple[date, date], today: date) -> list[Flag]:
    """What to know of the period: it is not the report year, or it has not ended."""
    flags = []
    if period != year:
        months = months_of(*period)
        flags.append(
            Flag(
                "period",
                f"the report year is {dates.period(*year)}",
                f"this report counts {dates.period(*period)}, {plural(months, 'month')}",
                "",
                "Every table is for the period printed above it. It is not the report year, and not to be compared with one.",
            )
        )
    if today < period[1]:
        flags.append(
            Flag(
                "period",
                f"the period ends on {dates.day(period[1])}",
                f"the records end on {dates.day(today)}",
                "",
                "The counts of a period that has not ended will still change.",
            )
        )
    return flags


def _contradictions(period: tuple[date, date], printed: dict[str, bool], published: Published) -> list[Flag]:
    """The known contradictions of the tables that are printed, where the document speaks of this time or of none."""
    # The table of subscribers prints a second day, a year before the last.
    since = {"ebulletin_sector": min(period[0], counts.year_before(period[1]))}
    spoken_of = {
        figure.table
        for figures in published.values()
        for figure in figures
        if figure.period_end is None
        or (
            figure.period_end >= since.get(figure.table, period[0])
            and (figure.period_start or figure.period_end) <= period[1]
        )
    }
    return [
        Flag(one.table, one.stated, one.counted, one.difference, one.rule)
        for one in counts.known_contradictions()
        if printed.get(one.table) and documents.SPOKEN_OF.get(one.table, one.table) in spoken_of
    ]
