"""What is decided about words of reports and about letters: which step may follow which, and when the next letter goes."""

from collections.abc import Collection
from datetime import date

from evaluation.impact_reports.models import Every, NarrativeState
from lms.dates import months_after
from lms.errors import RuleBroken
from lms.words import listing

#: From which states a step leads to another; None: nobody has kept any words.
BEFORE: dict[NarrativeState, tuple[NarrativeState | None, ...]] = {
    NarrativeState.CHECKED: (NarrativeState.DRAFT, NarrativeState.WITHDRAWN, None),
    NarrativeState.PUBLISHED: (NarrativeState.CHECKED,),
    NarrativeState.WITHDRAWN: (NarrativeState.PUBLISHED,),
}
REFUSED = {
    NarrativeState.CHECKED: "These words are checked or published already.",
    NarrativeState.PUBLISHED: "Words are published once they have been checked.",
    NarrativeState.WITHDRAWN: "Only words that are published can be withdrawn.",
}


def check_step(wanted: NarrativeState, now: NarrativeState | None) -> None:
    """May words be checked, published or withdrawn, as they are now?"""
    if now not in BEFORE[wanted]:
        raise RuleBroken(REFUSED[wanted])


def check_newest(seen: int, newest: int) -> None:
    """Nobody writes over what somebody else has kept since they opened the page."""
    if seen != newest:
        raise RuleBroken("Somebody else has changed these words since you opened this page. Look at them again first.")


def check_placeholders(used: Collection[str], known: Collection[str]) -> None:
    """Words hold only figures this report has."""
    wrong = [f"“{one}”" for one in used if one not in known]
    if wrong:
        raise RuleBroken(
            f"This report has no figure called {listing(wrong, 'or')}. Choose from the list under the form"
        )


def check_reason(why: str) -> None:
    """What was published is withdrawn for a reason."""
    if not why.strip():
        raise RuleBroken("Say why these words are withdrawn")


def check_first(first: date, today: date) -> None:
    """A first letter goes out today or later."""
    if first < today:
        raise RuleBroken("Choose today or a later day for the first letter", "first")


def next_after(first: date, every: Every, today: date) -> date:
    """The first day of a schedule that comes after `today`.

    >>> next_after(date(2024, 1, 31), Every.MONTH, date(2024, 2, 29))
    datetime.date(2024, 3, 31)
    >>> next_after(date(2024, 12, 2), Every.QUARTER, date(2024, 10, 8))
    datetime.date(2024, 12, 2)
    """
    number = 0
    while (day := months_after(first, number * every.months)) <= today:
        number += 1
    return day
