"""What learning cost and what the budget says, as the annual chapter counts them."""

from dataclasses import dataclass
from datetime import date

from evaluation.costs import budgets
from evaluation.costs import queries as costs
from evaluation.costs.queries import CourseCost
from evaluation.costs.report import Cost
from evaluation.costs.rules import Budget


@dataclass(frozen=True)
class Money:
    """Costs of the period by course and together, and the budget of each financial year that ends in it."""

    courses: tuple[CourseCost, ...]
    cost: Cost
    people: int
    budgets: tuple[Budget, ...]


def money(first: date, last: date) -> Money:
    """Count both for a period."""
    cost, people = costs.of_all(first, last)
    years = [
        f"{start}-{(start + 1) % 100:02}"
        for start in range(first.year - 1, last.year)
        if first <= date(start + 1, 3, 31) <= last
    ]
    found = budgets.budgets(years)
    return Money(
        courses=tuple(one for one in costs.by_course(first, last) if one.cost.sessions),
        cost=cost,
        people=people,
        budgets=tuple(one for one in found if one.headings),
    )
