"""Officers' pages of a measure's single figures: typed in, changed, taken away. What was there before is kept."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from evaluation.measures import blueprint, operations, queries, rules
from evaluation.measures.forms import FigureForm, RemoveForm
from evaluation.measures.models import Measure, MeasureFigure, MeasureKind
from evaluation.measures.operations import By
from lms import dates
from lms.errors import RuleBroken
from lms.imports import Outcome
from lms.permissions import Permission, me, requires

PAGE = "/improvement/measures/<key>/figures"
SAID = {
    Outcome.ADDED: "The figure is added.",
    Outcome.CHANGED: "The figure is changed. The old one is kept below.",
    Outcome.UNCHANGED: "That is what stood there, so nothing was changed.",
}


@blueprint.route(f"{PAGE}/new", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def new_figure(key: str) -> ResponseReturnValue:
    """Type in one month, or what an audit found."""
    return _figure(_typed(key), None)


@blueprint.route(f"{PAGE}/<int:figure_id>", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def change_figure(key: str, figure_id: int) -> ResponseReturnValue:
    """Put another figure in the place of one."""
    found = _typed(key)
    return _figure(found, queries.figure_or_404(found, figure_id))


def _typed(key: str) -> Measure:
    """A measure whose figures are typed; what is counted live has none."""
    found = queries.measure_or_404(key)
    return abort(404) if found.kind is MeasureKind.IMPACT_EVALUATION else found


def _figure(measure: Measure, there: MeasureFigure | None) -> ResponseReturnValue:
    form = FigureForm(measure, there)
    if form.validate_on_submit() and (said := form.said()):
        dated, method = said
        by = By(me(), dates.now(), why=(form.why.data or "") if there else "")
        try:
            if there is None and queries.figure(measure, dated, method) is not None:
                raise RuleBroken("There is a figure of this period already. Change that one.", "period")
            done = operations.set_figure(measure=measure, dated=dated, method=method, figure=form.figure(), by=by)
        except RuleBroken as no:
            form.refuse(no)
        else:
            flash(SAID[done], "success" if done is not Outcome.UNCHANGED else "message")
            return redirect(url_for(".measure", key=measure.key), 303)
    period = rules.period_words(measure.kind, there.dated, there.method) if there else ""
    page = render_template("evaluation/measures/figure.html", form=form, measure=measure, there=there, period=period)
    return page, 422 if form.problems else 200


@blueprint.route(f"{PAGE}/<int:figure_id>/remove", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def remove_figure(key: str, figure_id: int) -> ResponseReturnValue:
    """Take a figure away, with the reason."""
    measure, form = _typed(key), RemoveForm()
    there = queries.figure_or_404(measure, figure_id)
    if form.validate_on_submit():
        operations.remove_figure(measure=measure, there=there, by=By(me(), dates.now(), why=form.why.data or ""))
        flash("The figure is taken away. What it was is kept below.")
        return redirect(url_for(".measure", key=key), 303)
    period = rules.period_words(measure.kind, there.dated, there.method)
    page = render_template(
        "evaluation/measures/remove_figure.html", form=form, measure=measure, there=there, period=period
    )
    return page, 422 if form.problems else 200
