"""How many a set of learning offers reached, kind by kind: one value that the thread, reports and pages print. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

#: What was counted. Two units are never added.
Unit = Literal["people", "organisations", "schools", "visits", "copies"]


@dataclass(frozen=True, slots=True)
class OfferReach:
    """One offer: what it is, whether we know who the people were, and how many it reached.

    `count` is None where nothing was counted (which is not 0). `source` says where the number is from: “registers”, “e-learning
    that was completed”, “typed in: the website’s own count”.
    """

    kind: str
    title: str
    unit: Unit
    count: int | None
    #: Are the people known one by one, so that nobody is counted twice?
    known: bool
    source: str


@dataclass(frozen=True, slots=True)
class Reach:
    """All offers of an action, course or recommendation in a period. `people` holds everybody known one by one, each once;
    numbers of offers that do not know their people stand beside it and are never added."""

    first: date | None
    last: date
    offers: tuple[OfferReach, ...]
    people: int
    organisations: int
    #: Of those: (sector, people of it each once, organisations of it, workforce of it where known), in the partnership's order.
    sectors: tuple[tuple[str, int, int, int | None], ...]
