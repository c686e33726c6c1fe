"""What a device sends, and when what it says is believed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lms.attendance.rules import TAKEN_ALONG, MarkGiven

#: So long names stay on a device that has not heard from us (settled question 23).
NAMES_STAY_HOURS = int(TAKEN_ALONG.total_seconds() // 3600)
#: So many marks are taken at once; a device with more sends them in turns.
AT_ONCE = 50
LONGEST_KEY = 64

UNREADABLE = "We could not read this mark. Mark the person once more"
NOT_ON_REGISTER = "This person is not on the register any more: their booking has ended or moved"
TAKEN = "This device has sent something else under the same name. Mark the person once more"
LOCKED = "The register was locked 7 days after the session. Open it with a network to change it and say why"


@dataclass(frozen=True)
class WalkIn:
    """Somebody who was not on the list, as typed."""

    first_name: str
    last_name: str
    organisation_id: int
    email: str


@dataclass(frozen=True)
class Sent:
    """One thing a device has kept for us: a mark, or somebody who walked in. A sentence where it cannot be read."""

    key: str
    made_at: datetime
    what: MarkGiven | WalkIn | str


class Answer(StrEnum):
    """What became of it. Only what is kept leaves the device by itself; for the others a person decides."""

    KEPT = "kept"
    #: Somebody else has marked this person otherwise meanwhile.
    DIFFERS = "differs"
    #: Somebody of this name and workplace, or with this address, is on the register.
    THERE = "there"
    REFUSED = "refused"


@dataclass(frozen=True)
class Answered:
    """The answer to one thing, with the sentence people read where it is not kept."""

    answer: Answer
    sentence: str = ""


def made_at(claimed: datetime, *, opens_at: datetime, now: datetime) -> datetime:
    """When a mark was made: what the device's clock says, but not before the register opened, and never in the future."""
    return min(max(claimed, opens_at), now)
