"""What those who look after learning see, and what a learner sees on their own pages."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from flask.testing import FlaskClient

from evaluation.results import queries as results
from evaluation.surveys import queries
from lms.accounts.models import Person
from lms.dates import from_london
from lms.db import db
from tests.evaluation.surveys.conftest import Life, sign_in

EVENING = from_london(date(2024, 11, 5), 20)


def test_the_overview_says_who_was_asked_and_how_many_answered(
    taught: Life, client: FlaskClient, officer: Person
) -> None:
    for number in range(9):
        taught.answer("end", number, EVENING)
    sign_in(client, officer)
    page = client.get("/surveys")
    assert page.status_code == 200
    words = " ".join(page.text.split())
    assert '5 November 2024, <span class="gt-nowrap">NEG-2024-11</span>' in words
    assert "9 of 12 (75%)" in words
    assert "Not counted yet" in words
    assert "until 12 November 2024" in words
    # The questions before the course are over, and nobody answered: no report tells of that yet.
    assert "hidden" in words
    assert "Opens 3 February 2025" in words
    assert "What decides, fixed on 8 October 2024: the questions “What I do about neglect”, 6 months after" in words
    assert "Next reminder 6 November 2024" in words
    assert "Who has not answered is not shown to anybody." in words


def test_when_a_wave_is_over_no_more_is_said_of_it_than_in_the_report(
    taught: Life, client: FlaskClient, officer: Person, at: Callable[[datetime], None]
) -> None:
    over = from_london(date(2024, 11, 20))
    for number in range(6):
        taught.answer("end", number, EVENING)
    taught.until(over - timedelta(minutes=1))
    at(over)
    sign_in(client, officer)
    assert "6 of 12 (50%)" in client.get("/surveys").text
    taught.until(over)
    words = " ".join(client.get("/surveys").text.split())
    told = results.told_responses("NEG")
    assert told.waves["end"] is not None
    assert "6 of 12 (50%), interval 25 to 75" in words
    # The one session is all there is, and stands for itself only where the report says so.
    assert ("NEG-2024-11", "end") in told.sessions or "hidden" in words


def test_it_says_so_where_nothing_is_planned(life: Life, client: FlaskClient, officer: Person) -> None:
    sign_in(client, officer)
    assert "No session yet since the plan was made." in client.get("/surveys").text


def test_the_overview_asks_the_database_the_same_few_questions_however_many_sessions(
    taught: Life, count_queries: list[str]
) -> None:
    db.session.commit()
    count_queries.clear()
    queries.overview()
    assert len([one for one in count_queries if one.startswith("SELECT")]) <= 9


def test_a_practitioner_cannot_open_it(taught: Life, client: FlaskClient) -> None:
    person = db.session.get_one(Person, taught.people[0])
    sign_in(client, person)
    assert client.get("/surveys").status_code == 403


def test_my_own_pages_say_what_is_open_but_hold_no_link(taught: Life) -> None:
    person = db.session.get_one(Person, taught.people[0])
    sentence = (
        "Your end-of-course questions about Multi-agency neglect are open until 12 November 2024. "
        "The link is in the letter we sent you."
    )
    assert queries.learning_panel(person) == [(sentence, "")]
    taught.answer("end", 0, EVENING)
    assert queries.learning_panel(db.session.get_one(Person, taught.people[0])) == []
    taught.until(from_london(date(2025, 2, 3), 9) + timedelta(hours=1))
    found = queries.learning_panel(db.session.get_one(Person, taught.people[0]))
    assert [sentence.split(" about")[0] for sentence, _ in found] == ["Your 3-month questions"]
