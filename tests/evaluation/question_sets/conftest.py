"""The default set as a version, and an officer who works on it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from evaluation.question_sets import queries
from evaluation.surveys import operations as surveys
from evaluation.surveys.models import QuestionSet
from lms.accounts.models import Person, PersonRole
from lms.db import db
from lms.organisations.models import Organisation, Partnership, Sector
from lms.roles import Role

#: The default set, for tests of pure functions.
LIBRARY = queries.library()
HOME = "/surveys/question-sets"


@pytest.fixture
def works_at(app: Flask) -> Organisation:
    db.session.add(
        Partnership(
            key="wakefield",
            name="Wakefield",
            short_name="WSCP",
            team_name="Learning",
            team_email="l@example.org.uk",
            team_phone="01924 000000",
        )
    )
    found = Organisation(name="Partnership", sector=Sector(key="council", name="Council", position=1))
    db.session.add(found)
    db.session.flush()
    return found


def person(works_at: Organisation, first_name: str, role: Role) -> Person:
    made = Person(
        email=f"{first_name.lower()}@example.org.uk", first_name=first_name, last_name="Madeup", organisation=works_at
    )
    made.held = [PersonRole(role=role)]
    db.session.add(made)
    db.session.flush()
    return made


@pytest.fixture
def officer(works_at: Organisation) -> Person:
    return person(works_at, "Olive", Role.LD_OFFICER)


@pytest.fixture
def first(officer: Person) -> QuestionSet:
    """Version 1 of the default set."""
    found = surveys.load_question_set(document=LIBRARY)
    db.session.commit()
    return found


@pytest.fixture
def desk(officer: Person, sign_in: Callable[[Person], FlaskClient]) -> FlaskClient:
    return sign_in(officer)


def hidden(page: TestResponse) -> dict[str, str]:
    """The token of a page, and the revision of the draft it was opened at."""
    found = {}
    for name in ("csrf_token", "revision"):
        match = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.text)
        if match:
            found[name] = match[1]
    return found


def send(browser: FlaskClient, page: str, form: dict[str, Any], to: str = "") -> TestResponse:
    """Open a page, type, and send its form, to the page itself or to another address on it."""
    return browser.post(to or page, data=hidden(browser.get(page)) | form)
