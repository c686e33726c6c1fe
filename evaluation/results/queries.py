"""Reads of what was released, and of which courses and sessions it is about. Nothing here reads an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from evaluation.results.report import Results
from evaluation.surveys.models import EvaluationPlan
from lms.accounts.models import Person
from lms.catalogue.models import Course, CourseSession, SessionTrainer
from lms.db import db


def results(course_code: str, slice_key: str = "all") -> Results | None:
    """What one slice of a course may say, as it was last released; None where it cannot be shown or nothing was released."""
    return None


def evaluated() -> Sequence[Course]:
    """The courses that have an evaluation plan, by title."""
    return db.session.scalars(
        select(Course).join(EvaluationPlan, EvaluationPlan.course_id == Course.id).order_by(Course.title, Course.code)
    ).all()


def evaluated_or_404(code: str) -> Course:
    """One of them by its code."""
    return db.session.scalar(
        select(Course).join(EvaluationPlan, EvaluationPlan.course_id == Course.id).where(Course.code == code)
    ) or abort(404)


@dataclass(frozen=True)
class TaughtCourse:
    """An evaluated course, and the sessions of it somebody taught, the newest first."""

    course: Course
    sessions: Sequence[CourseSession]


def taught(person: Person) -> list[TaughtCourse]:
    """What somebody taught of courses that are evaluated; sessions that were cancelled are left out."""
    found = db.session.scalars(
        select(CourseSession)
        .join(SessionTrainer, SessionTrainer.session_id == CourseSession.id)
        .join(EvaluationPlan, EvaluationPlan.course_id == CourseSession.course_id)
        .join(Course, Course.id == CourseSession.course_id)
        .where(SessionTrainer.person_id == person.id, CourseSession.cancelled_at.is_(None))
        .options(joinedload(CourseSession.course))
        .order_by(Course.title, Course.code, CourseSession.starts_at.desc(), CourseSession.reference)
    )
    return [TaughtCourse(course, list(sessions)) for course, sessions in groupby(found, lambda one: one.course)]


def taught_or_404(person: Person, code: str) -> Course:
    """An evaluated course of which somebody taught a session."""
    return next((one.course for one in taught(person) if one.course.code == code), None) or abort(404)
