"""Themes counted and protected, and how far two coders agree."""

import random

import pytest

from evaluation.comments import rules
from evaluation.comments.models import Part
from evaluation.comments.rules import Coded
from lms.errors import RuleBroken


def coded(wave: str, *themes: str, sector: str | None = None, **parts: str) -> Coded:
    found = {Part.FIRST: frozenset(themes)} | {Part(part): frozenset(said.split()) for part, said in parts.items()}
    return Coded(wave, sector, found)


def test_each_theme_is_counted_by_wave_and_over_all() -> None:
    texts = [*[coded("m3", "a", "b")] * 6, *[coded("m3")] * 9, *[coded("m6", "a")] * 7, *[coded("m6", "b")] * 8]
    table = rules.count_themes(texts, ["a", "b"], ["end", "m3", "m6"])
    assert table.waves == ("m3", "m6")
    assert dict(table.bases) == {("all", ""): 30, ("wave", "m3"): 15, ("wave", "m6"): 15}
    assert [table.count("a", "wave", "m3"), table.count("a", "wave", "m6"), table.count("a", "all")] == [6, 7, 13]
    share = table.share("b")
    assert share
    assert (share.numerator, share.denominator) == (14, 30)


def test_what_nobody_has_coded_is_in_no_base() -> None:
    texts = [*[coded("m3", "a")] * 6, *[coded("m3")] * 6, *[Coded("m3", None, {})] * 5]
    assert rules.count_themes(texts, ["a"], ["m3"]).bases["all", ""] == 12


def test_what_was_settled_counts_and_otherwise_the_first_coder() -> None:
    assert coded("m3", "a", second="b").counts_as == {"a"}
    assert coded("m3", "a", second="b", settled="b").counts_as == {"b"}


def test_small_numbers_are_hidden_and_cannot_be_subtracted() -> None:
    texts = [*[coded("m3", "a")] * 2, *[coded("m3")] * 18, *[coded("m6", "a")] * 10, *[coded("m6")] * 10]
    table = rules.count_themes(texts, ["a"], ["m3", "m6"])
    assert table.count("a", "wave", "m3") is None
    # With all but one of these the small one would come back.
    assert table.count("a", "all") is None or table.count("a", "wave", "m6") is None


def test_those_who_did_not_say_it_are_protected_too() -> None:
    texts = [*[coded("m3", "a")] * 19, coded("m3"), *[coded("m6", "a")] * 10, *[coded("m6")] * 10]
    table = rules.count_themes(texts, ["a"], ["m3", "m6"])
    assert table.count("a", "wave", "m3") is None or table.bases["wave", "m3"] is None


def test_no_hidden_cell_of_sectors_is_the_only_one_of_its_line() -> None:
    chance = random.Random(5)
    texts = [
        coded(chance.choice(["m3", "m6"]), *(key for key in "ab" if chance.random() < 0.4), sector=chance.choice("XYZ"))
        for _ in range(70)
    ]
    table = rules.count_themes(texts, ["a", "b"], ["m3", "m6"], by_sector=True)
    for theme in "ab":
        for kind, names in (("wave", table.waves), ("sector", table.sectors)):
            hidden = [name for name in names if table.count(theme, kind, name) is None]
            assert len(hidden) != 1 or table.count(theme, "all") is None


def test_agreement_is_said_from_ten_texts_on() -> None:
    same = [coded("m3", "a", second="a"), coded("m3", second="")] * 5
    assert rules.agreement(same[:9], "a") is None
    found = rules.agreement(same, "a")
    assert found
    assert (found.n, found.kappa, found.interval) == (10, 1.0, None)
    mixed = rules.agreement([*same, coded("m3", "a", second=""), coded("m3", second="a")], "a")
    assert mixed
    assert mixed.kappa == pytest.approx(2 / 3)
    assert mixed.interval
    assert rules.agreement([*same, coded("m3", "a")], "a") == found


def test_only_differences_that_are_not_settled_are_listed() -> None:
    texts = {
        "x": coded("m3", "a", second="b"),
        "y": coded("m3", "a", second="b", settled="a"),
        "z": coded("m3", "a", second="a"),
        "v": coded("m3", "a"),
    }
    assert rules.differences(texts) == ["x"]


def test_a_theme_that_keeps_its_name_keeps_its_key() -> None:
    assert rules.theme_keys(["Time", "Other services", "Time!"], {"Time": "no_time"}) == [
        "no_time",
        "other_services",
        "time",
    ]


@pytest.mark.parametrize(
    ("question", "consent", "outcome", "closed"),
    [
        ("quote_text", "no", "clear", True),
        ("quote_text", None, "clear", True),
        ("quote_text", "sector", "waiting", True),
        ("quote_text", "sector", "out", True),
        ("quote_text", "sector", "clear", False),
        ("beh_example", "sector", "clear", True),
    ],
)
def test_what_may_not_be_published(question: str, consent: str | None, outcome: str, closed: bool) -> None:
    with pytest.raises(RuleBroken):
        rules.check_may_publish(question, consent, rules.Outcome(outcome), closed=closed)
    rules.check_may_publish("quote_text", "none", rules.Outcome.KEPT, closed=True)
