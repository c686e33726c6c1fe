"""What counts of somebody's learning, and what may be done with training they had elsewhere. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from lms.attendance.models import Mark
from lms.errors import RuleBroken
from lms.learning.models import PastOrigin, PastState
from lms.roles import Role

#: Who answers for their organisation's people. Where it has nobody else, an officer does.
LEADS = frozenset({Role.TRAINING_LEAD, Role.DSL, Role.HEADTEACHER})
#: Longest training that is one entry: more is several, or a slip of the pen.
MOST_HOURS = 400.0
EARLIEST = date(1960, 1, 1)


@dataclass(frozen=True)
class Hours:
    """Minutes of learning that count, and those of them that are participatory: with others, not alone."""

    minutes: int = 0
    participatory: int = 0

    def __add__(self, other: "Hours") -> "Hours":
        return Hours(self.minutes + other.minutes, self.participatory + other.participatory)


def hours_of_session(
    mark: Mark | None, *, hours: float | None, participatory: float | None, there: int | None
) -> Hours:
    """What a session counts: the course's hours for whoever was there wholly. Whoever was there in part (`there`: their
    minutes, None: not known) has those, and none as participatory: nobody knows which part they missed.

    >>> hours_of_session(Mark.ATTENDED, hours=3.0, participatory=2.5, there=None)
    Hours(minutes=180, participatory=150)
    >>> hours_of_session(Mark.LEFT_EARLY, hours=3.0, participatory=2.5, there=200)
    Hours(minutes=180, participatory=0)
    """
    whole = minutes(hours)
    if mark is Mark.ATTENDED:
        return Hours(whole, min(minutes(participatory), whole))
    if mark in (Mark.PART, Mark.LEFT_EARLY):
        return Hours(min(there or 0, whole) if hours else there or 0)
    return Hours()


def minutes_of_date(
    mark: Mark,
    *,
    starts_at: datetime,
    ends_at: datetime,
    from_at: datetime | None,
    until_at: datetime | None,
    counted: int | None,
) -> int:
    """How long somebody was there on one date, in minutes: as the report of an online meeting counted, else by the times of the
    register. A mark for a part without any time counts none: nobody knows how long it was."""
    if not mark.came:
        return 0
    if counted is not None:
        return counted
    if mark is not Mark.ATTENDED and from_at is None and until_at is None:
        return 0
    first, last = max(from_at or starts_at, starts_at), min(until_at or ends_at, ends_at)
    return max(0, round((last - first).total_seconds() / 60))


def minutes(hours: float | None) -> int:
    """Hours as whole minutes; none are 0."""
    return round((hours or 0) * 60)


def same_as(title: str, course_code: str = "") -> str:
    """What makes two rows of a file the same thing: the course, or the title however it is spaced and written large.

    >>> same_as("  Safer  Recruitment"), same_as("Neglect", "NEG")
    ('title:safer recruitment', 'course:neg')
    """
    if course_code:
        return f"course:{course_code.casefold()}"
    return f"title:{' '.join(title.split()).casefold()}"


class Wrong(RuleBroken):
    """One field of an entry cannot be; the sentence says why."""

    field: str

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why, field)


def check_entry(
    *, done_on: date, hours: float | None, participatory: float | None, expires_on: date | None, today: date
) -> None:
    """Dates and hours that can be. Wrong names the field."""
    if done_on > today:
        raise Wrong("done_on", "The day of the training must be today or in the past")
    if done_on < EARLIEST:
        raise Wrong("done_on", f"Enter a day after {EARLIEST.year}")
    if hours is not None and not 0 < hours <= MOST_HOURS:
        raise Wrong("hours", f"Enter hours above 0 and up to {MOST_HOURS:.0f}, like 3 or 2.5")
    if participatory is not None and participatory < 0:
        raise Wrong("participatory_hours", "Enter hours of 0 or more, like 2.5")
    if participatory is not None and participatory > (hours or 0):
        raise Wrong("participatory_hours", "Hours with others cannot be more than all hours")
    if expires_on is not None and expires_on <= done_on:
        raise Wrong("expires_on", "It must expire after the day of the training")


def can_change(state: PastState, origin: PastOrigin) -> bool:
    """May the person still change it or take it back? What was approved, or came with a file, is settled."""
    return origin is PastOrigin.ENTERED and state is not PastState.APPROVED


def check_can_change(state: PastState, origin: PastOrigin) -> None:
    """RuleBroken says why it is settled."""
    if origin is PastOrigin.IMPORTED:
        raise RuleBroken("This came with a file of another system. Ask the training team to put it right.")
    if state is PastState.APPROVED:
        raise RuleBroken("This is approved and can no longer be changed. Ask the training team to put it right.")


def check_can_decide(state: PastState, *, own: bool, seen: str, newest: str) -> None:
    """May somebody say yes or no? Once, never about themselves, and about what they have looked at: `seen` and `newest` are the
    entry as their page showed it and as it is (`fingerprint`)."""
    if own:
        raise RuleBroken("Nobody approves their own training. Somebody else who answers for your organisation does.")
    if state is not PastState.WAITING:
        raise RuleBroken("Somebody else has answered this already.")
    if seen != newest:
        raise RuleBroken("This was changed after you opened it. Look at it once more.")


def needs_reason(reason: str) -> str:
    """Why not; nobody is told no without it."""
    if not reason.strip():
        raise RuleBroken("Enter why it is not approved. They will read it")
    return reason.strip()


def is_lead(roles: Collection[Role]) -> bool:
    """Does somebody with these roles answer for their organisation's people?"""
    return bool(LEADS & set(roles))
