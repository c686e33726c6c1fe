"""Choosing a password: what is too weak, the link in the letter, the page of somebody who is signed in."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner
from sqlalchemy import select

from lms.accounts import emails, operations, passwords, rules
from lms.accounts.models import Person, ServerSession
from lms.db import db
from lms.errors import RuleBroken
from lms.letters import links
from lms.letters.models import Letter
from lms.roles import Role
from tests.browsing import send
from tests.factories import NOW, organisation, partnership, person

OLD, NEW = "kettle-orbit-marmalade", "puddle-lantern-cactus"


@pytest.fixture
def who(app: Flask) -> Person:
    somebody: Person = person(
        "Siân", "Morgan", email="sian.morgan@agency.example", password_hash=passwords.make_hash(OLD)
    )
    return somebody


@pytest.mark.parametrize(
    "password",
    ["", "short", "elevenchars", "a" * 300, "aaaaaaaaaaaa", "password1234", "P@ssw0rd!2024", "Safeguarding2024!",
     "qwertyqwerty12", "123456789012", "Summer2024Summer", "SianMorgan2024", "Wakefield12345", "letmein-welcome", "abcabcabcabc"],
)  # fmt: skip
def test_a_password_anybody_would_try_is_refused_with_a_reason(password: str) -> None:
    with pytest.raises(RuleBroken, match="Enter a password"):
        rules.check_password(password, ["Sian", "Morgan", "Wakefield"])


@pytest.mark.parametrize(
    "password",
    ["kettle-orbit-marmalade", "три старых слова", "correct horse battery", "Tr0ub4dor&3-llama", "x9$kQ2!vLm@7"],
)
def test_a_password_nobody_would_try_is_taken(password: str) -> None:
    rules.check_password(password, ["Siân", "Morgan", "Wakefield"])


def test_the_same_letters_are_the_same_password_however_they_were_typed(app: Flask) -> None:
    assert passwords.fits(passwords.make_hash("café-orbit-marmalade"), "cafe\N{COMBINING ACUTE ACCENT}-orbit-marmalade")
    assert not passwords.fits("", "")
    assert not passwords.fits("not a hash", "x")
    assert passwords.make_hash("x").startswith("$argon2id$")


def link_to(who: Person) -> str:
    """The link of the one letter to this person, as the worker makes it when it sends."""
    letter = db.session.scalars(select(Letter).where(Letter.person_id == who.id)).one()
    assert "/password/" not in letter.body, "no link stands in the database"
    return links.make(letter.link_kind, letter.link_to).removeprefix("http://127.0.0.1:5000")


def test_asking_reads_the_same_for_a_known_an_unknown_and_a_disabled_person(app: Flask, who: Person) -> None:
    disabled = person(disabled_at=NOW)
    answers = {
        (answer.status_code, answer.location, answer.text)
        for email in (who.email, "nobody@agency.example", disabled.email)
        for answer in [send(app.test_client(), "/sign-in/help", email=email)]
    }
    assert len(answers) == 1
    assert [letter.to_email for letter in db.session.scalars(select(Letter))] == [who.email]


def test_the_link_of_the_letter_works_once(client: FlaskClient, who: Person) -> None:
    client.get("/sign-in/help")
    send(client, "/sign-in/help", email=who.email)
    link = link_to(who)
    assert "Siân Morgan" in client.get(link).text
    weak = send(client, link, password="password1234")
    assert weak.status_code == 422
    assert "harder to guess" in weak.text
    answer = send(client, link, password=NEW)
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert passwords.fits(who.password_hash, NEW)
    assert client.get(link).status_code == 410
    assert client.post(link, data={"password": OLD}).status_code in {400, 410}


def test_a_new_password_signs_out_whoever_was_signed_in_and_ends_older_links(
    app: Flask, client: FlaskClient, who: Person
) -> None:
    send(client, "/sign-in", email=who.email, password=OLD)
    older = f"/password/{emails.token(emails.RESET, who)}"
    link = f"/password/{emails.token(emails.RESET, who)}"
    send(app.test_client(), link, password=NEW)
    assert client.get("/account").status_code == 303
    assert app.test_client().get(older).status_code == 410


@pytest.mark.parametrize(
    ("kind", "old", "works"),
    [
        (emails.RESET, timedelta(hours=1, minutes=59), True),
        (emails.RESET, timedelta(hours=2, seconds=2), False),
        (emails.FIRST, timedelta(days=13, hours=23), True),
        (emails.FIRST, timedelta(days=14, seconds=2), False),
    ],
)
def test_a_link_ends(
    kind: str, old: timedelta, works: bool, client: FlaskClient, who: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    then = int((datetime.now(UTC) - old).timestamp())
    with monkeypatch.context() as patch:
        patch.setattr(TimestampSigner, "get_timestamp", lambda _: then)
        made = emails.token(kind, who)
    assert client.get(f"/password/{made}").status_code == (200 if works else 410)


def test_a_changed_link_leads_nowhere(client: FlaskClient, who: Person) -> None:
    other = person()
    made, others = emails.token(emails.RESET, who), emails.token(emails.RESET, other)
    body, _, rest = made.partition(".")
    for broken in ("x", made[:-1], made + "x", f"{others.partition('.')[0]}.{rest}", body):
        assert client.get(f"/password/{broken}").status_code == 410
    who.disabled_at = NOW
    assert client.get(f"/password/{made}").status_code == 410


def test_letters_to_one_address_are_three_in_five_minutes(app: Flask, client: FlaskClient, who: Person) -> None:
    statuses = [send(client, "/sign-in/help", email=who.email).status_code for _ in range(4)]
    assert statuses == [303, 303, 303, 429]
    assert len(db.session.scalars(select(Letter)).all()) == 3
    unknown = [send(client, "/sign-in/help", email="nobody@agency.example").status_code for _ in range(4)]
    assert unknown == statuses


def test_changing_it_needs_the_one_of_now_and_keeps_this_browser(app: Flask, client: FlaskClient, who: Person) -> None:
    send(client, "/sign-in", email=who.email, password=OLD)
    elsewhere = app.test_client()
    send(elsewhere, "/sign-in", email=who.email, password=OLD)
    wrong = send(client, "/account/password", current="not the password", password=NEW)
    assert wrong.status_code == 422
    assert "This is not your password" in wrong.text
    assert NEW not in wrong.text
    assert send(client, "/account/password", current=OLD, password=NEW).location == "/account"
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303
    assert len(db.session.scalars(select(ServerSession).where(ServerSession.person_id == who.id)).all()) == 1


def test_somebody_added_is_invited_to_choose_a_password(client: FlaskClient) -> None:
    partnership()
    added = operations.add_person(
        first_name="Łukasz", last_name="Nowak", email=" Lukasz@Agency.example", organisation=organisation(),
        roles=[Role.PRACTITIONER], now=NOW, letter=True,
    )  # fmt: skip
    assert added.email == "lukasz@agency.example"
    link = link_to(added)
    page = client.get(link)
    assert re.search(r"<h1[^>]*>Choose a password</h1>", page.text)
    send(client, link, password=NEW)
    assert send(client, "/sign-in", email=added.email, password=NEW).location == "/"
