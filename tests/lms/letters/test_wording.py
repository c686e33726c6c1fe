"""Officers put letters into words of their own, within what a letter needs."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from lms import dates
from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.app import create_app
from lms.bookings.operations import book_place
from lms.db import db
from lms.errors import RuleBroken
from lms.letters import operations, queries, rules
from lms.letters.models import Letter, LetterWording
from lms.letters.words import fill, templates
from lms.organisations.models import Partnership
from lms.roles import Role
from tests.browsing import send
from tests.factories import NOW, course, course_session, partnership, person

KEY = "booking-booked"
BODY = (
    "Dear {{first_name}},\n\nSee you at {{course_title}}.\n\n{{session_when}}\n{{session_place}}\n\n{{booking_link}}\n\n"
    "{{sign_off}}"
)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "now", lambda: NOW)


@pytest.fixture
def officer(app: Flask) -> Person:
    somebody: Person = person("Siân", "Morgan", Role.LD_OFFICER)
    return somebody


@pytest.fixture
def desk(officer: Person, sign_in: Callable[[Person], FlaskClient]) -> FlaskClient:
    """The officer's browser."""
    return sign_in(officer)


def reword(officer: Person, subject: str = "See you there: {{course_title}}", body: str = BODY, seen: int = 0) -> bool:
    return operations.reword(key=KEY, subject=subject, body=body, seen=seen, by=officer, now=NOW)


def booked(title: str = "Multi-agency neglect") -> Letter:
    book_place(session=course_session(course(title=title)), person=person("Tom"), now=NOW)
    return db.session.scalars(select(Letter).order_by(Letter.id.desc())).first() or pytest.fail("no letter")


def test_letters_from_now_on_have_the_new_words_and_those_written_before_keep_theirs(
    desk: FlaskClient, officer: Person
) -> None:
    before = booked()
    old = (before.subject, before.body)
    page = send(desk, f"/letters/{KEY}", subject="See you there: {{course_title}}", body=BODY, seen="0")
    assert page.status_code == 303
    assert (before.subject, before.body) == old
    after = booked()
    assert after.subject == "See you there: Multi-agency neglect"
    assert after.body.startswith(
        "Dear Tom,\n\nSee you at Multi-agency neglect.\n\nTuesday 5 November 2024, 9:30am to 1pm"
    )
    assert after.calendar_method == "REQUEST"
    line = db.session.scalars(select(Activity).where(Activity.verb == "letter:reworded")).one()
    assert (line.actor_id, line.subject_kind, line.subject) == (officer.id, "letter", KEY)
    assert "The new wording is kept." in desk.get(f"/letters/{KEY}").text


def test_the_list_says_who_gets_what_when_and_whose_words_it_has(desk: FlaskClient, officer: Person) -> None:
    reword(officer)
    page = " ".join(desk.get("/letters").text.split())
    for heading in ("Places and the waiting list", "The manager’s yes or no", "Before a session"):
        assert f'<h2 class="govuk-heading-m">{heading}</h2>' in page
    assert page.count("Ours, since 8 October 2024") == 1
    assert page.count("<span>Default</span>") == len(queries.listed()) - 1
    assert "Returns of schools" not in page, "a letter nobody sends yet is not shown"


@pytest.mark.parametrize("key", ["audit-opened", "no-such-letter", "charge-notice"])
def test_a_letter_that_is_not_sent_here_has_no_page(desk: FlaskClient, key: str) -> None:
    assert desk.get(f"/letters/{key}").status_code == 404


def test_where_nothing_is_charged_nobody_reads_a_word_about_it(desk: FlaskClient) -> None:
    here: Partnership = partnership()
    for charges, seen in ((False, False), (True, True)):
        here.charges = charges
        pages = [
            desk.get(f"/letters{path}").text for path in ("", "/booking-cancelled-by-learner", "/attendance-missed")
        ]
        assert [("charge" in page.lower()) for page in pages] == [seen] * 3
    assert desk.get("/letters/charge-notice").status_code == 200


