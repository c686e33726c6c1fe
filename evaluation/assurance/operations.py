"""Making an event, inviting agencies, taking their evidence, the panel's judgements, the outcome, and new actions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from evaluation.actions.models import Action, ActionStep
from evaluation.actions.rules import stand
from evaluation.assurance import emails, queries, rules
from evaluation.assurance.models import (
    Ask,
    AssuranceEvent,
    AssuranceStep,
    Found,
    InvitedAgency,
    Judgement,
    NewAction,
    PanelMember,
)
from lms import dates
from lms.accounts.models import Person
from lms.activity.operations import record
from lms.db import db
from lms.errors import RuleBroken
from lms.organisations.models import Organisation, PartnershipGroup
from lms.words import listing, plural

BY_ITSELF = "By itself"


@dataclass(frozen=True)
class Draft:
    """What an officer says of an event."""

    title: str
    about: str
    first_day: date
    last_day: date
    evidence_until: date
    starts: time | None = None
    ends: time | None = None
    place: str = ""
    group: PartnershipGroup | None = None
    #: Names on the panel, each with its person where there is an account.
    panel: Sequence[tuple[str, Person | None]] = field(default=())


def step(event: AssuranceEvent, what: str, *, actor: Person | None, now: datetime, why: str = "", by: str = "") -> None:
    """Add one line to the history of an event, and to the list of what people did."""
    said = by or (actor.name if actor else BY_ITSELF)
    event.steps.append(AssuranceStep(at=now, actor=actor, by=said, what=what[:400], why=why))
    db.session.flush()
    record(
        "assurance:changed", actor=actor, subject_kind="assurance_event", subject=event.reference, now=now, what=what
    )


def make(
    *, draft: Draft, actor: Person | None, now: datetime, reference: str = "", made_up: bool = False
) -> AssuranceEvent:
    """Make an event. Nobody hears of it yet. RuleBroken where its days do not fit."""
    rules.check_days(
        first_day=draft.first_day,
        last_day=draft.last_day,
        evidence_until=draft.evidence_until,
        today=dates.london(now).date(),
    )
    named = reference or rules.next_event(queries.references(), draft.first_day.year)
    event = AssuranceEvent(reference=named, made_at=now, made_by=actor, sequence=0, made_up=made_up)
    _say(event, draft)
    try:
        with db.session.begin_nested():
            db.session.add(event)
    except IntegrityError:
        raise RuleBroken("Somebody else has made an event in the same moment. Save once more") from None
    step(event, "Made", actor=actor, now=now)
    return event


def _say(event: AssuranceEvent, draft: Draft) -> None:
    event.title, event.about, event.place = draft.title, draft.about, draft.place
    event.first_day, event.last_day, event.evidence_until = draft.first_day, draft.last_day, draft.evidence_until
    event.starts, event.ends, event.group = draft.starts, draft.ends, draft.group
    event.panel = [PanelMember(name=name, person=person) for name, person in draft.panel]


def change(*, event: AssuranceEvent, draft: Draft, why: str, actor: Person, now: datetime) -> bool:
    """Say something else of an event. Where days, times or the place change after the invitations, the agencies are written to,
    and `why` is needed. False where nothing was different."""
    _lock(event)
    rules.check_open(event)
    before, said_before = _told(event), _said(event)
    if (draft.first_day, draft.last_day, draft.evidence_until) != (
        event.first_day,
        event.last_day,
        event.evidence_until,
    ):
        rules.check_days(
            first_day=draft.first_day,
            last_day=draft.last_day,
            evidence_until=draft.evidence_until,
            today=dates.london(now).date(),
        )
    _say(event, draft)
    changed = [name for name, value in _told(event).items() if value != before[name]]
    if not changed and _said(event) == said_before:
        return False
    invited = [one for one in rules.live(event.agencies) if one.invited_at]
    if changed and invited:
        if not why.strip():
            raise RuleBroken("Say why it changes: the agencies have been invited already, and are written to", "why")
        event.sequence += 1
        for agency in invited:
            agency.remind_at = rules.next_reminder(event, now)
    words = f"Changed: {listing(changed)}" if changed else "Changed: what it is about, or who sits on the panel"
    step(event, words, actor=actor, now=now, why=why)
    if changed:
        _write_each(invited, "assurance-changed", why, now)
    return True


def _told(event: AssuranceEvent) -> dict[str, object]:
    """What the invitations say, by what it is called."""
    return {
        "the days": (event.first_day, event.last_day),
        "the times": (event.starts, event.ends),
        "the place": event.place,
        "the last day for evidence": event.evidence_until,
    }


def _said(event: AssuranceEvent) -> tuple[object, ...]:
    return event.title, event.about, event.group, tuple((one.name, one.person_id) for one in event.panel)


def _write_each(agencies: Sequence[InvitedAgency], key: str, words: str, now: datetime) -> int:
    people = queries.contacts([one.organisation_id for one in agencies])
    return sum(
        emails.to_agency(key, agency, person, now=now, what_changed=words)
        for agency in agencies
        for person in people[agency.organisation_id]
    )


def call_off(*, event: AssuranceEvent, why: str, actor: Person, now: datetime) -> None:
    """The event does not take place. What was sent stays; the agencies that were invited are told. RuleBroken once anything is
    judged."""
    _lock(event)
    rules.check_open(event)
    if any(ask.judgements for agency in event.agencies for ask in agency.asks):
        raise RuleBroken("The panel has judged already, so the event can no longer be called off.")
    event.called_off_at, event.called_off_why = now, why
    event.sequence += 1
    invited = [one for one in rules.live(event.agencies) if one.invited_at]
    for agency in event.agencies:
        agency.remind_at = None
    step(event, "Called off", actor=actor, now=now, why=why)
    _write_each(invited, "assurance-called-off", why, now)


def put_actions(*, event: AssuranceEvent, actions: Sequence[Action], actor: Person | None, now: datetime) -> bool:
    """Which actions of the log are put to the event. RuleBroken where one that an agency is asked about would be taken off."""
    _lock(event)
    rules.check_open(event)
    gone = [one for one in event.actions if one not in actions]
    added = [one for one in actions if one not in event.actions]
    asked = {ask.action_id for agency in rules.live(event.agencies) for ask in rules.asked(agency)}
    if held := [one.reference for one in gone if one.id in asked]:
        raise RuleBroken(f"Agencies are asked about {listing(held)}. Take it off there first")
    if not gone and not added:
        return False
    event.actions = sorted(actions, key=lambda one: one.reference)
    said = [f"put {listing([one.reference for one in added])}"] if added else []
    said += [f"took off {listing([one.reference for one in gone])}"] if gone else []
    words = listing(said)
    step(event, f"{words[:1].upper()}{words[1:]}", actor=actor, now=now)
    return True


def ask(
    *,
    event: AssuranceEvent,
    organisation: Organisation,
    actions: Sequence[Action],
    actor: Person | None,
    now: datetime,
) -> InvitedAgency:
    """Which actions an agency is asked about; it is added where it is not there. Who has been invited already is written to at
    once about what was added. RuleBroken where something judged would be taken off."""
    _lock(event)
    rules.check_open(event)
    if not actions:
        raise RuleBroken("Select at least one action")
    agency = next((one for one in event.agencies if one.organisation_id == organisation.id), None)
    if agency is None:
        agency = InvitedAgency(organisation=organisation)
        event.agencies.append(agency)
    again, agency.withdrawn_at, agency.withdrawn_why = agency.withdrawn_at is not None, None, ""
    before = {one.action_id: one for one in agency.asks}
    wanted = {one.id for one in actions}
    if any(one.judgements for one in agency.asks if one.action_id not in wanted and one.dropped_at is None):
        raise RuleBroken("The panel has judged one of the actions you take off. It stays")
    added = 0
    for one in actions:
        if one.id not in before:
            agency.asks.append(Ask(action=one))
            added += 1
        elif before[one.id].dropped_at is not None:
            before[one.id].dropped_at = None
            added += 1
    dropped = [one for key, one in before.items() if key not in wanted and one.dropped_at is None]
    for left in dropped:
        left.dropped_at = now
    db.session.flush()
    if added or dropped or again:
        references = listing([one.reference for one in sorted(actions, key=lambda one: one.reference)])
        step(event, f"{organisation.name} is asked about {references}", actor=actor, now=now)
    if agency.invited_at and (added or again):
        agency.remind_at = rules.next_reminder(event, now)
        words = "You are asked about more than before." if not again else "You are asked for evidence again."
        _write_each([agency], "assurance-changed", words, now)
    return agency


def withdraw(*, agency: InvitedAgency, why: str, actor: Person, now: datetime) -> None:
    """An agency is no longer asked. What it sent stays. RuleBroken once something of it is judged."""
    event = agency.event
    _lock(event)
    rules.check_open(event)
    if any(one.judgements for one in agency.asks):
        raise RuleBroken("The panel has judged what this agency sent, so it stays in the list.")
    agency.withdrawn_at, agency.withdrawn_why, agency.remind_at = now, why, None
    step(event, f"{agency.organisation.name} is no longer asked", actor=actor, now=now, why=why)
    if agency.invited_at:
        _write_each([agency], "assurance-called-off", why, now)


def invite(*, event: AssuranceEvent, actor: Person | None, now: datetime) -> int:
    """Write to every agency that has not heard of it yet; how many letters. RuleBroken where there is nobody to write to."""
    _lock(event)
    rules.check_open(event)
    waiting = [one for one in rules.live(event.agencies) if one.invited_at is None]
    if not waiting:
        raise RuleBroken("Every agency has been invited already.")
    if now >= rules.deadline(event):
        raise RuleBroken("The last day for evidence has passed. Change it first.")
    for agency in waiting:
        agency.invited_at, agency.remind_at = now, rules.next_reminder(event, now)
    db.session.flush()
    written = _write_each(waiting, "assurance-invitation", "", now)
    names = listing([one.organisation.name for one in waiting])
    step(event, f"Invited {plural(len(waiting), 'agency', 'agencies')}: {names}", actor=actor, now=now)
    return written


def remind(now: datetime) -> int:
    """Remind every agency that has not sent everything, and set the next reminder; how many agencies were looked at."""
    due = queries.to_remind(now)
    people = queries.contacts([one.organisation_id for one in due])
    for agency in due:
        event = agency.event
        before = [moment for moment in rules.remind_times(event) if moment <= now]
        open_ = [one for one in rules.asked(agency) if rules.sent(one) is None and not one.judgements]
        agency.remind_at = rules.next_reminder(event, now)
        if not open_ or not before or now >= rules.deadline(event) or event.called_off_at or agency.withdrawn_at:
            continue
        for person in people[agency.organisation_id]:
            emails.to_agency("assurance-evidence-reminder", agency, person, now=now, moment=before[-1])
        step(event, f"Reminded {agency.organisation.name}", actor=None, now=now)
    db.session.flush()
    return len(due)


def judge(
    *, asked: Ask, found: Found, reason: str, anew_because: str, actor: Person | None, now: datetime
) -> Judgement:
    """Keep what the panel found. It joins the earlier judgements of this action and agency, and says why. How many answers were
    in by then is kept with it."""
    event = asked.agency.event
    _lock(event)
    rules.check_open(event)
    if asked.dropped_at or asked.agency.withdrawn_at or asked.agency.invited_at is None:
        raise RuleBroken("This agency is not asked about this action, so there is nothing to judge.")
    rules.check_anew(asked, anew_because)
    in_by_then = rules.counted(event.agencies)
    first = not asked.judgements
    made = Judgement(
        found=found,
        reason=reason,
        anew_because="" if first else anew_because,
        answer=rules.sent(asked),
        sent_then=in_by_then.sent,
        asked_then=in_by_then.asked,
        judged_at=now,
        by=actor,
    )
    asked.judgements.append(made)
    asked.agency.remind_at = asked.agency.remind_at if any(not one.judgements for one in asked.agency.asks) else None
    words = f"{asked.agency.organisation.name}, {asked.action.reference}: judged “{found.label.lower()}”"
    step(event, words if first else f"{words}, anew", actor=actor, now=now, why=anew_because if not first else reason)
    return made


def send_outcomes(*, event: AssuranceEvent, agencies: Collection[str], actor: Person | None, now: datetime) -> int:
    """Write the outcome letters of these agencies (by their references), each once for what was judged; how many letters.
    RuleBroken where one is not ready."""
    _lock(event)
    rules.check_open(event)
    ready = [one for one in event.agencies if one.reference in agencies and rules.outcome_due(one)]
    if not ready:
        raise RuleBroken("Select at least one agency whose actions are all judged, and whose letter has not gone yet")
    people = queries.contacts([one.organisation_id for one in ready])
    written = 0
    for agency in ready:
        agency.outcome_at = now
        for person in people[agency.organisation_id]:
            written += emails.outcome(agency, person, now=now)
    names = listing([one.organisation.name for one in ready])
    step(event, f"Outcome sent to {names}", actor=actor, now=now)
    return written


def add_action(
    *,
    event: AssuranceEvent,
    follows: Action,
    wording: str,
    success: str,
    group: PartnershipGroup,
    organisation: Organisation | None,
    due: date,
    actor: Person | None,
    now: datetime,
    made_up: bool = False,
) -> Action:
    """A new action of the log, decided at the event. It serves the recommendations of the action it follows from, and has the
    next free number."""
    _lock(event)
    rules.check_open(event)
    today = dates.london(now).date()
    if follows not in event.actions:
        raise RuleBroken("Select an action that was put to this event")
    if due <= today:
        raise RuleBroken("The day it is due must be after today", "due")
    action = Action(
        wording=wording,
        success=success,
        owner_group=group,
        owner_organisation=organisation,
        decided_on=today,
        due=due,
        priority=follows.priority,
        made_up=made_up,
    )
    for _ in range(3):
        action.reference = rules.next_reference(queries.action_references())
        try:
            with db.session.begin_nested():
                db.session.add(action)
                db.session.flush()
            break
        except IntegrityError:  # somebody else has just taken the number
            continue
    else:
        raise RuleBroken("The action log is being written by others just now. Save once more")
    action.recommendations = list(follows.recommendations)
    action.steps.append(
        ActionStep(
            at=now,
            actor=actor,
            by=actor.name if actor else BY_ITSELF,
            what=f"Decided at {event.title} ({event.reference}); it follows from {follows.reference}",
            before=None,
            after=stand(action, today).state,
        )
    )
    event.new_actions.append(NewAction(action=action, follows=follows))
    owner = organisation.name if organisation else group.name
    step(event, f"New action {action.reference} for {owner}, following from {follows.reference}", actor=actor, now=now)
    return action


def _lock(event: AssuranceEvent) -> None:
    """Whoever changes an event waits for whoever is changing it, and then reads its agencies anew."""
    db.session.execute(select(AssuranceEvent.id).where(AssuranceEvent.id == event.id).with_for_update())
    anew = select(InvitedAgency).where(InvitedAgency.event_id == event.id).execution_options(populate_existing=True)
    db.session.scalars(anew).all()
