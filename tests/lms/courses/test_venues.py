"""Venues: how to get in and get on, put right once and shown everywhere."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.activity.models import Activity
from lms.catalogue.models import Venue
from lms.db import db
from lms.letters.models import Letter
from tests.browsing import send
from tests.factories import NOW, course_session, venue


def test_words_about_a_venue_are_put_right_on_its_sessions_and_nobody_is_written_to(
    desk: FlaskClient, client: FlaskClient
) -> None:
    room = venue(name="Town Hall", access_notes="Steps at the front")
    session = course_session(venue=room)
    fields = {
        "name": "Town Hall",
        "address": "1 High Street",
        "access_notes": "Step-free from Wood Street. No hearing loop.",
    }
    reference, path = session.reference, f"/venues/{room.id}"
    assert send(desk, path, **fields).status_code == 303
    page = client.get(f"/sessions/{reference}").text
    assert "1 High Street" in page
    assert "Step-free from Wood Street. No hearing loop." in page
    assert db.session.scalars(select(Letter)).all() == []
    said = db.session.scalars(select(Activity).where(Activity.verb == "venue:changed")).one()
    assert said.details["fields"] == "address, access_notes"
    assert said.details["access_notes_before"] == "Steps at the front"
    assert send(desk, path, **fields).status_code == 303
    assert len(db.session.scalars(select(Activity).where(Activity.verb == "venue:changed")).all()) == 1


def test_a_venue_is_added_once(desk: FlaskClient) -> None:
    assert "No venue has been entered yet." in desk.get("/venues").text
    assert send(desk, "/venues/new", name="Town Hall", address="", access_notes="").status_code == 303
    again = send(desk, "/venues/new", name="TOWN HALL ", address="Elsewhere", access_notes="")
    assert again.status_code == 422
    assert "There is a venue of this name already" in again.text
    assert 'value="Elsewhere"' in again.text
    other = send(desk, "/venues/new", name="", address="x" * 301, access_notes="y" * 501)
    for sentence in ("Enter a name", "Enter no more than 300 characters", "Enter no more than 500 characters"):
        assert sentence in other.text
    [room] = db.session.scalars(select(Venue)).all()
    assert send(desk, f"/venues/{room.id}", name="town hall", address="", access_notes="").status_code == 303


def test_the_page_says_where_a_venue_is_used(desk: FlaskClient) -> None:
    room, other, empty = venue(name="Town Hall"), venue(name="Library"), venue(name="Shed")
    session = course_session(venue=room)
    course_session(venue=room, cancelled_at=NOW)
    course_session(venue=other, starts_at=NOW - timedelta(days=30))
    page = " ".join(desk.get("/venues").text.split())
    for words in ("1 session to come", "None to come", "Never used"):
        assert page.count(words) == 1
    assert f"/sessions/{session.reference}" in desk.get(f"/venues/{room.id}").text
    assert "1 session was." in desk.get(f"/venues/{other.id}").text
    assert "Remove this venue" in desk.get(f"/venues/{empty.id}").text


@pytest.mark.parametrize("used", [True, False])
def test_only_a_venue_that_was_never_used_is_removed(desk: FlaskClient, used: bool) -> None:
    room = venue(name="Town Hall")
    if used:
        course_session(venue=room, cancelled_at=NOW)
    answer = send(desk, f"/venues/{room.id}", to=f"/venues/{room.id}/remove")
    assert answer.status_code == (422 if used else 303)
    assert len(db.session.scalars(select(Venue)).all()) == used
