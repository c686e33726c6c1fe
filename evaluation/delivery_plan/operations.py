"""Writes to the delivery plan: the plan, its levels, priorities and actions, progress, deep dives, meetings and reports."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from evaluation.actions.models import Action
from evaluation.delivery_plan import queries, rules
from evaluation.delivery_plan.models import (
    DeliveryPlan,
    PlanAction,
    PlanLevel,
    PlanPriority,
    PlanProgress,
    PlanStep,
    SuccessMeasure,
)
from evaluation.measures.models import Measure
from lms import dates
from lms.accounts.models import Person
from lms.activity.operations import record
from lms.db import db
from lms.errors import RuleBroken
from lms.organisations.models import Organisation, PartnershipGroup, Priority
from lms.words import listing

BY_ITSELF = "By itself"


def step(
    plan: DeliveryPlan,
    what: str,
    *,
    actor: Person | None,
    now: datetime,
    why: str = "",
    action: PlanAction | None = None,
    by: str = "",
) -> None:
    """Add one line to the history of a plan, or of one of its actions, and to the list of what people did."""
    said = by or (actor.name if actor else BY_ITSELF)
    db.session.add(
        PlanStep(
            plan_id=plan.id,
            plan_action_id=action.id if action else None,
            at=now,
            actor=actor,
            by=said,
            what=what[:400],
            why=why,
        )
    )
    db.session.flush()
    subject = f"{plan.name}, {action.label}" if action else plan.name
    record("plan:changed", actor=actor, subject_kind="delivery_plan", subject=subject, now=now, what=what)


def make(
    *,
    name: str,
    begins: date,
    until: date,
    report_every: int,
    levels: Sequence[tuple[str, str, bool]],
    actor: Person | None,
    now: datetime,
    made_up: bool = False,
) -> DeliveryPlan:
    """Make a plan with its levels, the least progress first: name, meaning, and whether it counts as delivered. RuleBroken where
    its days do not fit or its name is taken."""
    rules.check_plan(begins, until)
    plan = DeliveryPlan(name=name, begins=begins, until=until, report_every=report_every, made_up=made_up)
    plan.levels = [
        PlanLevel(position=place, name=level, meaning=meaning, delivered=delivered)
        for place, (level, meaning, delivered) in enumerate(levels, 1)
    ]
    add(plan, "There is a plan of this name already. Choose another", "name")
    step(plan, "Made", actor=actor, now=now)
    return plan


def add(row: object, taken: str, field: str | None = None) -> None:
    """Keep a new row. RuleBroken where it is there already."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise RuleBroken(taken, field) from None


def change(
    *, plan: DeliveryPlan, name: str, begins: date, until: date, report_every: int, actor: Person, now: datetime
) -> bool:
    """Say something else of a plan. False where nothing was different."""
    rules.check_plan(begins, until)
    was = (plan.name, plan.begins, plan.until, plan.report_every)
    if was == (name, begins, until, report_every):
        return False
    if any(other.name == name and other.id != plan.id for other in queries.plans()):
        raise RuleBroken("There is a plan of this name already. Choose another", "name")
    plan.name, plan.begins, plan.until, plan.report_every = name, begins, until, report_every
    names = ("its name", "its first day", "its last day", "how often it is reported")
    changed = [
        word for word, old, new in zip(names, was, (name, begins, until, report_every), strict=True) if old != new
    ]
    step(plan, f"Changed: {listing(changed)}", actor=actor, now=now)
    return True


# Levels.


def add_level(
    *,
    plan: DeliveryPlan,
    name: str,
    meaning: str,
    delivered: bool,
    before: PlanLevel | None,
    actor: Person,
    now: datetime,
) -> PlanLevel:
    """A new level, at the end or before another. What was reported keeps its level."""
    _check_level(plan, name, None)
    place = before.position if before else len(plan.levels) + 1
    for one in sorted(plan.levels, key=lambda one: -one.position):
        if one.position >= place:
            one.position += 1
            db.session.flush()
    level = PlanLevel(plan_id=plan.id, position=place, name=name, meaning=meaning, delivered=delivered)
    db.session.add(level)
    db.session.flush()
    db.session.expire(plan, ["levels"])
    step(plan, f"Added the level “{name}”", actor=actor, now=now)
    return level


