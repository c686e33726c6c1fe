"""Reads of the action log. Nothing of the log is personal: who may see one may see all. Owners see theirs."""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from evaluation.actions.models import (
    Action,
    ActionEvidence,
    ActionStep,
    ActionUpdate,
    Escalation,
    action_dependency,
)
from evaluation.governance.models import GroupMember
from evaluation.governance.queries import members_of
from evaluation.offers.models import LearningOffer
from evaluation.recommendations.models import Recommendation, RecommendationState
from lms import dates
from lms.accounts.models import Person, PersonRole
from lms.db import db
from lms.organisations.models import Organisation, PartnershipGroup, Priority
from lms.permissions import Permission, can
from lms.roles import Role

#: At this hour, London's time, the clock's part is written down and owners are written to.
LOOKS_AT = 7
#: Who answers for an agency or a school.
LEADS = (Role.TRAINING_LEAD, Role.DSL, Role.HEADTEACHER)


def facts() -> tuple[Any, ...]:
    """Loads what `rules.stand` and `rules.waits` read beside the action's own row."""
    return (
        selectinload(Action.updates),
        selectinload(Action.evidence),
        selectinload(Action.needs),
        selectinload(Action.escalations).joinedload(Escalation.group),
    )


def actions() -> Sequence[Action]:
    """The action log, by reference, with the facts of every action."""
    return db.session.scalars(_listed().order_by(Action.reference)).all()


def _listed() -> Select[Action]:
    return select(Action).options(
        joinedload(Action.owner_group),
        joinedload(Action.owner_person),
        joinedload(Action.owner_organisation),
        joinedload(Action.priority),
        selectinload(Action.recommendations),
        *facts(),
    )


def action(reference: str) -> Action | None:
    """One action with everything its page shows, in a fixed number of queries."""
    return db.session.scalar(
        _listed()
        .options(
            selectinload(Action.updates).joinedload(ActionUpdate.by),
            selectinload(Action.evidence).options(joinedload(ActionEvidence.file), joinedload(ActionEvidence.added_by)),
            selectinload(Action.needed_by),
            selectinload(Action.steps),
            selectinload(Action.offers).options(joinedload(LearningOffer.course), joinedload(LearningOffer.resource)),
            selectinload(Action.measures),
        )
        .where(Action.reference == reference)
    )


def names(action: Action) -> dict[int, str]:
    """The people who asked or answered a question about an action: {person id: name}."""
    ids = {one.asked_by_id for one in action.escalations} | {one.answered_by_id for one in action.escalations}
    return {one.id: one.name for one in db.session.scalars(select(Person).where(Person.id.in_(ids - {None})))}


def references() -> set[str]:
    """Every reference that is in use in the log: of actions, and of recommendations, which are read at the same addresses."""
    return {*db.session.scalars(select(Action.reference)), *db.session.scalars(select(Recommendation.reference))}


def edges() -> set[tuple[str, str]]:
    """Which action needs which, by reference."""
    one, needed = select(Action.id, Action.reference).subquery(), select(Action.id, Action.reference).subquery()
    rows = db.session.execute(
        select(one.c.reference, needed.c.reference)
        .join(action_dependency, action_dependency.c.action_id == one.c.id)
        .join(needed, needed.c.id == action_dependency.c.needs_id)
    )
    return {(row[0], row[1]) for row in rows}


def evidence_of(action: Action, number: int) -> ActionEvidence | None:
    """A piece of evidence of this action."""
    return next((one for one in action.evidence if one.id == number), None)


def escalation_of(action: Action, number: int) -> Escalation | None:
    """A question about this action."""
    return next((one for one in action.escalations if one.id == number), None)


def fingerprint(action: Action) -> str:
    """A few letters that differ where what an officer can change differs: whether somebody else has changed it since."""
    said = (
        action.wording,
        action.success,
        action.owner_group_id,
        action.owner_person_id,
        action.owner_organisation_id,
        action.due,
        action.long_term,
        action.long_term_why,
        action.priority_id,
        sorted(one.id for one in action.recommendations),
        action.done_on,
        action.closed_on,
    )
    return sha256("\x1f".join(str(one) for one in said).encode()).hexdigest()[:16]


# What an officer chooses from.


def groups() -> Sequence[PartnershipGroup]:
    """Every group of the partnership, by name."""
    return db.session.scalars(select(PartnershipGroup).order_by(PartnershipGroup.name)).all()


def group(number: int) -> PartnershipGroup | None:
    """One group that was chosen from the list."""
    return db.session.get(PartnershipGroup, number)


def recommendations(action: Action | None = None) -> Sequence[Recommendation]:
    """What an action can answer, by reference: every recommendation that no group declined, and those it answers already."""
    answered = [one.id for one in action.recommendations] if action is not None else []
    return db.session.scalars(
        select(Recommendation)
        .where(or_(Recommendation.state != RecommendationState.DECLINED, Recommendation.id.in_(answered)))
        .order_by(Recommendation.reference)
    ).all()


