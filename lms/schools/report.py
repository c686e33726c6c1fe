"""What a national file did to the register, or would do: one value that command, preview and result page say. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from lms.imports import NotedResult, Refused, Result
from lms.words import plural

#: So many lines of a kind are said by the command; the page has all.
SAID = 20


@dataclass
class Report:
    """Counts are of the rows of the area. Every list holds URN and name first."""

    rows_in_file: int = 0
    rows: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: list[Refused] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    #: (URN, name)
    new: list[list[str]] = field(default_factory=list)
    #: (URN, name, what, old, new)
    changes: list[list[str]] = field(default_factory=list)
    #: (old URN, new URN, name)
    followed: list[list[str]] = field(default_factory=list)
    #: (URN and name before, URN and name after, how)
    ends: list[list[str]] = field(default_factory=list)
    #: (URN, name)
    missing: list[list[str]] = field(default_factory=list)

    def as_document(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)

    def as_result(self) -> Result:
        """As the command prints it."""
        return NotedResult(self.rows, self.added, self.changed, self.unchanged, self.refused, notes_of(self))


def from_document(document: Mapping[str, Any]) -> Report:
    """A report that was kept."""
    return Report(**{**document, "refused": [Refused(**one) for one in document["refused"]]})


def notes_of(report: Report) -> list[str]:
    """What the command says beside the counts, each kind cut short."""
    notes = [f"{report.rows_in_file:,} rows in the file, {report.rows:,} of them of the area."]
    notes += _some([f"{old} is now {new}: {name}, one school as before." for old, new, name in report.followed])
    notes += _some([ended(one) for one in report.ends])
    notes += _some(
        [
            f"{urn}, {name}, is not in the file any more, and nobody said that it closed. It is kept as it was."
            for urn, name in report.missing
        ]
    )
    return notes + _some(report.warnings)


def ended(one: list[str]) -> str:
    """One school that goes on in another, in a sentence."""
    before, before_name, after, after_name, how = one
    first, second = (
        f"{before}{f', {before_name},' if before_name else ''}",
        f"{after}{f', {after_name}' if after_name else ''}",
    )
    return {
        "merged": f"{first} became part of {second}.",
        "split": f"{first} was split; one of the parts is {second}. Which of them it goes on in is not guessed.",
        "apart": f"{first} goes on as {second}. Both were in use here already: they stay two that point to each other.",
    }[how]


def _some(sentences: list[str]) -> list[str]:
    left = len(sentences) - SAID
    return [
        *sentences[:SAID],
        *([f"And {plural(left, 'line')} more like these: the page of the file has all."] if left > 0 else []),
    ]
