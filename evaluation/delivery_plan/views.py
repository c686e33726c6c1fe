"""The page of the plan, which everybody who reads the log can read, and officers' pages of its levels and priorities."""

from collections.abc import Callable
from datetime import date

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from evaluation.delivery_plan import blueprint, operations, queries, rules, sheets
from evaluation.delivery_plan.forms import (
    LevelForm,
    NewLevelForm,
    NewPlanForm,
    PlanForm,
    PriorityForm,
    TitleForm,
)
from evaluation.delivery_plan.models import DeliveryPlan
from lms import charts, dates
from lms.charts import Bar
from lms.errors import RuleBroken
from lms.exports import CSV, XLSX, download
from lms.forms import Form
from lms.organisations.queries import partnership
from lms.permissions import Permission, me, requires


def today() -> date:
    """The day it is."""
    return dates.london(dates.now()).date()


def found_plan(plan_id: int) -> DeliveryPlan:
    """A plan by its id; 404 where there is none."""
    return queries.plan(plan_id) or abort(404)


def answered(form: Form, act: Callable[[], str], *, field: str | None = None) -> str | None:
    """Do what a form says; the sentence to show, or None with the form marked where a rule says no."""
    try:
        return act()
    except RuleBroken as no:
        form.refuse(no, field)
        return None


def status(form: Form) -> int:
    """422 where what was sent could not be done."""
    return 422 if form.is_submitted() else 200


@blueprint.get("/improvement/plan")
@requires(Permission.IMPROVEMENT_VIEW)
def index() -> ResponseReturnValue:
    """The plan of today, or the way to make one."""
    found = queries.current(today())
    if found is None:
        return render_template("evaluation/delivery_plan/none.html")
    return _page(found)


@blueprint.get("/improvement/plan/<int:plan_id>")
@requires(Permission.IMPROVEMENT_VIEW)
def plan(plan_id: int) -> ResponseReturnValue:
    """One plan: its priorities and actions, and how far each has got."""
    return _page(found_plan(plan_id))


def _page(found: DeliveryPlan) -> ResponseReturnValue:
    stands = queries.highlight(found, meeting_on=None, until=today())
    reports = queries.reports(found)
    meetings = rules.report_dates(
        [one.held_on for one in found.meetings], found.report_every, [one.meeting_on for one in reports]
    )
    return render_template(
        "evaluation/delivery_plan/plan.html",
        plan=found,
        stands=stands,
        rule=sheets.RULE,
        others=[one for one in queries.plans() if one.id != found.id],
        rows={one.label: one for one in stands.actions},
        dives=sorted((one for each in found.priorities for one in each.dives), key=lambda one: (one.held_on, one.id)),
        reports=reports,
        next_report=next((one for one in meetings if one >= today()), None),
        steps=queries.history_of_plan(found),
        today=today(),
        chart=charts.bars(
            [Bar(name, now) for name, now, _ in stands.counts],
            chart_id="plan-levels",
            title="Actions of the plan by level",
        ),
    )


@blueprint.get("/improvement/plan/<int:plan_id>.<any(csv, xlsx):kind>")
@requires(Permission.IMPROVEMENT_VIEW)
def plan_file(plan_id: int, kind: str) -> ResponseReturnValue:
    """The plan as it stands, as a table."""
    found, here = found_plan(plan_id), partnership()
    if kind == "csv":
        return download(sheets.plan_csv(found), f"{found.name}.csv", CSV)
    return download(sheets.plan_workbook(found, here.name if here else "", today()), f"{found.name}.xlsx", XLSX)


