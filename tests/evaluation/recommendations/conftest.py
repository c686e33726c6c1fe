"""A small log, an officer at her desk, and a second group with a member who may read the log and one who may not."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from evaluation.governance.models import GroupMember
from lms.accounts.models import Person
from lms.db import db
from lms.organisations.models import PartnershipGroup
from lms.roles import Role
from tests.evaluation.recommendations.desk import Desk
from tests.factories import person
from tests.threads import a_log

SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def desk(app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, now: datetime) -> Desk:
    monkeypatch.setattr("lms.dates.now", lambda: now)
    a_log()
    db.session.add(PartnershipGroup(key="del", name="Delivery Group", short_name="Delivery", purpose="Does."))
    db.session.flush()
    officer = person("Joan", "Field", Role.LD_OFFICER)
    return Desk(sign_in(officer), officer)


@pytest.fixture
def members(desk: Desk) -> list[Person]:
    """Who sits in the Delivery Group: one who may read the log, one who may not, and one who has left."""
    people = [person("Siân", "Morgan", Role.LD_GROUP), person("Amina", "Yusuf"), person("Gone", "Away", Role.LD_GROUP)]
    group = db.session.scalars(select(PartnershipGroup).where(PartnershipGroup.key == "del")).one()
    for who, until in zip(people, (None, None, date(2024, 9, 1)), strict=True):
        db.session.add(GroupMember(group=group, person=who, since=date(2023, 1, 1), until=until))
    db.session.flush()
    return people
