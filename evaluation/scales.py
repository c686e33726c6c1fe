"""Scales of several questions, and groups compared by them. Pure, and light to import."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, sqrt
from statistics import fmean, stdev, variance
from typing import Literal

from lms.statistics import LEVEL, Interval

NO_OPPORTUNITY = "no_opportunity"
"""The answer of somebody who was never in the situation: counted on its own, never part of a score."""


def scale_score(
    answers: Mapping[str, float | str | None],
    items: Sequence[str],
    *,
    least_items_answered: int,
    how: Literal["mean", "number_right"] = "mean",
) -> float | None:
    """One person’s score: the mean of the items answered, or how many of them are right (1) rather than not (0).

    None where fewer than `least_items_answered` were answered. No answer and “no opportunity” are not answers.
    """
    given: list[float] = []
    for item in items:
        answer = answers.get(item)
        if isinstance(answer, str):
            if answer != NO_OPPORTUNITY:
                raise ValueError(f"“{answer}” is not a value of the scale.")
        elif answer is not None:
            given.append(float(answer))
    if len(given) < max(1, least_items_answered):
        return None
    return fmean(given) if how == "mean" else sum(given)


@dataclass(frozen=True, slots=True)
class Reliability:
    """Cronbach’s alpha of a scale, over the `n` people who answered all its items; None where it is not defined."""

    n: int
    items: int
    alpha: float | None


def cronbach_alpha(rows: Sequence[Sequence[float | None]]) -> Reliability:
    """How far the items of a scale go together; each row is one person’s answers, in the same order.

    Cronbach LJ (1951), Coefficient alpha and the internal structure of tests, Psychometrika 16:297–334. Not defined for
    fewer than two people or two items, or where all totals are the same.
    """
    items = max((len(row) for row in rows), default=0)
    if any(len(row) != items for row in rows):
        raise ValueError("Each person needs one answer, or none, to each item.")
    complete = [[float(answer) for answer in row if answer is not None and isfinite(answer)] for row in rows]
    complete = [row for row in complete if len(row) == items]
    if len(complete) < 2 or items < 2:
        return Reliability(len(complete), items, None)
    of_totals = variance(sum(row) for row in complete)
    if not of_totals:
        return Reliability(len(complete), items, None)
    of_items = sum(variance(column) for column in zip(*complete, strict=True))
    return Reliability(len(complete), items, items / (items - 1) * (1 - of_items / of_totals))


@dataclass(frozen=True, slots=True)
class GroupDifference:
    """Two groups of different people; the difference is second minus first. None is “not defined here”."""

    n_first: int
    n_second: int
    mean_first: float | None
    mean_second: float | None
    sd_first: float | None
    sd_second: float | None
    difference: float | None
    interval: Interval | None = None
    t: float | None = None
    df: float | None = None
    p: float | None = None


def two_groups(first: Sequence[float | None], second: Sequence[float | None], level: float = LEVEL) -> GroupDifference:
    """Means of people who cannot be matched, such as the baseline of those who answered later and those who did not.

    Welch BL (1947), The generalization of Student’s problem when several different population variances are involved,
    Biometrika 34:28–35. No test with fewer than two answers in a group, or where neither group varies.
    """
    a, b = ([float(x) for x in group if x is not None and isfinite(x)] for group in (first, second))
    means = fmean(a) if a else None, fmean(b) if b else None
    sds = _sd(a), _sd(b)
    difference = means[1] - means[0] if means[0] is not None and means[1] is not None else None
    if difference is None or sds[0] is None or sds[1] is None or not (sds[0] or sds[1]):
        return GroupDifference(len(a), len(b), *means, *sds, difference)

    from scipy.special import stdtr, stdtrit  # heavy: loaded only where a test is made

    parts = sds[0] ** 2 / len(a), sds[1] ** 2 / len(b)
    error = sqrt(sum(parts))
    df = sum(parts) ** 2 / (parts[0] ** 2 / (len(a) - 1) + parts[1] ** 2 / (len(b) - 1))
    reach = float(stdtrit(df, 0.5 + level / 2)) * error
    return GroupDifference(
        len(a),
        len(b),
        *means,
        *sds,
        difference,
        interval=(difference - reach, difference + reach),
        t=difference / error,
        df=df,
        p=2 * float(stdtr(df, -abs(difference / error))),
    )


def _sd(values: Sequence[float]) -> float | None:
    """The standard deviation; 0 where all that differs are the last bits of the numbers, None for fewer than two."""
    if len(values) < 2:
        return None
    sd = stdev(values)
    return sd if sd > 1e-14 * max(abs(value) for value in values) else 0.0
