"""What `lms verify` checks of the action log."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from evaluation.actions import queries, rules
from evaluation.actions.models import Action, EvidenceKind, Outcome
from lms.dates import day as day_words
from lms.dates import london, now
from lms.db import db


def _log() -> list[Action]:
    return list(
        db.session.scalars(
            select(Action).options(*queries.facts(), selectinload(Action.steps)).order_by(Action.reference)
        )
    )


def history_and_facts() -> list[str]:
    """Each line of a history begins with the state the line before ended with, and the last is the state that the facts give, on
    the last day before the clock changes something that its job has still to write down."""
    today, found = london(now()).date(), []
    for action in _log():
        if not action.steps:
            continue
        for one, following in zip(action.steps, action.steps[1:], strict=False):
            if following.before is not one.after:
                found.append(f"{action.reference}: the history has a gap before {day_words(following.at)}")
        written = london(action.steps[-1].at).date()
        looked = today if action.look_on is None else min(today, action.look_on - timedelta(days=1))
        state = rules.stand(action, max(looked, written)).state
        if state is not action.steps[-1].after:
            found.append(f"{action.reference}: its history ends with {action.steps[-1].after}, its facts say {state}")
    return found


def closed_with_evidence() -> list[str]:
    """What is closed says what the evidence showed, and there was evidence of effect on that day."""
    found = []
    for action in _log():
        if action.closed_on is None:
            continue
        if action.outcome in {None, Outcome.NOT_ENOUGH_EVIDENCE}:
            found.append(f"{action.reference} is closed without an outcome")
        closed = action.closed_on
        if not any(one.kind is EvidenceKind.EFFECT and rules.counts(one, closed) for one in action.evidence):
            found.append(f"{action.reference} is closed without evidence of effect")
    return found


def no_circles() -> list[str]:
    """No action needs itself through others."""
    edges = queries.edges()
    ways = [way for start in sorted({one for one, _ in edges}) if (way := rules.circle(edges, start))]
    return [f"actions need each other in a circle: {', '.join(way)}" for way in ways]


CHECKS = [
    ("actions and their history", history_and_facts),
    ("closed actions", closed_with_evidence),
    ("what actions need", no_circles),
]
