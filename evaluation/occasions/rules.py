"""Whom an occasion may ask, what it asks, and when it may open, close and be undone. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from evaluation.occasions.models import OccasionKind
from lms.errors import RuleBroken

#: Which wave of a question set asks about which kind.
WAVE_OF = {
    OccasionKind.PRACTICE_REVIEW: "practice_review",
    OccasionKind.WEEK: "sgw",
    OccasionKind.RESOURCE: "resource",
    OccasionKind.BULLETIN: "bulletin",
    OccasionKind.FORUM: "forum",
}
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
        raise RuleBroken("Choose an opening that lies ahead, so that it can still be undone.")
    if closes_at - opens_at < SHORTEST:
        raise RuleBroken("Let the questions stay open for at least two days.")
    if closes_at - opens_at > LONGEST:
        raise RuleBroken("Let the questions close within three months of opening.")


def check_choices(chosen: Choices) -> None:
    """Was anybody chosen?"""
    if chosen.nobody:
        raise RuleBroken("Choose at least one line of people to ask.")
