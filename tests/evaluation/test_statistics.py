"""Change in figures: what has been published comes out, and what cannot be tested says “no test”."""

import csv
import json
import math
import subprocess
import sys
from pathlib import Path

import numpy
import pytest
from scipy import stats

from evaluation.ranks import signed_ranks
from evaluation.runs import run_after
from evaluation.scales import NO_OPPORTUNITY, cronbach_alpha, scale_score, two_groups
from evaluation.statistics import paired, paired_shares, shift_table, two_shares
from lms.statistics import Share

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"

BEFORE = [43, 58, 52, 47, 43, 50, 66, 48, 49, 49, 51, 46, 52, 59, 57, 45, 60, 45, 66, 54, 60, 61, 61, 51, 45]
AFTER = [66, 74, 62, 84, 78, 73, 60, 61, 71, 83, 73, 73, 69, 66, 76, 82, 61, 83, 77, 73, 71, 75, 69, 74, 75]


def published(name):
    if not (SHARED / name).exists():
        pytest.skip(f"The published data lie beside the repository, in ../shared/data/{name}.")
    return json.loads((SHARED / name).read_text(encoding="utf-8"))


def test_each_published_vector_of_a_paired_change_is_met():
    for vector in published("stats/paired.json")["vectors"]:
        before, after = (x if isinstance(x, list) else [x] for x in (vector["pre"], vector["post"]))
        for name, value in paired(before, after).to_json().items():
            expected = vector[name] if vector[name] is None else pytest.approx(vector[name], rel=1e-6, abs=1e-6)
            assert value == expected, (vector["id"], name)


def test_each_published_alpha_is_met():
    for vector in published("stats/cronbach.json")["vectors"]:
        found = cronbach_alpha(vector["data"])
        assert found.alpha == pytest.approx(vector["raw_alpha"], abs=1e-6)
        assert found.n == vector["n"]


def test_the_25_pairs_of_a_training_evaluation():
    change = paired(BEFORE, AFTER)
    assert (change.mean_pre, change.mean_post) == pytest.approx((52.72, 72.36))
    assert (change.t, change.df) == (pytest.approx(8.46772, abs=5e-6), 24)
    assert change.interval == pytest.approx((14.853, 24.427), abs=5e-4)
    assert change.d_z == pytest.approx(1.6935, abs=5e-5)
    assert change.d_av_mean_sd == pytest.approx(2.8005, abs=5e-5)
    assert (change.n_improved, change.n_same, change.n_worse) == (24, 0, 1)


def test_the_6_pairs_have_an_exact_probability_though_no_report_prints_it():
    change = paired([37, 39, 41, 4, 32, 2], [46, 49, 50, 31, 44, 32])
    assert change.wilcoxon_w == 0
    assert change.p_wilcoxon_exact_with_ties == 0.03125


def test_a_real_survey_of_433_pairs_among_476_answers():
    expected = published("survey/carpentries_paired_usage.expected.json")
    coding = expected["coding"]
    with (SHARED / "survey" / expected["file"]).open(encoding="utf-8", newline="") as file:
        rows = [[coding.get(row[column]) for column in expected["columns"]] for row in csv.DictReader(file)]
    before, after = [row[0] for row in rows], [row[1] for row in rows]
    change, table = paired(before, after), shift_table(before, after, range(6))
    assert (change.n_rows, change.n_pairs) == (476, expected["n_pairs"])
    assert change.t == pytest.approx(expected["t"], rel=1e-9)
    assert (change.d_z, change.d_av_mean_sd) == pytest.approx((expected["d_z"], expected["d_av"]), rel=1e-9)
    assert change.wilcoxon_V == expected["V"]
    assert change.p_wilcoxon_normal_cc == pytest.approx(expected["p_cc"], rel=1e-6)
    assert (table.improved, table.same, table.worse) == (202, 209, 22)


def numbers_only(change):
    return [value for value in change.to_json().values() if value is not None]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], []),
        ([None, 3], [2, None]),
        ([3], [5]),
        ([3], [3]),
        ([2, 3, 4], [2, 3, 4]),
        ([2, 3, 4], [3, 4, 5]),
        ([3.3, 60.1, 7.7], [3.4, 60.2, 7.8]),
        ([2, 2, 2], [2, 2, 2]),
        ([2, 2, 2], [3, 4, 5]),
        ([1, 2], [2, 1]),
        ([float("nan"), 1, 2], [1, 2, 4]),
    ],
)
def test_where_there_is_no_test_there_is_no_number_that_means_nothing(before, after):
    change = paired(before, after)
    assert all(math.isfinite(value) for value in numbers_only(change))
    assert change.n_improved + change.n_same + change.n_worse == change.n_pairs


