"""Letters about actions: to whoever carries them out, and to the group that is asked a question."""

from collections.abc import Sequence
from datetime import date, datetime

from flask import current_app

from evaluation.actions import queries
from evaluation.actions.models import Action, Escalation
from evaluation.actions.rules import Occasion
from evaluation.governance.queries import members_of
from lms import dates
from lms.accounts.models import Person
from lms.letters.operations import queue
from lms.words import plural
from lms.working_days import add_working_days

#: How many working days there are to answer a question, or to say something about a date that has passed.
ANSWER_DAYS = 10


def link(action: Action) -> str:
    """The page of an action for whoever carries it out or was asked about it."""
    return f"{current_app.config['PUBLIC_URL']}/actions/{action.reference}"


def owner_words(action: Action) -> str:
    """Who owns it, in words: the person or agency that carries it out, and the group that answers for it."""
    carried = [one.name for one in (action.owner_person, action.owner_organisation) if one is not None]
    return ", ".join([*carried, action.owner_group.name])


def reminder(action: Action, occasion: Occasion, day: date, *, now: datetime) -> int:
    """Write to whoever carries it out, once for each occasion and person; how many letters."""
    today = dates.london(now).date()
    values = {
        "action_reference": action.reference,
        "action_wording": action.wording,
        "action_link": link(action),
    }
    due = dates.day(action.due)
    key, more = {
        Occasion.SOON: ("action-due-soon", {"action_due": due, "days_left": _days_left(action, today)}),
        Occasion.OVERDUE: (
            "action-overdue",
            {"action_due": due, "answer_until": dates.day(add_working_days(today, ANSWER_DAYS))},
        ),
        Occasion.QUIET: ("action-quiet", {"days_left": plural((today - _heard(action)).days, "day")}),
        Occasion.REVIEW: ("action-evidence-review", {}),
    }[occasion]
    return _to(queries.who_hears(action, today), key, values | more, f"action:{action.id}:{occasion}:{day}", now)


def _days_left(action: Action, today: date) -> str:
    return plural((action.due - today).days, "day") if action.due else ""


def _heard(action: Action) -> date:
    return max([action.decided_on, *(one.dated for one in action.updates)])


def assigned(action: Action, *, now: datetime) -> int:
    """A new action, to the person or the agency that is to carry it out."""
    if action.owner_person is None and action.owner_organisation is None:
        return 0
    values = {
        "action_owner": owner_words(action),
        "action_due": f"It is due on {dates.day(action.due)}." if action.due else "",
        "action_reference": action.reference,
        "action_wording": action.wording,
        "action_link": link(action),
    }
    owners = f"{action.owner_person_id}:{action.owner_organisation_id}"
    people = queries.who_hears(action, dates.london(now).date())
    return _to(people, "action-assigned", values, f"action:{action.id}:assigned:{owners}", now)


def escalated(escalation: Escalation, action: Action, *, why: str, now: datetime) -> int:
    """A question, to everybody who sits in the group that is asked."""
    today = dates.london(now).date()
    values = {
        "group_name": escalation.group.name,
        "action_owner": owner_words(action),
        "action_reference": action.reference,
        "action_wording": action.wording,
        "action_link": link(action),
        "question": escalation.question,
        "reason": why,
        "answer_until": dates.day(add_working_days(today, ANSWER_DAYS)),
    }
    people = [one.person for one in members_of(escalation.group, today)]
    return _to(people, "action-escalated", values, f"action:{action.id}:asked:{escalation.id}", now)


def answered(escalation: Escalation, action: Action, *, now: datetime) -> int:
    """The answer, to whoever carries the action out."""
    values = {
        "group_name": escalation.group.name,
        "action_reference": action.reference,
        "action_link": link(action),
        "question": escalation.question,
        "judgement": escalation.answer,
    }
    people = queries.who_hears(action, dates.london(now).date())
    return _to(people, "action-escalation-answered", values, f"action:{action.id}:answered:{escalation.id}", now)


def _to(people: Sequence[Person], key: str, values: dict[str, str], name: str, now: datetime) -> int:
    letters = [queue(key, to=one, values=values, now=now, dedupe=f"{name}:{one.id}") for one in people]
    return sum(letter is not None for letter in letters)
