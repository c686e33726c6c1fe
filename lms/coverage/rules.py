"""What may be asked and given: a period, and how many people an organisation has. Pure."""

from datetime import date, timedelta

from lms.dates import months_after
from lms.errors import RuleBroken

#: No organisation of a partnership is larger.
MOST_PEOPLE = 1_000_000
#: A number that old is said to be old.
OLD_MONTHS = 24


def last_year(today: date) -> tuple[date, date]:
    """The twelve months up to today, both days included.

    >>> last_year(date(2024, 10, 8))
    (datetime.date(2023, 10, 9), datetime.date(2024, 10, 8))
    """
    return months_after(today, -12) + timedelta(days=1), today


def report_year(today: date, back: int = 0) -> tuple[date, date]:
    """The report year (April to March) of a day, or the one so many before.

    >>> report_year(date(2025, 3, 31)), report_year(date(2025, 4, 1), back=1)
    ((datetime.date(2024, 4, 1), datetime.date(2025, 3, 31)), (datetime.date(2024, 4, 1), datetime.date(2025, 3, 31)))
    """
    first = today.year - (today.month < 4) - back
    return date(first, 4, 1), date(first + 1, 3, 31)


def check_period(first: date, last: date, today: date) -> None:
    """RuleBroken unless these two days are a period in which somebody can have come."""
    if first > today:
        raise RuleBroken("The first day is still to come. Enter a day that is not in the future.")
    if last < first:
        raise RuleBroken("The last day is before the first. Enter the same day or a later one.")


def check_workforce(people: int, counted_on: date, today: date) -> None:
    """RuleBroken unless an organisation can have so many people as counted on this day."""
    if counted_on > today:
        raise RuleBroken("Enter a day that is not in the future.")
    if not 0 <= people <= MOST_PEOPLE:
        raise RuleBroken(f"Enter a number from 0 to {MOST_PEOPLE:,}.")


def is_old(counted_on: date, last: date) -> bool:
    """Was a number given long before the period it is compared with ends?"""
    return counted_on < months_after(last, -OLD_MONTHS)
