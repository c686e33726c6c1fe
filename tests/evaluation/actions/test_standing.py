"""Where an action stands, read from its facts and the day, and what waits for somebody."""

from datetime import date, timedelta
from typing import Any

import pytest

from evaluation.actions.models import Action, ActionEvidence, ActionState, ActionUpdate, EvidenceKind, Outlook
from evaluation.actions.rules import length, stand, waits
from tests.threads import an_effect

TODAY = date(2024, 10, 8)


def action(**facts: Any) -> Action:
    """An action of this summer that is due at the end of the year, unless told otherwise."""
    return Action(reference="LDA-1", **{"decided_on": date(2024, 8, 1), "due": date(2024, 12, 31), **facts})


def heard(days_ago: int, outlook: Outlook | None = None) -> ActionUpdate:
    return ActionUpdate(dated=TODAY - timedelta(days=days_ago), text="Heard.", outlook=outlook)


def evidence(**facts: Any) -> ActionEvidence:
    one = an_effect()
    for name, value in facts.items():
        setattr(one, name, value)
    return one


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, ActionState.OPEN),
        ({"updates": [heard(30)]}, ActionState.ON_TRACK),
        ({"updates": [heard(30, Outlook.SLIPPING)]}, ActionState.SLIPPING),
        ({"updates": [heard(30, Outlook.SLIPPING), heard(2, Outlook.ON_TRACK)]}, ActionState.ON_TRACK),
        ({"updates": [heard(2, Outlook.SLIPPING)], "due": None}, ActionState.ON_TRACK),
        ({"decided_on": date(2024, 1, 8), "updates": [heard(91)]}, ActionState.SLIPPING),
        ({"decided_on": date(2024, 1, 8), "updates": [heard(90)]}, ActionState.ON_TRACK),
        ({"due": TODAY - timedelta(days=1), "updates": [heard(2, Outlook.ON_TRACK)]}, ActionState.OVERDUE),
        ({"due": TODAY}, ActionState.OPEN),
        ({"due": None, "long_term": True}, ActionState.LONG_TERM_CULTURAL_CHANGE),
        ({"due": TODAY - timedelta(days=9), "long_term": True}, ActionState.LONG_TERM_CULTURAL_CHANGE),
        ({"done_on": TODAY}, ActionState.DONE),
        ({"done_on": TODAY, "evidence": [evidence(kind=EvidenceKind.DOING)]}, ActionState.DONE),
        ({"done_on": TODAY, "evidence": [evidence(taken_back_at=TODAY)]}, ActionState.DONE),
        ({"done_on": TODAY, "evidence": [evidence(expires_on=TODAY)]}, ActionState.DONE),
        ({"done_on": TODAY, "evidence": [evidence()]}, ActionState.EVIDENCE_OF_IMPACT),
        ({"evidence": [evidence()]}, ActionState.OPEN),
        ({"done_on": TODAY, "closed_on": TODAY}, ActionState.CLOSED),
    ],
)
def test_the_state_of_an_action_follows_from_its_facts(facts: dict[str, Any], state: ActionState) -> None:
    assert stand(action(**facts), TODAY).state is state


def test_an_action_slips_with_what_it_needs() -> None:
    late = Action(reference="LDA-2", decided_on=date(2024, 8, 1), due=date(2024, 9, 1))
    later = Action(reference="LDA-3", decided_on=date(2024, 8, 1), due=date(2025, 3, 31))
    found = stand(action(needs=[late, later]), TODAY)
    assert found.state is ActionState.SLIPPING
    assert found.because == (
        "It needs LDA-2, which is overdue.",
        "It needs LDA-3, which is due later, on 31 March 2025.",
    )
    late.done_on = later.done_on = TODAY
    assert stand(action(needs=[late, later]), TODAY).state is ActionState.OPEN


@pytest.mark.parametrize(
    ("days", "facts", "said"),
    [
        (-1, {}, "Overdue by 1 day"),
        (-8, {"updates": [heard(1, Outlook.SLIPPING)]}, "Overdue by 8 days"),
        (200, {"updates": [heard(1, Outlook.SLIPPING)]}, "Slipping"),
        (0, {}, "Due today"),
        (60, {}, "Due in 60 days"),
        (-900, {"done_on": date(2023, 1, 1), "review_on": TODAY}, "Evidence to be looked at again"),
    ],
)
def test_an_action_waits_when_it_is_late_slipping_or_due_soon(days: int, facts: dict[str, Any], said: str) -> None:
    found = waits(action(due=TODAY + timedelta(days=days), **facts), TODAY)
    assert found is not None
    assert found.words == said


def test_an_action_in_time_without_a_date_or_ended_waits_for_nobody() -> None:
    assert waits(action(due=TODAY + timedelta(days=61)), TODAY) is None
    assert waits(action(due=None), TODAY) is None
    assert waits(action(due=TODAY - timedelta(days=900), long_term=True), TODAY) is None
    assert waits(action(due=TODAY - timedelta(days=900), done_on=TODAY), TODAY) is None
    assert waits(action(done_on=TODAY, closed_on=TODAY, review_on=TODAY), TODAY) is None


def test_a_long_time_is_said_in_months() -> None:
    assert [length(days) for days in (1, 60, 61, 365)] == ["1 day", "60 days", "2 months", "11 months"]
