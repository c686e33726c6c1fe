"""Figures both packages need: shares with their intervals, rounding, agreement of two raters. Pure, and light to import.

Nothing is rounded before it is shown, and then once, half up. Hiding of small numbers is in `lms/suppression.py`.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import isfinite, sqrt
from statistics import NormalDist
from typing import Literal, TypeVar

Rating = TypeVar("Rating", bound=Hashable)
Interval = tuple[float, float]

LEVEL = 0.95
SMALL = 5
"""Counts of answers under this are hidden unless the partnership's settings say another number."""


def normal_quantile(level: float) -> float:
    """How many standard errors an interval of this level reaches to each side: 0.95 → 1.959964."""
    if not 0 < level < 1:
        raise ValueError("The level of an interval lies between 0 and 1.")
    return NormalDist().inv_cdf(0.5 + level / 2)


def round_half_up(value: float | Fraction, digits: int = 0) -> Decimal:
    """The number as it is printed: halves go away from zero, 82.5 → 83 and −2.5 → −3.

    A Fraction is rounded exactly. A float is first read to twelve figures, so that 0.145 * 100, which the machine holds
    as 14.499999999999998, prints as the 14.5 that was meant.
    """
    if isinstance(value, Fraction):
        exact = value * 10**digits
        whole = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
        return Decimal(whole if exact >= 0 else -whole).scaleb(-digits)
    return Decimal(f"{value:.12g}").quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many. The base is part of the figure and travels with it."""

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        if not 0 <= self.numerator <= self.denominator:
            raise ValueError("The first number of a share must be 0 or more, and no more than the second.")

    @property
    def value(self) -> float | None:
        """From 0 to 1; None where nobody is in the base."""
        return self.numerator / self.denominator if self.denominator else None

    def interval(self, level: float = LEVEL) -> Interval | None:
        """Wilson’s score interval, from 0 to 1; None where nobody is in the base.

        Wilson EB (1927), Probable inference, the law of succession, and statistical inference, Journal of the American
        Statistical Association 22:209–212; method 3 of Newcombe RG (1998), Two-sided confidence intervals for the
        single proportion, Statistics in Medicine 17:857–872.
        """
        if not self.denominator:
            return None
        z, n, k = normal_quantile(level), self.denominator, self.numerator
        middle = (k + z * z / 2) / (n + z * z)
        reach = z / (n + z * z) * sqrt(k * (n - k) / n + z * z / 4)
        # At the ends the formula gives 0 and 1 but for the last bit of the machine’s arithmetic.
        return (0.0 if k == 0 else middle - reach, 1.0 if k == n else middle + reach)

    def is_small(self, threshold: int = SMALL) -> bool:
        """Whether it would tell of fewer than `threshold` people: by those counted, or by those who are left over."""
        return min(self.numerator, self.denominator - self.numerator) < threshold

    def percent(self, digits: int = 0) -> str:
        """“83%”, or “82.5%” with one digit; “no answers” where nobody is in the base."""
        if not self.denominator:
            return "no answers"
        return f"{round_half_up(Fraction(100 * self.numerator, self.denominator), digits)}%"

    def words(self, digits: int = 0) -> str:
        """“33 of 43 (77%)”; under 10 people the numbers stand alone, since a percentage would pretend to more."""
        counted = f"{self.numerator:,} of {self.denominator:,}"
        return counted if self.denominator < 10 else f"{counted} ({self.percent(digits)})"

    def interval_words(self, digits: int = 0, level: float = LEVEL) -> str:
        """“48 to 76”, in per cent; empty where nobody is in the base."""
        ends = self.interval(level)
        return "" if ends is None else " to ".join(str(round_half_up(100 * end, digits)) for end in ends)

    def to_json(
        self, numerator: str = "answered", denominator: str = "invited", *, hidden: bool = False
    ) -> dict[str, object]:
        """The figure with everything needed to check it, under the names given; a hidden one has no number anywhere."""
        if hidden:
            return {"suppressed": True}
        ends = self.interval()
        return {
            denominator: self.denominator,
            numerator: self.numerator,
            "share": self.value,
            "interval": None if ends is None else list(ends),
            "suppressed": False,
        }


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two people who rated the same things agree, beyond what chance would give."""

    n: int
    same: Share
    kappa: float | None
    interval: Interval | None


def kappa(
    first: Sequence[Rating | None],
    second: Sequence[Rating | None],
    levels: Sequence[Rating],
    *,
    weights: Literal["linear", "quadratic", "none"] = "linear",
    level: float = LEVEL,
) -> Agreement:
    """Cohen’s kappa of two raters, weighted by how many steps of `levels` (lowest first) apart they are.

    `weights="none"` is for categories without an order, such as themes. Things only one of them rated are left out.
    Kappa is None where either of them could not have disagreed (one level used by both); the interval is None there, and
    where they agree on everything, since its standard error would then be 0.

    Cohen J (1960), Educational and Psychological Measurement 20:37–46; weights: Cohen J (1968), Psychological Bulletin
    70:213–220; standard error: Fleiss JL, Cohen J, Everitt BS (1969), Psychological Bulletin 72:323–327.
    """
    if len(first) != len(second):
        raise ValueError("Both raters need one rating, or none, for each thing.")
    place = {rating: position for position, rating in enumerate(levels)}
    table = [[0] * len(levels) for _ in levels]
    for one, other in zip(first, second, strict=True):
        if one is None or other is None:
            continue
        if one not in place or other not in place:
            raise ValueError(f"“{one if one not in place else other}” is not one of the levels.")
        table[place[one]][place[other]] += 1
    n = sum(map(sum, table))
    same = Share(sum(table[i][i] for i in range(len(levels))), n)
    used = {i for i, row in enumerate(table) if any(row)} | {j for row in table for j, count in enumerate(row) if count}
    if len(used) < 2:
        return Agreement(n, same, None, None)

    from numpy import errstate  # heavy, as is the next: loaded only where agreement is reported
    from statsmodels.stats.inter_rater import cohens_kappa

    with errstate(invalid="ignore"):  # where they agree on everything its variance may come out just under 0
        result = cohens_kappa(table, wt=None if weights == "none" else weights)
    estimate, error = float(result.kappa), float(result.std_kappa)
    if same.numerator == n or not isfinite(error):
        return Agreement(n, same, estimate, None)
    reach = normal_quantile(level) * error
    return Agreement(n, same, estimate, (max(-1.0, estimate - reach), min(1.0, estimate + reach)))
