"""The line manager's yes, no and silence: by a link, without an account, and never passed over."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Person
from lms.approvals import links, operations, rules
from lms.bookings import rules as booking_rules
from lms.bookings.models import Approval, Booking, Ending
from lms.db import db
from lms.errors import RuleBroken
from lms.letters.links import put_into
from tests.browsing import send, token
from tests.factories import NOW, course, course_session, person
from tests.lms.bookings.conftest import Clock
from tests.lms.bookings.steps import ask, done, give_back, letter, letters, statuses

HOUR, DAY, MOMENT = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)
BOSS = {"manager_name": "Bea Boss", "manager_email": "bea@agency.example"}
SignIn = Callable[[Person], FlaskClient]


def asked(at: datetime = NOW, who: str = "Amina", **details: object) -> Booking:
    """Somebody asked for a place of a course that needs the manager's yes."""
    approval = {name: details.pop(name) for name in ("approval_days",) if name in details}
    return ask(course_session(course(needs_approval=True, **approval), **details), who, at, **BOSS)


def link_in(key: str = "approval-asked") -> str:
    """The path of the link a manager finds in the newest letter of this kind, made as it is at sending."""
    written = letter(key)
    text = put_into(written.body, written.link_kind, written.link_to)
    found = re.search(r"https?://[^/\s]+(/approve/\S+)", text)
    assert found, text
    return found[1].rstrip(".")


def test_the_manager_is_asked_and_the_place_is_held(app: Flask) -> None:
    booking = asked()
    assert (statuses(booking), booking.booked_at, booking.held_at) == (["approval"], None, NOW)
    assert (booking.approval, booking.manager_name) == (Approval.ASKED, "Bea Boss")
    assert letters() == ["approval-asked to Bea", "approval-waiting to Amina"]
    words = letter("approval-asked")
    assert (words.to_email, words.person_id, words.calendar) == ("bea@agency.example", None, "")
    assert "15 October 2024 at 9am" in words.body
    assert letter("approval-waiting").calendar == ""


def test_the_link_stands_in_no_row_of_the_database(app: Flask) -> None:
    booking = asked()
    written = letter("approval-asked")
    assert links.token(booking) not in written.body + written.subject + written.link_to
    assert "/approve/" not in written.body
    assert link_in() == f"/approve/{links.token(booking)}"


def test_where_the_agency_speaks_for_itself_nobody_is_asked(app: Flask) -> None:
    session = course_session(course(needs_approval=True))
    booking = ask(session, made_by=person("Lead"), approved=True)
    assert (statuses(booking), booking.approval, booking.manager_email) == (["booked"], Approval.GIVEN, "")
    assert letters() == ["booking-by-other to Amina"]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, booking_rules.NO_MANAGER),
        ({"manager_name": "Bea", "manager_email": "  "}, booking_rules.NO_MANAGER),
        ({"manager_name": " ", "manager_email": "bea@agency.example"}, booking_rules.NO_MANAGER),
        ({"manager_name": "Bea", "manager_email": " AMINA@agency.example "}, booking_rules.OWN_MANAGER),
    ],
)
def test_somebody_else_must_be_there_to_ask(app: Flask, given: dict[str, str], sentence: str) -> None:
    session = course_session(course(needs_approval=True))
    with pytest.raises(RuleBroken) as refused:
        ask(session, person(email="amina@agency.example"), **given)
    assert str(refused.value) == sentence


def test_the_manager_of_the_account_is_asked_where_no_other_is_given(app: Flask) -> None:
    who = person(manager_name="Known Manager", manager_email="known@agency.example")
    session = course_session(course(needs_approval=True))
    assert ask(session, who).manager_email == "known@agency.example"


# Yes.


def test_a_yes_makes_the_place_theirs_with_its_letter_and_invitation(app: Flask, clock: Clock) -> None:
    booking = asked()
    before, at = len(letters()), clock(NOW + DAY)
    operations.approve(booking=booking, now=at)
    assert (statuses(booking), booking.approval) == (["booked"], Approval.GIVEN)
    assert (booking.booked_at, booking.answered_at) == (at, at)
    assert letters(before) == ["approval-approved to Amina"]
    assert letter("approval-approved").calendar_method == "REQUEST"
    assert done()[-1] == "booking:approved"


