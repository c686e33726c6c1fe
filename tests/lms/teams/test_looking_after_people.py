"""What a training lead sees of their people and does with a colleague's booking; and what they do not see."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.attendance.models import AttendanceMark, Mark
from lms.bookings.models import Approval, Booking, BookingStatus, CancelReason, Ending
from lms.catalogue.models import Mode
from lms.db import db
from lms.errors import RuleBroken
from lms.roles import Role
from lms.teams import rules
from lms.teams.operations import answer_for, book_team, cancel_for
from tests.browsing import token
from tests.factories import NOW, booking, course, course_session, person
from tests.lms.bookings import steps
from tests.lms.bookings.conftest import Clock
from tests.lms.teams.conftest import Team

#: After the last moment to cancel without charge.
LATE = datetime(2024, 11, 1, 9, 0, tzinfo=UTC)


def page_of(one: Booking) -> str:
    return f"/agency/bookings/{one.reference}"


def post(browser: FlaskClient, one: Booking, action: str, **fields: object) -> TestResponse:
    return browser.post(f"{page_of(one)}/{action}", data={"csrf_token": token(browser.get("/account")), **fields})


def ask_manager(who: Person, **details: int) -> Booking:
    """They ask for a place whose manager has to approve it."""
    session = course_session(course(needs_approval=True), **details)
    return steps.ask(session, who, manager_name="Boss Person", manager_email="boss@agency.example")


# The overview.


def test_the_overview_says_who_has_what_to_come_what_is_open_and_what_is_done(team: Team, canary: Person) -> None:
    coming, waits, asked, came, nothing = team.people("Coming", "Waits", "Asked", "Came", "Nothing")
    steps.ask(course_session(), coming)
    full = course_session(capacity=0)
    steps.ask(full, canary)
    steps.ask(full, waits)
    ask_manager(asked)
    past = booking(course_session(starts_at=NOW - timedelta(days=30)), came)
    db.session.add(AttendanceMark(booking_id=past.id, mark=Mark.ATTENDED, marked_at=NOW))
    page = team.browser().get("/agency").text
    for one, words in (
        (coming, "Tuesday 5 November 2024, 9:30am to 1pm"),
        (waits, "Number 2 on the list"),
        (asked, "Held, manager asked"),
        (came, "Came"),
        (nothing, "2 people have no booking to come"),  # and Helen
    ):
        assert f"/agency/people/{one.id}" in page
        assert words in page
    assert "Canary" not in page


def test_an_offer_to_a_colleague_shows_its_end(team: Team) -> None:
    (amin,) = team.people("Amin")
    session = course_session(capacity=1)
    first, waits = steps.ask(session, "First"), steps.ask(session, amin)
    near = session.starts_at - timedelta(days=2)
    steps.give_back(first, near, by=team.lead, staff=True)
    assert waits.status is BookingStatus.OFFERED
    page = team.browser().get("/agency").text
    assert "Offered to them" in page
    assert "until 4 November 2024 at 9:30am" in page


def test_the_sessions_next_to_book_are_on_the_overview(team: Team) -> None:
    for number in range(5):
        course_session(course(title=f"Course {number}"), starts_at=NOW + timedelta(days=number + 2))
    course_session(course(title="Full one"), capacity=0, starts_at=NOW + timedelta(days=1))
    page = team.browser().get("/agency").text
    assert [f"Course {n}," in page for n in range(5)] == [True, True, True, False, False]
    assert "Full one" not in page
    assert "/agency/book" in page


def test_the_list_can_be_taken_into_a_spreadsheet_and_holds_no_formula(team: Team, canary: Person) -> None:
    amin, bell = team.people("Amin", "=Bell()")
    steps.ask(course_session(course("NEG")), amin)
    full = course_session(course("FUL"), capacity=0)
    steps.ask(full, amin)
    steps.ask(course_session(), canary)
    answer = team.browser().get("/agency/people.csv")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    said = [
        (row["Last name"], row["Course code"], row["Where it stands"], row["Number on the waiting list"])
        for row in rows
    ]
    assert sorted(said) == sorted(
        [
            ("Amin", "NEG", "Booked", ""),
            ("Amin", "FUL", "On the waiting list", "1"),
            ("'=Bell()", "", "", ""),
            ("Ward", "", "", ""),
        ]
    )
    assert rows[0].keys() & {"Access", "Diet", "Answers"} == set()
    assert "Canary" not in answer.text
    assert bell.last_name == "=Bell()"


@pytest.mark.parametrize("address", ["/agency", "/agency/people.csv", "/agency/book"])
def test_the_number_of_queries_does_not_grow_with_the_people(
    team: Team, count_queries: list[str], address: str
) -> None:
    browser, asked = team.browser(), []
    for more in (2, 12):
        for one in team.people(*"x" * more):
            steps.ask(course_session(), one)
            steps.ask(course_session(capacity=0), one)
            ask_manager(one)
            book_team(session=course_session(), people=[], unnamed=1, by=team.lead, now=NOW)
        browser.get(address)
        count_queries.clear()
        browser.get(address)
        asked.append(len(count_queries))
    assert asked[0] == asked[1]


# A colleague.


def test_a_colleagues_page_shows_their_bookings_and_learning(team: Team) -> None:
    (amin,) = team.people("Amin")
    steps.ask(course_session(course(title="To come")), amin)
    steps.ask(course_session(course(title="Full one"), capacity=0), amin)
    past = booking(course_session(course(title="Over", hours=3.0), starts_at=NOW - timedelta(days=500)), amin)
    db.session.add(AttendanceMark(booking_id=past.id, mark=Mark.ATTENDED, marked_at=NOW))
    page = team.browser().get(f"/agency/people/{amin.id}").text
    for words in ("To come", "Full one", "Number 1 on the list", "Over", "3 hours</strong> of learning"):
        assert words in page
    assert f"/agency/book?people={amin.id}" in page


def test_the_lead_says_who_the_manager_is_and_then_nothing_need_be_typed(team: Team) -> None:
    (amin,) = team.people("Amin")
    browser, page = team.browser(), f"/agency/people/{amin.id}"
    data = {
        "csrf_token": token(browser.get(page)),
        "manager_name": "Boss Person",
        "manager_email": "BOSS@agency.example",
    }
    assert browser.post(page, data=data).status_code == 303
    assert (amin.manager_name, amin.manager_email) == ("Boss Person", "boss@agency.example")
    changed = db.session.scalars(select(Activity).where(Activity.verb == "person:changed")).one()
    assert (changed.actor_id, changed.subject) == (team.lead.id, str(amin.id))
    assert steps.ask(course_session(course(needs_approval=True)), amin).manager_email == "boss@agency.example"


@pytest.mark.parametrize(
    ("name", "email", "sentence"),
    [
        ("Boss", "", "Enter both the name and the email address"),
        ("", "boss@agency.example", "Enter both the name and the email address"),
        ("Boss", "own", "own email address"),
        ("Boss", "nothing", "in the correct format"),
    ],
)
def test_half_a_manager_is_none(team: Team, name: str, email: str, sentence: str) -> None:
    (amin,) = team.people("Amin")
    browser, page = team.browser(), f"/agency/people/{amin.id}"
    data = {
        "csrf_token": token(browser.get(page)),
        "manager_name": name,
        "manager_email": amin.email if email == "own" else email,
    }
    answer = browser.post(page, data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert amin.manager_email == ""


def test_everybody_can_say_it_of_themselves(team: Team) -> None:
    (amin,) = team.people("Amin")
    browser = team.sign_in(amin)
    page = "/account/details"
    assert page in browser.get("/account").text
    data = {
        "csrf_token": token(browser.get(page)),
        "job": "Nurse",
        "manager_name": "Boss",
        "manager_email": "boss@a.example",
    }
    assert browser.post(page, data=data).location == "/account"
    assert (amin.job, amin.manager_name, amin.manager_email) == ("Nurse", "Boss", "boss@a.example")
    assert 'value="Nurse"' in browser.get(page).text
    wrong = browser.post(page, data=data | {"manager_email": amin.email})
    assert (wrong.status_code, amin.manager_email) == (422, "boss@a.example")
    assert team.sign_in(person("A", "B", Role.ADMINISTRATOR)).get(page).status_code == 403


# A colleague's booking.


def test_a_colleagues_booking_shows_no_link_to_join_and_nothing_private(team: Team, clock: Clock) -> None:
    (amin,) = team.people("Amin")
    session = course_session(mode=Mode.VIRTUAL, joining_link="https://join.example/canary")
    one = steps.ask(session, amin)
    clock(session.starts_at - timedelta(days=1))
    page = team.browser().get(page_of(one)).text
    assert "Sam Amin: Multi-agency neglect" in page
    assert "join.example" not in page
    assert f"/bookings/{one.reference}/swap" in page
    assert f"/bookings/{one.reference}/move" in page


def test_the_leads_own_booking_is_on_the_page_everybody_has(team: Team) -> None:
    one = steps.ask(course_session(), team.lead)
    assert team.browser().get(page_of(one)).location == f"/bookings/{one.reference}"


def test_the_lead_cancels_a_place_within_the_free_window_with_a_reason(team: Team) -> None:
    session = course_session(capacity=1)
    one, waits = steps.ask(session, team.people("Amin")[0]), steps.ask(session, "Outside")
    browser = team.browser()
    assert "They have changed jobs" in browser.get(page_of(one)).text
    done = post(browser, one, "cancel", reason="job")
    assert (done.status_code, done.location) == (303, page_of(one))
    assert (one.status, one.ending, one.cancel_reason) == (BookingStatus.CANCELLED, Ending.CANCELLED, CancelReason.JOB)
    assert steps.statuses(waits) == ["booked"]
    assert steps.letters()[-2:] == ["booking-cancelled-by-officer to Sam", "booking-promoted to Outside"]
    noted = db.session.scalars(select(Activity).where(Activity.verb == "booking:cancelled")).one()
    assert noted.actor_id == team.lead.id
    again = post(browser, one, "cancel")
    assert (again.status_code, "already cancelled" in again.text) == (422, True)


def test_after_the_free_window_only_the_training_team_cancels(team: Team, clock: Clock) -> None:
    one = steps.ask(course_session(), team.people("Amin")[0])
    clock(LATE)
    browser = team.browser()
    sentence = "Places on this course could be cancelled until the end of Wednesday 30 October 2024."
    page = browser.get(page_of(one)).text
    assert sentence in page
    assert "Only the training team can cancel it now." in page
    assert "Yes, cancel the place" not in page
    answer = post(browser, one, "cancel")
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert steps.statuses(one) == ["booked"]


def test_a_colleague_can_be_taken_off_the_waiting_list(team: Team) -> None:
    one = steps.ask(course_session(capacity=0), team.people("Amin")[0])
    assert post(team.browser(), one, "cancel").status_code == 303
    assert steps.statuses(one) == ["cancelled"]
    assert steps.letters()[-1] == "booking-left-list to Sam"


def test_an_offer_is_the_colleagues_to_answer(team: Team, clock: Clock) -> None:
    session = course_session(course(cancel_amount=0), capacity=1)
    first, one = steps.ask(session, "First"), steps.ask(session, team.people("Amin")[0])
    now = clock(session.starts_at - timedelta(days=2))
    steps.give_back(first, now)
    browser = team.browser()
    page = browser.get(page_of(one)).text
    assert "Only Sam can answer." in page
    assert "4 November 2024 at 9:30am" in page
    assert f"{page_of(one)}/cancel" not in page
    assert post(browser, one, "cancel").status_code == 422
    assert one.status is BookingStatus.OFFERED
    with pytest.raises(RuleBroken, match="Only they can take it or turn it down"):
        cancel_for(booking=one, by=team.lead, now=now)


def test_the_lead_answers_for_the_agency_where_a_manager_was_asked(team: Team) -> None:
    one = ask_manager(team.people("Amin")[0])
    browser = team.browser()
    page = browser.get(page_of(one)).text
    assert "We have asked <strong>Boss Person</strong> (boss@agency.example)" in page
    assert post(browser, one, "approve").status_code == 303
    assert (one.status, one.approval) == (BookingStatus.BOOKED, Approval.GIVEN)
    assert "Helen Ward has said yes." in steps.letter("approval-approved").body
    noted = db.session.scalars(select(Activity).where(Activity.verb == "booking:approved")).one()
    assert noted.actor_id == team.lead.id
    again = post(browser, one, "approve")
    assert (again.status_code, "answered already" in again.text) == (422, True)


def test_a_no_comes_with_its_reason_and_gives_the_place_to_who_waits(team: Team) -> None:
    one = ask_manager(team.people("Amin")[0], capacity=1)
    waits = steps.ask(one.session, "Outside", manager_name="B", manager_email="b@b.example")
    browser = team.browser()
    silent = post(browser, one, "refuse")
    assert (silent.status_code, "Say in a few words why not" in silent.text) == (422, True)
    assert post(browser, one, "refuse", reason="No cover that week").status_code == 303
    assert (one.ending, one.refusal) == (Ending.REFUSED, "No cover that week")
    body = steps.letter("approval-refused").body
    assert "Helen Ward did not approve" in body
    assert "No cover that week" in body
    assert steps.statuses(waits) == ["approval"]


def test_nobody_approves_their_own_request(team: Team) -> None:
    one = ask_manager(team.lead)
    assert post(team.browser(), one, "approve").status_code == 422
    with pytest.raises(RuleBroken, match=rules.OWN_REQUEST):
        answer_for(booking=one, yes=True, by=team.lead, now=NOW)
    assert one.approval is Approval.ASKED


def test_a_managers_page_does_not_say_they_said_what_the_lead_said(team: Team) -> None:
    from lms.approvals import links

    one = ask_manager(team.people("Amin")[0])
    answer_for(booking=one, yes=True, by=team.lead, now=NOW)
    page = team.browser().get(f"/approve/{links.token(one)}").text
    assert "The answer on 8 October 2024 at 9am was yes" in page
    assert "You said" not in page


# Whose they are.


def test_people_and_bookings_of_another_organisation_do_not_exist(team: Team, canary: Person) -> None:
    one, asked = steps.ask(course_session(), canary), ask_manager(canary)
    browser = team.browser()
    csrf = {"csrf_token": token(browser.get("/account"))}
    answers = [
        browser.get(f"/agency/people/{canary.id}"),
        browser.post(f"/agency/people/{canary.id}", data=csrf | {"manager_name": "A", "manager_email": "a@a.example"}),
        browser.get(page_of(one)),
        *(browser.post(f"{page_of(asked)}/{action}", data=csrf) for action in ("cancel", "approve", "refuse")),
    ]
    assert [answer.status_code for answer in answers] == [404] * 6
    assert not any("Canary" in answer.text or "Elsewhere" in answer.text for answer in answers)
    assert (canary.manager_email, one.status, asked.approval) == ("", BookingStatus.BOOKED, Approval.ASKED)


def test_a_colleague_who_has_left_is_no_longer_seen(team: Team, canary: Person) -> None:
    (amin,) = team.people("Amin")
    one = steps.ask(course_session(), amin)
    amin.organisation = canary.organisation
    browser = team.browser()
    assert browser.get(page_of(one)).status_code == 404
    assert browser.get(f"/agency/people/{amin.id}").status_code == 404
    assert "Sam Amin" not in browser.get("/agency").text


@pytest.mark.parametrize("address", ["/agency/people.csv", "/agency/book", "/agency/people/1", "/agency/bookings/x"])
@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.LD_OFFICER, Role.SCRUTINEER])
def test_these_pages_are_for_those_who_look_after_people(team: Team, address: str, role: Role) -> None:
    assert team.sign_in(person("A", "B", role)).get(address).status_code == 403
