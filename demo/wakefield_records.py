"""All made-up records of the Wakefield demo in one place, drawn from a fixed seed. Nobody and nothing in them is real.

The published figures they come to are in `demo/figures/`: subscribers of 13 sectors on two days, schools and sessions of the
year’s school training, 15 editions. The neglect course and the sessions to come are made up altogether.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from demo.bulletin_records import EditionRecord, SubscriberRecord, edition_records, subscriber_records
from demo.neglect_records import LatentProfile, ManagerRecord, NeglectRecords, neglect_records
from demo.people import MAIL_DOMAIN, Agency, Person, make_people, plain_letters, seeded, sign_in_people
from demo.records import CLASSROOM, SCHEDULED, VIRTUAL, AttendanceRecord, SectorHold, SessionRecord, numbered_refs
from demo.school_training import SchoolTraining, school_training
from demo.simulated_answers import simulate_answers
from demo.wakefield_agencies import AGENCIES, SCHOOLS, SERVICES

__all__ = [
    "LatentProfile",
    "ManagerRecord",
    "NeglectRecords",
    "SchoolTraining",
    "WakefieldRecords",
    "simulate_answers",
    "wakefield_records",
]

SEED = 20230331
DEMO_DAY = date(2024, 10, 8)
STAFF_PER_SERVICE = 22

CAST = (
    ("Mei", "Chen", "hospital-trust", "Paediatric nurse"),
    ("Siobhán", "O’Neill", "early-help", "Early help practitioner"),
    ("Mohammed", "Akhtar", "police", "Police constable"),
    ("Katarzyna", "Nowak", "thornbeck-primary", "Teacher"),
    ("Dev", "Patel", "childrens-social-care", "Social worker"),
    ("Grace", "Adeyemi", "open-door-families", "Project worker"),
    ("Rhys", "Llewellyn", "oxgate-secondary", "Pastoral lead"),
    ("Hannah", "Booth", "hospital-trust", "Midwife"),
    ("Tomasz", "Wójcik", "northmoor-homes", "Housing officer"),
    ("Bilal", "Hussain", "youth-justice", "Youth justice officer"),
    ("Ellie", "Marsden", "community-health", "School nurse"),
)
"""Made-up people with a name of their own in the demo’s pages, beside those who sign in."""


@dataclass(frozen=True)
class ComingSession:
    """A session after the demo’s first day, with how many have booked and how many wait."""

    course: str
    day: date
    starts: time
    ends: time
    mode: str
    capacity: int
    booked: int
    waiting: int = 0


_MORNING, _AFTERNOON, _DAY = (time(9, 30), time(12, 30)), (time(13, 0), time(16, 0)), (time(9, 30), time(16, 0))
COMING = (
    ComingSession("SLP", date(2024, 10, 14), time(10, 0), time(12, 30), VIRTUAL, 40, 33),
    ComingSession("MAL", date(2024, 10, 16), *_AFTERNOON, VIRTUAL, 40, 29),
    ComingSession("PMH", date(2024, 10, 22), *_MORNING, VIRTUAL, 25, 25, 2),
    ComingSession("NEG", date(2024, 11, 5), *_DAY, CLASSROOM, 20, 14),
    ComingSession("WTS", date(2024, 11, 12), *_DAY, VIRTUAL, 30, 16),
    ComingSession("SRC", date(2024, 11, 19), *_DAY, CLASSROOM, 18, 18, 4),
    ComingSession("CHP", date(2024, 11, 28), *_AFTERNOON, CLASSROOM, 24, 11),
    ComingSession("SLP", date(2024, 12, 4), time(10, 0), time(12, 30), VIRTUAL, 40, 12),
    ComingSession("RPC", date(2024, 12, 10), *_MORNING, VIRTUAL, 20, 9),
    ComingSession("FII", date(2025, 1, 16), *_AFTERNOON, VIRTUAL, 60, 41),
    ComingSession("SRC", date(2025, 1, 21), *_DAY, CLASSROOM, 18, 5),
    ComingSession("WTS", date(2025, 2, 5), *_DAY, CLASSROOM, 24, 7),
    ComingSession("PMH", date(2025, 2, 11), *_MORNING, VIRTUAL, 25, 3),
)
NEGLECT_HOLDS = (
    SectorHold("education", 6, date(2024, 10, 1)),
    SectorHold("housing", 4, date(2024, 10, 22)),
    SectorHold("health", 5, date(2024, 10, 1)),
)
_NEGLECT_BOOKED = {"education": 5, "housing": 1, "health": 4, "children_young_people_services": 2, "police": 1}
_NEGLECT_BOOKED_ELSEWHERE = "voluntary_community"


@dataclass(frozen=True)
class WakefieldRecords:
    """Everything made up for Wakefield. `coming` and `coming_bookings` are the sessions after 8 October 2024."""

    agencies: tuple[Agency, ...]
    schools: tuple[Agency, ...]
    people: tuple[Person, ...]
    subscribers: tuple[SubscriberRecord, ...]
    editions: tuple[EditionRecord, ...]
    school_training: SchoolTraining
    neglect: NeglectRecords
    coming: tuple[SessionRecord, ...]
    coming_bookings: tuple[AttendanceRecord, ...]

    @property
    def sessions(self) -> tuple[SessionRecord, ...]:
        """All sessions, past and to come, in order of day."""
        every = (*self.school_training.sessions, *self.neglect.sessions, *self.coming)
        return tuple(sorted(every, key=lambda one: (one.day, one.ref)))

    @property
    def attendances(self) -> tuple[AttendanceRecord, ...]:
        """All bookings and attendances, past and to come."""
        return (*self.school_training.attendances, *self.neglect.attendances, *self.coming_bookings)


def wakefield_records(seed: int = SEED) -> WakefieldRecords:
    """The records for a seed: the same seed gives the same records, every seed comes to the published figures."""
    named = {one.role: one.person for one in sign_in_people("wakefield")}
    cast = _cast()
    taken = {person.email for person in (*named.values(), *cast)}
    rng = seeded(seed, "services")
    staff: list[Person] = []
    for service in SERVICES:
        staff += make_people(rng, service, min(service.workforce - 3, STAFF_PER_SERVICE), prefix="w", taken=taken)
    training = school_training(seed, taken, named["education_adviser"].key, (*named.values(), *cast))
    practitioners = [person for person in (*staff, *training.people) if person.agency != "partnership-unit"]
    neglect = neglect_records(
        seed,
        [person for person in practitioners if person.job_title not in ("Governor", "Early career teacher")],
        _managers([named["training_lead"], named["headteacher"], *staff, *training.people]),
        named["practitioner"],
        (named["trainer"].key, cast[0].key),
    )
    coming = _coming(named["trainer"].key, cast[0].key)
    bookings = _bookings(seeded(seed, "coming"), coming, practitioners, named["practitioner"], cast[1:])
    return WakefieldRecords(
        agencies=AGENCIES,
        schools=SCHOOLS,
        people=(*named.values(), *cast, *staff, *training.people),
        subscribers=tuple(subscriber_records(seed, taken)),
        editions=edition_records(),
        school_training=training,
        neglect=neglect,
        coming=coming,
        coming_bookings=tuple(bookings),
    )


def _managers(people: Iterable[Person]) -> dict[str, list[Person]]:
    """People of each agency whom colleagues name as their manager, headteachers first in schools."""
    managers: dict[str, list[Person]] = {}
    for person in sorted(people, key=lambda one: one.job_title != "Headteacher"):
        managers.setdefault(person.agency, []).append(person)
    return managers


def _cast() -> list[Person]:
    sectors = {agency.key: agency.sector for agency in AGENCIES}
    people = []
    for first_name, last_name, agency, job_title in CAST:
        plain = (plain_letters(first_name), plain_letters(last_name))
        email = f"{plain[0]}.{plain[1]}@{agency}.{MAIL_DOMAIN}"
        key = f"w-{plain[0]}-{plain[1]}"
        people.append(Person(key, first_name, last_name, email, agency, sectors[agency], job_title))
    return people


def _coming(trainer: str, second_trainer: str) -> tuple[SessionRecord, ...]:
    drafts = [
        SessionRecord(
            ref="",
            course=one.course,
            day=one.day,
            starts=one.starts,
            ends=one.ends,
            mode=one.mode,
            status=SCHEDULED,
            capacity=one.capacity,
            venue="" if one.mode == VIRTUAL else "Civic hall, room 2 (made up)",
            trainers=(trainer, second_trainer) if one.course == "NEG" else (trainer,),
            holds=NEGLECT_HOLDS if one.course == "NEG" else (),
        )
        for one in COMING
    ]
    return tuple(numbered_refs(drafts))


def _bookings(
    rng: random.Random,
    sessions: Iterable[SessionRecord],
    people: Sequence[Person],
    practitioner: Person,
    cast: Sequence[Person],
) -> list[AttendanceRecord]:
    """Who has booked what is to come. The practitioner who signs in has booked the safer sleep session in December alone."""
    records = []
    for session, plan in zip(sessions, sorted(COMING, key=lambda one: one.day), strict=True):
        if session.course == "NEG":
            chosen = _neglect_bookings(rng, people, cast, plan.booked)
        elif session.ref == "SLP-2024-12":
            chosen = [practitioner, *rng.sample(people, plan.booked - 1)]
        else:
            chosen = rng.sample(people, plan.booked + plan.waiting)
        for number, person in enumerate(chosen):
            waits = number >= plan.booked
            days = rng.randint(1, 6) if waits else rng.randint(7, 70)
            state = "waiting" if waits else "booked"
            records.append(
                AttendanceRecord(session.ref, person.key, person.agency, state, DEMO_DAY - timedelta(days=days))
            )
    return records


def _neglect_bookings(
    rng: random.Random, people: Sequence[Person], cast: Sequence[Person], booked: int
) -> list[Person]:
    """The named people first, then others until each sector has its number; one voluntary group’s worker fills the room."""
    wanted = {**_NEGLECT_BOOKED, _NEGLECT_BOOKED_ELSEWHERE: 1}
    chosen: list[Person] = []
    for person in (*cast, *rng.sample(people, len(people))):
        if wanted.get(person.sector, 0) > 0:
            wanted[person.sector] -= 1
            chosen.append(person)
    if len(chosen) != booked:
        raise ValueError(f"{len(chosen)} people for {booked} places")
    return chosen
