"""The clock, and how days and times are written. All instants are UTC; people see Europe/London."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, has_request_context

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """The time it is here: the machine's, or in the demonstration the stored clock that `lms run-due --at` moves."""
    if not current_app.config["DEMO"]:
        return datetime.now(UTC)
    if has_request_context() and "now" in g:
        moment: datetime = g.now
        return moment
    from lms.organisations.queries import partnership

    here = partnership()
    moment = here.demo_now if here and here.demo_now else datetime.now(UTC)
    if has_request_context():
        g.now = moment
    return moment


def check_clock() -> None:
    """RuntimeError where the machine's clock would run the jobs of a demonstration, whose people have a clock of their own."""
    from lms.organisations.queries import partnership

    here = partnership()
    if here and here.demo_now and not current_app.config["DEMO"]:
        raise RuntimeError("This database holds a demonstration. Set LMS_DEMO=1, or name another in LMS_DATABASE_URL.")


def london(moment: datetime) -> datetime:
    """The same instant on a clock in London."""
    return moment.astimezone(LONDON)


def from_london(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """The instant at which clocks in London show this day and time.

    >>> from_london(date(2024, 7, 1), 9, 30).isoformat()
    '2024-07-01T08:30:00+00:00'
    """
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON).astimezone(UTC)


def day(value: date | datetime | None) -> str:
    """
    >>> day(date(2024, 11, 5))
    '5 November 2024'
    """
    if value is None:
        return ""
    value = london(value) if isinstance(value, datetime) else value
    return f"{value.day} {value:%B %Y}"


def weekday(value: date | datetime) -> str:
    """
    >>> weekday(date(2024, 11, 5))
    'Tuesday 5 November 2024'
    """
    value = london(value) if isinstance(value, datetime) else value
    return f"{value:%A} {day(value)}"


def time(value: datetime) -> str:
    """
    >>> [time(from_london(date(2024, 11, 5), *clock)) for clock in ((9, 30), (13,), (12,))]
    ['9:30am', '1pm', '12pm']
    """
    value = london(value)
    minutes = f":{value:%M}" if value.minute else ""
    return f"{value.hour % 12 or 12}{minutes}{'am' if value.hour < 12 else 'pm'}"


def day_time(value: datetime | None) -> str:
    """
    >>> day_time(from_london(date(2024, 11, 5), 9, 30))
    '5 November 2024 at 9:30am'
    """
    return f"{day(value)} at {time(value)}" if value else ""


def when(starts_at: datetime, ends_at: datetime) -> str:
    """A session's date and times.

    >>> when(from_london(date(2024, 11, 5), 9, 30), from_london(date(2024, 11, 5), 13))
    'Tuesday 5 November 2024, 9:30am to 1pm'
    """
    if london(starts_at).date() == london(ends_at).date():
        return f"{weekday(starts_at)}, {time(starts_at)} to {time(ends_at)}"
    return f"{weekday(starts_at)}, {time(starts_at)} to {weekday(ends_at)}, {time(ends_at)}"


def month(value: date | datetime) -> str:
    """
    >>> month(date(2024, 11, 5))
    'November 2024'
    """
    value = london(value) if isinstance(value, datetime) else value
    return f"{value:%B %Y}"


def period(first: date, last: date) -> str:
    """
    >>> period(date(2023, 9, 1), date(2024, 9, 30))
    '1 September 2023 to 30 September 2024'
    """
    return f"{day(first)} to {day(last)}"


def monday(value: date) -> date:
    """The Monday of that day's week: the finest time an answer carries."""
    return value - timedelta(days=value.weekday())


def months_after(day: date, months: int) -> date:
    """The same day so many months later (or before, where negative); where that month is shorter, its last day.

    >>> [months_after(date(2024, 2, 29), months).isoformat() for months in (12, 36, 48)]
    ['2025-02-28', '2027-02-28', '2028-02-29']
    >>> months_after(date(2024, 8, 31), 6), months_after(date(2024, 3, 31), -1)
    (datetime.date(2025, 2, 28), datetime.date(2024, 2, 29))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def parse_moment(text: str) -> datetime:
    """An ISO time as typed on a command line; without a zone it is London's. ValueError if it is none."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=LONDON)).astimezone(UTC)


def init_app(app: Flask) -> None:
    """The filters templates write dates with."""
    from lms.working_days import until  # counts with the days of this module

    for name, words in (
        ("day", day),
        ("weekday", weekday),
        ("time", time),
        ("day_time", day_time),
        ("month", month),
        ("london", london),
        ("until", until),
    ):
        app.add_template_filter(words, name)
    app.add_template_global(when, "when")
    app.add_template_global(period, "period")
