"""What a closed survey may say, from counts alone."""

import random

import pytest

from evaluation.occasions.models import OccasionKind
from evaluation.occasions.results import NOT_ANSWERED, OTHERS, Asked, Results, results
from evaluation.occasions.rules import Choices, fingerprint, pages_of
from evaluation.surveys import questions
from evaluation.surveys.questions import Page
from tests.evaluation.surveys.conftest import DOCUMENT

SECTORS = {1: "Health", 2: "Police", 3: "Housing", 4: "Fire"}
WORDS = {"review_reference": "CSPR-7", "change_in_plain_words": "to ask who is at home"}


def pages() -> list[Page]:
    return pages_of(DOCUMENT, questions.pages(DOCUMENT, "practice_review", ""), WORDS)


def shown(
    given: dict[int | None, dict[str, dict[tuple[float | None, str | None], int]]], people: dict[int | None, int]
) -> Results:
    """Results of {sector: {question: {answer: people}}}."""
    counts: dict[str, dict[int | None, dict[tuple[float | None, str | None], int]]] = {}
    for sector, asked in given.items():
        for key, kept in asked.items():
            counts.setdefault(key, {})[sector] = kept
    return results(pages(), counts, asked=sum(people.values()) + 5, answered=people, sectors=SECTORS)


def asked(found: Results, key: str) -> Asked:
    return next(one for _, some in found.parts for one in some if one.key == key)


def numbers(one: Asked) -> dict[str, int | None]:
    return {line.label: line.share.numerator if line.share else None for line in one.lines}


def test_a_share_is_of_all_who_answered_and_who_left_it_out_is_a_line_of_its_own() -> None:
    system = {(0.0, None): 6, (1.0, None): 7, (2.0, None): 8, (3.0, None): 9}
    found = asked(shown({1: {"pri_system": system}}, {1: 36}), "pri_system")
    assert list(numbers(found).values()) == [6, 7, 8, 9, 6]
    assert found.lines[-1].label == NOT_ANSWERED
    assert {line.share.denominator for line in found.lines if line.share} == {36}


def test_where_everybody_has_to_answer_nobody_can_have_left_it_out() -> None:
    reach = {(0.0, None): 9, (1.0, None): 9, (2.0, None): 9, (3.0, None): 9}
    assert NOT_ANSWERED not in numbers(asked(shown({1: {"pri_reach": reach}}, {1: 36}), "pri_reach"))


def test_sectors_from_which_few_answered_are_counted_together() -> None:
    reach = {(0.0, None): 9, (3.0, None): 11}
    few = {(3.0, None): 3}
    found = shown({1: {"pri_reach": reach}, 2: {"pri_reach": reach}, 3: {"pri_reach": few}, None: {"pri_reach": few}},
                  {1: 20, 2: 20, 3: 3, None: 3})  # fmt: skip
    assert asked(found, "pri_reach").sectors == ("Health", "Police", OTHERS)


def test_several_answers_are_each_against_those_who_did_not_choose_them() -> None:
    how = {(None, "course,team"): 6, (None, "team"): 8, (None, "forum"): 2}
    found = numbers(asked(shown({1: {"pri_how": how}}, {1: 30}), "pri_how"))
    assert found["A course or workshop"] == 6
    assert found["My team meeting or supervision"] == 14
    assert found["A forum"] is None


def test_under_five_answers_nothing_is_shown() -> None:
    found = shown({1: {"pri_system": {(3.0, None): 4}}}, {1: 4})
    assert found.too_few
    assert found.parts == ()


@pytest.mark.parametrize("seed", range(6))
def test_no_table_lets_a_hidden_number_be_worked_out_and_all_agree_on_who_answered(seed: int) -> None:
    """By subtraction inside a table, or from one question to the next: the people of a sector are the same in each."""
    chance = random.Random(seed)
    people: dict[int | None, int] = {sector: chance.randint(0, 30) for sector in (1, 2, 3, None)}
    people[1] = 12
    given: dict[int | None, dict[str, dict[tuple[float | None, str | None], int]]] = {}
    for sector, number in people.items():
        given[sector] = {}
        for key, least in (("pri_reach", 0), ("pri_system", 0)):
            kept: dict[tuple[float | None, str | None], int] = {}
            for _ in range(number):
                answer = (float(chance.choice((0, 1, 2, 3, 3))), None)
                kept[answer] = kept.get(answer, least) + 1
            given[sector][key] = kept
    found = shown(given, people)
    total = sum(people.values())
    for key in ("pri_reach", "pri_system"):
        one = asked(found, key)
        overall = list(numbers(one).values())
        hidden = sum(number is None for number in overall)
        assert hidden != 1
        if not hidden:
            assert sum(number or 0 for number in overall) == total
        for column in range(len(one.sectors)):
            assert sum(line.by_sector[column] is None for line in one.lines) != 1
        assert all(number is None or number >= 5 for line in one.lines for number in line.by_sector)


def test_choices_are_kept_as_they_were_made() -> None:
    chosen = Choices(sectors=("health",), organisations=(4,), sessions=("NEG-2024-11",), subscribers=True)
    assert Choices.of(chosen.to_json()) == chosen
    assert Choices.of({}).nobody


def test_what_somebody_came_to_is_never_asked_as_a_list() -> None:
    week = pages_of(DOCUMENT, questions.pages(DOCUMENT, "sgw", ""), {})
    keys = {item.key for page in week for item in page.questions}
    assert "rea_use" in keys
    assert not keys & {"sgw_which", "sgw_best"}


def test_a_fingerprint_differs_where_anything_does() -> None:
    assert fingerprint("a", 1) == fingerprint("a", 1)
    assert fingerprint("a", 1) != fingerprint("a", 2)
    assert len({kind.label for kind in OccasionKind}) == len(OccasionKind)
