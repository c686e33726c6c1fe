"""Whom an occasion may ask, what it asks, and when it may open, close and be undone. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from evaluation.occasions.models import OccasionKind
from evaluation.surveys.questions import Document, Page
from lms.errors import RuleBroken

#: Which wave of a question set asks about which kind.
WAVE_OF = {
    OccasionKind.PRACTICE_REVIEW: "practice_review",
    OccasionKind.WEEK: "sgw",
    OccasionKind.RESOURCE: "resource",
    OccasionKind.BULLETIN: "bulletin",
    OccasionKind.FORUM: "forum",
}
#: How the references of each kind begin.
PREFIXES = {
    OccasionKind.PRACTICE_REVIEW: "PRI",
    OccasionKind.WEEK: "SGW",
    OccasionKind.RESOURCE: "RES",
    OccasionKind.BULLETIN: "BUL",
    OccasionKind.FORUM: "FOR",
}
REFERENCE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)+")
#: People need time to answer, and a survey that stays open for ever is never read.
SHORTEST, LONGEST = timedelta(days=2), timedelta(days=92)


@dataclass(frozen=True)
class Choices:
    """Whom an officer chose, as plain lines that each add people; `roles` alone narrows the two lines before it.

    `sectors` are keys, `organisations` numbers, `roles` values of lms.roles.Role, `sessions` references and `series` keys of
    sessions that belong together: everybody who came to any of them.
    """

    sectors: tuple[str, ...] = ()
    organisations: tuple[int, ...] = ()
    roles: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    subscribers: bool = False

    @property
    def works(self) -> bool:
        """Is anybody chosen by where they work or what they are?"""
        return bool(self.sectors or self.organisations or self.roles)

    @property
    def nobody(self) -> bool:
        """Was nothing chosen at all?"""
        return not (self.works or self.sessions or self.series or self.subscribers)

    def to_json(self) -> dict[str, Any]:
        """The choices as they are kept; what was not chosen is left out."""
        return {name: list(kept) if isinstance(kept, tuple) else kept for name, kept in asdict(self).items() if kept}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Choices":
        """Choices as they were kept."""
        given: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()
        }
        return cls(**given)


def check_times(opens_at: datetime, closes_at: datetime, now: datetime) -> None:
    """May a survey made now be open from then to then?"""
    if opens_at <= now:
        raise RuleBroken("Choose an opening that lies ahead, so that it can still be undone.", "opens")
    if closes_at - opens_at < SHORTEST:
        raise RuleBroken("Let the questions stay open for at least two days.", "closes")
    if closes_at - opens_at > LONGEST:
        raise RuleBroken("Let the questions close within three months of opening.", "closes")


def wave_of(document: Document, kind: OccasionKind) -> str:
    """The wave of a question set that asks about such an occasion. RuleBroken where it has none."""
    key = WAVE_OF[kind]
    if all(wave["key"] != key for wave in document["waves"]):
        raise RuleBroken("This question set asks nothing about that.")
    return key


def check_choices(chosen: Choices) -> None:
    """Was anybody chosen?"""
    if chosen.nobody:
        raise RuleBroken("Choose at least one line of people to ask.")


def check_reference(reference: str, taken: Collection[str]) -> None:
    """Can a survey be called so?"""
    if not REFERENCE.fullmatch(reference):
        raise RuleBroken("Enter a reference of capital letters, figures and hyphens, like PRI-2024-1", "reference")
    if reference in taken:
        raise RuleBroken(f"There is a survey called {reference} already. Choose another reference", "reference")


def suggested(kind: OccasionKind, year: int, taken: Collection[str]) -> str:
    """A reference nobody has used yet.

    >>> suggested(OccasionKind.WEEK, 2024, ()), suggested(OccasionKind.WEEK, 2024, {"SGW-2024-1"})
    ('SGW-2024-1', 'SGW-2024-2')
    """
    number = 1
    while (reference := f"{PREFIXES[kind]}-{year}-{number}") in taken:
        number += 1
    return reference


def pages_of(document: Document, pages: Sequence[Page], words: Mapping[str, str]) -> list[Page]:
    """The pages of a wave as an occasion asks them: with its own words where the questions leave room for them.

    A question whose answers would be a list of what somebody came to (“which workshops did you come to?”) is left out: the
    registers know that of everybody, so that the list would be the name of whoever answered.
    """
    told = {item["key"] for item in document["questions"] if "options_from" in item or "rows_from" in item}
    found = []
    for page in pages:
        asked = tuple(
            replace(item, wording=filled(item.wording, words))
            for item in page.questions
            if item.key.partition(".")[0] not in told
        )
        if asked:
            found.append(replace(page, questions=asked))
    return found


def filled(text: str, words: Mapping[str, str]) -> str:
    """A question with its placeholders filled; one that has no word stays as it is written.

    >>> filled("{{review_reference}}: has it reached you?", {"review_reference": "Review 7"})
    'Review 7: has it reached you?'
    """
    return re.sub(r"\{\{(\w+)\}\}", lambda found: words.get(found[1], found[0]), text)


def fingerprint(*values: object) -> str:
    """A few letters that differ where the values do: whether somebody else has changed them since."""
    return sha256("\x1f".join(str(value) for value in values).encode()).hexdigest()[:16]
