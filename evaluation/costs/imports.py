"""A budget as a CSV file: one row for each sum. On a page and on a command line it is taken whole, or nothing of it."""

from datetime import datetime

from evaluation.costs import operations
from evaluation.costs.models import BudgetColumn, BudgetSide
from evaluation.costs.operations import BudgetSum
from evaluation.costs.rules import read_sum
from evaluation.impact.annual import report_year
from lms.accounts.models import Person
from lms.errors import RuleBroken
from lms.imports import Kind, Outcome, Row, Wrong, rows_of

SIDES = {
    "income": BudgetSide.INCOME,
    "expense": BudgetSide.EXPENSE,
    "expenses": BudgetSide.EXPENSE,
    "expenditure": BudgetSide.EXPENSE,
}


def _take(row: Row, now: datetime, actor: Person | None = None) -> Outcome:
    year = row.needed("year", longest=7)
    try:
        report_year(year)
    except RuleBroken as no:
        raise Wrong("year", str(no)) from None
    side = SIDES.get(row.needed("side").casefold())
    if side is None:
        raise Wrong("side", f"“{row.text('side')}” is neither income nor expense.")
    heading = row.needed("heading", longest=120)
    is_total = row.yes("total")
    found = [(column, row.text(column.value)) for column in BudgetColumn if row.text(column.value)]
    if not found:
        raise Wrong("planned", "Enter a sum that was planned, or that it came to.")
    for column, typed in found:
        try:
            pence = read_sum(typed)
        except RuleBroken as no:
            raise Wrong(column.value, f"{no}.") from None
        operations.write_budget(
            year=year,
            said=BudgetSum(side, column, heading, pence, is_total),
            source=row.text("source", longest=200),
            actor=actor,
            now=now,
        )
    return Outcome.ADDED


BUDGET = Kind(
    name="budget",
    about="The budget of a financial year by heading. A row marked as a total is compared with the rows, never added.",
    columns={
        "year": ("financial year",),
        "side": ("income or expense", "type"),
        "heading": ("name",),
        "planned": ("budget", "plan"),
        "actual": ("outturn", "spent"),
        "total": ("is a total",),
        "source": (),
    },
    needed=("year", "side", "heading"),
    take=_take,
)


def take_file(data: bytes, *, actor: Person, now: datetime) -> list[str]:
    """Take a budget that was sent on the page; the years it spoke of. RuleBroken with the first row that cannot be taken, and
    then nothing of it is kept."""
    years: list[str] = []
    for row in rows_of(data, BUDGET):
        try:
            _take(row, now, actor)
        except Wrong as wrong:
            raise RuleBroken(
                f"Row {row.number}, column “{wrong.field}”: {wrong} Nothing of the file was kept."
            ) from None
        except RuleBroken as no:
            raise RuleBroken(f"Row {row.number}: {no}. Nothing of the file was kept.") from None
        years.append(row.text("year"))
    if not years:
        raise RuleBroken("This file has a heading and no row.")
    return sorted(set(years))
