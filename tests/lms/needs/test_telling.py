"""People say what they need to take part, on the page of their own booking, and nowhere else does it stand."""

import html
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.accounts.models import Person
from lms.bookings.models import Booking
from lms.catalogue.models import CourseSession
from lms.db import Base, db
from lms.errors import RuleBroken
from lms.needs.models import Needs
from lms.needs.operations import TOO_LATE, tell
from lms.roles import Role
from lms.swaps.operations import substitute, transfer
from tests.factories import NOW, course, course_session, person
from tests.lms.bookings import steps
from tests.lms.bookings.conftest import Clock

SignIn = Callable[[Person], FlaskClient]
PLANTED = "PLANTED-hearing-loop-7351"
FOOD = "PLANTED-no-sesame-9462"


@pytest.fixture
def session(app: Flask) -> CourseSession:
    """A session that asks for both."""
    found: CourseSession = course_session(course("NEG"), asks_access=True, asks_diet=True)
    return found


@pytest.fixture
def place(session: CourseSession) -> Booking:
    return steps.ask(session, person("Amina", "Yusuf"))


def post(browser: FlaskClient, path: str, to: str = "", **fields: str) -> TestResponse:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(path).text)
    return browser.post(to or path, data={"csrf_token": token[1] if token else "", **fields})


def text_of(page: TestResponse) -> str:
    """What people read, in one line."""
    main = page.text.split('id="main"')[1].split("</main>")[0]
    main = re.sub(r"</?(?:strong|a)\b[^>]*>", "", main)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def where(planted: str) -> set[str]:
    """The tables in which this text stands, anywhere."""
    return {
        table.name
        for table in Base.metadata.sorted_tables
        for row in db.session.execute(select(table))
        if planted in repr(row)
    }


def told(booking: Booking) -> tuple[str, str] | None:
    found = db.session.get(Needs, booking.id)
    return (found.access, found.diet) if found else None


def test_it_is_said_changed_and_deleted_on_the_page_of_ones_own_booking(place: Booking, sign_in: SignIn) -> None:
    browser, own, path = sign_in(place.person), f"/bookings/{place.reference}", f"/bookings/{place.reference}/needs"
    assert "What you need to take part If there is something, tell us." in text_of(browser.get(own))

    saved = post(browser, path, access=f" {PLANTED} ", diet=FOOD)
    assert (saved.status_code, saved.location) == (303, own)
    assert told(place) == (PLANTED, FOOD)
    text = text_of(browser.get(own))
    assert (f"To take part {PLANTED} Food {FOOD}" in text, "Change or delete it" in text) == (True, True)

    assert PLANTED in browser.get(path).text, "what was told is there to be changed"
    post(browser, path, access="A quiet room", diet="")
    assert told(place) == ("A quiet room", "")
    assert post(browser, path, to=f"{path}/delete").status_code == 303
    assert told(place) is None
    assert "If there is something, tell us." in text_of(browser.get(own))


def test_saying_nothing_deletes_what_was_said(place: Booking, sign_in: SignIn) -> None:
    browser, path = sign_in(place.person), f"/bookings/{place.reference}/needs"
    post(browser, path, access=PLANTED, diet="")
    assert "Deleted." in text_of(browser.get(post(browser, path, access=" ", diet="").location))
    assert told(place) is None


def test_the_page_says_who_sees_it_and_when_it_is_deleted(place: Booking, sign_in: SignIn) -> None:
    text = text_of(sign_in(place.person).get(f"/bookings/{place.reference}/needs"))
    assert (
        "Only the trainers of this session, from two weeks before it, and the training team see what you write" in text
    )
    assert (
        "We delete it on 3 December 2024, 28 days after the session, and at once if you give up your booking." in text
    )
    assert "Your manager and your colleagues do not see it." in text


def test_too_much_is_not_cut_off(place: Booking, sign_in: SignIn) -> None:
    browser, path = sign_in(place.person), f"/bookings/{place.reference}/needs"
    page = post(browser, path, access="a" * 501, diet="b" * 301)
    assert page.status_code == 422
    assert ("Enter no more than 500 characters" in page.text, "Enter no more than 300 characters" in page.text) == (
        True,
        True,
    )
    assert "a" * 501 in page.text
    assert told(place) is None
    assert post(browser, path, access="a" * 500, diet="b" * 300).status_code == 303


