"""Packages and videos come from a host of their own, where nobody is signed in: what is there, to whom, and for how long."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms import files, headers
from lms.accounts.models import Person
from lms.app import create_app
from lms.db import db
from lms.elearning import operations
from lms.elearning.models import ContentFile, Launch
from tests.factories import NOW, person
from tests.lms.elearning.making import PAGE, hold, online, package

HOST = "https://contents.test"
FILES = {"index.html": PAGE, "more/a b.css": "p { color: red }", "film.mp4": bytes(range(256)) * 40}


@pytest.fixture
def launch(app: Flask) -> Launch:
    """A part that somebody has just opened."""
    hold(online(), package(files=FILES))
    enrolment = operations.book(course=_course(), person=person("Amina", "Yusuf"), now=NOW)
    return operations.start(enrolment=enrolment, number=1, now=NOW, heard=datetime.now(UTC))


def _course() -> Any:
    from lms.catalogue.queries import course_by_code

    return course_by_code("ACN")


def key(app: Flask, launch: Launch) -> str:
    return operations.key_of(launch, app.config["SECRET_KEY"])


def there(client: FlaskClient, path: str, **more: Any) -> TestResponse:
    """Ask the host of contents. Its answers are packages and the page around one, so no page of ours is expected."""
    db.session.commit()
    return FlaskClient.open(client, path, base_url=HOST, buffered=True, **more)


def test_the_address_of_an_open_part_serves_its_page_and_its_files(
    app: Flask, client: FlaskClient, launch: Launch
) -> None:
    at = f"/play/{key(app, launch)}"
    around = there(client, f"{at}/")
    assert around.status_code == 200
    assert 'data-page="files/index.html"' in around.text
    assert there(client, f"{at}/files/index.html").text == PAGE
    css = there(client, f"{at}/files/more/a%20b.css")
    assert (css.status_code, css.mimetype) == (200, "text/css")
    piece = there(client, f"{at}/files/film.mp4", headers={"Range": "bytes=100-199"})
    assert (piece.status_code, piece.data) == (206, (bytes(range(256)) * 40)[100:200])
    for missing in (
        "nothing.html",
        "../files/index.html",
        "..%2f..%2fetc/passwd",
        "index.html%00",
        "imsmanifest.xml/x",
    ):
        assert there(client, f"{at}/files/{missing}").status_code == 404, missing


def test_everything_there_is_shut_in_and_nothing_is_remembered(app: Flask, client: FlaskClient, launch: Launch) -> None:
    at = f"/play/{key(app, launch)}"
    ours = app.config["PUBLIC_URL"]
    for path in (f"{at}/", f"{at}/files/index.html", f"{at}/files/film.mp4"):
        answer = there(client, path, headers={"Cookie": "__Host-lms=somebody"})
        policy = answer.headers["Content-Security-Policy"]
        assert f"frame-ancestors 'self' {ours}" in policy
        assert "form-action 'none'" in policy
        assert "sandbox allow-scripts allow-same-origin allow-forms" in policy
        assert "allow-top-navigation" not in policy
        assert "allow-popups" not in policy
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "connect-src 'self'" in there(client, f"{at}/files/index.html").headers["Content-Security-Policy"]
    assert "script-src 'self'" in there(client, f"{at}/").headers["Content-Security-Policy"]


def test_no_cookie_is_read_there(
    app: Flask, launch: Launch, sign_in: Callable[[Person], FlaskClient], count_queries: list[str]
) -> None:
    client = sign_in(person("Siân", "Morgan"))
    count_queries.clear()
    assert there(client, f"/play/{key(app, launch)}/files/index.html").status_code == 200
    assert not [one for one in count_queries if "server_session" in one or "FROM person" in one]


def test_pages_of_ours_are_not_there_and_contents_are_not_here(
    app: Flask, client: FlaskClient, launch: Launch, sign_in: Callable[[Person], FlaskClient]
) -> None:
    signed_in = sign_in(person("Siân", "Morgan"))
    for path in ("/", "/courses", "/sign-in", "/account", "/health", "/nothing"):
        answer = there(signed_in, path)
        assert (answer.status_code, answer.mimetype) == (404, "text/plain"), path
        assert "Set-Cookie" not in answer.headers
    assert there(signed_in, "/sign-in", method="POST", data={"email": "x"}).status_code == 404
    assert there(client, "/static/player.js").status_code == 200
    at = f"/play/{key(app, launch)}"
    for path in (f"{at}/", f"{at}/files/index.html"):
        assert signed_in.get(path).status_code == 404, path


def test_without_the_check_of_the_host_contents_would_be_served_as_ours(
    app: Flask, client: FlaskClient, launch: Launch, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with its guard off, the test above fails."""
    monkeypatch.setitem(
        app.before_request_funcs, None, [one for one in app.before_request_funcs[None] if one is not headers.part_hosts]
    )
    db.session.commit()
    assert FlaskClient.open(client, f"/play/{key(app, launch)}/files/index.html", buffered=True).status_code == 200


