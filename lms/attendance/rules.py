"""What may be marked, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from rapidfuzz.distance import OSA

from lms import dates
from lms.attendance.models import CAME, Mark, MarkedHow
from lms.catalogue.spelling import fold
from lms.errors import RuleBroken
from lms.words import share_words

#: A register opens this long before the session, and closes to trainers this long after it (settled question 17).
OPENS_BEFORE = timedelta(hours=1)
LOCKS_AFTER = timedelta(days=7)
#: So long before a session its register is worth keeping on a phone, where the names stay for that time (settled question 23).
TAKEN_ALONG = timedelta(hours=72)

NOT_OPEN = "The register opens an hour before the session. Until then only apologies can be marked"
LOCKED = "The register was locked 7 days after the session. Ask the learning and development team to change it"


class Opening(StrEnum):
    """What a register takes now: apologies only, everything, or an officer's changes with a reason."""

    EARLY = "early"
    OPEN = "open"
    LOCKED = "locked"


class ReasonMissing(RuleBroken):
    """A locked register is to be changed, and nobody says why."""


class AlreadyThere(RuleBroken):
    """Somebody to be added is on the register."""


class MarksRefused(RuleBroken):
    """Some marks cannot be kept, so none is. Both name bookings by id.

    `wrong` holds the sentence for each row that is wrong; `differ` the rows that somebody else has marked otherwise since the
    page was opened: there the person decides which of the two marks stays.
    """

    def __init__(self, wrong: dict[int, str], differ: frozenset[int]) -> None:
        super().__init__(next(iter(wrong.values()), "Somebody else has marked the same people otherwise"))
        self.wrong = wrong
        self.differ = differ


@dataclass(frozen=True)
class MarkGiven:
    """What somebody wants the register to say of one person. `until_at` goes with leaving early; it and `from_at` go with having
    been there in part.

    `seen` is the id of the mark they had before their eyes when they decided (0: there was none). None means that they do not
    say: then theirs simply follows what is there. `minutes` is what a meeting report counted. A device that marks without a
    network says when it did (`made_at`) and what it calls the mark (`device_key`, 64 characters at most).
    """

    booking_id: int
    mark: Mark
    until_at: datetime | None = None
    seen: int | None = None
    from_at: datetime | None = None
    minutes: int | None = None
    device_key: str | None = None
    made_at: datetime | None = None

    @property
    def times(self) -> tuple[datetime | None, datetime | None]:
        """From when and until when the person was there, as far as that belongs to this mark."""
        if self.mark is Mark.PART:
            return self.from_at, self.until_at
        return None, self.until_at if self.mark is Mark.LEFT_EARLY else None


def time_problem(given: MarkGiven, *, name: str, starts_at: datetime, ends_at: datetime) -> str | None:
    """Leaving early needs a time within the date, being there in part needs from when until when: the sentence to show where
    they are missing or impossible."""
    if given.mark is Mark.PART:
        return _part_problem(given, name=name, starts_at=starts_at, ends_at=ends_at)
    if given.mark is not Mark.LEFT_EARLY:
        return None
    if given.until_at is None:
        return f"Enter the time at which {name} left, such as 11:15"
    if not starts_at < given.until_at < ends_at:
        return f"Enter when {name} left, between {dates.time(starts_at)} and {dates.time(ends_at)}"
    return None


def _part_problem(given: MarkGiven, *, name: str, starts_at: datetime, ends_at: datetime) -> str | None:
    if given.from_at is None or given.until_at is None:
        return f"Enter from when until when {name} was there, such as 10:15 and 11:45"
    if not starts_at <= given.from_at < given.until_at <= ends_at:
        return f"Enter when {name} was there, between {dates.time(starts_at)} and {dates.time(ends_at)}"
    return None


def differs(
    given: MarkGiven, *, current_id: int, current_by: int | None, by: int | None, how: MarkedHow, current_at: datetime
) -> bool:
    """Has somebody else marked this person since the one who marks now looked?

    One's own earlier mark is no surprise, nor is that the person has checked in: the trainer's later word stands. But what was
    made without a network, and before the mark that stands there, replaces none unasked.
    """
    if given.seen is None or given.seen == current_id:
        return False
    if given.made_at is not None and given.made_at < current_at:
        return True
    return current_by != by and how is not MarkedHow.CHECK_IN


def opening(*, starts_at: datetime, ends_at: datetime, now: datetime) -> Opening:
    """Apologies may come any time before; who came is known from an hour before the date starts; 7 days after the end of the
    session's last date it locks."""
    if now < starts_at - OPENS_BEFORE:
        return Opening.EARLY
    return Opening.LOCKED if now > ends_at + LOCKS_AFTER else Opening.OPEN


