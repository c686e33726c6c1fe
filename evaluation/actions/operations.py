"""Writes of the action log. Every one leaves a line in the history of its action: when, who, what, why, and from which state to
which."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from evaluation.actions import emails, queries, rules
from evaluation.actions.history import locked, look, note
from evaluation.actions.models import (
    Action,
    ActionEvidence,
    ActionStep,
    ActionUpdate,
    Escalation,
    EvidenceKind,
    Outcome,
    Outlook,
)
from evaluation.improvement import dependants
from evaluation.recommendations.models import Recommendation
from evaluation.recommendations.rules import check_open
from lms import dates
from lms.accounts.models import Person
from lms.activity.operations import record
from lms.db import db
from lms.errors import RuleBroken
from lms.files import Upload, keep
from lms.organisations.models import Organisation, PartnershipGroup, Priority
from lms.words import listing, tag_of

__all__ = ["look", "note"]

#: What goes with an action when it is removed.
OWN_ROWS = frozenset(
    {
        ("action_step", "action_id"),
        ("action_recommendation", "action_id"),
        ("action_dependency", "action_id"),
    }
)


@dataclass(frozen=True)
class Told:
    """What an officer says an action is to be. The names are those of `Action`."""

    wording: str
    owner_group: PartnershipGroup
    recommendations: Collection[Recommendation]
    success: str = ""
    owner_person: Person | None = None
    owner_organisation: Organisation | None = None
    due: date | None = None
    long_term: bool = False
    long_term_why: str = ""
    priority: Priority | None = None


def _day(now: datetime) -> date:
    return dates.london(now).date()


def _activity(verb: str, action: Action, actor: Person | None, now: datetime) -> None:
    record(f"action:{verb}", actor=actor, subject_kind="action", subject=action.reference, now=now)


def add(*, reference: str, told: Told, decided_on: date, actor: Person | None, now: datetime) -> Action:
    """A new action of the log. RuleBroken where its reference is taken or its dates do not fit."""
    rules.check_reference(reference, queries.references())
    rules.check_plan(
        long_term=told.long_term,
        long_term_why=told.long_term_why,
        due=told.due,
        decided_on=decided_on,
        today=_day(now),
    )
    if not told.recommendations:
        raise RuleBroken("Tick at least one recommendation", "recommendations")
    action = Action(reference=reference, decided_on=decided_on)
    try:
        with db.session.begin_nested(), db.session.no_autoflush:
            db.session.add(action)
            _say(action, told)
    except IntegrityError:
        raise RuleBroken(f"{reference} is used already. Choose another reference", "reference") from None
    answers = listing([one.reference for one in action.recommendations])
    note(action, now, actor, f"Agreed on {dates.day(decided_on)}, to answer {answers}.", action.long_term_why)
    _activity("added", action, actor, now)
    emails.assigned(action, now=now)
    return action


def _say(action: Action, told: Told) -> None:
    action.wording, action.success = told.wording.strip(), told.success.strip()
    action.owner_group, action.owner_person = told.owner_group, told.owner_person
    action.owner_organisation, action.priority = told.owner_organisation, told.priority
    action.due, action.long_term = told.due, told.long_term
    action.long_term_why = told.long_term_why.strip() if told.long_term else ""
    wanted = sorted(told.recommendations, key=lambda one: one.reference)
    for one in wanted:
        if one not in action.recommendations:
            check_open(one)
    if wanted != list(action.recommendations):
        action.recommendations = wanted


def change(*, action: Action, told: Told, why: str, seen: str, actor: Person, now: datetime) -> bool:
    """Say something else of an action; False where nothing is different. A new date has its reason. RuleBroken where somebody
    else has changed it since the page was opened (`seen`)."""
    action = locked(action, now)
    if queries.fingerprint(action) != seen:
        raise RuleBroken(
            f"Somebody has changed {action.reference} since you opened this page. What you typed is still here: "
            "look at the action in another window, then open this page again and change what is still needed."
        )
    rules.check_not_closed(action)
    if not told.recommendations:
        raise RuleBroken("Tick at least one recommendation", "recommendations")
    rules.check_plan(
        long_term=told.long_term,
        long_term_why=told.long_term_why,
        due=told.due,
        decided_on=action.decided_on,
        today=_day(now),
    )
    rules.check_new_date(
        was=action.due, now=told.due, long_term_changed=action.long_term is not told.long_term, why=why
    )
    before, owners = _said(action), (action.owner_person, action.owner_organisation)
    _say(action, told)
    db.session.flush()
    after = _said(action)
    changed = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    if not changed:
        return False
    short = [f"{name} from {old} to {new}" for name, (old, new) in changed.items() if len(old) + len(new) < 120]
    long_ones = [(name, old) for name, (old, new) in changed.items() if len(old) + len(new) >= 120]
    what = "Changed: " + "; ".join(short + [f"{name} (the words before stand beside)" for name, _ in long_ones])
    note(action, now, actor, what, "\n".join([why.strip(), *(f"Before, {name}: {old}" for name, old in long_ones)]))
    _activity("changed", action, actor, now)
    if owners != (action.owner_person, action.owner_organisation):
        emails.assigned(action, now=now)
    return True


def _said(action: Action) -> dict[str, str]:
    """What an action is to be, in words, by what each is called in a sentence."""
    return {
        "due date": dates.day(action.due) if action.due else "none",
        "long-term cultural change": f"yes ({action.long_term_why})" if action.long_term else "no",
        "what is to be done": f"“{action.wording}”",
        "by what it will be seen": f"“{action.success}”",
        "group": action.owner_group.name,
        "person": action.owner_person.name if action.owner_person else "nobody",
        "agency": action.owner_organisation.name if action.owner_organisation else "none",
        "priority": action.priority.name if action.priority else "none",
        "recommendations": listing([one.reference for one in action.recommendations]),
    }


def report(
    *, action: Action, text: str, dated: date, outlook: Outlook | None, actor: Person | None, now: datetime
) -> ActionUpdate:
    """Add what was reported on a day. It is never overwritten: what was wrong is put right by the next."""
    action = locked(action, now)
    rules.check_not_closed(action)
    rules.check_past(dated, _day(now), "dated")
    update = ActionUpdate(action_id=action.id, dated=dated, text=text.strip(), outlook=outlook, by=actor)
    db.session.add(update)
    db.session.flush()
    db.session.refresh(action, ["updates"])
    said = f"; it is {tag_of(outlook.value, 'ActionState').word.lower()}" if outlook else ""
    note(action, now, actor, f"Reported as of {dates.day(dated)}{said}.", text.strip())
    _activity("reported", action, actor, now)
    return update


def add_evidence(
    *,
    action: Action,
    kind: EvidenceKind,
    shows: str,
    about_on: date,
    expires_on: date | None = None,
    url: str = "",
    upload: Upload | None = None,
    actor: Person | None,
    now: datetime,
) -> ActionEvidence:
    """Add a file or a link that shows something, with the day it is about; the day it was added is kept apart."""
    action = locked(action, now)
    rules.check_not_closed(action)
    rules.check_evidence(
        about_on=about_on, expires_on=expires_on, url=url, has_file=upload is not None, today=_day(now)
    )
    evidence = ActionEvidence(
        action_id=action.id,
        kind=kind,
        shows=shows.strip(),
        about_on=about_on,
        added_at=now,
        expires_on=expires_on,
        url=url,
        file=keep(upload, now=now, by=actor) if upload is not None else None,
        added_by=actor,
    )
    db.session.add(evidence)
    db.session.flush()
    db.session.refresh(action, ["evidence"])
    of_what = "its effect" if kind is EvidenceKind.EFFECT else "what was done"
    note(action, now, actor, f"Added evidence of {of_what}, about {dates.day(about_on)}.", evidence.shows)
    _activity("evidence_added", action, actor, now)
    return evidence


def take_back(*, action: Action, evidence: ActionEvidence, why: str, actor: Person, now: datetime) -> None:
    """It no longer counts, and says why. Nothing is deleted."""
    action = locked(action, now)
    rules.check_take_back(action, evidence, why)
    evidence.taken_back_at, evidence.taken_back_why = now, why.strip()
    db.session.flush()
    note(action, now, actor, f"Took back evidence: {evidence.shows}", why.strip())
    _activity("evidence_taken_back", action, actor, now)


def finish(*, action: Action, done_on: date, what: str, why: str = "", actor: Person | None, now: datetime) -> None:
    """Done: what was done, on which day. There is evidence of doing, or it is said why there is none."""
    action = locked(action, now)
    rules.check_finish(action, done_on=done_on, why=why, today=_day(now))
    action.done_on, action.outcome, action.review_on = done_on, None, None
    db.session.flush()
    note(action, now, actor, f"Done on {dates.day(done_on)}: {what.strip()}", why.strip())
    _activity("done", action, actor, now)


def judge(
    *,
    action: Action,
    outcome: Outcome,
    said: str,
    review_on: date | None = None,
    minute: str = "",
    actor: Person | None,
    now: datetime,
) -> None:
    """What the evidence says. Better, no clear change and worse close it, and need evidence of effect; “not enough evidence yet”
    keeps it done, and it waits again on the day named."""
    action = locked(action, now)
    rules.check_judge(action, outcome, review_on=review_on, today=_day(now))
    word = tag_of(outcome.value, "verdict").word.lower()
    where = f" Minute {minute.strip()}." if minute.strip() else ""
    action.outcome = outcome
    if outcome is Outcome.NOT_ENOUGH_EVIDENCE:
        action.review_on = review_on
        what = f"Looked at the evidence: not enough yet. Again on {dates.day(review_on)}.{where}"
    else:
        action.closed_on, action.review_on = _day(now), None
        what = f"Closed. What the evidence says: {word}.{where}"
    db.session.flush()
    note(action, now, actor, what, said.strip())
    _activity("judged" if action.closed_on is None else "closed", action, actor, now)


def reopen(*, action: Action, whole: bool, why: str, actor: Person, now: datetime) -> None:
    """Open it again: the action itself (more is to be done), or only the question of its effect. The history stays."""
    action = locked(action, now)
    rules.check_reopen(action, whole=whole, why=why)
    action.closed_on, action.outcome, action.review_on = None, None, None
    if whole:
        action.done_on = None
    db.session.flush()
    what = "Opened again: more is to be done." if whole else "Opened again: its effect is to be judged anew."
    note(action, now, actor, what, why.strip())
    _activity("reopened", action, actor, now)


def escalate(
    *, action: Action, group: PartnershipGroup, question: str, actor: Person | None, now: datetime
) -> Escalation:
    """Put a question about it to a group. It waits until the group has answered."""
    action = locked(action, now)
    rules.check_not_closed(action)
    if any(one.group_id == group.id and one.answered_on is None for one in action.escalations):
        raise RuleBroken(f"The {group.name} has a question about it already, and has not answered yet", "group")
    escalation = Escalation(
        action_id=action.id,
        group=group,
        asked_on=_day(now),
        question=question.strip(),
        asked_by_id=actor.id if actor else None,
    )
    db.session.add(escalation)
    db.session.flush()
    db.session.refresh(action, ["escalations"])
    note(action, now, actor, f"Asked the {group.name}.", escalation.question)
    _activity("escalated", action, actor, now)
    found = rules.stand(action, _day(now))
    emails.escalated(escalation, action, why=" ".join([f"{tag_of(found.state).word}.", *found.because]), now=now)
    return escalation


def answer(
    *,
    action: Action,
    escalation: Escalation,
    answered_on: date,
    text: str,
    minute: str = "",
    actor: Person | None,
    now: datetime,
) -> None:
    """Write down what the group answered, and where its minutes say so."""
    action = locked(action, now)
    if escalation.answered_on is not None:
        raise RuleBroken("This question is answered already.")
    rules.check_past(answered_on, _day(now), "answered_on")
    if answered_on < escalation.asked_on:
        raise RuleBroken(f"Enter a day after it was asked, on {dates.day(escalation.asked_on)}", "answered_on")
    escalation.answered_on, escalation.answer, escalation.minute = answered_on, text.strip(), minute.strip()
    escalation.answered_by_id = actor.id if actor else None
    db.session.flush()
    where = f" Minute {minute.strip()}." if minute.strip() else ""
    note(action, now, actor, f"The {escalation.group.name} answered on {dates.day(answered_on)}.{where}", text.strip())
    _activity("answered", action, actor, now)
    emails.answered(escalation, action, now=now)


def need(*, action: Action, needs: Action, actor: Person | None, now: datetime) -> None:
    """It cannot be done before another is. RuleBroken where that would be a circle: the sentence names it."""
    # Two who each add one half of a circle at once: the second waits here, and reads what the first has added.
    db.session.execute(select(Action.id).order_by(Action.id).with_for_update())
    action = locked(action, now)
    rules.check_not_closed(action)
    if needs in action.needs:
        raise RuleBroken(f"{action.reference} needs {needs.reference} already", "needs")
    rules.check_circle(action.reference, needs.reference, queries.edges())
    action.needs.append(needs)
    db.session.flush()
    note(action, now, actor, f"It needs {needs.reference} to be done first.", needs.wording)
    _activity("needs", action, actor, now)


def need_no_more(*, action: Action, needs: Action, actor: Person, now: datetime) -> None:
    """It can be done without another. Where that was so already, nothing happens."""
    action = locked(action, now)
    if needs not in action.needs:
        return
    action.needs.remove(needs)
    db.session.flush()
    note(action, now, actor, f"It no longer needs {needs.reference}.")
    _activity("needs_no_more", action, actor, now)


def remove(*, action: Action, actor: Person, now: datetime) -> None:
    """Away with an action that was a slip. RuleBroken with the sentence who depends on it, where anybody does."""
    action = locked(action, now)
    dependants.check(action, parts=OWN_ROWS)
    reference = action.reference
    db.session.execute(delete(ActionStep).where(ActionStep.action_id == action.id))
    db.session.expire(action, ["steps"])
    action.recommendations, action.needs = [], []
    db.session.flush()
    db.session.delete(action)
    db.session.flush()
    record("action:removed", actor=actor, subject_kind="action", subject=reference, now=now)
