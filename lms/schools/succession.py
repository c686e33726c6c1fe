"""From the links of the national file to what became of which number. Pure.

The rules, in words: a school that closed and has one successor, which has it as its one ordinary predecessor, is the same school
with a new number. Where the file says merged or amalgamated, or where several ordinary predecessors lead to one school, those end
and go on in that one. Where a school has several successors, or the file says that it was split, nothing is guessed: it is shown.
Nothing is done about a school that is still open, or whose successor has not opened: the link waits until both are so.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

#: The types that say that one school follows another; “Other”, sixth form centres and the like do not.
FOLLOWS = re.compile(r"successor|predecessor|merged|result of amalgamation", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """One row of the links file: what the school `to` is to the school `urn`."""

    urn: str
    to: str
    name: str
    type: str
    on: date | None = None


class How(StrEnum):
    """What became of a number."""

    SAME = "same"
    MERGED = "merged"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Step:
    """One school after another."""

    before: str
    after: str
    how: How
    on: date | None = None


@dataclass(slots=True)
class _Pair:
    merged: bool = False
    split: bool = False
    on: date | None = None


def touching(links: Iterable[Link], urns: Collection[str]) -> list[Link]:
    """The links that lead, over however many numbers, to one of these."""
    everything = list(links)
    at: dict[str, list[Link]] = defaultdict(list)
    for one in everything:
        if FOLLOWS.match(one.type):
            at[one.urn].append(one)
            at[one.to].append(one)
    seen, to_see = set(urns), list(urns)
    while to_see:
        for one in at.get(to_see.pop(), ()):
            for urn in (one.urn, one.to):
                if urn not in seen:
                    seen.add(urn)
                    to_see.append(urn)
    return [one for one in everything if one.urn in seen and one.to in seen]


def steps(links: Iterable[Link], *, closed: Callable[[str], bool], begun: Callable[[str], bool]) -> list[Step]:
    """What the links say happened. `closed`: has this number ended? `begun`: is this number in use, or was it?"""
    pairs = _pairs(links, closed)
    after: dict[str, list[str]] = defaultdict(list)
    ordinary: dict[str, list[str]] = defaultdict(list)
    for (old, new), pair in pairs.items():
        after[old].append(new)
        if not (pair.merged or pair.split):
            ordinary[new].append(old)
    found = []
    for (old, new), pair in pairs.items():
        if not closed(old) or not begun(new):
            continue
        if pair.split or len(after[old]) > 1:
            how = How.SPLIT
        elif pair.merged or len(ordinary[new]) > 1:
            how = How.MERGED
        else:
            how = How.SAME
        found.append(Step(old, new, how, pair.on))
    return _without_circles(found)


def _direction(link: Link, closed: Callable[[str], bool]) -> tuple[str, str] | None:
    """Which is before and which after; None where the type says nothing about that."""
    words = link.type.casefold()
    if words.startswith("successor"):
        return link.urn, link.to
    if words.startswith("predecessor"):
        return link.to, link.urn
    if FOLLOWS.match(words):
        # The file does not say which way; that one closed and the other did not does.
        if closed(link.to) and not closed(link.urn):
            return link.to, link.urn
        return link.urn, link.to
    return None


def _pairs(links: Iterable[Link], closed: Callable[[str], bool]) -> dict[tuple[str, str], _Pair]:
    """Which leads to which; two that each come after the other say nothing."""
    pairs: dict[tuple[str, str], _Pair] = {}
    for link in links:
        way = _direction(link, closed)
        if way is None or way[0] == way[1]:
            continue
        pair, words = pairs.setdefault(way, _Pair()), link.type.casefold()
        pair.merged = pair.merged or "merged" in words or "amalgamat" in words
        pair.split = pair.split or "split" in words
        pair.on = pair.on or link.on
    return {way: pair for way, pair in pairs.items() if (way[1], way[0]) not in pairs}


def _without_circles(found: Sequence[Step]) -> list[Step]:
    """Numbers that lead back to themselves are a mistake of the file: none of them is followed."""
    onward = {one.before: one.after for one in found if one.how is How.SAME}
    wrong = set()
    for start in onward:
        here, seen = start, set()
        while here in onward and here not in seen:
            seen.add(here)
            here = onward[here]
        if here == start:
            wrong |= seen
    return [one for one in found if not (one.how is How.SAME and one.before in wrong)]


@dataclass(slots=True)
class Chain:
    """The numbers of one school, the first it had in front; `ended[i]` is the day `urns[i]` ended, if known."""

    urns: list[str]
    ended: list[date | None]


def chains(found: Iterable[Step], urns: Iterable[str]) -> list[Chain]:
    """Each school with the numbers it has and had; every one of `urns` is in exactly one."""
    same = [one for one in found if one.how is How.SAME]
    onward = {one.before: one for one in same}
    into = {one.after for one in same}
    made: list[Chain] = []
    done: set[str] = set()
    for urn in [*(one.before for one in same if one.before not in into), *urns]:
        if urn in done:
            continue
        chain = Chain([urn], [])
        done.add(urn)
        while (step := onward.get(chain.urns[-1])) and step.after not in done:
            chain.urns.append(step.after)
            chain.ended.append(step.on)
            done.add(step.after)
        made.append(chain)
    return made
