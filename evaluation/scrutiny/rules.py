"""The six steps, quarters, and what a challenge may become next. Pure.

The steps are the areas of the published framework for independent scrutiny that partnerships work with; the titles and questions
are in our own words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from evaluation.scrutiny.models import ChallengeState
from lms.errors import RuleBroken


@dataclass(frozen=True, slots=True)
class FrameworkStep:
    """One of the six: its number, its name, and what is asked of the partnership."""

    number: int
    title: str
    asks: str


STEPS = (
    FrameworkStep(
        1, "Leadership", "Do the three safeguarding partners plan together, decide, and answer for what they decided?"
    ),
    FrameworkStep(2, "The wider partnership", "Do the other agencies take part, and who is missing?"),
    FrameworkStep(
        3, "Children and families", "Are children and families heard, and does what they say change anything?"
    ),
    FrameworkStep(
        4,
        "Quality assurance",
        "Does the partnership know how much, how well and to what effect? Can its figures be relied on?",
    ),
    FrameworkStep(5, "Learning from reviews", "Is what reviews teach taken on, done, and shown to have had an effect?"),
    FrameworkStep(
        6,
        "Learning and development",
        "Does training reach whom it is for, and is it known what changed?",
    ),
)


def step(number: int) -> FrameworkStep | None:
    """One of the six by its number."""
    return STEPS[number - 1] if 1 <= number <= len(STEPS) else None


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of a financial year: its first and last day."""

    first: date
    last: date

    @property
    def key(self) -> str:
        """How it stands in an address: “2024-25-q2”."""
        year = self.first.year if self.first.month > 3 else self.first.year - 1
        return f"{year}-{(year + 1) % 100:02}-q{(self.first.month - 4) % 12 // 3 + 1}"

    @property
    def name(self) -> str:
        """“Quarter 2 of 2024-25”."""
        return f"Quarter {self.key[-1]} of {self.key[:7]}"


def quarter_of(day: date) -> Quarter:
    """The quarter a day lies in.

    >>> quarter_of(date(2024, 10, 8)).key, quarter_of(date(2025, 3, 31)).name
    ('2024-25-q3', 'Quarter 4 of 2024-25')
    """
    month = (day.month - 1) // 3 * 3 + 1
    after = date(day.year + month // 10, (month + 2) % 12 + 1, 1)
    return Quarter(date(day.year, month, 1), date.fromordinal(after.toordinal() - 1))


def quarter_called(key: str) -> Quarter | None:
    """The quarter an address names; None where it names none.

    >>> quarter_called("2024-25-q4").last, quarter_called("2024-26-q1"), quarter_called("x")
    (datetime.date(2025, 3, 31), None, None)
    """
    found = re.fullmatch(r"(20[0-9]{2})-([0-9]{2})-q([1-4])", key)
    if not found or (int(found[1]) + 1) % 100 != int(found[2]):
        return None
    month = 3 * int(found[3]) + 1
    return quarter_of(date(int(found[1]) + (month > 12), (month - 1) % 12 + 1, 1))


def before(quarter: Quarter) -> Quarter:
    """The quarter before."""
    return quarter_of(date.fromordinal(quarter.first.toordinal() - 1))


S = ChallengeState
#: From which states a challenge may become what.
MAY = {
    S.ANSWERED: {S.RAISED, S.REOPENED, S.ANSWERED, S.NOT_SATISFIED},
    S.SATISFIED: {S.ANSWERED, S.NOT_SATISFIED},
    S.NOT_SATISFIED: {S.ANSWERED, S.SATISFIED},
    S.REOPENED: {S.SATISFIED, S.NOT_SATISFIED, S.CLOSED},
    S.CLOSED: {S.RAISED, S.ANSWERED, S.SATISFIED, S.NOT_SATISFIED, S.REOPENED},
}
#: Why it may not, by what it was to become.
CANNOT = {
    S.ANSWERED: "It is closed, or the scrutineer is satisfied, so it takes no answer. The scrutineer can reopen it.",
    S.SATISFIED: "There is no answer to judge yet.",
    S.NOT_SATISFIED: "There is no answer to judge yet.",
    S.REOPENED: "It is open, so it cannot be reopened.",
    S.CLOSED: "It is closed already.",
}
#: Those that wait for the group.
WAITS_FOR_GROUP = frozenset({S.RAISED, S.REOPENED, S.NOT_SATISFIED})


def check_next(now: ChallengeState, then: ChallengeState, text: str) -> None:
    """RuleBroken unless a challenge in one state may become another, and there is a text that says why."""
    if now not in MAY[then]:
        raise RuleBroken(CANNOT[then])
    if not text.strip():
        raise RuleBroken(
            "Enter the answer of the group" if then is S.ANSWERED else "Enter why. It is kept with your name", "text"
        )


def check_wanted(wanted_by: date, today: date) -> None:
    """RuleBroken where the day by which an answer is wanted has passed."""
    if wanted_by < today:
        raise RuleBroken("Enter a day that is still to come", "wanted_by")


def check_answered_on(dated: date, raised_on: date, today: date) -> None:
    """RuleBroken unless a group answered after it was asked, and not in the future."""
    if dated < raised_on:
        raise RuleBroken("The answer cannot be older than the question", "dated")
    if dated > today:
        raise RuleBroken("Enter a day that has come", "dated")


def next_reference(taken: Sequence[str], year: int) -> str:
    """SCR-2024-3 where two of that year are there.

    >>> next_reference(["SCR-2024-1", "SCR-2024-9", "SCR-2023-12"], 2024)
    'SCR-2024-10'
    """
    numbers = [int(found[1]) for one in taken if (found := re.fullmatch(rf"SCR-{year}-([0-9]+)", one))]
    return f"SCR-{year}-{max(numbers, default=0) + 1}"
