"""Reads of the delivery plan. Nothing here is personal: who may see one may see all."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from evaluation.actions.models import Action
from evaluation.delivery_plan import report
from evaluation.delivery_plan.models import (
    DeepDive,
    DeliveryPlan,
    HighlightReport,
    PlanAction,
    PlanLevel,
    PlanPriority,
    PlanProgress,
    PlanStep,
    SuccessMeasure,
)
from evaluation.delivery_plan.report import Highlight
from evaluation.measures.models import Measure
from lms.db import db
from lms.organisations.models import Organisation, PartnershipGroup, Priority


def plans() -> Sequence[DeliveryPlan]:
    """Every plan, the one that began last first."""
    return db.session.scalars(select(DeliveryPlan).order_by(DeliveryPlan.begins.desc(), DeliveryPlan.id.desc())).all()


def current(today: date) -> DeliveryPlan | None:
    """The plan of a day: the last one that has begun by then, else the first that will."""
    found = plans()
    begun = [one for one in found if one.begins <= today]
    chosen = begun[0] if begun else found[-1] if found else None
    return plan(chosen.id) if chosen else None


def plan(plan_id: int) -> DeliveryPlan | None:
    """One plan with everything its page and its report show, in a fixed number of queries."""
    return db.session.scalar(
        select(DeliveryPlan)
        .where(DeliveryPlan.id == plan_id)
        .options(
            selectinload(DeliveryPlan.levels),
            selectinload(DeliveryPlan.meetings),
            selectinload(DeliveryPlan.priorities).options(
                joinedload(PlanPriority.priority),
                selectinload(PlanPriority.actions).options(
                    joinedload(PlanAction.lead_group),
                    joinedload(PlanAction.lead_organisation),
                    selectinload(PlanAction.progress).joinedload(PlanProgress.level),
                    selectinload(PlanAction.measures).joinedload(SuccessMeasure.measure),
                    selectinload(PlanAction.log),
                ),
                selectinload(PlanPriority.dives).joinedload(DeepDive.group),
            ),
        )
    )


def action(action_id: int) -> PlanAction | None:
    """One action of a plan with its progress, measures and links."""
    return db.session.scalar(
        select(PlanAction)
        .where(PlanAction.id == action_id)
        .options(
            joinedload(PlanAction.priority).joinedload(PlanPriority.plan).selectinload(DeliveryPlan.levels),
            joinedload(PlanAction.lead_group),
            joinedload(PlanAction.lead_organisation),
            selectinload(PlanAction.progress).options(joinedload(PlanProgress.level), joinedload(PlanProgress.by)),
            selectinload(PlanAction.measures).joinedload(SuccessMeasure.measure),
            selectinload(PlanAction.log).options(
                selectinload(Action.recommendations),
                selectinload(Action.updates),
                selectinload(Action.evidence),
                selectinload(Action.needs),
            ),
        )
    )


def history_of(found: PlanAction) -> Sequence[PlanStep]:
    """Everything that happened to an action of a plan, in order."""
    return db.session.scalars(
        select(PlanStep).where(PlanStep.plan_action_id == found.id).order_by(PlanStep.at, PlanStep.id)
    ).all()


def history_of_plan(found: DeliveryPlan) -> Sequence[PlanStep]:
    """What happened to a plan as a whole, in order; what happened to one action stands on its page."""
    return db.session.scalars(
        select(PlanStep)
        .where(PlanStep.plan_id == found.id, PlanStep.plan_action_id.is_(None))
        .order_by(PlanStep.at, PlanStep.id)
    ).all()


def dive(dive_id: int) -> DeepDive | None:
    """One deep dive."""
    return db.session.scalar(
        select(DeepDive)
        .where(DeepDive.id == dive_id)
        .options(joinedload(DeepDive.group), joinedload(DeepDive.priority).joinedload(PlanPriority.plan))
    )


def level_of(found: DeliveryPlan, level_id: int) -> PlanLevel | None:
    """One level of a plan."""
    return next((one for one in found.levels if one.id == level_id), None)


def level_used(level: PlanLevel) -> bool:
    """Was it ever reported?"""
    return db.session.scalar(select(PlanProgress.id).where(PlanProgress.level_id == level.id).limit(1)) is not None


def groups() -> Sequence[PartnershipGroup]:
    """The groups of the partnership, by name."""
    return db.session.scalars(select(PartnershipGroup).order_by(PartnershipGroup.name)).all()


def priorities_left(found: DeliveryPlan) -> Sequence[Priority]:
    """Priorities that are known and not in this plan, by number."""
    there = {one.priority_id for one in found.priorities}
    rows = db.session.scalars(select(Priority).order_by(Priority.number)).all()
    return [one for one in rows if one.id not in there]


def last_priority() -> int:
    """The highest number any priority has."""
    return db.session.scalar(select(func.max(Priority.number))) or 0


def priority_keys() -> set[str]:
    """Every key of a priority."""
    return set(db.session.scalars(select(Priority.key)))


def measures() -> Sequence[Measure]:
    """The key impact measures, by key."""
    return db.session.scalars(select(Measure).order_by(Measure.key)).all()


def group(group_id: str | None) -> PartnershipGroup | None:
    """A group chosen in a form."""
    return db.session.get(PartnershipGroup, int(group_id)) if group_id and group_id.isdecimal() else None


def organisation(organisation_id: str | None) -> Organisation | None:
    """An agency chosen in a form."""
    chosen = organisation_id if organisation_id and organisation_id.isdecimal() else None
    return db.session.get(Organisation, int(chosen)) if chosen else None


# Highlight reports.


def reports(found: DeliveryPlan) -> Sequence[HighlightReport]:
    """The kept reports of a plan, the newest first."""
    return db.session.scalars(
        select(HighlightReport)
        .where(HighlightReport.plan_id == found.id)
        .options(joinedload(HighlightReport.made_by), joinedload(HighlightReport.file))
        .order_by(HighlightReport.period_until.desc(), HighlightReport.id.desc())
    ).all()


def kept(reference: str) -> HighlightReport | None:
    """One kept report."""
    return db.session.scalar(
        select(HighlightReport)
        .where(HighlightReport.reference == reference)
        .options(joinedload(HighlightReport.plan), joinedload(HighlightReport.file))
    )


def report_references() -> set[str]:
    """Every reference of a report."""
    return set(db.session.scalars(select(HighlightReport.reference)))


def last_report(found: DeliveryPlan) -> Highlight | None:
    """What the last report of a plan said."""
    newest = next(iter(reports(found)), None)
    return report.of_document(newest.document) if newest else None


def highlight(found: DeliveryPlan, *, meeting_on: date | None, until: date) -> Highlight:
    """The report of a plan as it would be at the end of a day."""
    return report.highlight(found, last=last_report(found), meeting_on=meeting_on, until=until)