def test_no_letter_that_is_always_sent_speaks_of_charges(app: Flask) -> None:
    partnership(charges=False)
    texts = {letter.key: letter.subject + queries.default(letter.key).body for letter in queries.listed()}
    assert [key for key, text in texts.items() if "charge" in text.lower()] == []


def test_other_people_neither_read_nor_change_letters(
    app: Flask, client: FlaskClient, sign_in: Callable[[Person], FlaskClient]
) -> None:
    for role in (Role.PRACTITIONER, Role.TRAINING_LEAD, Role.ADMINISTRATOR, Role.SCRUTINEER):
        assert sign_in(person("A", "B", role)).get("/letters").status_code == 403
    assert client.get("/letters").status_code == 303


@pytest.mark.parametrize(
    ("subject", "body", "sentence"),
    [
        ("", BODY, "Enter a subject"),
        ("{{course_title}}", BODY, "Enter a subject with at least one word of your own"),
        ("x" * 151, BODY, "Enter no more than 150 characters"),
        ("Place: {{charge_line}}", BODY, "“charge_line” is not a placeholder of this letter."),
        ("A place", "", "Enter the letter"),
        ("A place", BODY.replace("{{booking_link}}", ""), "The letter must keep “booking_link” (page of the booking"),
        ("A place", BODY.replace("{{sign_off}}", ""), "The letter must keep “sign_off”"),
        ("A place", BODY + "{{survey_link}}", "“survey_link” is not a placeholder of this letter."),
        ("A place", BODY + "{{course title}}", "Two curly brackets at “course title” are no placeholder."),
        ("A place", BODY + "{{first_name", "Two curly brackets at “first_name” are no placeholder."),
        ("A place", BODY + "{{{first_name}}}}}", "Two curly brackets are no placeholder."),
        ("A place", BODY + "{{}}", "Two curly brackets are no placeholder."),
        ("A place", BODY + "{{ config }}", "Two curly brackets at “config” are no placeholder."),
        (
            "A place",
            BODY + "{{first_name.__class__}}",
            "Two curly brackets at “first_name.__class__” are no placeholder.",
        ),
        ("A place", BODY + "x" * 6000, "Enter no more than 6,000 characters"),
    ],
)
def test_what_a_letter_cannot_be_is_said_in_one_sentence_and_nothing_typed_is_lost(
    desk: FlaskClient, subject: str, body: str, sentence: str
) -> None:
    page = send(desk, f"/letters/{KEY}", subject=subject, body=body, seen="0")
    assert page.status_code == 422
    assert sentence in page.text
    assert body.replace("\n", "\r\n")[:40].split("\r\n")[0] in page.text
    assert db.session.scalars(select(LetterWording)).all() == []


def test_a_personal_link_does_not_stand_in_a_subject() -> None:
    letter = templates()["approval-asked"]
    assert "personal link" in rules.subject_fault(letter, "Answer here: {{approve_link}}")
    assert rules.subject_fault(letter, "Answer {{learner_name}}") == ""
    assert rules.subject_fault(letter, "Two\nlines") == "The subject must be one line"


def test_the_preview_shows_the_letter_filled_and_keeps_nothing(desk: FlaskClient) -> None:
    page = send(desk, f"/letters/{KEY}", subject="Soon: {{course_title}}", body=BODY, seen="0", look="1")
    assert page.status_code == 200
    assert "<strong>Soon: Seeing neglect early</strong>" in page.text
    assert "Dear Sam," in page.text
    assert "Training team\ntraining@partnership.example, 01924 000000</div>" in page.text
    assert "Dear {{first_name}}," in page.text, "what was typed stays in the form"
    assert db.session.scalars(select(LetterWording)).all() == []
    assert "Soon" not in desk.get(f"/letters/{KEY}").text


def test_what_is_written_in_a_wording_is_never_markup(desk: FlaskClient, officer: Person) -> None:
    body = BODY + "\n<script>x</script>"
    page = send(desk, f"/letters/{KEY}", subject="<b>Soon", body=body, seen="0", look="1")
    reword(officer, "<b>Soon", body)
    reword(officer, "Later", BODY, seen=queries.history(KEY)[0].id)
    for text in (page.text, desk.get(f"/letters/{KEY}").text):
        assert "&lt;script&gt;x" in text
        assert "<script>x" not in text
        assert "<b>Soon" not in text


