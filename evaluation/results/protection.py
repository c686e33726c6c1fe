"""Which numbers of a course may be told, over all its slices at once, so that no small number can be worked out. Pure.

Everybody who answered stands in one base: the session and the told sector they belong to. What a report prints are sums over
bases (how many answered) and over bases and choices (how many of them chose this). Two things are decided, one after the other.

**How many answered** (`tell_people`). Slices are told in their order. Told slices cut the bases into pieces. One is told if it
counts at least `threshold` people and if afterwards (1) each piece that sessions alone, or sectors alone, cut counts as many, and
(2) each slice that is not told still cuts through pieces of at least as many people, whatever sessions and sectors cut together.

*Proof.* People of one piece may change places without altering any told number, since its bases all lie in the same told
slices. So a slice that is not told can hold none or all of the people of the pieces it cuts: by (2) its number spans at least
`threshold`. A sum or difference of told numbers of sessions is a sum over pieces of (1), none smaller than `threshold`.

**What they chose** (`tell_choices`). Only slices whose people are told. Each number told cuts the bases × choices into pieces,
its slice's rows first, then its choices in them. It is told if it counts at least `threshold`, if each piece still does (an
empty one is small too: “nobody said so” tells of everybody), and if each number that is not told keeps room of as many.

*Proof.* Let the rows be the bases that the slices with told choices do not tell apart. Within one row two people may exchange
their answers: no told number changes, not even how many of which base answered. With r people of the slice in the row, R in the
row, and N who gave the answer, what the slice may hold spans min(r, R − r, N, R − N) (the bounds of Fréchet M (1951), Sur les
tableaux de corrélation dont les marges sont données, Annales de l’Université de Lyon A 14:53–77). Where an answer shares its
piece with others, those people may also change their answers among these, and it spans min(r, N of the piece). The rows add up;
`_tight` adds them up. For a slice whose people are not told, all people of the pieces it cuts may come or go, as above, and
exchange answers in their row: it spans the smaller of their number and N, both at least `threshold`.

**Sums and single answers** (`tell_answers`). Sums of answers (the good ones) are told of many slices, single answers of few, so
each kind has its own rows, and those of single answers are sums of those of sums. Within a block, which no sum cuts, two people
of different slices may exchange answers and change neither kind. A slice whose sums are told holds at least `threshold` people
of each block in each row, and so do the others, so that by the same bounds a single answer of it spans as many. A slice whose
sums are not told keeps the room its blocks have, since they are looked at like sums.

What is not an answer is not protected beyond this: somebody who knows who was asked where, and that a slice was asked of four
people, knows before any report that its numbers are at most four.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lms.statistics import SMALL

Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]


def tell_people(
    masks: Flags,
    sizes: Counts,
    families: Sequence[int],
    *,
    threshold: int = SMALL,
    allowed: Flags | None = None,
    secondary: bool = True,
) -> Flags:
    """Which slices may say how many answered.

    `masks[slice, base]` says which bases a slice holds, `sizes[base]` how many answered there (0 where people were asked and
    nobody did), `families[slice]` is 0 for slices made of sessions and 1 for sectors; only `allowed` slices are told.
    `secondary=False` hides small numbers alone; it exists for the test that shows why that is not enough.
    """
    totals = masks @ sizes
    hopeful = (totals >= threshold) & (True if allowed is None else allowed)
    if not secondary or not len(sizes):
        return np.asarray(hopeful, bool)
    told, kinds = np.zeros(len(masks), bool), np.asarray(families)
    if allowed is not None and _all_at_once(masks, sizes, kinds, allowed, threshold):
        return allowed.copy()
    pieces = [np.zeros(len(sizes), np.int64) for _ in range(2)]
    joint = np.zeros(len(sizes), np.int64)
    for place in np.flatnonzero(hopeful):
        cut = _cut(pieces[kinds[place]], masks[place])
        if _least(cut, sizes) < threshold:
            continue
        both, own = _cut(joint, masks[place]), list(pieces)
        own[kinds[place]] = cut
        others = ~told & masks.any(axis=1)  # where nobody was asked there is nothing to know
        others[place] = False
        if _all_free(masks[others], kinds[others], sizes, both, own, threshold):
            told[place], joint, pieces = True, both, own
    for place in np.flatnonzero(hopeful & ~told):  # sums of what was told after they were looked at
        own_pieces = pieces[kinds[place]]
        told[place] = _cut(own_pieces, masks[place]).max() == own_pieces.max()
    return told


def _all_at_once(masks: Flags, sizes: Counts, kinds: NDArray[np.int_], wanted: Flags, threshold: int) -> bool:
    """May all of these slices be told together? Then nothing need be tried one by one."""
    joint, pieces = np.zeros(len(sizes), np.int64), [np.zeros(len(sizes), np.int64) for _ in range(2)]
    if (masks[wanted] @ sizes < threshold).any():
        return False
    for place in np.flatnonzero(wanted):
        joint = _cut(joint, masks[place])
        pieces[kinds[place]] = _cut(pieces[kinds[place]], masks[place])
    others = ~wanted & masks.any(axis=1)
    return min(_least(one, sizes) for one in pieces) >= threshold and _all_free(
        masks[others], kinds[others], sizes, joint, pieces, threshold
    )


def _cut(pieces: Counts, mask: NDArray[Any]) -> Counts:
    """The pieces cut once more, numbered from 0 without a gap. A mask may have more than two values."""
    wide = pieces.astype(np.int64) * (int(mask.max(initial=1)) + 1) + mask
    there = np.bincount(wide.ravel()) > 0
    return np.asarray((np.cumsum(there) - 1)[wide], np.int64)


def _least(pieces: Counts, people: Counts) -> float:
    """How many people the smallest piece counts."""
    return float(np.bincount(pieces.ravel(), people.ravel()).min())


def _inside(masks: Flags, pieces: Counts) -> tuple[Counts, Counts]:
    """How many bases of each piece each mask holds, and how many the piece has."""
    order = np.argsort(pieces, kind="stable")
    starts = np.flatnonzero(np.diff(pieces[order], prepend=-1))
    held: Counts = np.add.reduceat(masks[:, order].astype(np.int64), starts, axis=1)
    return held, np.bincount(pieces)


def _all_free(
    masks: Flags, families: NDArray[np.int_], sizes: Counts, joint: Counts, pieces: list[Counts], threshold: int
) -> bool:
    """Does each of these slices, none of them told, keep room? Or is it a sum of its family's pieces, none of them small?"""
    held, whole = _inside(masks, joint)
    room = ((held > 0) & (held < whole)) @ np.bincount(joint, sizes)
    for family, cut in enumerate(pieces):
        tight = masks[(room < threshold) & (families == family)]
        if len(tight):
            held, whole = _inside(tight, cut)
            if ((held > 0) & (held < whole)).any():
                return False
    return True


