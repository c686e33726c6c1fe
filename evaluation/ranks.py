"""Wilcoxon’s signed ranks, in the variants that are in use, each under its name. Pure, and light to import."""

from collections.abc import Sequence
from math import erfc, sqrt

EXACT_UNDER = 50
"""With fewer changed pairs than this the probability is counted out; from here on it is approximated."""


def signed_ranks(change: Sequence[float]) -> dict[str, float | None]:
    """Wilcoxon’s signed ranks of the differences, in each variant by its name; equal sizes share their mean rank.

    `wilcoxon_V` is the rank sum of the rises with unchanged pairs left out, as in Wilcoxon F (1945), Individual
    comparisons by ranking methods, Biometrics Bulletin 1:80–83; `nocc` and `cc` are its normal approximation without and
    with the correction for continuity. `exact_with_ties` counts all patterns of signs of the ranks at hand (Streitberg B,
    Röhmel J (1986), Exact distributions for permutation and rank tests, Statistical Software Newsletter 12:10–17) under
    50 changed pairs and is `nocc` from there on. `pratt` ranks the unchanged pairs too and then leaves them out: Pratt JW
    (1959), Journal of the American Statistical Association 54:655–667. Where nothing changed there is no test.

    Sizes are compared as the machine computed them, which is also what R does: 2.0 − 1.9 and 1.9 − 1.8 are then not equal.
    Scores that tie should be given as sums of items rather than as means.
    """
    moved = [d for d in change if d]
    if not moved:
        return {"wilcoxon_V": 0.0 if change else None}
    ranks = _mean_ranks([abs(d) for d in moved])
    rises = sum(rank for rank, d in zip(ranks, moved, strict=True) if d > 0)
    middle, error = sum(ranks) / 2, sqrt(sum(rank * rank for rank in ranks)) / 2
    z = (rises - middle) / error
    corrected = max(0.0, abs(rises - middle) - 0.5) / error
    with_zeros = _mean_ranks([abs(d) for d in change])
    pratt = sum(rank * ((d > 0) - (d < 0)) for rank, d in zip(with_zeros, change, strict=True)) / sqrt(
        sum(rank * rank for rank, d in zip(with_zeros, change, strict=True) if d)
    )
    plain = _two_sided(z)
    return {
        "wilcoxon_V": rises,
        "z_wilcoxon_dropzeros": z,
        "p_wilcoxon_normal_nocc": plain,
        "p_wilcoxon_normal_cc": _two_sided(corrected),
        "p_wilcoxon_exact_with_ties": _exact(ranks, rises) if len(moved) < EXACT_UNDER else plain,
        "p_wilcoxon_pratt_asymptotic": _two_sided(pratt),
    }


def _mean_ranks(sizes: Sequence[float]) -> list[float]:
    """The rank of each size from 1 up; equal sizes share their mean rank. As scipy.stats.rankdata, which takes a second and
    50 MB to import."""
    from numpy import unique  # heavy: loaded only where a test is made

    _, place, many = unique(sizes, return_inverse=True, return_counts=True)
    ranks: list[float] = (many.cumsum() - (many - 1) / 2)[place].tolist()
    return ranks


def _two_sided(z: float) -> float:
    # The complementary error function keeps its digits far out, where 1 − Φ(z) has none left.
    return erfc(abs(z) / sqrt(2))


def _exact(ranks: Sequence[float], rises: float) -> float:
    """The share of all patterns of signs whose rank sum is at least as far from the middle; ranks come in halves."""
    doubled = [round(2 * rank) for rank in ranks]
    # One long number holds how many patterns come to each total, so many bits for each: adding it to itself, moved up, adds
    # one more rank to all of them at once. No count can be larger than all patterns, so none runs into the next.
    bits = len(doubled) + 1
    ways = 1
    for step in doubled:
        ways += ways << step * bits
    least = min(round(2 * rises), sum(doubled) - round(2 * rises))
    lower = ways & (1 << (least + 1) * bits) - 1
    # Modulo 2^bits - 1 a number is the sum of its groups of bits, as modulo 9 it is the sum of its digits.
    as_far = 2 * (lower % ((1 << bits) - 1))
    return min(1.0, as_far / (1 << len(doubled)))
