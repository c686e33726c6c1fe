"""What a person reads when something cannot be answered: kind words, a way on, nothing of the machinery, nothing lost."""

import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import html5lib
import pytest
from flask import Blueprint, Flask, abort
from flask.testing import FlaskClient
from werkzeug.exceptions import TooManyRequests

from lms import errorpages
from lms.app import create_app
from lms.db import db
from lms.errors import RuleBroken
from lms.permissions import public
from tests.pages import HTML, StrictClient

MACHINERY = re.compile(r"Traceback|Error\b(?!:)|Exception|werkzeug|flask|sqlalchemy|SELECT|\.py\b", re.IGNORECASE)

broken = Blueprint("broken", __name__)


@broken.get("/broken/<int:status>")
@public
def answer(status: int) -> str:
    if status == 429:
        raise TooManyRequests(retry_after=90)
    abort(status)


@broken.get("/broken/fault")
@public
def fault() -> str:
    raise ZeroDivisionError("the secret of the house")


@broken.route("/broken/rule", methods=["GET", "POST"])
@public
def rule() -> str:
    raise RuleBroken("This session is full.")


@broken.post("/broken/form")
@public
def form() -> str:
    return "kept"


@pytest.fixture
def broken_app(settings: dict[str, Any], fresh_database: Callable[[], str]) -> Iterator[Flask]:
    """The application as it runs for people, with views that go wrong."""
    app = create_app(**settings | {"PROPAGATE_EXCEPTIONS": False}, SQLALCHEMY_DATABASE_URI=fresh_database())
    app.register_blueprint(broken)
    app.test_client_class = StrictClient
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def visitor(broken_app: Flask) -> FlaskClient:
    return broken_app.test_client()


def read(html: str) -> str:
    """The words of the page itself, without what stands around it."""
    main = next(html5lib.parse(html).iter(f"{HTML}main"))
    return " ".join("".join(main.itertext()).split())


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 429, 503])
def test_every_refusal_is_a_page_of_ours(visitor: FlaskClient, status: int) -> None:
    answer = visitor.get(f"/broken/{status}")
    assert answer.status_code == status
    text = read(answer.text)
    assert errorpages.WORDS[status].title in text
    assert not MACHINERY.search(text)


def test_a_refusal_nobody_wrote_words_for_still_has_some(visitor: FlaskClient) -> None:
    assert visitor.get("/broken/418").status_code == 418


def test_an_unknown_address_is_a_kind_404(visitor: FlaskClient) -> None:
    answer = visitor.get("/no-such-page")
    assert answer.status_code == 404
    assert "We cannot find this page" in answer.text
    assert "Go to the start page" in answer.text


def test_a_wrong_method_says_which_are_right(visitor: FlaskClient) -> None:
    answer = visitor.get("/broken/form")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_too_many_tries_says_when_to_come_back(visitor: FlaskClient) -> None:
    answer = visitor.get("/broken/429")
    assert "You can try again in 2 minutes." in answer.text
    assert answer.headers["Retry-After"] == "90"


def test_a_fault_of_ours_has_a_reference_that_stands_in_the_log(
    visitor: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = visitor.get("/broken/fault")
    assert answer.status_code == 500
    text = read(answer.text)
    assert not MACHINERY.search(text)
    assert "the secret of the house" not in answer.text
    shown = re.search(r"reference ([0-9A-F]{4}) ([0-9A-F]{4})", text)
    assert shown
    assert f"Fault {shown[1]}{shown[2]}" in caplog.text


def test_without_a_database_there_are_still_words(visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: Any, **__: Any) -> None:
        raise OSError("no such host")

    monkeypatch.setattr(errorpages, "render_template", gone)
    answer = visitor.get("/broken/fault")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert visitor.get("/no-such-page").status_code == 404


def test_a_rule_no_page_has_shown_is_read_all_the_same(visitor: FlaskClient) -> None:
    answer = visitor.get("/broken/rule")
    assert answer.status_code == 422
    assert "This session is full." in read(answer.text)


def test_programs_are_answered_in_their_language(visitor: FlaskClient) -> None:
    answer = visitor.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.json == {
        "error": {
            "status": 404,
            "message": "We cannot find this page",
            "details": list(errorpages.WORDS[404].sentences),
        }
    }


class TestAFormThatWasOpenForTooLong:
    typed = {"why_you_come": "I work with Łukasz & Siân", "password": "secret words", "csrf_token": "old"}

    def test_is_not_kept_and_nothing_typed_is_lost(self, visitor: FlaskClient) -> None:
        answer = visitor.post(
            "/broken/form", data=self.typed, headers={"Referer": "http://localhost/sessions/NEG-2024-07/book?from=list"}
        )
        assert answer.status_code == 400
        text = read(answer.text)
        assert "Send it once more" in text
        assert "Why you come" in text
        assert "I work with Łukasz & Siân" in text
        assert 'href="/sessions/NEG-2024-07/book?from=list"' in answer.text

    def test_shows_no_secret(self, visitor: FlaskClient) -> None:
        answer = visitor.post("/broken/form", data=self.typed, headers={"Referer": "http://localhost/sign-in"})
        assert "secret words" not in answer.text
        assert ">old<" not in answer.text

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Referer": "http://elsewhere.example/"},
            {"Referer": "http://localhost/", "Sec-Fetch-Site": "cross-site"},
        ],
        ids=["from nowhere", "from another site", "says it is from another site"],
    )
    def test_repeats_nothing_that_another_site_sent(self, visitor: FlaskClient, headers: dict[str, str]) -> None:
        answer = visitor.post("/broken/form", data=self.typed, headers=headers)
        assert answer.status_code in {400, 403}
        assert "Łukasz" not in answer.text
        assert "elsewhere" not in answer.text


def test_a_personal_link_does_not_reach_the_log(app, caplog, monkeypatch):
    def break_down(*_args, **_kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("evaluation.surveys.views.queries.invitation_of", break_down)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        assert app.test_client().get("/s/a-secret-link-of-somebody").status_code == 500
    finally:
        app.config["PROPAGATE_EXCEPTIONS"] = None
    assert "ZeroDivisionError" in caplog.text
    assert "a-secret-link-of-somebody" not in caplog.text
