"""Writing down sources and recommendations, and every step a recommendation takes. Steps are added, never overwritten."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from evaluation.actions.models import Action
from evaluation.improvement import dependants
from evaluation.recommendations import emails, queries, rules
from evaluation.recommendations.models import (
    Recommendation,
    RecommendationState,
    RecommendationStep,
    Source,
    SourceKind,
    StepKind,
)
from lms import dates
from lms.accounts.models import Person
from lms.activity.operations import record
from lms.db import db
from lms.errors import RuleBroken
from lms.letters.operations import withdraw
from lms.organisations.models import PartnershipGroup
from lms.words import listing

#: What goes with a recommendation when it is removed.
PARTS = {("recommendation_step", "recommendation_id")}


@dataclass(frozen=True)
class SourceDraft:
    """What is written down of a source: a reference and the learning only."""

    kind: SourceKind
    reference: str
    title: str
    dated: date
    learning: str
    finding: str = ""


@dataclass(frozen=True)
class Draft:
    """What is written down of a recommendation."""

    headline: str
    wording: str
    plain_sentence: str = ""
    due: date | None = None


@dataclass(frozen=True)
class Decision:
    """When something was decided, why, and where the minutes say so."""

    dated: date
    reason: str = ""
    minute: str = ""


# sources


def record_source(*, draft: SourceDraft, by: Person | None, now: datetime, made_up: bool = False) -> Source:
    """Write down a source. RuleBroken where its reference does not fit or is taken."""
    rules.check_reference(draft.reference, queries.taken(draft.reference))
    source = Source(made_up=made_up, **vars(draft))
    _add(source, draft.reference)
    record("source:recorded", actor=by, subject_kind="source", subject=draft.reference, now=now, kind=draft.kind.value)
    return source


def _add(row: Source | Recommendation, reference: str) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise RuleBroken(f"{reference} is used already. Enter another reference", "reference") from None


def change_source(*, source: Source, draft: SourceDraft, seen: int, by: Person, now: datetime) -> bool:
    """Say something else of a source; False where nothing is different. What it said before is kept in the list of what people
    did. RuleBroken where somebody else has changed it, or recommendations name the reference that is to change."""
    source = db.session.scalars(
        select(Source).where(Source.id == source.id).with_for_update().execution_options(populate_existing=True)
    ).one()
    if seen != source.revision:
        raise RuleBroken(
            f"Somebody else has changed {source.reference} since you opened this page. Open it again first."
        )
    before = {name: getattr(source, name) for name in vars(draft) if getattr(source, name) != getattr(draft, name)}
    if not before:
        return False
    if "reference" in before:
        if queries.of_source(source):
            raise RuleBroken(
                "Its recommendations are called after it, so its reference stays. Change the title in place of it."
            )
        rules.check_reference(draft.reference, queries.taken(draft.reference))
    for name in before:
        setattr(source, name, getattr(draft, name))
    source.revision += 1
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError:
        raise RuleBroken(f"{draft.reference} is used already. Enter another reference", "reference") from None
    said = {name: str(value) for name, value in before.items()}
    record("source:changed", actor=by, subject_kind="source", subject=source.reference, now=now, **said)
    return True


def remove_source(*, source: Source, why: str, by: Person, now: datetime) -> None:
    """Take a source away. RuleBroken, with who depends on it, where anything does."""
    db.session.execute(select(Source.id).where(Source.id == source.id).with_for_update())
    dependants.check(source)
    reference = source.reference
    db.session.delete(source)
    db.session.flush()
    record("source:removed", actor=by, subject_kind="source", subject=reference, now=now, why=why)


# recommendations


def recommend(
    *,
    source: Source,
    reference: str,
    draft: Draft,
    group: PartnershipGroup,
    decision: Decision,
    by: Person | None,
    now: datetime,
    made_up: bool = False,
    letters: bool = True,
) -> Recommendation:
    """Write down a recommendation and offer it to a group; its members get a letter, unless they have decided on it already.
    RuleBroken where the reference is taken."""
    rules.check_reference(reference, queries.taken(reference))
    if decision.dated > dates.london(now).date():
        raise RuleBroken("Enter a day that is not in the future", "dated")
    found = Recommendation(
        reference=reference,
        source=source,
        owner_group=group,
        state=RecommendationState.OFFERED,
        revision=0,
        made_up=made_up,
        **vars(draft),
    )
    _add(found, reference)
    step = _step(found, StepKind.RECORDED, decision, by=by, now=now, what=f"recorded and offered to {group.name}")
    if letters:
        emails.offered(found, step, now=now)
    return found


def _step(
    recommendation: Recommendation,
    kind: StepKind,
    decision: Decision,
    *,
    what: str,
    by: Person | None,
    now: datetime,
    group: str = "",
    before: dict[str, Any] | None = None,
    undoes: RecommendationStep | None = None,
) -> RecommendationStep:
    """Add one step to the history. `group` is the group whose step it is; without one it is the person’s."""
    step = RecommendationStep(
        recommendation_id=recommendation.id,
        kind=kind,
        dated=decision.dated,
        by=group or (by.name if by else "The partnership team"),
        what=what[:400],
        reason=decision.reason,
        minute=decision.minute,
        actor=by,
        at=now,
        state=recommendation.state,
        group=recommendation.owner_group,
        before=before,
        undoes_id=undoes.id if undoes else None,
    )
    recommendation.revision += 1
    recommendation.history.append(step)
    db.session.flush()
    record(
        f"recommendation:{'undone' if undoes else kind.value}",
        actor=by,
        subject_kind="recommendation",
        subject=recommendation.reference,
        now=now,
        step=step.id,
    )
    return step


def change(*, recommendation: Recommendation, draft: Draft, why: str, seen: int, by: Person, now: datetime) -> bool:
    """Change the words or the date of a recommendation; False where nothing is different. What it said before stays in its
    history. RuleBroken where it is closed or declined, or somebody else has changed it."""
    found = queries.locked(recommendation)
    rules.check_seen(seen, found)
    rules.check_open(found)
    kept = rules.values_of(found)
    for name, value in vars(draft).items():
        setattr(found, name, value)
    now_said = rules.values_of(found)
    before = {name: value for name, value in kept.items() if now_said[name] != value}
    if not before:
        return False
    decision = Decision(dates.london(now).date(), why)
    _step(found, StepKind.CHANGED, decision, what=rules.changed_words(before, found), by=by, now=now, before=before)
    return True


def step_across(
    *,
    recommendation: Recommendation,
    to: PartnershipGroup,
    decision: Decision,
    seen: int,
    by: Person | None,
    now: datetime,
) -> None:
    """Hand a recommendation to another group, which has to accept it; its members get a letter."""
    found = _may(recommendation, StepKind.STEPPED_ACROSS, decision, seen, now)
    if to.id == found.owner_group_id:
        raise RuleBroken(f"{found.reference} is with {to.name} already. Choose another group")
    before = _before(found)
    giver, found.owner_group, found.state = found.owner_group.name, to, RecommendationState.OFFERED
    words = f"stepped across to {to.name}"
    step = _step(found, StepKind.STEPPED_ACROSS, decision, what=words, group=giver, by=by, now=now, before=before)
    emails.offered(found, step, now=now)


def _may(
    recommendation: Recommendation, kind: StepKind, decision: Decision, seen: int, now: datetime
) -> Recommendation:
    """The recommendation, locked, if this step may be taken on that day: RuleBroken with the sentence otherwise."""
    found = queries.locked(recommendation)
    rules.check_step(kind, found, dates.london(now).date())
    rules.check_seen(seen, found)
    rules.check_dated(decision.dated, found, dates.london(now).date())
    return found


def _before(recommendation: Recommendation) -> dict[str, Any]:
    kept = rules.values_of(recommendation)
    return {name: kept[name] for name in ("state", "owner_group_id")}


def decide(
    *,
    recommendation: Recommendation,
    kind: StepKind,
    decision: Decision,
    seen: int,
    by: Person | None,
    now: datetime,
) -> None:
    """The group accepts, declines, closes or reopens a recommendation. RuleBroken where that cannot follow now, somebody else was
    first, or, for closing, actions of it are not finished."""
    found = _may(recommendation, kind, decision, seen, now)
    before = _before(found)
    after = {
        StepKind.ACCEPTED: RecommendationState.ACCEPTED,
        StepKind.DECLINED: RecommendationState.DECLINED,
        StepKind.CLOSED: RecommendationState.CLOSED,
        StepKind.REOPENED: RecommendationState.ACCEPTED
        if found.state is RecommendationState.CLOSED
        else RecommendationState.OFFERED,
    }
    found.state = after[kind]
    _step(found, kind, decision, what=kind.value, group=found.owner_group.name, by=by, now=now, before=before)


def undo(*, recommendation: Recommendation, by: Person, now: datetime) -> str:
    """Take back the last step, on the day it was made, by whoever made it; both stay in the history. Says what was undone."""
    found, today = queries.locked(recommendation), dates.london(now).date()
    last = rules.can_undo(found, by.id, today)
    if last is None:
        raise RuleBroken("Only the last step can be undone, on the day it was made and by the person who made it.")
    if last.kind is StepKind.STEPPED_ACROSS:
        withdraw(emails.names_of(found, last, now=now))
    for name, value in (last.before or {}).items():
        if name == "state":
            found.state = RecommendationState(value)
        elif name == "owner_group_id":
            found.owner_group = db.session.get_one(PartnershipGroup, value)
        elif name == "due":
            found.due = date.fromisoformat(value) if value else None
        else:
            setattr(found, name, value)
    words = f"undone: “{last.what}” of {dates.day(last.dated)}"
    _step(found, StepKind.NOTED, Decision(today), what=words, by=by, now=now, undoes=last)
    return last.what


def link(
    *, recommendation: Recommendation, add: Collection[int], remove: Collection[int], by: Person | None, now: datetime
) -> int:
    """Let actions of the log serve this recommendation, or no longer, by their ids; how many that changed. What is so already
    stays so: two people may do this at once. RuleBroken where an action would serve nothing any more."""
    found = queries.locked(recommendation)
    rules.check_open(found)
    wanted = select(Action).where(Action.id.in_({*add, *remove})).order_by(Action.id).with_for_update()
    actions = db.session.scalars(wanted.execution_options(populate_existing=True)).all()
    served = set(found.actions)
    added = [one for one in actions if one.id in add and one not in served]
    removed = [one for one in actions if one.id in remove and one.id not in add and one in served]
    alone = [one.reference for one in removed if len(one.recommendations) == 1]
    if alone:
        raise RuleBroken(
            f"{listing(alone)} would belong to no recommendation. Let {'it' if len(alone) == 1 else 'them'} serve another first."
        )
    for one in added:
        found.actions.append(one)
    for one in removed:
        found.actions.remove(one)
    if added or removed:
        said = [f"{listing([one.reference for one in some])} {verb}" for some, verb in
                ((added, "linked"), (removed, "no longer linked")) if some]  # fmt: skip
        _step(found, StepKind.NOTED, Decision(dates.london(now).date()), what="; ".join(said), by=by, now=now)
    return len(added) + len(removed)


def remove(*, recommendation: Recommendation, why: str, by: Person, now: datetime) -> None:
    """Take away a recommendation that was only just recorded. RuleBroken, with who depends on it, where anything does."""
    found = queries.locked(recommendation)
    dependants.check(found, parts=PARTS)
    rules.check_remove(found)
    for step in found.history:
        withdraw(emails.names_of(found, step, now=now))
    db.session.execute(delete(RecommendationStep).where(RecommendationStep.recommendation_id == found.id))
    db.session.expire(found, ["history"])
    reference = found.reference
    db.session.delete(found)
    db.session.flush()
    record("recommendation:removed", actor=by, subject_kind="recommendation", subject=reference, now=now, why=why)
