"""What is under way when the demonstration begins, so that every page of booking has something to show: a week of workshops, a
course on two dates, a place a manager is asked about, one that is offered, places to be named, interest, and a school's request.

Everything happens through the doors people use, in the days before the first moment.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from demo.loading import FIRST_MOMENT, Loaded, at
from lms.accounts.models import Person
from lms.bookings import operations as places
from lms.bookings.models import CancelReason
from lms.catalogue.models import Course, CourseSession, GroupKind, Mode, SessionDate, SessionGroup
from lms.dates import from_london
from lms.db import db, writing
from lms.demand import operations as demand
from lms.organisations.models import Organisation
from lms.roles import Role
from lms.teams import operations as teams

#: The Monday of Safeguarding Week.
WEEK = date(2024, 11, 18)


def days_before(days: int, hour: int = 10) -> datetime:
    """So many days before the first moment, at this hour in London."""
    return from_london((FIRST_MOMENT - timedelta(days=days)).date(), hour)


def set_scenes(loaded: Loaded) -> None:
    """Everything named above, for Wakefield."""
    with writing():
        _course_rules(loaded)
        workshops = _workshops(loaded)
        two_dates = _two_dates(loaded)
    with writing():
        _bookings(loaded, workshops)
    with writing():
        _team(loaded, two_dates)
        _demand(loaded)


def course_of(loaded: Loaded, code: str) -> Course:
    """A course by its code, in the transaction at hand."""
    return db.session.get_one(Course, loaded.courses[code].id)


def person_of(loaded: Loaded, key: str) -> Person:
    """Somebody who was made up, in the transaction at hand."""
    return db.session.get_one(Person, loaded.people[key].id)


def of_agency(loaded: Loaded, agency: str) -> Iterable[Person]:
    """The people of an agency, in the order they were made up."""
    organisation = loaded.organisations[agency].id
    return [person_of(loaded, key) for key, one in loaded.people.items() if one.organisation_id == organisation]


def _course_rules(loaded: Loaded) -> None:
    """Two courses with rules of their own, and managers for those who would be asked."""
    course_of(loaded, "RPC").needs_approval = True
    course_of(loaded, "CHP").prerequisites = [course_of(loaded, "WTS")]
    course_of(loaded, "NEG").tells_manager = True
    helen = person_of(loaded, "w-helen-ward")
    for one in of_agency(loaded, "community-health"):
        if one.id != helen.id and not one.manager_email:
            one.manager_name, one.manager_email = helen.name, helen.email or ""
    db.session.flush()


def add_session(
    course: Course, reference: str, dates: list[tuple[date, time, time]], *, capacity: int, **more: object
) -> CourseSession:
    """A session of ours on these days, announced a month before the first moment."""
    days = [SessionDate(starts_at=at(day, starts), ends_at=at(day, ends)) for day, starts, ends in dates]
    session = CourseSession(
        reference=reference,
        course=course,
        starts_at=days[0].starts_at,
        ends_at=days[-1].ends_at,
        dates=days,
        mode=Mode.VIRTUAL,
        capacity=capacity,
        joining_link=f"https://meet.example.org.uk/{reference.lower()}",
        added_at=days_before(30),
        published_at=days_before(30),
        **more,
    )
    db.session.add(session)
    db.session.flush()
    return session


def _workshops(loaded: Loaded) -> list[int]:
    """Safeguarding Week: four short sessions of one week, two of them at the same time."""
    week = SessionGroup(
        key="safeguarding-week-2024",
        title="Safeguarding Week 2024",
        about="Short workshops at noon and in the afternoon, for everybody.",
        kind=GroupKind.BUNDLE,
    )
    trainer = person_of(loaded, "w-tom-ashworth")
    given = [
        ("SGW", "SGW-2024-11", WEEK, time(12), time(13), 60),
        ("SLP", "SLP-2024-11", WEEK + timedelta(days=2), time(10), time(12), 3),
        ("SGW", "SGW-2024-11-2", WEEK + timedelta(days=2), time(10, 30), time(11, 30), 60),
        ("SGW", "SGW-2024-11-3", WEEK + timedelta(days=4), time(12), time(13), 60),
    ]
    return [
        add_session(
            course_of(loaded, code),
            reference,
            [(day, starts, ends)],
            capacity=capacity,
            group=week,
            trainers=[trainer],
            asks_access=True,
        ).id
        for code, reference, day, starts, ends, capacity in given
    ]


def _two_dates(loaded: Loaded) -> int:
    """One course over two mornings."""
    mornings = [(date(2025, 1, 14), time(9, 30), time(12, 30)), (date(2025, 1, 28), time(9, 30), time(12, 30))]
    trainer = person_of(loaded, "w-tom-ashworth")
    return add_session(course_of(loaded, "WTS"), "WTS-2025-01", mornings, capacity=16, trainers=[trainer], minimum=6).id


def _bookings(loaded: Loaded, workshops: list[int]) -> None:
    """A full workshop whose next place is offered to somebody who has another at that time; and a manager who is asked."""
    amina = person_of(loaded, "w-amina-yusuf")
    noon, full, same_time, _ = (db.session.get_one(CourseSession, one) for one in workshops)
    others = [one for one in of_agency(loaded, "early-help") if Role.TRAINER not in one.roles][:6]
    for number, one in enumerate(others):
        places.book_place(session=noon, person=one, now=days_before(6, 9 + number))
    first = [places.book_place(session=full, person=one, now=days_before(5)) for one in others[:3]]
    places.book_place(session=same_time, person=amina, now=days_before(5, 11))
    places.book_place(session=full, person=amina, now=days_before(4))
    places.book_place(session=full, person=others[3], now=days_before(3))
    places.cancel_booking(booking=first[0], by=first[0].person, now=FIRST_MOMENT, reason=CancelReason.WORK)
    conflict = db.session.get_one(CourseSession, loaded.sessions["RPC-2024-12"].id)
    places.book_place(session=conflict, person=amina, now=days_before(1))


def _team(loaded: Loaded, two_dates: int) -> None:
    """A training lead keeps two places she will name later."""
    helen = person_of(loaded, "w-helen-ward")
    session = db.session.get_one(CourseSession, two_dates)
    teams.reserve(session=session, places=2, by=helen, now=days_before(2))


def _demand(loaded: Loaded) -> None:
    """People who would come to a course without a date, and a school that asks for a session of its own."""
    for agency, wish in (
        ("fernbank-primary", "A morning, please"),
        ("coldwell-primary", "After school"),
        ("birkrigg-secondary", ""),
    ):
        for one in list(of_agency(loaded, agency))[:2]:
            demand.show_interest(course=course_of(loaded, "DSL"), person=one, wish=wish, now=days_before(8))
    joanne = person_of(loaded, "w-joanne-kerr")
    demand.ask_for_session(
        course=course_of(loaded, "BAR"),
        by=joanne,
        organisation=db.session.get_one(Organisation, joanne.organisation_id),
        people=34,
        wish="A training day in January, in our hall. There is a screen.",
        now=days_before(1),
    )