def test_what_people_typed_is_put_in_as_it_is_and_never_filled_again(officer: Person) -> None:
    reword(officer)
    letter = booked("{{sign_off}} {0} %(x)s {{booking_link}}")
    assert letter.subject == "See you there: {{sign_off}} {0} %(x)s {{booking_link}}"
    assert "See you at {{sign_off}} {0} %(x)s {{booking_link}}." in letter.body


def test_a_subject_that_grows_too_long_is_cut_and_the_letter_still_goes(officer: Person) -> None:
    reword(officer, "{{course_title}} and once more {{course_title}}")
    letter = booked("x" * 200)
    assert (len(letter.subject), letter.subject[-1]) == (300, "…")


def test_the_default_comes_back_and_an_earlier_wording_too(desk: FlaskClient, officer: Person) -> None:
    reword(officer)
    page = desk.get(f"/letters/{KEY}").text
    assert "Use the default wording again" in page
    assert "Ours, since 8 October 2024, by Siân Morgan" in page
    assert send(desk, f"/letters/{KEY}", f"/letters/{KEY}/default").status_code == 303
    assert booked().subject == "You have a place: Multi-agency neglect"
    earlier = queries.history(KEY)[0]
    assert earlier.replaced_at == NOW
    page = " ".join(desk.get(f"/letters/{KEY}").text.split())
    assert "8 October 2024 at 9am, Siân Morgan. Used until 8 October 2024 at 9am" in page
    assert send(desk, f"/letters/{KEY}", f"/letters/{KEY}/restore/{earlier.id}").status_code == 303
    assert booked().subject == "See you there: Multi-agency neglect"
    assert len(queries.history(KEY)) == 2
    verbs = db.session.scalars(select(Activity.details).where(Activity.verb == "letter:reworded")).all()
    assert [details["wording"] for details in verbs] == [earlier.id, "default", queries.history(KEY)[0].id]


def test_a_wording_of_another_letter_is_not_restored(desk: FlaskClient, officer: Person) -> None:
    reword(officer)
    ours = queries.history(KEY)[0].id
    for path in (f"booking-waiting/restore/{ours}", f"{KEY}/restore/{ours + 1}", f"{KEY}/restore/{10**30}"):
        assert send(desk, f"/letters/{KEY}", f"/letters/{path}").status_code == 404


def test_the_same_words_once_more_change_nothing(desk: FlaskClient, officer: Person) -> None:
    default = templates()[KEY]
    assert not reword(officer, default.subject, default.body.strip())
    assert reword(officer)
    ours = queries.history(KEY)[0].id
    assert not reword(officer, seen=ours)
    page = send(desk, f"/letters/{KEY}", f"/letters/{KEY}/restore/{ours}")
    assert page.status_code == 303
    assert "Nothing was changed." in desk.get(f"/letters/{KEY}").text
    assert len(queries.history(KEY)) == 1


def test_the_default_words_saved_by_hand_are_the_default(officer: Person) -> None:
    default = templates()[KEY]
    reword(officer)
    assert reword(officer, default.subject, default.body.strip(), seen=queries.history(KEY)[0].id)
    assert queries.current(KEY) is None


def test_nobody_overwrites_words_they_have_not_seen(desk: FlaskClient, officer: Person) -> None:
    opened = desk.get(f"/letters/{KEY}")
    assert opened.status_code == 200
    reword(person("Ben", "Okoye", Role.LD_OFFICER), "Ben’s words")
    page = send(desk, f"/letters/{KEY}", subject="My words", body=BODY, seen="0")
    assert page.status_code == 422
    assert "Ben Okoye saved other words on 8 October 2024 at 9am while you were writing." in page.text
    assert 'value="My words"' in page.text
    assert "Ben’s words" in page.text
    assert f'name="seen" type="hidden" value="{queries.history(KEY)[0].id}"' in page.text
    again = send(desk, f"/letters/{KEY}", subject="My words", body=BODY, seen=str(queries.history(KEY)[0].id))
    assert again.status_code == 303
    assert queries.template(KEY).subject == "My words"


