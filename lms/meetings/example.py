"""A made-up report of Microsoft Teams for a demonstration, with what real ones hold: somebody who joins twice, a guest whose name
is only similar, a stranger, and software that takes notes. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from lms import dates

_PEOPLE = "Name\tFirst join\tLast leave\tIn-meeting duration\tEmail\tParticipant ID (UPN)\tRole"
_STAYS = "Name\tJoin time\tLeave time\tDuration\tEmail\tRole"


def made(booked: Sequence[tuple[str, str]], *, starts_at: datetime, ends_at: datetime) -> bytes:
    """The report of a meeting from somewhat before the start to somewhat after the end. `booked` are names and addresses; the
    last of four or more does not come."""
    start, end, length = starts_at - timedelta(minutes=4), ends_at + timedelta(minutes=3), ends_at - starts_at
    came = list(booked[:-1] if len(booked) > 3 else booked)
    stays = [(name, email, [(start + timedelta(minutes=number), end)]) for number, (name, email) in enumerate(came)]
    if len(stays) > 1:
        name, email, _ = stays[1]
        stays[1] = (name, email, [(starts_at, starts_at + length / 3), (starts_at + length / 2, end)])
    if len(stays) > 2:
        first, _, last = stays[2][0].rpartition(" ")
        stays[2] = (f"{first[:1]} {last} (Guest)", "", [(starts_at + length * 2 / 3, end)])
    stays.append(("Zoe Quill (External)", "zoe.quill@partner.example", [(starts_at, end)]))
    stays.append(("read.ai meeting notes (Unverified)", "", [(start, end)]))
    people = ["2. Participants", _PEOPLE, *_people(stays), ""]
    single = ["3. In-meeting activities", _STAYS, *_single(stays), ""]
    return "\r\n".join(["1. Summary", *_summary(stays, start, end), "", *people, *single]).encode("utf-16")


Stays = Sequence[tuple[str, str, list[tuple[datetime, datetime]]]]


def _summary(stays: Stays, start: datetime, end: datetime) -> list[str]:
    return [
        "Meeting title\tMade up for the demonstration",
        f"Attended participants\t{len(stays)}",
        f"Start time\t{_moment(start)}",
        f"End time\t{_moment(end)}",
        f"Meeting duration\t{_length(end - start)}",
    ]


def _people(stays: Stays) -> list[str]:
    return [
        "\t".join([name, _moment(one[0][0]), _moment(one[-1][1]), _length(_sum(one)), email, email, "Attendee"])
        for name, email, one in stays
    ]


def _single(stays: Stays) -> list[str]:
    return [
        "\t".join([name, _moment(joined), _moment(left), _length(left - joined), email, "Attendee"])
        for name, email, one in stays
        for joined, left in one
    ]


def _sum(stays: list[tuple[datetime, datetime]]) -> timedelta:
    return sum((left - joined for joined, left in stays), timedelta())


def _moment(moment: datetime) -> str:
    return f"{dates.london(moment):%d/%m/%y, %H:%M:%S}"


def _length(length: timedelta) -> str:
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    return f"{minutes // 60}h {minutes % 60}m {seconds}s"
