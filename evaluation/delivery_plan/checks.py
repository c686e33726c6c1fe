"""What `lms verify` checks of the delivery plan."""

from datetime import date, timedelta

from sqlalchemy import select

from evaluation.delivery_plan import report, sheets
from evaluation.delivery_plan.models import (
    DeliveryPlan,
    HighlightReport,
    PlanAction,
    PlanLevel,
    PlanPriority,
    PlanProgress,
)
from lms.db import db


def levels_of_their_plan() -> list[str]:
    """Progress is reported at a level of the plan the action belongs to."""
    rows = db.session.execute(
        select(PlanPriority.number, PlanAction.number)
        .join(PlanAction, PlanAction.plan_priority_id == PlanPriority.id)
        .join(PlanProgress, PlanProgress.plan_action_id == PlanAction.id)
        .join(PlanLevel, PlanLevel.id == PlanProgress.level_id)
        .where(PlanLevel.plan_id != PlanPriority.plan_id)
        .distinct()
        .order_by(PlanPriority.number, PlanAction.number)
    )
    return [f"action {priority}.{number} was reported at a level of another plan" for priority, number in rows]


def levels_without_a_gap() -> list[str]:
    """The levels of a plan are counted from 1 without a gap: kept reports and pages find them by their place."""
    found: dict[int, list[int]] = {}
    for plan_id, position in db.session.execute(
        select(PlanLevel.plan_id, PlanLevel.position).order_by(PlanLevel.plan_id, PlanLevel.position)
    ):
        found.setdefault(plan_id, []).append(position)
    names = {row[0]: row[1] for row in db.session.execute(select(DeliveryPlan.id, DeliveryPlan.name))}
    return [
        f"the levels of “{names[plan_id]}” are not counted from 1 without a gap"
        for plan_id, places in found.items()
        if places != list(range(1, len(places) + 1))
    ]


def reports_can_be_read() -> list[str]:
    """Every kept report can be read, its levels add up to its actions, and its periods follow each other."""
    found: list[str] = []
    until: dict[int, date] = {}
    for one in db.session.scalars(select(HighlightReport).order_by(HighlightReport.period_until, HighlightReport.id)):
        try:
            kept = report.of_document(one.document)
            sheets.figures(kept)
        except (KeyError, TypeError, ValueError, IndexError):
            found.append(f"highlight report {one.reference} cannot be read")
            continue
        if sum(now for _, now, _ in kept.counts) != len(kept.actions):
            found.append(f"the levels in highlight report {one.reference} do not add up to its actions")
        if one.plan_id in until and until[one.plan_id] + timedelta(days=1) != one.period_from:
            found.append(f"the period of highlight report {one.reference} does not begin the day after the last ended")
        until[one.plan_id] = one.period_until
    return found


CHECKS = [
    ("progress at levels of its plan", levels_of_their_plan),
    ("levels without a gap", levels_without_a_gap),
    ("highlight reports can be read", reports_can_be_read),
]
