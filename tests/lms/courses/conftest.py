"""An officer at the desk, and what a page says without its marks."""

import html
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms import dates
from lms.accounts.models import Person
from lms.roles import Role
from tests.factories import NOW, person

SignIn = Callable[[Person], FlaskClient]


@pytest.fixture(autouse=True)
def _today(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "app" in request.fixturenames:
        monkeypatch.setattr(dates, "now", lambda: NOW)


@pytest.fixture
def officer(app: Flask) -> Person:
    somebody: Person = person("Joan", "Field", Role.LD_OFFICER)
    return somebody


@pytest.fixture
def desk(officer: Person, sign_in: SignIn) -> FlaskClient:
    """The browser of the officer."""
    return sign_in(officer)


@pytest.fixture
def words() -> Callable[[str], str]:
    """What a page says, without its marks."""
    return lambda page: " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
