"""What learning cost: one value that pages and reports print. All money is in pence. Pure."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class CostLine:
    """One kind of cost: “Trainers”, “Rooms”, “Commissioned”. `in_kind`: nobody paid it; it was given a value."""

    name: str
    pence: int
    in_kind: bool = False


@dataclass(frozen=True, slots=True)
class Cost:
    """What a set of sessions cost in a period, and what organisations were charged for places of them and paid.

    `sessions` of `all_sessions` have a cost written down; where that is not all, no cost per person is worked out.
    """

    first: date | None
    last: date
    lines: tuple[CostLine, ...]
    charged: int
    sessions: int
    all_sessions: int

    @property
    def paid(self) -> int:
        """What was paid: without what was given in kind."""
        return sum(line.pence for line in self.lines if not line.in_kind)

    @property
    def total(self) -> int:
        """What it cost, with what was given in kind."""
        return sum(line.pence for line in self.lines)

    @property
    def complete(self) -> bool:
        """Has every session a cost written down?"""
        return 0 < self.sessions == self.all_sessions
