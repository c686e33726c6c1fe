"""What changed, in figures: means, levels and shares, before and after. Pure, and light to import.

Every function computes for any number of people; what is too few to be shown is for the report and the verdict to hold
back. Where a figure is not defined it is None: “no test”, never a number that means nothing. Nothing is rounded here.
"""

from collections.abc import Hashable, Sequence
from dataclasses import asdict, dataclass
from math import isfinite, sqrt
from statistics import fmean, median
from typing import TypeVar

from evaluation.ranks import EXACT_UNDER, signed_ranks
from lms.statistics import LEVEL, Interval, Share

Level = TypeVar("Level", bound=Hashable)


@dataclass(frozen=True, slots=True)
class PairedChange:
    """The same people before and after; differences are after minus before. None is “not defined here”.

    `n_improved` are the pairs that moved the wanted way. `d_z` divides the mean difference by the standard deviation of
    the differences; `d_av_mean_sd` by the mean of the two standard deviations, `d_av_rms_sd` by their root mean square;
    `d_rm` corrects d_z for the correlation. `g_av` is d_av_mean_sd times Hedges’ correction with n − 1 degrees of
    freedom (`hedges_J_for_n`); `g_av_J_2n_minus_2` uses 2n − 2, which is what Lakens printed.
    """

    n_rows: int
    n_pairs: int
    mean_pre: float | None = None
    sd_pre: float | None = None
    mean_post: float | None = None
    sd_post: float | None = None
    median_pre: float | None = None
    median_post: float | None = None
    mean_diff: float | None = None
    sd_diff: float | None = None
    t: float | None = None
    df: int | None = None
    p_t: float | None = None
    ci95_low: float | None = None
    ci95_high: float | None = None
    n_improved: int = 0
    n_same: int = 0
    n_worse: int = 0
    wilcoxon_V: float | None = None  # noqa: N815 - the names of the published vectors
    p_wilcoxon_normal_nocc: float | None = None
    p_wilcoxon_normal_cc: float | None = None
    p_wilcoxon_exact_with_ties: float | None = None
    p_wilcoxon_pratt_asymptotic: float | None = None
    z_wilcoxon_dropzeros: float | None = None
    d_z: float | None = None
    d_av_mean_sd: float | None = None
    d_av_rms_sd: float | None = None
    d_rm: float | None = None
    hedges_J_for_n: float | None = None  # noqa: N815
    g_av: float | None = None
    g_av_J_2n_minus_2: float | None = None  # noqa: N815
    r_pre_post: float | None = None

    @property
    def interval(self) -> Interval | None:
        """The 95% interval of the mean difference."""
        if self.ci95_low is None or self.ci95_high is None:
            return None
        return self.ci95_low, self.ci95_high

    @property
    def wilcoxon_w(self) -> float | None:
        """The smaller of the two rank sums, as many tables print it."""
        if self.wilcoxon_V is None:
            return None
        changed = self.n_pairs - self.n_same
        return min(self.wilcoxon_V, changed * (changed + 1) / 2 - self.wilcoxon_V)

    @property
    def wilcoxon_words(self) -> str:
        """Which variant the probability printed in a report is."""
        if self.p_wilcoxon_exact_with_ties is None:
            return "no test: nobody’s answer changed" if self.n_pairs else "no test: nobody answered both times"
        if self.n_pairs - self.n_same < EXACT_UNDER:
            return "exact, equal changes share their rank, unchanged pairs left out"
        return "normal approximation, equal changes share their rank, unchanged pairs left out"

    def to_json(self) -> dict[str, float | int | None]:
        return asdict(self)


def pairs(before: Sequence[float | None], after: Sequence[float | None]) -> tuple[list[float], list[float]]:
    """The two answers of everyone who gave both; None and not-a-number are no answer."""
    if len(before) != len(after):
        raise ValueError("Before and after need one answer, or none, for each person.")
    both = [
        (float(b), float(a))
        for b, a in zip(before, after, strict=True)
        if b is not None and a is not None and isfinite(b) and isfinite(a)
    ]
    return [b for b, _ in both], [a for _, a in both]


