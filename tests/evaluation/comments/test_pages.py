"""The pages: reading for those who may, deciding and coding for officers."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from flask.testing import FlaskClient

from evaluation.comments.models import Outcome
from lms.accounts.models import Person, PersonRole
from lms.db import db, writing
from lms.roles import Role
from tests.evaluation.comments.conftest import LISTS, NAMED, OVER, Written
from tests.evaluation.surveys.conftest import send, sign_in

ABOUT = "/surveys/comments/course/NEG"
READ = f"{ABOUT}/int_first"


@pytest.fixture
def clock(at: Callable[[datetime], None]) -> None:
    at(OVER)


@pytest.fixture
def reader(written: Written) -> Person:
    """Somebody of the learning and development group."""
    person = db.session.get_one(Person, written.life.people[13])
    with writing():
        db.session.add(PersonRole(person_id=person.id, role=Role.LD_GROUP))
    return db.session.get_one(Person, written.life.people[13])


def test_who_may_read_reads_what_was_looked_through_without_sector_or_session(
    written: Written, reader: Person, client: FlaskClient, clock: None
) -> None:
    sign_in(client, reader)
    listed = client.get("/surveys/comments").text
    assert "What is the first thing you will do differently?" in listed
    page = client.get(READ).text
    assert page.count(LISTS) == 11
    for unseen in (NAMED, "Sector 0", "NEG-2024-11", "points to a person</button>"):
        assert unseen not in page
    assert "Of 11" not in client.get(f"{READ}/themes").text
    for address in ("/surveys/comments/review", f"{READ}/code", f"{READ}/book", f"{ABOUT}/quotes"):
        assert client.get(address).status_code == 403


def test_an_officer_decides_about_one_text_after_the_other(written: Written, client: FlaskClient, clock: None) -> None:
    sign_in(client, written.officer)
    assert "2 texts wait for a decision</a>" in client.get("/surveys").text
    page = client.get(f"/surveys/comments/review?text={written.comment('Qzarian').id}").text
    assert "I rang <mark>Mrs Qzarian</mark> about the list" in page
    assert "It may hold a name." in page
    assert "undone until the end of 21 November 2024" in page
    url = f"/surveys/comments/review?text={written.comment('Qzarian').id}"
    refused = send(client, url, {"outcome": "cut", "typed": "I rang the mother."})
    assert refused.status_code == 422
    assert "is not what was written" in refused.text
    assert "I rang the mother." in refused.text
    assert send(client, url, {}).status_code == 422
    done = send(client, url, {"outcome": "cut", "typed": "I rang […] about the list, and it helped."})
    assert done.status_code == 303
    page = client.get("/surveys/comments/review").text
    assert "I rang […] about the list" in page
    assert "Undo" in page
    assert "I rang […] about the list, and it helped." in client.get(READ).text


def test_the_slower_of_two_officers_reads_that_it_was_decided(
    written: Written, client: FlaskClient, clock: None
) -> None:
    sign_in(client, written.officer)
    url = f"/surveys/comments/review?text={written.comment('Qzarian').id}"
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(url).text)
    assert token
    written.decide("Qzarian", outcome=Outcome.OUT)
    sent = client.post(url, data={"csrf_token": token[1], "outcome": "kept"})
    assert sent.status_code == 303
    assert "Somebody else has decided about this text" in client.get("/surveys/comments/review").text
    assert NAMED not in written.shown()


def test_an_officer_writes_a_book_codes_a_page_and_sees_it_counted(
    written: Written, client: FlaskClient, clock: None
) -> None:
    sign_in(client, written.officer)
    assert client.get(f"{READ}/code").headers["Location"] == f"{READ}/book"
    assert "We have filled in some themes" in client.get(f"{READ}/book").text
    book = {"t1_name": "Writes down", "t1_belongs": "Lists", "t2_name": "Asks", "for_all": "y"}
    assert send(client, f"{READ}/book", book | {"t2_name": "Writes down"}).status_code == 422
    assert send(client, f"{READ}/book", book).status_code == 303
    page = client.get(f"{READ}/code").text
    assert "Coded 0 of 11." in page
    fields = re.findall(r'name="(c_[0-9a-f]+)" type="checkbox" value="writes_down"', page)
    assert len(fields) == 10
    bookid = re.search(r'name="book"[^>]*value="(\d+)"', page)
    assert bookid
    form = dict.fromkeys(fields[:6], "writes_down") | dict.fromkeys(fields[6:], "none") | {"book": bookid[1]}
    assert send(client, f"{READ}/code", form).headers["Location"] == f"{READ}/code?page=2"
    assert "Coded 10 of 11." in client.get(f"{READ}/code").text
    themes = client.get(f"{READ}/themes").text
    assert "Of 10 people who wrote something. 1 more text is not coded yet" in themes
    kept = client.get(f"{READ}/themes.csv")
    assert kept.status_code == 200
    assert kept.mimetype == "text/csv"
    assert "0 texts were coded by two people" in client.get(f"{READ}/agreement").text


def test_an_officer_chooses_which_sentences_are_published(written: Written, client: FlaskClient, clock: None) -> None:
    sign_in(client, written.officer)
    page = client.get(f"{ABOUT}/quotes").text
    assert "breakfast" in page
    assert "to yourselves" not in page
    chosen = written.comment("breakfast", "quote_text").id
    withheld = written.comment("to yourselves", "quote_text").id
    assert send(client, f"{ABOUT}/quotes", {"quotes": [chosen, withheld]}).status_code == 422
    assert send(client, f"{ABOUT}/quotes", {"quotes": [chosen], "were": ""}).status_code == 303
    assert "Sector 0, At the end. Published" in client.get(f"{ABOUT}/quotes").text


@pytest.mark.parametrize(
    "address",
    [f"{ABOUT}/nothing", "/surveys/comments/course/NOSUCH/int_first", "/surveys/comments/occasion/NEG/int_first"],
)
def test_what_is_not_there_is_not_found(written: Written, client: FlaskClient, address: str) -> None:
    sign_in(client, written.officer)
    assert client.get(address).status_code == 404
