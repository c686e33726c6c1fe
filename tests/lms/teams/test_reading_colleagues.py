"""People typed or pasted, one a line."""

import doctest

import pytest

from lms.teams import rules
from lms.teams.rules import LONGEST_NAME, NewColleague, read_colleagues

AMINA = NewColleague("Amina", "Yusuf", "amina@agency.example")


@pytest.mark.parametrize(
    "line",
    [
        "Amina, Yusuf, amina@agency.example",
        "Amina\tYusuf\tamina@agency.example",
        "Amina;Yusuf;amina@agency.example",
        "  Amina ,Yusuf,   AMINA@Agency.example  ",
        '"Amina","Yusuf","amina@agency.example"',
        "amina@agency.example\tAmina\tYusuf",
        "Amina Yusuf, amina@agency.example",
        "\n\nAmina,,Yusuf,amina@agency.example\n",
        "First name\tLast name\tEmail address\nAmina\tYusuf\tamina@agency.example",
    ],
)
def test_a_line_is_read_however_it_was_copied(line: str) -> None:
    assert read_colleagues(line) == ([AMINA], [])


def test_names_of_several_words_stay_whole() -> None:
    read, wrong = read_colleagues("Mary Ann\tvan der Berg\tma@agency.example\nMary Ann Smith; mas@agency.example")
    assert [(one.first_name, one.last_name) for one in read] == [("Mary Ann", "van der Berg"), ("Mary Ann", "Smith")]
    assert wrong == []


def test_each_line_that_cannot_be_read_has_its_own_sentence_and_the_others_are_read() -> None:
    text = "\n".join(
        [
            "Amina, Yusuf, amina@agency.example",
            "Tom, Reed",
            "Mei",
            "",
            "Ola, Nordmann, ola@",
            "A, B, a@agency.example, b@agency.example",
            "A, B, C, a@agency.example",
            "Amina, Again, Amina@agency.example",
            f"{'x' * (LONGEST_NAME + 1)}, B, x@agency.example",
        ]
    )
    read, wrong = read_colleagues(text)
    assert read == [AMINA]
    assert wrong[:6] == [
        "Line 2, “Tom, Reed”: there is no email address",
        "Line 3, “Mei”: enter a first name, a last name and an email address",
        "Line 5, “Ola, Nordmann, ola@”: “ola@” is not an email address",
        "Line 6, “A, B, a@agency.example, b@agency.example”: there is more than one email address",
        "Line 7, “A, B, C, a@agency.example”: there is more than a first name, a last name and an email address",
        "Line 8, “Amina, Again, Amina@agency.example”: amina@agency.example stands on an earlier line already",
    ]
    assert wrong[6].endswith(f"…”: a name is longer than {LONGEST_NAME} characters")
    assert len(wrong) == 7


@pytest.mark.parametrize("text", ["", "  \n\t\n", "First name, Last name, Email"])
def test_nothing_is_nobody(text: str) -> None:
    assert read_colleagues(text) == ([], [])


def test_a_heading_further_down_is_a_line_like_others() -> None:
    assert len(read_colleagues("Amina, Yusuf, amina@agency.example\nFirst name, Last name, Email")[1]) == 1


@pytest.mark.parametrize("line", ['"', '"Amina, Yusuf, amina@agency.example', ",;,\t;", "@", "a@b@c, d, e", "\x0b\x0c"])
def test_whatever_is_pasted_is_answered(line: str) -> None:
    read, wrong = read_colleagues(line)
    assert len(read) + len(wrong) <= 1


def test_the_examples_in_the_code_are_true() -> None:
    assert doctest.testmod(rules).failed == 0
