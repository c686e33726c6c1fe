"""The training needs analysis as one value, line by line, and what is different from another day. Pure.

A line counts one thing in one unit. Lines are never added up: people, sessions and recommendations are no sum.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lms.words import plural, share_words, thousands

#: The parts of the page, in order: heading, and what is counted there.
SECTIONS: dict[str, tuple[str, str]] = {
    "recommendations": (
        "Accepted, and nothing offered yet",
        "Recommendations a group has accepted, of which no action offers a course, resource or anything else to learn from.",
    ),
    "themes": (
        "Themes of audits and returns",
        "Sources of the last 24 months: multi-agency audits, section 11 and section 175 returns.",
    ),
    "due": (
        "What is due",
        "For each rule: people whose training is overdue or falls due within 6 months, of all people the rule is about.",
    ),
    "interest": (
        "Interest in new dates",
        "People who would come to a course and found no date that suits, each once for a course.",
    ),
    "waiting": ("Waiting lists", "People who wait for a place in a session to come, each once for a course."),
    "asked": (
        "Sessions asked for",
        "Sessions of their own that schools and agencies asked for and that are not answered yet.",
    ),
    "elearning": (
        "E-learning not finished",
        "Bookings of the last 12 months that are not completed, of all bookings of those months.",
    ),
    "returns": (
        "Training that agencies give themselves",
        "From the newest yearly returns: staff trained, of staff in scope, as the organisations say. Topics are not added up.",
    ),
    "said": ("Needs that organisations name", "In their own words, from the newest yearly returns."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One need: what it is, how many of how many of what, and the page it is read from.

    `base` is None where a count has no whole. `more` says what else is known. `endpoint` and `values` are its source page.
    """

    section: str
    key: str
    title: str
    count: int | None
    base: int | None
    one: str
    many: str
    more: str = ""
    source: str = ""
    endpoint: str = ""
    values: tuple[tuple[str, str], ...] = ()

    @property
    def figure(self) -> str:
        """The count with its base and unit, in words."""
        if self.count is None:
            return ""
        if self.base is None:
            return plural(self.count, self.one, self.many)
        return f"{share_words(self.count, self.base)} {self.many}"

    @property
    def words(self) -> str:
        """The whole line as one sentence, to be kept with a proposal."""
        return ": ".join(part for part in (self.title, self.figure) if part) + (f". {self.more}" if self.more else "")


@dataclass(frozen=True)
class Analysis:
    """The lines of a day, in the order of the sections."""

    on: date
    lines: tuple[Line, ...]
    #: What a section is counted of, where that is one sentence for all its lines.
    bases: Mapping[str, str] = field(default_factory=dict)

    def of(self, section: str) -> list[Line]:
        """The lines of one section."""
        return [one for one in self.lines if one.section == section]

    def line(self, key: str) -> Line | None:
        """A line by its key."""
        return next((one for one in self.lines if one.key == key), None)


def document(analysis: Analysis) -> dict[str, Any]:
    """The analysis as it is kept."""
    return {
        "on": analysis.on.isoformat(),
        "bases": dict(analysis.bases),
        "lines": [
            {
                "section": one.section, "key": one.key, "title": one.title, "count": one.count, "base": one.base,
                "one": one.one, "many": one.many, "more": one.more, "source": one.source,
            }
            for one in analysis.lines
        ],
    }  # fmt: skip


def read(kept: Mapping[str, Any]) -> Analysis:
    """A kept analysis as a value again; without the addresses of its sources, which may have moved."""
    return Analysis(
        on=date.fromisoformat(kept["on"]),
        lines=tuple(Line(**one) for one in kept["lines"]),
        bases=kept.get("bases", {}),
    )


@dataclass(frozen=True)
class Difference:
    """One line on two days; None where it was not there."""

    section: str
    title: str
    then: Line | None
    now: Line | None

    @property
    def words(self) -> str:
        """What is different, in a few words."""
        if self.then is None:
            return "New"
        if self.now is None:
            return "No longer there"
        if self.then.count is None or self.now.count is None:
            return "As before" if self.then.title == self.now.title else "Said in other words"
        more = self.now.count - self.then.count
        if not more:
            same = self.then.base == self.now.base
            return "As before" if same else "The same count of another whole"
        return f"{thousands(abs(more))} {'more' if more > 0 else 'fewer'}"


def compared(then: Analysis, now: Analysis) -> list[Difference]:
    """Every line of either day beside the other day's, section by section."""
    found: list[Difference] = []
    for section in SECTIONS:
        before = {one.key: one for one in then.of(section)}
        after = {one.key: one for one in now.of(section)}
        keys: Sequence[str] = [*after, *(key for key in before if key not in after)]
        for key in keys:
            line = after.get(key) or before[key]
            found.append(Difference(section, line.title, before.get(key), after.get(key)))
    return found
