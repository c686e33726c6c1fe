"""Who missed a session of several dates is asked once, and their manager hears of it once."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from lms.attendance import operations as registers
from lms.attendance.models import Mark
from lms.attendance.rules import MarkGiven
from lms.bookings.models import Booking
from lms.catalogue.models import CourseSession
from lms.db import db
from lms.letters.models import Letter
from lms.roles import Role
from tests.factories import course, course_session, person, session_date
from tests.lms.reminders.post import Book, Walk

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SECOND = datetime(2024, 11, 12, 9, 30, tzinfo=UTC)
OVER = datetime(2024, 12, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def session(app: object) -> CourseSession:
    """5 and 12 November 2024; the course tells managers."""
    made: CourseSession = course_session(
        course(reminder_days=[], tells_manager=True), trainers=[person("Tom", "Ashworth", Role.TRAINER)], capacity=50
    )
    session_date(made, SECOND)
    return made


def _marked(booking: Booking, *marks: Mark) -> None:
    for date, mark in zip(booking.session.dates, marks, strict=False):
        given = [MarkGiven(booking.id, mark)]
        registers.record_marks(date, given=given, by=booking.session.trainers[0], now=date.ends_at)


def _finish(session: CourseSession, *numbers: int) -> None:
    for number in numbers:
        date = session.dates[number]
        assert registers.finish(date, by=session.trainers[0], now=date.ends_at) == 0


def _letters() -> list[tuple[str, str]]:
    keys = ("attendance-missed", "attendance-apology", "attendance-missed-manager")
    found = select(Letter).where(Letter.key.in_(keys)).order_by(Letter.id)
    return [(one.key.removeprefix("attendance-"), one.to_email) for one in db.session.scalars(found)]


def test_nothing_is_written_until_the_last_register_is_finished(session: CourseSession, walk: Walk, book: Book) -> None:
    missed = book(session)
    _marked(missed, Mark.NO_SHOW)
    _finish(session, 0)
    walk(SECOND - HOUR)
    assert _letters() == []
    _marked(missed, Mark.NO_SHOW, Mark.NO_SHOW)
    _finish(session, 1)
    walk(OVER, 7 * HOUR)
    assert _letters() == [("missed", missed.person.email)]


def test_who_came_to_one_date_is_not_asked_why_they_missed_the_other(
    session: CourseSession, walk: Walk, book: Book
) -> None:
    for marks in ((Mark.ATTENDED, Mark.NO_SHOW), (Mark.NO_SHOW, Mark.ATTENDED), (Mark.APOLOGY, Mark.ATTENDED)):
        _marked(book(session), *marks)
    sorry = book(session)
    _marked(sorry, Mark.APOLOGY, Mark.APOLOGY)
    _finish(session, 0, 1)
    walk(OVER)
    assert _letters() == [("apology", sorry.person.email)]


def test_the_line_manager_hears_where_nobody_answered_for_the_booking_and_never_of_themselves(
    session: CourseSession, walk: Walk, book: Book
) -> None:
    managed, own, nobody = book(session), book(session), book(session)
    managed.person.manager_name, managed.person.manager_email = "Helen Ward", "helen@agency.example"
    own.person.manager_name, own.person.manager_email = own.person.name, (own.person.email or "").upper()
    for one in (managed, own, nobody):
        _marked(one, Mark.NO_SHOW, Mark.NO_SHOW)
    _finish(session, 0, 1)
    walk(OVER)
    assert [one for one in _letters() if one[0] == "missed-manager"] == [("missed-manager", "helen@agency.example")]
    assert len([one for one in _letters() if one[0] == "missed"]) == 3


def test_the_manager_reads_nothing_of_what_the_person_says_afterwards(
    session: CourseSession, walk: Walk, book: Book
) -> None:
    managed = book(session, manager_name="Helen Ward", manager_email="helen@agency.example")
    _marked(managed, Mark.NO_SHOW, Mark.NO_SHOW)
    _finish(session, 0, 1)
    walk(OVER)
    letter = db.session.scalars(select(Letter).where(Letter.key == "attendance-missed-manager")).one()
    assert managed.person.name in letter.body
    assert managed.reference not in letter.body, "no way to the booking, where the reason stands"
