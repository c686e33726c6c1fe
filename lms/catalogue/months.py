"""Which part of the time the catalogue shows, and a month as a calendar. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from lms.catalogue.models import CourseSession
from lms.catalogue.rules import month_after, months_of, parse_month, weeks
from lms.dates import london

T = TypeVar("T")


def starts_of(session: CourseSession) -> list[datetime]:
    """When each date of a session starts."""
    return [one.starts_at for one in session.dates]


def months_from(first: date, last: date) -> list[date]:
    """Every month from that of one day to that of another, as their first days.

    >>> [f"{month:%b %y}" for month in months_from(date(2024, 11, 5), date(2025, 1, 1))]
    ['Nov 24', 'Dec 24', 'Jan 25']
    """
    months = [first.replace(day=1)]
    while (following := month_after(months[-1])) <= last:
        months.append(following)
    return months


@dataclass(frozen=True)
class Span:
    """Which part of the time is shown, and how: one month as a list or as a calendar, or every course without its time."""

    #: The first day of the month that is shown; None: every course.
    month: date | None
    #: The months to choose from.
    months: Sequence[date]
    as_grid: bool

    @property
    def every(self) -> bool:
        """Is every course shown, with dates or without?"""
        return self.month is None

    @property
    def address(self) -> dict[str, str]:
        """How an address says it."""
        view = {"view": "month"} if self.as_grid else {}
        return view | ({"month": f"{self.month:%Y-%m}"} if self.month else {"list": "all"} if self.months else {})

    @property
    def neighbours(self) -> tuple[date | None, date | None]:
        """The month before and the month after, where there is one to choose."""
        if self.month is None:
            return None, None
        here = self.months.index(self.month)
        return (self.months[here - 1] if here else None), next(iter(self.months[here + 1 :]), None)

    def links(self) -> list[tuple[str, date, bool]]:
        """The months as (word, month, is it this one). The year stands only where it is needed."""
        names = [f"{month:%B}" for month in self.months]
        return [
            (name if names.count(name) == 1 else f"{month:%B %Y}", month, month == self.month)
            for name, month in zip(names, self.months, strict=True)
        ]

    def shown(self, sessions: Iterable[CourseSession]) -> list[CourseSession]:
        """The sessions of the month: in a list those that begin in it, in a calendar those with a date in it."""
        return [one for one in sessions if self.month in months_of(starts_of(one) if self.as_grid else [one.starts_at])]


def asks_for_grid(asked: Mapping[str, str]) -> bool:
    """Does the address ask for a calendar?"""
    return asked.get("view") == "month"


def span_of(sessions: Sequence[CourseSession], asked: Mapping[str, str], *, today: date, after: date | None) -> Span:
    """What to show of these sessions, as the address asks: `month=2024-11`, `view=month`, `list=all`.

    A list chooses among the months with sessions. A calendar chooses among all months from now, or from the day asked for,
    to the last with a session. Another month, or nonsense, is the first with a session; without any, every course is shown.
    """
    as_grid = asks_for_grid(asked)
    months = months_of(start for one in sessions for start in (starts_of(one) if as_grid else [one.starts_at]))
    if not months or asked.get("list") == "all":
        return Span(None, months, as_grid=False)
    choice = months_from(max(today, after or today), months[-1]) if as_grid else months
    month = parse_month(asked.get("month", ""))
    return Span(month if month in choice else months[0], choice, as_grid)


@dataclass(frozen=True)
class Day(Generic[T]):
    """One day of a calendar month, and what starts on it, earliest first."""

    date: date
    today: bool
    #: The bank holiday it is; empty: none.
    holiday: str
    starts: Sequence[tuple[datetime, T]]


def month_grid(
    month: date, dated: Iterable[tuple[datetime, T]], *, today: date, holidays: Mapping[date, str]
) -> list[list[Day[T] | None]]:
    """The days of a month by week from Monday, each with what starts on it by the clock of London; None: another month's."""
    by_day: dict[date, list[tuple[datetime, T]]] = defaultdict(list)
    for starts_at, what in dated:
        by_day[london(starts_at).date()].append((starts_at, what))

    def day(number: int) -> Day[T] | None:
        if not number:
            return None
        this = month.replace(day=number)
        starts = sorted(by_day.get(this, ()), key=lambda one: one[0])
        return Day(this, this == today, holiday_words(holidays.get(this, "")), starts)

    return [[day(number) for number in week] for week in weeks(month)]


def holiday_words(name: str) -> str:
    """A bank holiday as the calendar names it.

    >>> holiday_words("New Year's Day"), holiday_words("Spring Bank Holiday"), holiday_words("Boxing Day (observed)")
    ('New Year’s Day, bank holiday', 'Spring bank holiday', 'Boxing Day, bank holiday instead')
    >>> holiday_words("May Day"), holiday_words("Good Friday"), holiday_words("")
    ('May Day, bank holiday', 'Good Friday, bank holiday', '')
    """
    said = name.replace("'", "’").removesuffix(" (observed)")
    if said.endswith("Bank Holiday"):
        said = said[:1] + said[1:].lower()
    elif said:
        said += ", bank holiday"
    return f"{said} instead" if said and name.endswith("(observed)") else said
