"""How far a thread has got."""

import pytest

from evaluation.improvement.rules import Reached, reached, standing_words
from evaluation.recommendations.models import RecommendationState


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
