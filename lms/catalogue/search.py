"""Finding courses by words, also where a word was mistyped. Pure: what is searched is given.

Each word typed must stand somewhere in a course: as it is, as the beginning of a word, with another ending, or under another
name for the same thing (content/search-words.yaml). Only a word that stands nowhere in the whole catalogue is read as the
nearest one that does, and whoever asked is told so.
"""

import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache, cached_property
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

import yaml

from lms.catalogue.spelling import (
    MOST_LETTERS,
    MOST_WORDS,
    SHORTEST_BEGINNING,
    SHORTEST_MISTYPED,
    comparable,
    distances,
    fold,
    parts_of,
    stem,
    words_of,
    written,
)
from lms.words import inside

CONTENT = Path(__file__).parents[2] / "content" / "search-words.yaml"

#: Of one mistyped word no more readings than this are shown.
MOST_READINGS = 3


class Place(IntEnum):
    """Where a word stands in a course; what says most about it comes first."""

    TITLE = 0
    CODE = 1
    TAGS = 2
    OUTCOMES = 3
    REST = 4


@dataclass(frozen=True)
class Entry:
    """What is searched of one course."""

    id: int
    title: str
    code: str
    tags: Sequence[str]
    outcomes: Sequence[str]
    #: Its aim, for whom it is, its kind.
    rest: Sequence[str]

    def texts(self) -> Iterator[tuple[Place, str]]:
        """Its texts, those that say most first."""
        yield Place.TITLE, self.title
        yield Place.CODE, self.code
        yield from ((Place.TAGS, tag) for tag in self.tags)
        yield from ((Place.OUTCOMES, outcome) for outcome in self.outcomes)
        yield from ((Place.REST, text) for text in self.rest)


@dataclass(frozen=True)
class Term:
    """One thing that was looked for, and what came of it."""

    #: As it was typed.
    typed: str
    #: How well it fits each course that holds it, from 0 (in the title, as it is): {course id: rank}.
    ranks: Mapping[int, int]
    #: What it was read as, where nothing holds it as typed.
    read_as: tuple[str, ...] = ()
    #: Other names of the same thing under which courses were found.
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """What a search came to."""

    #: What was looked for; empty where nothing typed is a word.
    terms: tuple[Term, ...] = ()
    #: How many pairs of words were compared letter by letter.
    compared: int = 0

    @cached_property
    def ranks(self) -> dict[int, int]:
        """The courses that hold all that was typed, and how well they fit, from 0: {course id: rank}."""
        shared = set.intersection(*(set(term.ranks) for term in self.terms)) if self.terms else set()
        return {one: sum(term.ranks[one] for term in self.terms) for one in shared}

    @property
    def read_otherwise(self) -> list[Term]:
        """What was taken for mistyped."""
        return [term for term in self.terms if term.read_as]

    @property
    def nowhere(self) -> list[Term]:
        """What no course holds, however it is read."""
        return [term for term in self.terms if not term.ranks]


@dataclass(frozen=True)
class SearchWords:
    """Other names of the same thing, and words that say nothing."""

    #: The stems of a name, joined by spaces, to all names of the thing.
    same: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    small: frozenset[str] = frozenset()

    @classmethod
    def of(cls, same: Iterable[Sequence[str]], small: Iterable[str] = ()) -> "SearchWords":
        """From lines of names for one thing, as content/search-words.yaml has them."""
        lines = [tuple(line) for line in same]
        return cls({_key(parts_of(name)): line for line in lines for name in line}, frozenset(small))


@cache
def search_words() -> SearchWords:
    """What content/search-words.yaml says."""
    document = yaml.safe_load(CONTENT.read_text(encoding="utf-8"))
    return SearchWords.of(document["same"], document["small"])


def _key(parts: Iterable[str]) -> str:
    return " ".join(map(stem, parts))


