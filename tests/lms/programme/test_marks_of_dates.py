"""What becomes of apologies when a session’s dates change, or it joins another."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.attendance import checks
from lms.attendance import operations as registers
from lms.attendance.models import Attendance, AttendanceMark, Mark
from lms.attendance.rules import MarkGiven
from lms.bookings.models import Booking, BookingStatus
from lms.catalogue.models import CourseSession
from lms.closures.operations import merge_sessions
from lms.db import db
from tests import factories
from tests.factories import NOW
from tests.lms.programme.test_changing import change, day

DATES = (day(2024, 11, 5), day(2024, 11, 12), day(2024, 11, 19))


@pytest.fixture
def apologies(officer: Person) -> tuple[CourseSession, list[Booking]]:
    """A session of three dates; the first of two people cannot come to any, the second not to the last."""
    session = factories.course_session()
    change(session, officer, dates=DATES)
    first, second = (factories.booking(session) for _ in range(2))
    for date in session.dates:
        given = [MarkGiven(first.id, Mark.APOLOGY)]
        if date is session.dates[-1]:
            given.append(MarkGiven(second.id, Mark.APOLOGY))
        registers.record_marks(date, given=given, by=officer, now=NOW)
    return session, [first, second]


def _marks() -> list[tuple[int, datetime]]:
    found = select(AttendanceMark).order_by(AttendanceMark.id)
    return [(one.booking_id, one.date.starts_at) for one in db.session.scalars(found)]


def test_the_marks_of_a_date_that_is_taken_off_go_with_it_and_the_list_of_what_people_did_says_so(
    apologies: tuple[CourseSession, list[Booking]], officer: Person
) -> None:
    session, (first, second) = apologies
    change(session, officer, dates=DATES[:2])
    assert _marks() == [(first.id, starts) for starts, _ in DATES[:2]]
    assert {one.booking_id: one.mark for one in db.session.scalars(select(Attendance))} == {first.id: Mark.APOLOGY}
    line = db.session.scalars(select(Activity).where(Activity.verb == "register:forgotten")).one()
    assert (line.actor_id, line.subject, line.details) == (
        officer.id, session.reference, {"people": 2, "date": "2024-11-19"},
    )  # fmt: skip
    assert checks.problems() == []
    assert second.status is BookingStatus.BOOKED


def test_an_apology_for_a_day_is_none_for_the_day_the_date_moves_to(
    apologies: tuple[CourseSession, list[Booking]], officer: Person
) -> None:
    session, (first, _) = apologies
    change(session, officer, dates=(DATES[0], DATES[1], day(2024, 11, 26)))
    assert _marks() == [(first.id, starts) for starts, _ in DATES[:2]]
    assert checks.problems() == []


def test_an_apology_stays_when_only_the_hour_is_another(
    apologies: tuple[CourseSession, list[Booking]], officer: Person
) -> None:
    session, _ = apologies
    change(session, officer, dates=(DATES[0], DATES[1], day(2024, 11, 19, 13)))
    assert len(_marks()) == 4
    assert [one for one in db.session.scalars(select(Activity)) if one.verb == "register:forgotten"] == []


def test_apologies_stay_with_the_session_that_joins_another_and_say_nothing_of_that(
    apologies: tuple[CourseSession, list[Booking]], officer: Person
) -> None:
    session, (first, second) = apologies
    into = factories.course_session(session.course, starts_at=datetime(2024, 12, 3, 9, 30, tzinfo=UTC))
    both = factories.booking(into, second.person)
    merge_sessions(source=session, into=into, by=officer, now=NOW + timedelta(hours=1))
    moved = db.session.scalars(select(Booking).where(Booking.session_id == into.id).order_by(Booking.id)).all()
    assert [one.person_id for one in moved] == [second.person_id, first.person_id]
    assert {one.booking_id for one in db.session.scalars(select(Attendance))} == {first.id, second.id}
    assert len(_marks()) == 4
    assert checks.problems() == []
    given = [MarkGiven(one.id, Mark.ATTENDED) for one in moved]
    assert registers.record_marks(into.dates[0], given=given, by=officer, now=into.starts_at) == 2
    assert both.status is BookingStatus.BOOKED
    assert checks.problems() == []


def test_with_the_guard_off_a_removed_date_would_break(
    apologies: tuple[CourseSession, list[Booking]], officer: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lms.programme.operations.forget_marks", lambda *_args, **_more: 0)
    session, _ = apologies
    broken: Callable[[], object] = lambda: change(session, officer, dates=DATES[:2])  # noqa: E731
    with pytest.raises(Exception, match=r"(?i)foreign key|not-null|not null"):
        broken()
    db.session.rollback()
