"""When two words are the same to somebody who types: accents, hyphens, endings, and letters that went wrong. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

#: Shorter words are never taken for mistyped, nor for the beginning of another (the second number).
SHORTEST_MISTYPED, SHORTEST_BEGINNING = 4, 3
#: No more is read of what was typed, letters and words, so that no text takes long.
MOST_LETTERS, MOST_WORDS = 80, 8
#: From this length a word may differ in two places from the one that was meant; shorter ones in one.
TWO_MISTAKES_FROM = 8

#: What a word ends in, longest first, and what stays: neglect, neglected and neglecting have one stem; policy and police two.
ENDINGS = (
    *("ations", "ation", "ements", "ement", "ments", "ment", "ings", "ions", "ing", "ion", "ive", "ers", "ren", "er"),
    *("ies:i", "ied:i", "ss:ss", "ed", "es", "s", "e", "y:i"),
)
#: How much of a word stays at least; an s is also taken from short ones, as from DSLs.
SHORTEST_STEM, SHORTEST_BEFORE_S = 4, 3

FOLDED = str.maketrans(
    {"'": None, "’": None, "‘": None, "ʼ": None, "‐": "-", "‑": "-", "_": " "}
    | {"ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"}
)
#: A word with what is joined to it by hyphens: folded, and as people write it.
WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
WRITTEN = re.compile(r"[^\W_]+(?:['’‘ʼ‐‑-][^\W_]+)*")


def fold(text: str) -> str:
    """Text as it is compared: small letters without accents and apostrophes.

    >>> fold("Siân’s"), fold("ŁUKASZ"), fold("levels_of_need")
    ('sians', 'lukasz', 'levels of need')
    """
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) != "Mn")
    return text.casefold().translate(FOLDED)


def words_of(text: str) -> list[str]:
    """The words of a text, folded; those joined by hyphens stay together.

    >>> words_of("Multi-agency: what’s next?")
    ['multi-agency', 'whats', 'next']
    """
    return WORD.findall(fold(text))


def parts_of(text: str) -> list[str]:
    """The words of a text, folded; those joined by hyphens apart.

    >>> parts_of("Multi-agency: what’s next?")
    ['multi', 'agency', 'whats', 'next']
    """
    return [part for word in words_of(text) for part in word.split("-")]


def written(text: str) -> list[str]:
    """The words of a text as they stand there.

    >>> written("Siân’s multi-agency levels_of_need")
    ['Siân’s', 'multi-agency', 'levels', 'of', 'need']
    """
    return WRITTEN.findall(text.replace("_", " "))


@cache
def _endings(last: str) -> tuple[tuple[str, str, int], ...]:
    """The endings that end in this letter: the ending, what stands instead of it, the shortest word it is taken from."""

    def each() -> Iterator[tuple[str, str, int]]:
        for ending, _, instead in (one.partition(":") for one in ENDINGS if one.partition(":")[0].endswith(last)):
            stays = SHORTEST_BEFORE_S if ending == "s" else SHORTEST_STEM
            yield ending, instead, stays + len(ending) - len(instead)

    return tuple(each())


def stem(word: str) -> str:
    """A word without its ending, as far as enough of it stays.

    >>> [stem(word) for word in ("neglected", "exploitation", "families", "police", "policies", "safer", "dsls", "loss")]
    ['neglect', 'exploit', 'famili', 'polic', 'polici', 'safer', 'dsl', 'loss']
    """
    for ending, instead, shortest in _endings(word[-1:]):
        if len(word) >= shortest and word.endswith(ending):
            return word[: -len(ending)] + instead
    return word


def mistakes_allowed(word: str) -> int:
    """In how many places a word may differ from the one that was meant: a letter wrong, missing, too many, or two swapped.

    >>> [mistakes_allowed(word) for word in ("dsl", "abuce", "neglcet", "exploitaion", "p12345")]
    [0, 1, 1, 2, 0]
    """
    if len(word) < SHORTEST_MISTYPED or not word.isalpha():
        return 0
    return 1 if len(word) < TWO_MISTAKES_FROM else 2


def comparable(word: str, others: Iterable[str]) -> list[str]:
    """The words of about the same length, the only ones it is compared with letter by letter."""
    most = mistakes_allowed(word)
    return [one for one in others if most and abs(len(one) - len(word)) <= most and mistakes_allowed(one)]


def distances(word: str, others: list[str]) -> dict[str, int]:
    """How far those words are that may have been meant: 2 for each mistake, and 1 where the first letter is another.

    >>> distances("eglect", ["neglect", "elect", "eclectic"])
    {'elect': 2, 'neglect': 3}
    """
    near = process.extract(word, others, scorer=OSA.distance, score_cutoff=mistakes_allowed(word), limit=None)
    costs = {other: 2 * mistakes + (other[0] != word[0]) for other, mistakes, _ in near}
    return dict(sorted(costs.items(), key=lambda one: one[::-1]))
