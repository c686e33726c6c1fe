"""Key impact measures over time: the rule of a run chart. Pure. It shows when something moved, not why."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

LONG_RUN = 8
LEAST_BEFORE = 8


@dataclass(frozen=True, slots=True)
class Run:
    """The earlier median, and the first long enough run on one side of it; places count from 0 in the whole series."""

    median_before: float | None
    side: Literal["above", "below"] | None
    start: int | None
    length: int

    @property
    def moved(self) -> bool:
        return self.side is not None


def run_after(
    values: Sequence[float | None], first_after: int, *, long_run: int = LONG_RUN, least_before: int = LEAST_BEFORE
) -> Run:
    """The first run of `long_run` points in a row on one side of the median of the points before `first_after`.

    Points on the median are passed over: they neither count nor end a run. A missing point ends it. With fewer than
    `least_before` points before, the median says too little, and there is no rule to apply (`median_before` is None).
    `length` is that of the run found, else of the longest. Perla RJ, Provost LP, Murray SK (2011), The run chart: a
    simple analytical tool for learning from variation in healthcare processes, BMJ Quality & Safety 20:46–51, with 8
    points instead of their 6 so that chance is rarer.
    """
    if not 0 <= first_after <= len(values):
        raise ValueError("The first point after must be a place in the series, or its end.")
    before = [value for value in values[:first_after] if value is not None]
    if len(before) < least_before:
        return Run(None, None, None, 0)
    middle = median(before)
    side, start, length, longest = 0, first_after, 0, 0
    found: Run | None = None
    for place in range(first_after, len(values)):
        value = values[place]
        if value is None:
            side, length = 0, 0
            continue
        here = (value > middle) - (value < middle)
        if not here:
            continue
        if here != side:
            if found:
                break
            side, start, length = here, place, 0
        length += 1
        longest = max(longest, length)
        if length >= long_run:
            found = Run(middle, "above" if side > 0 else "below", start, length)
    return found or Run(middle, None, None, longest)
