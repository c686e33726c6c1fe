"""Working days: Monday to Friday without England’s bank holidays, counted on the calendar of London.

A deadline is an instant (UTC); what it allows is allowed up to and including it. A limit counted in days ends with a day, so
its deadline is the midnight after that day: people read `last_day` or `until`, never the date of the instant.
"""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from holidays import country_holidays

from lms import dates
from lms.dates import LONDON, from_london, london

#: Filled beforehand: the library fills a year when it is first asked for, and two threads may ask at the same moment.
ENGLAND = country_holidays("GB", subdiv="ENG", years=range(2015, 2051))


class Unit(StrEnum):
    """What the notice somebody gives is counted in. `label` is the word people read."""

    WORKING_DAYS = "working_days"
    DAYS = "days"
    HOURS = "hours"

    @property
    def label(self) -> str:
        """The unit in words, for several of it.

        >>> [unit.label for unit in Unit]
        ['working days', 'days', 'hours']
        """
        return self.value.replace("_", " ")

    def words(self, amount: int) -> str:
        """So many of it, in words.

        >>> Unit.WORKING_DAYS.words(3), Unit.HOURS.words(1)
        ('3 working days', '1 hour')
        """
        return f"{amount} {self.label if amount != 1 else self.label.removesuffix('s')}"


def is_working_day(day: date) -> bool:
    """Is this a day on which offices in England work? When a bank holiday falls on a weekend, the day instead of it is none.

    >>> [is_working_day(date(2026, 12, day)) for day in (24, 25, 26, 27, 28, 29)]
    [True, False, False, False, False, True]
    """
    return ENGLAND.is_working_day(day)


def add_working_days(day: date, n: int) -> date:
    """The n-th working day after a day, or before it where n is negative. With 0 the day itself, or the next that works.

    >>> maundy_thursday = date(2026, 4, 2)
    >>> [add_working_days(maundy_thursday, n).isoformat() for n in (-1, 0, 1, 2)]
    ['2026-04-01', '2026-04-02', '2026-04-07', '2026-04-08']
    """
    return ENGLAND.get_nth_working_day(day, n)


def deadline_before(starts_at: datetime, amount: int, unit: Unit) -> datetime:
    """The last instant at which a place can be given up with so much notice. ValueError if `amount` is negative.

    Days are whole days that lie between, so neither the day of telling us counts nor the day of the session. Three working
    days before Tuesday 5 November are Thursday, Friday and Monday: the last day to tell us is Wednesday 30 October, until
    midnight. Counted the other way it would be Thursday, and the partnership would have two days left of its three. Where a
    weekend lies before those days, it can still be used. Hours are hours that pass, also in a night when the clocks change.
    No notice at all is until the start, in every unit.

    >>> tuesday = from_london(date(2024, 11, 5), 9, 30)
    >>> [until(deadline_before(tuesday, amount, Unit.WORKING_DAYS)) for amount in (3, 2)]
    ['the end of Wednesday 30 October 2024', 'the end of Thursday 31 October 2024']
    >>> [until(deadline_before(tuesday, 3, unit)) for unit in (Unit.DAYS, Unit.HOURS)]
    ['the end of Friday 1 November 2024', '6:30am on Tuesday 5 November 2024']
    >>> [until(deadline_before(tuesday, amount, Unit.WORKING_DAYS)) for amount in (1, 0)]
    ['the end of Sunday 3 November 2024', '9:30am on Tuesday 5 November 2024']
    """
    if amount < 0:
        raise ValueError("Notice cannot be less than none.")
    if unit is Unit.HOURS or amount == 0:
        return starts_at.astimezone(UTC) - timedelta(hours=amount)
    first = london(starts_at).date()
    if unit is Unit.DAYS:
        return from_london(first - timedelta(days=amount))
    return from_london(add_working_days(first, -amount))


def in_working_days(moment: datetime, n: int) -> datetime:
    """The same time in London, n working days later, or earlier where n is negative. From a day that is none it counts from the
    next that is.

    >>> [f"{in_working_days(from_london(date(2024, 8, day), 16), 5):%a %d %b %H:%M}" for day in (23, 24)]
    ['Mon 02 Sep 15:00', 'Tue 03 Sep 15:00']

    (Monday 26 August was a bank holiday, so what arrives on Saturday 24 counts from Tuesday 27.)
    """
    here = london(moment)
    day = add_working_days(add_working_days(here.date(), 0), n)
    return datetime.combine(day, here.time(), LONDON).astimezone(UTC)


def within_last_working_days(starts_at: datetime, n: int, now: datetime) -> bool:
    """Is the deadline of so many working days before the start over? With 0: has it begun?

    >>> tuesday = from_london(date(2024, 11, 5), 9, 30)
    >>> [within_last_working_days(tuesday, 3, from_london(date(2024, 10, day), 23, 59)) for day in (30, 31)]
    [False, True]
    """
    return now > deadline_before(starts_at, n, Unit.WORKING_DAYS)


def last_day(deadline: datetime) -> date:
    """The day a deadline is on, as people say it: midnight ends a day and begins none."""
    return london(deadline - timedelta(microseconds=1)).date()


def until(deadline: datetime) -> str:
    """A deadline in words, to follow “until” or “by”. A midnight is the end of the day before it."""
    if london(deadline).time() == time():
        return f"the end of {dates.weekday(last_day(deadline))}"
    return f"{dates.time(deadline)} on {dates.weekday(deadline)}"
