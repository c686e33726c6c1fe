"""What `lms verify` checks of assurance events."""

from sqlalchemy import exists, func, select

from evaluation.actions.models import Action
from evaluation.assurance.models import (
    Answered,
    Ask,
    AssuranceEvent,
    InvitedAgency,
    Judgement,
    NewAction,
    Shown,
    assurance_event_action,
)
from lms.db import db


def asked_of_what_was_put() -> list[str]:
    """Agencies are asked about actions that were put to the event, and judged on nothing else."""
    rows = db.session.execute(
        select(AssuranceEvent.reference, Action.reference)
        .join(InvitedAgency, InvitedAgency.event_id == AssuranceEvent.id)
        .join(Ask, Ask.agency_id == InvitedAgency.id)
        .join(Action, Action.id == Ask.action_id)
        .where(
            Ask.dropped_at.is_(None),
            InvitedAgency.withdrawn_at.is_(None),
            ~exists().where(
                assurance_event_action.c.event_id == AssuranceEvent.id, assurance_event_action.c.action_id == Action.id
            ),
        )
        .distinct()
        .order_by(AssuranceEvent.reference, Action.reference)
    )
    return [f"agencies are asked at {event} about {action}, which was not put to it" for event, action in rows]


def judgements_say_why() -> list[str]:
    """A judgement that joins another says why, and is about a version that was sent."""
    first = select(func.min(Judgement.id)).group_by(Judgement.ask_id)
    silent = db.session.scalars(
        select(Judgement.id).where(Judgement.anew_because == "", Judgement.id.not_in(first)).order_by(Judgement.id)
    )
    unsent = db.session.scalars(
        select(Judgement.id)
        .join(Answered, Answered.id == Judgement.answer_id)
        .where((Answered.sent_at.is_(None)) | (Answered.ask_id != Judgement.ask_id))
        .order_by(Judgement.id)
    )
    return [f"judgement {one} was made anew without saying why" for one in silent] + [
        f"judgement {one} is about a version that was not sent for it" for one in unsent
    ]


def nothing_to_show_shows_nothing() -> list[str]:
    """Where an agency says that there is nothing to show yet, it shows nothing."""
    found = db.session.scalars(
        select(Answered.id)
        .where(Answered.sent_at.is_not(None), Answered.nothing_yet, exists().where(Shown.answer_id == Answered.id))
        .order_by(Answered.id)
    )
    return [f"assurance answer {one} says that there is nothing to show, and shows something" for one in found]


def new_actions_follow() -> list[str]:
    """A new action follows from one that was put to its event."""
    rows = db.session.execute(
        select(AssuranceEvent.reference, NewAction.action_id)
        .join(NewAction, NewAction.event_id == AssuranceEvent.id)
        .where(
            ~exists().where(
                assurance_event_action.c.event_id == NewAction.event_id,
                assurance_event_action.c.action_id == NewAction.follows_id,
            )
        )
        .order_by(AssuranceEvent.reference, NewAction.action_id)
    )
    return [f"action {action} of {event} follows from one that was not put to it" for event, action in rows]


CHECKS = [
    ("assurance events ask about what was put to them", asked_of_what_was_put),
    ("judgements say why", judgements_say_why),
    ("nothing to show shows nothing", nothing_to_show_shows_nothing),
    ("new actions of events follow from theirs", new_actions_follow),
]
