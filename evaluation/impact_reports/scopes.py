"""What an impact report is about: one of seven kinds of scope, and how each is named in an address. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ScopeKind(StrEnum):
    """What a report can be about."""

    SESSION = "session"
    COURSE = "course"
    ACTION = "action"
    RECOMMENDATION = "recommendation"
    PRIORITY = "priority"
    PERIOD = "period"
    AGENCY = "agency"

    @property
    def label(self) -> str:
        """The kind at the beginning of a line."""
        return "Agency or school" if self is ScopeKind.AGENCY else self.value.capitalize()


@dataclass(frozen=True, slots=True)
class Scope:
    """What one report is about. `key` names it in an address; `first` and `last`, both included, narrow what is counted."""

    kind: ScopeKind
    key: str
    #: What is said aloud: “LDA-014”, “Multi-agency neglect”, “1 April 2023 to 31 March 2024”.
    name: str
    #: What stands after it in a list: the wording of an action, the headline of a recommendation.
    about: str = ""
    first: date | None = None
    last: date | None = None

    @property
    def title(self) -> str:
        """The title of the report."""
        return f"Impact report: {self.name}"

    @property
    def words(self) -> str:
        """“Action LDA-014”, inside or at the beginning of a line."""
        name = f"{self.key}, {self.name}" if self.kind is ScopeKind.COURSE else self.name
        return f"{self.kind.label} {name}"


#: Stands between the two days in the key of a period.
BETWEEN = "--"


def period_key(first: date, last: date) -> str:
    """
    >>> period_key(date(2023, 4, 1), date(2024, 3, 31))
    '2023-04-01--2024-03-31'
    """
    return f"{first.isoformat()}{BETWEEN}{last.isoformat()}"


def period_of(key: str) -> tuple[date, date] | None:
    """The two days of a key; None where it names none.

    >>> period_of("2023-04-01--2024-03-31"), period_of("2024-03-31--2023-04-01"), period_of("spring")
    ((datetime.date(2023, 4, 1), datetime.date(2024, 3, 31)), None, None)
    """
    first, _, last = key.partition(BETWEEN)
    try:
        days = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return None
    return days if days[0] <= days[1] and period_key(*days) == key else None
