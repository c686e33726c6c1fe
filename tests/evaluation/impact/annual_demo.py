"""Both demonstrations as the annual chapter needs them, loaded once a run; tests only read them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from demo.bulletin_records import edition_records, subscriber_records
from demo.kirklees import load as load_kirklees
from demo.loading import (
    Loaded,
    load_agencies,
    load_attendances,
    load_partnership,
    load_people,
    load_published,
    load_sessions,
)
from demo.people import sign_in_people
from demo.school_training import school_training
from demo.wakefield_agencies import AGENCIES
from demo.wakefield_records import SEED
from evaluation.impact.annual import Annual, annual
from lms.accounts.models import Person, PersonRole
from lms.app import create_app
from lms.bulletin.models import Edition, Subscriber
from lms.db import db, writing
from lms.roles import Role
from tests.databases import Databases
from tests.pages import StrictClient

#: The day the demonstrations begin.
TODAY = date(2024, 10, 8)
PUBLISHED = (date(2023, 9, 1), date(2024, 9, 30))


@contextmanager
def _loaded(database: Databases, template: str, settings: dict[str, Any], load: Callable[[], None]) -> Iterator[Flask]:
    url = database.new(template)
    app = create_app(**settings, DEMO=True, SQLALCHEMY_DATABASE_URI=url)
    app.test_client_class = StrictClient
    with app.app_context(), writing():
        load()
    yield app
    with app.app_context():
        db.engine.dispose()
    database.drop(url)


@contextmanager
def opened(app: Flask) -> Iterator[Flask]:
    """The application with its database in reach, for one test."""
    with app.app_context():
        yield app
        db.session.remove()


@pytest.fixture(scope="session")
def loaded_kirklees(database: Databases, template: str, settings: dict[str, Any]) -> Iterator[Flask]:
    with _loaded(database, template, settings, load_kirklees) as app:
        yield app


@pytest.fixture(scope="session")
def loaded_wakefield(database: Databases, template: str, settings: dict[str, Any]) -> Iterator[Flask]:
    with _loaded(database, template, settings, load_wakefield) as app:
        yield app


@pytest.fixture
def kirklees(loaded_kirklees: Flask) -> Iterator[Flask]:
    """The whole Kirklees demonstration."""
    with opened(loaded_kirklees) as app:
        yield app


@pytest.fixture
def wakefield(loaded_wakefield: Flask) -> Iterator[Flask]:
    """Of the Wakefield demonstration what the chapter of 2022-23 prints: school training, the bulletin, published figures."""
    with opened(loaded_wakefield) as app:
        yield app


def load_wakefield() -> None:
    """The records behind the chapter of 2022-23, without the months the neglect course lives through."""
    loaded = Loaded()
    load_partnership(
        loaded,
        key="wakefield",
        name="Wakefield Safeguarding Children Partnership",
        short_name="WSCP",
        report="wakefield-2022-23",
    )
    load_agencies(loaded, AGENCIES, counted_on=date(2022, 4, 1))
    named = [one.person for one in sign_in_people("wakefield")]
    trainer = next(one.person.key for one in sign_in_people("wakefield") if one.role == "education_adviser")
    taken = {person.email for person in named}
    training = school_training(SEED, taken, trainer, named)
    load_people(loaded, [*named, *training.people], "wakefield")
    load_sessions(loaded, training.sessions, imported=True)
    load_attendances(loaded, training.attendances)
    db.session.add_all(
        Subscriber(
            email=one.email,
            sector=loaded.sectors[one.sector],
            subscribed_on=one.subscribed_on,
            unsubscribed_on=one.unsubscribed_on,
        )
        for one in subscriber_records(SEED, taken)
    )
    db.session.add_all(
        Edition(title=one.title, sent_on=one.sent_on, special=one.kind == "special") for one in edition_records()
    )
    load_published("wakefield")


def browser(app: Flask, role: Role | None) -> FlaskClient:
    """A browser in which somebody with this role is signed in; with None, nobody."""
    client = app.test_client()
    if role is not None:
        person = db.session.scalars(
            select(Person).join(PersonRole).where(PersonRole.role == role).order_by(Person.id)
        ).first()
        assert person
        with client.session_transaction() as visit:
            visit["_user_id"], visit["_fresh"] = person.get_id(), True
    return client


def published_kirklees() -> Annual:
    """The chapter for the days for which the Kirklees report printed its table."""
    return annual("2023-24", first=PUBLISHED[0], last=PUBLISHED[1], today=TODAY)
