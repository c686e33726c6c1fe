"""On which days copies of a session are. Pure."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from lms import dates
from lms.dates import LONDON, london
from lms.errors import RuleBroken
from lms.form_dates import read_date
from lms.words import listing, plural
from lms.working_days import ENGLAND

#: At most so many copies at once: every week of a year.
MOST = 53

NO_DAYS = "Enter at least one day"
TOO_MANY = f"Enter no more than {MOST} days at once"
NO_TITLE = "Enter a name"
SAME_WEEK = "Choose a day of another week: these sessions are in that one already."
NOT_EMPTY = "There are sessions in it. Take them out first."
NO_DRAFTS = "There is no draft to publish."


class Every(StrEnum):
    """How often a copy is made. `label` is the word people read."""

    ONCE = "once"
    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"
    DAYS = "days"

    @property
    def label(self) -> str:
        """How often, in words."""
        return LABELS[self]


LABELS = {
    Every.ONCE: "Once",
    Every.WEEK: "Every week",
    Every.FORTNIGHT: "Every two weeks",
    Every.MONTH: "Every month, on the same weekday",
    Every.DAYS: "On days I write down",
}


def days_of(first: date, every: Every, times: int) -> list[date]:
    """The days from the first on. A month goes by the weekday: the second Tuesday, or the last where there is no fifth.

    >>> [f"{day:%a %d %b}" for day in days_of(date(2024, 10, 29), Every.MONTH, 4)]
    ['Tue 29 Oct', 'Tue 26 Nov', 'Tue 31 Dec', 'Tue 28 Jan']
    >>> [f"{day:%a %d %b}" for day in days_of(date(2024, 10, 29), Every.FORTNIGHT, 3)]
    ['Tue 29 Oct', 'Tue 12 Nov', 'Tue 26 Nov']
    """
    if every is Every.MONTH:
        return [_same_weekday(first, months) for months in range(times)]
    step = timedelta(days=14 if every is Every.FORTNIGHT else 7)
    return [first + number * step for number in range(1 if every is Every.ONCE else times)]


def _same_weekday(first: date, months: int) -> date:
    """The same weekday of the same week, so many months later."""
    number = first.year * 12 + first.month - 1 + months
    begins = date(number // 12, number % 12 + 1, 1)
    day = begins + timedelta(days=(first.weekday() - begins.weekday()) % 7 + 7 * ((first.day - 1) // 7))
    return day if day.month == begins.month else day - timedelta(days=7)


def read_days(text: str) -> list[date]:
    """Days as people write them, one on a line. RuleBroken names the line that is none.

    >>> [day.isoformat() for day in read_days("5 November 2024\\n12/11/2024\\n\\n2024-11-19")]
    ['2024-11-05', '2024-11-12', '2024-11-19']
    """
    days = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        parts = [part for part in re.split(r"[\s/.,-]+", line) if part]
        if len(parts) == 4 and parts[0].isalpha():
            parts = parts[1:]
        if parts and len(parts[0]) == 4:
            parts.reverse()
        try:
            days.append(read_date(parts if len(parts) == 3 else ["", "", ""], "the day"))
        except ValueError:
            raise RuleBroken(f"“{line[:40]}” is not a day. Enter one on each line, like 5 November 2024") from None
    return sorted(set(days))


def check_days(days: Sequence[date], today: date) -> None:
    """There are some, not too many, and all are still to come."""
    if not days:
        raise RuleBroken(NO_DAYS)
    if len(days) > MOST:
        raise RuleBroken(TOO_MANY)
    if over := [day for day in days if day <= today]:
        raise RuleBroken(f"Enter days that are still to come. {dates.day(over[0])} is not")


def holiday(days: Iterable[date]) -> str:
    """The bank holiday in England one of these days is; empty: none.

    >>> holiday([date(2025, 8, 24), date(2025, 8, 25)])
    'Late Summer Bank Holiday'
    """
    return next((str(ENGLAND[day]) for day in days if day in ENGLAND), "")


def shifted(moment: datetime, days: int) -> datetime:
    """The same time on the clocks of London, so many days later.

    >>> shifted(datetime(2024, 10, 22, 8, 30, tzinfo=UTC), 14).isoformat()
    '2024-11-05T09:30:00+00:00'
    """
    here = london(moment)
    return datetime.combine(here.date() + timedelta(days=days), here.time(), LONDON).astimezone(UTC)


def weeks_between(first: date, to: date) -> int:
    """How many weeks the week of one day is after that of another. RuleBroken where it is the same week.

    >>> weeks_between(date(2024, 10, 8), date(2025, 10, 6))
    52
    """
    weeks = (dates.monday(to) - dates.monday(first)).days // 7
    if weeks == 0:
        raise RuleBroken(SAME_WEEK)
    return weeks


@dataclass(frozen=True)
class LeftOut:
    """A day on which no copy was made, and why."""

    day: date
    why: str


def copied_words(made: int, left_out: Sequence[LeftOut]) -> str:
    """What became of copying, in a sentence or two.

    >>> copied_words(1, [LeftOut(date(2025, 8, 25), "Late Summer Bank Holiday")])
    '1 draft is made. Left out: 25 August 2025 (Late Summer Bank Holiday).'
    """
    said = f"{plural(made, 'draft is', 'drafts are')} made." if made else "No draft is made."
    words = [f"{dates.day(one.day)} ({one.why})" for one in left_out]
    return f"{said} Left out: {listing(words)}." if words else said


def key_of(title: str, taken: Collection[str]) -> str:
    """A key for a group, made of its title; never one that is an address of ours.

    >>> key_of("Safeguarding Week 2025", {"safeguarding-week-2025"}), key_of("New", ())
    ('safeguarding-week-2025-2', 'new-2')
    """
    plain = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:34].strip("-") or "group"
    taken = {*taken, "new"}
    return next(key for key in (plain, *(f"{plain}-{n}" for n in range(2, 1000))) if key not in taken)
