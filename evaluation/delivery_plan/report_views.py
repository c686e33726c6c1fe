"""Deep dives, the meetings of the Executive, and the highlight report: a draft as it would be today, and those that were kept."""

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from evaluation.delivery_plan import blueprint, queries, report, reporting, rules, sheets
from evaluation.delivery_plan.forms import DiveForm, FoundForm, KeepForm, MeetingsForm, WhyForm
from evaluation.delivery_plan.models import DeepDive, DeliveryPlan, HighlightReport
from evaluation.delivery_plan.report import Highlight
from evaluation.delivery_plan.views import answered, found_plan, status, today
from lms import charts, dates, files
from lms.charts import Bar
from lms.errors import RuleBroken
from lms.exports import CSV, XLSX, download
from lms.organisations.queries import partnership
from lms.permissions import Permission, me, requires
from lms.words import plural

#: So often the page of a report that is being drawn looks again by itself, in seconds.
LOOK_AGAIN = 3


# Deep dives.


@blueprint.route("/improvement/plan/<int:plan_id>/deep-dives", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def new_dive(plan_id: int) -> ResponseReturnValue:
    """Put a deep dive into the calendar."""
    plan, groups = found_plan(plan_id), queries.groups()
    form = DiveForm(plan.priorities, groups)
    if form.validate_on_submit() and form.held_on.data:
        reporting.plan_dive(
            priority=next(one for one in plan.priorities if str(one.id) == form.priority.data),
            group=next(one for one in groups if str(one.id) == form.group.data),
            held_on=form.held_on.data,
            actor=me(),
            now=dates.now(),
        )
        flash("The deep dive is in the calendar.", "success")
        return redirect(url_for(".plan", plan_id=plan_id, _anchor="deep-dives"), 303)
    return render_template("evaluation/delivery_plan/new_dive.html", form=form, plan=plan), status(form)


def _dive(dive_id: int) -> DeepDive:
    return queries.dive(dive_id) or abort(404)


@blueprint.get("/improvement/plan/deep-dives/<int:dive_id>")
@requires(Permission.IMPROVEMENT_VIEW)
def dive(dive_id: int) -> ResponseReturnValue:
    """One deep dive, and what it found."""
    return _dive_page(_dive(dive_id))


@blueprint.post("/improvement/plan/deep-dives/<int:dive_id>/found")
@requires(Permission.IMPROVEMENT_EDIT)
def dive_found(dive_id: int) -> ResponseReturnValue:
    """Keep what it found."""
    found = _dive(dive_id)
    form = FoundForm(found)
    if form.validate_on_submit():

        def act() -> str:
            reporting.dive_found(dive=found, found=form.found.data or "", actor=me(), now=dates.now())
            return "What it found is kept."

        if said := answered(form, act, field="found"):
            flash(said, "success")
            return redirect(url_for(".dive", dive_id=dive_id), 303)
    return _dive_page(found, form)


def _dive_page(found: DeepDive, form: FoundForm | None = None) -> ResponseReturnValue:
    page = render_template(
        "evaluation/delivery_plan/dive.html",
        dive=found,
        plan=found.priority.plan,
        form=form or FoundForm(found),
        source=url_for("recommendations.new_source"),
        today=today(),
    )
    return page, 422 if form else 200


@blueprint.route("/improvement/plan/deep-dives/<int:dive_id>/call-off", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def call_off_dive(dive_id: int) -> ResponseReturnValue:
    """It does not take place."""
    found, form = _dive(dive_id), WhyForm()
    if form.validate_on_submit():

        def act() -> str:
            reporting.call_off_dive(dive=found, why=form.why.data or "", actor=me(), now=dates.now())
            return "The deep dive is called off."

        if said := answered(form, act):
            flash(said, "success")
            return redirect(url_for(".dive", dive_id=dive_id), 303)
    page = render_template(
        "evaluation/delivery_plan/reason.html",
        form=form,
        act="Call off this deep dive",
        words=f"Into priority {found.priority.number}, on {dates.day(found.held_on)}. It stays in the calendar as called off.",
        out=url_for(".dive", dive_id=dive_id),
        out_words="The deep dive",
    )
    return page, status(form)


# Meetings.


@blueprint.route("/improvement/plan/<int:plan_id>/meetings", methods=["GET", "POST"])
@requires(Permission.IMPROVEMENT_EDIT)
def meetings(plan_id: int) -> ResponseReturnValue:
    """The meetings of the Executive, and which of them get a report."""
    plan, form = found_plan(plan_id), MeetingsForm()
    if form.validate_on_submit() and (days := form.read()) is not None:
        added = reporting.add_meetings(plan=plan, days=days, actor=me(), now=dates.now())
        flash(f"{plural(added, 'meeting')} added." if added else "All of them were there already.", "success")
        return redirect(url_for(".meetings", plan_id=plan_id), 303)
    reported = {one.meeting_on: one for one in queries.reports(plan)}
    page = render_template(
        "evaluation/delivery_plan/meetings.html",
        form=form,
        plan=plan,
        reported=reported,
        due=rules.report_dates([one.held_on for one in plan.meetings], plan.report_every, list(reported)),
    )
    return page, status(form)


@blueprint.post("/improvement/plan/<int:plan_id>/meetings/<int:meeting_id>/remove")
@requires(Permission.IMPROVEMENT_EDIT)
def remove_meeting(plan_id: int, meeting_id: int) -> ResponseReturnValue:
    """A meeting does not take place."""
    plan = found_plan(plan_id)
    one = next((each for each in plan.meetings if each.id == meeting_id), None) or abort(404)
    try:
        reporting.remove_meeting(plan=plan, meeting=one, actor=me(), now=dates.now())
    except RuleBroken as no:
        flash(str(no), "problem")
    else:
        flash("The meeting is taken off the list.", "success")
    return redirect(url_for(".meetings", plan_id=plan_id), 303)


# The report.


@blueprint.get("/improvement/plan/<int:plan_id>/report")
@requires(Permission.IMPROVEMENT_VIEW)
def draft(plan_id: int) -> ResponseReturnValue:
    """The report as it would be today."""
    plan = found_plan(plan_id)
    return _draft_page(plan, _keep_form(plan))


def _keep_form(plan: DeliveryPlan) -> KeepForm:
    reported = [one.meeting_on for one in queries.reports(plan)]
    days = [one.held_on for one in plan.meetings]
    due = [one for one in rules.report_dates(days, plan.report_every, reported) if one not in reported]
    coming = next((one for one in due if one >= today()), due[-1] if due else None)
    left = [one for one in days if one not in reported]
    words = [
        (one.isoformat(), dates.day(one) + ("" if one in due else ", a meeting without one by the rule"))
        for one in left
    ]
    return KeepForm(words, coming.isoformat() if coming else "", today())


@blueprint.post("/improvement/plan/<int:plan_id>/report/keep")
@requires(Permission.IMPROVEMENT_EDIT)
def keep(plan_id: int) -> ResponseReturnValue:
    """Keep the report for a meeting. Its PDF is drawn by the worker."""
    plan = found_plan(plan_id)
    form = _keep_form(plan)
    if form.validate_on_submit() and form.until.data:
        until, made = form.until.data, []

        def act() -> str:
            meeting_on = next(one.held_on for one in plan.meetings if one.held_on.isoformat() == form.meeting.data)
            made.append(
                reporting.keep_report(plan=plan, meeting_on=meeting_on, until=until, actor=me(), now=dates.now())
            )
            return f"{made[0].reference} is kept. Its PDF is being made."

        if said := answered(form, act):
            flash(said, "success")
            return redirect(url_for(".kept", reference=made[0].reference), 303)
    return _draft_page(plan, form)


def _draft_page(plan: DeliveryPlan, form: KeepForm) -> ResponseReturnValue:
    found = queries.highlight(plan, meeting_on=None, until=today())
    page = render_template(
        "evaluation/delivery_plan/report.html",
        form=form,
        plan=plan,
        kept=None,
        reports=queries.reports(plan),
        **_report(found),
    )
    return page, 422 if form.problems else 200


def _report(found: Highlight) -> dict[str, object]:
    return {
        "found": found,
        "period": sheets.period(found),
        "rule": sheets.RULE,
        "chart": charts.bars(
            [Bar(name, now, before=then) for name, now, then in found.counts],
            chart_id="report-levels",
            title="Actions by level, now and at the last report",
        ),
    }


def _kept(reference: str) -> HighlightReport:
    return queries.kept(reference) or abort(404)


@blueprint.get("/improvement/plan/reports/<reference>")
@requires(Permission.IMPROVEMENT_VIEW)
def kept(reference: str) -> ResponseReturnValue:
    """A report as it went to a meeting, with the numbers it printed; while its PDF is drawn, the page looks again by itself."""
    one = _kept(reference)
    page = render_template(
        "evaluation/delivery_plan/report.html",
        form=None,
        plan=one.plan,
        kept=one,
        reports=(),
        **_report(report.of_document(one.document)),
    )
    response = make_response(page)
    if one.file_id is None and "still" not in request.args:
        response.headers["Refresh"] = str(LOOK_AGAIN)
    return response


@blueprint.get("/improvement/plan/reports/<reference>.<any(pdf, csv, xlsx):kind>")
@requires(Permission.IMPROVEMENT_VIEW)
def kept_file(reference: str, kind: str) -> ResponseReturnValue:
    """A kept report as a file; its PDF once it is drawn."""
    one, here = _kept(reference), partnership()
    if kind == "pdf":
        if one.file is None:
            return redirect(url_for(".kept", reference=reference), 303)
        return files.sent(one.file)
    found = report.of_document(one.document)
    if kind == "csv":
        return download(sheets.csv(found), f"{reference}.csv", CSV)
    return download(sheets.workbook(found, here.name if here else ""), f"{reference}.xlsx", XLSX)
