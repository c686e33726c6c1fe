"""Anybody checks a certificate by its code: what is needed to trust it, no name, and not thousands of codes in a row."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms import dates, jobs
from lms.certificates import codes, operations, throttle
from lms.certificates.models import Certificate, VerifyCount
from lms.db import db
from lms.errors import RuleBroken
from tests.browsing import send, token
from tests.lms.certificates.scene import Held, certificates, hold

SignIn = Callable[[Any], FlaskClient]


@pytest.fixture
def one(held: Held, evening: datetime) -> Certificate:
    """Amina's."""
    held.people[0].person.last_name = "Łukasik-Yusuf"
    db.session.commit()
    jobs.run_due(evening)
    return next(each for each in certificates() if each.name.startswith("Amina"))


def test_the_page_says_what_is_needed_and_no_name(one: Certificate, held: Held, client: FlaskClient) -> None:
    for code in (codes.long_code(one.reference), codes.spaced(one.printed_code), one.printed_code.lower()):
        page = client.get(f"/verify/{code}")
        assert page.status_code == 200
        assert "This certificate is valid" in page.text
        for words in ("Multi-agency neglect", "5 November 2024", "Wakefield Safeguarding", "4 November 2027", "A Ł-Y"):
            assert words in page.text
        for secret in ("Amina", "Yusuf", held.session.reference, held.people[0].person.email or "?", one.reference):
            assert secret not in page.text
        assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert page.headers["Cache-Control"] == "no-store"
        assert '<meta name="robots" content="noindex, nofollow">' in page.text


def test_the_number_is_typed_as_people_read_it(one: Certificate, client: FlaskClient) -> None:
    typed = codes.spaced(one.printed_code).lower().replace("-", " ").replace("0", "o").replace("1", "l")
    answer = send(client, "/verify", code=f" {typed} ")
    assert (answer.status_code, answer.location) == (303, f"/verify/{codes.spaced(one.printed_code)}")
    assert "This certificate is valid" in client.get(answer.location).text


def test_one_wrong_character_or_two_exchanged_are_noticed(one: Certificate) -> None:
    code = one.printed_code
    assert codes.read(code) == code
    for place in range(len(code)):
        for other in codes.ALPHABET:
            if other != code[place]:
                with pytest.raises(RuleBroken, match="One of these characters"):
                    codes.read(code[:place] + other + code[place + 1 :])
        swapped = code[:place] + code[place + 1 : place + 2] + code[place] + code[place + 2 :]
        if swapped != code and place + 1 < len(code):
            with pytest.raises(RuleBroken, match="One of these characters"):
                codes.read(swapped)


def test_what_is_no_number_says_so_beside_the_field(client: FlaskClient) -> None:
    assert "Enter the number printed" in send(client, "/verify", code=" ").text
    short = send(client, "/verify", code="7K4M")
    assert short.status_code == 422
    assert "17 letters and numbers, like 7K4M-2QXT-9BRD-0WSE-D" in short.text
    assert "7K4M" in short.text
    wrong = send(client, "/verify", code="7K4M-2QXT-9BRD-0WSE-X")
    assert "One of these characters cannot be right" in wrong.text


def test_a_code_nobody_was_given_is_not_found(one: Certificate, client: FlaskClient) -> None:
    for code in ("7K4M-2QXT-9BRD-0WSE-D", "A" * 24, "7K4M-2QXT-9BRD-0WSE-X", one.reference, "x"):
        page = client.get(f"/verify/{code}")
        assert page.status_code == 404
        assert "There is no certificate with this number." in page.text


def test_the_name_is_confirmed_to_who_types_it_and_never_shown(one: Certificate, client: FlaskClient) -> None:
    path = f"/verify/{codes.spaced(one.printed_code)}"
    yes = send(client, path, name="amina lukasik yusuf")
    assert "“amina lukasik yusuf” is the name on this certificate" in yes.text
    assert "Łukasik" not in yes.text
    no = send(client, path, name="Amina Khan")
    assert "“Amina Khan” is not the name on this certificate" in no.text
    assert "Łukasik" not in no.text
    assert "Enter the full name" in send(client, path, name=" ").text
    part = send(client, path, name="Amina")
    assert "is not the name" in part.text


