"""The verdict: four words by one rule, shown with what was found, and never a word of cause."""

import itertools
import re

import numpy
import pytest

from evaluation.statistics import PairedChange, paired, paired_shares
from evaluation.verdict import Outcome, judge, kept_or_faded, meaningful_change, verdict
from tests.claims import FORBIDDEN

NEGLECT = Outcome("Ready to act on neglect")
SHARE = Outcome("Recognise neglect early", per_cent=True)


def change(n=43, mean=0.6, low=0.3, high=0.9):
    return PairedChange(n_rows=n, n_pairs=n, mean_diff=mean, ci95_low=low, ci95_high=high)


def decide(found=None, *, outcome=NEGLECT, asked=60, answered=50, meaningful=0.4, **more):
    return verdict(outcome, change=found or change(), asked=asked, answered=answered, meaningful=meaningful, **more)


@pytest.mark.parametrize(
    ("n", "low", "high", "word"),
    [
        (43, 0.1, 0.9, "better"),
        (43, -0.9, -0.1, "worse"),
        (43, -0.2, 0.3, "no clear change"),
        (43, -0.2, 0.4, "not enough evidence"),
        (43, -0.4, 0.2, "not enough evidence"),
        (43, 0.0, 0.2, "no clear change"),
        (9, 0.1, 0.9, "not enough evidence"),
        (10, 0.1, 0.9, "better"),
    ],
)
def test_the_rule_gives_one_of_four_words(n, low, high, word):
    assert judge(matched=n, difference=(low + high) / 2, interval=(low, high), meaningful=0.4) == word


def test_where_lower_is_better_a_fall_is_better():
    down = {"matched": 43, "difference": -0.5, "interval": (-0.9, -0.1), "meaningful": 0.4}
    assert judge(**down, higher_is_better=False) == "better"
    assert judge(**down) == "worse"


def test_where_everybody_moved_alike_that_move_decides():
    nothing, one = paired([1, 2] * 6, [1, 2] * 6), paired([1, 2] * 6, [2, 3] * 6)
    for found, word in ((nothing, "no clear change"), (one, "better")):
        given = judge(matched=12, difference=found.mean_diff, interval=found.interval, meaningful=None)
        assert given == word


def test_a_change_that_matters_is_half_the_spread_before_unless_agreed():
    assert meaningful_change([1, 2, 3, None]) == 0.5
    assert meaningful_change([2, 2, 2]) is None
    assert meaningful_change([2]) is None


def test_without_a_change_that_matters_an_interval_across_zero_is_not_enough():
    assert judge(matched=99, difference=0, interval=(-0.01, 0.01), meaningful=None) == "not enough evidence"


def test_the_rule_is_shown_item_by_item_with_what_was_found():
    found = decide(missing_sectors=["housing", "general practice"])
    assert (found.word, found.with_limits, found.words) == ("better", True, "Better, with limits")
    assert [(item.found, item.figure) for item in found.rule] == [
        (True, "43 people"),
        (True, "+0.6 points, interval +0.3 to +0.9"),
        (True, "a change of 0.4 points would matter"),
        (True, "50 of 60 (83%)"),
        (False, "nobody came from housing and general practice"),
    ]
    assert found.sentence == (
        "The answers of the same 43 people on “Ready to act on neglect” were better at 6 months than before: "
        "+0.6 points, interval +0.3 to +0.9."
    )


def test_a_share_is_said_in_points_of_a_hundred():
    before = [True] * 18 + [False] * 25
    after = [True] * 16 + [False] * 2 + [True] * 17 + [False] * 8
    found = decide(paired_shares(before, after), outcome=SHARE, meaningful=0.2)
    assert found.rule[1].figure.startswith("+35 points, interval +")


def test_a_fall_has_a_minus_and_zero_has_no_sign():
    assert decide(change(mean=-0.6, low=-0.9, high=-0.04)).rule[1].figure == "−0.6 points, interval −0.9 to 0.0"


def test_under_half_the_answers_it_has_limits():
    assert not decide(asked=60, answered=30).with_limits
    assert decide(asked=61, answered=30).with_limits


def test_not_enough_evidence_needs_no_limits():
    assert not decide(change(n=8), answered=8, missing_sectors=["police"]).with_limits


def test_under_ten_people_no_figure_of_the_change_is_in_any_sentence():
    six = paired([37, 39, 41, 4, 32, 2], [46, 49, 50, 31, 44, 32])
    found = decide(six, asked=40, answered=20, meaningful=5)
    assert found.word == "not enough evidence"
    assert (
        found.sentence == "Fewer than 10 people could be matched at 6 months, too few to say whether anything changed."
    )
    said = " ".join(sentences(found))
    assert not re.search(r"16|\+|interval \d|0\.03", said)


def test_under_five_people_even_their_number_is_hidden():
    found = decide(change(n=3), asked=40, answered=3)
    assert found.rule[0].figure == "hidden"
    assert found.rule[3].figure == "hidden"
    assert found.cannot_tell[0].startswith("People who could be matched: hidden of those asked.")


