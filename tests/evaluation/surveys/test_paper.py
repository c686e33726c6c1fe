"""Papers: printed with a code, typed in one after the other, joined to the waves of whoever filled them in, and no more known."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import inspect, text
from werkzeug.test import TestResponse

from evaluation.paper import queries, rules
from evaluation.surveys import answers, tokens
from evaluation.surveys.models import Answer, Audience, HeldAnswers, Response, RoundStage
from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.bookings.models import Booking
from lms.dates import from_london
from lms.db import db
from lms.errors import RuleBroken
from tests.evaluation.surveys.conftest import Life, send, sign_in

URL = "/surveys/sessions/NEG-2024-11/paper"
NEXT_DAY = from_london(date(2024, 11, 6), 10)
CLOSED = from_london(date(2024, 11, 13))
OVER = from_london(date(2024, 11, 20))
Clock = Callable[[datetime], None]


def code(life: Life, number: int, wave: str = "end") -> str:
    return queries.code_of(life.round(wave), db.session.get_one(Booking, life.bookings[number]))


@pytest.fixture
def desk(taught: Life, client: FlaskClient, officer: Person, at: Clock) -> FlaskClient:
    """The officer’s browser, the day after the session."""
    at(NEXT_DAY)
    sign_in(client, officer)
    return client


def type_in(desk: FlaskClient, **typed: Any) -> TestResponse:
    return send(desk, f"{URL}/end", typed)


def test_a_paper_joins_the_waves_of_whoever_filled_it_in(taught: Life, desk: FlaskClient) -> None:
    typed = {
        "rea_use": "4",
        "neg_conf_spot": "5",
        "neg_know_meaning": "2",
        "int_barriers": "1, 3",
        "rea_keep": "The toolkit",
    }
    sent = type_in(desk, code=code(taught, 0).lower().replace("-", " "), **typed)
    assert sent.status_code == 303
    assert "1 paper typed in so far." in desk.get(f"{URL}/end").text
    invitation = taught.invitation("end", 0)
    assert (invitation.answered, invitation.draft) == (True, "")
    taught.until(from_london(date(2024, 11, 10)))
    reminded = {letter.person_id for letter in taught.letters("survey-end-reminder")}
    assert taught.people[0] not in reminded
    assert taught.people[1] in reminded
    taught.until(OVER)
    kept = db.session.query(Response).one()
    assert kept.pairing_code == tokens.pairing_code(taught.session_id, taught.people[0])
    assert (kept.partial, kept.late) == (True, False)
    given = {one.question_key: (one.number, one.choice, one.text) for one in kept.answers}
    asked = {item.key: item for page in answers.asked_pages(taught.round("end")) for item in page.questions}
    # On paper the answers stand in the order of the document, whoever reads them.
    second = asked["neg_know_meaning"].choices[1].code
    barriers = [asked["int_barriers"].choices[place].code for place in (0, 2)]
    assert given["rea_use"] == (3, None, None)
    assert given["neg_conf_spot"] == (4, None, None)
    assert given["neg_know_meaning"][1] == second
    assert given["int_barriers"] == (None, ",".join(barriers), None)
    assert given["rea_keep"] == (None, None, "The toolkit")


def test_a_second_answer_is_refused_kindly_by_link_and_on_paper(taught: Life, desk: FlaskClient) -> None:
    taught.answer("end", 0, NEXT_DAY)
    said = "Answers to these questions are already here from this person, by link or on paper."
    first = type_in(desk, code=code(taught, 0), rea_use="4")
    assert first.status_code == 422
    assert said in first.text
    assert 'value="4"' in first.text
    assert type_in(desk, code=code(taught, 1), rea_use="4").status_code == 303
    assert said in type_in(desk, code=code(taught, 1), rea_use="2").text
    with pytest.raises(RuleBroken, match="already here"):
        taught.answer("end", 1, NEXT_DAY)
    assert db.session.query(HeldAnswers).count() == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter the code on the paper, or tick that it has none."),
        ("23456", "A code has 10 letters and digits"),
        ("23456-789A0", "A code has no 0."),
        ("23456-789AB", "This code has a slip in it."),
        ("23456-789AS", "This code belongs to nobody of this session, or to another wave."),
    ],
)
def test_a_wrong_code_is_said_clearly_and_nothing_typed_is_lost(desk: FlaskClient, typed: str, said: str) -> None:
    sent = type_in(desk, code=typed, rea_use="3", rea_keep="A good day")
    assert sent.status_code == 422
    assert said in sent.text
    assert "A good day" in sent.text
    assert db.session.query(HeldAnswers).count() == 0


def test_the_code_of_another_wave_or_of_somebody_not_asked_yet_is_not_taken(taught: Life, desk: FlaskClient) -> None:
    assert "to another wave" in type_in(desk, code=code(taught, 0, "baseline"), rea_use="3").text
    # The register does not say that this one came.
    assert "has not been asked these questions yet" in type_in(desk, code=code(taught, 13), rea_use="3").text


def test_a_paper_without_a_code_is_counted_by_itself(taught: Life, desk: FlaskClient) -> None:
    assert type_in(desk, without_code="y", rea_use="3").status_code == 303
    both = type_in(desk, without_code="y", code=code(taught, 0), rea_use="3")
    assert "Enter the code, or tick that there is none: not both." in both.text
    wave = taught.round("end")
    assert (wave.paper_count, wave.unpaired_count) == (1, 1)
    assert "1 paper typed in, 1 of them without a code." in " ".join(desk.get(URL).text.split())
    for number in range(11):
        taught.answer("end", number, NEXT_DAY)
    full = type_in(desk, without_code="y", rea_use="3")
    assert "As many answers are here as people were asked" in full.text
    taught.until(OVER)
    codes = {one.pairing_code for one in db.session.query(Response)}
    assert len(codes - {tokens.pairing_code(taught.session_id, person) for person in taught.people}) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"rea_use": "9"}, "Enter the number of the box that is ticked, from 1 to 5."),
        ({"rea_use": "1,2"}, "Enter one number. Where two boxes are ticked, leave it empty."),
        ({"rea_use": "four"}, "Enter the number of the box that is ticked"),
        ({}, "Nothing on this paper is answered"),
        ({"rea_keep": "Ask anna@example.org"}, "Check your words: they may hold an email address"),
    ],
)
def test_what_cannot_be_on_a_paper_is_refused_beside_its_box(
    taught: Life, desk: FlaskClient, typed: dict[str, str], said: str
) -> None:
    sent = type_in(desk, code=code(taught, 0), **typed)
    assert sent.status_code == 422
    assert said in sent.text
    assert db.session.query(HeldAnswers).count() == 0


def test_a_paper_typed_in_after_the_closing_day_is_late_only_if_it_was_handed_in_late(
    taught: Life, desk: FlaskClient, at: Clock
) -> None:
    assert 'name="late"' not in desk.get(f"{URL}/end").text
    taught.until(CLOSED)
    at(CLOSED + timedelta(hours=9))
    assert type_in(desk, code=code(taught, 0), rea_use="3").status_code == 303
    assert type_in(desk, code=code(taught, 1), rea_use="3", late="y").status_code == 303
    taught.until(OVER)
    assert taught.round("end").late_count == 1
    at(OVER)
    over = desk.get(f"{URL}/end")
    assert over.status_code == 303
    assert "papers can no longer be added to them" in desk.get(URL).text


def test_each_person_has_a_paper_with_a_strip_to_tear_off_and_a_code(taught: Life, desk: FlaskClient) -> None:
    page = desk.get(f"{URL}/end/print").text
    assert page.count('class="gt-strip"') == 14
    assert "For Person00 Madeup." in page
    assert code(taught, 0) in page
    assert len({code(taught, number) for number in range(14)}) == 14
    words = re.sub(r"<[^>]+>", " ", page)
    assert "Only if you chose 1, 2 or 3 in question 5." in " ".join(words.split())
    blank = desk.get(f"{URL}/end/print?blank=1").text
    assert "Person00" not in blank
    assert "This paper has no code" in blank


def test_codes_are_no_longer_printed_once_filled_in_papers_lie_beside_them(taught: Life, desk: FlaskClient) -> None:
    type_in(desk, code=code(taught, 0), rea_use="3")
    assert desk.get(f"{URL}/end/print").status_code == 303
    assert "Print a paper for each person: At the end" not in re.sub(r"<[^>]+>", "", desk.get(URL).text)
    assert desk.get(f"{URL}/end/print?blank=1").status_code == 200


def test_the_database_says_no_more_of_a_paper_than_of_an_answer_by_link(taught: Life, desk: FlaskClient) -> None:
    before = db.session.query(Activity).count()
    codes = [code(taught, number) for number in range(6)]
    for one in codes:
        assert type_in(desk, code=one, rea_use="3", rea_keep="Nothing at all").status_code == 303
    held = [str(tuple(row)) for row in db.session.execute(text("SELECT * FROM held_answers"))]
    assert not any("Nothing" in row for row in held)
    everything = " ".join(
        str(tuple(row))
        for name in inspect(db.engine).get_table_names()
        for row in db.session.execute(text(f'SELECT * FROM "{name}"'))
    )
    assert not any(one in everything or one.replace("-", "") in everything for one in codes)
    assert db.session.query(Activity).count() == before
    taught.answer("end", 6, NEXT_DAY)
    taught.until(OVER)
    # Beside the answers nothing says which of them were on paper.
    assert not {"paper", "source", "code"} & {
        column.name for table in (Response, Answer) for column in table.__table__.columns
    }
    assert not any(one.answered for one in [taught.invitation("end", number) for number in range(7)])


def test_managers_have_no_papers_and_only_officers_see_them(taught: Life, desk: FlaskClient) -> None:
    assert desk.get(f"{URL}/manager").status_code == 404
    assert desk.get(f"{URL}/m9").status_code == 404
    assert desk.get("/surveys/sessions/XYZ-1/paper").status_code == 404
    with pytest.raises(RuleBroken, match="no paper for them"):
        rules.check_typed_in(Audience.MANAGER, RoundStage.OPEN)
    planned = desk.get(f"{URL}/m3")
    assert planned.status_code == 303
    sign_in(desk, db.session.get_one(Person, taught.people[0]))
    assert desk.get(URL).status_code == 403


@given(st.binary(min_size=9, max_size=32), st.integers(0, 9), st.sampled_from(rules.ALPHABET))
def test_a_code_with_one_slip_is_no_code(secret: bytes, place: int, letter: str) -> None:
    made = rules.code_from(secret)
    assert rules.read_code(made) == made
    plain = made.replace("-", "")
    wrong = plain[:place] + letter + plain[place + 1 :]
    if wrong != plain:
        with pytest.raises(RuleBroken, match="slip"):
            rules.read_code(wrong)


@given(st.binary(min_size=9, max_size=9), st.integers(0, 7))
def test_two_swapped_letters_show(secret: bytes, place: int) -> None:
    plain = rules.code_from(secret).replace("-", "")
    swapped = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
    if swapped != plain:
        with pytest.raises(RuleBroken, match="slip"):
            rules.read_code(swapped)
