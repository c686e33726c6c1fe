"""Which numbers of a table are hidden, so that nothing small can be read in it or worked out from it. Pure.

Hiding the small cells is not enough: with the totals beside them they come back by subtraction. So more is hidden,
as little as will do, until for each hidden number the values that fit everything still shown span at least `SPAN`.
"""

from collections.abc import Hashable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Generic, TypeVar

from lms.statistics import SMALL

Key = TypeVar("Key", bound=Hashable)
Sum = tuple[Key, Sequence[Key]]

SPAN = 5
"""A number known to within 2 either way is known: the values that remain possible must span at least this."""


@dataclass(frozen=True, slots=True)
class SafeTable:
    """A table as it may be shown: None is a hidden number, in a cell as in a total."""

    cells: tuple[tuple[int | None, ...], ...]
    row_totals: tuple[int | None, ...]
    column_totals: tuple[int | None, ...]
    total: int | None

    @property
    def hidden(self) -> int:
        """How many of the cells are hidden."""
        return sum(cell is None for row in self.cells for cell in row)


def suppress(rows: Sequence[Sequence[int]], *, threshold: int = SMALL, secondary: bool = True) -> SafeTable:
    """The table, its row and column totals and its total, with what must not be known left out.

    `rows` are counts of people, each person in one cell; one row is a one-way table. Zero is a small number too:
    “nobody said so” tells of everybody. `secondary=False` hides the small numbers alone and exists for the test that
    shows why that is not enough.
    """
    if any(len(row) != len(rows[0]) for row in rows):
        raise ValueError("Each row of the table needs the same number of cells.")
    wide, high = len(rows[0]) if rows else 0, len(rows)
    counts: dict[tuple[int, int], int] = {(i, j): n for i, row in enumerate(rows) for j, n in enumerate(row)}
    # Row `high` and column `wide` are the totals. Where there is one row only, its cells are the column totals.
    sums: list[Sum[tuple[int, int]]] = []
    lines = range(high)
    if wide > 1:
        sums += [((i, wide), [(i, j) for j in range(wide)]) for i in lines]
    if high > 1:
        sums += [((high, j), [(i, j) for i in lines]) for j in range(wide)]
    if wide > 1 and high > 1:
        sums += [((high, wide), [(i, wide) for i in lines]), ((high, wide), [(high, j) for j in range(wide)])]
    for whole, parts in sums:
        counts.setdefault(whole, sum(counts[part] for part in parts))
    hidden = hide(counts, sums, threshold=threshold, secondary=secondary)

    def shown(i: int, j: int) -> int | None:
        key = (0 if high == 1 and i == high else i, 0 if wide == 1 and j == wide else j)
        return None if key in hidden else counts.get(key, 0)

    return SafeTable(
        cells=tuple(tuple(shown(i, j) for j in range(wide)) for i in lines),
        row_totals=tuple(shown(i, wide) for i in lines),
        column_totals=tuple(shown(high, j) for j in range(wide)),
        total=shown(high, wide),
    )


def hide(
    counts: Mapping[Key, int],
    sums: Sequence[Sum[Key]],
    *,
    threshold: int = SMALL,
    unpublished: AbstractSet[Key] = frozenset(),
    secondary: bool = True,
) -> frozenset[Key]:
    """The keys of the published numbers to hide, for any numbers that add up.

    `sums` says which number is the whole of which parts: totals of a table, a filter and what it leaves out, a period
    and the periods inside it. `unpublished` are numbers that appear nowhere but could be worked out, such as the people
    in the longer of two overlapping periods only; a small one of them is protected like a hidden cell. ValueError where
    the parts do not add up.

    A number that could be worked out gets the cheapest move of the others that would make room for it, and what moves
    is hidden: Kelly JP, Golden BL, Assad AA (1992), Cell suppression: disclosure protection for sensitive tabular data,
    Networks 22:397–417. Small parts are cheaper to hide than large ones, and totals are the dearest.
    """
    for whole, parts in sums:
        if counts[whole] != sum(counts[part] for part in parts):
            raise ValueError(f"The parts of {whole} do not add up to it.")
    small = {key for key, count in counts.items() if count < threshold}
    if not secondary or not small or not sums:
        return frozenset(small - unpublished)
    return frozenset(_Protection(counts, sums, small, unpublished).result() - unpublished)


