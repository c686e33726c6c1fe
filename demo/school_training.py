"""Made-up sessions behind the published table of school training, 2022-23, and the people who came to them.

Two rows of the table are counted in schools (a whole-school session is held at one school, its host), four in sessions. A
cancelled session at a further school and sessions a day outside the year are there so that they are seen not to count.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from demo.people import Agency, Person, make_people, seeded
from demo.records import (
    CANCELLED,
    CLASSROOM,
    DELIVERED,
    VIRTUAL,
    AttendanceRecord,
    SessionRecord,
    numbered_refs,
    working_days,
)
from demo.wakefield_agencies import SCHOOLS

YEAR = (date(2022, 4, 1), date(2023, 3, 31))
SCHOOL_HOLIDAYS = (
    (date(2022, 4, 4), date(2022, 4, 22)),
    (date(2022, 5, 30), date(2022, 6, 3)),
    (date(2022, 7, 25), date(2022, 8, 31)),
    (date(2022, 10, 24), date(2022, 10, 28)),
    (date(2022, 12, 19), date(2023, 1, 2)),
    (date(2023, 2, 13), date(2023, 2, 17)),
)
HOSTED = {"BAR": 62, "SWP": 59}
"""Whole-school courses: how many different schools each is held at."""

OPEN_TO_SCHOOLS = {"GOV": 21, "DSL": 20, "SRS": 3, "ECT": 2}
"""Courses people from several schools come to: how many sessions each."""

EDGES = {"BAR": YEAR[0], "SWP": YEAR[1]}
OUTSIDE = {"BAR": date(2023, 4, 3), "SWP": date(2022, 3, 31)}
"""The first and last day of the year, and a working day just outside it: a year that is one day out counts otherwise."""

NEGLECT_DAY = date(2023, 3, 7)
"""The day of the neglect course within the year: no school session then, so that nobody is in two rooms."""

_HOURS = {
    "BAR": (time(15, 30), time(17, 30), CLASSROOM),
    "SWP": (time(15, 30), time(17, 30), CLASSROOM),
    "GOV": (time(18, 0), time(20, 0), VIRTUAL),
    "DSL": (time(9, 0), time(15, 30), CLASSROOM),
    "SRS": (time(9, 0), time(15, 30), VIRTUAL),
    "ECT": (time(13, 0), time(15, 0), CLASSROOM),
}
_GOVERNOR, _LEAD, _DEPUTY, _HEAD = "Governor", "Designated safeguarding lead", "Deputy safeguarding lead", "Headteacher"
_WHO = {"GOV": (_GOVERNOR,), "DSL": (_LEAD, _DEPUTY), "SRS": (_HEAD, _GOVERNOR), "ECT": ("Early career teacher",)}
_POSTS = (_HEAD, _LEAD, _DEPUTY, _GOVERNOR, _GOVERNOR, _GOVERNOR, "Early career teacher")


@dataclass(frozen=True)
class SchoolTraining:
    """People of all schools, sessions in order of day, attendances in order of session."""

    people: tuple[Person, ...]
    sessions: tuple[SessionRecord, ...]
    attendances: tuple[AttendanceRecord, ...]


def school_training(seed: int, taken: set[str], trainer: str, named: Sequence[Person]) -> SchoolTraining:
    """The year’s school training. `named` are people who already hold a post in a school; their post is not filled twice."""
    rng = seeded(seed, "schools")
    staff = {school.key: _staff(rng, school, taken, named) for school in SCHOOLS}
    days = [day for day in working_days(*YEAR, without=SCHOOL_HOLIDAYS) if day not in (*EDGES.values(), NEGLECT_DAY)]
    rng.shuffle(days)
    sessions = numbered_refs([*_hosted(trainer, days, rng), *_open(trainer, days)])
    queues = {course: _queue(rng, staff, posts) for course, posts in _WHO.items()}
    attendances: list[AttendanceRecord] = []
    for session in sessions:
        if session.host:
            room = [person for person in staff[session.host] if person.job_title != _GOVERNOR]
            chosen = rng.sample(room, min(len(room), rng.randint(8, 20)))
        else:
            chosen = [queues[session.course].pop() for _ in range(rng.randint(8, 10))]
        attendances += [_attendance(rng, session, person) for person in chosen]
    known = {person.key for person in named}
    people = [person for members in staff.values() for person in members if person.key not in known]
    return SchoolTraining(tuple(people), tuple(sessions), tuple(attendances))


def _staff(rng: random.Random, school: Agency, taken: set[str], named: Sequence[Person]) -> list[Person]:
    """The posts every school has, and some other staff."""
    staff = [person for person in named if person.agency == school.key]
    open_posts = list(_POSTS)
    for person in staff:
        if person.job_title in open_posts:
            open_posts.remove(person.job_title)
    for post in open_posts:
        staff += make_people(rng, school, 1, prefix="w", taken=taken, job_title=post)
    return staff + make_people(rng, school, rng.randint(6, 12), prefix="w", taken=taken)


def _hosted(trainer: str, days: list[date], rng: random.Random) -> list[SessionRecord]:
    """One session at each host school within the year, one a day outside it, one cancelled. Takes its days out of `days`."""
    drafts = []
    for course, schools in HOSTED.items():
        starts, ends, mode = _HOURS[course]
        hosts = rng.sample(SCHOOLS, schools + 2)
        draft = SessionRecord("", course, YEAR[0], starts, ends, mode, DELIVERED, 60, trainers=(trainer,))
        drafts += [
            replace(draft, day=EDGES[course], host=hosts[0].key),
            replace(draft, day=OUTSIDE[course], host=hosts[1].key),
            replace(draft, day=days.pop(), host=hosts[2].key, status=CANCELLED),
        ]
        drafts += [replace(draft, day=days.pop(), host=host.key) for host in hosts[3:]]
    return drafts


def _open(trainer: str, days: list[date]) -> list[SessionRecord]:
    """Sessions for people from several schools, and one governor session that was cancelled."""
    drafts = []
    for course, count in OPEN_TO_SCHOOLS.items():
        starts, ends, mode = _HOURS[course]
        venue = "" if mode == VIRTUAL else "Teachers’ centre, main hall (made up)"
        draft = SessionRecord("", course, YEAR[0], starts, ends, mode, DELIVERED, 24, venue, trainers=(trainer,))
        drafts += [replace(draft, day=days.pop()) for _ in range(count)]
        if course == "GOV":
            drafts.append(replace(draft, day=days.pop(), status=CANCELLED))
    return drafts


def _queue(rng: random.Random, staff: dict[str, list[Person]], posts: tuple[str, ...]) -> list[Person]:
    """Everybody in those posts in a drawn order, several times over, so that nobody comes twice before all have come."""
    people = [person for members in staff.values() for person in members if person.job_title in posts]
    return [person for _ in range(3) for person in rng.sample(people, len(people))]


def _attendance(rng: random.Random, session: SessionRecord, person: Person) -> AttendanceRecord:
    state = "booked"
    if session.status == DELIVERED:
        state = rng.choices(("attended", "no_show", "apology"), (92, 4, 4))[0]
    booked_on = session.day - timedelta(days=rng.randint(5, 45))
    return AttendanceRecord(session.ref, person.key, person.agency, state, booked_on)
