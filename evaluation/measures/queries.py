"""Reads of key impact measures, their figures, and what was changed in them."""

from collections.abc import Sequence
from datetime import date, datetime

from flask import abort
from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload, selectinload

from evaluation.actions.models import Action
from evaluation.impact.evaluated import evaluated, measured
from evaluation.impact.measures import MeasureResult
from evaluation.measures.models import Measure, MeasureChange, MeasureFigure, MeasureImport, MeasureKind
from evaluation.offers import queries as offers
from evaluation.offers.models import LearningOffer
from evaluation.surveys.models import EvaluationPlan, Response
from lms.catalogue.models import Course
from lms.db import db


def taken_keys() -> set[str]:
    """The keys that are taken."""
    return set(db.session.scalars(select(Measure.key)))


def actions() -> Sequence[Action]:
    """Every action with its measures and what they are judged from, by reference."""
    return db.session.scalars(
        select(Action)
        .options(
            selectinload(Action.measures).selectinload(Measure.figures),
            selectinload(Action.offers).joinedload(LearningOffer.course),
        )
        .order_by(Action.reference)
    ).all()


def judged(found: Sequence[Action]) -> dict[int, MeasureResult]:
    """What each measure of these actions says now: {measure id: …}."""
    evaluations = [
        measure for action in found for measure in action.measures if measure.kind is MeasureKind.IMPACT_EVALUATION
    ]
    wanted = {offer.course for measure in evaluations for offer in measure.action.offers if offer.course}
    named = {measure.course_id for measure in evaluations if measure.course_id} - {course.id for course in wanted}
    wanted |= set(db.session.scalars(select(Course).where(Course.id.in_(named)))) if named else set()
    courses = evaluated(wanted)
    return {measure.id: measured(measure, courses) for action in found for measure in action.measures}


def action_or_404(reference: str) -> Action:
    """One action, for which a measure is to be agreed."""
    found = db.session.scalar(
        select(Action)
        .where(Action.reference == reference)
        .options(selectinload(Action.offers).joinedload(LearningOffer.course), selectinload(Action.measures))
    )
    return found or abort(404)


def measure_or_404(key: str) -> Measure:
    """One measure with its figures, its action and what that offers."""
    return measure_by_key(key) or abort(404)


def measure_by_key(key: str) -> Measure | None:
    """The same, or None."""
    return db.session.scalar(
        select(Measure)
        .where(Measure.key == key)
        .options(
            selectinload(Measure.figures),
            joinedload(Measure.course),
            joinedload(Measure.action).options(
                selectinload(Action.recommendations),
                selectinload(Action.measures).selectinload(Measure.figures),
                selectinload(Action.offers).joinedload(LearningOffer.course),
            ),
        )
    )


def result(measure: Measure) -> MeasureResult:
    """What one measure says now."""
    return judged([measure.action])[measure.id]


def learning_days(measure: Measure, until: datetime) -> list[date]:
    """When sessions of the action's offers were held: the marks on its chart."""
    return offers.session_days(measure.action_id, until)


def figures(measure: Measure) -> Sequence[MeasureFigure]:
    """The figures of a measure as they stand, by day."""
    return db.session.scalars(
        select(MeasureFigure)
        .where(MeasureFigure.measure_id == measure.id)
        .order_by(MeasureFigure.dated, MeasureFigure.id)
    ).all()


def figure(measure: Measure, dated: date, method: str) -> MeasureFigure | None:
    """The figure of this day and method."""
    return db.session.scalar(
        select(MeasureFigure).where(
            MeasureFigure.measure_id == measure.id, MeasureFigure.dated == dated, MeasureFigure.method == method
        )
    )


def figure_or_404(measure: Measure, figure_id: int) -> MeasureFigure:
    """One figure of this measure."""
    return next((one for one in measure.figures if one.id == figure_id), None) or abort(404)


def changes(measure: Measure) -> Sequence[MeasureChange]:
    """Everything that was changed in a measure's figures, the newest first."""
    return db.session.scalars(
        select(MeasureChange)
        .where(MeasureChange.measure_id == measure.id)
        .options(joinedload(MeasureChange.by))
        .order_by(MeasureChange.id.desc())
    ).all()


def import_or_404(reference: str) -> MeasureImport:
    """A file that was taken."""
    found = db.session.scalar(select(MeasureImport).where(MeasureImport.reference == reference))
    return found or abort(404)


def imports() -> Sequence[MeasureImport]:
    """The last files that were taken, the newest first."""
    return db.session.scalars(
        select(MeasureImport).options(joinedload(MeasureImport.by)).order_by(MeasureImport.id.desc()).limit(10)
    ).all()


def changes_of(file: MeasureImport) -> Sequence[MeasureChange]:
    """What a file changed, in its order."""
    return db.session.scalars(
        select(MeasureChange)
        .where(MeasureChange.import_id == file.id)
        .options(joinedload(MeasureChange.measure))
        .order_by(MeasureChange.id)
    ).all()


def has_answers(measure: Measure) -> bool:
    """Have people answered the course whose answers this measure counts?"""
    if measure.kind is not MeasureKind.IMPACT_EVALUATION:
        return False
    offered = {offer.course_id for offer in measure.action.offers if offer.course_id}
    wanted = {measure.course_id} if measure.course_id else offered
    return bool(db.session.scalar(select(exists().where(Response.course_id.in_(wanted)))))


def plans_of(action: Action) -> Sequence[EvaluationPlan]:
    """How the courses this action offers are evaluated."""
    ids = [offer.course_id for offer in action.offers if offer.course_id]
    return db.session.scalars(
        select(EvaluationPlan)
        .where(EvaluationPlan.course_id.in_(ids))
        .options(joinedload(EvaluationPlan.question_set))
        .order_by(EvaluationPlan.course_id)
    ).all()
