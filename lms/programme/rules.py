"""What a session may be, what of it changed, and what is still missing. Pure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from urllib.parse import urlsplit

from lms.catalogue.models import CourseSession, Mode
from lms.dates import london
from lms.errors import RuleBroken
from lms.words import listing, plural

MOST_DATES = 8
#: So long before the start somebody has to decide whether a session with too few people is held.
DECIDE = timedelta(days=10)

CANCELLED = "This session has been cancelled, so nothing of it can be changed."
STARTED = "This session has started, so its dates, its place and the number of its places stay as they are."
CHANGED_MEANWHILE = (
    "Somebody else has changed this session since you opened this page, so nothing is saved. What stands below is yours. Look at "
    "the session in another window, then save again if yours is right."
)
PUBLISHED = "This session is published already."
PAST = "Enter a date that is still to come"
NO_VENUE = "Select a venue, or add one"
LINK = "Enter a web address that begins with https://"
KEPT = "People have booked this session. Cancel it instead, so that they hear of it."


class Refused(RuleBroken):
    """It cannot be kept like this; `field` is the field the sentence stands beside."""

    field: str

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence, field)


@dataclass(frozen=True)
class Held:
    """So many places for one sector or one organisation, by id, until a moment; the other of the two is None."""

    places: int
    release_at: datetime
    sector_id: int | None = None
    organisation_id: int | None = None


@dataclass(frozen=True)
class Details:
    """Everything an officer says of a session; instants in UTC, rows by id."""

    dates: tuple[tuple[datetime, datetime], ...]
    mode: Mode
    venue_id: int | None
    joining_link: str
    capacity: int
    minimum: int | None
    trainer_ids: frozenset[int]
    opens_at: datetime | None
    closes_at: datetime | None
    holds: tuple[Held, ...]
    audience: str
    host_organisation_id: int | None
    bring: str
    asks_access: bool
    asks_diet: bool
    group_id: int | None

    @property
    def starts_at(self) -> datetime:
        """The first start."""
        return min(starts for starts, _ in self.dates)


def check(said: Details) -> None:
    """Does it fit together? Refused beside the field where it does not."""
    if not said.dates:
        raise Refused("dates", "Enter at least one date")
    ordered = sorted(said.dates)
    for (_, ends), (starts, _) in pairwise(ordered):
        if starts < ends:
            raise Refused("dates", "Two of the dates are at the same time")
    if said.minimum is not None and said.minimum > said.capacity:
        raise Refused("minimum", "Enter a number that is not higher than the number of places")
    if said.joining_link and not _is_address(said.joining_link):
        raise Refused("joining_link", LINK)
    if said.closes_at is not None and said.closes_at > said.starts_at:
        raise Refused("closes", "Enter a day that is not after the first date")
    if said.opens_at is not None and said.opens_at >= (said.closes_at or said.starts_at):
        raise Refused("opens", "Enter a day before booking closes")
    if any(one.release_at > said.starts_at for one in said.holds):
        raise Refused("holds", "Release held places before the first date")
    if len({(one.sector_id, one.organisation_id) for one in said.holds}) < len(said.holds):
        raise Refused("holds", "Hold places for each sector and each organisation in one row")
    if sum(one.places for one in said.holds) > said.capacity:
        raise Refused("holds", f"Hold no more than the {plural(said.capacity, 'place')} there will be")


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and " " not in text


def check_to_come(starts_at: datetime, now: datetime) -> None:
    """A session is made, published or moved for a time that is still to come."""
    if starts_at <= now:
        raise Refused("dates", PAST)


def check_offered(retired: bool) -> None:
    """A course that is no longer offered gets no new session."""
    if retired:
        raise RuleBroken("This course is no longer offered. Bring it back before you add a session.")


def check_not_cancelled(cancelled: bool) -> None:
    """What is called off stays as it was."""
    if cancelled:
        raise RuleBroken(CANCELLED)


def check_not_started(session: CourseSession, said: Details, *, holds_changed: bool, now: datetime) -> None:
    """Once it has begun, who teaches it and what people read of it can be put right, and no more."""
    if now < session.starts_at:
        return
    stays = (
        (said.dates, dates_of(session)),
        (said.mode, session.mode),
        (said.venue_id, session.venue_id),
        (said.capacity, session.capacity),
        (said.minimum, session.minimum),
        (said.opens_at, session.booking_opens_at),
        (said.closes_at, session.booking_closes_at),
    )
    if holds_changed or any(new != old for new, old in stays):
        raise RuleBroken(STARTED)


def check_capacity(capacity: int, *, held: int, confirmed: int, reason: str) -> None:
    """A capacity is never below what is held for some; below what is taken it needs a reason, and nobody loses a place."""
    if capacity < 0:
        raise Refused("capacity", "Enter a number of places of 0 or more")
    if capacity < held:
        raise Refused(
            "capacity",
            f"{plural(held, 'place is', 'places are')} held for organisations or sectors. First release or lower what is held by "
            f"at least {held - capacity}",
        )
    if capacity < confirmed and not reason.strip():
        raise Refused(
            "reason",
            f"{plural(confirmed, 'place is', 'places are')} taken. Nobody loses a place, so {confirmed - capacity} would be over "
            "the number of places. Say why",
        )


def check_holds(*, kept_free: int, free: int) -> None:
    """Only what is free can be kept for somebody."""
    free = max(free, 0)
    if kept_free > free:
        raise Refused(
            "holds",
            f"{plural(free, 'place is', 'places are')} free, and {kept_free} would have to be. Hold {kept_free - free} fewer, or "
            "add places",
        )


def check_people(*, teaching: Sequence[str], elsewhere: int, host: str) -> None:
    """Nobody teaches where they have a place, and a session for one organisation has nobody of another."""
    if teaching:
        has = "has a place on this session" if len(teaching) == 1 else "have places on this session"
        raise Refused("trainers", f"{listing(teaching)} {has}. Cancel that first, or choose somebody else")
    if elsewhere:
        raise Refused(
            "host", f"{plural(elsewhere, 'person', 'people')} from elsewhere would be on a session for {host} only"
        )


def dates_of(session: CourseSession) -> tuple[tuple[datetime, datetime], ...]:
    """Its dates as an officer says them."""
    return tuple((one.starts_at, one.ends_at) for one in session.dates)


# References.


def reference_of(code: str, day: date, taken: Collection[str]) -> str:
    """The first free reference of a course in a month.

    >>> reference_of("NEG", date(2024, 11, 5), {"NEG-2024-11", "NEG-2024-11-2"})
    'NEG-2024-11-3'
    """
    month = f"{code}-{day:%Y-%m}"
    if month not in taken:
        return month
    return next(name for number in range(2, len(taken) + 3) if (name := f"{month}-{number}") not in taken)


# What changed.


@dataclass(frozen=True)
class Shown:
    """What people with a place were told of when and where: a change of it is a letter."""

    dates: tuple[tuple[datetime, datetime], ...]
    mode: Mode
    venue: str


@dataclass(frozen=True)
class Change:
    """How a session differs from what people were told. `what` is one plain sentence for letters."""

    when: bool
    where: bool
    what: str

    @property
    def told(self) -> bool:
        """Is there anything to write about?"""
        return bool(self.what)


MODE_NOW = {
    Mode.CLASSROOM: "it is held in a classroom now",
    Mode.VIRTUAL: "it is held online now",
    Mode.HYBRID: "you can come to the classroom or join online now",
}


def change_of(before: Shown, after: Shown) -> Change:
    """What changed, in words. A place that is named for the first time is told, and is no move."""
    words = [*_when_words(before.dates, after.dates)]
    when, where = bool(words), before.mode is not after.mode
    if where:
        words.append(MODE_NOW[after.mode])
    if before.venue != after.venue and after.mode is not Mode.VIRTUAL:
        where = where or bool(before.venue)
        words.append(
            f"the place was {before.venue} and is {after.venue} now"
            if before.venue and after.venue
            else f"the place is {after.venue}"
            if after.venue
            else f"it is no longer at {before.venue}, and the new place is still to be set"
        )
    return Change(when, where, "; ".join(words))


def _when_words(
    before: Sequence[tuple[datetime, datetime]], after: Sequence[tuple[datetime, datetime]]
) -> Iterable[str]:
    if sorted(before) == sorted(after):
        return
    days = [sorted({london(starts).date() for starts, _ in dates}) for dates in (before, after)]
    if days[0] == days[1]:
        yield "the time is a different one"
    elif len(days[0]) == len(days[1]):
        yield "the date is a different one" if len(days[1]) == 1 else "the dates are different ones"
    else:
        yield f"it is on {plural(len(days[1]), 'date')} now, and not on {len(days[0])}"


# What is missing.


class State(StrEnum):
    """Where a session stands for who runs it. `label` is the word people read."""

    DRAFT = "draft"
    OPEN = "open"
    FULL = "full"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    RUNNING = "running"
    HELD = "held"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The state in words."""
        return STATE_LABELS[self]