@blueprint.route("/improvement/plan/new", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def new() -> ResponseReturnValue:
    """Make a plan."""
    form = NewPlanForm()
    if form.validate_on_submit() and (levels := form.names()) and form.begins.data and form.until.data:
        begins, until, made = form.begins.data, form.until.data, []

        def act() -> str:
            made.append(
                operations.make(
                    name=form.name.data or "",
                    begins=begins,
                    until=until,
                    report_every=int(form.report_every.data),
                    levels=levels,
                    actor=me(),
                    now=dates.now(),
                )
            )
            return "The plan is made. Add its priorities."

        if said := answered(form, act):
            flash(said, "success")
            return redirect(url_for(".priorities", plan_id=made[0].id), 303)
    return render_template("evaluation/delivery_plan/plan_form.html", form=form, plan=None), status(form)


@blueprint.route("/improvement/plan/<int:plan_id>/change", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def change(plan_id: int) -> ResponseReturnValue:
    """Say something else of a plan."""
    found = found_plan(plan_id)
    form = PlanForm(found)
    if form.validate_on_submit() and form.begins.data and form.until.data:
        begins, until = form.begins.data, form.until.data

        def act() -> str:
            done = operations.change(
                plan=found,
                name=form.name.data or "",
                begins=begins,
                until=until,
                report_every=int(form.report_every.data),
                actor=me(),
                now=dates.now(),
            )
            return "The plan is changed." if done else "Nothing was different, so nothing was changed."

        if said := answered(form, act):
            flash(said, "success")
            return redirect(url_for(".plan", plan_id=plan_id), 303)
    return render_template("evaluation/delivery_plan/plan_form.html", form=form, plan=found), status(form)


# Levels.


@blueprint.route("/improvement/plan/<int:plan_id>/levels", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def levels(plan_id: int) -> ResponseReturnValue:
    """The levels of progress in the partnership's own words, and one more."""
    found = found_plan(plan_id)
    form = NewLevelForm(found.levels)
    if form.validate_on_submit():
        before = next((one for one in found.levels if str(one.id) == form.before.data), None)

        def act() -> str:
            operations.add_level(
                plan=found,
                name=form.name.data or "",
                meaning=form.meaning.data or "",
                delivered=bool(form.delivered.data),
                before=before,
                actor=me(),
                now=dates.now(),
            )
            return "The level is added."

        if said := answered(form, act, field="name"):
            flash(said, "success")
            return redirect(url_for(".levels", plan_id=plan_id), 303)
    return render_template("evaluation/delivery_plan/levels.html", form=form, plan=found), status(form)


@blueprint.route("/improvement/plan/<int:plan_id>/levels/<int:level_id>", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def level(plan_id: int, level_id: int) -> ResponseReturnValue:
    """Another name for a level."""
    found = found_plan(plan_id)
    one = queries.level_of(found, level_id) or abort(404)
    form = LevelForm(one)
    if form.validate_on_submit():

        def act() -> str:
            operations.rename_level(
                plan=found,
                level=one,
                name=form.name.data or "",
                meaning=form.meaning.data or "",
                delivered=bool(form.delivered.data),
                actor=me(),
                now=dates.now(),
            )
            return "The level is changed."

        if said := answered(form, act, field="name"):
            flash(said, "success")
            return redirect(url_for(".levels", plan_id=plan_id), 303)
    page = render_template(
        "evaluation/delivery_plan/level.html", form=form, plan=found, level=one, used=queries.level_used(one)
    )
    return page, status(form)


@blueprint.post("/improvement/plan/<int:plan_id>/levels/<int:level_id>/remove")
@requires(Permission.IMPROVEMENT_EDIT)
def remove_level(plan_id: int, level_id: int) -> ResponseReturnValue:
    """Take away a level that was never used."""
    found = found_plan(plan_id)
    one = queries.level_of(found, level_id) or abort(404)
    try:
        operations.remove_level(plan=found, level=one, actor=me(), now=dates.now())
    except RuleBroken as no:
        flash(str(no), "problem")
    else:
        flash("The level is taken away.", "success")
    return redirect(url_for(".levels", plan_id=plan_id), 303)


# Priorities.


@blueprint.route("/improvement/plan/<int:plan_id>/priorities", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def priorities(plan_id: int) -> ResponseReturnValue:
    """The priorities of a plan, and one more."""
    found = found_plan(plan_id)
    left = queries.priorities_left(found)
    form = PriorityForm(left)
    if form.validate_on_submit():

        def act() -> str:
            made = operations.add_priority(
                plan=found,
                priority=next((one for one in left if str(one.id) == form.priority.data), None),
                short_name=form.short_name.data or "",
                title=form.title.data or "",
                actor=me(),
                now=dates.now(),
            )
            return f"Priority {made.number} is added."

        if said := answered(form, act):
            flash(said, "success")
            return redirect(url_for(".priorities", plan_id=plan_id), 303)
    return render_template("evaluation/delivery_plan/priorities.html", form=form, plan=found), status(form)


@blueprint.route("/improvement/plan/<int:plan_id>/priorities/<int:number>", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def priority(plan_id: int, number: int) -> ResponseReturnValue:
    """Another title for a priority."""
    found = found_plan(plan_id)
    one = next((each for each in found.priorities if each.number == number), None) or abort(404)
    form = TitleForm(one)
    if form.validate_on_submit():
        operations.retitle(priority=one, title=form.title.data or "", actor=me(), now=dates.now())
        flash("The title is saved.", "success")
        return redirect(url_for(".priorities", plan_id=plan_id), 303)
    return render_template("evaluation/delivery_plan/priority.html", form=form, plan=found, priority=one), status(form)
