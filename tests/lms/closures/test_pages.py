"""The pages on which an officer cancels a session, or lets it join another."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.accounts.models import Person
from lms.bookings.models import Booking, BookingStatus
from lms.bookings.operations import book_place
from lms.catalogue.models import CourseSession
from lms.db import db
from lms.letters.models import Letter
from tests import factories
from tests.browsing import send
from tests.factories import NOW

Letters = Callable[..., list[Letter]]


@pytest.fixture
def office(officer: Person, sign_in: Callable[[Person], FlaskClient]) -> FlaskClient:
    return sign_in(officer)


def test_an_officer_cancels_with_the_reason_people_read(
    office: FlaskClient, letters: Letters, client: FlaskClient
) -> None:
    session = factories.course_session(capacity=1)
    for name in ("Ann", "Bea"):
        book_place(session=session, person=factories.person(name), now=NOW)
    path = f"/sessions/{session.reference}/cancel"
    page = office.get(path)
    assert "1 person with a place and 1 on the list get a letter" in page.text
    assert "Cancelling cannot be undone" in page.text
    refused = send(office, path, why=" ")
    assert (refused.status_code, refused.text.count("Say why. People read it in their letter.")) == (422, 2)
    assert send(office, path, why="Snow").status_code == 303
    assert len(letters("session-cancelled")) == 1
    assert "This session will not be held." in client.get(f"/sessions/{session.reference}").text
    assert office.get(path).status_code == 303, "there is nothing left to cancel"
    assert "Why: Snow" in office.get("/programme?show=cancelled").text


def test_a_draft_is_cancelled_without_a_word(office: FlaskClient, letters: Letters) -> None:
    session = factories.course_session(published_at=None)
    assert "Nobody has booked it" in office.get(f"/sessions/{session.reference}/cancel").text
    assert send(office, f"/sessions/{session.reference}/cancel", why="").status_code == 303
    assert letters() == []


def test_an_officer_sees_what_joining_would_do_before_it_is_done(
    office: FlaskClient, letters: Letters, client: FlaskClient
) -> None:
    course = factories.course()
    source = factories.course_session(course, capacity=1)
    into = factories.course_session(course, capacity=3, starts_at=source.starts_at + timedelta(days=7))
    people = [factories.person(name) for name in ("Ann", "Bea", "Cem")]
    book_place(session=source, person=people[0], now=NOW)
    book_place(session=source, person=people[1], now=NOW)
    book_place(session=into, person=people[2], now=NOW)
    other = factories.course_session(starts_at=into.starts_at)
    book_place(session=other, person=people[0], now=NOW)
    path = f"/sessions/{source.reference}/merge"
    missing = send(office, path)
    assert (missing.status_code, missing.text.count("Select a session")) == (422, 3)
    asked = send(office, path, into=into.reference)
    assert asked.status_code == 200
    assert "2 people have a place there." in asked.text
    assert f"{into.reference} then has 3 of 3 places taken" in asked.text
    assert f"Ann Yusuf has a place on {other.course.title}" in asked.text
    assert len(letters("session-merged")) == 0
    assert db.session.scalars(select(CourseSession).where(CourseSession.cancelled_at.is_not(None))).all() == []
    done = send(office, path, into=into.reference, do="confirmed")
    assert (done.status_code, done.location) == (303, f"/sessions/{into.reference}")
    assert len(letters("session-merged")) == 2
    page = client.get(f"/sessions/{source.reference}")
    assert "This session has joined another" in page.text
    assert f'href="/sessions/{into.reference}"' in page.text
    statuses = db.session.scalars(select(Booking.status).where(Booking.session_id == into.id)).all()
    assert set(statuses) == {BookingStatus.BOOKED}


def test_joining_says_how_many_places_are_missing_and_keeps_what_was_chosen(office: FlaskClient) -> None:
    course = factories.course()
    source, into = factories.course_session(course), factories.course_session(course, capacity=0)
    book_place(session=source, person=factories.person("Ann"), now=NOW)
    page = send(office, f"/sessions/{source.reference}/merge", into=into.reference)
    assert page.status_code == 422
    assert page.text.count(f"Give {into.reference} 1 more place first") == 2
    assert f'value="{into.reference}" selected' in page.text


def test_where_there_is_nothing_to_join_the_page_says_what_else_can_be_done(office: FlaskClient) -> None:
    session = factories.course_session()
    page = office.get(f"/sessions/{session.reference}/merge")
    assert "There is no other session to come that it could join." in page.text
