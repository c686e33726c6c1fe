"""What a free text is asked about before it is kept."""

import random

import pytest

from evaluation.surveys import screening


def kinds(text: str) -> list[str]:
    return [one.kind for one in screening.findings(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("His number is 943 476 5919.", ["an NHS number"]),
        ("9434765919", ["an NHS number"]),
        ("943-476-5919 and 943 476 5918", ["an NHS number"]),
        ("born 3/4/2016", ["a date of birth"]),
        ("born on 3rd April 2016", ["a date of birth"]),
        ("born 2016-04-03", ["a date of birth"]),
        ("born 3.4.16", ["a date of birth"]),
        ("They live in WF1 2AB now", ["a postcode"]),
        ("they live in wf12ab", ["a postcode"]),
        ("write to mum@example.org", ["an email address"]),
        ("a.b@example.org, WF1 2AB, 1 May 2011", ["an email address", "a postcode", "a date of birth"]),
    ],
)
def test_what_could_point_to_one_person_is_seen(text: str, found: list[str]) -> None:
    assert kinds(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "I rang 01924 123456 twice.",
        "We met 3 times in 2024, for 2/3 of the family.",
        "Call 0300 123 4567.",
        "The plan has 12 steps and version 1.2.",
        "I used form A4 and room B12.",
        "In May 2024 we began.",
        "Half of the 1234567890 records",
    ],
)
def test_ordinary_words_and_figures_pass(text: str) -> None:
    assert kinds(text) == []


def test_nearly_every_planted_identifier_is_seen() -> None:
    chance = random.Random(7)
    planted = []
    while len(planted) < 100:
        digits = "".join(chance.choices("0123456789", k=9))
        planted += [f"number {digits}{last}" for last in "0123456789" if screening.is_nhs_number(f"{digits}{last}")]
    for _ in range(100):
        planted.append(f"She was born on {chance.randint(1, 28)}/{chance.randint(1, 12)}/{chance.randint(2005, 2024)}.")
        planted.append(
            f"They moved to {chance.choice('WHL')}{chance.choice('FD')}{chance.randint(1, 20)} {chance.randint(1, 9)}AB."
        )
    assert sum(bool(kinds(text)) for text in planted) >= 0.95 * len(planted)


def test_the_words_are_marked_and_nothing_is_lost() -> None:
    text = "Born 3/4/2016, WF1 2AB."
    parts = screening.parts(text, screening.findings(text))
    assert "".join(words for words, _ in parts) == text
    assert [words for words, marked in parts if marked] == ["3/4/2016", "WF1 2AB"]
