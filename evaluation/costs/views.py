"""What learning cost: a year, a course, one line and its correction."""

from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from evaluation.costs import blueprint, budgets, effect, operations, queries, rules, sentences, sheets
from evaluation.costs.forms import CostForm
from evaluation.costs.models import CostKind, CostLine
from evaluation.impact.annual import report_year, year_of
from lms import charts, dates
from lms.catalogue.models import Course
from lms.catalogue.queries import course_by_code, courses
from lms.catalogue.rules import Wanted
from lms.errors import RuleBroken
from lms.exports import CSV, XLSX, download
from lms.permissions import Permission, me, requires


def _today() -> date:
    return dates.london(dates.now()).date()


def days_of(year: str) -> tuple[date, date]:
    """The days of a financial year of an address; 404 where it is none."""
    try:
        return report_year(year)
    except RuleBroken:
        abort(404)


def years_to_choose(chosen: str) -> list[str]:
    """The financial years to choose from, the newest first."""
    newest = int(year_of(_today())[:4])
    return sorted({*(year_of(date(start, 4, 1)) for start in range(newest, newest - 4, -1)), chosen}, reverse=True)


@blueprint.get("/improvement/costs")
@requires(Permission.COST_VIEW)
def index() -> ResponseReturnValue:
    """What each course of a financial year cost, beside who came."""
    year = request.args.get("year") or year_of(_today())
    first, last = days_of(year)
    found = queries.by_course(first, last)
    cost, people = queries.of_all(first, last)
    return render_template(
        "evaluation/costs/index.html",
        year=year,
        first=first,
        last=last,
        years=years_to_choose(year),
        found=found,
        cost=cost,
        people=people,
        chart=_chart(found),
        proposals=queries.proposals(),
        budget_years=budgets.budget_years(),
        money=rules.money,
        per_person=rules.per_person,
        shared=rules.SHARED,
        said=sentences,
    )


def _chart(found: list[queries.CourseCost]) -> Markup | None:
    bars = [
        charts.Bar(one.course.title, one.cost.total / 100, rules.money(one.cost.total))
        for one in found
        if one.cost.sessions
    ]
    return (
        charts.bars(bars, chart_id="costs", title="What each course cost, with what was given in kind")
        if len(bars) > 1
        else None
    )


@blueprint.get("/improvement/costs/<year>.<any(csv, xlsx):kind>")
@requires(Permission.COST_VIEW)
def file(year: str, kind: str) -> ResponseReturnValue:
    """The same figures as a file."""
    content = sheets.cost_file(queries.by_course(*days_of(year)), year, kind)
    return download(content, f"costs-{year}.{kind}", CSV if kind == "csv" else XLSX)


@blueprint.get("/improvement/costs/courses/<code>")
@requires(Permission.COST_VIEW)
def course(code: str) -> ResponseReturnValue:
    """What one course cost in a year, session by session, every line with its history, and what changed for it."""
    found = course_by_code(code) or abort(404)
    year = request.args.get("year") or year_of(_today())
    first, last = days_of(year)
    sessions = queries.sessions_of(found, first, last)
    lines = queries.lines_of(found)
    return render_template(
        "evaluation/costs/course.html",
        course=found,
        year=year,
        years=years_to_choose(year),
        first=first,
        last=last,
        sessions=sessions,
        cost=queries.cost_of([one.session.id for one in sessions], first=first, last=last),
        people=queries.people_of(found, first, last),
        lines=[one for one in lines if not any(newer.replaces_id == one.id for newer in lines)],
        before={one.id: _earlier(one, {each.id: each for each in lines}) for one in lines},
        effect=effect.of_course(found),
        proposals=queries.proposals(found),
        money=rules.money,
        shared=rules.SHARED,
        said=sentences,
    )


def _earlier(line: CostLine, by_id: dict[int, CostLine]) -> list[tuple[CostLine, CostLine]]:
    """The corrections behind a line, the newest first: (as it was, by what it was replaced)."""
    found = []
    while line.replaces_id:
        found.append((by_id[line.replaces_id], line))
        line = by_id[line.replaces_id]
    return found


@blueprint.route("/improvement/costs/new/<any(session, course, commission):scope>", methods=["GET", "POST"])
@requires(Permission.COST_EDIT)
def new(scope: str) -> ResponseReturnValue:
    """Write down a cost of a session, of a course over a period, or of a commission that covers several sessions."""
    offered = courses(Wanted()) if scope == "course" else []
    form = CostForm(scope, offered, data=_proposed(scope))
    if form.validate_on_submit() and (said := form.said()):
        try:
            where = _write(form, scope, said)
        except RuleBroken as no:
            form.refuse(no)
        else:
            flash("The cost is written down.", "success")
            return redirect(url_for(".course", code=where.code, year=year_of(said.dated)), 303)
    return render_template(
        "evaluation/costs/new.html", form=form, scope=scope, shared=rules.SHARED
    ), 422 if form.errors else 200


def _proposed(scope: str) -> dict[str, Any]:
    """What the address proposes: a session, and a trainer in kind whose hours are worth something."""
    given: dict[str, Any] = {
        "session": request.args.get("session", "")[:40],
        "course": request.args.get("course", "")[:12],
    }
    if request.args.get("in_kind") and scope == "session":
        given |= {"kind": CostKind.TRAINER.value, "in_kind": True}
    if scope == "course":
        given["first"], given["last"] = report_year(year_of(_today()))
    return given


def _write(form: CostForm, scope: str, said: operations.Said) -> Course:
    """Write it down, and say which course it is of."""
    if scope == "course" and form.first.data and form.last.data:
        of = course_by_code(form.course.data or "") or abort(404)
        operations.write_for_course(
            course=of, first=form.first.data, last=form.last.data, said=said, actor=me(), now=dates.now()
        )
        return of
    sessions = queries.sessions_called(form.references())
    missing = set(form.references()) - {one.reference for one in sessions}
    if missing:
        raise RuleBroken(
            f"There is no session called {', '.join(sorted(missing))}", "session" if "session" in form else "sessions"
        )
    trainer = None
    if said.in_kind and said.kind is CostKind.TRAINER and (given := request.args.get("in_kind", "")).isdecimal():
        trainer = next((one.trainer for one in queries.proposals() if str(one.trainer.id) == given), None)
    operations.write_for_sessions(sessions=sessions, said=said, trainer=trainer, actor=me(), now=dates.now())
    return sessions[0].course


@blueprint.route("/improvement/costs/lines/<int:line_id>/correct", methods=["GET", "POST"])
@requires(Permission.COST_EDIT)
def correct(line_id: int) -> ResponseReturnValue:
    """Put a new line in the place of a wrong one."""
    line = queries.line(line_id) or abort(404)
    form = CostForm("correction", obj=line, sum=f"{line.pence / 100:.2f}", data={"kind": line.kind.value})
    of = line.course or line.sessions[0].course
    if form.validate_on_submit() and (said := form.said()):
        try:
            operations.correct(line=line, said=said, why=form.why.data or "", actor=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(no)
        else:
            flash("The line is corrected. The old one is kept in its history.", "success")
            return redirect(url_for(".course", code=of.code, year=year_of(said.dated)), 303)
    page = render_template("evaluation/costs/correct.html", form=form, line=line, course=of, money=rules.money)
    return page, 422 if form.errors else 200