class _Protection(Generic[Key]):
    """The numbers as a system of equations. `low` and `high` are values each number has been seen able to take."""

    def __init__(
        self, counts: Mapping[Key, int], sums: Sequence[Sum[Key]], small: set[Key], unpublished: AbstractSet[Key]
    ) -> None:
        self.keys = list(counts)
        self.truth = [counts[key] for key in self.keys]
        place = {key: i for i, key in enumerate(self.keys)}
        self.equations = [[0] * len(self.keys) for _ in sums]
        for equation, (whole, parts) in zip(self.equations, sums, strict=True):
            equation[place[whole]] = -1
            for part in parts:
                equation[place[part]] += 1
        wholes, parts_of = {whole for whole, _ in sums}, {part for _, parts in sums for part in parts}
        # A part before a total of a line, that before the total of everything; among equals the smaller number.
        rank = [(key in wholes) + (key in wholes and key not in parts_of) for key in self.keys]
        largest = 1 + max(self.truth)
        self.prices = [len(self.keys) ** r * (1 + n / largest) for r, n in zip(rank, self.truth, strict=True)]
        self.hidden = {place[key] for key in small | unpublished}
        # A large number that is printed nowhere may be worked out; everything else that is hidden may not.
        self.unguarded = {place[key] for key in unpublished - small}
        self.low, self.high = list(self.truth), list(self.truth)

    def result(self) -> set[Key]:
        while bare := [i for i in self.hidden - self.unguarded if self.high[i] - self.low[i] < SPAN]:
            self._protect(min(bare))
        return {self.keys[i] for i in self.hidden}

    def _protect(self, here: int) -> None:
        """Make sure that the number here spans enough, hiding what has to move for it."""
        everything = range(len(self.keys))
        self._see(self._cheapest([float(i == here) for i in everything], movable=self.hidden))
        if self.high[here] - self.low[here] >= SPAN:
            return
        prices = [0.0 if i in self.hidden else self.prices[i] for i in everything]
        target = self.low[here] + SPAN
        moved = self._cheapest(prices, movable=set(everything), target=(here, target))
        self.hidden |= {i for i in everything if moved[i] != self.truth[i]}
        self._see(moved)

    def _see(self, values: list[int]) -> None:
        self.low = [min(pair) for pair in zip(self.low, values, strict=True)]
        self.high = [max(pair) for pair in zip(self.high, values, strict=True)]

    def _cheapest(self, prices: list[float], *, movable: set[int], target: tuple[int, int] | None = None) -> list[int]:
        """Whole numbers from 0 up that add up like the truth, and cost least.

        With a target, one number is held at a value and each step of another away from the truth costs its price;
        without, the numbers themselves cost their price.
        """
        from numpy import array, hstack  # heavy: loaded only where something must be hidden
        from scipy.optimize import Bounds, LinearConstraint, milp

        truth, n = array(self.truth), len(self.truth)
        up, down = array(self.truth) * 0 + sum(self.truth) + SPAN, truth.copy()
        for i in set(range(n)) - movable:
            up[i] = down[i] = 0
        least = array([0] * 2 * n)
        if target:
            here, value = target
            up[here], down[here] = max(0, value - self.truth[here]), max(0, self.truth[here] - value)
            least[here], least[n + here] = up[here], down[here]
        equations = array(self.equations)
        answer = milp(
            prices + (prices if target else [-price for price in prices]),
            integrality=1,
            bounds=Bounds(least, hstack([up, down])),
            constraints=LinearConstraint(hstack([equations, -equations]), 0, 0),
        )
        if answer.x is None:
            raise ArithmeticError("No safe form of this table could be found.")
        steps = answer.x.round().astype(int)
        return [int(value) for value in truth + steps[:n] - steps[n:]]
