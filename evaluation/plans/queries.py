"""Reads of plans: the question sets to choose from, and the courses nobody has decided about."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from evaluation.surveys.models import EvaluationPlan, QuestionSet
from lms.catalogue.models import Course, CourseSession
from lms.db import db


def plan_of(course: Course) -> EvaluationPlan | None:
    """How a course is evaluated; None while nobody has decided."""
    return db.session.get(EvaluationPlan, course.id)


def question_sets() -> Sequence[QuestionSet]:
    """The newest version of each question set, by key."""
    newest = (
        select(QuestionSet.key, func.max(QuestionSet.version).label("version")).group_by(QuestionSet.key).subquery()
    )
    return db.session.scalars(
        select(QuestionSet)
        .join(newest, (newest.c.key == QuestionSet.key) & (newest.c.version == QuestionSet.version))
        .order_by(QuestionSet.key)
    ).all()


def undecided(now: datetime) -> Sequence[Course]:
    """Courses with a session to come that nobody has decided how to evaluate, by title."""
    to_come = select(CourseSession.course_id).where(
        CourseSession.starts_at >= now, CourseSession.cancelled_at.is_(None), CourseSession.published_at.is_not(None)
    )
    return db.session.scalars(
        select(Course)
        .where(Course.id.in_(to_come), Course.retired_at.is_(None), Course.id.not_in(select(EvaluationPlan.course_id)))
        .order_by(Course.title, Course.id)
    ).all()


def next_session(course: Course, now: datetime) -> CourseSession | None:
    """The next session of a course that is to come."""
    return db.session.scalar(
        select(CourseSession)
        .where(
            CourseSession.course_id == course.id,
            CourseSession.starts_at >= now,
            CourseSession.cancelled_at.is_(None),
            CourseSession.published_at.is_not(None),
        )
        .order_by(CourseSession.starts_at, CourseSession.id)
        .limit(1)
    )