def tell_choices(
    masks: Flags,
    counts: Counts,
    people_told: Flags,
    sets: Flags,
    *,
    threshold: int = SMALL,
    secondary: bool = True,
) -> Flags:
    """Which slices may say how many gave one of a set of answers: `[slice, set]`.

    `counts[base, choice]` are people, each in one cell; `sets[set, choice]` in order of importance; `people_told` are the slices
    that say how many answered. A set of all choices is what `people_told` says.
    """
    told = np.zeros((len(masks), len(sets)), bool)
    if not counts.size:
        return told
    own = masks.astype(np.int64) @ counts @ sets.T.astype(np.int64)
    all_of_it = np.all(sets, axis=1)
    told[:, np.asarray(all_of_it)] = people_told[:, None]
    if not secondary:
        return np.asarray((own >= threshold) & people_told[:, None], bool)
    left = (masks.astype(np.int64) @ counts.sum(1))[:, None] - own
    hopeful = (own >= threshold) & (left >= threshold) & people_told[:, None] & ~all_of_it[None, :]
    state = _Choices(masks, counts, people_told, sets, threshold)
    for _ in range(2):  # the second time for sums of what was told after they were looked at
        for number in range(len(sets)):
            for place in np.flatnonzero(hopeful[:, number] & ~told[:, number]):
                told[place, number] = state.tell(int(place), number, told)
    return told


