"""How far a plan has got, and which meetings get a report of it. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from lms.errors import RuleBroken

#: An action of which nothing was reported is at no level.
NOT_REPORTED = 0


@dataclass(frozen=True)
class Reached:
    """The level some actions together have reached, and how many of them are there or beyond it."""

    level: int
    there: int
    of: int


def reached(levels: Sequence[int]) -> Reached:
    """The highest level that at least half of the actions have reached; of each, the level last reported (0: none).

    >>> reached([2, 2, 3]), reached([1, 3]), reached([0, 0, 1])
    (Reached(level=2, there=3, of=3), Reached(level=3, there=1, of=2), Reached(level=0, there=3, of=3))
    """
    best = max(
        (one for one in levels if 2 * sum(other >= one for other in levels) >= len(levels)), default=NOT_REPORTED
    )
    return Reached(best, sum(other >= best for other in levels), len(levels))


def moved(now: int, then: int | None) -> str:
    """How a level stands to that of the last report, in words.

    >>> moved(2, 1), moved(2, 2), moved(1, 2), moved(2, None)
    ('Moved up', 'The same', 'Moved down', 'Not in the last report')
    """
    if then is None:
        return "Not in the last report"
    return "Moved up" if now > then else "Moved down" if now < then else "The same"


def report_dates(meetings: Iterable[date], every: int, reported: Collection[date]) -> list[date]:
    """The meetings that get a report: those that had one, and from the last of them on every n-th; without one, from the first.

    >>> days = [date(2024, month, 1) for month in (1, 3, 5, 7)]
    >>> [one.month for one in report_dates(days, 2, [])], [one.month for one in report_dates(days, 2, [days[1]])]
    ([1, 5], [3, 7])
    """
    ordered = sorted(set(meetings) | set(reported))
    had = [place for place, one in enumerate(ordered) if one in reported]
    first = had[-1] if had else 0
    return [
        one for place, one in enumerate(ordered) if one in reported or (place >= first and (place - first) % every == 0)
    ]


def check_plan(begins: date, until: date) -> None:
    """RuleBroken where a plan ends before it begins."""
    if until <= begins:
        raise RuleBroken("The last day must be after the first day", "until")


def check_dated(dated: date, today: date, begins: date) -> None:
    """RuleBroken where a report is of a day to come, or of one before the plan."""
    if dated > today:
        raise RuleBroken("The day it is about must be today or earlier", "dated")
    if dated < begins:
        raise RuleBroken("The day it is about must be within the plan", "dated")


def check_lead(group: object, organisation: object) -> None:
    """RuleBroken unless one of the two leads."""
    if (group is None) == (organisation is None):
        raise RuleBroken("Select a group or an agency, and not both", "group")


def next_number(taken: Iterable[int]) -> int:
    """The number after the last; numbers of what was taken out are not given again."""
    return max(taken, default=0) + 1


def report_reference(meeting_on: date, taken: Collection[str]) -> str:
    """What a report is called.

    >>> report_reference(date(2024, 9, 12), [])
    'HR-2024-09-12'
    """
    name, number = f"HR-{meeting_on.isoformat()}", 2
    found = name
    while found in taken:
        found, number = f"{name}-{number}", number + 1
    return found