class TestWhereItIsAsked:
    @pytest.mark.parametrize(
        ("access", "diet", "asked"),
        [(True, True, {"access", "diet"}), (True, False, {"access"}), (False, True, {"diet"}), (False, False, set())],
    )
    def test_only_what_the_session_asks(
        self, sign_in: SignIn, session: CourseSession, place: Booking, access: bool, diet: bool, asked: set[str]
    ) -> None:
        session.asks_access, session.asks_diet = access, diet
        browser, path = sign_in(place.person), f"/bookings/{place.reference}/needs"
        assert ("What you need to take part" in browser.get(f"/bookings/{place.reference}").text) == bool(asked)
        page = browser.get(path)
        assert page.status_code == (200 if asked else 404)
        assert set(re.findall(r'<textarea[^>]*name="(\w+)"', page.text)) == asked
        post(browser, path, access=PLANTED, diet=FOOD)
        kept = told(place) or ("", "")
        assert kept == (PLANTED if access else "", FOOD if diet else "")

    def test_while_the_booking_counts(self, session: CourseSession, sign_in: SignIn) -> None:
        session.capacity = 0
        waits = steps.ask(session, "Mei")
        browser, path = sign_in(waits.person), f"/bookings/{waits.reference}"
        assert "What you need to take part" in browser.get(path).text
        assert browser.get(f"{path}/needs").status_code == 200
        steps.give_back(waits)
        assert "What you need to take part" not in browser.get(path).text
        assert browser.get(f"{path}/needs").status_code == 404

    def test_until_the_session_starts(
        self, place: Booking, session: CourseSession, sign_in: SignIn, clock: Clock
    ) -> None:
        browser, path = sign_in(place.person), f"/bookings/{place.reference}/needs"
        post(browser, path, access=PLANTED)
        clock(session.starts_at - timedelta(minutes=1))
        assert browser.get(path).status_code == 200
        late = clock(session.starts_at)
        assert browser.get(path).status_code == 404
        assert "What you need to take part" not in browser.get(f"/bookings/{place.reference}").text
        with pytest.raises(RuleBroken, match=TOO_LATE):
            tell(booking=place, access="", diet="", now=late)
        assert told(place) == (PLANTED, "")

    def test_not_of_a_session_that_is_cancelled(self, place: Booking, session: CourseSession, sign_in: SignIn) -> None:
        session.cancelled_at = NOW
        assert sign_in(place.person).get(f"/bookings/{place.reference}/needs").status_code == 404


def test_to_anybody_else_there_is_no_such_page(place: Booking, sign_in: SignIn) -> None:
    for role in Role:
        somebody = person("Some", "Body", role, organisation=place.person.organisation)
        browser = sign_in(somebody)
        for path in (f"/bookings/{place.reference}/needs", f"/bookings/{place.reference}"):
            assert browser.get(path).status_code in {403, 404}