def tell_answers(
    masks: Flags,
    counts: Counts,
    people_told: Flags,
    sums: Flags,
    *,
    threshold: int = SMALL,
    secondary: bool = True,
) -> tuple[Flags, Flags]:
    """Which slices may tell these sums of answers (`[slice, sum]`, such as the good ones), and which single answers.

    The sums are told of as many slices as may be; then single answers, slice by slice, only where all the sums are told. Where
    the first slice, which holds everybody, may not tell them all, the single answers come first.
    """
    many = counts.shape[1]
    single, blocks = np.eye(many, dtype=bool), _blocks(sums, many)
    told_sums, told_single = np.zeros((len(masks), len(sums)), bool), np.zeros((len(masks), many), bool)
    if len(sums):
        sets = np.vstack([sums, blocks])
        every = tell_choices(masks, counts, people_told, sets, threshold=threshold, secondary=secondary)
        told_sums = every[:, : len(sums)]
        if told_sums[0].all():  # an answer that is a block of its own follows from the sums
            for number, block in enumerate(blocks):
                if block.sum() == 1:
                    told_single[:, block] |= every[:, [len(sums) + number]]
    if not secondary:
        return told_sums, tell_choices(masks, counts, people_told, single, threshold=threshold, secondary=False)
    if len(sums) and not told_sums[0].all():
        told_sums = np.zeros_like(told_sums)
    may = np.flatnonzero(people_told & (told_sums.all(axis=1) | (not told_sums.any())))
    if not counts.size:
        return told_sums, told_single
    alone = not told_sums.any()
    first = np.ones((1, many), bool) if alone else blocks
    last = sums if alone else sums[:0]  # where they stand alone, sums are told where single answers leave them safe
    sets = np.vstack([first, single, last])
    state = _Choices(masks[may], counts, np.ones(len(may), bool), sets, threshold, check_room=alone)
    told = np.zeros((len(may), len(sets)), bool)
    order = [*range(len(first)), *(np.argsort(-counts.sum(axis=0), kind="stable") + len(first))]
    order += range(len(first) + many, len(sets))
    told[:, : len(first)] = alone
    each = masks[may].astype(np.int64) @ counts
    hopeful = each @ sets.T.astype(np.int64) >= threshold
    for place in 2 * [*range(len(may))]:
        for number in order:
            if hopeful[place, number] and not told[place, number]:
                told[place, number] = state.tell(place, int(number), told)
    told_single[may] |= told[:, len(first) : len(first) + many]
    if alone and len(sums):
        told_sums[may] = told[:, len(first) + many :]
    return told_sums, told_single


def _blocks(sums: Flags, many: int) -> Flags:
    """The finest parts the sums cut the answers into: one where there is no sum."""
    if not len(sums):
        return np.ones((1, many), bool)
    patterns = sums.T @ (1 << np.arange(len(sums)))
    return np.array([patterns == pattern for pattern in sorted(set(patterns.tolist()))])


