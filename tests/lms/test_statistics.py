"""Shares, rounding and agreement: what is printed is the published figure, with its base."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from lms.statistics import Share, kappa, round_half_up

STATS = Path(__file__).resolve().parents[3] / "shared" / "data" / "stats"


def test_each_published_wilson_interval_is_met():
    if not STATS.exists():
        pytest.skip("The published vectors lie beside the repository, in ../shared/data/stats.")
    for vector in json.loads((STATS / "wilson.json").read_text(encoding="utf-8"))["vectors"]:
        ends = Share(vector["x"], vector["n"]).interval(vector["level"])
        assert ends == pytest.approx((vector["wilson_low"], vector["wilson_high"]), abs=1e-9)


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    # Newcombe (1998), Statistics in Medicine 17:857–872, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_newcombes_printed_examples_of_wilsons_interval(k, n, low, high):
    assert Share(k, n).interval() == pytest.approx((low, high), abs=5e-5)


def test_wilson_agrees_with_statsmodels_over_many_shares():
    from statsmodels.stats.proportion import proportion_confint

    for n in (1, 2, 7, 30, 361, 10_000):
        for k in {0, 1, n // 3, n // 2, n - 1, n}:
            for level in (0.8, 0.95, 0.99):
                expected = proportion_confint(k, n, alpha=1 - level, method="wilson")
                assert Share(k, n).interval(level) == pytest.approx(expected, abs=1e-12)


def test_leicesters_attendance_prints_as_counted():
    """318 booked, 20 cancelled, 29 were away, 35 came without a place: the printed 96% counts those 35 as booked."""
    assert 318 - 20 - 29 + 35 == 304
    came = Share(318 - 20 - 29, 289)
    assert came.words(1) == "269 of 289 (93.1%)"
    assert came.interval_words(1) == "89.6 to 95.5"


def test_half_a_per_cent_is_printed_upwards():
    assert Share(231, 280).percent(1) == "82.5%"
    assert Share(231, 280).percent() == "83%"


def test_thirty_seven_of_eighty_eight():
    share = Share(37, 88)
    assert share.words(1) == "37 of 88 (42.0%)"
    assert share.interval_words(1) == "32.3 to 52.5"
    assert share.to_json()["share"] == pytest.approx(0.42045, abs=5e-6)


@pytest.mark.parametrize(
    ("value", "digits", "printed"),
    [
        (2.5, 0, "3"),
        (-2.5, 0, "-3"),
        (0.145 * 100, 0, "15"),
        (1.005, 2, "1.01"),
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(-1, 8), 2, "-0.13"),
        (Fraction(2, 3), 0, "1"),
        (19.96, 1, "20.0"),
        (1e15, 1, "1000000000000000.0"),
    ],
)
def test_halves_are_rounded_away_from_zero_once(value, digits, printed):
    assert str(round_half_up(value, digits)) == printed


def test_a_share_of_nobody_says_so_instead_of_dividing():
    nobody = Share(0, 0)
    assert (nobody.value, nobody.interval()) == (None, None)
    assert nobody.words() == "0 of 0"
    assert nobody.percent() == "no answers"
    assert nobody.to_json()["share"] is None


def test_under_ten_people_the_numbers_stand_alone():
    assert Share(3, 8).words() == "3 of 8"
    assert Share(3, 10).words() == "3 of 10 (30%)"


@pytest.mark.parametrize(("k", "n"), [(-1, 3), (4, 3), (0, -1)])
def test_a_share_of_more_than_all_is_refused(k, n):
    with pytest.raises(ValueError, match="first number of a share"):
        Share(k, n)


def test_a_share_carries_its_base_into_json_and_a_hidden_one_no_number():
    assert Share(38, 50).to_json() == {
        "invited": 50,
        "answered": 38,
        "share": 0.76,
        "interval": pytest.approx([0.6259, 0.857], abs=5e-5),
        "suppressed": False,
    }
    assert Share(3, 50).to_json(hidden=True) == {"suppressed": True}


def test_a_share_is_small_by_those_counted_and_by_those_left_over():
    assert Share(4, 40).is_small()
    assert Share(38, 40).is_small()
    assert not Share(35, 40).is_small()
    assert not Share(4, 40).is_small(threshold=4)


def ratings(table):
    """A table of two raters as their two lists of ratings."""
    flat = [(i, j) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]
    return [i for i, _ in flat], [j for _, j in flat], list(range(len(table)))


def test_weighted_kappa_of_a_published_table():
    """91 couples who answered the same question (Agresti, Categorical Data Analysis); vcd prints 0.2374, error 0.0783."""
    found = kappa(*ratings([[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]]))
    assert found.n == 91
    assert found.same == Share(33, 91)
    assert found.kappa == pytest.approx(0.2374, abs=5e-5)
    assert found.interval == pytest.approx((0.2374 - 1.96 * 0.07832, 0.2374 + 1.96 * 0.07832), abs=1e-4)


def test_plain_kappa_of_cohens_own_table():
    """Cohen (1968), table 1: 200 cases, two judges, kappa .492."""
    found = kappa(*ratings([[88, 14, 18], [10, 40, 10], [2, 6, 12]]), weights="none")
    assert found.kappa == pytest.approx(0.492, abs=5e-4)


def test_agreement_leaves_out_what_only_one_rated():
    assert kappa(["yes", None, "no"], ["yes", "yes", "no"], ["no", "yes"]).n == 2


def test_no_kappa_where_nobody_could_have_disagreed():
    assert kappa([1, 1, 1], [1, 1, 1], [0, 1]).kappa is None
    assert kappa([], [], [0, 1]).kappa is None


def test_full_agreement_has_no_interval():
    found = kappa([0, 1, 2, 2], [0, 1, 2, 2], [0, 1, 2])
    assert (found.kappa, found.interval) == (1.0, None)


def test_a_rating_that_is_no_level_is_named():
    with pytest.raises(ValueError, match="“often” is not one of the levels"):
        kappa(["often"], ["never"], ["never", "always"])
