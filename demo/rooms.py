"""Registers under way when the demonstration begins: a session of this morning, whose register has just opened; a course whose
first date is marked and whose second is to come; and two workshops that are over, which one person missed without a word.

Everything happens through the doors people use, in the days before the first moment.
"""

from datetime import date, time

from demo.loading import FIRST_MOMENT, Loaded, at
from demo.scenes import add_session, course_of, days_before, of_agency, person_of
from lms.accounts.models import Person
from lms.attendance import operations as registers
from lms.attendance.models import Mark
from lms.attendance.rules import MarkGiven
from lms.bookings import operations as places
from lms.catalogue.models import CourseSession, SessionDate
from lms.db import db, writing
from lms.roles import Role


def set_rooms(loaded: Loaded) -> None:
    """Everything named above, for Wakefield."""
    with writing():
        _this_morning(loaded)
        _under_way(loaded)
        _over(loaded, "SLP", "SLP-2024-10-02", date(2024, 10, 2), missed=(0, 3))
        _over(loaded, "SGW", "SGW-2024-10-03", date(2024, 10, 3), missed=(0,))


def _people(loaded: Loaded, agency: str, number: int) -> list[Person]:
    """So many people of an agency who neither teach nor sign in, in the order they were made up."""
    plain = [one for one in of_agency(loaded, agency) if {*one.roles} == {Role.PRACTITIONER} and not one.password_hash]
    return plain[-number:]


def _book(session: CourseSession, people: list[Person]) -> list[int]:
    return [places.book_place(session=session, person=one, now=days_before(20)).id for one in people]


def _mark(day: SessionDate, given: list[MarkGiven], by: Person) -> None:
    registers.record_marks(day, given=given, by=by, now=day.ends_at)


def _this_morning(loaded: Loaded) -> None:
    """It begins half an hour after the first moment: the register, checking in by a code and the report of the meeting can be
    tried at once."""
    tom, today = person_of(loaded, "w-tom-ashworth"), FIRST_MOMENT.date()
    hours = [(today, time(9, 30), time(11, 30))]
    session = add_session(course_of(loaded, "MAL"), "MAL-2024-10-08", hours, capacity=16, trainers=[tom])
    _book(session, [person_of(loaded, "w-amina-yusuf"), *_people(loaded, "early-help", 5)])


def _under_way(loaded: Loaded) -> None:
    """Two mornings. At the first somebody came late, somebody left early, somebody sent apologies and somebody walked in; the
    last two are still to be marked, and the second morning is to come."""
    mornings = [(date(2024, 10, day), time(9, 30), time(12, 30)) for day in (1, 15)]
    tom = person_of(loaded, "w-tom-ashworth")
    session = add_session(course_of(loaded, "WTS"), "WTS-2024-10-01", mornings, capacity=16, trainers=[tom])
    people = _people(loaded, "community-health", 5) + _people(loaded, "early-help", 4)
    booked = _book(session, people)
    given_back = places.book_place(session=session, person=_people(loaded, "early-help", 5)[0], now=days_before(20))
    places.cancel_booking(booking=given_back, by=given_back.person, now=days_before(15))
    first = session.dates[0]
    marks = [Mark.ATTENDED] * 4 + [Mark.PART, Mark.LEFT_EARLY, Mark.APOLOGY]
    until = {Mark.PART: at(date(2024, 10, 1), time(12, 30)), Mark.LEFT_EARLY: at(date(2024, 10, 1), time(11, 45))}
    came_late = at(date(2024, 10, 1), time(10, 15))
    given = [
        MarkGiven(booking, mark, until.get(mark), from_at=came_late if mark is Mark.PART else None)
        for booking, mark in zip(booked, marks, strict=False)
    ]
    _mark(first, given, tom)
    registers.add_walk_in(
        first,
        first_name="Łucja",
        last_name="Zielińska",
        email="",
        organisation_id=people[-1].organisation_id,
        by=tom,
        now=first.ends_at,
    )


def _over(loaded: Loaded, course: str, reference: str, day: date, *, missed: tuple[int, ...]) -> None:
    """A workshop at noon that is over, with its register finished. `missed`: who did not come, by their place in the agency."""
    tom = person_of(loaded, "w-tom-ashworth")
    session = add_session(
        course_of(loaded, course), reference, [(day, time(12), time(13))], capacity=30, trainers=[tom]
    )
    booked = _book(session, _people(loaded, "community-health", 6))
    marks = [Mark.NO_SHOW if number in missed else Mark.ATTENDED for number in range(len(booked))]
    _mark(session.dates[0], [MarkGiven(*one) for one in zip(booked, marks, strict=True)], tom)
    registers.finish(session.dates[0], by=tom, now=session.ends_at)
    db.session.flush()
