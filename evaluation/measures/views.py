"""Key impact measures: all of them by action, one with its chart, and making and changing one."""

from datetime import date

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from evaluation.impact import change_words
from evaluation.impact.drawings import measure_drawing
from evaluation.impact.sentences import tone_of
from evaluation.measures import blueprint, operations, queries, rules
from evaluation.measures.forms import DIRECTIONS, ConfirmForm, KindForm, MeasureForm
from evaluation.measures.models import Measure, MeasureKind
from evaluation.offers import queries as offers
from lms import dates
from lms.errors import RuleBroken
from lms.permissions import Permission, me, requires

PAGE = "/improvement/measures/<key>"


@blueprint.get("/improvement/measures")
@requires(Permission.IMPROVEMENT_VIEW)
def index() -> str:
    """Every measure by action, with what it says now."""
    found = queries.actions()
    return render_template(
        "evaluation/measures/index.html",
        actions=[action for action in found if action.measures],
        without=[action for action in found if not action.measures],
        results=queries.judged(found),
        tone_of=tone_of,
    )


@blueprint.get(PAGE)
@requires(Permission.IMPROVEMENT_VIEW)
def measure(key: str) -> str:
    """One measure: what it says, its chart, its figures, the rule, and what was changed."""
    return _page(queries.measure_or_404(key))


def _page(found: Measure, form: ConfirmForm | None = None) -> str:
    result = queries.result(found)
    days = queries.learning_days(found, dates.now())
    return render_template(
        "evaluation/measures/measure.html",
        form=form,
        measure=found,
        result=result,
        drawing=measure_drawing(result, days),
        days=days,
        tone=tone_of(result),
        words=change_words,
        rules=rules,
        direction=DIRECTIONS[found.direction],
        changes=queries.changes(found),
        live=found.kind is MeasureKind.IMPACT_EVALUATION,
    )


@blueprint.route("/improvement/actions/<reference>/measures/new", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def kinds(reference: str) -> ResponseReturnValue:
    """Which kind of measure an action is to have."""
    action, form = queries.action_or_404(reference), KindForm()
    if form.validate_on_submit():
        return redirect(url_for(".new", reference=reference, kind=form.kind.data), 303)
    page = render_template("evaluation/measures/kinds.html", form=form, action=action)
    return page, 422 if form.problems else 200


@blueprint.route("/improvement/actions/<reference>/measures/new/<kind>", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def new(reference: str, kind: str) -> ResponseReturnValue:
    """Agree a measure for an action."""
    action = queries.action_or_404(reference)
    about = MeasureKind(kind) if kind in list(MeasureKind) else abort(404)
    plans = queries.plans_of(action)
    if about is MeasureKind.IMPACT_EVALUATION and not plans:
        return render_template("evaluation/measures/no_course.html", action=action)
    form = MeasureForm(
        about,
        plans,
        courses={offer.course_id: offer.course.title for offer in action.offers if offer.course and offer.course_id},
        key=rules.suggested(reference, about, queries.taken_keys()),
        proposed=_proposed(action.id),
    )
    if form.validate_on_submit():
        try:
            made = operations.add(
                action=action, kind=about, key=form.key.data or "", told=form.told(), actor=me(), now=dates.now()
            )
        except RuleBroken as no:
            form.refuse(str(no), "key")
        else:
            flash(f"{made.key} is agreed for {reference}.", "success")
            return redirect(url_for(".measure", key=made.key), 303)
    return _form(form, action=action, measure=None, kind=about)


def _proposed(action_id: int) -> list[date]:
    """The first day of the learning: the first session of what the action offers."""
    return offers.session_days(action_id)[:1]


@blueprint.route(f"{PAGE}/change", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def change(key: str) -> ResponseReturnValue:
    """Say something else of a measure."""
    found = queries.measure_or_404(key)
    plans = queries.plans_of(found.action)
    courses = {one.course_id: one.course.title for one in found.action.offers if one.course and one.course_id}
    form = MeasureForm(found.kind, plans, courses=courses, measure=found)
    if form.validate_on_submit():
        changed = operations.change(measure=found, told=form.told(), actor=me(), now=dates.now())
        flash("It is changed." if changed else "Nothing was different, so nothing was changed.")
        return redirect(url_for(".measure", key=key), 303)
    return _form(form, action=found.action, measure=found, kind=found.kind)


def _form(form: MeasureForm, **more: object) -> ResponseReturnValue:
    page = render_template("evaluation/measures/form.html", form=form, labels=rules.KIND_LABELS, **more)
    return page, 422 if form.problems else 200


@blueprint.post(f"{PAGE}/remove")
@requires(Permission.IMPROVEMENT_EDIT)
def remove(key: str) -> ResponseReturnValue:
    """Take back a measure that says nothing yet."""
    found, form = queries.measure_or_404(key), ConfirmForm()
    if form.validate_on_submit():
        try:
            operations.remove(measure=found, actor=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(str(no))
        else:
            flash(f"{key} is taken back. It held no figures.")
            return redirect(url_for(".index"), 303)
    return _page(queries.measure_or_404(key), form), 422
