"""Sessions and attendances as both partnerships’ made-up records have them, the calendar, and how to count them."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta

CLASSROOM = "classroom"
VIRTUAL = "virtual"
DELIVERED = "delivered"
CANCELLED = "cancelled"
SCHEDULED = "scheduled"

CAME = ("attended", "left_early")
"""The states of somebody who was there. Whether leaving early earns a certificate is a rule of the product."""
STATES = (*CAME, "no_show", "apology", "cancelled_late", "booked", "waiting")


@dataclass(frozen=True)
class SectorHold:
    """Places kept for one sector until a day, after which anybody may have them."""

    sector: str
    places: int
    released_on: date


@dataclass(frozen=True)
class SessionRecord:
    """One session. `day`, `starts` and `ends` are as people in England read them (Europe/London).

    `host` is the key of the school a whole-school session is held for; `trainers` are keys of people.
    """

    ref: str
    course: str
    day: date
    starts: time
    ends: time
    mode: str
    status: str
    capacity: int
    venue: str = ""
    host: str | None = None
    trainers: tuple[str, ...] = ()
    holds: tuple[SectorHold, ...] = ()


@dataclass(frozen=True)
class AttendanceRecord:
    """One person at one session, from booking to what became of it. `state` is one of `STATES`.

    `left_at` is set for left_early alone. A walk-in was not booked: `booked_on` is the day of the session.
    """

    session: str
    person: str
    agency: str
    state: str
    booked_on: date
    left_at: time | None = None
    walk_in: bool = False


@dataclass(frozen=True)
class CourseCount:
    """What a course came to: delivered sessions, delegates (who came twice counts twice) and different people."""

    sessions: int
    delegates: int
    people: int


def count_delivered(
    sessions: Iterable[SessionRecord], attendances: Iterable[AttendanceRecord], first: date, last: date
) -> dict[str, CourseCount]:
    """Counts for each course delivered from `first` to `last`, both days included, and for all of them under “all”."""
    course_of = {one.ref: one.course for one in sessions if one.status == DELIVERED and first <= one.day <= last}
    there = [one for one in attendances if one.session in course_of and one.state in CAME]
    came = [(course_of[one.session], one.person) for one in there]
    counts = {
        course: CourseCount(
            sessions=sum(1 for other in course_of.values() if other == course),
            delegates=sum(1 for other, _ in came if other == course),
            people=len({person for other, person in came if other == course}),
        )
        for course in sorted(set(course_of.values()))
    }
    counts["all"] = CourseCount(len(course_of), len(came), len({person for _, person in came}))
    return counts


def count_hosts(sessions: Iterable[SessionRecord], course: str, first: date, last: date) -> int:
    """How many different schools hosted a delivered session of the course in the period, both days included."""
    return len(
        {
            one.host
            for one in sessions
            if one.course == course and one.status == DELIVERED and one.host and first <= one.day <= last
        }
    )


def numbered_refs(drafts: Iterable[SessionRecord]) -> list[SessionRecord]:
    """Sessions in order of day, with references such as WTK-2024-04, and WTK-2024-04-2 for the next in that month."""
    seen: dict[str, int] = {}
    numbered = []
    for draft in sorted(drafts, key=lambda one: (one.day, one.starts, one.course, one.host or "", one.ref)):
        month = f"{draft.course}-{draft.day:%Y-%m}"
        seen[month] = seen.get(month, 0) + 1
        ref = month if seen[month] == 1 else f"{month}-{seen[month]}"
        numbered.append(SessionRecord(**{**draft.__dict__, "ref": ref}))
    return numbered


def working_days(first: date, last: date, without: Iterable[tuple[date, date]] = ()) -> list[date]:
    """Days from `first` to `last` with training: no weekend, bank holiday, Christmas or `without` range."""
    closed = tuple(without)
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [
        day
        for day in days
        if day.weekday() < 5
        and day not in BANK_HOLIDAYS
        and (day.month, day.day) not in CHRISTMAS
        and not any(start <= day <= end for start, end in closed)
    ]


def split_evenly(rng: random.Random, total: int, parts: int, *, least: int, most: int) -> list[int]:
    """`parts` whole numbers that add up to `total`, each from `least` to `most`, uneven as real groups are."""
    if not least * parts <= total <= most * parts:
        raise ValueError(f"{total} cannot be split into {parts} parts from {least} to {most}")
    sizes = [total // parts + (1 if number < total % parts else 0) for number in range(parts)]
    for _ in range(parts * 6):
        giver, taker = rng.randrange(parts), rng.randrange(parts)
        if giver != taker and sizes[giver] > least and sizes[taker] < most:
            sizes[giver] -= 1
            sizes[taker] += 1
    return sizes


CHRISTMAS = {(12, day) for day in range(22, 32)} | {(1, 1), (1, 2)}
BANK_HOLIDAYS = frozenset(
    date.fromisoformat(f"{year}-{day}")
    for year, days in {
        "2022": ("04-15", "04-18", "05-02", "06-02", "06-03", "08-29", "09-19", "12-26", "12-27"),
        "2023": ("01-02", "04-07", "04-10", "05-01", "05-08", "05-29", "08-28", "12-25", "12-26"),
        "2024": ("01-01", "03-29", "04-01", "05-06", "05-27", "08-26", "12-25", "12-26"),
        "2025": ("01-01",),
    }.items()
    for day in days
)
"""Bank holidays in England, April 2022 to January 2025 (a public list; the one in September 2022 was held once)."""
