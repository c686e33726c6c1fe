"""What `lms verify` checks of recommendations: that what each says of itself is what its history says."""

from collections.abc import Iterator
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from evaluation.recommendations.models import Recommendation, RecommendationState, RecommendationStep, StepKind
from evaluation.recommendations.rules import STATES_AFTER, last_deciding, undone
from lms.dates import london
from lms.db import db
from lms.words import tag_of


def _recommendations() -> Iterator[Recommendation]:
    yield from db.session.scalars(
        select(Recommendation).options(selectinload(Recommendation.history)).order_by(Recommendation.reference)
    )


def state_as_its_history_says() -> list[str]:
    """The state, and the group, of every recommendation are those of its last deciding step."""
    return [sentence for one in _recommendations() for sentence in _about_state(one)]


def _about_state(one: Recommendation) -> Iterator[str]:
    word, last = tag_of(one.state).word.lower(), last_deciding(one.history)
    if last is None:
        if one.state is not RecommendationState.OFFERED:
            yield f"{one.reference} is {word}, and no step of its history says so."
        return
    expected = (last.state,) if last.state is not None else STATES_AFTER[last.kind]
    if one.state not in expected:
        yield f"{one.reference} is {word}, and the last step of its history says “{last.what}”."
    if one.state is RecommendationState.ACCEPTED and not _was_accepted(one):
        yield f"{one.reference} is accepted, and no group has accepted it."
    if last.group_id is not None and last.group_id != one.owner_group_id:
        yield f"{one.reference} is with another group than the last step of its history says."


def _was_accepted(one: Recommendation) -> bool:
    gone = undone(one.history)
    return any(step.kind is StepKind.ACCEPTED and step.id not in gone for step in one.history)


def steps_in_order() -> list[str]:
    """Steps were written down one after the other, none is dated after it was written down, and what declines gives a reason."""
    return [sentence for one in _recommendations() for sentence in _about_order(one)]


def _about_order(one: Recommendation) -> Iterator[str]:
    typed = sorted((step for step in one.history if step.at is not None), key=lambda step: step.id)
    for earlier, later in pairwise(typed):
        if earlier.at and later.at and later.at < earlier.at:
            yield f"{one.reference}: “{later.what}” was written down before “{earlier.what}”, which stands in front of it."
    for step in typed:
        yield from _about_step(one, step)


def _about_step(one: Recommendation, step: RecommendationStep) -> Iterator[str]:
    if step.at is not None and step.dated > london(step.at).date():
        yield f"{one.reference}: “{step.what}” is dated after it was written down."
    silent = (StepKind.DECLINED, StepKind.STEPPED_ACROSS, StepKind.CLOSED, StepKind.REOPENED, StepKind.CHANGED)
    if step.kind in silent and not step.reason:
        yield f"{one.reference}: “{step.what}” gives no reason."


CHECKS = [
    ("recommendations stand as their history says", state_as_its_history_says),
    ("steps of recommendations are in order", steps_in_order),
]