def test_the_manager_answers_in_two_clicks_without_an_account(clock: Clock, client: FlaskClient) -> None:
    booking = asked()
    page = link_in()
    shown = client.get(page).text
    for words in ("Amina Yusuf", "Multi-agency neglect", "Tuesday 5 November 2024, 9:30am to 1pm", "15 October 2024"):
        assert words in shown
    answered = send(client, page, answer="yes")
    assert (answered.status_code, answered.location) == (303, page)
    assert "The answer on 8 October 2024 at 9am was yes" in client.get(page).text
    assert statuses(booking) == ["booked"]


def test_looking_at_the_link_answers_nothing_however_often_mail_programs_do(clock: Clock, client: FlaskClient) -> None:
    booking, page = asked(), link_in()
    for _ in range(3):
        assert client.get(page).status_code == 200
        assert client.head(page).status_code == 200
    assert statuses(booking) == ["approval"]
    assert client.post(page, data={"answer": "yes"}).status_code == 400  # without the token of a visit
    assert statuses(booking) == ["approval"]


def test_nothing_chosen_is_asked_again(clock: Clock, client: FlaskClient) -> None:
    booking, page = asked(), link_in()
    again = send(client, page)
    assert (again.status_code, "Select yes or no" in again.text) == (422, True)
    assert statuses(booking) == ["approval"]


# No.


def test_a_no_comes_with_its_reason_and_ends_it(app: Flask, clock: Clock) -> None:
    booking = asked()
    before, at = len(letters()), clock(NOW + DAY)
    operations.refuse(booking=booking, reason="  We are too few that week.  ", now=at)
    assert (statuses(booking), booking.ending, booking.approval) == (["cancelled"], Ending.REFUSED, Approval.REFUSED)
    assert (booking.refusal, booking.answered_at, booking.cancelled_at) == ("We are too few that week.", at, at)
    assert letters(before) == ["approval-refused to Amina"]
    assert "The reason given was: We are too few that week." in letter("approval-refused").body


def test_a_no_without_a_reason_is_asked_for_one_and_nothing_pressed_is_lost(clock: Clock, client: FlaskClient) -> None:
    booking, page = asked(), link_in()
    again = send(client, page, answer="no", reason=" ")
    assert again.status_code == 422
    assert "Say in a few words why not. Amina will read it." in again.text
    assert re.search(r'value="no"[^>]*checked', again.text)
    assert statuses(booking) == ["approval"]
    assert send(client, page, answer="no", reason="Cover <b>for</b> nights").status_code == 303
    assert "The answer on 8 October 2024 at 9am was no" in client.get(page).text
    assert booking.refusal == "Cover <b>for</b> nights"


def test_what_the_manager_wrote_is_shown_as_text_to_the_person(clock: Clock, sign_in: SignIn) -> None:
    booking = asked()
    operations.refuse(booking=booking, reason="<script>alert(1)</script>", now=NOW)
    page = sign_in(booking.person).get(f"/bookings/{booking.reference}").text
    assert "Not approved by the manager: “&lt;script&gt;alert(1)&lt;/script&gt;”" in page


def test_a_reason_longer_than_fits_is_refused_and_kept_in_the_field(clock: Clock, client: FlaskClient) -> None:
    booking, page = asked(), link_in()
    again = send(client, page, answer="no", reason="x" * 301)
    assert (again.status_code, "x" * 301 in again.text) == (422, True)
    assert statuses(booking) == ["approval"]


# Links that are none, and answers that come too late or twice.


def test_a_second_answer_changes_nothing(clock: Clock, client: FlaskClient) -> None:
    booking, page = asked(), link_in()
    sent = token(client.get(page))
    client.post(page, data={"csrf_token": sent, "answer": "yes"})
    before = len(letters())
    second = client.post(page, data={"csrf_token": sent, "answer": "no", "reason": "No!"})
    assert (second.status_code, "was yes" in second.text) == (422, True)
    assert (statuses(booking), booking.approval, booking.refusal) == (["booked"], Approval.GIVEN, "")
    assert letters(before) == []


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_an_answer_after_the_last_moment_is_too_late(clock: Clock, answer: str) -> None:
    booking = asked()
    assert booking.approve_until
    say = {"yes": operations.approve, "no": partial(operations.refuse, reason="No")}[answer]
    with pytest.raises(RuleBroken, match=r"An answer was needed by 15 October 2024 at 9am.*Amina Yusuf can ask again"):
        say(booking=booking, now=booking.approve_until)
    operations.approve(booking=booking, now=booking.approve_until - MOMENT)
    assert statuses(booking) == ["booked"]