STATE_LABELS = {
    State.DRAFT: "Draft",
    State.OPEN: "Open",
    State.FULL: "Full",
    State.NOT_YET: "Booking not open yet",
    State.CLOSED: "Booking closed",
    State.RUNNING: "Started",
    State.HELD: "Over",
    State.CANCELLED: "Cancelled",
}


def state_of(session: CourseSession, *, full: bool, now: datetime) -> State:
    """Where a session stands."""
    opens, closes = session.booking_opens_at, session.booking_closes_at
    decided = (
        (session.cancelled_at is not None, State.CANCELLED),
        (session.published_at is None, State.DRAFT),
        (session.ends_at <= now, State.HELD),
        (session.starts_at <= now, State.RUNNING),
        (opens is not None and now < opens, State.NOT_YET),
        (closes is not None and now >= closes, State.CLOSED),
        (full, State.FULL),
    )
    return next((state for holds, state in decided if holds), State.OPEN)


def needs(session: CourseSession, confirmed: int) -> int:
    """How many people it still needs to be worth holding."""
    return max((session.minimum or 0) - confirmed, 0)


def flags(session: CourseSession, *, confirmed: int, now: datetime) -> list[str]:
    """What somebody should do something about, in words; nothing for what is over or called off."""
    if session.cancelled_at is not None or session.ends_at <= now:
        return []
    days = (london(session.starts_at).date() - london(now).date()).days
    found = (
        (confirmed > session.capacity, f"{confirmed - session.capacity} over the number of places"),
        (session.mode is not Mode.VIRTUAL and session.venue_id is None, "No venue"),
        (session.mode is not Mode.CLASSROOM and not session.joining_link, "No link to join"),
        (not session.trainers, "No trainer"),
        (
            bool(needs(session, confirmed)) and now >= session.starts_at - DECIDE and session.published_at is not None,
            f"{plural(needs(session, confirmed), 'person', 'people')} too few, {in_days(days)}",
        ),
        (session.published_at is None and session.starts_at <= now, "The date of this draft is over"),
    )
    return [words for holds, words in found if holds]


def in_days(days: int) -> str:
    """
    >>> in_days(0), in_days(1), in_days(9)
    ('today', 'tomorrow', 'in 9 days')
    """
    return ("today", "tomorrow")[days] if 0 <= days < 2 else f"in {plural(days, 'day')}"


def told_words(with_place: int, on_list: int) -> str:
    """Who gets a letter.

    >>> print(told_words(23, 4), told_words(1, 0), told_words(0, 1), sep="\\n")
    23 people with a place and 4 on the list get a letter
    1 person with a place gets a letter
    1 person on the list gets a letter
    """
    if not with_place:
        return f"{plural(on_list, 'person', 'people')} on the list {'gets' if on_list == 1 else 'get'} a letter"
    said = [f"{plural(with_place, 'person', 'people')} with a place"] + ([f"{on_list} on the list"] if on_list else [])
    return f"{listing(said)} {'gets' if with_place + on_list == 1 else 'get'} a letter"
