"""Writes to learning offers: what an action offers, and counts of whom it reached that are typed in."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from evaluation.actions.models import Action
from evaluation.offers import queries, rules
from evaluation.offers.models import CountUnit, LearningOffer, OfferCount, OfferKind
from lms import dates
from lms.accounts.models import Person
from lms.activity.operations import record
from lms.db import db
from lms.errors import RuleBroken


@dataclass(frozen=True)
class Told:
    """What an officer says of an offer. A course, a series or a resource has its name and its dates from us."""

    kind: OfferKind
    course_id: int | None = None
    group_id: int | None = None
    resource_id: int | None = None
    title: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


def add(*, action: Action, told: Told, actor: Person | None, now: datetime) -> LearningOffer:
    """Link something to the action it serves. RuleBroken where it is linked already."""
    db.session.execute(select(Action.id).where(Action.id == action.id).with_for_update())
    offer = LearningOffer(action_id=action.id, added_at=now, made_up=action.made_up, **vars(told))
    try:
        with db.session.begin_nested():
            db.session.add(offer)
            db.session.flush()
    except IntegrityError:
        raise RuleBroken(f"{action.reference} offers this already.") from None
    db.session.refresh(offer)
    db.session.expire(action, ["offers"])
    _note("offer:added", offer, action.reference, actor, now, kind=told.kind.value)
    return offer


def change(*, offer: LearningOffer, told: Told, actor: Person | None, now: datetime) -> bool:
    """Say another title or other dates of an offer that has its own; did that change anything?"""
    if offer.course_id or offer.group_id or offer.resource_id:
        raise RuleBroken("What it is called and when it is comes from its own page.")
    before = {name: getattr(offer, name) for name in ("kind", "title", "starts_on", "ends_on")}
    after = {name: getattr(told, name) for name in before}
    if before == after:
        return False
    too_early = [one for one in offer.counts if told.starts_on and one.dated < told.starts_on and not one.taken_back_at]
    if too_early:
        raise RuleBroken(f"Something was counted up to {dates.day(too_early[0].dated)}, so it had begun by then.")
    for name, value in after.items():
        setattr(offer, name, value)
    db.session.flush()
    old = {f"was_{name}": str(value) for name, value in before.items() if value != after[name] and value}
    _note("offer:changed", offer, offer.action.reference, actor, now, **old)
    return True


def remove(*, offer: LearningOffer, why: str, actor: Person | None, now: datetime) -> None:
    """Take an offer from its action. RuleBroken, saying who depends on it, where something does."""
    reference = offer.action.reference
    check_removable(offer=offer, now=now)
    _note("offer:removed", offer, reference, actor, now, kind=offer.kind.value, why=why)
    for count in offer.counts:
        # Only counts that were taken back are still there: what they said stays in the list of what people did.
        _note("offer:count_removed", offer, reference, actor, now, count=count.count, unit=count.unit.value)
        db.session.delete(count)
    action = offer.action
    try:
        with db.session.begin_nested():
            db.session.delete(offer)
            db.session.flush()
    except IntegrityError:
        raise RuleBroken(f"“{offer.name}” stays with {reference}: something else is kept with it.") from None
    db.session.expire(action, ["offers"])


def check_removable(*, offer: LearningOffer, now: datetime) -> None:
    """RuleBroken, saying who depends on it, where an offer must stay with its action."""
    rules.check_removable(offer, queries.dependants(offer, now), now)


def add_count(
    *,
    offer: LearningOffer,
    unit: CountUnit,
    count: int,
    dated: date,
    source: str,
    why: str = "",
    actor: Person | None,
    now: datetime,
) -> OfferCount:
    """Add how many an offer had reached up to a day. Nothing is overwritten."""
    db.session.execute(select(LearningOffer.id).where(LearningOffer.id == offer.id).with_for_update())
    db.session.refresh(offer, ["counts"])
    rules.check_count(offer, unit=unit, count=count, dated=dated, why=why, today=dates.london(now).date())
    added = OfferCount(
        offer=offer,
        unit=unit,
        count=count,
        dated=dated,
        source=source,
        why=why,
        added_at=now,
        added_by_id=actor.id if actor else None,
    )
    db.session.add(added)
    db.session.flush()
    details = {"unit": unit.value, "count": count, "dated": dated.isoformat()}
    _note("offer:counted", offer, offer.action.reference, actor, now, **details)
    return added


def take_back(*, count: OfferCount, why: str, actor: Person | None, now: datetime) -> None:
    """A count that is wrong no longer holds; it stays in sight, with the reason."""
    if count.taken_back_at is not None:
        return
    count.taken_back_at, count.taken_back_why = now, why
    db.session.flush()
    details = {"unit": count.unit.value, "count": count.count, "why": why}
    _note("offer:count_taken_back", count.offer, count.offer.action.reference, actor, now, **details)


def _note(
    verb: str, offer: LearningOffer, action: str, actor: Person | None, now: datetime, **details: str | int
) -> None:
    record(verb, actor=actor, subject_kind="action", subject=action, now=now, offer=offer.name, **details)
