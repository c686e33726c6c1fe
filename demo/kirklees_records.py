"""Made-up single records behind the published Kirklees tables, drawn from a fixed seed.

The published tables give totals only. These records add up to them: 27 courses and 452 delegates for WTK and so on
from 1 September 2023 to 30 September 2024, and other numbers for the report year. They hold cancelled sessions, people
who did not come and sessions outside both periods, none of which may be counted. Nobody in them is real.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from demo.people import Agency, Person, make_people, seeded, sign_in_people
from demo.records import (
    CANCELLED,
    CLASSROOM,
    DELIVERED,
    SCHEDULED,
    VIRTUAL,
    AttendanceRecord,
    SessionRecord,
    numbered_refs,
    split_evenly,
    working_days,
)

SEED = 20240930
PUBLISHED_PERIOD = (date(2023, 9, 1), date(2024, 9, 30))
REPORT_YEAR = (date(2023, 4, 1), date(2024, 3, 31))
DEMO_DAY = date(2024, 10, 8)
DISTINCT_PEOPLE = 472
"""Different people behind the 872 delegates of the published period (made up: the report does not print it)."""

_CYPS = "children_young_people_services"
AGENCIES = (
    Agency("childrens-social-care", "Children’s social care", _CYPS, 210, aliases=("Kirklees Council CSC",)),
    Agency("early-support", "Early support service", _CYPS, 95, aliases=("Early Support",)),
    Agency("maintained-schools", "Maintained schools", "education", 640, aliases=("School (maintained)",)),
    Agency("academies", "Academies", "education", 580, aliases=("Academy",)),
    Agency("beckside-school", "Beckside School (made up)", "education", 60, "school", "secondary", "900501"),
    Agency("nurseries", "Nurseries and childminders", "early_years", 260, aliases=("Early Years",)),
    Agency("hospital-trust", "Hospital trust", "health", 330, aliases=("CHFT",)),
    Agency("hospital-trust-north", "Neighbouring hospital trust", "health", 150, aliases=("MYTT",)),
    Agency("community-health", "Community health provider", "health", 240, aliases=("Locala",)),
    Agency("public-health", "Public health team", "public_health", 24),
    Agency("adult-services", "Adult services", "adult_services", 85),
    Agency("probation", "Probation, local unit", "probation", 48, aliases=("Probation",)),
    Agency("police", "Police, local district", "police", 190, aliases=("West Yorkshire Police",)),
    Agency("voluntary-groups", "Voluntary and community groups", "voluntary_community", 150, aliases=("VCSE",)),
    Agency("youth-justice", "Youth justice team", "youth_justice", 30),
    Agency("housing", "Housing services", "housing", 90, aliases=("Housing",)),
    Agency("fire", "Fire and rescue, local district", "fire", 35),
    Agency("partnership-unit", "Partnership business unit", "other", 9),
)
"""Agencies with their sector: one of the 13 keys of `content/courses.yaml`. Workforce numbers are made up."""

_SHARE_OF_PEOPLE = {
    "childrens-social-care": 10,
    "early-support": 13,
    "maintained-schools": 9,
    "academies": 9,
    "beckside-school": 1,
    "nurseries": 12,
    "hospital-trust": 8,
    "hospital-trust-north": 8,
    "community-health": 9,
    "public-health": 1,
    "adult-services": 2,
    "probation": 6,
    "police": 8,
    "voluntary-groups": 9,
    "youth-justice": 1,
    "housing": 5,
}


@dataclass(frozen=True)
class CoursePlan:
    """How much of a course is held when. Pairs are (sessions, delegates); `virtual`: published ones online.

    `before` is April to August 2023, `shared` September 2023 to March 2024 (in both periods), `after` what follows.
    """

    course: str
    starts: time
    ends: time
    before: tuple[int, int]
    shared: tuple[int, int]
    after: tuple[int, int]
    virtual: int
    upcoming: int


PLANS = (
    CoursePlan("WTK", time(9, 30), time(16, 0), (3, 42), (9, 126), (18, 326), 10, 3),
    CoursePlan("WTR", time(9, 30), time(12, 30), (1, 12), (5, 61), (8, 135), 13, 2),
    CoursePlan("CPC", time(13, 0), time(16, 0), (2, 23), (7, 82), (9, 97), 6, 2),
    CoursePlan("ICN", time(9, 30), time(12, 30), (0, 0), (1, 10), (1, 11), 2, 1),
    CoursePlan("IAC", time(9, 30), time(16, 0), (0, 0), (1, 3), (3, 21), 0, 1),
)
_BEFORE = (date(2023, 4, 3), date(2023, 8, 31))
_SHARED = (date(2023, 9, 1), date(2024, 3, 31))
_AFTER = (date(2024, 4, 1), date(2024, 9, 30))
_UPCOMING = (date(2024, 10, 14), date(2024, 12, 19))
_EDGES = {_BEFORE: [date(2023, 8, 31)], _SHARED: [date(2023, 9, 1), date(2024, 3, 28)], _AFTER: [date(2024, 9, 30)]}
"""Days on which WTK is held so that a period that is one day out comes to another number."""

ELEARNING_BOOKINGS = {
    "ACN": 2883,
    "CAP": 179,
    "CDV": 150,
    "CSE": 505,
    "DOM": 8,
    "PC2": 37,
    "PCM": 43,
    "PCO": 127,
    "PC3": 22,
}


@dataclass(frozen=True)
class EnrolmentRecord:
    """One booking of an e-learning course. `started_on` and `completed_on` are made up, None where not so."""

    course: str
    person: str
    agency: str
    booked_on: date
    started_on: date | None
    completed_on: date | None


@dataclass(frozen=True)
class KirkleesRecords:
    """Everything made up for Kirklees. Sessions are in order of day, attendances in order of session."""

    agencies: tuple[Agency, ...]
    people: tuple[Person, ...]
    sessions: tuple[SessionRecord, ...]
    attendances: tuple[AttendanceRecord, ...]
    enrolments: tuple[EnrolmentRecord, ...]


@dataclass(frozen=True)
class _Group:
    """A session with the size it must come to; its reference is still a draft."""

    session: SessionRecord
    came: int
    window: tuple[date, date]


def kirklees_records(seed: int = SEED) -> KirkleesRecords:
    """The records for a seed: the same seed gives the same records, every seed gives the published totals."""
    core, others, browsers = _people(seed)
    groups = _groups(seeded(seed, "sessions"))
    attendances = _attendances(seeded(seed, "attendance"), groups, core, others)
    named = [one.person for one in sign_in_people("kirklees")]
    everybody = [*core, *others, *browsers]
    return KirkleesRecords(
        agencies=AGENCIES,
        people=(*named, *everybody),
        sessions=tuple(group.session for group in groups),
        attendances=tuple(attendances),
        enrolments=tuple(_enrolments(seeded(seed, "e-learning"), everybody)),
    )


def sector_of_agency(name: str) -> str:
    """The sector key of an agency by its key, name or alias in a file. KeyError for an unknown one."""
    return {known: one.sector for one in AGENCIES for known in (one.key, one.name, *one.aliases)}[name]


def _people(seed: int) -> tuple[list[Person], list[Person], list[Person]]:
    """Those of the published period, those who came at other times or not at all, and those who only do e-learning."""
    rng = seeded(seed, "people")
    taken = {one.person.email for one in sign_in_people("kirklees")}
    by_key = {agency.key: agency for agency in AGENCIES}
    total = DISTINCT_PEOPLE + 150 + 2400
    places = rng.choices(list(_SHARE_OF_PEOPLE), list(_SHARE_OF_PEOPLE.values()), k=total)
    people = [make_people(rng, by_key[place], 1, prefix="k", taken=taken)[0] for place in places]
    return people[:DISTINCT_PEOPLE], people[DISTINCT_PEOPLE : DISTINCT_PEOPLE + 150], people[DISTINCT_PEOPLE + 150 :]


def _groups(rng: random.Random) -> list[_Group]:
    """Every session with its size. No two are on one day, so that nobody is in two rooms at once."""
    free = {window: working_days(*window) for window in (_BEFORE, _SHARED, _AFTER, _UPCOMING)}
    trainer = next(one.person.key for one in sign_in_people("kirklees") if one.role == "trainer")
    groups: list[_Group] = []
    for plan in PLANS:
        modes = [VIRTUAL] * plan.virtual + [CLASSROOM] * (plan.shared[0] + plan.after[0] - plan.virtual)
        rng.shuffle(modes)
        usual = VIRTUAL if plan.virtual else CLASSROOM
        hours = (plan.starts, plan.ends)
        draft = SessionRecord("", plan.course, _AFTER[0], *hours, usual, DELIVERED, 24, trainers=(trainer,))
        for window, (count, delegates) in ((_BEFORE, plan.before), (_SHARED, plan.shared), (_AFTER, plan.after)):
            days = _draw_days(rng, free[window], count, _EDGES[window] if plan.course == "WTK" else [])
            sizes = split_evenly(rng, delegates, count, least=3, most=22) if count else []
            for day, size in zip(days, sizes, strict=True):
                mode = usual if window == _BEFORE else modes.pop()
                groups.append(_Group(replace(draft, day=day, mode=mode), size, window))
        (called_off,) = _draw_days(rng, free[_SHARED], 1, [])
        groups.append(_Group(replace(draft, day=called_off, status=CANCELLED), 0, _SHARED))
        groups += [
            _Group(replace(draft, day=day, status=SCHEDULED), rng.randint(4, 24), _UPCOMING)
            for day in _draw_days(rng, free[_UPCOMING], plan.upcoming, [])
        ]
        if plan.course == "WTK":
            late = replace(draft, day=date(2024, 10, 2), status=DELIVERED)
            groups.append(_Group(late, 15, (date(2024, 10, 1), DEMO_DAY)))
    numbered = numbered_refs(replace(group.session, venue=_venue(group.session)) for group in groups)
    by_day = {group.session.day: group for group in groups}
    return [replace(by_day[session.day], session=session) for session in numbered]


def _draw_days(rng: random.Random, free: list[date], count: int, fixed: list[date]) -> list[date]:
    """`count` days taken out of `free`, the fixed ones among them, in order."""
    drawn = [*fixed, *rng.sample([day for day in free if day not in fixed], count - len(fixed))]
    for day in drawn:
        free.remove(day)
    return sorted(drawn)


def _venue(session: SessionRecord) -> str:
    return "" if session.mode == VIRTUAL else "Town hall annexe, training room (made up)"


def _attendances(
    rng: random.Random, groups: list[_Group], core: list[Person], others: list[Person]
) -> list[AttendanceRecord]:
    """Who came to what. In the published period nobody takes a course twice, and all of `core` come at least once."""
    published = [group for group in groups if group.window in (_SHARED, _AFTER) and group.session.status == DELIVERED]
    seats = {plan.course: plan.shared[1] + plan.after[1] for plan in PLANS}
    takers = {"WTK": rng.sample(core, seats["WTK"])}
    missing = [person for person in core if person not in takers["WTK"]]
    takers["CPC"] = missing + rng.sample(takers["WTK"], seats["CPC"] - len(missing))
    for course in ("WTR", "ICN", "IAC"):
        takers[course] = rng.sample(core, seats[course])
    for course in takers:
        rng.shuffle(takers[course])
    records: list[AttendanceRecord] = []
    for group in groups:
        if group in published:
            came = [takers[group.session.course].pop() for _ in range(group.came)]
        else:
            came = rng.sample(others, group.came)
        records += _room(rng, group, came, [person for person in others if person not in came])
    return records


def _room(rng: random.Random, group: _Group, came: list[Person], idle: list[Person]) -> list[AttendanceRecord]:
    """The bookings of one session: those who came, then those who did not."""
    session = group.session
    if session.status == CANCELLED:
        states = [(person, "booked") for person in rng.sample(idle, rng.randint(3, 8))]
    elif session.status == SCHEDULED:
        states = [(person, "booked") for person in came]
    else:
        absent = rng.sample(idle, rng.randint(0, 3))
        states = [(person, "attended") for person in came]
        states += [(person, rng.choice(("no_show", "no_show", "cancelled_late"))) for person in absent]
    latest = min(session.day, DEMO_DAY)
    return [
        AttendanceRecord(session.ref, person.key, person.agency, state, latest - timedelta(days=rng.randint(5, 60)))
        for person, state in states
    ]


def _enrolments(rng: random.Random, people: Sequence[Person]) -> list[EnrolmentRecord]:
    """The published number of bookings of each course, each by another person, within the published period."""
    first, last = PUBLISHED_PERIOD
    found = []
    for course, bookings in ELEARNING_BOOKINGS.items():
        for person in rng.sample(people, bookings):
            booked_on = first + timedelta(days=rng.randint(0, (last - first).days))
            started_on = booked_on + timedelta(days=int(rng.expovariate(1 / 9))) if rng.random() < 0.8 else None
            if started_on and started_on >= DEMO_DAY:
                started_on = None
            completed_on = None
            if started_on and rng.random() < 0.76:
                completed_on = started_on + timedelta(days=int(rng.expovariate(1 / 6)))
                if completed_on >= DEMO_DAY:
                    completed_on = None
            found.append(EnrolmentRecord(course, person.key, person.agency, booked_on, started_on, completed_on))
    return sorted(found, key=lambda one: (one.booked_on, one.course, one.person))
