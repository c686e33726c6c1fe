"""The code on a paper, and what an officer types of it. Pure.

A code is what joins a paper to the waves of whoever filled it in: nine letters and digits that only somebody with the secret can
make, and one that shows when another was mistyped.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evaluation.surveys import questions
from evaluation.surveys.models import Audience, RoundStage
from evaluation.surveys.questions import Page, Question
from lms.errors import RuleBroken
from lms.words import listing

#: No 0, 1, I, L or O: on paper nobody can tell them apart. 31 of them, a prime: any one mistyped, or two swapped, shows.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 10
TYPED_IN = (RoundStage.OPEN, RoundStage.REMINDED, RoundStage.LAST_CALLED, RoundStage.LATE)


def code_from(secret: bytes) -> str:
    """The code made of these random-looking bytes, as it is printed.

    >>> code_from(bytes(range(9)))
    '23456-789AS'
    """
    body = "".join(ALPHABET[byte % len(ALPHABET)] for byte in secret[: LENGTH - 1])
    code = body + _check(body)
    return f"{code[:5]}-{code[5:]}"


def _check(body: str) -> str:
    # Each place weighs differently, so that two that are swapped change the sum.
    total = sum(place * ALPHABET.index(letter) for place, letter in enumerate(body, 1))
    return ALPHABET[total % len(ALPHABET)]


def read_code(typed: str) -> str:
    """A code as it was typed, in the form it is printed in. RuleBroken with what is wrong with it.

    >>> read_code(" 23456 789as ")
    '23456-789AS'
    """
    found = "".join(letter for letter in typed.upper() if letter not in " -–—.\t")
    if strange := sorted({letter for letter in found if letter not in ALPHABET}):
        raise RuleBroken(f"A code has no {listing(strange, 'or')}. Look at the paper again.")
    if len(found) != LENGTH:
        raise RuleBroken(f"A code has {LENGTH} letters and digits, like 23456-789AS.")
    if _check(found[:-1]) != found[-1]:
        raise RuleBroken("This code has a slip in it. Look at the paper again.")
    return f"{found[:5]}-{found[5:]}"


def check_typed_in(asks: Audience, stage: RoundStage) -> None:
    """RuleBroken where papers of a wave are not typed in now."""
    if asks is Audience.MANAGER:
        raise RuleBroken("Managers are asked by letter. There is no paper for them.")
    if stage is RoundStage.PLANNED:
        raise RuleBroken("These questions are not open yet, so there is nothing to type in.")
    if stage not in TYPED_IN:
        raise RuleBroken(
            "These questions are over and their answers are put together, so papers can no longer be added to them."
        )


@dataclass(frozen=True)
class Numbered:
    """A question with its number on the paper, and when it is to be answered."""

    number: int
    question: Question
    only_if: str


def numbered(page: Page, start: int, earlier: Sequence[Numbered] = ()) -> list[Numbered]:
    """The questions of a page with their numbers, the first of them `start`."""
    found: list[Numbered] = []
    for number, item in enumerate(page.questions, start):
        found.append(Numbered(number, item, _only_if(item, [*earlier, *found])))
    return found


def on_paper(pages: Sequence[Page]) -> Iterator[tuple[Page, list[Numbered]]]:
    """Each page with its numbered questions, counted through."""
    there: list[Numbered] = []
    for page in pages:
        found = numbered(page, len(there) + 1, there)
        there += found
        yield page, found


def _only_if(item: Question, earlier: Sequence[Numbered]) -> str:
    """The sentence that says after which answer a question is to be answered."""
    if not item.show_if:
        return ""
    before = next((one for one in earlier if one.question.key == item.show_if["question"]), None)
    if before is None:
        return ""
    if item.show_if.get("answered"):
        return f"Only if you answered question {before.number}."
    wanted = {str(value) for value in item.show_if["in"]}
    places = [str(place) for place, choice in enumerate(before.question.choices, 1) if choice.code in wanted]
    return f"Only if you chose {listing(places, 'or')} in question {before.number}." if places else ""


def read_typed(item: Question, typed: str) -> questions.Given | None:
    """What was typed for a question: the number of the box ticked, several with commas between, a number, or words. None where
    nothing was. RuleBroken with what is wrong."""
    typed = typed.strip()
    if not typed:
        return None
    if not item.choices:
        return _read_words(item, typed)
    parts = typed.replace(",", " ").split()
    if not all(part.isascii() and part.isdecimal() and 1 <= int(part) <= len(item.choices) for part in parts):
        raise RuleBroken(f"Enter the number of the box that is ticked, from 1 to {len(item.choices)}.")
    codes = [item.choices[int(part) - 1].code for part in parts]
    if item.type in questions.MANY:
        return list(dict.fromkeys(codes))
    if len(codes) > 1:
        raise RuleBroken("Enter one number. Where two boxes are ticked, leave it empty.")
    return codes[0]


def _read_words(item: Question, typed: str) -> str:
    try:
        questions.stored(item, typed)
    except ValueError:
        raise RuleBroken("Enter the number as it is on the paper, in digits, or leave it empty.") from None
    return typed