def paired(
    before: Sequence[float | None], after: Sequence[float | None], *, higher_is_better: bool = True
) -> PairedChange:
    """What changed for the same people, one row each; rows without both answers count in `n_rows` alone.

    t and its interval: Student (1908), The probable error of a mean, Biometrika 6:1–25. Effect sizes: Lakens D (2013),
    Calculating and reporting effect sizes, Frontiers in Psychology 4:863; the correction of Hedges LV (1981), Journal of
    Educational Statistics 6:107–128, in its short form 1 − 3 / (4m − 1). Rank test: see `signed_ranks`.
    """
    first, second = pairs(before, after)
    n = len(first)
    if not n:
        return PairedChange(n_rows=len(before), n_pairs=0)
    change = [a - b for b, a in zip(first, second, strict=True)]
    up, down = sum(d > 0 for d in change), sum(d < 0 for d in change)
    found: dict[str, float | int | None] = {
        "mean_pre": fmean(first),
        "mean_post": fmean(second),
        "median_pre": median(first),
        "median_post": median(second),
        "mean_diff": fmean(change),
        "n_improved": up if higher_is_better else down,
        "n_same": n - up - down,
        "n_worse": down if higher_is_better else up,
        "hedges_J_for_n": _hedges(n - 1),
    }
    if n > 1:
        found |= _spread(first, second, change)
    return PairedChange(n_rows=len(before), n_pairs=n, **found, **signed_ranks(change))  # type: ignore[arg-type]


def _spread(first: Sequence[float], second: Sequence[float], change: Sequence[float]) -> dict[str, float | int | None]:
    """What needs at least two pairs: standard deviations, t and its interval, effect sizes, correlation."""
    n, mean = len(change), fmean(change)
    largest = max(abs(value) for value in (*first, *second))
    sd_pre, sd_post, sd = _sd(first, largest), _sd(second, largest), _sd(change, largest)
    mean_sd, rms_sd = (sd_pre + sd_post) / 2, sqrt((sd_pre**2 + sd_post**2) / 2)
    r = None
    if sd_pre and sd_post:
        r = max(-1.0, min(1.0, (sd_pre**2 + sd_post**2 - sd**2) / (2 * sd_pre * sd_post)))
    d_av = mean / mean_sd if mean_sd else None
    found: dict[str, float | int | None] = {
        "sd_pre": sd_pre,
        "sd_post": sd_post,
        "sd_diff": sd,
        "df": n - 1,
        "d_av_mean_sd": d_av,
        "d_av_rms_sd": mean / rms_sd if rms_sd else None,
        "g_av": None if d_av is None else d_av * _hedges(n - 1),
        "g_av_J_2n_minus_2": None if d_av is None else d_av * _hedges(2 * n - 2),
        "r_pre_post": r,
    }
    if not sd:
        return found

    from scipy.special import stdtr, stdtrit  # heavy: loaded only where a test is made

    error = sd / sqrt(n)
    reach = float(stdtrit(n - 1, 0.5 + LEVEL / 2)) * error
    return found | {
        "t": mean / error,
        "p_t": 2 * float(stdtr(n - 1, -abs(mean / error))),
        "ci95_low": mean - reach,
        "ci95_high": mean + reach,
        "d_z": mean / sd,
        "d_rm": None if r is None else mean / sd * sqrt(2 * (1 - r)),
    }


def _sd(values: Sequence[float], largest: float) -> float:
    """The standard deviation, with n − 1; 0 where all that differs are the last bits of numbers up to `largest`."""
    middle = fmean(values)
    sd = sqrt(sum((value - middle) ** 2 for value in values) / (len(values) - 1))
    return sd if sd > 1e-14 * largest else 0.0


def _hedges(m: int) -> float:
    return 1 - 3 / (4 * m - 1)


def mean_interval(values: Sequence[float], level: float = LEVEL) -> tuple[float | None, Interval | None]:
    """The mean of these numbers and its interval (Student 1908, as for a paired change); None for nobody, no interval for one."""
    if not values:
        return None, None
    middle = fmean(values)
    if len(values) < 2:
        return middle, None

    from scipy.special import stdtrit  # heavy: loaded only where an interval is made

    reach = float(stdtrit(len(values) - 1, 0.5 + level / 2)) * _sd(values, max(map(abs, values))) / sqrt(len(values))
    return middle, (middle - reach, middle + reach)


@dataclass(frozen=True, slots=True)
class Bowker:
    """Whether moves one way and back balance: chi-squared, its degrees of freedom and probability."""

    statistic: float
    df: int
    p: float


@dataclass(frozen=True, slots=True)
class ShiftTable:
    """How many went from which level to which: `counts[i][j]` were at level i before and at level j after."""

    levels: tuple[object, ...]
    counts: tuple[tuple[int, ...], ...]
    n_rows: int
    n: int
    improved: int
    same: int
    worse: int
    bowker: Bowker | None

    def to_json(self) -> dict[str, object]:
        return {
            "n": self.n,
            "improved": self.improved,
            "worse": self.worse,
            "same": self.same,
            "bowker": None if self.bowker is None else asdict(self.bowker),
        }


