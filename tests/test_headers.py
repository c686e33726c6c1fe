"""What every answer tells browsers, which hosts and proxies are believed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from lms.accounts.models import Person
from lms.app import create_app
from lms.db import db
from lms.headers import CONTENT_SECURITY_POLICY, HEADERS
from lms.permissions import public
from lms.roles import Role
from tests.factories import person

PAGES = ["/", "/courses", "/sign-in", "/nothing-here", "/account", "/health", "/static/look.css", "/static/nothing.css"]


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_is_strict(path: str, client: FlaskClient) -> None:
    for answer in (client.get(path, buffered=True), client.open(path, method="DELETE", buffered=True)):
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_nothing_is_loaded_from_elsewhere_or_written_into_a_page() -> None:
    directives = dict(part.split(" ", 1) for part in CONTENT_SECURITY_POLICY.split("; "))
    assert directives.pop("img-src") == "'self' data:"
    assert {directives.pop(name) for name in ("default-src", "base-uri", "frame-ancestors")} == {"'none'"}
    assert set(directives.values()) == {"'self'"}


def test_what_somebody_signed_in_saw_is_in_no_cache(sign_in: Callable[[Person], FlaskClient]) -> None:
    client = sign_in(person("Siân", "Morgan", *Role))
    for path in ("/", "/account", "/courses", "/people", "/nothing-here"):
        answer = client.get(path)
        assert answer.headers["Cache-Control"] == "no-store", path
        assert "Cookie" in answer.headers["Vary"]
    assert "no-store" not in client.get("/static/look.css", buffered=True).headers["Cache-Control"]


def test_what_a_visitor_reads_may_be_kept_but_not_mixed_up(client: FlaskClient) -> None:
    answer = client.get("/courses")
    assert "Cache-Control" not in answer.headers
    assert "Cookie" in answer.headers["Vary"]


def test_a_form_another_site_sent_is_refused_even_with_a_token(client: FlaskClient) -> None:
    client.get("/sign-in")
    for site, status in (("same-origin", 400), ("none", 400), ("same-site", 403), ("cross-site", 403)):
        assert client.post("/sign-in", headers={"Sec-Fetch-Site": site}).status_code == status
    assert client.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200, (
        "a link from elsewhere is welcome"
    )


@pytest.mark.parametrize(
    "host",
    ["evil.invalid", "evil.invalid:80", "localhost.evil.invalid", "evil.invalid@localhost", "localhost:99999", "localhost:x",
     "evil.invalid:80@localhost", "localhost evil.invalid", "192.0.2.1", "[::1]", "LOCALHOST.evil.invalid", "local host"],
)  # fmt: skip
def test_a_host_that_is_not_ours_is_refused_kindly_and_without_noise(
    host: str, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/sign-in", headers={"Host": host})
    assert "Traceback" not in caplog.text
    assert answer.status_code == 400
    assert "evil" not in answer.text
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


@pytest.mark.parametrize("host", ["localhost", "localhost:5000", "127.0.0.1", "127.0.0.1:8080"])
def test_our_own_hosts_are_served(host: str, client: FlaskClient) -> None:
    assert client.get("/sign-in", headers={"Host": host}).status_code == 200


def test_other_headers_cannot_change_our_name(client: FlaskClient) -> None:
    for name in ("X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-Host"):
        answer = client.get("/account", headers={name: "evil.invalid"})
        assert answer.location == "/sign-in?next=/account"


@contextmanager
def production(**settings: Any) -> Iterator[Flask]:
    """The application as it runs for people, with a page that says who asks."""
    app = create_app(**settings)
    app.add_url_rule("/who", "who", public(lambda: f"{request.remote_addr} {request.scheme} {request.host}"))
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def production_settings(settings: dict[str, Any], fresh_database: Callable[[], str]) -> dict[str, Any]:
    return settings | {
        "TESTING": False,
        "SQLALCHEMY_DATABASE_URI": fresh_database(),
        "PUBLIC_URL": "https://learning.example.org.uk",
    }


def test_outside_tests_and_demonstration_only_the_public_name_is_ours(production_settings: dict[str, Any]) -> None:
    with production(**production_settings) as app:
        hosts = {host: app.test_client().get("/who", headers={"Host": host}).status_code for host in
                 ("learning.example.org.uk", "localhost", "127.0.0.1", "example.org.uk")}  # fmt: skip
    assert hosts == {"learning.example.org.uk": 200, "localhost": 400, "127.0.0.1": 400, "example.org.uk": 400}


def test_without_a_name_it_does_not_start(production_settings: dict[str, Any]) -> None:
    with pytest.raises(RuntimeError, match="LMS_PUBLIC_URL"):
        create_app(**production_settings | {"PUBLIC_URL": "learning"})


@pytest.mark.parametrize(
    ("hops", "seen"),
    [
        (0, "203.0.113.9 http learning.example.org.uk"),
        (1, "192.0.2.3 https learning.example.org.uk"),
        (2, "192.0.2.2 https learning.example.org.uk"),
    ],
)
def test_only_as_many_proxies_are_believed_as_there_are(
    hops: int, seen: str, production_settings: dict[str, Any]
) -> None:
    forwarded = {
        "Host": "learning.example.org.uk",
        "X-Forwarded-For": "198.51.100.66, 192.0.2.2, 192.0.2.3",
        "X-Forwarded-Proto": "https, https, https",
    }
    with production(**production_settings, TRUSTED_PROXY_HOPS=hops) as app:
        client = app.test_client()
        assert client.get("/who", headers=forwarded, environ_base={"REMOTE_ADDR": "203.0.113.9"}).text == seen


def test_a_forwarded_host_must_be_ours_too(production_settings: dict[str, Any]) -> None:
    with production(**production_settings, TRUSTED_PROXY_HOPS=1) as app:
        sent = {"Host": "learning.example.org.uk", "X-Forwarded-Host": "evil.invalid"}
        assert app.test_client().get("/who", headers=sent).status_code == 400


def test_in_the_demonstration_plain_http_works(
    production_settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = production_settings | {"DEMO": True, "PUBLIC_URL": "http://127.0.0.1:5000"}
    with production(**settings) as app:
        client = app.test_client()
        answer = client.get("/sign-in", headers={"Host": "127.0.0.1:5000"})
        assert "Strict-Transport-Security" not in answer.headers
        (cookie,) = answer.headers.getlist("Set-Cookie")
        assert cookie.startswith("lms=")
        assert "Secure" not in cookie
        assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
