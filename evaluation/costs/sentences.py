"""What costs say, in words: the same on the page, in files and in reports. Pure."""

from evaluation.costs.models import BudgetColumn, BudgetSide
from evaluation.costs.report import Cost
from evaluation.costs.rules import Budget, money, per_person
from lms.words import listing, percent, plural


def in_short(cost: Cost) -> str:
    """What a set of sessions cost, in one or two sentences.

    >>> from datetime import date
    >>> in_short(Cost(None, date(2024, 3, 31), (), 0, 0, 4))
    'No cost is written down for any of 4 sessions.'
    """
    if not cost.sessions:
        return (
            f"No cost is written down for any of {plural(cost.all_sessions, 'session')}." if cost.all_sessions else ""
        )
    given = cost.total - cost.paid
    said = f"{money(cost.paid)} was paid"
    if given:
        said += f", and {money(given)} was given in kind: {money(cost.total)} together"
    if not cost.complete:
        said += f". A cost is written down for {cost.sessions} of {plural(cost.all_sessions, 'session')}, so it is not all of it"
    return f"{said}."


def for_each(cost: Cost, people: int) -> str:
    """What it cost for each person who came; the reason in words where that cannot be said."""
    if not people:
        return "Nobody came, so there is no cost per person."
    if not cost.complete:
        return "No cost per person is worked out until every session has one."
    said = f"{money(per_person(cost.paid, people) or 0)} was paid for each of {plural(people, 'person', 'people')} who came"
    if cost.total != cost.paid:
        said += f", {money(per_person(cost.total, people) or 0)} with what was given in kind"
    return f"{said}."


def charges(cost: Cost) -> str:
    """What organisations were charged for places."""
    return f"Organisations were charged {money(cost.charged)} for places." if cost.charged else ""


def stated(budget: Budget) -> tuple[str, ...]:
    """Where a stated total is not what the rows come to, and where it is."""
    differ = budget.differences()
    found = [
        f"{side.label}, {column.label.lower()}: {money(total)} is stated, and the rows come to {money(counted)}. "
        f"The difference is {money(total - counted)}. We print the rows."
        for side, column, total, counted in differ
    ]
    wrong = {(side, column) for side, column, _, _ in differ}
    found += [
        f"{side.label}, {column.label.lower()}: the stated total of {money(total)} is what the rows come to."
        for (side, column), total in budget.stated.items()
        if (side, column) not in wrong
    ]
    return tuple(found)


def balances(budget: Budget) -> tuple[str, ...]:
    """Income less expenses, worked out from the rows, for each column."""
    found = []
    for column in budget.columns():
        left = budget.balance(column)
        if left is None:
            missing = [side.label.lower() for side in BudgetSide if budget.total(side, column) is None]
            found.append(f"{column.label}: no balance, because no {listing(missing)} is written down.")
        else:
            found.append(f"{column.label}: income less expenses is {money(left)}.")
    return tuple(found)


def share(budget: Budget, heading: str, column: BudgetColumn) -> str:
    """The share of a heading in its side, with one decimal: “6.6%”; empty where it has no sum."""
    for row in budget.headings:
        pence, total = row.sum_of(column), budget.total(row.side, column)
        if row.name == heading and pence is not None and total:
            return percent(pence, total, 1)
    return ""
