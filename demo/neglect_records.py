"""The neglect course of the thread: six made-up sessions, who came, and what moved in each person. Nobody here is real.

The profile of a person is the made-up truth that simulated answers are drawn from (`demo/simulated_answers.py`). It is never
stored: the reports see answers alone, as they would in life.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from demo.people import Person, seeded
from demo.records import CAME, CLASSROOM, DELIVERED, VIRTUAL, AttendanceRecord, SessionRecord

WAVES = ("baseline", "end", "w6", "m3", "m6")
RESPONSE = {"baseline": 0.90, "end": 0.85, "w6": 0.66, "m3": 0.58, "m6": 0.46}
"""Share of those asked who answer each wave: of the booked for the baseline, of those who came for the others."""

MANAGERS_ANSWER = 0.40

CAME_FROM = {
    "education": 44,
    "children_young_people_services": 26,
    "health": 20,
    "voluntary_community": 7,
    "police": 5,
    "early_years": 5,
    "public_health": 2,
    "adult_services": 1,
    "probation": 1,
    "youth_justice": 1,
}
"""How many people of each sector came to the six sessions together. Housing, the fire service and others: nobody."""

STAYED_AWAY = ("ferry-lane-surgery", "hillbank-surgery", "castle-swim-club", "childminder-network")
"""Agencies of a reached sector from which nobody came."""

NEGLECT_SCHOOLS = 18


@dataclass(frozen=True)
class SessionPlan:
    """What one session comes to: `booked` in advance, `came` in all, `walk_ins` among those who came."""

    ref: str
    day: date
    mode: str
    booked: int
    came: int
    walk_ins: int


PLANS = (
    SessionPlan("NEG-2023-03", date(2023, 3, 7), CLASSROOM, 22, 20, 1),
    SessionPlan("NEG-2023-05", date(2023, 5, 16), VIRTUAL, 24, 21, 1),
    SessionPlan("NEG-2023-07", date(2023, 7, 4), CLASSROOM, 20, 17, 2),
    SessionPlan("NEG-2023-09", date(2023, 9, 26), VIRTUAL, 24, 20, 1),
    SessionPlan("NEG-2023-11", date(2023, 11, 21), CLASSROOM, 18, 16, 1),
    SessionPlan("NEG-2024-02", date(2024, 2, 6), VIRTUAL, 22, 18, 1),
)


@dataclass(frozen=True)
class Course:
    """How one thing moves in one person: before the course, at its end, and what is left 3 and 6 months later."""

    before: float
    end: float
    m3: float
    m6: float

    def at(self, wave: str) -> float:
        return {"baseline": self.before, "start": self.before, "end": self.end, "m6": self.m6}.get(wave, self.m3)


@dataclass(frozen=True)
class LatentProfile:
    """The made-up truth about one person at one session.

    `confidence` is on 0 to 4, `behaviour`, `toolkit` and `challenge` on 0 to 3, `knowledge` is the chance of a right answer.
    `answers` are the waves this person answers, `opportunity` the chance that their work called for it in three months,
    `warmth` from 0 to 1 how kindly they rate in general, `quotes` whether they allow a quote.
    """

    person: str
    session: str
    answers: frozenset[str]
    manager_answers: bool
    confidence: Course
    behaviour: Course
    toolkit: Course
    challenge: Course
    knowledge: Course
    opportunity: float
    warmth: float
    quotes: bool


@dataclass(frozen=True)
class ManagerRecord:
    """The line manager a person named when they booked (made up)."""

    person: str
    name: str
    email: str


@dataclass(frozen=True)
class NeglectRecords:
    """The six sessions, their attendances, a profile and a manager for everybody booked or there."""

    sessions: tuple[SessionRecord, ...]
    attendances: tuple[AttendanceRecord, ...]
    profiles: tuple[LatentProfile, ...]
    managers: tuple[ManagerRecord, ...]


def neglect_records(
    seed: int,
    people: Sequence[Person],
    managers: Mapping[str, Sequence[Person]],
    first: Person,
    trainers: tuple[str, ...],
) -> NeglectRecords:
    """The course, drawn from `people`. `first` came to the first session; `managers` are two or more of each agency."""
    rng = seeded(seed, "neglect")
    came = _those_who_came(rng, [person for person in people if person != first], first)
    spare = [
        person
        for person in people
        if person.sector in CAME_FROM
        and person not in came
        and person.agency not in STAYED_AWAY
        and person.job_title != "Governor"
    ]
    sessions = tuple(_session(plan, trainers) for plan in PLANS)
    attendances: list[AttendanceRecord] = []
    rest = came[1:]
    for plan, session in zip(PLANS, sessions, strict=True):
        there = [rest.pop() for _ in range(plan.came - (1 if plan is PLANS[0] else 0))]
        there = [first, *there] if plan is PLANS[0] else there
        away = [spare.pop(rng.randrange(len(spare))) for _ in range(plan.booked - (plan.came - plan.walk_ins))]
        attendances += _room(rng, session, there, away, plan.walk_ins)
    by_key = {person.key: person for person in people} | {first.key: first}
    return NeglectRecords(
        sessions,
        tuple(attendances),
        tuple(_profiles(seeded(seed, "profiles"), attendances)),
        tuple(_managers([by_key[one.person] for one in attendances], managers)),
    )


def _those_who_came(rng: random.Random, people: Sequence[Person], first: Person) -> list[Person]:
    """`CAME_FROM` people of each sector, every agency of it at least once, `first` in front."""
    chosen = [first]
    schools = sorted({person.agency for person in people if person.sector == "education"})
    away = {*STAYED_AWAY, *set(schools).difference(rng.sample(schools, NEGLECT_SCHOOLS))}
    for sector, count in CAME_FROM.items():
        room = [
            one for one in people if one.sector == sector and one.agency not in away and one.job_title != "Governor"
        ]
        rng.shuffle(room)
        one_each = list({person.agency: person for person in room}.values())
        others = [person for person in room if person not in one_each]
        wanted = count - (1 if first.sector == sector else 0)
        chosen += [*one_each, *others][:wanted]
    rest = chosen[1:]
    rng.shuffle(rest)
    return [first, *rest]


def _session(plan: SessionPlan, trainers: tuple[str, ...]) -> SessionRecord:
    venue = "Civic hall, room 2 (made up)" if plan.mode == CLASSROOM else ""
    hours = (time(9, 30), time(16, 0))
    return SessionRecord(plan.ref, "NEG", plan.day, *hours, plan.mode, DELIVERED, 26, venue, trainers=trainers)


def _room(
    rng: random.Random, session: SessionRecord, there: list[Person], away: list[Person], walk_ins: int
) -> list[AttendanceRecord]:
    """The last `walk_ins` of `there` had not booked; one of the others leaves early, sometimes."""
    leaver = rng.randrange(1, 6) if rng.random() < 0.8 else -1
    records = []
    for number, person in enumerate(there):
        walked_in = number >= len(there) - walk_ins
        left_at = time(rng.choice((12, 13, 14, 15)), rng.choice((0, 15, 30, 45))) if number == leaver else None
        state = "left_early" if left_at else "attended"
        booked_on = session.day if walked_in else session.day - timedelta(days=rng.randint(8, 60))
        records.append(AttendanceRecord(session.ref, person.key, person.agency, state, booked_on, left_at, walked_in))
    for person in away:
        state = rng.choice(("apology", "apology", "no_show"))
        booked_on = session.day - timedelta(days=rng.randint(8, 60))
        records.append(AttendanceRecord(session.ref, person.key, person.agency, state, booked_on))
    return records


def _profiles(rng: random.Random, attendances: Sequence[AttendanceRecord]) -> list[LatentProfile]:
    """One profile each. Who answers one wave is more likely to answer another, and the shares are those of `RESPONSE`."""
    willing = {one.person: rng.random() for one in attendances}
    answering: dict[str, set[str]] = {one.person: set() for one in attendances}
    for wave in WAVES:
        asked = [one.person for one in attendances if (not one.walk_in if wave == "baseline" else one.state in CAME)]
        ranked = sorted(asked, key=lambda person: 0.8 * willing[person] + 0.2 * rng.random(), reverse=True)
        for person in ranked[: round(RESPONSE[wave] * len(asked))]:
            answering[person].add(wave)
    came = [one.person for one in attendances if one.state in CAME]
    managed = set(rng.sample(came, round(MANAGERS_ANSWER * len(came))))
    plain = [_moves(rng, one.person, one.session) for one in attendances]
    return [
        replace(one, answers=frozenset(answering[one.person]), manager_answers=one.person in managed) for one in plain
    ]


def _moves(rng: random.Random, person: str, session: str) -> LatentProfile:
    """Confidence rises and mostly stays, the toolkit fades, challenge stays as it was, knowledge is partly lost."""
    ready, gain = rng.gauss(1.75, 0.6), max(0.0, rng.gauss(1.2, 0.35))
    habit, done = rng.gauss(1.3, 0.5), max(0.0, rng.gauss(0.7, 0.25))
    tool, used, faded = rng.gauss(0.95, 0.5), max(0.0, rng.gauss(0.9, 0.45)), rng.uniform(0.05, 0.2)
    dare = rng.gauss(1.7, 0.6)
    known, learned = min(0.8, max(0.15, rng.gauss(0.48, 0.14))), max(0.0, rng.gauss(0.33, 0.08))
    return LatentProfile(
        person=person,
        session=session,
        answers=frozenset(),
        manager_answers=False,
        confidence=Course(ready, ready + gain, ready + 0.9 * gain, ready + 0.82 * gain),
        behaviour=Course(habit, habit, habit + done, habit + 0.85 * done),
        toolkit=Course(tool, tool, tool + used, tool + faded * used),
        challenge=Course(dare, dare, dare + rng.gauss(0.03, 0.1), dare + rng.gauss(0.0, 0.1)),
        knowledge=Course(known, known + learned, known + 0.65 * learned, known + 0.45 * learned),
        opportunity=min(0.98, max(0.5, rng.gauss(0.86, 0.1))),
        warmth=min(1.0, max(0.0, rng.gauss(0.7, 0.15))),
        quotes=rng.random() < 0.55,
    )


def _managers(people: Sequence[Person], managers: Mapping[str, Sequence[Person]]) -> list[ManagerRecord]:
    """The first manager of the person’s agency who is not the person."""
    return [
        ManagerRecord(person.key, manager.name, manager.email)
        for person in people
        for manager in [next(one for one in managers[person.agency] if one != person)]
    ]
