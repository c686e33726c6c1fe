"""Reads of sources, recommendations and the action log. Nothing here is personal: who may see one may see all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import has_request_context, url_for
from sqlalchemy import Select, and_, bindparam, distinct, exists, func, select
from sqlalchemy.orm import joinedload, selectinload

from evaluation.actions.models import Action, action_recommendation
from evaluation.actions.queries import facts
from evaluation.improvement.rules import Reached, reached
from evaluation.measures.models import Measure, MeasureFigure, MeasureKind
from evaluation.offers.models import LearningOffer
from evaluation.recommendations.models import Recommendation, Source
from evaluation.surveys.queries import OPEN_STAGES, CourseWaves, WaveCount
from lms.bookings.models import Booking, BookingStatus
from lms.catalogue.models import Course, CourseSession
from lms.db import db
from lms.hooks import CoursePanel
from lms.words import plural


def recommendations() -> Sequence[Recommendation]:
    """Every recommendation with its source, history and actions, newest source first, then by reference."""
    return db.session.scalars(
        select(Recommendation)
        .join(Recommendation.source)
        .options(
            joinedload(Recommendation.source),
            joinedload(Recommendation.owner_group),
            selectinload(Recommendation.history),
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
            *facts(),
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


@dataclass(frozen=True)
class Standing:
    """How far one recommendation's thread has got, with the counts behind it."""

    recommendation: Recommendation
    stage: Reached
    sessions: int
    deciding_wave: str
    answered: int
    asked: int


def standings(now: datetime, evaluated: Sequence[CourseWaves]) -> list[Standing]:
    """Where the thread of every recommendation stands. `evaluated` are all courses with a plan, from `surveys.queries`.

    Like the thread itself it counts the evaluated course alone where one of the courses offered is evaluated.
    """
    held = _sessions_held(now)
    plans = {course.plan.course_id: course for course in evaluated}
    found = []
    for one in recommendations():
        courses = {offer.course_id for action in one.actions for offer in action.offers if offer.course_id in held}
        course = plans.get(min((key for key in courses if key in plans), default=0))
        deciding = course.total(course.plan.deciding_wave) if course else None
        sessions = held[course.plan.course_id] if course else sum(held[key] for key in courses)
        found.append(
            Standing(
                recommendation=one,
                stage=reached(
                    actions=len(one.actions),
                    sessions=sessions,
                    answers=sum(course.total(wave).numerator for wave in course.plan.waves) if course else 0,
                    deciding_answers=deciding.numerator if deciding else 0,
                ),
                sessions=sessions,
                deciding_wave=course.plan.deciding_wave if course else "",
                answered=deciding.numerator if deciding else 0,
                asked=deciding.denominator if deciding else 0,
            )
        )
    return found


def _sessions_held(now: datetime) -> dict[int, int]:
    """How many sessions of each course were held: {course id: sessions}."""
    rows = db.session.execute(
        select(CourseSession.course_id, func.count(distinct(CourseSession.id)))
        .join(Booking, and_(Booking.session_id == CourseSession.id, Booking.status == BookingStatus.BOOKED))
        .where(CourseSession.ends_at <= now, CourseSession.cancelled_at.is_(None))
        .group_by(CourseSession.course_id)
    )
    return {row[0]: row[1] for row in rows}


def open_rounds(evaluated: Sequence[CourseWaves]) -> list[WaveCount]:
    """The waves that people can answer now, the one that closes first first."""
    found = [
        count
        for course in evaluated
        for _, waves in course.sessions
        for count in waves.values()
        if count.asked and count.round.stage in OPEN_STAGES
    ]
    return sorted(found, key=lambda count: (count.round.closes_at, count.round.id))


# Built once, because every booking asks it for its letter.
_PANELS = (
    select(LearningOffer.course_id, Recommendation.reference, Recommendation.plain_sentence)
    .join(Action, Action.id == LearningOffer.action_id)
    .join(action_recommendation, action_recommendation.c.action_id == Action.id)
    .join(Recommendation, Recommendation.id == action_recommendation.c.recommendation_id)
    .where(LearningOffer.course_id.in_(bindparam("courses", expanding=True)), Recommendation.plain_sentence != "")
    .order_by(LearningOffer.course_id, Action.reference, Recommendation.reference)
)


def course_panels(courses: Sequence[Course]) -> dict[int, CoursePanel]:
    """Why each of these courses exists: the sentence of the first recommendation an action of which offers it."""
    rows = db.session.execute(_PANELS, {"courses": [course.id for course in courses]})
    panels: dict[int, CoursePanel] = {}
    codes, linked = {course.id: course.code for course in courses}, has_request_context()
    for course_id, reference, sentence in rows:
        if course_id is not None and course_id not in panels:
            panels[course_id] = CoursePanel(
                sentence,
                url_for("impact.thread", reference=reference) if linked else None,
                recommendation=reference,
                changed_url=url_for("impact.course_thread", code=codes[course_id]) if linked else None,
            )
    return panels


def actions_served(course: Course) -> list[Action]:
    """The actions of the log that offer a course, by reference."""
    return list(
        db.session.scalars(
            select(Action)
            .join(LearningOffer, LearningOffer.action_id == Action.id)
            .where(LearningOffer.course_id == course.id)
            .order_by(Action.reference)
        )
    )


def course_links(course: Course) -> list[tuple[str, str]]:
    """For whoever changes a course: where to say which actions it serves."""
    served = len(actions_served(course))
    said = plural(served, "action") + " of the log" if served else "no action yet"
    return [(f"Why it exists: {said}", url_for("improvement.course", code=course.code))]


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