@dataclass(frozen=True)
class Index:
    """The words of all courses, each with where it stands."""

    entries: Mapping[int, Entry]
    #: {word: {course id: the best place it stands in}}
    words: Mapping[str, Mapping[int, Place]]
    #: All words by the alphabet, and by their stem.
    sorted: Sequence[str]
    stems: Mapping[str, Sequence[str]]
    #: The words of each text between spaces: course id, place, " multi agency neglect ".
    lines: Sequence[tuple[int, Place, str]]


def index_of(entries: Iterable[Entry]) -> Index:
    """The words of these courses."""
    words: dict[str, dict[int, Place]] = defaultdict(dict)
    lines: list[tuple[int, Place, str]] = []
    by_id = {entry.id: entry for entry in entries}
    for entry in by_id.values():
        for place, text in entry.texts():
            folded = words_of(text)
            for word in folded:
                words[word.replace("-", "")].setdefault(entry.id, place)
                if "-" in word:
                    for part in word.split("-"):
                        words[part].setdefault(entry.id, place)
            lines.append((entry.id, place, f" {' '.join(folded).replace('-', ' ')} "))
    stems: dict[str, list[str]] = defaultdict(list)
    for word in words:
        stems[stem(word)].append(word)
    return Index(by_id, words, sorted(words), stems, lines)


def _best(*found: Mapping[int, int]) -> dict[int, int]:
    """The best rank of each course in any of these."""
    ranks: dict[int, int] = {}
    for one in found:
        for course, rank in one.items():
            ranks[course] = min(rank, ranks.get(course, rank))
    return ranks


def _all(found: Sequence[Mapping[int, int]]) -> dict[int, int]:
    """The courses that are in every one of these, with the worst of their ranks."""
    shared = set(found[0]).intersection(*found[1:])
    return {course: max(ranks[course] for ranks in found) for course in shared}


def _ranked(places: Mapping[int, Place], *, as_it_is: bool) -> dict[int, int]:
    """The place counts first; in the same place the word as it is stands before its relatives."""
    return {course: 2 * place + (not as_it_is) for course, place in places.items()}


def _holding(word: str, index: Index) -> dict[int, int]:
    """The courses that hold this word, one that begins with it, or one with another ending: {course id: rank}."""
    related = set(index.stems.get(stem(word), ()))
    if len(word) >= SHORTEST_BEGINNING:
        start = bisect_left(index.sorted, word)
        related.update(takewhile(lambda other: other.startswith(word), index.sorted[start:]))
    return _best(*(_ranked(index.words[one], as_it_is=one == word) for one in related))


def _with_phrase(phrase: Sequence[str], index: Index) -> dict[int, int]:
    """The courses in which these words stand side by side; the last may go on, unless it is short: {course id: rank}."""
    text = f" {' '.join(phrase)}" + ("" if len(phrase[-1]) >= SHORTEST_MISTYPED else " ")
    return _best(*(_ranked({course: place}, as_it_is=False) for course, place, line in index.lines if text in line))


class Nearest(NamedTuple):
    """The words that come nearest to a mistyped one, best first, and how many were compared with it."""

    words: tuple[str, ...]
    compared: int


def nearest(word: str, index: Index) -> Nearest:
    """What a word that stands nowhere may have been meant to be. Codes are never guessed.

    It is compared once with each word, and its stem once with each stem, of about the same length.
    """
    costs: dict[str, int] = {}
    compared = 0
    for typed, others in ((word, {one: [one] for one in index.sorted}), (stem(word), index.stems)):
        alike = comparable(typed, others)
        compared += len(alike)
        for other, cost in distances(typed, alike).items():
            for meant in others[other]:
                costs[meant] = min(cost, costs.get(meant, cost))
    spoken = {
        one: cost for one, cost in costs.items() if any(place != Place.CODE for place in index.words[one].values())
    }
    least = min(spoken.values(), default=0)
    by_stem: dict[str, str] = {}
    for one in sorted((one for one in spoken if spoken[one] == least), key=lambda one: (-len(index.words[one]), one)):
        by_stem.setdefault(stem(one), one)
    return Nearest(tuple(by_stem.values())[:MOST_READINGS], compared)


