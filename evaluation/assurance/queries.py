"""Reads of assurance events. Whoever reads the log reads all of them; an agency reads its own, and nobody another’s drafts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Load, joinedload, selectinload

from evaluation.actions.models import Action
from evaluation.assurance import rules
from evaluation.assurance.models import Answered, Ask, AssuranceEvent, InvitedAgency, Judgement, NewAction, Shown
from evaluation.governance.queries import members_of
from lms import dates
from lms.accounts.models import Person, PersonRole
from lms.db import db
from lms.letters.models import Letter, LetterState
from lms.organisations.models import Organisation, PartnershipGroup
from lms.permissions import GRANTS, Permission, can

#: Who is written to about an agency's evidence.
ANSWERERS = sorted(role for role, granted in GRANTS.items() if Permission.AGENCY_ANSWER in granted)


def _agencies(loads: Any) -> Any:
    """What `rules` reads of agencies, in a fixed number of queries."""
    return loads.options(
        selectinload(InvitedAgency.asks).options(
            joinedload(Ask.action),
            selectinload(Ask.answers).options(
                joinedload(Answered.saved_by), selectinload(Answered.evidence).joinedload(Shown.file)
            ),
            selectinload(Ask.judgements).options(joinedload(Judgement.by), joinedload(Judgement.answer)),
        )
    )


def events() -> Sequence[AssuranceEvent]:
    """Every event, the newest first, with what its standing is read from."""
    return db.session.scalars(
        select(AssuranceEvent)
        .options(
            selectinload(AssuranceEvent.actions),
            joinedload(AssuranceEvent.group),
            _agencies(selectinload(AssuranceEvent.agencies)),
        )
        .order_by(AssuranceEvent.first_day.desc(), AssuranceEvent.id.desc())
    ).all()


def event(reference: str) -> AssuranceEvent | None:
    """One event with everything its page shows, in a fixed number of queries."""
    return db.session.scalar(
        select(AssuranceEvent)
        .where(AssuranceEvent.reference == reference)
        .options(
            joinedload(AssuranceEvent.group),
            joinedload(AssuranceEvent.made_by),
            selectinload(AssuranceEvent.panel),
            selectinload(AssuranceEvent.actions).options(
                joinedload(Action.owner_group), selectinload(Action.recommendations)
            ),
            selectinload(AssuranceEvent.steps),
            selectinload(AssuranceEvent.new_actions).options(
                joinedload(NewAction.action).options(
                    joinedload(Action.owner_organisation), joinedload(Action.owner_group)
                ),
                joinedload(NewAction.follows),
            ),
            _agencies(selectinload(AssuranceEvent.agencies)),
        )
    )


def references() -> set[str]:
    """Every reference of an event."""
    return set(db.session.scalars(select(AssuranceEvent.reference)))


def action_references() -> set[str]:
    """Every reference of the action log."""
    return set(db.session.scalars(select(Action.reference)))


def groups() -> Sequence[PartnershipGroup]:
    """The groups of the partnership, by name."""
    return db.session.scalars(select(PartnershipGroup).order_by(PartnershipGroup.name)).all()


def people_by_address(addresses: Sequence[str]) -> dict[str, Person]:
    """People with these addresses: {address: person}."""
    found = db.session.scalars(select(Person).where(Person.email.in_(addresses)))
    return {one.email: one for one in found if one.email}


def panel_words(found: AssuranceEvent, on: date) -> list[str]:
    """Who sits on the panel: the members of the group on a day with their part, and those who are named."""
    members = members_of(found.group, on) if found.group else []
    named = [
        f"{one.person.name}, {one.part[:1].lower()}{one.part[1:]}" if one.part else one.person.name for one in members
    ]
    return named + [one.name for one in found.panel]


def ask_of(found: AssuranceEvent, ask_id: int) -> Ask | None:
    """One action of one agency, of this event."""
    return next((ask for agency in found.agencies for ask in agency.asks if ask.id == ask_id), None)


def agency_of(found: AssuranceEvent, reference: str) -> InvitedAgency | None:
    """One agency of this event."""
    return next((one for one in found.agencies if one.reference == reference), None)


# Who is written to.


def contacts(organisation_ids: Sequence[int]) -> dict[int, list[Person]]:
    """Those who may answer for these organisations and can be written to: {organisation id: people}."""
    found: dict[int, list[Person]] = {one: [] for one in organisation_ids}
    rows = db.session.scalars(
        select(Person)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(
            Person.organisation_id.in_(organisation_ids),
            PersonRole.role.in_(ANSWERERS),
            Person.disabled_at.is_(None),
            Person.email.is_not(None),
        )
        .distinct()
        .order_by(Person.last_name, Person.first_name, Person.id)
    )
    for person in rows:
        found[person.organisation_id].append(person)
    return found


@dataclass(frozen=True)
class Progress:
    """How far the outcome letters of an event have got."""

    written: int
    gone: int
    failed: int


def outcome_progress(found: AssuranceEvent) -> Progress:
    """How many outcome letters were written, have gone, and could not go."""
    rows = db.session.execute(
        select(Letter.state, func.count())
        .where(Letter.key == "assurance-outcome", Letter.dedupe.like(f"assurance-outcome:{found.id}:%"))
        .group_by(Letter.state)
    )
    counts = {row[0]: row[1] for row in rows}
    return Progress(sum(counts.values()), counts.get(LetterState.SENT, 0), counts.get(LetterState.FAILED, 0))


# What an agency sees.


def own_agencies(person: Person) -> Sequence[InvitedAgency]:
    """The invitations of this person's own organisation that have gone out, the newest event first; nobody else's."""
    return db.session.scalars(_own(person).order_by(AssuranceEvent.first_day.desc(), InvitedAgency.id)).all()


def own_agency(person: Person, reference: str) -> InvitedAgency | None:
    """One invitation of this person's own organisation."""
    found: InvitedAgency | None = db.session.scalar(_own(person).where(InvitedAgency.reference == reference))
    return found


