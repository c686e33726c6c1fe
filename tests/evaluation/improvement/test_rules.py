"""What waits for somebody, and how far a thread has got."""

from datetime import date, timedelta

import pytest

from evaluation.improvement.models import ActionState, RecommendationState
from evaluation.improvement.rules import ENDED, Reached, action_waits, length, reached, standing_words

TODAY = date(2024, 10, 8)


@pytest.mark.parametrize(
    ("state", "days", "said"),
    [
        (ActionState.ON_TRACK, -1, "Overdue by 1 day"),
        (ActionState.SLIPPING, -8, "Overdue by 8 days"),
        (ActionState.LONG_TERM_CULTURAL_CHANGE, -500, "Overdue by 16 months"),
        (ActionState.SLIPPING, 200, "Slipping"),
        (ActionState.OPEN, 0, "Due today"),
        (ActionState.ON_TRACK, 60, "Due in 60 days"),
    ],
)
def test_an_action_waits_when_it_is_late_slipping_or_due_soon(state: ActionState, days: int, said: str) -> None:
    waits = action_waits(state, TODAY + timedelta(days=days), TODAY)
    assert waits is not None
    assert waits.words == said


def test_an_action_in_time_or_without_a_date_waits_for_nobody() -> None:
    assert action_waits(ActionState.ON_TRACK, TODAY + timedelta(days=61), TODAY) is None
    assert action_waits(ActionState.ON_TRACK, None, TODAY) is None


@pytest.mark.parametrize("state", sorted(ENDED))
def test_what_has_ended_is_never_overdue(state: ActionState) -> None:
    assert action_waits(state, TODAY - timedelta(days=900), TODAY) is None


def test_a_long_time_is_said_in_months() -> None:
    assert [length(days) for days in (1, 60, 61, 365)] == ["1 day", "60 days", "2 months", "11 months"]


@pytest.mark.parametrize(
    ("actions", "sessions", "answers", "deciding", "stage"),
    [
        (0, 0, 0, 0, Reached.WHY),
        (1, 0, 0, 0, Reached.DECIDED),
        (1, 6, 0, 0, Reached.CAME),
        (1, 6, 300, 9, Reached.CHANGED),
        (1, 6, 300, 10, Reached.VERDICT),
    ],
)
def test_how_far_a_thread_has_got(actions: int, sessions: int, answers: int, deciding: int, stage: Reached) -> None:
    assert reached(actions=actions, sessions=sessions, answers=answers, deciding_answers=deciding) is stage


def test_what_nobody_accepted_says_so_however_far_it_got() -> None:
    for stage in Reached:
        assert standing_words(RecommendationState.DECLINED, stage).words == "Declined"
        assert standing_words(RecommendationState.OFFERED, stage).words == "Offered, not accepted"
        assert standing_words(RecommendationState.ACCEPTED, stage).words
