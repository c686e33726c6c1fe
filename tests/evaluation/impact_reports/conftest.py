"""A year of one course about neglect, with its log, as reports are made of it; and reports made by hand for pure functions."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from evaluation.governance.models import GroupMember
from evaluation.impact_reports.gather import report
from evaluation.impact_reports.report import ImpactReport
from evaluation.impact_reports.scopes import Scope, ScopeKind
from lms.accounts.models import Person
from lms.db import db
from lms.organisations.models import PartnershipGroup
from lms.roles import Role
from tests import threads
from tests.factories import NOW, partnership, person


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
_made: list[ImpactReport] = []


def action_report() -> ImpactReport:
    """The report of the action of that year: a value, made once for all tests that only print it."""
    if not _made:
        threads.a_year()
        _made.append(report(ACTION, as_at=NOW))
    partnership(made_up=True)
    return _made[0]


@pytest.fixture
def group(year: None) -> PartnershipGroup:
    return db.session.scalars(select(PartnershipGroup)).one()


def members(
    group: PartnershipGroup, *people: Person, since: date = date(2024, 1, 1), until: date | None = None
) -> None:
    db.session.add_all(GroupMember(group=group, person=one, since=since, until=until) for one in people)
    db.session.flush()
