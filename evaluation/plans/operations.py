"""What is done about plans. Rounds and invitations that follow from a plan are those of `evaluation.surveys.operations`."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from evaluation.plans import queries, rules
from evaluation.surveys import operations as surveys
from evaluation.surveys import questions
from evaluation.surveys.models import EvaluationPlan, QuestionSet
from evaluation.surveys.queries import has_answers
from lms.accounts.models import Person
from lms.activity.operations import record
from lms.catalogue.models import Course
from lms.db import db
from lms.errors import RuleBroken


class DaysRefused(RuleBroken):
    """Days that do not fit, with the key of their wave."""

    def __init__(self, wave: str, sentence: str) -> None:
        super().__init__(sentence)
        self.wave = wave


def decide(
    *,
    course: Course,
    question_set: QuestionSet,
    waves: Sequence[str],
    primary_scale: str,
    deciding_wave: str,
    then_test: bool,
    days: Mapping[str, rules.Days],
    actor: Person,
    now: datetime,
) -> EvaluationPlan:
    """Decide how a course is evaluated, or change it: everything until somebody has answered, after that only the days of waves
    that are still to open. RuleBroken, or DaysRefused, with the sentence that says what does not fit."""
    there = queries.plan_of(course)
    if there and there.then_test != then_test and has_answers(course.id):
        raise RuleBroken("Somebody has answered, so how this course is evaluated can no longer change.")
    changes = _changes(question_set.document, waves, days)
    plan = surveys.set_evaluation_plan(
        course=course,
        question_set=question_set,
        waves=_in_order(question_set.document, waves),
        primary_scale=primary_scale,
        deciding_wave=deciding_wave,
        actor=actor,
        now=now,
    )
    if plan.then_test != then_test or plan.days != changes:
        plan.then_test, plan.days = then_test, changes
        db.session.flush()
        surveys.time_planned(plan)
        record("evaluation:timed", actor=actor, subject_kind="course", subject=course.code, now=now)
    return plan


def _in_order(document: questions.Document, waves: Sequence[str]) -> list[str]:
    """The waves in the order of the document, so that the same choice is always the same plan."""
    order = [wave["key"] for wave in document["waves"]]
    return sorted(waves, key=lambda key: order.index(key) if key in order else len(order))


def _changes(
    document: questions.Document, waves: Sequence[str], days: Mapping[str, rules.Days]
) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for key in _in_order(document, [key for key in days if key in waves]):
        wave = questions.wave(document, key)
        try:
            rules.check_days(wave, days[key])
        except RuleBroken as no:
            raise DaysRefused(key, str(no)) from None
        if (changed := rules.changes_of(wave, days[key])) is not None:
            found[key] = changed
    return found