def test_the_key_is_the_secrets_and_of_one_part_alone(app: Flask, client: FlaskClient, launch: Launch) -> None:
    whole = key(app, launch)
    reference, _, mac = whole.partition(".")
    other = operations.preview(unit=launch.unit, by=person(), now=NOW, heard=datetime.now(UTC))
    for wrong in (
        reference,
        f"{reference}.",
        f"{reference}.{'0' * 32}",
        f"{other.reference}.{mac}",
        operations.key_of(launch, "another secret of at least 32 characters"),
        "é.é",
    ):
        assert there(client, f"/play/{wrong}/files/index.html").status_code == 404, wrong
    assert mac not in repr(db.session.execute(select(Launch.__table__)).all()), "the database alone opens nothing"


def test_the_key_is_worth_nothing_five_minutes_after_the_page_was_last_heard_of(
    app: Flask, client: FlaskClient, launch: Launch
) -> None:
    at = f"/play/{key(app, launch)}/files/index.html"
    launch.heard_at = datetime.now(UTC) - timedelta(minutes=4)
    assert there(client, at).status_code == 200
    launch.heard_at = datetime.now(UTC) - timedelta(minutes=5)
    db.session.commit()
    assert there(client, at).status_code == 404
    operations.hear(launch=launch, heard=datetime.now(UTC))
    assert there(client, at).status_code == 200
    launch.ended_at = NOW
    db.session.commit()
    assert there(client, at).status_code == 404


def test_no_script_stays_in_a_browser_to_answer_for_later_pages(
    app: Flask, client: FlaskClient, launch: Launch
) -> None:
    at = f"/play/{key(app, launch)}/files/index.html"
    assert there(client, at, headers={"Service-Worker": "script"}).status_code == 403


def test_bytes_that_are_gone_are_a_404_and_not_a_fault(app: Flask, client: FlaskClient, launch: Launch) -> None:
    found = db.session.scalars(select(ContentFile).where(ContentFile.name == "film.mp4")).one()
    path = files.path_of(found.sha256)
    kept = path.read_bytes()
    path.unlink()
    try:
        assert there(client, f"/play/{key(app, launch)}/files/film.mp4").status_code == 404
    finally:
        path.write_bytes(kept)


@pytest.mark.parametrize(
    ("contents", "public", "sentence"),
    [
        ("https://learning.example.org:8443", "https://learning.example.org", "another host name"),
        ("https://", "https://learning.example.org", "another host name"),
        ("http://contents.example.net", "https://learning.example.org", "must begin with https"),
    ],
)
def test_an_address_that_would_not_keep_packages_apart_is_refused_at_the_start(
    settings: dict[str, Any], contents: str, public: str, sentence: str
) -> None:
    with pytest.raises(RuntimeError, match=sentence):
        create_app(**settings | {"CONTENT_URL": contents, "PUBLIC_URL": public})


def test_another_host_still_is_not_answered(client: FlaskClient) -> None:
    assert FlaskClient.open(client, "/courses", base_url="http://evil.test").status_code == 400
