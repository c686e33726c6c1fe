"""What may be written down as a cost, how one is shared, and how a budget is added up. Pure; money is in pence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from evaluation.costs.models import BudgetColumn, BudgetSide, CostKind
from lms.errors import RuleBroken
from lms.words import MINUS

#: What is said of the sharing wherever shared costs stand.
SHARED = (
    "A cost of a course is shared in equal parts between its sessions that began in the days it is for and were not cancelled; "
    "a cost of a commission between the sessions it names. Pennies left over go to the earliest."
)


def money(pence: int) -> str:
    """
    >>> money(29139300), money(3550), money(-5), money(0)
    ('£291,393', '£35.50', '−£0.05', '£0')
    """
    whole, part = divmod(abs(pence), 100)
    return f"{MINUS if pence < 0 else ''}£{whole:,}" + (f".{part:02}" if part else "")


def read_sum(typed: str) -> int:
    """Pence, from what somebody types for a sum of up to 9,999,999 pounds. RuleBroken with the sentence to show.

    >>> read_sum("£212,823"), read_sum("35.50"), read_sum(" 0 ")
    (21282300, 3550, 0)
    """
    plain = typed.strip().removeprefix("£").replace(",", "").replace(" ", "")
    whole, point, part = plain.partition(".")
    right = whole.isascii() and whole.isdigit() and len(whole) <= 7
    if not right or (point and not (part.isascii() and part.isdigit() and len(part) == 2)):
        raise RuleBroken("Enter a sum in pounds, like 50 or 35.50", "sum")
    return int(whole) * 100 + int(part or 0)


def shares(pence: int, parts: Sequence[int]) -> dict[int, int]:
    """A sum in equal parts that add up to it, the pennies left over for the first of them; {part: pence}.

    >>> shares(1000, [7, 8, 9])
    {7: 334, 8: 333, 9: 333}
    """
    if not parts:
        return {}
    each, left = divmod(pence, len(parts))
    return {part: each + (place < left) for place, part in enumerate(parts)}


def check_cost(*, pence: int, source: str, dated: date, today: date, first: date | None, last: date | None) -> None:
    """RuleBroken unless a cost is a sum of a day that has come, and its period ends after it begins."""
    if not pence:
        raise RuleBroken("Enter a sum above 0. Where something cost nothing there is nothing to write down", "sum")
    if not source.strip():
        raise RuleBroken("Enter where the sum is from", "source")
    if dated > today:
        raise RuleBroken("Enter a day that has come: a cost is written down once it is known", "dated")
    if first and last and last < first:
        raise RuleBroken("The last day is before the first", "last")


def check_in_kind(kind: CostKind, *, in_kind: bool) -> None:
    """RuleBroken where something commissioned is called given in kind: what was commissioned was paid for."""
    if in_kind and kind is CostKind.COMMISSION:
        raise RuleBroken("What was commissioned was paid for. Choose another kind, or untick “given in kind”", "kind")


def check_correction(*, replaced: bool, same: bool, why: str) -> None:
    """RuleBroken unless the line still holds, something is different, and there is a reason."""
    if replaced:
        raise RuleBroken("This line has been corrected already. Correct the newer one")
    if not why.strip():
        raise RuleBroken("Enter why it is corrected. The old line is kept with your reason", "why")
    if same:
        raise RuleBroken("Nothing is different from the line as it stands")


def per_person(pence: int, people: int | None) -> int | None:
    """A sum for each person in pence, rounded; None where nobody is known.

    >>> per_person(10000, 3), per_person(10000, 0), per_person(10000, None)
    (3333, None, None)
    """
    return (2 * pence + people) // (2 * people) if people else None


@dataclass(frozen=True, slots=True)
class Heading:
    """One heading of a budget: what was planned and what it came to. None: no sum is written down, which is not 0."""

    side: BudgetSide
    name: str
    planned: int | None
    actual: int | None

    def sum_of(self, column: BudgetColumn) -> int | None:
        """Its sum in one column."""
        return self.planned if column is BudgetColumn.PLANNED else self.actual


@dataclass(frozen=True, slots=True)
class Budget:
    """The budget of a financial year by heading. Totals are added from the rows; `stated` holds those somebody stated."""

    year: str
    headings: tuple[Heading, ...]
    stated: dict[tuple[BudgetSide, BudgetColumn], int]
    made_up: bool = False

    def rows(self, side: BudgetSide) -> tuple[Heading, ...]:
        """The headings of one side."""
        return tuple(one for one in self.headings if one.side is side)

    def total(self, side: BudgetSide, column: BudgetColumn) -> int | None:
        """The rows of one side, added; None where it has none."""
        found = [one for row in self.rows(side) if (one := row.sum_of(column)) is not None]
        return sum(found) if found else None

    def balance(self, column: BudgetColumn) -> int | None:
        """Income less expenses; None where one of them is not known."""
        income, expense = (self.total(side, column) for side in BudgetSide)
        return None if income is None or expense is None else income - expense

    def columns(self) -> tuple[BudgetColumn, ...]:
        """The columns that hold anything."""
        return tuple(one for one in BudgetColumn if any(self.total(side, one) is not None for side in BudgetSide))

    def differences(self) -> tuple[tuple[BudgetSide, BudgetColumn, int, int], ...]:
        """Where a stated total is not what the rows come to: side, column, stated, counted."""
        return tuple(
            (side, column, stated, counted)
            for (side, column), stated in self.stated.items()
            if (counted := self.total(side, column) or 0) != stated
        )


def budget(
    year: str, lines: Iterable[tuple[BudgetSide, BudgetColumn, str, int, bool]], *, made_up: bool = False
) -> Budget:
    """A budget from its lines (side, column, heading, pence, is a stated total), headings in the order in which they come."""
    rows: dict[tuple[BudgetSide, str], dict[BudgetColumn, int]] = {}
    stated: dict[tuple[BudgetSide, BudgetColumn], int] = {}
    for side, column, heading, pence, is_total in lines:
        if is_total:
            stated[side, column] = pence
        else:
            rows.setdefault((side, heading), {})[column] = pence
    return Budget(
        year=year,
        headings=tuple(
            Heading(side, name, sums.get(BudgetColumn.PLANNED), sums.get(BudgetColumn.ACTUAL))
            for (side, name), sums in rows.items()
        ),
        stated=stated,
        made_up=made_up,
    )
