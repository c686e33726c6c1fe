"""Deep dives, the meetings of the Executive, and the highlight reports that are kept for them."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import select

from evaluation.delivery_plan import queries, report, rules
from evaluation.delivery_plan.models import (
    DeepDive,
    DeliveryPlan,
    HighlightReport,
    PlanPriority,
    ReportMeeting,
)
from evaluation.delivery_plan.operations import add, step
from lms import dates
from lms.accounts.models import Person
from lms.db import db
from lms.errors import RuleBroken
from lms.organisations.models import PartnershipGroup
from lms.words import listing


def plan_dive(
    *, priority: PlanPriority, group: PartnershipGroup, held_on: date, actor: Person | None, now: datetime
) -> DeepDive:
    """A day on which a group looks closely at a priority."""
    found = DeepDive(group=group, held_on=held_on)
    priority.dives.append(found)
    words = f"Deep dive into priority {priority.number} on {dates.day(held_on)}, by {group.name}"
    step(priority.plan, words, actor=actor, now=now)
    return found


def dive_found(*, dive: DeepDive, found: str, actor: Person | None, now: datetime) -> None:
    """What a deep dive found. What was written before stands in the history."""
    if dive.held_on > dates.london(now).date():
        raise RuleBroken("The deep dive is still to come, so nothing can have been found")
    before, dive.found, dive.found_at = dive.found, found, now
    words = f"Deep dive into priority {dive.priority.number} of {dates.day(dive.held_on)}: what it found"
    step(dive.priority.plan, words, actor=actor, now=now, why=f"Before: {before}" if before else "")


def call_off_dive(*, dive: DeepDive, why: str, actor: Person, now: datetime) -> None:
    """A deep dive does not take place."""
    if dive.found:
        raise RuleBroken("It has taken place, so it cannot be called off.")
    dive.called_off_why = why
    words = f"Deep dive into priority {dive.priority.number} on {dates.day(dive.held_on)} called off"
    step(dive.priority.plan, words, actor=actor, now=now, why=why)


def add_meetings(*, plan: DeliveryPlan, days: Iterable[date], actor: Person | None, now: datetime) -> int:
    """Days on which the Executive meets; those that are there already stay; how many are new."""
    there = {one.held_on for one in plan.meetings}
    new = sorted(set(days) - there)
    plan.meetings.extend(ReportMeeting(held_on=one) for one in new)
    if new:
        step(plan, f"Meetings added: {listing([dates.day(one) for one in new])}", actor=actor, now=now)
    return len(new)


def remove_meeting(*, plan: DeliveryPlan, meeting: ReportMeeting, actor: Person, now: datetime) -> None:
    """A meeting does not take place. RuleBroken where it had a report."""
    if meeting.held_on in {one.meeting_on for one in queries.reports(plan)}:
        raise RuleBroken("This meeting had a report, so it stays in the list.")
    day = dates.day(meeting.held_on)
    db.session.delete(meeting)
    step(plan, f"Meeting taken off: {day}", actor=actor, now=now)


def keep_report(
    *, plan: DeliveryPlan, meeting_on: date, until: date, actor: Person | None, now: datetime
) -> HighlightReport:
    """Keep the highlight report for a meeting, with the numbers as they are at the end of `until`. Its PDF is drawn by itself.
    RuleBroken where the meeting has one, or the period would be empty."""
    db.session.execute(select(DeliveryPlan.id).where(DeliveryPlan.id == plan.id).with_for_update())
    if not plan.levels or not any(one.actions for one in plan.priorities):
        raise RuleBroken("There is nothing to report yet: the plan has no actions", "meeting")
    if until > dates.london(now).date():
        raise RuleBroken("The period must end today or earlier", "until")
    found = queries.highlight(plan, meeting_on=meeting_on, until=until)
    if until < found.period_from:
        raise RuleBroken(
            f"The period must end after that of the last report, which ended the day before {dates.day(found.period_from)}",
            "until",
        )
    kept = HighlightReport(
        reference=rules.report_reference(meeting_on, queries.report_references()),
        plan_id=plan.id,
        meeting_on=meeting_on,
        period_from=found.period_from,
        period_until=until,
        document=report.document(found),
        made_at=now,
        made_by=actor,
        draw_at=now,
        attempts=0,
    )
    add(kept, f"The meeting on {dates.day(meeting_on)} has its report already", "meeting")
    step(plan, f"Highlight report {kept.reference} kept for {dates.day(meeting_on)}", actor=actor, now=now)
    return kept