def test_withdrawn_shows_at_once_and_expired_by_itself(
    one: Certificate, held: Held, client: FlaskClient, clock: Callable[[datetime], datetime]
) -> None:
    path = f"/verify/{codes.long_code(one.reference)}"
    clock(datetime.fromisoformat("2027-11-04T23:00:00+00:00"))
    assert "is valid" in client.get(path).text
    clock(datetime.fromisoformat("2027-11-05T00:30:00+00:00"))
    page = client.get(path).text
    assert "This certificate has expired" in page
    assert "It counted until 4 November 2027." in page
    operations.revoke(certificate=one, reason="Secret reason", by=held.officer, now=dates.now())
    db.session.commit()
    page = client.get(path).text
    assert "This certificate is withdrawn" in page
    assert "Secret reason" not in page


def test_thirty_looks_a_minute_from_one_address_and_no_more(one: Certificate, client: FlaskClient) -> None:
    path = f"/verify/{codes.spaced(one.printed_code)}"
    answers = [client.get(path, environ_base={"REMOTE_ADDR": "192.0.2.7"}) for _ in range(throttle.FROM_ADDRESS + 3)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429] * 3
    stopped = answers[-1]
    assert "Try again in 1 minute." in stopped.text
    assert 0 < int(stopped.headers["Retry-After"]) <= 61
    assert "Multi-agency" not in stopped.text
    # Typing names is looking too; another address still may.
    csrf = token(client.get(path, environ_base={"REMOTE_ADDR": "192.0.2.8"}))
    fields = {"csrf_token": csrf, "name": "Amina"}
    assert client.post(path, data=fields, environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 429
    assert client.post(path, data=fields, environ_base={"REMOTE_ADDR": "192.0.2.8"}).status_code == 200
    # What is refused is not counted: a minute later the same address may again.
    for row in db.session.scalars(db.select(VerifyCount)):
        row.ends_at -= timedelta(minutes=1)
    db.session.commit()
    assert client.get(path, environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 200


def test_three_hundred_an_hour_from_a_neighbourhood(app: Flask, client: FlaskClient) -> None:
    waits = [throttle.count_one(f"198.51.100.{number % 200}") for number in range(303)]
    assert [number for number, wait in enumerate(waits) if wait] == [300, 301, 302]
    assert all(wait and timedelta(minutes=59) < wait <= timedelta(hours=1) for wait in waits[300:])
    assert throttle.count_one("198.51.101.1") is None
    assert client.get("/verify/x", environ_base={"REMOTE_ADDR": "198.51.100.201"}).status_code == 429


def test_the_database_keeps_no_address_and_no_long_code(one: Certificate, client: FlaskClient) -> None:
    client.get(f"/verify/{codes.long_code(one.reference)}", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    kept = " ".join(row.key_hash for row in db.session.scalars(db.select(VerifyCount)))
    assert re.fullmatch(r"([0-9a-f]{64} ?)+", kept)
    assert one.code_hash == codes.hash_of(codes.long_code(one.reference))


def test_no_two_codes_are_alike_and_each_can_be_typed(app: Flask) -> None:
    drawn = {codes.new_printed_code() for _ in range(2_000)}
    assert len(drawn) == 2_000
    assert all(codes.read(code) == code for code in drawn)
    assert {len(code) for code in drawn} == {17}


def test_checking_reaches_a_certificate_before_its_pdf_is_drawn(app: Flask, client: FlaskClient) -> None:
    held = hold()
    db.session.commit()
    operations.issue_due(held.finished_at)
    db.session.commit()
    assert client.get(f"/verify/{codes.long_code(certificates()[0].reference)}").status_code == 200