def test_a_link_that_came_too_late_says_so_and_shows_no_form(clock: Clock, client: FlaskClient) -> None:
    booking, page = asked(), link_in()
    sent = token(client.get(page))
    clock(booking.approve_until or NOW)
    shown = client.get(page)
    assert (shown.status_code, "An answer was needed by 15 October 2024 at 9am" in shown.text) == (200, True)
    assert 'name="answer"' not in shown.text
    late = client.post(page, data={"csrf_token": sent, "answer": "yes"})
    assert late.status_code == 422
    assert statuses(booking) == ["cancelled"]


def test_when_the_person_no_longer_asks_the_manager_reads_so(clock: Clock, client: FlaskClient) -> None:
    booking, page = asked(), link_in()
    give_back(booking)
    shown = client.get(page).text
    assert "Amina Yusuf no longer asks for this place, so no answer is needed." in shown
    assert letters()[-1] == "booking-left-list to Amina"


@pytest.mark.parametrize("wrong", ["", "x", "W10.abc", "\N{BLACK STAR}", "a" * 3000])
def test_a_link_nobody_made_is_unknown(clock: Clock, client: FlaskClient, wrong: str) -> None:
    asked()
    assert client.get(f"/approve/{wrong}").status_code == 404


def test_a_link_of_another_secret_another_salt_or_another_address_is_unknown(clock: Clock, app: Flask) -> None:
    booking, client = asked(), app.test_client()
    content = [booking.reference, "bea@agency.example"]
    key = app.config["SECRET_KEY"]
    right = URLSafeSerializer(key, salt="lms.approvals").dumps(content)
    assert client.get(f"/approve/{right}").status_code == 200
    for forged in (
        URLSafeSerializer("another secret", salt="lms.approvals").dumps(content),
        URLSafeSerializer(key, salt="lms.accounts").dumps(content),
        URLSafeSerializer(key, salt="lms.approvals").dumps([booking.reference, "eve@agency.example"]),
        URLSafeSerializer(key, salt="lms.approvals").dumps(["no-such-booking", "bea@agency.example"]),
        URLSafeSerializer(key, salt="lms.approvals").dumps({"booking": booking.reference}),
        URLSafeSerializer(key, salt="lms.approvals").dumps([booking.reference]),
        URLSafeSerializer(key, salt="lms.approvals").dumps([[booking.reference], 7]),
        right[:-6] + ("A" if right[-6] != "A" else "B") + right[-5:],
    ):
        assert client.get(f"/approve/{forged}").status_code == 404, forged


def test_the_link_of_a_manager_who_is_no_longer_asked_is_unknown(clock: Clock, client: FlaskClient) -> None:
    booking, page = asked(), link_in()
    booking.manager_email = "new@agency.example"
    assert client.get(page).status_code == 404


def test_the_page_tells_the_manager_no_more_than_the_letter(clock: Clock, client: FlaskClient) -> None:
    asked(joining_link="https://join.example/room", starts_at=NOW + DAY)
    shown = client.get(link_in())
    assert "join.example" not in shown.text
    assert shown.headers["Referrer-Policy"] == "same-origin"  # no other site learns the link


# Reminder and silence.

#: When asked, by when an answer is due, when the reminder goes: in UTC. Working days of England, by the clock of London.
SILENCES = [
    # Tuesday to Tuesday; the reminder on the Friday before.
    ("2024-10-08T08:00", "2024-10-15T08:00", "2024-10-11T08:00"),
    # Over the August bank holiday 2025.
    ("2025-08-20T08:00", "2025-08-28T08:00", "2025-08-26T08:00"),
    # Over Christmas and New Year: 25, 26 December and 1 January are none.
    ("2024-12-20T09:00", "2024-12-31T09:00", "2024-12-27T09:00"),
    ("2024-12-24T09:00", "2025-01-03T09:00", "2024-12-31T09:00"),
    # The clocks go back in between: 9am in London stays 9am in London.
    ("2024-10-23T08:00", "2024-10-30T09:00", "2024-10-28T09:00"),
    # Asked on a Saturday night it counts from Monday.
    ("2024-10-12T20:00", "2024-10-21T20:00", "2024-10-17T20:00"),
    # Half past midnight in London in summer is the day before in UTC.
    ("2025-06-30T23:30", "2025-07-07T23:30", "2025-07-03T23:30"),
    # Over a leap day.
    ("2028-02-25T09:00", "2028-03-03T09:00", "2028-03-01T09:00"),
]


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("at", "until", "reminder"), SILENCES)
def test_one_reminder_and_after_five_working_days_of_silence_the_place_is_given_on(
    clock: Clock, at: str, until: str, reminder: str
) -> None:
    first = clock(_utc(at))
    booking = asked(first, capacity=1, starts_at=first + timedelta(days=60))
    waits = ask(booking.session, "Next", first, approved=True)
    before = len(letters())
    assert booking.approve_until == _utc(until)
    clock(_utc(reminder) - MOMENT)
    assert letters(before) == []
    clock(_utc(reminder))
    assert letters(before) == ["approval-reminder to Bea"]
    clock(_utc(until) - MOMENT)
    assert (letters(before), statuses(booking, waits)) == (["approval-reminder to Bea"], ["approval", "waiting"])
    clock(_utc(until))
    assert (statuses(booking, waits), booking.ending) == (["cancelled", "booked"], Ending.SILENT)
    assert letters(before)[1:] == ["approval-silent to Amina", "booking-promoted to Next"]
    assert done()[-2:] == ["booking:approval_silent", "booking:promoted"]
    clock(_utc(until) + 30 * DAY)
    assert len(letters(before)) == 3


