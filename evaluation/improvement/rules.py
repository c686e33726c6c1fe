"""The action log by recommendation, and how far a recommendation's thread has got. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import IntEnum

from evaluation.actions.models import Action
from evaluation.actions.rules import Waiting
from evaluation.recommendations.models import Recommendation, RecommendationState

#: So many answers at the wave that decides before a verdict is worth reading.
ENOUGH_ANSWERS = 10


@dataclass(frozen=True)
class Group:
    """One recommendation with those of its actions that are shown under it."""

    recommendation: Recommendation
    actions: list[Action]


def log_groups(recommendations: Iterable[Recommendation], words: str, always: Collection[int]) -> list[Group]:
    """The action log by recommendation: actions that hold every word, themselves or in a recommendation, and those with these ids
    in any case. An action of several recommendations stands under the first of them that has a sentence for people."""
    log, wanted = list(recommendations), words.casefold().split()
    home: dict[int, Recommendation] = {}
    texts: dict[int, str] = {}
    for one in sorted(log, key=lambda one: not one.plain_sentence):
        for action in one.actions:
            home.setdefault(action.id, one)
            said = f"{one.reference} {one.headline} {one.wording} {action.reference} {action.wording}"
            texts[action.id] = f"{texts.get(action.id, '')} {said}".casefold()
    shown = {number for number, text in texts.items() if number in always or all(word in text for word in wanted)}
    groups = [Group(one, [each for each in one.actions if each.id in shown and home[each.id] is one]) for one in log]
    return [group for group in groups if group.actions]


class Reached(IntEnum):
    """The last of the eight stages of a thread of which something is recorded."""

    WHY = 1
    DECIDED = 2
    CAME = 4
    CHANGED = 5
    VERDICT = 7


def reached(*, actions: int, sessions: int, answers: int, deciding_answers: int) -> Reached:
    """How far the thread of a recommendation has got. `answers` are those of any wave of the course that is evaluated."""
    if not actions:
        return Reached.WHY
    if not sessions:
        return Reached.DECIDED
    if not answers:
        return Reached.CAME
    return Reached.VERDICT if deciding_answers >= ENOUGH_ANSWERS else Reached.CHANGED


def standing_words(state: RecommendationState, stage: Reached) -> Waiting:
    """Where a thread stands, as its tag says it."""
    if state is RecommendationState.DECLINED:
        return Waiting("Declined", "none")
    if state is RecommendationState.OFFERED:
        return Waiting("Offered, not accepted", "warn")
    if state is RecommendationState.CLOSED:
        return Waiting("Closed", "none")
    return {
        Reached.WHY: Waiting("No action yet", "warn"),
        Reached.DECIDED: Waiting("Decided", "none"),
        Reached.CAME: Waiting("People came", "calm"),
        Reached.CHANGED: Waiting("Answers are coming in", "calm"),
        Reached.VERDICT: Waiting("Verdict can be read", "good"),
    }[stage]
