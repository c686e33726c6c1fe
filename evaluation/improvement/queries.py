"""Reads of sources, recommendations and the action log. Nothing here is personal: who may see one may see all."""

from collections.abc import Sequence

from flask import has_request_context, url_for
from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import joinedload, selectinload

from evaluation.improvement.models import (
    Action,
    LearningOffer,
    Measure,
    MeasureFigure,
    MeasureKind,
    Recommendation,
    Source,
    action_recommendation,
)
from lms.catalogue.models import Course
from lms.db import db
from lms.hooks import CoursePanel


def recommendations() -> Sequence[Recommendation]:
    """Every recommendation with its source and actions, newest source first, then by reference."""
    return db.session.scalars(
        select(Recommendation)
        .join(Recommendation.source)
        .options(
            joinedload(Recommendation.source),
            joinedload(Recommendation.owner_group),
            selectinload(Recommendation.actions).options(selectinload(Action.offers)),
        )
        .order_by(Source.dated.desc(), Recommendation.reference)
    ).all()


def _whole() -> Select[Recommendation]:
    return select(Recommendation).options(
        joinedload(Recommendation.source),
        joinedload(Recommendation.owner_group),
        selectinload(Recommendation.history),
        selectinload(Recommendation.actions).options(
            joinedload(Action.owner_group),
            joinedload(Action.priority),
            selectinload(Action.updates),
            selectinload(Action.recommendations),
            selectinload(Action.offers).options(joinedload(LearningOffer.course), joinedload(LearningOffer.resource)),
            selectinload(Action.measures).selectinload(Measure.figures),
        ),
    )


def recommendation_or_404(reference: str) -> Recommendation:
    """One recommendation with everything its thread needs, in a fixed number of queries."""
    found: Recommendation = db.one_or_404(_whole().where(Recommendation.reference == reference))
    return found


def recommendation(reference: str) -> Recommendation | None:
    """One recommendation by its reference, for commands."""
    return db.session.scalars(_whole().where(Recommendation.reference == reference)).one_or_none()


def actions() -> Sequence[Action]:
    """The action log, by reference."""
    return db.session.scalars(
        select(Action)
        .options(joinedload(Action.owner_group), joinedload(Action.priority), selectinload(Action.recommendations))
        .order_by(Action.reference)
    ).all()


def course_panels(courses: Sequence[Course]) -> dict[int, CoursePanel]:
    """Why each of these courses exists: the sentence of the first recommendation an action of which offers it."""
    rows = db.session.execute(
        select(LearningOffer.course_id, Recommendation.reference, Recommendation.plain_sentence)
        .join(Action, Action.id == LearningOffer.action_id)
        .join(action_recommendation, action_recommendation.c.action_id == Action.id)
        .join(Recommendation, Recommendation.id == action_recommendation.c.recommendation_id)
        .where(LearningOffer.course_id.in_([course.id for course in courses]), Recommendation.plain_sentence != "")
        .order_by(LearningOffer.course_id, Action.reference, Recommendation.reference)
    )
    panels: dict[int, CoursePanel] = {}
    for course_id, reference, sentence in rows:
        if course_id is not None and course_id not in panels:
            panels[course_id] = CoursePanel(
                sentence,
                url_for("improvement.thread", reference=reference) if has_request_context() else None,
                recommendation=reference,
            )
    return panels


def problems() -> list[str]:
    """What is wrong with the log: links that lead nowhere, evaluations with typed figures, groups accepting nothing."""
    found = [
        f"action {reference} belongs to no recommendation"
        for reference in db.session.scalars(
            select(Action.reference)
            .where(~exists().where(action_recommendation.c.action_id == Action.id))
            .order_by(Action.reference)
        )
    ]
    found += [
        f"measure {key} is counted live from answers and must hold no figures"
        for key in db.session.scalars(
            select(Measure.key)
            .where(
                Measure.kind == MeasureKind.IMPACT_EVALUATION, exists().where(MeasureFigure.measure_id == Measure.id)
            )
            .order_by(Measure.key)
        )
    ]
    return found


def counts() -> tuple[int, int, int]:
    """How many sources, recommendations and actions there are."""
    return (
        db.session.scalar(select(func.count()).select_from(Source)) or 0,
        db.session.scalar(select(func.count()).select_from(Recommendation)) or 0,
        db.session.scalar(select(func.count()).select_from(Action)) or 0,
    )