def test_a_wording_that_no_longer_fits_is_left_alone_and_verify_says_so(desk: FlaskClient, officer: Person) -> None:
    reword(officer)
    ours = queries.history(KEY)[0]
    ours.body = BODY.replace("{{session_place}}", "{{room}}")
    db.session.flush()
    assert booked().subject == "You have a place: Multi-agency neglect", "the default goes out"
    assert queries.broken() == [
        "The partnership’s wording of “booking-booked” is not used. “room” is not a placeholder of this letter. "
        "Use only those in the list."
    ]
    assert "Our wording is not used, so the default goes out." in desk.get(f"/letters/{KEY}").text
    assert "Ours, but not used: it no longer fits" in desk.get("/letters").text
    operations.use_default(key=KEY, by=officer, now=NOW)
    assert queries.broken() == []
    with pytest.raises(RuleBroken, match="“room” is not a placeholder"):
        operations.restore(wording=ours, by=officer, now=NOW)
    page = send(desk, f"/letters/{KEY}", f"/letters/{KEY}/restore/{ours.id}")
    assert page.status_code == 303
    assert "This wording cannot be used again." in desk.get(f"/letters/{KEY}").text


def test_a_clock_that_was_set_back_stops_nobody(officer: Person) -> None:
    reword(officer)
    ours = queries.history(KEY)[0]
    operations.use_default(key=KEY, by=officer, now=NOW - timedelta(hours=1))
    assert ours.replaced_at == ours.written_at


def test_a_line_goes_when_what_it_holds_is_empty() -> None:
    text = "Hello\n\nJoin: {{a}}\n\nBring: {{b}}\n\nHelps us. {{a}}\n\n{{a}}\n\nEnd"
    assert fill(text, {"a": "", "b": "a pen"}) == "Hello\n\nBring: a pen\n\nHelps us.\n\nEnd\n"


def test_the_number_of_queries_does_not_grow_with_the_wordings(
    desk: FlaskClient, officer: Person, count_queries: list[str]
) -> None:
    asked = []
    for round_of in (range(1), range(1, 9)):
        for number in round_of:
            newest = queries.current(KEY)
            reword(person("P", str(number), Role.LD_OFFICER), f"Words {number}", seen=newest.id if newest else 0)
        desk.get(f"/letters/{KEY}")
        count_queries.clear()
        desk.get(f"/letters/{KEY}")
        desk.get("/letters")
        asked.append(len(count_queries))
    assert asked[0] == asked[1]


def _post(browser: FlaskClient, answers: list[int], start: threading.Barrier, **fields: str) -> threading.Thread:
    """A thread that saves a wording together with the others."""

    def run() -> None:
        start.wait(30)
        answers.append(browser.post(f"/letters/{KEY}", data={"body": BODY, **fields}).status_code)

    return threading.Thread(target=run)


def test_of_two_officers_who_save_at_the_same_moment_one_is_asked_to_look_first(
    fresh_database: Callable[[], str], settings: dict[str, Any]
) -> None:
    app = create_app(**settings | {"SQLALCHEMY_DATABASE_URI": fresh_database(), "WTF_CSRF_ENABLED": False})
    with app.app_context():
        browsers = []
        for name in ("Siân", "Ben"):
            somebody = person(name, "Okoye", Role.LD_OFFICER)
            db.session.commit()
            browsers.append(app.test_client())
            with browsers[-1].session_transaction() as visit:
                visit["_user_id"], visit["_fresh"] = somebody.get_id(), True
        for number in range(6):
            newest, answers, start = queries.current(KEY), list[int](), threading.Barrier(2)
            seen = str(newest.id) if newest else "0"
            db.session.rollback()
            threads = [
                _post(browser, answers, start, subject=f"Words {number} of {place}", seen=seen)
                for place, browser in enumerate(browsers)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(60)
            assert sorted(answers) == [303, 422]
            db.session.rollback()
            assert len(queries.history(KEY)) == number % 3 + 1
            if number % 3 == 2:  # from the start again, where there is no row to lock
                db.session.execute(delete(LetterWording))
                db.session.commit()
        db.session.remove()
        db.engine.dispose()
