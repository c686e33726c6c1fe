"""Costs and budgets as files: the same figures as on the page, in pounds."""

from collections.abc import Sequence

from evaluation.costs import sentences
from evaluation.costs.models import BudgetColumn, BudgetSide
from evaluation.costs.queries import CourseCost
from evaluation.costs.rules import SHARED, Budget, per_person
from lms.exports import Cell, Column, Sheet, csv_bytes, workbook

COST_COLUMNS = [
    Column("Course"),
    Column("Title"),
    Column("Sessions held", "number"),
    Column("Sessions with a cost", "number"),
    Column("Paid, pounds", "number"),
    Column("In kind, pounds", "number"),
    Column("Both, pounds", "number"),
    Column("Charged to organisations, pounds", "number"),
    Column("People who came, each once", "number"),
    Column("Paid for each person, pounds", "number"),
    Column("Both for each person, pounds", "number"),
]
BUDGET_COLUMNS = [
    Column("Financial year"),
    Column("Side"),
    Column("Heading"),
    Column("Planned, pounds", "number"),
    Column("Actual, pounds", "number"),
    Column("Row"),
]


def _pounds(pence: int | None) -> Cell:
    return None if pence is None else pence / 100


def cost_file(courses: Sequence[CourseCost], year: str, kind: str) -> bytes:
    """What each course of a year cost."""
    rows: list[list[Cell]] = [
        [
            one.course.code,
            one.course.title,
            one.cost.all_sessions,
            one.cost.sessions,
            _pounds(one.cost.paid),
            _pounds(one.cost.total - one.cost.paid),
            _pounds(one.cost.total),
            _pounds(one.cost.charged),
            one.people,
            _pounds(per_person(one.cost.paid, one.people)) if one.cost.complete else None,
            _pounds(per_person(one.cost.total, one.people)) if one.cost.complete else None,
        ]
        for one in courses
    ]
    if kind == "csv":
        return csv_bytes(COST_COLUMNS, rows)
    notes = [f"Financial year {year}.", SHARED, "No cost per person is worked out until every session has a cost."]
    return workbook([Sheet(f"Costs {year}", COST_COLUMNS, rows, notes=notes)], title=f"What learning cost {year}")


def budget_file(budget: Budget, kind: str) -> bytes:
    """The budget of a year by heading, totals added from the rows and stated ones apart."""
    rows: list[list[Cell]] = []
    for side in BudgetSide:
        rows += [
            [budget.year, side.label, one.name, _pounds(one.planned), _pounds(one.actual), "Heading"]
            for one in budget.rows(side)
        ]
        totals = [budget.total(side, column) for column in BudgetColumn]
        rows.append([budget.year, side.label, "Total of the rows", *map(_pounds, totals), "Total"])
    rows.append(
        [budget.year, "", "Income less expenses", *(_pounds(budget.balance(c)) for c in BudgetColumn), "Balance"]
    )
    for (side, column), pence in budget.stated.items():
        sums = [_pounds(pence) if one is column else None for one in BudgetColumn]
        rows.append([budget.year, side.label, "Total as stated", *sums, "Stated"])
    if kind == "csv":
        return csv_bytes(BUDGET_COLUMNS, rows)
    notes = [*sentences.stated(budget), *sentences.balances(budget)]
    return workbook([Sheet(f"Budget {budget.year}", BUDGET_COLUMNS, rows, notes=notes)], title=f"Budget {budget.year}")