class TestItStandsNowhereElse:
    @pytest.fixture
    def booking(self, place: Booking, sign_in: SignIn) -> Booking:
        post(sign_in(place.person), f"/bookings/{place.reference}/needs", access=PLANTED, diet=FOOD)
        return place

    @pytest.fixture(autouse=True)
    def _only_there(self, booking: Booking) -> Iterator[None]:
        """Whatever a test does next."""
        yield
        assert where(PLANTED) | where(FOOD) <= {"needs"}

    def test_not_in_letters_activity_or_anything_that_follows(
        self, booking: Booking, session: CourseSession, clock: Clock
    ) -> None:
        """Reminders, joining instructions, questions: a whole session, until its needs are deleted."""
        before = steps.done()
        assert "needs" not in " ".join(before), "not even that somebody said something"
        clock(session.ends_at + timedelta(days=27))
        assert where(PLANTED) == {"needs"}

    def test_not_in_the_log(
        self, booking: Booking, sign_in: SignIn, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
    ) -> None:
        with caplog.at_level(0):
            browser, path = sign_in(booking.person), f"/bookings/{booking.reference}/needs"
            post(browser, path, access=PLANTED + "!", diet=FOOD)
            post(browser, path, access=PLANTED * 50, diet=FOOD)
        captured = capfd.readouterr()
        assert "PLANTED" not in caplog.text + captured.out + captured.err

    def test_not_found_by_who_searches(self, booking: Booking, sign_in: SignIn) -> None:
        """To search for it is as to search for the same letters in no order."""
        browser, nothing = sign_in(person("Olu", "O", *Role)), PLANTED[::-1]
        for path in ("/people?q=", "/courses?q=", "/agency?q="):
            found, empty = (browser.get(path + words) for words in (PLANTED, nothing))
            assert text_of(found).replace(PLANTED, "") == text_of(empty).replace(nothing, ""), path

    def test_no_address_of_the_whole_product_shows_it_to_who_has_every_role_but_those_made_for_it(
        self, booking: Booking, session: CourseSession, sign_in: SignIn, app: Flask
    ) -> None:
        everything = sign_in(person("Olu", "O", *Role))
        adapter = app.url_map.bind("localhost")
        known: dict[str, Any] = {"code": "NEG", "person_id": booking.person_id, "filename": "look.css"}
        shown, tried = set(), 0
        for rule in app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
                continue
            for reference in (session.reference, booking.reference):
                values = {name: known.get(name, reference) for name in rule.arguments}
                try:
                    address = adapter.build(rule.endpoint, values)
                except Exception:  # an argument of another kind: that page is about something else
                    continue
                tried += 1
                if PLANTED in everything.get(address, buffered=True).get_data(as_text=True):
                    shown.add(rule.endpoint)
        assert tried > 40
        assert shown == {"needs.of_session"}


class TestWhenABookingChangesHands:
    @pytest.fixture
    def booking(self, place: Booking) -> Booking:
        tell(booking=place, access=PLANTED, diet=FOOD, now=NOW)
        return place

    def test_a_colleague_who_comes_instead_takes_none_of_it(self, booking: Booking) -> None:
        sam = person("Sam", organisation=booking.person.organisation)
        new = substitute(booking=booking, colleague=sam, by=booking.person, now=NOW)
        assert told(new) is None
        assert where(PLANTED) == set()

    def test_on_another_date_the_person_has_said_it_already(self, booking: Booking, session: CourseSession) -> None:
        there = course_session(session.course, asks_diet=True, starts_at=session.starts_at + timedelta(days=7))
        new = transfer(booking=booking, to=there, by=booking.person, now=NOW)
        assert (told(new), told(booking)) == ((PLANTED, FOOD), None)

    def test_there_only_what_is_asked_there_is_kept(self, booking: Booking, session: CourseSession) -> None:
        there = course_session(session.course, starts_at=session.starts_at + timedelta(days=7))
        new = transfer(booking=booking, to=there, by=booking.person, now=NOW)
        assert told(new) == (PLANTED, "")
        nothing = course_session(session.course, asks_access=False, starts_at=session.starts_at + timedelta(days=14))
        assert told(transfer(booking=new, to=nothing, by=booking.person, now=NOW)) is None
        assert where("PLANTED") == set()

    def test_a_booking_that_ends_takes_it_along_at_once(self, booking: Booking) -> None:
        steps.give_back(booking)
        assert where("PLANTED") == set()

    def test_so_does_one_whose_manager_does_not_answer(self, clock: Clock) -> None:
        amina = person("Amina", manager_name="H", manager_email="h@agency.example")
        asked = steps.ask(course_session(course(needs_approval=True)), amina)
        tell(booking=asked, access=PLANTED, diet="", now=NOW)
        until: datetime = asked.approve_until or NOW
        clock(until - timedelta(seconds=1))
        assert where(PLANTED) == {"needs"}
        clock(until)
        assert where(PLANTED) == set()

    def test_what_was_told_is_not_taken_from_others(self, booking: Booking, session: CourseSession) -> None:
        other = steps.ask(session, "Mei")
        tell(booking=other, access="Large print", diet="", now=NOW)
        steps.give_back(booking)
        assert told(other) == ("Large print", "")