def test_what_it_cannot_tell_is_said():
    told = decide(missing_sectors=["police"]).cannot_tell
    assert told[0].startswith("People who could be matched: 43 of 60 (72%) of those asked.")
    assert "There was no group without the course" in told[1]
    assert told[2] == "Nobody came from police, so nothing can be said about them."
    assert told[3] == "People rated themselves."
    observed = Outcome("Case files", self_rated=False)
    assert "People rated themselves." not in decide(outcome=observed).cannot_tell


def sentences(found):
    return [
        found.words,
        found.sentence,
        *found.cannot_tell,
        *itertools.chain(*((i.sentence, i.figure) for i in found.rule)),
    ]


def every_kind_of_verdict():
    shapes = [change(), change(n=6), change(n=3), change(low=-0.1), change(low=-2, high=2), change(low=-0.2, high=0.2)]
    shapes += [
        change(mean=-0.6, low=-0.9, high=-0.3),
        paired([1] * 12, [2] * 12),
        paired([], []),
        paired([1] * 12, [1] * 12),
    ]
    for found, better, missing, meaningful in itertools.product(
        shapes, (True, False), ((), ("police",), ("police", "housing", "schools")), (None, 0.4)
    ):
        outcome = Outcome("Ready to act on neglect", higher_is_better=better)
        yield decide(found, outcome=outcome, missing_sectors=missing, meaningful=meaningful)
        yield decide(found, outcome=outcome, missing_sectors=missing, meaningful=meaningful, asked=0, answered=0)


def test_no_verdict_has_a_word_of_cause_or_of_praise():
    seen = set()
    for found in every_kind_of_verdict():
        seen.add(found.word)
        for sentence in sentences(found):
            assert not [word for word in FORBIDDEN if word in sentence.lower()], sentence
            assert "None" not in sentence
            assert "nan" not in sentence.lower().replace("nance", "")
    assert seen == {"better", "no clear change", "worse", "not enough evidence"}


def test_the_list_of_forbidden_words_would_catch_a_claim():
    claim = "Answers were better because of the training, which led to change."
    assert [word for word in FORBIDDEN if word in claim.lower()] == ["caus", "because of", "led to"]


def test_sentences_begin_with_a_capital_and_end_with_a_stop():
    for found in every_kind_of_verdict():
        for sentence in (found.sentence, *found.cannot_tell, *(item.sentence for item in found.rule)):
            assert re.fullmatch(r"[A-Z].*[^.]\.", sentence), sentence


def waves(*shares, n=43):
    """Made-up yes-or-no answers of n people: the first so many said yes in each wave."""
    return [[1.0] * yes + [0.0] * (n - yes) for yes in shares]


@pytest.mark.parametrize(
    ("yes", "word"),
    [
        ((18, 40, 36, 33), "Kept"),
        ((9, 24, 19, 11), "Faded"),
        ((24, 27, 26, 26), "No clear change"),
        ((33, 30, 20, 18), "Worse"),
        ((33, 40, 20, 18), "Worse"),
    ],
)
def test_what_was_gained_is_kept_faded_or_never_clear(yes, word):
    assert kept_or_faded(waves(*yes), kind="share").word == word


def test_kept_is_judged_on_people_who_answered_all_waves_beside_all_who_answered():
    before = [1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 4, 4]
    after = [3, 3, 2, 3, 3, 3, 2, 3, 3, 3, 2, 3, None, 4]
    last = [3, 3, 2, 4, 3, 3, 2, 3, 3, 3, 2, 3, 4, None]
    found = kept_or_faded([before, after, last])
    assert (found.word, found.matched) == ("Kept", 12)
    assert [wave.answered for wave in found.waves] == [14, 13, 13]
    assert found.waves[0].mean_of_matched == 1.5
    assert found.waves[0].mean_of_all == pytest.approx(26 / 14)
    assert found.waves[2].difference == pytest.approx(16 / 12)


def test_too_few_who_answered_all_waves_are_not_enough_evidence():
    found = kept_or_faded([[1, 2, 3] * 3, [4, 5, 5] * 3])
    assert (found.word, found.matched) == ("Not enough evidence", 9)
    nobody = kept_or_faded([[1, None], [None, 2]])
    assert (nobody.word, nobody.matched, nobody.waves[1].difference) == ("Not enough evidence", 0, None)


def test_waves_of_different_length_are_refused():
    for wrong in ([[1, 2]], [[1, 2], [1]]):
        with pytest.raises(ValueError, match="baseline and a later wave"):
            kept_or_faded(wrong)


def test_where_nothing_changed_better_is_said_of_at_most_3_courses_in_100():
    """10,000 courses of 10 to 200 people on a scale of five steps, no change in anybody but chance; seeded."""
    rng = numpy.random.default_rng(11)
    better = 0
    for n in rng.choice([10, 20, 40, 80, 200], size=10_000, p=[0.3, 0.3, 0.2, 0.1, 0.1]):
        person = rng.normal(2, 0.8, n)
        before, after = (numpy.clip(numpy.rint(person + rng.normal(0, 0.7, n)), 0, 4).tolist() for _ in range(2))
        found = paired(before, after)
        word = judge(
            matched=int(n),
            difference=found.mean_diff,
            interval=found.interval,
            meaningful=meaningful_change(before),
        )
        better += word == "better"
    assert better / 10_000 <= 0.03
