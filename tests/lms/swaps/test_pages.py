"""The pages of a booking from which a colleague comes instead, or the person on another date."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.accounts.models import Person
from lms.bookings.models import Booking, BookingStatus, Ending
from lms.catalogue.models import CourseSession
from lms.db import db
from lms.roles import Role
from tests import factories
from tests.factories import NOW, course, course_session, organisation, person
from tests.lms.bookings import steps
from tests.lms.bookings.conftest import Clock
from tests.lms.swaps.swapping import confirmed, post, text_of

SignIn = Callable[[Person], FlaskClient]
WEEK = timedelta(days=7)


@pytest.fixture
def people(app: Flask) -> dict[str, Person]:
    """Everybody who has to do with Amina’s place, and some who have not."""
    hubs = organisation("Family Hubs")
    return {
        "amina": person("Amina", "Yusuf", organisation=hubs),
        "sam": person("Sam", "Hill", organisation=hubs, email="sam@hubs.example", job="Family worker"),
        "lead": person("Leah", "Lead", Role.TRAINING_LEAD, organisation=hubs),
        "officer": person("Olu", "Officer", Role.LD_OFFICER),
        "stranger": person("Else", "Where", email="else@other.example"),
        "other lead": person("Other", "Lead", Role.TRAINING_LEAD),
        "trainer": person("Tom", "Trainer", Role.TRAINER),
    }


@pytest.fixture
def session(app: Flask) -> CourseSession:
    found: CourseSession = course_session(course("NEG"), capacity=5)
    return found


@pytest.fixture
def place(people: dict[str, Person], session: CourseSession) -> Booking:
    return steps.ask(session, people["amina"])


@pytest.mark.parametrize("what", ["swap", "move"])
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("amina", 200), ("lead", 200), ("officer", 200),
        ("sam", 404), ("stranger", 404), ("other lead", 404), ("trainer", 404),
    ],
)  # fmt: skip
def test_the_person_their_lead_and_officers_have_the_pages_and_to_others_there_are_none(
    people: dict[str, Person], place: Booking, sign_in: SignIn, what: str, who: str, status: int
) -> None:
    browser = sign_in(people[who])
    assert browser.get(f"/bookings/{place.reference}/{what}").status_code == status
    if status == 404:
        there = course_session(place.session.course, starts_at=place.session.starts_at + WEEK)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/account/password").text)
        fields = {"csrf_token": token[1] if token else "", "email": "sam@hubs.example", "to": there.reference}
        assert browser.post(f"/bookings/{place.reference}/{what}", data=fields).status_code == 404
        assert confirmed(place.session) == ["Amina"]


class TestOnesOwnBooking:
    def test_it_leads_to_both(self, people: dict[str, Person], place: Booking, sign_in: SignIn) -> None:
        page = sign_in(people["amina"]).get(f"/bookings/{place.reference}").text
        assert f'href="/bookings/{place.reference}/swap"' in page
        assert f'href="/bookings/{place.reference}/move"' in page

    def test_when_giving_back_is_locked_a_colleague_can_still_take_it(
        self, people: dict[str, Person], place: Booking, sign_in: SignIn, clock: Clock
    ) -> None:
        clock(place.session.starts_at - timedelta(days=1))
        browser = sign_in(people["amina"])
        page = browser.get(f"/bookings/{place.reference}").text
        assert f'href="/bookings/{place.reference}/swap"' in page
        assert f'href="/bookings/{place.reference}/move"' not in page
        assert "could be moved until" in text_of(browser.get(f"/bookings/{place.reference}/move"))
        checked = post(browser, f"/bookings/{place.reference}/swap", email="sam@hubs.example", sure="sam@hubs.example")
        assert checked.status_code == 303
        assert confirmed(place.session) == ["Sam"]

    def test_after_the_start_neither(
        self, people: dict[str, Person], place: Booking, sign_in: SignIn, clock: Clock
    ) -> None:
        clock(place.session.starts_at)
        browser = sign_in(people["amina"])
        assert "/swap" not in browser.get(f"/bookings/{place.reference}").text
        for what in ("swap", "move"):
            assert "already started" in text_of(browser.get(f"/bookings/{place.reference}/{what}"))

    def test_who_waits_is_led_to_other_dates(self, people: dict[str, Person], sign_in: SignIn) -> None:
        waits = steps.ask(course_session(capacity=0), people["amina"])
        page = sign_in(people["amina"]).get(f"/bookings/{waits.reference}").text
        assert (f'href="/bookings/{waits.reference}/move"' in page, "/swap" in page) == (True, False)


class TestGivingItToAColleague:
    @pytest.fixture
    def path(self, place: Booking) -> str:
        return f"/bookings/{place.reference}/swap"

    @pytest.fixture
    def hers(self, people: dict[str, Person], place: Booking, sign_in: SignIn) -> FlaskClient:
        return sign_in(people["amina"])

    def test_the_person_types_an_address_sees_a_name_and_confirms(
        self, place: Booking, hers: FlaskClient, path: str
    ) -> None:
        shown = post(hers, path, email=" Sam@Hubs.example ")
        assert shown.status_code == 200
        assert "Sam Hill comes instead of you" in text_of(shown)
        assert "Give the place to Sam Hill" in text_of(shown)
        assert confirmed(place.session) == ["Amina"], "nothing has happened yet"
        sure = re.search(r'name="sure"[^>]*value="([^"]*)"', shown.text)
        assert sure
        done = post(hers, path, email="sam@hubs.example", sure=sure[1])
        assert (done.status_code, done.location) == (303, f"/bookings/{place.reference}")
        assert confirmed(place.session) == ["Sam"]
        assert "Sam Hill has the place" in text_of(hers.get(done.location))

    def test_another_address_typed_after_looking_is_looked_at_first(
        self, people: dict[str, Person], place: Booking, hers: FlaskClient, path: str
    ) -> None:
        again = post(hers, path, email=people["lead"].email or "", sure="sam@hubs.example")
        assert "Leah Lead comes instead of you" in text_of(again)
        assert confirmed(place.session) == ["Amina"]

    def test_an_address_nobody_has_and_one_of_another_agency_read_the_same(
        self, place: Booking, hers: FlaskClient, path: str
    ) -> None:
        pages = [post(hers, path, email=email) for email in ("nobody@nowhere.example", "else@other.example")]
        words = "We know nobody at Family Hubs with this address. Check it, or ask the training team."
        texts = [text_of(page) for page in pages]
        assert [page.status_code for page in pages] == [422, 422]
        assert all(words in text for text in texts)
        bare = [re.sub(r'value="[^"]*"', "", page.text.split('id="main"')[1]) for page in pages]
        assert bare[0] == bare[1], "not a word more about one than about the other"
        assert "nobody@nowhere.example" in pages[0].text, "what was typed is still there"

    @pytest.mark.parametrize(
        ("email", "words"),
        [
            ("", "Enter your colleague’s work email address"),
            ("sam", "Enter an email address in the correct format"),
        ],
    )
    def test_what_is_no_address(self, hers: FlaskClient, path: str, email: str, words: str) -> None:
        page = post(hers, path, email=email)
        assert (page.status_code, words in text_of(page)) == (422, True)

    def test_ones_own_address(self, people: dict[str, Person], hers: FlaskClient, path: str) -> None:
        page = post(hers, path, email=people["amina"].email or "")
        assert (page.status_code, "This is your own address" in text_of(page)) == (422, True)

    def test_a_clash_is_said_before_without_what_it_is(
        self, people: dict[str, Person], place: Booking, hers: FlaskClient, path: str
    ) -> None:
        steps.ask(course_session(course(title="Trauma")), people["sam"])
        text = text_of(post(hers, path, email="sam@hubs.example"))
        assert "At the same time Sam has another place" in text
        assert "Trauma" not in text, "what colleagues learn is their own business"

    def test_what_should_come_before_is_said_and_asked(
        self, people: dict[str, Person], place: Booking, hers: FlaskClient, path: str
    ) -> None:
        place.session.course.prerequisites.append(course(title="Working together"))
        shown = post(hers, path, email="sam@hubs.example")
        assert "Before this course comes Working together" in text_of(shown)
        again = post(hers, path, email="sam@hubs.example", sure="sam@hubs.example")
        assert (again.status_code, confirmed(place.session)) == (422, ["Amina"])
        assert "Tick if Sam Hill has learned it elsewhere" in text_of(again)
        done = post(hers, path, email="sam@hubs.example", sure="sam@hubs.example", learned_elsewhere="y")
        assert (done.status_code, confirmed(place.session)) == (303, ["Sam"])

    def test_that_the_manager_is_asked_is_said_before(self, people: dict[str, Person], sign_in: SignIn) -> None:
        sam = people["sam"]
        sam.manager_name, sam.manager_email = "Helen Ward", "helen@hubs.example"
        old = steps.ask(course_session(course(needs_approval=True)), people["amina"], approved=True)
        browser, path = sign_in(people["amina"]), f"/bookings/{old.reference}/swap"
        assert "Sam’s manager is asked" in text_of(post(browser, path, email="sam@hubs.example"))
        post(browser, path, email="sam@hubs.example", sure="sam@hubs.example")
        taken = db.session.scalars(select(Booking).where(Booking.person_id == sam.id)).one()
        assert taken.status is BookingStatus.APPROVAL

    def test_who_has_a_place_already_is_named_beside_the_field(
        self, people: dict[str, Person], place: Booking, hers: FlaskClient, path: str
    ) -> None:
        steps.ask(place.session, people["sam"])
        page = post(hers, path, email="sam@hubs.example")
        assert (page.status_code, "Sam Hill has a place on this session already." in text_of(page)) == (422, True)
        assert 'id="email-error"' in page.text

    def test_a_place_that_is_gone_says_so_and_asks_nothing(
        self, people: dict[str, Person], place: Booking, hers: FlaskClient, path: str
    ) -> None:
        steps.give_back(place)
        page = hers.get(path)
        assert "given back, passed on or moved already" in text_of(page)
        assert 'name="email"' not in page.text
        sent = post(hers, path, email="sam@hubs.example", sure="sam@hubs.example")
        assert sent.status_code in {400, 422}
        assert confirmed(place.session) == []

    def test_a_lead_chooses_from_the_list_and_it_is_done_at_once(
        self, people: dict[str, Person], place: Booking, sign_in: SignIn, path: str
    ) -> None:
        steps.ask(place.session, person("Has", "Place", organisation=people["lead"].organisation))
        person("Is", "Gone", organisation=people["lead"].organisation, disabled_at=NOW)
        browser = sign_in(people["lead"])
        offered = re.findall(r"<option[^>]*>\s*([^<]+?)\s*</option>", browser.get(path).text)
        assert offered == ["Choose somebody", "Sam Hill, Family worker", "Leah Lead"]
        done = post(browser, path, colleague=str(people["sam"].id))
        assert done.status_code == 303
        assert "Sam" in confirmed(place.session)
        assert place.ending is Ending.SUBSTITUTED

    def test_a_lead_reads_what_the_clash_is_before(
        self, people: dict[str, Person], place: Booking, sign_in: SignIn, path: str
    ) -> None:
        steps.ask(course_session(course(title="Trauma")), people["sam"])
        browser, chosen = sign_in(people["lead"]), str(people["sam"].id)
        assert "Sam has a place on Trauma, Tuesday 5 November 2024" in text_of(post(browser, path, colleague=chosen))
        assert confirmed(place.session) == ["Amina"]
        assert post(browser, path, colleague=chosen, sure=chosen).status_code == 303
        assert confirmed(place.session) == ["Sam"]

    def test_a_list_holds_nobody_of_another_organisation(
        self, people: dict[str, Person], place: Booking, sign_in: SignIn, path: str
    ) -> None:
        for who in ("lead", "officer"):
            for chosen in (str(people["stranger"].id), "x", ""):
                page = post(sign_in(people[who]), path, colleague=chosen)
                assert (page.status_code, "Select a colleague" in text_of(page)) == (422, True)
        assert confirmed(place.session) == ["Amina"]

    def test_an_officer_comes_back_to_the_session(
        self, people: dict[str, Person], place: Booking, sign_in: SignIn, path: str
    ) -> None:
        done = post(sign_in(people["officer"]), path, colleague=str(people["sam"].id))
        assert (done.status_code, done.location) == (303, f"/sessions/{place.session.reference}")

    def test_where_there_is_nobody_to_choose_it_says_so(self, people: dict[str, Person], sign_in: SignIn) -> None:
        alone = steps.ask(course_session(), person("Only", "One"))
        text = text_of(sign_in(people["officer"]).get(f"/bookings/{alone.reference}/swap"))
        assert "Nobody else of" in text


class TestAnotherDate:
    @pytest.fixture
    def path(self, place: Booking) -> str:
        return f"/bookings/{place.reference}/move"

    @pytest.fixture
    def later(self, session: CourseSession) -> CourseSession:
        found: CourseSession = course_session(
            session.course, reference="NEG-LATER", capacity=3, starts_at=session.starts_at + WEEK
        )
        return found

    def dates(self, page: TestResponse) -> list[str]:
        return re.findall(r'name="to" value="([^"]+)"', page.text)

    def test_dates_with_places_are_listed_with_how_many(
        self, people: dict[str, Person], session: CourseSession, later: CourseSession, path: str, sign_in: SignIn
    ) -> None:
        def date(name: str, **details: object) -> CourseSession:
            details.setdefault("starts_at", session.starts_at + 2 * WEEK)
            found: CourseSession = course_session(details.pop("of", session.course), reference=name, **details)
            return found

        date("ONE-LEFT", capacity=1)
        date("FULL", capacity=0)
        date("CALLED-OFF", cancelled_at=NOW)
        date("DRAFT", published_at=None)
        date("CLOSED", booking_closes_at=NOW)
        date("NOT-YET", booking_opens_at=NOW + WEEK)
        date("OVER", starts_at=NOW - WEEK)
        date("ANOTHER", of=course())
        date("HELD", host_organisation_id=people["stranger"].organisation_id)
        date("OURS", host_organisation_id=people["amina"].organisation_id)
        date("TEACHES", trainers=[people["amina"]])
        steps.ask(date("HAS", capacity=9), people["amina"])
        page = sign_in(people["amina"]).get(path)
        assert self.dates(page) == ["NEG-LATER", "ONE-LEFT", "OURS"]
        text = text_of(page)
        assert "Tuesday 12 November 2024, 9:30am to 1pm" in text
        assert (" 3 places. " in text, " 1 place. " in text) == (True, True)
        assert self.dates(sign_in(people["officer"]).get(path)) == [
            "NEG-LATER",
            "CLOSED",
            "NOT-YET",
            "ONE-LEFT",
            "OURS",
        ]

    def test_one_click_moves_it(
        self, people: dict[str, Person], place: Booking, later: CourseSession, path: str, sign_in: SignIn
    ) -> None:
        browser = sign_in(people["amina"])
        done = post(browser, path, to="NEG-LATER")
        new = db.session.scalars(select(Booking).where(Booking.session_id == later.id)).one()
        assert (done.status_code, done.location) == (303, f"/bookings/{new.reference}")
        assert "The place is now on Tuesday 12 November 2024, 9:30am to 1pm" in text_of(browser.get(done.location))
        assert (place.ending, new.status) == (Ending.TRANSFERRED, BookingStatus.BOOKED)

    def test_what_else_one_has_at_that_time_is_said_and_the_place_itself_is_no_clash(
        self, people: dict[str, Person], session: CourseSession, later: CourseSession, path: str, sign_in: SignIn
    ) -> None:
        course_session(session.course, reference="SAME-TIME", starts_at=session.starts_at)
        steps.ask(course_session(course(title="Trauma"), starts_at=later.starts_at), people["amina"])
        text = text_of(sign_in(people["amina"]).get(path))
        assert text.count("At the same time") == 1
        assert "At the same time you have a place on Trauma, Tuesday 12 November 2024" in text

    def test_who_waits_sees_full_dates_too(
        self, people: dict[str, Person], neglect_full: CourseSession, sign_in: SignIn
    ) -> None:
        waits = steps.ask(neglect_full, people["amina"])
        there = course_session(
            neglect_full.course, reference="FULL-TOO", capacity=0, starts_at=neglect_full.starts_at + WEEK
        )
        steps.ask(there, "Mei")
        browser, path = sign_in(people["amina"]), f"/bookings/{waits.reference}/move"
        assert "Full, 1 person waits" in text_of(browser.get(path))
        done = post(browser, path, to="FULL-TOO")
        assert "Now on the waiting list for Tuesday 12 November 2024" in text_of(browser.get(done.location))

    @pytest.fixture
    def neglect_full(self, app: Flask) -> CourseSession:
        found: CourseSession = course_session(course("FUL"), capacity=0)
        return found

    @pytest.mark.parametrize("to", ["", "nothing", "ANOTHER", "DRAFT"])
    def test_what_is_no_date_of_this_course_is_none(
        self, people: dict[str, Person], place: Booking, path: str, sign_in: SignIn, to: str
    ) -> None:
        course_session(course(), reference="ANOTHER")
        course_session(place.session.course, reference="DRAFT", published_at=None)
        page = post(sign_in(people["amina"]), path, to=to)
        assert (page.status_code, "Choose one of the dates." in text_of(page)) == (422, True)
        assert confirmed(place.session) == ["Amina"]

    def test_a_place_that_has_gone_meanwhile_is_said(
        self, people: dict[str, Person], place: Booking, later: CourseSession, path: str, sign_in: SignIn
    ) -> None:
        steps.change_capacity(later, 0)
        page = post(sign_in(people["amina"]), path, to="NEG-LATER")
        assert (page.status_code, "There is no place left on this date" in text_of(page)) == (422, True)

    def test_a_lead_moves_a_colleague(
        self, people: dict[str, Person], later: CourseSession, path: str, sign_in: SignIn
    ) -> None:
        page = sign_in(people["lead"]).get(path)
        assert "Amina Yusuf, Family Hubs" in text_of(page)
        assert post(sign_in(people["lead"]), path, to="NEG-LATER").status_code == 303
        assert confirmed(later) == ["Amina"]

    def test_where_no_other_date_has_a_place_it_says_so(
        self, people: dict[str, Person], path: str, sign_in: SignIn
    ) -> None:
        text = text_of(sign_in(people["amina"]).get(path))
        assert "No other date of this course has a place for you at the moment." in text

    def test_one_date_or_twenty_take_the_same_number_of_queries(
        self,
        people: dict[str, Person],
        session: CourseSession,
        path: str,
        sign_in: SignIn,
        count_queries: list[str],
    ) -> None:
        seen, browser = [], sign_in(people["amina"])
        browser.get(path)
        for number in range(1, 20):
            factories.course_session(session.course, starts_at=session.starts_at + number * WEEK)
            if number in {1, 19}:
                db.session.commit()
                count_queries.clear()
                assert len(self.dates(browser.get(path))) == number
                seen.append(len(count_queries))
        assert seen[0] == seen[1]
