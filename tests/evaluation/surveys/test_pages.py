"""A person with a letter: opens the link, answers page by page, checks, sends; and what the link says at other times."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from evaluation.surveys import answers, tokens
from evaluation.surveys.models import HeldAnswers, Invitation, Response
from lms.accounts.models import ServerSession
from lms.bookings.models import BookingStatus
from lms.dates import from_london
from lms.db import db
from lms.letters.delivery import text_of
from tests.evaluation.surveys.conftest import Life, send, sent

EVENING = from_london(date(2024, 11, 5), 20)
OVER = from_london(date(2024, 11, 20))
Clock = Callable[[datetime], None]

PAGES: list[dict[str, Any]] = [
    {"rea_use": "3", "rea_access": "3", "rea_access_what": "does not apply and is left out"},
    {"neg_conf_spot": "3", "neg_conf_child": "4"},
    {"neg_know_meaning": "b", "neg_know_brought": "dk"},
    {"int_first": "Start a dated list", "int_barriers": ["time", "tools"]},
    {"rea_keep": "The group exercise", "quote_text": "It helped.", "quote_consent": "none"},
]


@pytest.fixture
def link(taught: Life, at: Clock) -> str:
    """The link of the first person’s end-of-course questions, that evening."""
    at(EVENING)
    return taught.link("end", 0)


def h1(text: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)
    assert found
    return found[1].strip()


def test_the_letter_holds_the_link_only_when_it_is_sent(taught: Life, link: str) -> None:
    letter = next(one for one in taught.letters("survey-end-invitation") if one.person_id == taught.people[0])
    assert link not in letter.body + letter.link_to
    assert f"It takes 7 minutes: http://127.0.0.1:5000{link}\n" in text_of(letter)


def test_from_the_letter_to_thank_you(taught: Life, client: FlaskClient, link: str) -> None:
    start = client.get(link)
    assert h1(start.text) == "Multi-agency neglect"
    assert "Open until" in start.text
    assert "12 November 2024" in start.text
    for number, given in enumerate(PAGES, start=1):
        page = client.get(f"{link}?page={number}")
        assert f"Part {number} of 5" in page.text
        gone = send(client, f"{link}?page={number}", given)
        assert gone.status_code == 303
        assert gone.location == f"{link}?page={number + 1 if number < 5 else 'check'}"
    check = client.get(f"{link}?page=check").text
    for words in (
        "I will use several things in the next month",
        "A child’s basic needs not being met again and again",
        "No time",
        "I do not have the form, system or toolkit I need",
        "The group exercise",
        "Not answered",
    ):
        assert words in check
    assert "does not apply and is left out" not in check
    done = send(client, f"{link}?page=check", {})
    assert done.location == f"{link}?page=sent"
    thanks = client.get(done.location).text
    assert h1(thanks) == "Thank you, your answers are here"
    assert "We do not keep your name" in thanks
    # The right answers are shown after the end wave, whatever was answered.
    assert "Neglect is about needs that stay unmet" in thanks
    invitation = taught.invitation("end", 0)
    assert (invitation.answered, invitation.draft) == (True, "")
    assert db.session.query(HeldAnswers).count() == 1
    taught.until(OVER)
    mine = db.session.query(Response).filter_by(pairing_code=tokens.pairing_code(taught.session_id, taught.people[0]))
    kept = {row.question_key: (row.number, row.choice, row.text) for row in mine.one().answers}
    assert kept == {
        "rea_use": (3, None, None),
        "rea_access": (3, None, None),
        "neg_conf_spot": (3, None, None),
        "neg_conf_child": (4, None, None),
        "neg_know_meaning": (1, "b", None),
        "neg_know_brought": (0, "dk", None),
        "int_first": (None, None, "Start a dated list"),
        "int_barriers": (None, "time,tools", None),
        "rea_keep": (None, None, "The group exercise"),
        "quote_text": (None, None, "It helped."),
        "quote_consent": (None, "none", None),
    }


def test_what_was_typed_is_there_when_one_comes_back(client: FlaskClient, app: Flask, link: str) -> None:
    send(client, f"{link}?page=1", PAGES[0])
    send(client, f"{link}?page=4", PAGES[3])
    elsewhere = app.test_client()
    start = elsewhere.get(link).text
    assert "Carry on" in start
    assert f'href="{link}?page=2"' in start
    again = elsewhere.get(f"{link}?page=4").text
    assert "Start a dated list" in again
    assert len(re.findall(r'name="int_barriers"[^>]* checked', again)) == 2
    # Clearing an answer clears it.
    send(elsewhere, f"{link}?page=4", {"int_first": ""})
    emptied = client.get(f"{link}?page=4").text
    assert "Start a dated list" not in emptied
    assert "checked" not in emptied


def test_opening_a_link_changes_nothing_however_often(taught: Life, client: FlaskClient, app: Flask, link: str) -> None:
    def rows() -> list[Any]:
        return [(one.id, one.answered, one.draft) for one in db.session.query(Invitation).order_by(Invitation.id)]

    before = rows()
    for scanner in range(25):
        assert app.test_client().head(link, headers={"User-Agent": f"scanner {scanner}"}).status_code == 200
        assert app.test_client().get(link).status_code == 200
        assert app.test_client().get(f"{link}?page=check").status_code == 200
    assert rows() == before
    assert db.session.query(HeldAnswers).count() == 0
    for number, given in enumerate(PAGES, start=1):
        send(client, f"{link}?page={number}", given)
    assert send(client, f"{link}?page=check", {}).status_code == 303
    assert sent(taught, "end", 0)


def test_a_scanner_that_only_opens_the_start_page_leaves_no_visit(app: Flask, link: str) -> None:
    before = db.session.query(ServerSession).count()
    app.test_client().get(link)
    assert db.session.query(ServerSession).count() == before


def test_a_form_from_elsewhere_is_not_believed(client: FlaskClient, taught: Life, link: str) -> None:
    assert client.post(f"{link}?page=1", data=PAGES[0]).status_code == 400
    assert client.post(f"{link}?page=check").status_code == 400
    assert taught.invitation("end", 0).draft == ""
    assert not sent(taught, "end", 0)


def test_sending_twice_is_told_kindly(taught: Life, client: FlaskClient, app: Flask, link: str) -> None:
    send(client, f"{link}?page=1", PAGES[0])
    page = client.get(f"{link}?page=check").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    first = client.post(f"{link}?page=check", data={"csrf_token": token[1]})
    second = client.post(f"{link}?page=check", data={"csrf_token": token[1]})
    assert (first.status_code, second.status_code) == (303, 200)
    assert h1(second.text) == "Your answers are already here"
    assert h1(app.test_client().get(link).text) == "Your answers are already here"
    assert h1(app.test_client().get(f"{link}?page=2").text) == "Your answers are already here"
    assert db.session.query(HeldAnswers).count() == 1


def test_if_the_machine_stops_before_the_mark_the_page_knows_all_the_same(
    taught: Life, client: FlaskClient, link: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def power_cut(*, invitation_id: str) -> None:
        raise SystemError("the machine stopped")

    send(client, f"{link}?page=1", PAGES[0])
    with monkeypatch.context() as patch:
        patch.setattr(answers, "mark_answered", power_cut)
        assert send(client, f"{link}?page=check", {}).status_code == 303
    assert not taught.invitation("end", 0).answered
    assert sent(taught, "end", 0)
    assert h1(client.get(link).text) == "Your answers are already here"
    taught.until(from_london(date(2024, 11, 6), 9))
    assert taught.invitation("end", 0).answered
    assert taught.invitation("end", 0).draft == ""
    assert "What was to follow surveys.save failed" in caplog.text


def test_a_needed_answer_is_asked_for_beside_the_question(client: FlaskClient, taught: Life, link: str) -> None:
    page = send(client, f"{link}?page=1", {"rea_access": "1", "rea_access_what": "The sound dropped out"})
    assert page.status_code == 422
    assert "Select an answer to this question" in page.text
    assert "The sound dropped out" in page.text
    assert page.text.count(" checked") == 1
    assert taught.invitation("end", 0).draft == ""


def test_sending_without_a_needed_answer_is_refused_in_a_sentence(client: FlaskClient, link: str) -> None:
    send(client, f"{link}?page=2", PAGES[1])
    page = send(client, f"{link}?page=check", {})
    assert page.status_code == 422
    assert "Answer the question “How much will this course help you in your job?” before you send." in page.text
    assert db.session.query(HeldAnswers).count() == 0


def test_an_answer_that_is_not_on_the_list_is_refused(client: FlaskClient, link: str) -> None:
    page = send(client, f"{link}?page=1", {"rea_use": "17"})
    assert page.status_code == 422
    assert "Select an answer to this question" in page.text


def test_words_that_are_too_long_are_not_cut_off(client: FlaskClient, link: str) -> None:
    page = send(client, f"{link}?page=5", {"rea_keep": "a" * 301})
    assert page.status_code == 422
    assert "Enter no more than 300 characters" in page.text
    assert "a" * 301 in page.text


def test_a_text_that_could_point_to_a_child_is_asked_about_once(client: FlaskClient, link: str) -> None:
    text = "He was born on 3/4/2016 and lives in WF1 2AB. <b>"
    page = send(client, f"{link}?page=5", {"rea_keep": text})
    assert page.status_code == 422
    assert "Check your words: they may hold a date of birth and a postcode" in page.text
    assert "<mark>3/4/2016</mark>" in page.text
    assert "<mark>WF1 2AB</mark>. &lt;b&gt;" in page.text
    warned = re.search(r'name="warned"[^>]*value="([^"]*)"', page.text)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert warned
    assert token
    form = {"csrf_token": token[1], "warned": warned[1]}
    other = client.post(f"{link}?page=5", data=form | {"rea_keep": text, "rea_change": "ask mum@example.org"})
    assert other.status_code == 422
    assert "they may hold an email address" in other.text
    kept = client.post(f"{link}?page=5", data=form | {"rea_keep": text})
    assert kept.status_code == 303
    # What is left of what was asked about goes on; what was not asked about yet is asked about, in the same box too.
    assert client.post(f"{link}?page=5", data=form | {"rea_keep": "born 3/4/2016"}).status_code == 303
    changed = client.post(f"{link}?page=5", data=form | {"rea_keep": "NHS number 943 476 5919"})
    assert changed.status_code == 422
    assert "they may hold an NHS number" in changed.text


def test_an_unknown_link_is_a_kind_404(app: Flask, client: FlaskClient, taught: Life, link: str) -> None:
    for wrong in (link[:-1], link + "x", "/s/" + "a" * 43, "/s/%20", "/s/é"):
        page = client.get(wrong)
        assert page.status_code == 404
        assert h1(page.text) == "This link does not lead to any questions"


def test_before_and_after_its_time_a_link_says_so(taught: Life, client: FlaskClient, at: Clock, link: str) -> None:
    at(OVER)
    page = client.get(link)
    assert h1(page.text) == "These questions have closed"
    assert "until 12 November 2024" in page.text
    taught.until(OVER)
    assert h1(client.get(f"{link}?page=1").text) == "These questions have closed"
    at(from_london(date(2024, 11, 5), 12))
    early = client.get(link)
    assert h1(early.text) == "These questions have closed"


def test_a_link_of_a_session_that_was_moved_waits(taught: Life, client: FlaskClient, at: Clock, link: str) -> None:
    wave = taught.round("end")
    wave.opens_at = EVENING + timedelta(days=1)
    db.session.commit()
    page = client.get(link)
    assert h1(page.text) == "These questions are not open yet"
    assert "They open on 6 November 2024 at 8pm" in page.text


def test_the_time_to_answer_ends_while_somebody_is_answering(
    taught: Life, client: FlaskClient, at: Clock, link: str
) -> None:
    send(client, f"{link}?page=1", PAGES[0])
    page = client.get(f"{link}?page=check").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    at(OVER)
    late = client.post(f"{link}?page=check", data={"csrf_token": token[1]})
    assert h1(late.text) == "These questions have closed"
    assert db.session.query(HeldAnswers).count() == 0


def test_no_page_of_a_survey_is_kept_listed_or_named(taught: Life, client: FlaskClient, link: str) -> None:
    for address in (link, f"{link}?page=1", f"{link}?page=check"):
        page = client.get(address)
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["X-Robots-Tag"] == "noindex"
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert "Person00" not in page.text
        assert "Madeup" not in page.text


def test_a_manager_meets_no_name_and_other_words(taught: Life, client: FlaskClient, at: Clock) -> None:
    opened = from_london(date(2025, 2, 4))
    taught.until(opened)
    at(opened)
    link = taught.link("manager", 2)
    page = client.get(link).text
    assert "Someone you manage was on Multi-agency neglect" in page
    assert "that person’s kind of service" in page
    assert "Madeup" not in page
    send(client, f"{link}?page=1", {"mgr_neg_beh_day": "not_seen"})
    assert send(client, f"{link}?page=check", {}).status_code == 303
    assert sent(taught, "manager", 2)
    assert not sent(taught, "m3", 2)


def test_the_order_of_knowledge_answers_is_each_persons_own(taught: Life, client: FlaskClient, at: Clock) -> None:
    at(EVENING)
    orders = set()
    for number in range(12):
        page = client.get(f"{taught.link('end', number)}?page=3").text
        order = tuple(re.findall(r'name="neg_know_meaning"[^>]*value="(\w+)"', page))
        assert order == tuple(
            re.findall(
                r'name="neg_know_meaning"[^>]*value="(\w+)"', client.get(f"{taught.link('end', number)}?page=3").text
            )
        )
        assert order[-1] == "dk"
        orders.add(order)
    assert len(orders) > 4


def test_the_answer_that_goes_with_no_other_stands_last(client: FlaskClient, link: str) -> None:
    page = client.get(f"{link}?page=4").text
    boxes = re.findall(r'name="int_barriers" type="checkbox" value="(\w+)"|(govuk-checkboxes__divider)', page)
    assert [divider for _, divider in boxes].index("govuk-checkboxes__divider") == len(boxes) - 2
    assert boxes[-1][0] == "nothing"


def test_every_page_of_questions_says_that_one_may_stop_and_until_when(client: FlaskClient, link: str) -> None:
    assert "carry on by the link in your letter, until 12 November 2024." in client.get(f"{link}?page=2").text


def test_whoever_gave_the_place_back_reads_that_and_no_date(taught: Life, client: FlaskClient, link: str) -> None:
    booking = taught.invitation("end", 0).booking
    booking.status, booking.cancelled_at = BookingStatus.CANCELLED, EVENING
    page = client.get(link).text
    assert h1(page) == "These questions have closed"
    assert "You gave your place on this course back" in page
    assert "12 November 2024" not in page
