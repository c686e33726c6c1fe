"""The page of one action of the plan, and what officers do there: report, change, measure, join to the log, take out."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from evaluation.actions.queries import actions as action_log
from evaluation.actions.rules import stand
from evaluation.delivery_plan import blueprint, operations, queries, report
from evaluation.delivery_plan.forms import (
    ActionForm,
    ChangeActionForm,
    ConfirmForm,
    LinkForm,
    MeasureForm,
    NewActionForm,
    ProgressForm,
    WhyForm,
)
from evaluation.delivery_plan.models import PlanAction
from evaluation.delivery_plan.views import answered, found_plan, status, today
from lms import dates
from lms.organisations.queries import organisations
from lms.permissions import Permission, me, requires


def _action(action_id: int) -> PlanAction:
    return queries.action(action_id) or abort(404)


def _back(found: PlanAction) -> ResponseReturnValue:
    return redirect(url_for(".action", action_id=found.id), 303)


@blueprint.get("/improvement/plan/actions/<int:action_id>")
@requires(Permission.IMPROVEMENT_VIEW)
def action(action_id: int) -> ResponseReturnValue:
    """One action: what it is for, how it will be seen, what was reported, and everything that happened."""
    found = _action(action_id)
    return render_template(
        "evaluation/delivery_plan/action.html",
        action=found,
        plan=found.priority.plan,
        states={one.id: stand(one, today()).state for one in found.log},
        level=found.progress[-1].level.name if found.progress else report.NOTHING,
        steps=queries.history_of(found),
        today=today(),
    )


@blueprint.route("/improvement/plan/<int:plan_id>/priorities/<int:number>/actions", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def new_action(plan_id: int, number: int) -> ResponseReturnValue:
    """A new action of a priority; its number is given."""
    plan = found_plan(plan_id)
    priority = next((each for each in plan.priorities if each.number == number), None) or abort(404)
    form = NewActionForm(queries.groups(), organisations())
    if form.validate_on_submit():
        made: list[PlanAction] = []

        def act() -> str:
            made.append(
                operations.add_action(
                    priority=priority,
                    **_said(form),
                    measure=(form.what.data or "", form.seen_by.data or ""),
                    actor=me(),
                    now=dates.now(),
                )
            )
            return f"Action {made[0].label} is added."

        if said := answered(form, act):
            flash(said, "success")
            return _back(made[0])
    page = render_template("evaluation/delivery_plan/action_form.html", form=form, priority=priority, action=None)
    return page, status(form)


def _said(form: ActionForm) -> dict[str, Any]:
    return {
        "wording": form.wording.data or "",
        "group": queries.group(form.group.data),
        "organisation": queries.organisation(form.organisation.data),
        "due": form.due.data,
    }


@blueprint.route("/improvement/plan/actions/<int:action_id>/change", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def change_action(action_id: int) -> ResponseReturnValue:
    """Say something else of an action, and why."""
    found = _action(action_id)
    form = ChangeActionForm(queries.groups(), organisations(), found)
    if form.validate_on_submit():

        def act() -> str:
            done = operations.change_action(
                action=found, **_said(form), why=form.why.data or "", actor=me(), now=dates.now()
            )
            return f"Action {found.label} is changed." if done else "Nothing was different, so nothing was changed."

        if said := answered(form, act):
            flash(said, "success")
            return _back(found)
    page = render_template(
        "evaluation/delivery_plan/action_form.html", form=form, priority=found.priority, action=found
    )
    return page, status(form)


@blueprint.route("/improvement/plan/actions/<int:action_id>/report", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def progress(action_id: int) -> ResponseReturnValue:
    """Report how far an action has got; earlier reports stay as they are."""
    found = _action(action_id)
    levels = found.priority.plan.levels
    form = ProgressForm(levels, today())
    if form.validate_on_submit() and form.dated.data:
        dated = form.dated.data

        def act() -> str:
            operations.add_progress(
                action=found,
                dated=dated,
                level=next(one for one in levels if str(one.id) == form.level.data),
                done=form.done.data or "",
                stuck=form.stuck.data or "",
                asked=form.asked.data or "",
                by_words=form.by_words.data or "",
                actor=me(),
                now=dates.now(),
            )
            return "The report is kept."

        if said := answered(form, act):
            flash(said, "success")
            return _back(found)
    return render_template("evaluation/delivery_plan/progress.html", form=form, action=found), status(form)


@blueprint.route("/improvement/plan/actions/<int:action_id>/measures", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def measures(action_id: int) -> ResponseReturnValue:
    """The success measures of an action, and one more."""
    found, known = _action(action_id), queries.measures()
    form = MeasureForm(known)
    if form.validate_on_submit():
        operations.add_measure(
            action=found,
            what=form.what.data or "",
            seen_by=form.seen_by.data or "",
            measure=next((one for one in known if str(one.id) == form.measure.data), None),
            actor=me(),
            now=dates.now(),
        )
        flash("The success measure is added.", "success")
        return _back(found)
    return render_template("evaluation/delivery_plan/measures.html", form=form, action=found), status(form)


@blueprint.post("/improvement/plan/actions/<int:action_id>/measures/<int:measure_id>/end")
@requires(Permission.IMPROVEMENT_EDIT)
def end_measure(action_id: int, measure_id: int) -> ResponseReturnValue:
    """A success measure is no longer used."""
    found = _action(action_id)
    one = next((each for each in found.measures if each.id == measure_id), None) or abort(404)
    operations.end_measure(action=found, measure=one, actor=me(), now=dates.now())
    flash("The success measure is ended. It stays in the list.", "success")
    return _back(found)


@blueprint.route("/improvement/plan/actions/<int:action_id>/log", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def links(action_id: int) -> ResponseReturnValue:
    """Which actions of the learning and development log belong to it."""
    found, log = _action(action_id), action_log()
    form = LinkForm(
        [(str(one.id), f"{one.reference} {one.wording}") for one in log], [str(one.id) for one in found.log]
    )
    if form.validate_on_submit():
        chosen = [one for one in log if str(one.id) in (form.actions.data or ())]
        done = operations.link(action=found, log=chosen, actor=me(), now=dates.now())
        flash("It is saved." if done else "Nothing was different, so nothing was changed.", "success")
        return _back(found)
    page = render_template("evaluation/delivery_plan/links.html", form=form, action=found, any=bool(log))
    return page, status(form)


@blueprint.route("/improvement/plan/actions/<int:action_id>/take-out", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def take_out(action_id: int) -> ResponseReturnValue:
    """An action is no longer part of the plan."""
    found, form = _action(action_id), WhyForm()
    if form.validate_on_submit():

        def act() -> str:
            operations.take_out(action=found, why=form.why.data or "", actor=me(), now=dates.now())
            return f"Action {found.label} is taken out. It can be put back."

        if said := answered(form, act):
            flash(said, "success")
            return _back(found)
    page = render_template(
        "evaluation/delivery_plan/reason.html",
        form=form,
        act=f"Take action {found.label} out of the plan",
        words="It keeps its number, its reports and its history, and no longer counts.",
        out=url_for(".action", action_id=found.id),
        out_words=f"Action {found.label}",
    )
    return page, status(form)


@blueprint.post("/improvement/plan/actions/<int:action_id>/put-back")
@requires(Permission.IMPROVEMENT_EDIT)
def put_back(action_id: int) -> ResponseReturnValue:
    """It is part of the plan again."""
    found = _action(action_id)
    if ConfirmForm().validate_on_submit():
        operations.put_back(action=found, actor=me(), now=dates.now())
        flash(f"Action {found.label} is back in the plan.", "success")
    return _back(found)
