"""What may be proposed, decided and returned, and when. Pure."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from evaluation.training_needs.models import ProposalState
from lms.dates import day as day_words
from lms.errors import RuleBroken

#: How many days before the last day people are reminded.
REMIND = (14, 3)
#: Most topics of one round: more is no short form.
MOST_TOPICS = 20
#: What a group can decide.
DECISIONS = (ProposalState.ACCEPTED, ProposalState.DECLINED, ProposalState.PUT_OFF)
WORDS = {
    ProposalState.ACCEPTED: "Accepted",
    ProposalState.DECLINED: "Declined",
    ProposalState.PUT_OFF: "Put off",
    ProposalState.WITHDRAWN: "Withdrawn",
}


def proposed_reference(year: int, taken: Collection[str]) -> str:
    """The next reference of a year.

    >>> proposed_reference(2024, ["TNA-2024-1", "TNA-2023-7"])
    'TNA-2024-2'
    """
    start = f"TNA-{year}-"
    used = [int(one.removeprefix(start)) for one in taken if one.startswith(start) and one[len(start) :].isdecimal()]
    return f"{start}{max(used, default=0) + 1}"


def check_decision(
    state: ProposalState, outcome: ProposalState, *, decided_on: date, again_on: date | None, today: date
) -> None:
    """RuleBroken where a proposal is not open for a decision, or the days cannot be."""
    if state not in (ProposalState.PROPOSED, ProposalState.PUT_OFF):
        raise RuleBroken(f"This proposal is {WORDS[state].lower()} already")
    if decided_on > today:
        raise RuleBroken("Enter a day that is not in the future for when it was decided", "decided_on")
    if outcome is ProposalState.PUT_OFF and (again_on is None or again_on <= decided_on):
        raise RuleBroken("Enter the day on which it comes back, after the day it was decided", "again_on")


def check_withdrawal(state: ProposalState) -> None:
    """RuleBroken where a proposal was decided."""
    if state not in (ProposalState.PROPOSED, ProposalState.PUT_OFF):
        raise RuleBroken(f"This proposal is {WORDS[state].lower()}, so it can no longer be withdrawn")


def check_becomes_source(state: ProposalState, source: object) -> None:
    """RuleBroken where a proposal was not accepted, or is a source already."""
    if state is not ProposalState.ACCEPTED:
        raise RuleBroken("Only an accepted proposal becomes a source with a recommendation")
    if source is not None:
        raise RuleBroken("This proposal is a source already")


# Returns.


def topics_of(typed: str) -> list[str]:
    """Topics typed one to a line, each once."""
    return list(dict.fromkeys(" ".join(line.split()) for line in typed.splitlines() if line.strip()))


def check_round(*, deadline: date, topics: Sequence[str], year: int, years: Collection[int], today: date) -> None:
    """RuleBroken where a round cannot be opened like this."""
    if year in years:
        raise RuleBroken(f"There is a return of {year} already", "year")
    check_deadline(deadline, today)
    if not topics:
        raise RuleBroken("Enter at least one topic", "topics")
    if len(topics) > MOST_TOPICS:
        raise RuleBroken(f"Enter no more than {MOST_TOPICS} topics: what is long is not answered", "topics")
    if long := next((one for one in topics if len(one) > 120), None):
        raise RuleBroken(f"“{long[:30]}…” is longer than 120 characters", "topics")


def check_deadline(deadline: date, today: date) -> None:
    """RuleBroken where the last day is not to come."""
    if deadline <= today:
        raise RuleBroken("Enter a last day that is to come", "deadline")


def next_reminder(deadline: date, today: date) -> date | None:
    """The next day after this one on which people are reminded.

    >>> next_reminder(date(2024, 10, 31), date(2024, 10, 8)).isoformat(), next_reminder(date(2024, 10, 31), date(2024, 10, 28))
    ('2024-10-17', None)
    """
    return next((on for days in REMIND if (on := deadline - timedelta(days=days)) > today), None)


def check_figure(topic: str, in_scope: int | None, trained: int | None) -> tuple[str, str] | None:
    """What is wrong with the two numbers of a topic, and which of them (scope or trained) it stands beside; None: nothing.

    >>> check_figure("Basics", 10, 12)
    ('trained', 'Basics: no more staff can be trained than are in scope (10)')
    """
    if in_scope is None:
        return "scope", f"{topic}: enter how many staff are in scope, or 0"
    if trained is None:
        return "trained", f"{topic}: enter how many of them are trained, or 0"
    if trained > in_scope:
        return "trained", f"{topic}: no more staff can be trained than are in scope ({in_scope:,})"
    return None


def is_late(sent_on: date, deadline: date) -> bool:
    """Was a return sent after the last day?"""
    return sent_on > deadline


def stands(sent_on: date | None, late: bool, draft: bool, deadline: date, today: date) -> tuple[str, str]:
    """Where a return stands: in words, and the colour of them."""
    if sent_on is not None:
        return (f"Sent late, on {day_words(sent_on)}", "warn") if late else (f"Sent on {day_words(sent_on)}", "good")
    if today > deadline:
        return ("Overdue, begun" if draft else "Overdue"), "bad"
    return ("Begun, not sent" if draft else "Not begun"), "calm" if draft else "none"
