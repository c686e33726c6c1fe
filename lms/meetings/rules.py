"""Whose row of a report is whose booking, and what the register should say of them. Values in, decisions out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from rapidfuzz import fuzz

from lms.attendance.models import Mark
from lms.attendance.rules import MarkGiven
from lms.meetings.headings import folded
from lms.meetings.reports import Attendee

#: A report that nobody put on a register is thrown away after this time, since it holds names.
KEPT_FOR = timedelta(days=7)
#: Names that agree at least so far, of 100, are suggested; so many of them.
ALIKE, MOST_SUGGESTED = 72, 3


class Match(StrEnum):
    """How a row of a report was found to be somebody on the register."""

    EMAIL = "email"
    NAME = "name"
    #: To be confirmed by a person.
    SUGGESTED = "suggested"
    NONE = "none"

    @property
    def sure(self) -> bool:
        """Does this need nobody to look?"""
        return self in {Match.EMAIL, Match.NAME}


@dataclass(frozen=True)
class Booked:
    """Somebody on the register, as far as they can be recognised."""

    booking_id: int
    name: str
    email: str = ""


@dataclass(frozen=True)
class Found:
    """Whose row this is: one booking for certain, or some to choose from, or none."""

    match: Match
    booking_id: int | None = None
    suggested: tuple[int, ...] = ()
    #: Why nobody decided it alone.
    why: str = ""


def matched(people: Sequence[Attendee], booked: Sequence[Booked]) -> list[Found]:
    """For each row of a report the booking it belongs to: by address, then by the exact name where only one has it on either
    side, then suggestions by similar names. No booking is given to two rows without somebody confirming it.
    """
    by_email = {one.email.casefold(): one.booking_id for one in booked if one.email}
    found: dict[int, Found] = {}
    taken: set[int] = set()
    for address in ("email", "upn"):
        for place, person in enumerate(people):
            booking_id = by_email.get(getattr(person, address).casefold())
            if place not in found and booking_id is not None and booking_id not in taken:
                found[place] = Found(Match.EMAIL, booking_id)
                taken.add(booking_id)
    rest = [place for place in range(len(people)) if place not in found]
    named = {place: _same_name(people[place], booked) for place in rest}
    for place in rest:
        found[place] = _by_name(place, named, people, booked, taken)
    return [found[place] for place in range(len(people))]


def _same_name(person: Attendee, booked: Sequence[Booked]) -> list[int]:
    names = {folded(name) for name in person.names}
    return [one.booking_id for one in booked if folded(one.name) in names]


def _by_name(
    place: int, named: dict[int, list[int]], people: Sequence[Attendee], booked: Sequence[Booked], taken: set[int]
) -> Found:
    same = named[place]
    if len(same) > 1:
        return Found(
            Match.SUGGESTED,
            suggested=tuple(same[:MOST_SUGGESTED]),
            why="More than one person on the register has this name",
        )
    if same and same[0] in taken:
        why = "This person is in the report already, with their address: perhaps they joined again from another device"
        return Found(Match.SUGGESTED, suggested=tuple(same), why=why)
    if same and sum(same[0] in others for others in named.values()) > 1:
        return Found(Match.SUGGESTED, suggested=tuple(same), why="More than one row of the report has this name")
    if same:
        return Found(Match.NAME, same[0])
    alike = _alike(people[place], [one for one in booked if one.booking_id not in taken])
    if alike:
        return Found(Match.SUGGESTED, suggested=tuple(alike), why="The name is similar")
    return Found(Match.NONE, why="Nobody on the register has this address or a name like this")


def _alike(person: Attendee, booked: Sequence[Booked]) -> list[int]:
    def likeness(one: Booked) -> float:
        local = one.email.partition("@")[0]
        return max(
            max(fuzz.token_sort_ratio(folded(name), folded(one.name)) for name in person.names),
            # A surname is shared by Robert Carr and Bob Carr.
            max(ALIKE * _same_surname(name, one.name) for name in person.names),
            # “jbell” and “j.bell2” are names too, where the address was one of another account.
            fuzz.ratio(folded(person.email.partition("@")[0]), folded(local)) if person.email and local else 0,
        )

    scored = sorted(((likeness(one), -place) for place, one in enumerate(booked)), reverse=True)
    return [booked[-place].booking_id for score, place in scored[:MOST_SUGGESTED] if score >= ALIKE]


def _same_surname(name: str, other: str) -> bool:
    one, another = folded(name).split(), folded(other).split()
    return len(one) > 1 and len(another) > 1 and len(one[-1]) > 2 and one[-1] == another[-1]


@dataclass(frozen=True)
class Proposed:
    """What the register should say of somebody. Without a mark a person has to decide; `why` says it in a sentence."""

    mark: Mark | None
    seconds: int | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None
    why: str = ""

    def given(self, booking_id: int, mark: Mark, *, seen: int | None = None) -> MarkGiven:
        """The mark for the register, with the whole minutes that were counted; they are never rounded up."""
        minutes = None if self.seconds is None else self.seconds // 60
        return MarkGiven(booking_id, mark, self.until_at, seen=seen, from_at=self.from_at, minutes=minutes)


def teaching(people: Sequence[Attendee], trainers: Sequence[Booked]) -> list[Attendee]:
    """Those of a report who taught: a trainer’s address, or exactly a trainer’s name without an address that says otherwise."""
    emails = {one.email.casefold() for one in trainers if one.email}
    names = {folded(one.name) for one in trainers}
    return [
        one
        for one in people
        if {one.email, one.upn} & emails or (not one.email and names & {folded(name) for name in one.names})
    ]


def whole_minute(moment: datetime | None, *, up: bool = False) -> datetime | None:
    """The minute somebody came in, and with `up` the one at whose end they had left, as a register writes times."""
    if moment is None:
        return None
    whole = moment.replace(second=0, microsecond=0)
    return whole + timedelta(minutes=1) if up and whole < moment else whole


def together(people: Sequence[Attendee]) -> Attendee:
    """Several rows of one person as one."""
    return (
        people[0] if len(people) == 1 else replace(people[0], stays=tuple(stay for one in people for stay in one.stays))
    )


def proposed(people: Sequence[Attendee], *, starts_at: datetime, ends_at: datetime, minimum_share: int) -> Proposed:
    """The mark for somebody who is in these rows of a report: attended from the course's minimum share of the date's time on
    (per cent), else in part, from their first join to their last leave. `minimum_share` is never rounded towards.
    """
    person = together(people)
    seconds = person.seconds_within(starts_at, ends_at)
    if seconds is None:
        return Proposed(Mark.ATTENDED, why="The report does not say how long")
    length = (ends_at - starts_at).total_seconds()
    if seconds * 100 >= minimum_share * length:
        return Proposed(Mark.ATTENDED, seconds)
    came, left = whole_minute(person.first_join), whole_minute(person.last_leave, up=True)
    if seconds == 0:
        return Proposed(None, seconds, why="There only outside the times of this date")
    if came is None or left is None:
        return Proposed(None, seconds, why="The report does not say from when until when")
    return Proposed(Mark.PART, seconds, max(came, starts_at), min(left, ends_at))
