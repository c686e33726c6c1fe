"""Which step a recommendation may take, how things are called, what waits, and what may be undone or closed. Pure."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from evaluation.actions.models import Action, ActionState
from evaluation.actions.rules import Waiting, stand
from evaluation.recommendations.models import (
    Recommendation,
    RecommendationState,
    RecommendationStep,
    SourceKind,
    StepKind,
)
from lms.dates import day as day_words
from lms.dates import london
from lms.errors import RuleBroken
from lms.words import inside, listing, plural, tag_of

#: How the references of each kind begin.
PREFIXES = {
    SourceKind.PRACTICE_REVIEW: "CSPR",
    SourceKind.RAPID_REVIEW: "RR",
    SourceKind.CHILD_DEATH_OVERVIEW: "CDOP",
    SourceKind.MULTI_AGENCY_AUDIT: "MAA",
    SourceKind.SECTION_175_THEME: "S175",
    SourceKind.SECTION_11_THEME: "S11",
    SourceKind.FORUM_THEME: "FORUM",
    SourceKind.SENIOR_LEADERS_VISIT: "VISIT",
    SourceKind.VOICE_OF_CHILDREN: "CYP",
    SourceKind.SCRUTINEER_CHALLENGE: "SCR",
    SourceKind.DELIVERY_PLAN_PRIORITY: "PLAN",
    SourceKind.NATIONAL_REVIEW: "NAT",
    SourceKind.TRAINING_NEEDS_ANALYSIS: "TNA",
    SourceKind.EVALUATION_FINDING: "EVAL",
}
REFERENCE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)+(\.[A-Z0-9]+)*")
#: A group that has not answered for so long is reminded of it on the first page.
ANSWER_WITHIN = timedelta(days=28)
#: From which states each step may be taken.
STEPS_FROM = {
    StepKind.ACCEPTED: (RecommendationState.OFFERED,),
    StepKind.STEPPED_ACROSS: (
        RecommendationState.OFFERED,
        RecommendationState.ACCEPTED,
        RecommendationState.DECLINED,
    ),
    StepKind.DECLINED: (RecommendationState.OFFERED, RecommendationState.ACCEPTED),
    StepKind.CLOSED: (RecommendationState.ACCEPTED,),
    StepKind.REOPENED: (RecommendationState.DECLINED, RecommendationState.CLOSED),
}
#: What each step says of the state after it; a recommendation that is reopened has two ways to go.
STATES_AFTER = {
    StepKind.RECORDED: (RecommendationState.OFFERED,),
    StepKind.STEPPED_ACROSS: (RecommendationState.OFFERED,),
    StepKind.ACCEPTED: (RecommendationState.ACCEPTED,),
    StepKind.DECLINED: (RecommendationState.DECLINED,),
    StepKind.CLOSED: (RecommendationState.CLOSED,),
    StepKind.REOPENED: (RecommendationState.OFFERED, RecommendationState.ACCEPTED),
}
#: The steps after which a state holds, and those that can be taken back.
DECIDING = frozenset(STATES_AFTER)
CAN_BE_UNDONE = frozenset(STEPS_FROM) | {StepKind.CHANGED}


# how things are called


def suggested(kind: SourceKind, year: int, taken: Collection[str]) -> str:
    """A reference of a source that nobody has used yet.

    >>> suggested(SourceKind.RAPID_REVIEW, 2024, ()), suggested(SourceKind.RAPID_REVIEW, 2024, {"RR-2024-1"})
    ('RR-2024-1', 'RR-2024-2')
    """
    number = 1
    while (reference := f"{PREFIXES[kind]}-{year}-{number}") in taken:
        number += 1
    return reference


def suggested_below(source: str, taken: Collection[str]) -> str:
    """A reference of a recommendation of this source that nobody has used yet.

    >>> suggested_below("RR-2024-1", {"RR-2024-1.1"})
    'RR-2024-1.2'
    """
    number = 1
    while (reference := f"{source}.{number}") in taken:
        number += 1
    return reference[:40]


def check_reference(reference: str, taken: Collection[str]) -> None:
    """Can a source or a recommendation be called so?"""
    if not REFERENCE.fullmatch(reference):
        raise RuleBroken("Enter a reference of capital letters, figures and hyphens, such as CSPR-2024-2", "reference")
    if reference in taken:
        raise RuleBroken(f"{reference} is used already. Enter another reference", "reference")


# which step may follow


def steps_from(recommendation: Recommendation) -> list[StepKind]:
    """The steps a recommendation may take now, the likeliest first. Closing is among them while actions are open: its page says
    what it waits for."""
    may = [kind for kind, states in STEPS_FROM.items() if recommendation.state in states]
    return [kind for kind in may if kind is not StepKind.DECLINED or not _why_not_declined(recommendation)]


def why_not(kind: StepKind, recommendation: Recommendation, today: date) -> str:
    """The sentence why this step cannot be taken now; empty where it can. It says who came first, or what is not finished."""
    if recommendation.state not in STEPS_FROM[kind]:
        last = last_deciding(recommendation.history)
        said = f"{recommendation.reference} {_NOW[recommendation.state]}"
        if last is not None:
            said += f", by {last.by} on {day_words(last.dated)}"
        return f"{said}. {_INSTEAD[recommendation.state]}"
    if kind is StepKind.DECLINED:
        return _why_not_declined(recommendation)
    if kind is StepKind.CLOSED:
        return _why_not_closed(recommendation, today)
    return ""


def check_step(kind: StepKind, recommendation: Recommendation, today: date) -> None:
    """May this step be taken now?"""
    if no := why_not(kind, recommendation, today):
        raise RuleBroken(no)


_NOW = {
    RecommendationState.OFFERED: "was offered and is not accepted",
    RecommendationState.ACCEPTED: "was accepted already",
    RecommendationState.DECLINED: "was declined already",
    RecommendationState.CLOSED: "was closed already",
}
_INSTEAD = {
    RecommendationState.OFFERED: "The group has to accept it first.",
    RecommendationState.ACCEPTED: "Nothing has changed.",
    RecommendationState.DECLINED: "Reopen it first, or step it across to another group.",
    RecommendationState.CLOSED: "Reopen it first.",
}


def check_open(recommendation: Recommendation) -> None:
    """May its words and its actions be changed? Not once it is closed or declined."""
    if recommendation.state in (RecommendationState.CLOSED, RecommendationState.DECLINED):
        word = tag_of(recommendation.state).word.lower()
        raise RuleBroken(f"{recommendation.reference} is {word}. Reopen it first.")


def check_seen(seen: int, recommendation: Recommendation) -> None:
    """Was the page that was sent opened after the last step?"""
    if seen == recommendation.revision:
        return
    typed = [one for one in recommendation.history if one.at is not None]
    told = ""
    if typed:
        last = max(typed, key=lambda one: one.id)
        told = f" ({last.by}, {day_words(last.dated)}: {last.what})"
    raise RuleBroken(
        f"Somebody else has changed {recommendation.reference} since you opened this page{told}. Open it again first."
    )


def check_dated(dated: date, recommendation: Recommendation, today: date) -> None:
    """Can something have been decided on this day?"""
    if dated > today:
        raise RuleBroken("Enter a day that is not in the future", "dated")
    last = last_deciding(recommendation.history)
    if last is not None and dated < last.dated:
        raise RuleBroken(f"Enter {day_words(last.dated)} or a later day: then it was {last.what}", "dated")


def _why_not_declined(recommendation: Recommendation) -> str:
    """A recommendation that was accepted and that actions serve is not declined."""
    if recommendation.state is not RecommendationState.ACCEPTED or not recommendation.actions:
        return ""
    names = [one.reference for one in recommendation.actions]
    return (
        f"{recommendation.reference} was accepted, and {listing(names)} {'serves' if len(names) == 1 else 'serve'} it. "
        "Step it across to another group, or close it once everything is done."
    )


def _why_not_closed(recommendation: Recommendation, today: date) -> str:
    """A recommendation is closed when all its actions are closed, or done with an answer about evidence."""
    if not recommendation.actions:
        return (
            f"{recommendation.reference} has no action, so nothing shows what came of it. Decline it with the reason if nothing "
            "is to be done."
        )
    waits_for = [f"{one.reference} ({why})" for one in recommendation.actions if (why := not_finished(one, today))]
    return f"{recommendation.reference} cannot be closed yet. It waits for {listing(waits_for)}." if waits_for else ""


def not_finished(action: Action, today: date) -> str:
    """What is missing before the recommendation of an action may be closed; empty where nothing is."""
    found = stand(action, today).state
    if found in (ActionState.CLOSED, ActionState.EVIDENCE_OF_IMPACT):
        return ""
    if found is ActionState.DONE:
        return "" if action.outcome is not None else "done, and nobody has said yet what the evidence shows"
    return inside(tag_of(found).word)


# the history


def undone(history: Iterable[RecommendationStep]) -> set[int]:
    """The ids of steps that were taken back."""
    return {one.undoes_id for one in history if one.undoes_id is not None}


def last_deciding(history: Sequence[RecommendationStep]) -> RecommendationStep | None:
    """The last step that says where a recommendation stands, steps that were taken back left out."""
    gone = undone(history)
    deciding = [one for one in history if one.kind in DECIDING and one.undoes_id is None and one.id not in gone]
    return max(deciding, key=lambda one: (one.dated, one.id or 0), default=None)


def can_undo(recommendation: Recommendation, person_id: int, today: date) -> RecommendationStep | None:
    """The step that this person may take back now: the last one, if it is theirs and of today."""
    gone = undone(recommendation.history)
    steps = [
        one
        for one in recommendation.history
        if one.kind in CAN_BE_UNDONE and one.undoes_id is None and one.id not in gone
    ]
    last = max(steps, key=lambda one: one.id, default=None)
    if last is None or last.at is None or last.actor_id != person_id or london(last.at).date() != today:
        return None
    return last


def why_not_removed(recommendation: Recommendation) -> str:
    """Only what was just written down is removed: everything later is history. The sentence why not, or nothing."""
    later = [one for one in recommendation.history if one.kind not in (StepKind.RECORDED, StepKind.CHANGED)]
    if not later and all(one.at is not None for one in recommendation.history):
        return ""
    first = later[0] if later else recommendation.history[0]
    return (
        f"{recommendation.reference} cannot be removed: its history says “{first.what}” ({first.by}, {day_words(first.dated)}), "
        "and history is kept. Decline it with the reason in place of that."
    )


def check_remove(recommendation: Recommendation) -> None:
    """May it be removed?"""
    if no := why_not_removed(recommendation):
        raise RuleBroken(no)


def values_of(recommendation: Recommendation) -> dict[str, Any]:
    """What a step may change, as it is kept in the history."""
    return {
        "headline": recommendation.headline,
        "wording": recommendation.wording,
        "plain_sentence": recommendation.plain_sentence,
        "due": recommendation.due.isoformat() if recommendation.due else None,
        "state": recommendation.state.value,
        "owner_group_id": recommendation.owner_group_id,
    }


CALLED = {
    "headline": "headline",
    "wording": "wording",
    "plain_sentence": "sentence for people who book",
    "due": "due date",
}


def changed_words(before: dict[str, Any], recommendation: Recommendation) -> str:
    """What a change says in the history: “wording and due date changed, due 31 March 2025”."""
    names = [CALLED[name] for name in CALLED if name in before]
    said = f"{listing(names)} changed"
    if "due" in before:
        said += f", due {day_words(recommendation.due)}" if recommendation.due else ", without a due date"
    return said


# what waits


def waits(recommendation: Recommendation, today: date) -> Waiting | None:
    """Whether a recommendation needs somebody now: an answer, above all one that is late, an action, or to be opened again. Its
    history and actions must be loaded."""
    if recommendation.state is RecommendationState.OFFERED:
        last = last_deciding(recommendation.history)
        days = (today - last.dated).days if last else 0
        if days > ANSWER_WITHIN.days:
            return Waiting(f"No answer for {plural(days, 'day')}", "warn")
        return Waiting("Offered", "calm")
    late = recommendation.due is not None and recommendation.due < today
    if recommendation.state is RecommendationState.ACCEPTED and late and not recommendation.actions:
        return Waiting("Past its date, no action", "bad")
    if recommendation.state is RecommendationState.CLOSED and any(
        one.done_on is None for one in recommendation.actions
    ):
        return Waiting("An action is open again", "warn")
    return None