def _own(person: Person) -> Any:
    return (
        select(InvitedAgency)
        .join(InvitedAgency.event)
        .options(joinedload(InvitedAgency.event), _agencies(Load(InvitedAgency)))
        .where(InvitedAgency.organisation_id == person.organisation_id, InvitedAgency.invited_at.is_not(None))
    )


def sentences_of(person: Person) -> list[tuple[str, str]]:
    """What waits for whoever answers for an agency: evidence that is to be sent. (sentence, address)."""
    if not can(person, Permission.AGENCY_ANSWER):
        return []
    said = []
    for agency in own_agencies(person):
        waiting = [ask for ask in rules.asked(agency) if rules.sent(ask) is None and not ask.judgements]
        if waiting and agency.withdrawn_at is None and agency.event.called_off_at is None:
            until = dates.day(agency.event.evidence_until)
            words = f"Evidence of {agency.organisation.name} for {agency.event.title} is asked for until {until}."
            said.append((words, url_for("assurance.own_event", reference=agency.reference)))
    return said


# What happens by itself.


def next_to_remind() -> datetime | None:
    """When an agency is next to be reminded."""
    earliest: datetime | None = db.session.scalar(select(func.min(InvitedAgency.remind_at)))
    return earliest


def to_remind(now: datetime) -> Sequence[InvitedAgency]:
    """Agencies whose reminder is due."""
    return db.session.scalars(
        select(InvitedAgency)
        .options(joinedload(InvitedAgency.event), _agencies(Load(InvitedAgency)))
        .where(InvitedAgency.remind_at <= now)
        .order_by(InvitedAgency.id)
    ).all()


def organisations_by_sector() -> list[tuple[str, list[str]]]:
    """The ids of all organisations, by sector in the partnership's order, for a form."""
    found: dict[str, list[str]] = {}
    rows = db.session.scalars(
        select(Organisation)
        .join(Organisation.sector)
        .order_by(Organisation.name)
        .options(joinedload(Organisation.sector))
    ).all()
    for one in sorted(rows, key=lambda one: one.sector.position):
        found.setdefault(one.sector.name, []).append(str(one.id))
    return list(found.items())
