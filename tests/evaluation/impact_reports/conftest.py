"""A year of one course about neglect, with its log, as reports are made of it; and reports made by hand for pure functions."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from evaluation.impact_reports.gather import report
from evaluation.impact_reports.report import ImpactReport
from evaluation.impact_reports.scopes import Scope, ScopeKind
from lms.accounts.models import Person
from lms.roles import Role
from tests import threads
from tests.factories import NOW, person


@pytest.fixture
def year(app: Flask) -> None:
    """The log, a session to which 40 people came, and their answers."""
    threads.a_year()


@pytest.fixture
def here(app: Flask) -> Iterator[None]:
    """As if somebody had asked for it."""
    with app.test_request_context(base_url=app.config["PUBLIC_URL"]):
        yield


@pytest.fixture
def officer(app: Flask) -> Person:
    return person("Olive", "Officer", Role.LD_OFFICER)


@pytest.fixture
def office(officer: Person, sign_in: Callable[[Person], FlaskClient]) -> FlaskClient:
    return sign_in(officer)


@pytest.fixture
def now_in_2024(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages and commands of a test are opened on the morning of the demonstration."""
    from lms import dates

    monkeypatch.setattr(dates, "now", lambda: NOW)


ACTION = Scope(ScopeKind.ACTION, "LDA-1", "LDA-1", "Launch a joint course.")


def action_report(**details: Any) -> ImpactReport:
    """The report of the action of that year."""
    return replace(report(ACTION, as_at=NOW), **details)