def check_open(mark: Mark, *, opening: Opening, officer: bool, reason: str) -> None:
    """May this mark be made now? A locked register is changed by an officer only, who says why."""
    if opening is Opening.EARLY and mark is not Mark.APOLOGY:
        raise RuleBroken(NOT_OPEN)
    if opening is Opening.LOCKED:
        if not officer:
            raise RuleBroken(LOCKED)
        if not reason.strip():
            raise ReasonMissing("Enter the reason for changing a register that is locked")


#: At most so many people are shown as perhaps the one who walked in.
MOST_SUGGESTED = 5
#: A part of a name shorter than this is never taken for mistyped, nor for the short form of another.
SHORTEST_NAME = 3


def name_distance(one: tuple[str, str], other: tuple[str, str]) -> int | None:
    """How far two names (first, last) are from each other; None: they are two people’s. 0 is the same name, accents, capitals and
    hyphens aside; else a first name may be the short form of the other, and one letter of the whole name be another.

    >>> name_distance(("Siân", "Morgan-Lee"), ("sian", "morgan lee")), name_distance(("Sam", "Patel"), ("Samira", "Patel"))
    (0, 1)
    >>> name_distance(("Dev", "Patel"), ("Dev", "Pattel")), name_distance(("Dev", "Patel"), ("Ella", "Patel"))
    (1, None)
    """
    first, last = _plain(one)
    other_first, other_last = _plain(other)
    if not (first and last):
        return None
    in_last = _apart(last, other_last)
    short, long = sorted((first, other_first), key=len)
    in_first = 1 if len(short) >= SHORTEST_NAME and short != long and long.startswith(short) else _apart(short, long)
    if in_first is None or in_last is None or in_first + in_last > 1:
        return None
    return in_first + in_last


def _plain(name: tuple[str, str]) -> tuple[str, str]:
    first, last = ("".join(fold(part).replace("-", " ").split()) for part in name)
    return first, last


def _apart(one: str, other: str) -> int | None:
    """0 for the same word, 1 for a slip of one letter; None for two words. Short ones are never mistyped."""
    if one == other:
        return 0
    if min(len(one), len(other)) <= SHORTEST_NAME:
        return None
    return 1 if OSA.distance(one, other, score_cutoff=1) == 1 else None


def already_there(name: str, organisation: str, *, known_by_email: bool) -> AlreadyThere:
    """What is said of a walk-in who is on the register. Two people of one name at one workplace are told apart by address."""
    if known_by_email:
        return AlreadyThere(f"{name} is on the register already")
    return AlreadyThere(
        f"{name} from {organisation} is on the register already. If this is somebody else, enter their email address"
    )


@dataclass(frozen=True)
class RegisterCount:
    """The register of a date in people, each figure with what it is a part of. Walk-ins stand apart: they are in none of the
    others, so no share of those expected can be more than all of them."""

    #: Confirmed places still held when the date began.
    expected: int
    #: Of those expected: wholly, in part, or until they left early.
    came: int
    part: int
    left_early: int
    apology: int
    no_show: int
    #: Of those expected: without a mark.
    to_mark: int
    #: People who were not expected and came.
    walked_in: int
    #: Confirmed places that were given up before, by whatever way; `late` of them when it was no longer free.
    cancelled: int = 0
    late: int = 0

    @property
    def registered(self) -> int:
        """Everybody who ever had a confirmed place."""
        return self.expected + self.cancelled

    @property
    def in_the_room(self) -> int:
        """Everybody who was there, expected or not."""
        return self.came + self.walked_in

    @property
    def came_words(self) -> str:
        """Who came of those expected, never with a walk-in among them.

        >>> RegisterCount(24, 21, 0, 0, 1, 2, 0, walked_in=5).came_words
        '21 of 24 (88%)'
        """
        return share_words(self.came, self.expected)


def count(
    expected: Sequence[Mark | None], walked_in: Sequence[Mark | None], *, cancelled: int = 0, late: int = 0
) -> RegisterCount:
    """The figures of a register: the marks of those expected and of those who walked in (None: not marked), and how many had
    given up a confirmed place before, `late` of them late."""
    return RegisterCount(
        expected=len(expected),
        came=sum(mark in CAME for mark in expected),
        part=sum(mark is Mark.PART for mark in expected),
        left_early=sum(mark is Mark.LEFT_EARLY for mark in expected),
        apology=sum(mark is Mark.APOLOGY for mark in expected),
        no_show=sum(mark is Mark.NO_SHOW for mark in expected),
        to_mark=sum(mark is None for mark in expected),
        walked_in=sum(mark in CAME for mark in walked_in),
        cancelled=cancelled,
        late=late,
    )
