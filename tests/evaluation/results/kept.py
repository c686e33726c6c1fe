"""Releases as the worker keeps them, made of a hand-made value: what pages and commands read."""

from dataclasses import replace
from datetime import date
from typing import Any

from evaluation.results.documents import write
from evaluation.results.models import Release, ReleasedSlice
from evaluation.results.report import Results, Slice
from evaluation.surveys.models import EvaluationPlan, QuestionSet
from lms.catalogue.models import Course
from lms.db import db
from tests import factories
from tests.evaluation.results import example


def evaluated(code: str = "NEG", **details: Any) -> Course:
    """A course that has a plan, and nothing released yet."""
    factories.partnership(made_up=True)
    course = factories.course(code, **details)
    questions = QuestionSet(key=f"made-for-{code}", version=1, document={"waves": [], "questions": [], "scales": []})
    db.session.add(questions)
    db.session.flush()
    db.session.add(
        EvaluationPlan(
            course_id=course.id,
            question_set_id=questions.id,
            waves=["baseline", "end", "m3", "m6"],
            primary_scale="behaviour_neglect",
            deciding_wave="m6",
            decided_on=date(2023, 1, 9),
        )
    )
    db.session.flush()
    return course


def released(course: Course, *parts: Results) -> None:
    """Keep what these slices may say as the newest release of the course."""
    made = Release(course=course, made_on=date(2026, 2, 2), threshold=5)
    db.session.add(made)
    db.session.flush()
    for one in parts:
        told = replace(one, course_code=course.code, course_title=course.title)
        db.session.add(ReleasedSlice(release_id=made.id, key=one.slice.key, document=write(told)))
    db.session.flush()


def neglect() -> Course:
    """The course about neglect with all sessions, one year that is worse, and one session."""
    course = evaluated()
    year = replace(example.worse(), slice=Slice("year", "year:2023-24", "2023-24"))
    released(course, example.large(), year)
    return course
