"""The page where an officer decides how a course is evaluated."""

from datetime import date, datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from evaluation.plans import blueprint, operations, queries, rules
from evaluation.plans.forms import PlanForm, plan_form
from evaluation.question_sets.queries import title_of
from evaluation.surveys import questions
from evaluation.surveys.models import EvaluationPlan, QuestionSet
from evaluation.surveys.operations import WAVES
from evaluation.surveys.queries import has_answers
from lms import dates
from lms.catalogue.models import Course
from lms.catalogue.queries import course_by_code
from lms.errors import RuleBroken
from lms.permissions import Permission, me, requires

PREVIEW = "preview"


def links_of(course: Course) -> list[tuple[str, str]]:
    """The way from the page of a course to how it is evaluated."""
    return [("How it is evaluated", url_for("plans.plan", code=course.code))]


@blueprint.route("/surveys/courses/<code>/plan", methods=["GET", "POST"])
@requires(Permission.SURVEY_DESIGN)
def plan(code: str) -> ResponseReturnValue:
    """How a course is evaluated: questions, waves, days, what decides, and what a learner will live through."""
    course = course_by_code(code) or abort(404)
    there = queries.plan_of(course)
    sets = queries.question_sets()
    chosen = _chosen_set(sets, there)
    if chosen is None:
        return render_template("evaluation/plans/none.html", course=course)
    fixed = there is not None and has_answers(course.id)
    form = plan_form(chosen, code, there, WAVES)
    if fixed:
        form.only_days()
    if form.validate_on_submit():
        if request.form.get("to") == PREVIEW:
            return _page(course, there, sets, chosen, form, fixed)
        try:
            _decide(course, there, chosen, form, fixed)
        except operations.DaysRefused as no:
            form.refuse_days(no.wave, str(no))
        except RuleBroken as no:
            form.refuse(str(no))
        else:
            flash(f"It is decided how “{course.title}” is evaluated.")
            return redirect(url_for(".plan", code=code), 303)
    return _page(course, there, sets, chosen, form, fixed, 422 if request.method == "POST" else 200)


def _chosen_set(sets: Any, there: EvaluationPlan | None) -> QuestionSet | None:
    """The question set of the address, that of the plan, or the first there is."""
    wanted = request.values.get("set_id", type=int)
    found = next((one for one in sets if one.id == wanted), None)
    return found or (there.question_set if there else next(iter(sets), None))


def _decide(course: Course, there: EvaluationPlan | None, chosen: QuestionSet, form: PlanForm, fixed: bool) -> None:
    """Do what the form says; where the plan is fixed, everything but the days is as it was."""
    said: dict[str, Any]
    if fixed and there:
        said = {
            "question_set": there.question_set,
            "waves": there.waves,
            "primary_scale": there.primary_scale,
            "deciding_wave": there.deciding_wave,
            "then_test": there.then_test,
        }
    else:
        names = ("waves", "primary_scale", "deciding_wave", "then_test")
        said = {"question_set": chosen} | {name: form[name].data for name in names}
    operations.decide(course=course, days=form.days(), actor=me(), now=dates.now(), **said)


def _page(
    course: Course,
    there: EvaluationPlan | None,
    sets: Any,
    chosen: QuestionSet,
    form: PlanForm,
    fixed: bool,
    status: int = 200,
) -> ResponseReturnValue:
    now = dates.now()
    waves = there.waves if fixed and there else form["waves"].data or []
    preview_on = _session_day(course, now)
    page = render_template(
        "evaluation/plans/plan.html",
        course=course,
        plan=there,
        sets=sets,
        chosen=chosen,
        form=form,
        fixed=fixed,
        document=chosen.document,
        title_of=title_of,
        wave_of=questions.wave,
        scale_of=questions.scale,
        waves=waves,
        preview=_preview(chosen, waves, form, preview_on),
        preview_on=preview_on,
        rules=rules,
    )
    return page, status


def _preview(chosen: QuestionSet, waves: list[str], form: PlanForm, on: date) -> list[rules.Event]:
    """What a learner lives through, with the days of the form where they fit."""
    document, changes = chosen.document, {}
    known = [key for key in waves if any(wave["key"] == key for wave in document["waves"])]
    for key, days in form.days().items():
        wave = questions.wave(document, key)
        try:
            rules.check_days(wave, days)
        except RuleBroken:
            continue
        if changed := rules.changes_of(wave, days):
            changes[key] = changed
    return rules.life_of(document, known, changes, session_on=on)


def _session_day(course: Course, now: datetime) -> date:
    """The day of the session in the preview: the next there is, or one in 6 weeks."""
    there = queries.next_session(course, now)
    return dates.london(there.starts_at if there else now + rules.USUAL_NOTICE).date()
