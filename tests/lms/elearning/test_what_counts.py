"""What is counted as done, watched and right: rules alone."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.elearning import rules
from lms.elearning.models import Completion, Counts, Success
from lms.elearning.rules import Question, Stand
from lms.errors import RuleBroken

DONE, BEGUN, SILENT = Completion.COMPLETED, Completion.INCOMPLETE, Completion.UNKNOWN
PASSED, FAILED, UNKNOWN = Success.PASSED, Success.FAILED, Success.UNKNOWN


@pytest.mark.parametrize(
    ("parts", "counted_by"),
    [
        ([], set()),
        ([(SILENT, UNKNOWN)], set()),
        ([(BEGUN, UNKNOWN)], set()),
        ([(DONE, UNKNOWN)], {Counts.COMPLETED, Counts.EITHER}),
        ([(SILENT, PASSED)], {Counts.PASSED, Counts.EITHER}),
        ([(BEGUN, PASSED)], {Counts.PASSED, Counts.EITHER}),
        ([(DONE, PASSED)], set(Counts)),
        ([(DONE, FAILED)], {Counts.COMPLETED}),
        ([(BEGUN, FAILED)], set()),
        # A video that is watched, and a check.
        ([(DONE, UNKNOWN), (DONE, PASSED)], set(Counts)),
        ([(DONE, UNKNOWN), (DONE, FAILED)], {Counts.COMPLETED}),
        ([(DONE, UNKNOWN), (DONE, UNKNOWN)], {Counts.COMPLETED, Counts.EITHER}),
        ([(BEGUN, UNKNOWN), (DONE, PASSED)], set()),
        ([(SILENT, PASSED), (DONE, UNKNOWN)], {Counts.PASSED, Counts.EITHER}),
    ],
)
def test_completed_or_passed_counts_as_the_course_says(
    parts: list[tuple[Completion, Success]], counted_by: set[Counts]
) -> None:
    stands = [Stand(*one) for one in parts]
    assert {counts for counts in Counts if rules.counts_as_done(counts, stands)} == counted_by


@given(st.lists(st.lists(st.integers(0, 200), min_size=2, max_size=2)), st.integers(1, 150))
def test_what_was_watched_twice_counts_once(pieces: list[list[int]], length: int) -> None:
    seconds = {second for start, end in pieces for second in range(start, min(end, length))}
    assert rules.share_of(pieces, length) == 100 * len(seconds) // length
    joined = rules.joined(pieces, length)
    assert joined == sorted(joined)
    assert all(a[1] < b[0] for a, b in pairwise(joined))


@pytest.mark.parametrize(
    "given_",
    [
        None,
        [],
        {},
        {"watched": [[0, 1]]},
        {"watched": [[0, 1]], "length": 0},
        {"watched": [[0, 1]], "length": True},
        {"watched": [[0, 1]], "length": 10**9},
        {"watched": [[0]], "length": 10},
        {"watched": [[-1, 5]], "length": 10},
        {"watched": [[0.5, 5]], "length": 10},
        {"watched": "all", "length": 10},
        {"watched": [[0, 1]] * 2001, "length": 10},
        {"watched": [], "length": 10, "done": True},
    ],
)
def test_what_a_player_cannot_say_is_refused(given_: object) -> None:
    with pytest.raises(RuleBroken):
        rules.read_watched(given_)


TYPED = """What do you do?
Wait
*Tell your lead

Which are signs?
* Hunger
*Dirty clothes
A smile"""


def test_questions_are_read_as_officers_type_them() -> None:
    found = rules.read_questions(TYPED)
    assert found == [
        Question("What do you do?", ("Wait", "Tell your lead"), frozenset({1})),
        Question("Which are signs?", ("Hunger", "Dirty clothes", "A smile"), frozenset({0, 1})),
    ]
    assert rules.read_questions(rules.written(found)) == found
    assert rules.questions_of([one.document() for one in found]) == found


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (" \n", "at least one question"),
        ("Only this", "Question 1 needs from 2 to 10 answers"),
        ("Q\na\nb", "Question 1 has no right answer"),
        ("Q\n*a\n*a", "the same answer twice"),
        ("*a\n*b", "begins with an answer"),
        (TYPED + "\n\nQ\n*a\n*", "Question 3 needs"),
        ("\n\n".join(["Q\n*a\nb"] * 51), "no more than 50"),
    ],
)
def test_a_question_that_is_not_whole_is_named(typed: str, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        rules.read_questions(typed)


def test_a_question_is_right_when_all_its_right_answers_and_no_other_were_chosen() -> None:
    questions = rules.read_questions(TYPED)
    right = rules.mark(questions, [frozenset({1}), frozenset({0, 1})], 100)
    assert (right.right, right.count, right.passed) == ((True, True), 2, True)
    half = rules.mark(questions, [frozenset({1}), frozenset({0})], 50)
    assert (half.right, half.passed) == ((True, False), True)
    assert not rules.mark(questions, [frozenset({1}), frozenset({0, 1, 2})], 51).passed


@pytest.mark.parametrize(
    ("questions", "pass_mark", "needed"), [(4, 80, 4), (5, 80, 4), (10, 75, 8), (3, 1, 1), (3, 100, 3)]
)
def test_the_pass_mark_is_rounded_up_to_whole_questions(questions: int, pass_mark: int, needed: int) -> None:
    assert rules.needed_right(questions, pass_mark) == needed


def test_the_next_part_is_the_first_that_is_open() -> None:
    assert rules.next_part([]) == 1
    assert rules.next_part([(1, DONE, UNKNOWN), (2, DONE, FAILED), (3, SILENT, UNKNOWN)]) == 2
    assert rules.next_part([(1, SILENT, PASSED), (2, SILENT, UNKNOWN)]) == 2
    assert rules.next_part([(1, DONE, PASSED)]) == 1
