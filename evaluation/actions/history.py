"""The history of an action: a line for every change, and for what only the clock changed; and the job that looks at the clock.

`note` is what every operation ends with, and other features’ operations that change what an action’s state is read from.
"""

from datetime import datetime

from sqlalchemy import select

from evaluation.actions import emails, queries, rules
from evaluation.actions.models import Action, ActionStep
from lms import dates
from lms.accounts.models import Person
from lms.db import db

#: Who acts where only time has passed.
CLOCK = "The calendar"
LONGEST = 400


def locked(action: Action, now: datetime) -> Action:
    """The action as it is now, with what the clock has changed of it written down; who else changes it waits."""
    found = db.session.scalars(
        select(Action)
        .where(Action.id == action.id)
        .with_for_update(of=Action)
        .options(*queries.facts())
        .execution_options(populate_existing=True)
    ).one()
    look(found, now)
    return found


def note(action: Action, now: datetime, actor: Person | None, what: str, why: str = "") -> ActionStep:
    """Write down a change that was just made: who, what and why, and from which state to which. What needs this action is looked
    at too, because it may slip with it, or stand better."""
    step = _step(action, now, actor, actor.name if actor else "The log", what, why)
    for dependent in action.needed_by:
        found = db.session.scalars(
            select(Action)
            .where(Action.id == dependent.id)
            .with_for_update(of=Action)
            .options(*queries.facts())
            .execution_options(populate_existing=True)
        ).one()
        today = dates.london(now).date()
        state, found.look_on = rules.stand(found, today), rules.next_look(found, today)
        if found.steps and found.steps[-1].after is not state.state:
            _step(
                found,
                now,
                actor,
                actor.name if actor else "The log",
                f"{action.reference}, which it needs, has changed.",
                " ".join(state.because),
            )
    db.session.flush()
    return step


def look(action: Action, now: datetime) -> bool:
    """Write down what only the clock changed; False where nothing did. Its first line says how it stood when it was taken in."""
    today = dates.london(now).date()
    found, last = rules.stand(action, today), queries.last_step(action)
    if last is not None and last.after is found.state:
        action.look_on = rules.next_look(action, today)
        db.session.flush()
        return False
    what = rules.clock_words(found) if last else "Taken into the history, as it stood."
    _step(action, now, None, CLOCK if last else "The log", what, " ".join(found.because))
    return True


def _step(action: Action, now: datetime, actor: Person | None, by: str, what: str, why: str) -> ActionStep:
    today, last = dates.london(now).date(), queries.last_step(action)
    step = ActionStep(
        action_id=action.id,
        at=now,
        actor=actor,
        by=by,
        what=what if len(what) <= LONGEST else f"{what[: LONGEST - 1]}…",
        why=why.strip(),
        before=last.after if last else None,
        after=rules.stand(action, today).state,
    )
    action.steps.append(step)
    action.look_on = rules.next_look(action, today)
    db.session.flush()
    return step


def look_at_the_clock(now: datetime) -> int:
    """The job: look at every action of which a day has come, and write to whoever carries it out; how many were looked at."""
    today = dates.london(now).date()
    found = queries.to_look_at(today)
    for number in found:
        action = locked(db.session.get_one(Action, number), now)
        for occasion, day in rules.letters_due(action, today).items():
            emails.reminder(action, occasion, day, now=now)
    return len(found)
