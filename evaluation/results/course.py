"""One course as it is measured: its answers, its slices, its plan, and what may be told of any group of its people. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from evaluation.impact.change import WAVE_NAMES
from evaluation.results.frame import Cut, Frame, Numbers
from evaluation.results.protection import Counts, Flags, keep_apart, tell_answers, tell_choices, tell_people
from evaluation.surveys import questions
from evaluation.verdict import LEAST_MATCHED
from lms.statistics import SMALL

MANAGER = "manager"


@dataclass(frozen=True)
class Plan:
    """How the course is evaluated, and what a reader wants to know of it."""

    code: str
    title: str
    document: Mapping[str, Any]
    question_set: str
    waves: tuple[str, ...]
    primary: str
    deciding: str
    as_at: date
    missing_sectors: tuple[str, ...] = ()
    made_up: bool = False

    @property
    def learners_waves(self) -> list[str]:
        """The waves people answer about themselves, in order."""
        return [wave for wave in self.waves if wave != MANAGER]

    def wave_name(self, wave: str) -> str:
        """A wave's name in a table."""
        if wave == MANAGER:
            return "Managers"
        return WAVE_NAMES.get(wave) or str(questions.wave(self.document, wave)["name"])


@dataclass
class Course:
    """Everything figures are made of. `open_rounds` are waves of each session that are not counted yet."""

    plan: Plan
    frame: Frame
    cut: Cut
    threshold: int = SMALL
    open_rounds: Sequence[int] = ()
    _told: dict[tuple[bytes, bytes], Flags] = field(default_factory=dict)

    @property
    def least(self) -> int:
        """Under how many people there is no mean and no test."""
        return max(LEAST_MATCHED, self.threshold)

    @property
    def slices(self) -> range:
        """The places of the slices."""
        return range(len(self.cut.slices))

    def _bases(self, sizes: Counts, waves: Sequence[str]) -> Flags:
        """The bases that matter: those with people, and those of sessions that were asked and where nobody answered."""
        asked = np.zeros(len(self.frame.sessions), bool)
        for wave in waves:
            if wave in self.frame.asked:
                asked |= self.frame.asked[wave].sum(axis=1) > 0
        people = np.bincount(self.cut.base_session, sizes, len(self.frame.sessions))
        empty = asked & (people == 0)
        return np.asarray((sizes > 0) | ((self.cut.base_sector < 0) & empty[self.cut.base_session]), bool)

    def people(self, of: Flags, waves: Sequence[str], allowed: Flags | None = None) -> Flags:
        """Which slices may say how many of these people they hold; `waves` are those they answered."""
        sizes = self.cut.sizes(of)
        here = self._bases(sizes, waves)
        key = (sizes.tobytes() + here.tobytes(), b"" if allowed is None else allowed.tobytes())
        if key not in self._told:
            self._told[key] = tell_people(
                self.cut.masks[:, here], sizes[here], self.cut.families, threshold=self.threshold, allowed=allowed
            )
        return self._told[key]

    def choices(self, of: Flags, codes: Counts, many: int, told: Flags, sets: Flags) -> tuple[Flags, Counts]:
        """Which sets of answers may be told of which slice, and all the counts `[slice, set]`.

        `codes` is each person's answer, from 0 to `many` − 1, and `told` the slices that say how many people they hold.
        """
        counts = self._counts(of, codes, many)
        here = counts.sum(axis=1) > 0
        masks = self.cut.masks[:, here]
        shown = tell_choices(masks, counts[here], told, sets, threshold=self.threshold)
        return shown, np.asarray(masks.astype(np.int64) @ counts[here] @ sets.T.astype(np.int64), np.int64)

    def answers(
        self, of: Flags, codes: Counts, many: int, told: Flags, sums: Flags
    ) -> tuple[tuple[Flags, Counts], tuple[Flags, Counts]]:
        """The same for sums of answers and for each answer: which may be told, and all the counts."""
        counts = self._counts(of, codes, many)
        here = counts.sum(axis=1) > 0
        masks = self.cut.masks[:, here]
        told_sums, told_single = tell_answers(masks, counts[here], told, sums, threshold=self.threshold)
        each = np.asarray(masks.astype(np.int64) @ counts[here], np.int64)
        return (told_sums, np.asarray(each @ sums.T.astype(np.int64), np.int64)), (told_single, each)

    def _counts(self, of: Flags, codes: Counts, many: int) -> Counts:
        """How many people of each base gave which answer."""
        width = len(self.cut.base_session)
        flat = np.bincount(self.cut.base[of] * many + codes[of], minlength=width * many)
        return flat.reshape(width, many).astype(np.int64)

    def figures(self, of: Flags, least: int | None = None) -> Flags:
        """Which slices may have means and tests of these people."""
        sizes = self.cut.sizes(of)
        here = sizes > 0
        return keep_apart(self.cut.masks[:, here], sizes[here], threshold=self.threshold, least=least or self.least)

    def size(self, of: Flags) -> Counts:
        """How many of these people each slice holds."""
        return np.asarray(self.cut.masks.astype(np.int64) @ self.cut.sizes(of), np.int64)


def given(numbers: Numbers, of: Flags) -> list[float]:
    """The numbers of these people, as the statistics want them."""
    return [float(value) for value in numbers[of]]


def maybe(numbers: Numbers, of: Flags) -> list[float | None]:
    """The same where some have none."""
    return [None if np.isnan(value) else float(value) for value in numbers[of]]