def test_the_same_step_for_everybody_has_no_t_test():
    for before, after in (([2, 3, 4], [3, 4, 5]), ([3.3, 60.1, 7.7], [3.4, 60.2, 7.8])):
        change = paired(before, after)
        assert (change.t, change.p_t, change.interval, change.d_z, change.d_rm) == (None,) * 5
        assert change.p_wilcoxon_exact_with_ties == 0.25


def test_a_report_can_say_which_rank_test_it_made():
    assert paired(BEFORE, AFTER).wilcoxon_words.startswith("exact")
    assert paired(BEFORE * 3, AFTER * 3).wilcoxon_words.startswith("normal approximation")
    assert paired([1, 2], [1, 2]).wilcoxon_words == "no test: nobody’s answer changed"
    assert paired([1], [None]).wilcoxon_words == "no test: nobody answered both times"


def test_where_lower_is_better_a_fall_is_an_improvement():
    change = paired([5, 5, 5], [3, 5, 6], higher_is_better=False)
    assert (change.n_improved, change.n_same, change.n_worse) == (1, 1, 1)


def test_before_and_after_of_different_length_are_refused():
    for function in (paired, paired_shares, lambda b, a: shift_table(b, a, [1, 2])):
        with pytest.raises(ValueError, match="for each person"):
            function([1, 2], [1])


def test_ranks_agree_with_scipy_on_made_up_answers():
    rng = numpy.random.default_rng(7)
    for _ in range(60):
        change = rng.integers(-3, 5, size=rng.integers(8, 70)).astype(float)
        found = signed_ranks(change.tolist())
        for name, method, correction in (
            ("p_wilcoxon_normal_nocc", "wilcox", False),
            ("p_wilcoxon_normal_cc", "wilcox", True),
            ("p_wilcoxon_pratt_asymptotic", "pratt", False),
        ):
            expected = stats.wilcoxon(change, zero_method=method, correction=correction, method="asymptotic")
            assert found[name] == pytest.approx(expected.pvalue, rel=1e-9)


def test_exact_ranks_agree_with_scipy_where_nothing_ties():
    rng = numpy.random.default_rng(8)
    for n in (1, 5, 12, 30, 49):
        change = rng.normal(0.3, 1, size=n)
        expected = stats.wilcoxon(change, method="exact").pvalue
        assert signed_ranks(change.tolist())["p_wilcoxon_exact_with_ties"] == pytest.approx(expected, rel=1e-9)


def test_a_shift_table_says_who_moved_where():
    table = shift_table(["low", "low", "high", None], ["high", "low", "low", "high"], ["low", "high"])
    assert table.counts == ((1, 1), (1, 0))
    assert (table.n, table.n_rows, table.improved, table.same, table.worse) == (3, 4, 1, 1, 1)
    assert table.to_json()["bowker"] == {"statistic": 0.0, "df": 1, "p": 1.0}


def test_bowkers_published_example():
    """Stuart (1955), unaided vision of 7,477 women, left eye by right: Bowker’s chi-squared is 19.107 with 6 degrees."""
    counts = [[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]]
    moves = [(i, j) for i, row in enumerate(counts) for j, count in enumerate(row) for _ in range(count)]
    found = shift_table([i for i, _ in moves], [j for _, j in moves], range(4)).bowker
    assert (found.statistic, found.df) == (pytest.approx(19.107, abs=5e-4), 6)
    assert found.p == pytest.approx(0.00399, abs=5e-6)


def test_an_empty_cell_stays_empty_in_bowkers_test():
    """Six up and nobody down: (6 − 0)² / (6 + 0), with nothing added to any cell."""
    assert shift_table([0] * 11 + [1] * 4, [0] * 5 + [1] * 10, [0, 1]).bowker.statistic == pytest.approx(6)


def test_a_choice_nobody_used_does_not_alter_bowkers_test():
    before, after = [0, 0, 0, 1, 2, 2], [1, 2, 1, 2, 1, 2]
    assert shift_table(before, after, range(3)).bowker == shift_table(before, after, range(9)).bowker


def test_where_nobody_moved_there_is_no_bowker_test():
    assert shift_table([1, 2], [1, 2], [1, 2, 3]).bowker is None
    assert shift_table([], [], [1, 2]).bowker is None