class _Choices:
    """Rows and pieces as they are cut so far."""

    def __init__(
        self, masks: Flags, counts: Counts, people_told: Flags, sets: Flags, threshold: int, *, check_room: bool = True
    ) -> None:
        self.check_room = check_room
        #: Slices that would leave a small piece whatever were told of them: pieces only ever get smaller.
        self.closed: set[int] = set()
        self.masks, self.counts, self.people_told, self.sets = masks, counts, people_told, sets
        self.threshold = threshold
        self.rows = np.zeros(len(counts), np.int64)
        self.pieces = np.zeros(counts.shape, np.int64)

    def tell(self, place: int, number: int, told: Flags) -> bool:
        """Tell one number if everything stays safe; else nothing has happened."""
        if place in self.closed:
            return False
        mask = self.masks[place][:, None] * (1 + self.sets[number].astype(np.int64))
        wide = (self.pieces * 3 + mask).ravel()
        there = np.bincount(wide) > 0
        new = np.count_nonzero(there) > self.pieces.max() + 1
        if new and np.bincount(wide, self.counts.ravel())[there].min() < self.threshold:
            if not self._holds(place):
                self.closed.add(place)
            return False
        pieces = _cut(self.pieces, mask)
        rows = _cut(self.rows, self.masks[place])
        if new and self.check_room and not self._all_have_room(rows, pieces, told, place, number):
            return False
        self.rows, self.pieces = rows, pieces
        return True

    def _holds(self, place: int) -> bool:
        """Could anything be told of a slice at all: is no piece small where it is cut off whole?"""
        wide = (self.pieces * 2 + self.masks[place][:, None]).ravel()
        people = np.bincount(wide, self.counts.ravel())
        return bool(people[np.bincount(wide) > 0].min() >= self.threshold)

    def _all_have_room(self, rows: Counts, pieces: Counts, told: Flags, place: int, number: int) -> bool:
        where = np.flatnonzero(self.people_told)
        hidden = ~told[where]
        hidden[where == place, number] = False
        return not _tight(self.masks[where], self.counts, self.sets, rows, pieces, hidden, self.threshold)


def _tight(
    masks: Flags, counts: Counts, sets: Flags, rows: Counts, pieces: Counts, hidden: Flags, threshold: int
) -> bool:
    """Is one of these hidden numbers (`[slice, set]`) not open by the threshold? See the proof above.

    A number that is a sum of pieces is known, and as none of them is small it may be.
    """
    of_base = counts.sum(1)
    in_row = np.bincount(rows, of_base)
    height = len(in_row)
    order = np.argsort(rows, kind="stable")
    starts = np.flatnonzero(np.diff(rows[order], prepend=-1))
    inside = np.add.reduceat((masks * of_base)[:, order], starts, axis=1)
    bases, all_bases = _inside(masks, rows)
    cuts_row = (bases > 0) & (bases < all_bases)
    piece_of = pieces[order[starts]]  # [row, choice]: all bases of a row lie in the same pieces
    holds = np.zeros((pieces.max() + 1, counts.shape[1]))
    holds[piece_of, np.arange(counts.shape[1])] = 1
    row_of = np.zeros(len(holds), np.int64)
    row_of[piece_of] = np.arange(height)[:, None]
    people = np.bincount(pieces.ravel(), counts.ravel(), minlength=len(holds))
    touched, covered = holds @ sets.T > 0, holds @ ~sets.T == 0
    full, part = np.zeros((height, len(sets))), np.zeros((height, len(sets)))
    np.add.at(full, row_of, people[:, None] * covered)
    np.add.at(part, row_of, people[:, None] * (touched & ~covered))
    exchanged = np.minimum(inside, in_row - inside) * cuts_row
    among = np.where(part > 0, 0, np.minimum(full, in_row[:, None] - full))
    # One row with room is enough, and nearly always there is one; only for the rest are the rows added up.
    one_row = (exchanged >= threshold).astype(np.float32) @ (among >= threshold).astype(np.float32)
    one_row += (inside >= threshold).astype(np.float32) @ (part >= threshold).astype(np.float32)
    for place, number in np.argwhere(hidden & (one_row == 0)):
        changed = (bases[place] > 0) & (part[:, number] > 0)
        if not (cuts_row[place].any() or changed.any()):
            continue
        room = np.minimum(exchanged[place], among[:, number]).sum()
        room += np.minimum(inside[place], part[:, number]).sum()
        if room < threshold:
            return True
    return False


def keep_apart(masks: Flags, sizes: Counts, *, threshold: int = SMALL, least: int, secondary: bool = True) -> Flags:
    """Which slices may have means and tests: at least `least` people, and no piece of people under the threshold.

    A mean of a slice and one of a part of it give the mean of the rest; here the rest is never a few people.
    """
    told = np.asarray(masks @ sizes >= least, bool)
    if not secondary or not len(sizes):
        return told
    pieces = np.zeros(len(sizes), np.int64)
    for place in np.flatnonzero(told):
        cut = _cut(pieces, masks[place])
        if _least(cut, sizes) < threshold:
            told[place] = False
        else:
            pieces = cut
    return told
