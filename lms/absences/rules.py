"""When somebody is away again and again, and what may be told of reasons. Pure; days are days of London."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from lms.errors import RuleBroken
from lms.suppression import suppress
from lms.words import share_words

#: So many sessions missed without a word, within so long, are repeated unexplained absence. Elsewhere trainers ask registers for
#: an alert on consecutive unexplained absences (moodle-mod_attendance, issue 300): the second is the first that can be one. The
#: time is the year the page of an agency looks back on.
REPEATED = 2
WITHIN = timedelta(days=365)

TO_COME = "Enter a day that is not in the future"
BEFORE_IT = "Enter a day that is not before the last session they missed"

Reason = TypeVar("Reason")


def is_repeated(missed: Sequence[date], *, spoken_on: date | None, today: date) -> bool:
    """Does somebody belong on the list? `missed`: the days of sessions they were expected at and missed, with no reason so far.
    After a talk only a session of a later day brings them back.

    >>> days, today = [date(2024, 5, 7), date(2024, 9, 3)], date(2024, 10, 8)
    >>> is_repeated(days, spoken_on=None, today=today), is_repeated(days, spoken_on=date(2024, 9, 3), today=today)
    (True, False)
    """
    lately = [day for day in missed if today - WITHIN <= day <= today]
    return len(lately) >= REPEATED and (spoken_on is None or max(lately) > spoken_on)


def check_spoken(spoken_on: date, *, last_missed: date, today: date) -> None:
    """A talk about what was missed was after it, and has been."""
    if spoken_on > today:
        raise RuleBroken(TO_COME)
    if spoken_on < last_missed:
        raise RuleBroken(BEFORE_IT)


@dataclass(frozen=True)
class Away:
    """So many people with a place, and what the register says of them. Walk-ins are not among them."""

    expected: int = 0
    came: int = 0
    apology: int = 0
    no_show: int = 0

    @property
    def marked(self) -> int:
        """Those the register says something of: the base of every share."""
        return self.came + self.apology + self.no_show

    @property
    def no_show_words(self) -> str:
        """
        >>> Away(expected=30, came=20, apology=1, no_show=3).no_show_words
        '3 of 24 (13%)'
        """
        return share_words(self.no_show, self.marked)

    @property
    def apology_words(self) -> str:
        """Who sent apologies, of those marked."""
        return share_words(self.apology, self.marked)

    def plus(self, other: "Away") -> "Away":
        """Both together."""
        return Away(
            self.expected + other.expected,
            self.came + other.came,
            self.apology + other.apology,
            self.no_show + other.no_show,
        )


def told(counts: Mapping[Reason, int]) -> dict[Reason, int | None] | None:
    """How many people gave each reason, as it may be told: None is a hidden number. None for all of it where so few people missed
    something that any number would tell of one of them. How many missed something at all is known, so it is part of the table."""
    safe = suppress([list(counts.values())])
    if safe.total is None:
        return None
    return dict(zip(counts, safe.cells[0], strict=True))


def year_of(day: date) -> int:
    """The year a day belongs to, from April to March, by its first: each person is in one year only, so that no two periods can
    be subtracted from each other."""
    return day.year if day.month >= 4 else day.year - 1


def span_of(year: int) -> tuple[date, date]:
    """The first and the last day of a year."""
    return date(year, 4, 1), date(year + 1, 3, 31)