def yes_no(both, first_only, second_only, neither):
    pairs = [(True, True)] * both + [(True, False)] * first_only + [(False, True)] * second_only
    pairs += [(False, False)] * neither
    return [b for b, _ in pairs], [a for _, a in pairs]


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        ((36, 12, 2, 0), 0.0569, 0.3404),
        ((20, 12, 2, 16), 0.0562, 0.3292),
        ((18, 12, 2, 18), 0.0562, 0.3290),
        ((36, 14, 0, 0), 0.1528, 0.4167),
        ((35, 14, 0, 1), 0.1461, 0.4175),
        ((18, 14, 0, 18), 0.1441, 0.3963),
        ((2, 97, 1, 0), 0.8721, 0.9854),
        ((1, 97, 1, 1), 0.8736, 0.9850),
        ((0, 30, 0, 0), 0.8395, 1.0),
        ((54, 0, 0, 0), -0.0664, 0.0664),
        ((30, 0, 0, 24), -0.0358, 0.0358),
    ],
)
def test_newcombes_printed_examples_of_paired_shares(table, low, high):
    """Newcombe (1998), Statistics in Medicine 17:2635–2650, table III, method 10; the first minus the second there.

    One limit (0.87367, printed 0.8736) shows that the fourth digit of the print is not always rounded.
    """
    found = paired_shares(*yes_no(*table))
    assert found.interval == pytest.approx((-high, -low), abs=1e-4)


def test_paired_shares_at_their_ends():
    for table in ((10, 0, 0, 0), (0, 0, 0, 10), (0, 0, 10, 0), (5, 0, 0, 5), (0, 5, 5, 0)):
        found = paired_shares(*yes_no(*table))
        assert -1 <= found.interval[0] <= found.difference <= found.interval[1] <= 1
    nobody = paired_shares([None], [True])
    assert (nobody.before, nobody.difference, nobody.interval) == (Share(0, 0), None, None)


def test_newcombes_published_difference_of_two_groups():
    """Newcombe (1998), Statistics in Medicine 17:873–890, table II, method 10: 56/70 and 48/80."""
    found = two_shares(Share(48, 80), Share(56, 70))
    assert found.difference == pytest.approx(0.2)
    assert found.interval == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert two_shares(Share(0, 0), Share(1, 2)).interval is None


def test_two_groups_agree_with_statsmodels():
    from statsmodels.stats.proportion import confint_proportions_2indep

    for k, n, m, p in ((12, 30, 19, 30), (105, 504, 177, 527), (0, 9, 4, 11), (7, 7, 3, 5)):
        expected = confint_proportions_2indep(m, p, k, n, method="newcomb", compare="diff")
        assert two_shares(Share(k, n), Share(m, p)).interval == pytest.approx(expected, abs=1e-9)


def test_welchs_test_of_those_who_stayed_and_those_who_did_not():
    stayed, left = [27.5, 21.0, 19.0, 23.6, 17.0, 17.9], [27.1, 22.0, 20.8, None, 23.4, 23.4, 23.5]
    found = two_groups(stayed, left)
    expected = stats.ttest_ind([x for x in left if x is not None], stayed, equal_var=False)
    assert (found.n_first, found.n_second) == (6, 6)
    ends = expected.confidence_interval(0.95)
    assert (found.t, found.p, found.df) == pytest.approx((expected.statistic, expected.pvalue, expected.df))
    assert found.interval == pytest.approx((ends.low, ends.high))


def test_a_group_that_differs_in_the_last_bits_only_does_not_vary():
    third = 7 / 3
    found = two_groups([third, third + 5e-16, third], [1.0, 2.0, 4.0])
    assert found.sd_first == 0
    assert found.interval[0] < found.difference < found.interval[1]


@pytest.mark.parametrize(("first", "second"), [([], []), ([1], [2, 3]), ([2, 2], [3, 3]), ([None], [1, 2])])
def test_two_groups_that_cannot_be_tested_say_no_test(first, second):
    found = two_groups(first, second)
    assert (found.t, found.p, found.interval) == (None, None, None)


def test_a_scale_is_the_mean_of_what_was_answered():
    items = ["a", "b", "c"]
    assert scale_score({"a": 4, "b": 1, "c": None}, items, least_items_answered=2) == 2.5
    assert scale_score({"a": 4}, items, least_items_answered=2) is None
    assert scale_score({}, items, least_items_answered=0) is None


def test_no_opportunity_has_no_place_in_a_mean():
    answers = {"a": 4, "b": NO_OPPORTUNITY, "c": 2}
    assert scale_score(answers, ["a", "b", "c"], least_items_answered=2) == 3
    assert scale_score(answers, ["a", "b"], least_items_answered=2) is None
    with pytest.raises(ValueError, match="“often” is not a value"):
        scale_score({"a": "often"}, ["a"], least_items_answered=1)


def test_knowledge_is_the_number_right():
    answers = {"a": 1, "b": 0, "c": 1}
    assert scale_score(answers, ["a", "b", "c"], least_items_answered=3, how="number_right") == 2