def _check_level(plan: DeliveryPlan, name: str, own: PlanLevel | None) -> None:
    if any(one.name == name and one is not own for one in plan.levels):
        raise RuleBroken("There is a level of this name already")


def rename_level(
    *, plan: DeliveryPlan, level: PlanLevel, name: str, meaning: str, delivered: bool, actor: Person, now: datetime
) -> bool:
    """Another name or meaning for a level. Kept reports keep the name they printed. False where nothing was different."""
    _check_level(plan, name, level)
    was = (level.name, level.meaning, level.delivered)
    if was == (name, meaning, delivered):
        return False
    level.name, level.meaning, level.delivered = name, meaning, delivered
    counts = "counts as delivered" if delivered else "does not count as delivered"
    step(plan, f"The level “{was[0]}” is “{name}” now, and {counts}", actor=actor, now=now)
    return True


def remove_level(*, plan: DeliveryPlan, level: PlanLevel, actor: Person, now: datetime) -> None:
    """Take away a level nobody ever reported. RuleBroken for one that was, and for the last there is."""
    if queries.level_used(level):
        raise RuleBroken("This level was reported, so it stays. You can give it another name.")
    if len(plan.levels) == 1:
        raise RuleBroken("A plan has at least one level.")
    place, name = level.position, level.name
    db.session.delete(level)
    db.session.flush()
    db.session.expire(plan, ["levels"])
    for one in plan.levels:
        if one.position > place:
            one.position -= 1
            db.session.flush()
    step(plan, f"Took away the level “{name}”", actor=actor, now=now)


# Priorities and actions.


def add_priority(
    *,
    plan: DeliveryPlan,
    priority: Priority | None,
    short_name: str,
    title: str,
    actor: Person | None,
    now: datetime,
) -> PlanPriority:
    """A priority of the plan: one that is known already, or a new one with its short name. It has the next number of the plan."""
    if priority is None:
        if not short_name:
            raise RuleBroken("Enter a short name for the new priority", "short_name")
        number = queries.last_priority() + 1
        key = f"P{number:02d}"
        while key in queries.priority_keys():
            key += "a"
        priority = Priority(key=key, number=number, name=short_name, plan=plan.name)
        add(priority, "Somebody else has added a priority in the same moment. Save once more")
    found = PlanPriority(
        plan_id=plan.id,
        priority=priority,
        number=rules.next_number(one.number for one in plan.priorities),
        title=title,
    )
    add(found, "This priority is in the plan already")
    db.session.expire(plan, ["priorities"])
    step(plan, f"Added priority {found.number}: {title}", actor=actor, now=now)
    return found


def retitle(*, priority: PlanPriority, title: str, actor: Person, now: datetime) -> bool:
    """Another title for a priority. False where it is the same."""
    if priority.title == title:
        return False
    priority.title = title
    step(priority.plan, f"Priority {priority.number} is called “{title}” now", actor=actor, now=now)
    return True


def add_action(
    *,
    priority: PlanPriority,
    wording: str,
    group: PartnershipGroup | None,
    organisation: Organisation | None,
    due: date | None,
    actor: Person | None,
    now: datetime,
    measure: tuple[str, str] | None = None,
    made_up: bool = False,
) -> PlanAction:
    """A new action of the plan; its number is the next of its priority. `measure`: what will be different, how it is seen."""
    rules.check_lead(group, organisation)
    action = PlanAction(
        number=rules.next_number(one.number for one in priority.actions),
        wording=wording,
        lead_group=group,
        lead_organisation=organisation,
        due=due,
        made_up=made_up,
    )
    if measure:
        action.measures = [SuccessMeasure(what=measure[0], seen_by=measure[1])]
    priority.actions.append(action)
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError:
        raise RuleBroken("Somebody else has added an action in the same moment. Save once more") from None
    step(priority.plan, f"Added as {action.label}", actor=actor, now=now, action=action)
    return action


