"""The answers of a course as columns: one place for each person of a session, whoever that is. Pure, on numpy.

A person is a pairing code; what they answered in a wave stands at their place in the wave's columns, and nothing of a wave they
did not answer. Two sessions of one person are two people here, as they are in the answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from evaluation.results.protection import Counts, Flags
from evaluation.results.report import Slice
from lms import dates

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class SessionFacts:
    """What is known of a session without asking anybody."""

    id: int
    reference: str
    held_on: date
    year: str
    trainers: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class SectorFacts:
    """A sector of the partnership."""

    id: int
    key: str
    name: str


@dataclass
class Frame:
    """Who answered what. `asked[wave][session, sector]` counts those asked; the last column is of sectors not told there.

    `numbers[wave, question]` is nan, and `codes[wave, question]` empty, where nothing was answered. `codes` are places in
    `names[question]`, −1 for none; of a question with several answers they are sums of bits, one for each place.
    """

    sessions: Sequence[SessionFacts]
    sectors: Sequence[SectorFacts]
    session: Counts
    sector: Counts
    answered: Mapping[str, Flags]
    asked: Mapping[str, Counts]
    late: Mapping[str, Counts] = field(default_factory=dict)
    refused: Mapping[str, Counts] = field(default_factory=dict)
    partial: Mapping[str, Flags] = field(default_factory=dict)
    numbers: dict[tuple[str, str], Numbers] = field(default_factory=dict)
    codes: dict[tuple[str, str], Counts] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)

    @property
    def people(self) -> int:
        """How many places there are."""
        return len(self.session)

    def number(self, wave: str, key: str) -> Numbers:
        """The numbers of a question in a wave, nan where there is none."""
        return self.numbers.get((wave, key), np.full(self.people, np.nan))


@dataclass(frozen=True)
class Cut:
    """The slices of a course over its bases (a session and a told sector, or none), and each person's base."""

    slices: tuple[Slice, ...]
    families: tuple[int, ...]
    masks: Flags
    base: Counts
    base_session: Counts
    base_sector: Counts

    def sizes(self, of: Flags) -> Counts:
        """How many of these people stand in each base."""
        return np.bincount(self.base[of], minlength=len(self.base_session)).astype(np.int64)

    def people(self, place: int) -> Flags:
        """Who is in a slice."""
        mask: Flags = self.masks[place][self.base]
        return mask

    def sessions(self, place: int, many: int) -> Flags:
        """Which sessions a slice holds people of."""
        found = np.zeros(many, bool)
        found[self.base_session[self.masks[place]]] = True
        return found


def cut(frame: Frame) -> Cut:
    """The slices in order of importance: all, years, sectors, sessions, trainers.

    Every counted session has a base without a sector, also where nobody of it answered.
    """
    width = len(frame.sectors) + 1
    pair = frame.session * width + frame.sector + 1
    every = np.unique(np.concatenate([pair, np.arange(len(frame.sessions), dtype=np.int64) * width]))
    base_session, base_sector = every // width, every % width - 1
    facts = frame.sessions
    found: list[tuple[Slice, int, Flags]] = [(Slice("all", "all", "All sessions"), 0, np.ones(len(every), bool))]

    def of_sessions(wanted: Sequence[bool]) -> Flags:
        return np.asarray(np.array(wanted, bool)[base_session], bool)

    found += [
        (Slice("year", f"year:{year}", year), 0, of_sessions([one.year == year for one in facts]))
        for year in sorted({one.year for one in facts})
    ]
    found += [
        (Slice("sector", f"sector:{sector.key}", sector.name), 1, base_sector == number)
        for number, sector in enumerate(frame.sectors)
    ]
    for one in facts:
        name = f"{one.reference}, {dates.day(one.held_on)}"
        found.append((Slice("session", f"session:{one.reference}", name), 0, of_sessions([o is one for o in facts])))
    for number, name in sorted({pair for one in facts for pair in one.trainers}, key=lambda pair: pair[::-1]):
        teaches = of_sessions([number in [trainer for trainer, _ in one.trainers] for one in facts])
        found.append((Slice("trainer", f"trainer:{number}", name), 0, teaches))
    return Cut(
        slices=tuple(one for one, _, _ in found),
        families=tuple(family for _, family, _ in found),
        masks=np.array([mask for _, _, mask in found]),
        base=np.searchsorted(every, pair),
        base_session=base_session,
        base_sector=base_sector,
    )
