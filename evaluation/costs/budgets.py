"""Reads of budgets by heading."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from evaluation.costs import rules
from evaluation.costs.models import BudgetLine
from evaluation.costs.rules import Budget
from lms.db import db


def budget_lines(year: str) -> Sequence[BudgetLine]:
    """Every line of a year's budget, the replaced ones too, in the order in which they were written."""
    return db.session.scalars(
        select(BudgetLine)
        .options(joinedload(BudgetLine.written_by))
        .where(BudgetLine.year == year)
        .order_by(BudgetLine.id)
    ).all()


def holding(lines: Sequence[BudgetLine]) -> list[BudgetLine]:
    """Those that no newer line has taken the place of, each where the first of its line stood."""
    by_id = {one.id: one for one in lines}
    replaced = {one.replaces_id for one in lines}

    def began(one: BudgetLine) -> int:
        while one.replaces_id:
            one = by_id[one.replaces_id]
        return one.id

    return sorted((one for one in lines if one.id not in replaced), key=began)


def budget(year: str) -> Budget:
    """The budget of a financial year as it stands. One query."""
    return _added_up(year, budget_lines(year))


def budgets(years: Sequence[str]) -> list[Budget]:
    """The budgets of several years, as they stand. One query."""
    lines = db.session.scalars(select(BudgetLine).where(BudgetLine.year.in_(years)).order_by(BudgetLine.id)).all()
    return [_added_up(year, [one for one in lines if one.year == year]) for year in years]


def _added_up(year: str, lines: Sequence[BudgetLine]) -> Budget:
    hold = holding(lines)
    return rules.budget(
        year,
        [(one.side, one.column, one.heading, one.pence, one.is_total) for one in hold],
        made_up=any(one.made_up for one in hold),
    )


def budget_line(line_id: int) -> BudgetLine | None:
    """One line of a budget."""
    return db.session.get(BudgetLine, line_id)


def budget_years() -> Sequence[str]:
    """The financial years with a budget, the newest first."""
    return db.session.scalars(select(BudgetLine.year).distinct().order_by(BudgetLine.year.desc())).all()


def is_replaced(of: BudgetLine) -> bool:
    """Has a newer line taken its place?"""
    return db.session.scalar(select(BudgetLine.id).where(BudgetLine.replaces_id == of.id)) is not None