def test_the_reminder_has_the_same_link(clock: Clock, client: FlaskClient) -> None:
    booking = asked()
    clock(_utc("2024-10-11T08:00"))
    assert link_in("approval-reminder") == link_in()
    assert send(client, link_in("approval-reminder"), answer="yes").status_code == 303
    assert statuses(booking) == ["booked"]


@pytest.mark.parametrize("answer", ["yes", "no", "given back"])
def test_who_has_answered_or_need_not_answer_is_not_reminded(clock: Clock, answer: str) -> None:
    booking = asked()
    if answer == "yes":
        operations.approve(booking=booking, now=NOW)
    elif answer == "no":
        operations.refuse(booking=booking, reason="No", now=NOW)
    else:
        give_back(booking)
    before = len(letters())
    clock(NOW + 10 * DAY)
    assert [one for one in letters(before) if "approval" in one] == []


def test_close_to_the_session_the_manager_has_until_its_start_and_is_not_reminded(clock: Clock) -> None:
    booking = asked(starts_at=NOW + 2 * DAY)
    before = len(letters())
    assert (booking.approve_until, booking.approval_reminder_at) == (booking.session.starts_at, None)
    clock(booking.session.starts_at)
    assert (statuses(booking), letters(before)) == (["cancelled"], ["approval-silent to Amina"])


@pytest.mark.parametrize(("days", "until"), [(1, "2024-10-09T08:00"), (10, "2024-10-22T08:00")])
def test_how_long_the_manager_has_is_the_courses(clock: Clock, days: int, until: str) -> None:
    assert asked(approval_days=days).approve_until == _utc(until)


def test_who_waits_and_hears_nothing_from_the_manager_waits_no_longer(clock: Clock) -> None:
    booking = asked(capacity=0)
    assert statuses(booking) == ["waiting"]
    assert letters() == ["approval-asked to Bea", "booking-waiting to Amina"]
    clock(booking.approve_until or NOW)
    assert (statuses(booking), letters()[-1]) == (["cancelled"], "approval-silent to Amina")


def test_who_was_refused_or_heard_nothing_may_ask_again(clock: Clock) -> None:
    booking = asked()
    clock(booking.approve_until or NOW)
    again = ask(booking.session, booking.person, booking.approve_until or NOW, **BOSS)
    assert statuses(booking, again) == ["cancelled", "approval"]
    assert letters()[-2:] == ["approval-asked to Bea", "approval-waiting to Amina"]


# Never passed over.


@pytest.mark.parametrize("status", ["booked", "offered"])
def test_the_database_itself_lets_nothing_but_a_yes_confirm_a_place(app: Flask, status: str) -> None:
    booking = asked()
    gone_wrong = update(Booking).where(Booking.id == booking.id)
    gone_wrong = gone_wrong.values(status=status, booked_at=NOW, offer_until=NOW if status == "offered" else None)
    with pytest.raises(IntegrityError, match="no_place_before_answer"), db.session.begin_nested():
        db.session.execute(gone_wrong)
    assert statuses(booking) == ["approval"]


def test_a_reason_is_needed_in_words_that_name_the_person() -> None:
    with pytest.raises(RuleBroken, match=r"Say in a few words why not\. Siân will read it\."):
        rules.check_reason(" \n", first_name="Siân")
