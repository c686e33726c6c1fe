"""The budget of a financial year by heading: typed, sent as a file, corrected, and read beside what learning cost."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from evaluation.costs import blueprint, imports, operations, queries, rules, sentences, sheets
from evaluation.costs import budgets as reads
from evaluation.costs.forms import BudgetCorrectionForm, BudgetFileForm, BudgetForm, YearForm
from evaluation.costs.models import BudgetColumn, BudgetLine, BudgetSide
from evaluation.costs.views import days_of
from evaluation.impact.annual import report_year
from lms import charts, dates
from lms.errors import RuleBroken
from lms.exports import CSV, XLSX, download
from lms.permissions import Permission, me, requires


@blueprint.get("/improvement/costs/budget")
@requires(Permission.COST_VIEW)
def budgets() -> ResponseReturnValue:
    """The years with a budget, and the way to another."""
    form, status = YearForm(), 200
    if "year" in request.args:
        try:
            report_year(form.year.data or "")
        except RuleBroken as no:
            form.refuse(str(no), "year")
            status = 422
        else:
            return redirect(url_for(".budget", year=form.year.data), 303)
    return render_template("evaluation/costs/budgets.html", form=form, years=reads.budget_years()), status


@blueprint.get("/improvement/costs/budget/<year>")
@requires(Permission.COST_VIEW)
def budget(year: str) -> ResponseReturnValue:
    """One year: headings, totals added from the rows, the balance, and where a stated total differs."""
    first, last = days_of(year)
    lines = reads.budget_lines(year)
    found = reads.budget(year)
    cost, _ = queries.of_all(first, last)
    return render_template(
        "evaluation/costs/budget.html",
        budget=found,
        first=first,
        last=last,
        sides=list(BudgetSide),
        columns=found.columns(),
        lines=reads.holding(lines),
        replaced=[(one, _newer(one, lines)) for one in lines if _newer(one, lines)],
        charts=_charts(found),
        cost=cost,
        money=rules.money,
        said=sentences,
    )


def _newer(one: BudgetLine, lines: Any) -> BudgetLine | None:
    """The line that took the place of this one."""
    return next((line for line in lines if line.replaces_id == one.id), None)


def _charts(found: rules.Budget) -> dict[str, Any]:
    """The expenses of each column as bars."""
    drawn = {}
    for column in found.columns():
        sums = [(one.name, one.sum_of(column)) for one in found.rows(BudgetSide.EXPENSE)]
        bars = [charts.Bar(name, pence / 100, rules.money(pence)) for name, pence in sums if pence is not None]
        if len(bars) > 1:
            drawn[column.label] = charts.bars(
                bars,
                chart_id=f"budget-{column.value}",
                title=f"Expenses by heading, {column.label.lower()}, {found.year}",
            )
    return drawn


@blueprint.get("/improvement/costs/budget/<year>.<any(csv, xlsx):kind>")
@requires(Permission.COST_VIEW)
def budget_file(year: str, kind: str) -> ResponseReturnValue:
    """The same figures as a file."""
    days_of(year)
    content = sheets.budget_file(reads.budget(year), kind)
    return download(content, f"budget-{year}.{kind}", CSV if kind == "csv" else XLSX)


@blueprint.route("/improvement/costs/budget/<year>/new", methods=["GET", "POST"])
@requires(Permission.COST_EDIT)
def new_budget_line(year: str) -> ResponseReturnValue:
    """Write down one sum."""
    days_of(year)
    form = BudgetForm()
    if form.validate_on_submit():
        said = operations.BudgetSum(
            side=BudgetSide(form.side.data),
            column=BudgetColumn(form.column.data),
            heading=form.heading.data or "",
            pence=rules.read_sum(form.sum.data or ""),
            is_total=bool(form.is_total.data),
        )
        try:
            operations.write_budget(year=year, said=said, source=form.source.data or "", actor=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(str(no), "heading")
        else:
            flash("The sum is written down.", "success")
            return redirect(url_for(".budget", year=year), 303)
    return render_template("evaluation/costs/budget_line.html", form=form, year=year), 422 if form.errors else 200


@blueprint.route("/improvement/costs/budget/lines/<int:line_id>/correct", methods=["GET", "POST"])
@requires(Permission.COST_EDIT)
def correct_budget_line(line_id: int) -> ResponseReturnValue:
    """Put another sum in the place of one."""
    line = reads.budget_line(line_id) or abort(404)
    form = BudgetCorrectionForm(sum=f"{line.pence / 100:.2f}", source=line.source)
    if form.validate_on_submit():
        try:
            operations.correct_budget(
                line=line,
                pence=rules.read_sum(form.sum.data or ""),
                source=form.source.data or "",
                why=form.why.data or "",
                actor=me(),
                now=dates.now(),
            )
        except RuleBroken as no:
            form.refuse(str(no), "sum")
        else:
            flash("The sum is corrected. The old one is kept in the history.", "success")
            return redirect(url_for(".budget", year=line.year), 303)
    page = render_template("evaluation/costs/budget_correct.html", form=form, line=line, money=rules.money)
    return page, 422 if form.errors else 200


@blueprint.route("/improvement/costs/budget/file", methods=["GET", "POST"])
@requires(Permission.COST_EDIT)
def send_budget() -> ResponseReturnValue:
    """Send a budget as a CSV file: all of it is taken, or nothing."""
    form = BudgetFileForm()
    if form.validate_on_submit() and form.file.data:
        try:
            years = imports.take_file(form.file.data.read(), actor=me(), now=dates.now())
        except RuleBroken as no:
            form.refuse(str(no), "file")
        else:
            flash("The budget is taken.", "success")
            return redirect(url_for(".budget", year=years[-1]), 303)
    page = render_template("evaluation/costs/budget_send.html", form=form, columns=list(imports.BUDGET.columns))
    return page, 422 if form.errors else 200
