"""Decisions about e-learning: what counts as a completion, how much was watched, what is right in a knowledge check."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.elearning.models import Completion, Counts, Success
from lms.errors import RuleBroken

NOT_OFFERED = "This course has nothing to work through yet. It can be booked once it has."
RETIRED = "This course is no longer offered."
OPENED_ELSEWHERE = (
    "This part was opened again, here or on another device. What you do on this page is not saved any more."
)
NOT_TO_BE_DECLARED = "This part says itself how far you got, or was not opened yet. Open it, and go through it there."
#: The most questions of a check, and answers of a question.
MOST_QUESTIONS, MOST_ANSWERS = 50, 10
#: A video longer than this is no part of a course.
LONGEST_VIDEO = 6 * 3600
MOST_PIECES = 2_000


@dataclass(frozen=True)
class Stand:
    """How far and how well, of one part."""

    completion: Completion
    success: Success


def counts_as_done(counts: Counts, parts: Sequence[Stand]) -> bool:
    """Has somebody done the course, by what it counts?

    A part that never says how well (a video, a page) cannot be passed: where passing counts, it must be completed, and at least
    one other part passed. A part that was failed never counts, unless the course looks at completion alone.
    """
    if not parts:
        return False
    completed = [part.completion is Completion.COMPLETED for part in parts]
    passed = [part.success is Success.PASSED for part in parts]
    silent = [part.success is Success.UNKNOWN for part in parts]
    if counts is Counts.COMPLETED:
        return all(completed)
    if counts is Counts.BOTH:
        return all(completed) and any(passed) and all(a or b for a, b in zip(passed, silent, strict=True))
    each = all(p or (c and s) for p, c, s in zip(passed, completed, silent, strict=True))
    return each and (counts is Counts.EITHER or any(passed))


COUNTS_WORDS = {
    Counts.EITHER: "every part is completed or passed",
    Counts.COMPLETED: "every part is completed, passed or not",
    Counts.PASSED: "what can be passed is passed, and the rest is completed",
    Counts.BOTH: "every part is completed, and what can be passed is passed",
}


def joined(pieces: Iterable[Sequence[int]], length: int) -> list[list[int]]:
    """The watched pieces of a video of `length` seconds, overlaps joined, in order.

    >>> joined([[10, 20], [0, 12], [30, 31]], 60)
    [[0, 20], [30, 31]]
    """
    found: list[list[int]] = []
    for start, end in sorted([max(0, one[0]), min(length, one[1])] for one in pieces):
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            found[-1][1] = max(found[-1][1], end)
        else:
            found.append([start, end])
    return found


def share_of(pieces: Iterable[Sequence[int]], length: int) -> int:
    """How much of a video was watched, in whole per cent, rounded down; what was watched twice counts once."""
    watched = sum(end - start for start, end in joined(pieces, length))
    return min(100, 100 * watched // length) if length > 0 else 0


def read_watched(given: Any) -> tuple[list[list[int]], int]:
    """What the player says: the pieces watched, and how long the video is. RuleBroken when it says something else."""
    sentence = "What the player sent could not be understood, so it was not saved."
    if not isinstance(given, Mapping) or set(given) != {"watched", "length"}:
        raise RuleBroken(sentence)
    length, pieces = given["length"], given["watched"]
    if (
        not _whole(length)
        or not 0 < length <= LONGEST_VIDEO
        or not isinstance(pieces, list)
        or len(pieces) > MOST_PIECES
    ):
        raise RuleBroken(sentence)
    for piece in pieces:
        if not isinstance(piece, list) or len(piece) != 2 or not all(_whole(one) and one >= 0 for one in piece):
            raise RuleBroken(sentence)
    return joined(pieces, length), length


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value <= 10_000_000


@dataclass(frozen=True)
class Question:
    """One question of a check: its answers, and the numbers (from 0) of those that are right."""

    text: str
    answers: tuple[str, ...]
    right: frozenset[int]

    @property
    def several(self) -> bool:
        """Is more than one answer right? Then all of them are to be chosen."""
        return len(self.right) > 1

    def document(self) -> dict[str, Any]:
        """The question as it is kept."""
        return {"text": self.text, "answers": list(self.answers), "right": sorted(self.right)}


def questions_of(kept: Sequence[Mapping[str, Any]]) -> list[Question]:
    """The questions of a check as they are kept."""
    return [Question(one["text"], tuple(one["answers"]), frozenset(one["right"])) for one in kept]


def read_questions(text: str) -> list[Question]:
    """Questions as officers type them: a line each for the question and its answers, * before those that are right, and an empty
    line between questions. RuleBroken, with the number of the question, where something is missing."""
    blocks = [[line.strip() for line in block.splitlines() if line.strip()] for block in _blocks(text)]
    if not blocks:
        raise RuleBroken("Enter at least one question with its answers")
    if len(blocks) > MOST_QUESTIONS:
        raise RuleBroken(f"Enter no more than {MOST_QUESTIONS} questions")
    return [_read_question(number, block) for number, block in enumerate(blocks, start=1)]


def _blocks(text: str) -> list[str]:
    lines = [line if line.strip() else "" for line in text.replace("\r\n", "\n").split("\n")]
    return [block for block in "\n".join(lines).split("\n\n") if block.strip()]


def _read_question(number: int, lines: Sequence[str]) -> Question:
    question, answers = lines[0], [line.removeprefix("*").strip() for line in lines[1:]]
    right = frozenset(place for place, line in enumerate(lines[1:]) if line.startswith("*"))
    if question.startswith("*"):
        raise RuleBroken(f"Question {number} begins with an answer. Put the question on the line before it")
    if not 2 <= len(answers) <= MOST_ANSWERS or not all(answers):
        raise RuleBroken(f"Question {number} needs from 2 to {MOST_ANSWERS} answers, a line each")
    if not right:
        raise RuleBroken(f"Question {number} has no right answer. Put * before each answer that is right")
    if len(set(answers)) < len(answers):
        raise RuleBroken(f"Question {number} has the same answer twice")
    return Question(question[:500], tuple(answer[:300] for answer in answers), right)


def written(questions: Iterable[Question]) -> str:
    """Questions as officers type them: what `read_questions` reads."""
    return "\n\n".join(
        "\n".join(
            [one.text, *(f"{'*' if place in one.right else ''}{answer}" for place, answer in enumerate(one.answers))]
        )
        for one in questions
    )


@dataclass(frozen=True)
class Marked:
    """A try at a check: which questions were answered rightly, and whether that is enough."""

    right: tuple[bool, ...]
    passed: bool

    @property
    def count(self) -> int:
        """How many were right."""
        return sum(self.right)


def mark(questions: Sequence[Question], answers: Sequence[frozenset[int]], pass_mark: int) -> Marked:
    """A question is right when exactly its right answers were chosen. The pass mark is a share in per cent, rounded up to whole
    questions: 80 % of 4 is all 4."""
    right = tuple(given == question.right for question, given in zip(questions, answers, strict=True))
    return Marked(right, sum(right) >= needed_right(len(questions), pass_mark))


def needed_right(questions: int, pass_mark: int) -> int:
    """How many right answers a check is passed with."""
    return math.ceil(questions * pass_mark / 100)


def next_part(parts: Sequence[tuple[int, Completion, Success]]) -> int:
    """The number of the part to do next: the first that is neither completed nor passed; else the first."""
    open_ones = [
        number
        for number, completion, success in parts
        if success is not Success.PASSED and (completion is not Completion.COMPLETED or success is Success.FAILED)
    ]
    return min(open_ones, default=1)