def shift_table(
    before: Sequence[Level | None],
    after: Sequence[Level | None],
    levels: Sequence[Level],
    *,
    higher_is_better: bool = True,
) -> ShiftTable:
    """Before by after for the same people, `levels` from lowest to highest; people without both answers are left out.

    Bowker AH (1948), A test for symmetry in contingency tables, Journal of the American Statistical Association
    43:572–574, over the levels anybody used, so that an unused choice does not alter it; None where nobody moved.
    """
    if len(before) != len(after):
        raise ValueError("Before and after need one answer, or none, for each person.")
    place = {level: position for position, level in enumerate(levels)}
    counts = [[0] * len(levels) for _ in levels]
    for first, second in zip(before, after, strict=True):
        if first is None or second is None:
            continue
        if first not in place or second not in place:
            raise ValueError(f"“{first if first not in place else second}” is not one of the levels.")
        counts[place[first]][place[second]] += 1
    cells = [(i, j, count) for i, row in enumerate(counts) for j, count in enumerate(row) if count]
    up, down = sum(n for i, j, n in cells if j > i), sum(n for i, j, n in cells if j < i)
    same = sum(n for i, j, n in cells if i == j)
    used = sorted({i for i, _, _ in cells} | {j for _, j, _ in cells})
    return ShiftTable(
        levels=tuple(levels),
        counts=tuple(tuple(row) for row in counts),
        n_rows=len(before),
        n=up + down + same,
        improved=up if higher_is_better else down,
        same=same,
        worse=down if higher_is_better else up,
        bowker=_bowker([[counts[i][j] for j in used] for i in used]) if up or down else None,
    )


def _bowker(counts: Sequence[Sequence[int]]) -> Bowker:
    from numpy import array  # heavy, as is the next: loaded only where a shift table is made
    from statsmodels.stats.contingency_tables import SquareTable

    # The library’s default would add half a person to every cell as soon as one is empty.
    result = SquareTable(array(counts), shift_zeros=False).symmetry()
    return Bowker(float(result.statistic), int(result.df), float(result.pvalue))


@dataclass(frozen=True, slots=True)
class ShareChange:
    """Two shares and their difference, second minus first, as shares of 1; None where one has no base."""

    before: Share
    after: Share
    difference: float | None
    interval: Interval | None


def paired_shares(before: Sequence[bool | None], after: Sequence[bool | None], level: float = LEVEL) -> ShareChange:
    """A yes-or-no answer of the same people before and after.

    Method 10 of Newcombe RG (1998), Improved confidence intervals for the difference between binomial proportions based
    on paired data, Statistics in Medicine 17:2635–2650.
    """
    if len(before) != len(after):
        raise ValueError("Before and after need one answer, or none, for each person.")
    both = [(bool(b), bool(a)) for b, a in zip(before, after, strict=True) if b is not None and a is not None]
    n, yes_yes = len(both), both.count((True, True))
    yes_no, no_yes, no_no = both.count((True, False)), both.count((False, True)), both.count((False, False))
    first, second = Share(yes_yes + yes_no, n), Share(yes_yes + no_yes, n)
    margins = (yes_yes + yes_no) * (no_yes + no_no) * (yes_yes + no_yes) * (yes_no + no_no)
    product = float(yes_yes * no_no - yes_no * no_yes)
    if product > 0:
        product = max(product - n / 2, 0.0)
    return _difference(first, second, level, phi=product / sqrt(margins) if margins else 0.0)


def two_shares(before: Share, after: Share, level: float = LEVEL) -> ShareChange:
    """Shares of two groups of different people, or of people who cannot be matched: never the change of a person.

    Method 10 of Newcombe RG (1998), Interval estimation for the difference between independent proportions, Statistics
    in Medicine 17:873–890.
    """
    return _difference(before, after, level, phi=0.0)


def _difference(before: Share, after: Share, level: float, phi: float) -> ShareChange:
    ends_before, ends_after = before.interval(level), after.interval(level)
    p, q = before.value, after.value
    if p is None or q is None or ends_before is None or ends_after is None:
        return ShareChange(before, after, None, None)

    def reach(one: float, other: float) -> float:
        return sqrt(max(0.0, one * one - 2 * phi * one * other + other * other))

    low = q - p - reach(q - ends_after[0], ends_before[1] - p)
    high = q - p + reach(ends_after[1] - q, p - ends_before[0])
    return ShareChange(before, after, q - p, (max(-1.0, low), min(1.0, high)))
