"""My learning, and the learning of my agency."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms import dates, hooks
from lms.accounts.models import Person
from lms.attendance.models import AttendanceMark, Mark
from lms.bookings import operations
from lms.bookings.models import Booking
from lms.db import db
from lms.roles import Role
from tests.factories import NOW, course, course_session, organisation, person

SignIn = Callable[[Person], FlaskClient]
MAY = datetime(2024, 5, 14, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "now", lambda: NOW)
    monkeypatch.setattr(hooks, "learning_panels", [])


def _past(who: Person, title: str, mark: Mark | None, hours: float = 3.0) -> Booking:
    session = course_session(course(title=title, hours=hours), starts_at=MAY)
    booking = operations.book_place(session=session, person=who, now=MAY - timedelta(days=30))
    if mark:
        db.session.add(AttendanceMark(booking_id=booking.id, mark=mark, marked_at=session.ends_at))
    return booking


def test_my_learning_shows_what_is_to_come_what_waits_and_what_the_register_says(app: Flask, sign_in: SignIn) -> None:
    amina = person()
    operations.book_place(session=course_session(course(title="To come")), person=amina, now=NOW)
    full = course_session(course(title="Full one"), capacity=0)
    operations.book_place(session=full, person=person("Tom"), now=NOW)
    operations.book_place(session=full, person=amina, now=NOW)
    _past(amina, "Whole", Mark.ATTENDED, 6.0)
    _past(amina, "Half", Mark.LEFT_EARLY)
    _past(amina, "Missed", Mark.NO_SHOW)
    _past(amina, "Unmarked", None)
    cancelled = operations.book_place(session=course_session(course(title="Given back")), person=amina, now=NOW)
    operations.cancel_booking(booking=cancelled, by=amina, now=NOW)
    page = sign_in(amina).get("/learning").text
    for words in (
        "To come", "Full one", "Number 2 on the list", "Whole", "Came", "Left early", "Did not come",
        "Register not filled in yet", "6 hours</strong> of learning",
    ):  # fmt: skip
        assert words in page
    assert "Given back" not in page
    assert "9 hours" not in page  # only what was attended from beginning to end counts


def test_only_my_own_bookings_are_there(app: Flask, sign_in: SignIn) -> None:
    operations.book_place(session=course_session(course(title="Tom’s course")), person=person("Tom"), now=NOW)
    page = sign_in(person()).get("/learning").text
    assert "Tom’s course" not in page
    assert "You have no place on a session to come." in page


def test_what_is_asked_of_me_stands_first(app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        hooks, "learning_panels", [lambda person: [(f"{person.first_name}, your follow-up is open", "/s/x")]]
    )
    page = sign_in(person()).get("/learning").text
    assert '<a class="gt-link" href="/s/x">Amina, your follow-up is open</a>' in page


def test_what_is_asked_without_an_address_is_no_link(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks, "learning_panels", [lambda person: [("The link is in your letter.", "")]])
    assert "<span>The link is in your letter.</span>" in sign_in(person()).get("/learning").text


def test_an_agencys_training_lead_sees_the_people_of_their_own_organisation_only(app: Flask, sign_in: SignIn) -> None:
    own, other = organisation("Early Help"), organisation("Elsewhere")
    lead = person("Helen", "Ward", Role.TRAINING_LEAD, organisation=own)
    session = course_session()
    operations.book_place(session=session, person=person("Amina", "Yusuf", organisation=own), now=NOW)
    operations.book_place(session=session, person=person("Tom", "Canary", organisation=other), now=NOW)
    _past(person("Mei", "Chen", organisation=own), "Whole", Mark.ATTENDED)
    page = sign_in(lead).get("/agency").text
    for words in (
        "Early Help",
        "Amina Yusuf",
        "Mei Chen",
        "9:30am to 1pm",
        "Came",
        "1 person has no booking",
        "Helen Ward",
    ):
        assert words in page
    assert "Canary" not in page
    assert "Elsewhere" not in page


def test_an_agency_without_bookings_is_told_what_will_stand_there(app: Flask, sign_in: SignIn) -> None:
    page = sign_in(person("Helen", "Ward", Role.TRAINING_LEAD)).get("/agency").text
    assert "has a booking yet" in page
    assert "/courses" in page


@pytest.mark.parametrize(
    ("address", "role", "status"),
    [
        ("/agency", Role.PRACTITIONER, 403),
        ("/learning", Role.ADMINISTRATOR, 403),
        ("/agency", Role.DSL, 200),
        ("/learning", Role.LD_OFFICER, 200),
    ],
)
def test_pages_are_for_the_roles_of_the_table(
    app: Flask, sign_in: SignIn, address: str, role: Role, status: int
) -> None:
    assert sign_in(person("A", "B", role)).get(address).status_code == status


@pytest.mark.parametrize("address", ["/learning", "/agency"])
def test_the_number_of_queries_does_not_grow_with_the_bookings(
    app: Flask, sign_in: SignIn, count_queries: list[str], address: str
) -> None:
    own = organisation()
    lead = person("Helen", "Ward", Role.TRAINING_LEAD, organisation=own)
    browser, asked = sign_in(lead), []
    for more in (1, 9):
        for _ in range(more):
            for who in (lead, person(organisation=own)):
                operations.book_place(session=course_session(), person=who, now=NOW)
                operations.book_place(session=course_session(capacity=0), person=who, now=NOW)
                _past(who, "Whole", Mark.ATTENDED)
        browser.get(address)
        count_queries.clear()
        browser.get(address)
        asked.append(len(count_queries))
    assert asked[0] == asked[1]