def change_action(
    *,
    action: PlanAction,
    wording: str,
    group: PartnershipGroup | None,
    organisation: Organisation | None,
    due: date | None,
    why: str,
    actor: Person,
    now: datetime,
) -> bool:
    """Say something else of an action, and why. False where nothing was different."""
    rules.check_lead(group, organisation)
    was = (action.wording, action.lead_group, action.lead_organisation, action.due)
    if was == (wording, group, organisation, due):
        return False
    said = [name for name, old, new in (("the wording", action.wording, wording),) if old != new]
    if (action.lead_group, action.lead_organisation) != (group, organisation):
        said.append(f"who leads it, which was {action.lead}")
    if action.due != due:
        said.append(f"its date, which was {dates.day(action.due) or 'open'}")
    action.wording, action.lead_group, action.lead_organisation, action.due = wording, group, organisation, due
    plan = action.priority.plan
    step(plan, f"Changed: {listing(said)}", actor=actor, now=now, why=why, action=action)
    return True


def take_out(*, action: PlanAction, why: str, actor: Person, now: datetime) -> None:
    """An action is no longer part of the plan. It keeps its number, its reports and its history."""
    if action.taken_out_on is not None:
        raise RuleBroken("It was taken out already.")
    action.taken_out_on = dates.london(now).date()
    step(action.priority.plan, "Taken out of the plan", actor=actor, now=now, why=why, action=action)


def put_back(*, action: PlanAction, actor: Person, now: datetime) -> None:
    """Taking it out was a slip, or it is wanted again."""
    if action.taken_out_on is None:
        return
    action.taken_out_on = None
    step(action.priority.plan, "Put back into the plan", actor=actor, now=now, action=action)


def add_measure(
    *, action: PlanAction, what: str, seen_by: str, measure: Measure | None, actor: Person, now: datetime
) -> SuccessMeasure:
    """What will be different, how it will be seen, and the key impact measure that shows it."""
    found = SuccessMeasure(what=what, seen_by=seen_by, measure=measure)
    action.measures.append(found)
    step(action.priority.plan, f"Added a success measure: {what}", actor=actor, now=now, action=action)
    return found


def end_measure(*, action: PlanAction, measure: SuccessMeasure, actor: Person, now: datetime) -> None:
    """A success measure is no longer used; it stays in the list as ended."""
    if measure.ended_on is None:
        measure.ended_on = dates.london(now).date()
        step(action.priority.plan, f"Ended a success measure: {measure.what}", actor=actor, now=now, action=action)


def link(*, action: PlanAction, log: Sequence[Action], actor: Person | None, now: datetime) -> bool:
    """Which actions of the learning and development log belong to it. False where nothing was different."""
    before, after = {one.reference for one in action.log}, {one.reference for one in log}
    if before == after:
        return False
    action.log = sorted(log, key=lambda one: one.reference)
    said = [f"joined {listing(sorted(after - before))}"] if after - before else []
    said += [f"parted from {listing(sorted(before - after))}"] if before - after else []
    words = listing(said)
    step(action.priority.plan, f"{words[:1].upper()}{words[1:]}", actor=actor, now=now, action=action)
    return True


def add_progress(
    *,
    action: PlanAction,
    dated: date,
    level: PlanLevel,
    done: str,
    stuck: str,
    asked: str,
    by_words: str = "",
    actor: Person | None,
    now: datetime,
) -> PlanProgress:
    """A report of an action. Reports join each other; the one of the latest day counts."""
    plan = action.priority.plan
    rules.check_dated(dated, dates.london(now).date(), plan.begins)
    if action.taken_out_on is not None:
        raise RuleBroken("It was taken out of the plan, so nothing more is reported of it.")
    found = PlanProgress(
        dated=dated,
        level=level,
        done=done,
        stuck=stuck,
        asked=asked,
        added_at=now,
        by=actor,
        by_words=by_words or (actor.name if actor else BY_ITSELF),
    )
    action.progress.append(found)
    step(plan, f"Reported at “{level.name}”", actor=actor, now=now, action=action, by=found.by_words)
    db.session.expire(action, ["progress"])
    return found