def _written(word: str, index: Index) -> str:
    """A folded word as the first course that holds it writes it: siân, DSL."""
    entry = index.entries[next(iter(index.words[word]))]
    spelt = (one for _, text in entry.texts() for one in written(text))
    return next((inside(one) for one in spelt if fold(one).replace("-", "") == word), word)


class Token(NamedTuple):
    """A word as typed, and its parts where it has hyphens."""

    typed: str
    parts: tuple[str, ...]


def _tokens(typed: str) -> list[Token]:
    """The words of what was typed, as many as are read."""
    # One character may stand for a whole sentence (ﷺ), so it is written out before letters are counted.
    text = unicodedata.normalize("NFKC", typed[:MOST_LETTERS])[:MOST_LETTERS]
    found = [Token(one, tuple(parts_of(one))) for one in written(text)]
    return [token for token in dict.fromkeys(found) if token.parts][:MOST_WORDS]


@dataclass
class _Reader:
    """Reads what was typed, word by word, with an index at hand."""

    index: Index
    words: SearchWords
    exact: bool
    compared: int = 0

    def terms(self, tokens: list[Token]) -> Iterator[Term]:
        """What was looked for: names of several words whole, then each word; small words only where there is nothing else."""
        named = list(self._named(tokens))
        telling = [one for one in named if one[1] or fold(one[0]) not in self.words.small] or named
        for typed, names, parts in telling:
            yield self._term(typed, parts, names)

    def _named(self, tokens: list[Token]) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
        """Each thing typed: its words, its other names, its parts. The longest name that is known comes first."""
        while tokens:
            for length in range(len(tokens), 0, -1):
                parts = tuple(part for token in tokens[:length] for part in token.parts)
                names = self.words.same.get(_key(parts), ())
                if names or length == 1 or self._is_one_word(parts, length):
                    typed = " ".join(token.typed for token in tokens[:length])
                    yield typed, names, parts
                    tokens = tokens[length:]
                    break

    def _is_one_word(self, parts: tuple[str, ...], length: int) -> bool:
        """Is this a word that was typed as two, like “safe guarding”?"""
        return (
            length == 2
            and not self.exact
            and "".join(parts) in self.index.words
            and not all(_holding(part, self.index) for part in parts)
        )

    def _term(self, typed: str, parts: tuple[str, ...], names: tuple[str, ...]) -> Term:
        """One thing that was looked for, by its own words and by its other names; failing both, by what comes nearest."""
        joined = _holding("".join(parts), self.index) if len(parts) > 1 else {}
        own = _best(_all([_holding(part, self.index) for part in parts]), joined)
        also = {name: _with_phrase(parts_of(name), self.index) for name in names if tuple(parts_of(name)) != parts}
        ranks = _best(own, *also.values())
        if ranks or self.exact:
            return Term(typed, ranks, also=tuple(name for name, more in also.items() if set(more) - set(own)))
        readings = [self._reading(part) for part in parts]
        if not all(readings):
            return Term(typed, {})
        meant = [_best(*(_holding(one, self.index) for one in reading)) for reading in readings]
        if len(parts) == 1:
            read_as = tuple(_written(one, self.index) for one in readings[0])
        else:
            read_as = (" ".join(_written(reading[0], self.index) for reading in readings),)
        return Term(typed, _all(meant), read_as)

    def _reading(self, part: str) -> tuple[str, ...]:
        """The part itself where something holds it, otherwise the words that come nearest."""
        if _holding(part, self.index):
            return (part,)
        found = nearest(part, self.index)
        self.compared += found.compared
        return found.words


def find(typed: str, entries: Iterable[Entry], words: SearchWords | None = None, *, exact: bool = False) -> Found:
    """The courses that hold what was typed. `exact`: nothing is taken for mistyped.

    `entries` is the whole catalogue: a word that stands anywhere in it is right.
    """
    tokens = _tokens(typed)
    if not tokens:
        return Found()
    reader = _Reader(index_of(entries), search_words() if words is None else words, exact)
    return Found(tuple(reader.terms(tokens)), reader.compared)
