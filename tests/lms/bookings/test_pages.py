"""What people see of places on the pages: the one thing to do with a session, and their own booking."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms import dates
from lms.accounts.models import Person
from lms.bookings.models import Approval, BookingStatus
from lms.catalogue.models import Mode
from lms.db import db
from lms.letters.models import Letter
from tests import factories
from tests.browsing import token
from tests.factories import NOW, course, course_session, hold, organisation, person
from tests.lms.bookings.conftest import Clock
from tests.lms.bookings.steps import ask, give_back, goes_first, statuses

SignIn = Callable[[Person], FlaskClient]


def test_from_the_page_of_a_session_one_click_books_and_the_booking_is_shown(app: Flask, sign_in: SignIn) -> None:
    session = course_session()
    amina = sign_in(person())
    page = f"/sessions/{session.reference}"
    assert amina.post(f"{page}/book").status_code == 400  # no token, no booking
    done = amina.post(f"{page}/book", data={"csrf_token": token(amina.get(page))}, follow_redirects=True)
    assert "You have a place. A letter with an invitation for your calendar is on its way to amina" in done.text
    assert "Tuesday 5 November 2024, 9:30am to 1pm" in done.text
    assert "30 October 2024" in done.text
    assert "You have a place" in amina.get(page).text
    learning = amina.get("/learning").text
    assert "Multi-agency neglect" in learning
    assert "You have no place" not in learning


def test_somebody_elses_booking_does_not_exist(app: Flask, sign_in: SignIn) -> None:
    booking = ask(course_session())
    other = sign_in(person("Tom"))
    sent = token(other.get(f"/sessions/{course_session().reference}"))
    page = f"/bookings/{booking.reference}"
    assert other.get(page).status_code == 404
    assert other.get(f"{page}/calendar.ics").status_code == 404
    assert other.post(f"{page}/cancel", data={"csrf_token": sent}).status_code == 404
    assert statuses(booking) == ["booked"]


def test_the_link_to_join_is_shown_to_people_with_a_place_in_the_last_week_only(
    app: Flask, sign_in: SignIn, clock: Clock
) -> None:
    session = course_session(joining_link="https://join.example/room", capacity=1)
    booking, waits = ask(session, "A"), ask(session, "B")
    pages = [f"/sessions/{session.reference}", f"/bookings/{booking.reference}"]
    has_place, in_line = sign_in(booking.person), sign_in(waits.person)
    clock(session.starts_at - timedelta(days=8))
    assert not any("join.example" in has_place.get(page).text for page in pages)
    clock(session.starts_at - timedelta(days=6))
    assert all("https://join.example/room" in has_place.get(page).text for page in pages)
    for stranger in (in_line, app.test_client()):
        assert "join.example" not in stranger.get(pages[0]).text
    assert "join.example" not in in_line.get(f"/bookings/{waits.reference}").text
    clock(session.ends_at + timedelta(hours=1))
    assert not any("join.example" in has_place.get(page).text for page in pages)


@pytest.mark.parametrize("status", [BookingStatus.OFFERED, BookingStatus.APPROVAL, BookingStatus.WAITING])
def test_a_place_that_is_only_held_or_waited_for_shows_no_link_to_join(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, broken_on_purpose: None, status: BookingStatus
) -> None:
    session = course_session(joining_link="https://join.example/room", mode=Mode.VIRTUAL)
    asked = {"approval": Approval.ASKED, "approve_until": session.starts_at, "manager_name": "Bea"}
    booking = factories.booking(session, status=status, **(asked if status is BookingStatus.APPROVAL else {}))
    near = session.starts_at - timedelta(hours=30)
    monkeypatch.setattr(dates, "now", lambda: near)
    browser = sign_in(booking.person)
    for page in (f"/sessions/{session.reference}", f"/bookings/{booking.reference}", "/learning", "/"):
        assert "join.example" not in browser.get(page).text
    assert browser.get(f"/bookings/{booking.reference}/calendar.ics").status_code == 404


def test_the_page_of_a_booking_says_where_the_link_will_be_and_only_to_those_who_get_it(
    app: Flask, sign_in: SignIn, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = course_session(mode=Mode.VIRTUAL, capacity=1)
    booking, waits = ask(session, "A"), ask(session, "B")
    has_place, in_line = sign_in(booking.person), sign_in(waits.person)
    mine = f"/bookings/{booking.reference}"
    assert "The link to join is on this page from 29 October 2024." in has_place.get(mine).text
    assert "link to join" not in in_line.get(f"/bookings/{waits.reference}").text
    near = session.starts_at - timedelta(days=6)
    monkeypatch.setattr(dates, "now", lambda: near)
    assert "The link is still to be set." in has_place.get(mine).text
    give_back(booking, near)
    assert "link to join" not in has_place.get(mine).text.lower()


def test_in_front_of_a_full_session_the_next_date_with_places_is_named(app: Flask, sign_in: SignIn) -> None:
    neglect, amina = course(), person()
    full = course_session(neglect, capacity=0)
    browser = sign_in(amina)
    assert "The next date with places" not in browser.get(f"/sessions/{full.reference}").text
    later = course_session(neglect, starts_at=full.starts_at + timedelta(days=30))
    course_session(neglect, starts_at=full.starts_at + timedelta(days=20), capacity=0)
    for somebody in (browser, app.test_client()):
        page = somebody.get(f"/sessions/{full.reference}").text
        assert f'The next date with places is <a class="gt-link" href="/sessions/{later.reference}">' in page
    assert "The next date with places" not in browser.get(f"/sessions/{later.reference}").text


def test_the_calendar_file_is_the_invitation_of_the_letter(app: Flask, sign_in: SignIn) -> None:
    booking = ask(course_session())
    file = sign_in(booking.person).get(f"/bookings/{booking.reference}/calendar.ics")
    assert file.mimetype == "text/calendar"
    assert file.data.decode() == db.session.scalars(select(Letter)).one().calendar


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("signed out", "Sign in to book"),
        ("open", "Book my place"),
        ("full", "Join the waiting list"),
        ("booked", "You have a place"),
        ("offered", "A place is offered to you"),
        ("approval", "A place is held for you"),
        ("waiting", "You are number 1 on the waiting list"),
        ("teaching", "You teach this session"),
        ("not yet", "Booking opens on 9 October 2024"),
        ("closed", "Booking has closed"),
        ("held", "Held for one organisation"),
        ("past", "This session is over"),
        ("cancelled", "This session will not be held"),
    ],
)
def test_the_panel_says_what_the_session_is_to_this_person(
    app: Flask, sign_in: SignIn, clock: Clock, broken_on_purpose: None, state: str, words: str
) -> None:
    who = person()
    session = course_session(
        capacity=0 if state in ("full", "waiting") else 1,
        starts_at=NOW - timedelta(days=1) if state == "past" else NOW + timedelta(days=10),
        trainers=[who] if state == "teaching" else [],
        host_organisation=organisation() if state == "held" else None,
        booking_opens_at=NOW + timedelta(days=1) if state == "not yet" else None,
        booking_closes_at=NOW - timedelta(days=1) if state == "closed" else None,
        cancelled_at=NOW if state == "cancelled" else None,
    )
    if state in ("booked", "waiting", "offered"):
        factories.booking(session, who, BookingStatus(state))
    if state == "approval":
        asked = {"approval": Approval.ASKED, "approve_until": NOW, "manager_name": "Bea"}
        factories.booking(session, who, BookingStatus.APPROVAL, **asked)
    browser = app.test_client() if state == "signed out" else sign_in(who)
    assert words in browser.get(f"/sessions/{session.reference}").text


def test_a_draft_is_nobodys_to_see_or_book(app: Flask, sign_in: SignIn) -> None:
    draft, other = course_session(published_at=None), course_session()
    browser = sign_in(person())
    assert browser.get(f"/sessions/{draft.reference}").status_code == 404
    assert browser.get(f"/sessions/{draft.reference}/book").status_code in (303, 404)
    sent = token(browser.get(f"/sessions/{other.reference}"))
    assert browser.post(f"/sessions/{draft.reference}/book", data={"csrf_token": sent}).status_code in (404, 422)
    assert db.session.scalars(select(Letter)).all() == []


def test_who_waits_sees_how_many_are_ahead_and_why(app: Flask, sign_in: SignIn) -> None:
    session = course_session(capacity=0)
    _, second, third = ask(session, "A"), ask(session, "B"), ask(session, "C")
    goes_first(third)
    page = sign_in(second.person).get(f"/bookings/{second.reference}").text
    assert "Number 3 on the waiting list" in page
    assert "1 with the reason “Named in an action after a review”, which goes first." in page
    assert "1 person who asked earlier" in page
    assert "A Yusuf" not in page
    assert "C Yusuf" not in page


# However many people there are, a page asks the database as often.


def _queries(browser: FlaskClient, page: str, count: list[str]) -> int:
    browser.get(page)  # what is kept after a first look (templates, settings)
    count.clear()
    assert browser.get(page).status_code == 200
    return len(count)


def test_the_pages_read_as_often_for_fifty_people_as_for_two(
    app: Flask, sign_in: SignIn, count_queries: list[str]
) -> None:
    session = course_session(capacity=2)
    hold(session, 1, organisation=organisation())
    has, waits = ask(session, "A"), ask(session, "B")
    pages = [
        (sign_in(has.person), f"/bookings/{has.reference}"),
        (sign_in(waits.person), f"/bookings/{waits.reference}"),
        (sign_in(person()), f"/sessions/{session.reference}"),
        (sign_in(person()), f"/sessions/{session.reference}/book"),
        (app.test_client(), f"/sessions/{session.reference}"),
    ]
    few = [_queries(browser, page, count_queries) for browser, page in pages]
    for number in range(48):
        ask(session, f"P{number}")
    many = [_queries(browser, page, count_queries) for browser, page in pages]
    assert many == few
    assert max(few) <= 30


def test_booking_writes_as_often_however_many_have_booked_before(
    app: Flask, sign_in: SignIn, count_queries: list[str]
) -> None:
    session = course_session(capacity=60)

    def statements() -> int:
        browser = sign_in(person())
        sent = token(browser.get(f"/sessions/{session.reference}"))
        count_queries.clear()
        assert browser.post(f"/sessions/{session.reference}/book", data={"csrf_token": sent}).status_code == 303
        return len(count_queries)

    statements()
    few = statements()
    for number in range(40):
        ask(session, f"P{number}")
    assert statements() == few
    assert few <= 30


def test_giving_a_place_back_reads_the_list_once_however_long_it_is(
    app: Flask, sign_in: SignIn, count_queries: list[str]
) -> None:
    def statements(people: int) -> int:
        session = course_session(capacity=1)
        booking = ask(session, "A")
        for number in range(people):
            ask(session, f"P{number}")
        browser = sign_in(booking.person)
        sent = token(browser.get(f"/bookings/{booking.reference}"))
        count_queries.clear()
        send_to = f"/bookings/{booking.reference}/cancel"
        assert browser.post(send_to, data={"csrf_token": sent}).status_code == 303
        return len(count_queries)

    statements(2)
    assert statements(30) == statements(3)
