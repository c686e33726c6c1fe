"""A session that is not held: everybody it concerns hears once, why, and first of the next date."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lms.accounts.models import Person
from lms.bookings.models import Booking, BookingStatus, Ending
from lms.bookings.operations import book_place
from lms.closures.operations import cancel_session
from lms.db import db
from lms.demand.models import Interest
from lms.demand.operations import show_interest, tell_interested
from lms.errors import RuleBroken
from lms.letters.models import Letter
from lms.roles import Role
from lms.teams.operations import reserve
from tests import factories
from tests.factories import NOW

Letters = Callable[..., list[Letter]]
Check = Callable[..., None]
Clock = Callable[[datetime], datetime]


def test_everybody_hears_why_and_the_entry_in_the_calendar_goes(
    app: Flask, officer: Person, letters: Letters, invite_is_right: Check
) -> None:
    session = factories.course_session(capacity=1)
    first, second = (book_place(session=session, person=factories.person(name), now=NOW) for name in ("Ann", "Bea"))
    concerned = cancel_session(session=session, why="The trainer is ill.", by=officer, now=NOW + timedelta(hours=1))
    assert (concerned.with_place, concerned.without) == (1, 1)
    assert {(one.status, one.ending) for one in (first, second)} == {
        (BookingStatus.CANCELLED, Ending.SESSION_CANCELLED)
    }
    (told,) = letters("session-cancelled")
    assert told.person_id == first.person_id
    assert "Tuesday 5 November 2024, 9:30am to 1pm" in told.body
    assert "The reason: The trainer is ill.\n" in told.body
    invite_is_right(told, letters("booking-booked")[0])
    assert told.calendar_method == "CANCEL"
    (waited,) = letters("session-cancelled-waiting")
    assert (waited.person_id, waited.calendar) == (second.person_id, "")
    assert len(letters()) == 4
    assert (session.cancelled_at, session.cancelled_why) == (NOW + timedelta(hours=1), "The trainer is ill.")


def test_a_session_of_several_dates_goes_whole(officer: Person, letters: Letters, invite_is_right: Check) -> None:
    session = factories.course_session()
    session.dates.append(
        type(session.dates[0])(
            starts_at=session.starts_at + timedelta(days=147), ends_at=session.ends_at + timedelta(days=147)
        )
    )
    db.session.flush()
    book_place(session=session, person=factories.person("Ann"), now=NOW)
    cancel_session(session=session, why="No room", by=officer, now=NOW)
    (told,) = letters("session-cancelled")
    assert "Tuesday 5 November 2024, 9:30am to 1pm\nTuesday 1 April 2025" in told.body
    invite_is_right(told, letters("booking-booked")[0])


def test_their_names_are_kept_and_who_asked_before_is_not_there_twice(officer: Person, letters: Letters) -> None:
    course = factories.course()
    ann, bea = factories.person("Ann"), factories.person("Bea")
    show_interest(course=course, person=ann, wish="mornings", now=NOW - timedelta(days=5))
    session = factories.course_session(course)
    for person in (ann, bea):
        book_place(session=session, person=person, now=NOW)
    cancel_session(session=session, why="Snow", by=officer, now=NOW)
    kept = db.session.scalars(select(Interest).where(Interest.ended_at.is_(None)).order_by(Interest.id)).all()
    assert {one.person_id for one in kept} == {ann.id, bea.id}
    assert len(kept) == 2
    tell_interested(session=factories.course_session(course), now=NOW + timedelta(days=1))
    assert {one.person_id for one in letters("interest-new-date")} == {ann.id, bea.id}


def test_offers_answers_and_places_without_a_name_end_too(officer: Person, letters: Letters, clock: Clock) -> None:
    course = factories.course(needs_approval=True)
    session = factories.course_session(course, capacity=3)
    asked = book_place(
        session=session, person=factories.person("Ann"), now=NOW, manager_name="Max", manager_email="max@agency.example"
    )
    lead = factories.person("Tom", "Lead", Role.TRAINING_LEAD)
    reservation = reserve(session=session, places=2, by=lead, now=NOW)
    concerned = cancel_session(session=session, why="Snow", by=officer, now=NOW)
    assert (concerned.with_place, concerned.without, concerned.unnamed) == (0, 1, 2)
    assert (reservation.places, reservation.ended_at) == (0, NOW)
    assert asked.ending is Ending.SESSION_CANCELLED
    assert [one.person_id for one in letters("session-cancelled")] == [lead.id]
    clock(session.starts_at + timedelta(days=1))
    assert len(letters("approval-silent")) == 0
    assert len(letters("reservation-ended")) == 0


def test_a_session_people_came_to_or_that_is_over_stays(officer: Person) -> None:
    from lms.attendance.models import Mark
    from lms.attendance.operations import record_marks
    from lms.attendance.rules import MarkGiven

    session = factories.course_session()
    booking = book_place(session=session, person=factories.person("Ann"), now=NOW)
    during = session.starts_at + timedelta(hours=1)
    db.session.commit()
    with pytest.raises(RuleBroken, match="is over"):
        cancel_session(session=session, why="Snow", by=officer, now=session.ends_at)
    record_marks(session.dates[0], given=[MarkGiven(booking.id, Mark.ATTENDED)], by=None, now=during)
    with pytest.raises(RuleBroken, match="people came"):
        cancel_session(session=session, why="Snow", by=officer, now=during)
    assert booking.status is BookingStatus.BOOKED


def test_on_the_morning_itself_a_session_can_be_called_off_though_somebody_walked_in(
    officer: Person, letters: Letters
) -> None:
    from lms.attendance.models import Mark
    from lms.attendance.operations import add_walk_in, record_marks
    from lms.attendance.rules import MarkGiven

    session = factories.course_session()
    morning = session.starts_at - timedelta(minutes=20)
    walked = add_walk_in(
        session.dates[0], first_name="Wim", last_name="Walk", email="wim@agency.example",
        organisation_id=factories.organisation().id, by=officer, now=morning,
    )  # fmt: skip
    record_marks(session.dates[0], given=[MarkGiven(walked.id, Mark.APOLOGY)], by=officer, now=morning)
    cancel_session(session=session, why="Snow", by=officer, now=morning)
    assert (walked.status, letters("session-cancelled")) == (BookingStatus.CANCELLED, [])


def test_people_are_told_why_and_twice_is_once(officer: Person, letters: Letters) -> None:
    session = factories.course_session()
    book_place(session=session, person=factories.person("Ann"), now=NOW)
    db.session.commit()
    with pytest.raises(RuleBroken, match="Say why"):
        cancel_session(session=session, why="  ", by=officer, now=NOW)
    cancel_session(session=session, why="Snow", by=officer, now=NOW)
    with pytest.raises(RuleBroken, match="cancelled already"):
        cancel_session(session=session, why="Snow", by=officer, now=NOW)
    assert len(letters("session-cancelled")) == 1
    assert db.session.scalars(select(Booking)).one().ending is Ending.SESSION_CANCELLED
