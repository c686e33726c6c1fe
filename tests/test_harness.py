"""The harness fails when it should: otherwise everything it passes would be worth nothing."""

import socket
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, func, inspect, select
from sqlalchemy.exc import IntegrityError
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Response

from lms.db import Base, db, writing
from lms.organisations.models import Sector
from tests.pages import faults_of

PAGE = """<!doctype html><html lang=en><head><title>Error: Book a place – us</title></head>
<body><h1>Book a
place</h1>{}</body></html>"""


def page(body: str, **headers: str) -> TestResponse:
    return Client(Response(PAGE.format(body), mimetype="text/html", headers=headers)).get("/")


def sectors() -> int:
    return db.session.scalar(select(func.count()).select_from(Sector)) or 0


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ("<p><b>x</p></i>", "not valid"),
        ("<h1>Again</h1>", "there are 2"),
        ("<p id=a></p><p id=a></p>", "stands 2 times"),
        ("<label for=name>Name</label>", "points at “name”"),
        ("<input aria-describedby='hint other'>", "points at “other”"),
        ("<a href='#main'>Skip</a>", "points at “main”"),
        ("<img src=a.png>", "has no alt"),
        ("<form method=post></form>", "no CSRF token"),
        ("<form method=POST><input name=csrf_token value=''></form>", "no CSRF token"),
        ("<p style='color: red'></p>", "attribute style"),
        ("<p onclick='go()'></p>", "attribute onclick"),
        ("<style>p {}</style>", "<style>"),
        ("<script>go()</script>", "inline script"),
    ],
)
def test_a_broken_page_is_refused(broken: str, words: str) -> None:
    assert words in "\n".join(faults_of(page(broken)))


def test_a_title_must_start_with_the_heading() -> None:
    response = Client(Response(PAGE.format("").replace("Error: Book", "Us – Book"), mimetype="text/html")).get("/")
    assert "does not start with the heading" in "\n".join(faults_of(response))


def test_a_sound_page_passes() -> None:
    body = """<p id="main" class="x"></p><a href="#main">Skip</a><img src="a.png" alt=""><form><input name="q"></form>
    <form method="post"><input type="hidden" name="csrf_token" value="t"></form><script src="a.js"></script>
    <svg role="img" aria-labelledby="t"><title id="t">A chart</title></svg><script>go()</script>"""
    known = "script-src 'sha256-5KYv+PUboo5h+0+YAtGRPbwv5d/QxzHslP4YGnUaxRw='"
    assert list(faults_of(page(body, **{"Content-Security-Policy": known}))) == []


@pytest.mark.parametrize("time", ["first", "second"])
def test_a_test_leaves_no_trace_and_the_applications_commits_are_real_in_it(app: Flask, time: str) -> None:
    assert sectors() == 0
    with writing():
        db.session.add(Sector(key="health", name="Health", position=1))
    with pytest.raises(IntegrityError), writing():
        db.session.add(Sector(key="health", name="Health again", position=2))
    assert sectors() == 1


def test_the_tables_come_from_the_migrations(app: Flask, count_queries: list[str]) -> None:
    tables = set(inspect(db.session.connection()).get_table_names())
    assert set(Base.metadata.tables) <= tables
    count_queries.clear()
    sectors()
    assert len(count_queries) == 1


def test_a_fresh_database_is_empty_and_of_the_kind_asked_for(
    fresh_database: Callable[[], str], request: pytest.FixtureRequest
) -> None:
    engine: Engine = create_engine(fresh_database())
    with engine.connect() as connection:
        assert engine.dialect.name in request.node.name
        assert connection.scalar(select(func.count()).select_from(Sector)) == 0
    engine.dispose()


def test_no_test_reaches_another_machine() -> None:
    with pytest.raises(AssertionError, match="tried to reach"), socket.socket() as away:
        away.connect(("192.0.2.1", 25))