@pytest.mark.parametrize("rows", [[], [[1, 2]], [[1], [2]], [[1, 2], [2, 1]], [[3, None], [None, 3], [1, 2]]])
def test_a_scale_without_variation_has_no_alpha(rows):
    assert cronbach_alpha(rows).alpha is None


def test_alpha_counts_only_people_who_answered_every_item():
    assert cronbach_alpha([[1, 2], [2, 3], [4, None], [3, 3]]).n == 3


MONTHS = [20, 22, 19, 21, 20, 23, 20, 21]


def test_eight_in_a_row_above_the_earlier_median_is_a_run():
    run = run_after([*MONTHS, 19, 25, 26, 25, 24, 25, 27, 28, 25, 26], 8)
    assert (run.median_before, run.side, run.start, run.length) == (20.5, "above", 9, 9)
    assert run.moved


def test_seven_in_a_row_is_not():
    run = run_after([*MONTHS, 25, 26, 25, 24, 25, 27, 28, 19], 8)
    assert (run.moved, run.length) == (False, 7)


def test_a_point_on_the_median_neither_counts_nor_ends_a_run():
    earlier = [20] * 8
    assert run_after([*earlier, 25, 25, 20, 25, 25, 25, 25, 25], 8).length == 7
    assert run_after([*earlier, 25, 25, 20, 25, 25, 25, 25, 25, 25], 8).moved


def test_a_missing_month_ends_a_run():
    assert not run_after([*MONTHS, 25, 25, 25, 25, None, 25, 25, 25, 25], 8).moved


def test_a_run_below_is_seen_too_and_points_before_do_not_count():
    assert run_after([*MONTHS, *[10] * 8], 8).side == "below"
    assert not run_after([20, 20, 20, 20, 20, 20, 20, 30, 30, *[30] * 7], 9).moved


def test_too_few_points_before_give_no_median():
    assert run_after([20, 21, *[30] * 12], 2).median_before is None
    with pytest.raises(ValueError, match="place in the series"):
        run_after([1, 2], 3)


def test_the_web_process_does_not_load_scipy_before_it_is_needed():
    script = (
        "import sys, evaluation.statistics, evaluation.verdict, evaluation.scales, lms.statistics, lms.suppression;"
        "lms.statistics.Share(3, 9).interval(); lms.suppression.suppress([[6, 7]]);"
        "print([name for name in ('scipy', 'statsmodels', 'pandas') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_intervals_of_a_mean_change_hold_the_truth_95_times_in_100():
    """10,000 courses of 10 to 200 people; a scale of 0 to 4, true change 0.3; seeded."""
    rng = numpy.random.default_rng(2024)
    held = 0
    for n in rng.choice([10, 20, 40, 80, 200], size=10_000, p=[0.3, 0.3, 0.2, 0.1, 0.1]):
        before = rng.normal(2.0, 0.8, n)
        after = 0.6 * (before - 2.0) + 2.3 + rng.normal(0, 0.6, n)
        low, high = paired(before.tolist(), after.tolist()).interval
        held += low <= 0.3 <= high
    assert 0.94 <= held / 10_000 <= 0.96


def test_intervals_of_shares_hold_the_truth_95_times_in_100_on_average():
    """Wilson and both of Newcombe’s, 10 to 200 people, true shares 0.1 to 0.9; counted out or seeded."""
    rng = numpy.random.default_rng(2025)
    wilson, held = [], {"paired": 0, "groups": 0}
    for n in (10, 20, 43, 100, 200):
        ends = [Share(k, n).interval() for k in range(n + 1)]
        wilson += [
            sum(stats.binom.pmf(k, n, p) for k, (low, high) in enumerate(ends) if low <= p <= high)
            for p in numpy.linspace(0.1, 0.9, 17)
        ]
    for _ in range(10_000):
        n, p, q = int(rng.integers(10, 200)), rng.uniform(0.1, 0.9), rng.uniform(0.1, 0.9)
        before, after = rng.random(n) < p, rng.random(n) < q
        low, high = two_shares(Share(int(before.sum()), n), Share(int(after.sum()), n)).interval
        held["groups"] += low <= q - p <= high
        stays = rng.random(n) < 0.5  # half the people answer as before, so the two answers go together
        later = numpy.where(stays, before, after)
        low, high = paired_shares(before.tolist(), later.tolist()).interval
        held["paired"] += low <= (q - p) / 2 <= high
    assert 0.94 <= numpy.mean(wilson) <= 0.96
    assert all(0.94 <= count / 10_000 <= 0.96 for count in held.values()), held