def owners(log: Sequence[Action]) -> list[tuple[str, str]]:
    """Who owns something in the log, to filter by: groups, then agencies, then people; (key, name)."""
    found: dict[str, str] = {}
    for one in log:
        found[f"g{one.owner_group_id}"] = one.owner_group.name
        if one.owner_organisation is not None:
            found[f"o{one.owner_organisation_id}"] = one.owner_organisation.name
        if one.owner_person is not None:
            found[f"p{one.owner_person_id}"] = one.owner_person.name
    return sorted(found.items(), key=lambda pair: ("gop".index(pair[0][0]), pair[1]))


# Whose it is.


def _mine(person: Person, today: date) -> ColumnElement[bool]:
    """The actions a person reports on: their own, their agency's where they answer for it, and those of their groups."""
    member = exists().where(
        GroupMember.group_id == Action.owner_group_id, GroupMember.person_id == person.id, _sits(today)
    )
    answers = can(person, Permission.AGENCY_ANSWER) and person.organisation_id is not None
    agency = Action.owner_organisation_id == person.organisation_id if answers else Action.id.is_(None)
    return or_(Action.owner_person_id == person.id, agency, member)


def _sits(on: date) -> ColumnElement[bool]:
    return and_(GroupMember.since <= on, or_(GroupMember.until.is_(None), GroupMember.until >= on))


def _asked(person: Person, today: date) -> ColumnElement[bool]:
    """The actions about which a group of this person was asked."""
    return exists().where(
        Escalation.action_id == Action.id,
        GroupMember.group_id == Escalation.group_id,
        GroupMember.person_id == person.id,
        _sits(today),
    )


def mine(person: Person, today: date) -> Sequence[Action]:
    """The actions this person reports on, what is due first."""
    return db.session.scalars(
        _listed().where(_mine(person, today)).order_by(Action.due.is_(None), Action.due, Action.reference)
    ).all()


def asked(person: Person, today: date) -> Sequence[Action]:
    """The actions about which a group of this person was asked something that is not answered, the oldest question first."""
    waiting = exists().where(
        Escalation.action_id == Action.id,
        Escalation.answered_on.is_(None),
        GroupMember.group_id == Escalation.group_id,
        GroupMember.person_id == person.id,
        _sits(today),
    )
    return db.session.scalars(_listed().where(waiting).order_by(Action.reference)).all()


def may_report(person: Person, action: Action, today: date) -> bool:
    """Is it theirs to report on?"""
    return bool(db.session.scalar(select(exists().where(Action.id == action.id, _mine(person, today)))))


def own_action(person: Person, reference: str, today: date) -> Action | None:
    """An action this person reports on, or about which their group was asked; to anybody else it is not there."""
    theirs = or_(_mine(person, today), _asked(person, today))
    there = db.session.scalar(select(Action.id).where(Action.reference == reference, theirs))
    return action(reference) if there else None


def who_hears(action: Action, on: date) -> Sequence[Person]:
    """Who is written to about an action: the person who carries it out; else who answers for the agency; else its group."""
    if action.owner_person is not None:
        return [action.owner_person]
    if action.owner_organisation is not None and (leads := leads_of(action.owner_organisation)):
        return leads
    return [one.person for one in members_of(action.owner_group, on)]


def leads_of(organisation: Organisation) -> Sequence[Person]:
    """Who answers for an agency or a school."""
    return db.session.scalars(
        select(Person)
        .where(
            Person.organisation_id == organisation.id,
            Person.disabled_at.is_(None),
            Person.held.any(PersonRole.role.in_(LEADS)),
        )
        .order_by(Person.last_name, Person.id)
    ).all()


# For the job.


def next_at() -> datetime | None:
    """When the clock next has something to write into the log. Actions nobody has looked at wait for today."""
    day, unseen = db.session.execute(
        select(func.min(Action.look_on), func.count().filter(Action.look_on.is_(None))).select_from(Action)
    ).one()
    moments = [dates.from_london(day, LOOKS_AT)] if day is not None and day < date.max else []
    if unseen:
        moments.append(dates.from_london(dates.london(dates.now()).date()))
    return min(moments, default=None)


def to_look_at(today: date) -> Sequence[int]:
    """The ids of the actions the clock has something to do with by today, what others need first."""
    come = Action.look_on <= today
    # What nobody has looked at is taken in on the day it is, not on an earlier one that is made up for.
    if today >= dates.london(dates.now()).date():
        come = or_(come, Action.look_on.is_(None))
    return db.session.scalars(select(Action.id).where(come).order_by(Action.look_on, Action.id)).all()


def last_step(action: Action) -> ActionStep | None:
    """The newest line of its history."""
    return action.steps[-1] if action.steps else None


def priorities_used(log: Sequence[Action]) -> list[Priority]:
    """The priorities actions of the log serve, by number."""
    return sorted({one.priority for one in log if one.priority is not None}, key=lambda one: one.number)
