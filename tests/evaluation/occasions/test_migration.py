"""From the release before, with a survey of a course under way, to the one that knows occasions; and back."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from lms.app import create_app
from lms.db import db
from tests.databases import Databases
from tests.lms.test_migrations import MIGRATIONS, _add
from tests.lms.test_migrations_registers import NOW, START, _fill

TABLES = ("survey_round", "invitation", "held_answers", "response", "answer")


@pytest.fixture
def before(database: Databases, settings: dict[str, Any]) -> Iterator[Flask]:
    """The application of today on a database of the release before: one wave, asked, answered once and waiting once."""
    url = database.new()
    app = create_app(**settings, SQLALCHEMY_DATABASE_URI=url)
    with app.app_context():
        upgrade(MIGRATIONS, "0002")
        with db.engine.begin() as connection:
            _fill(connection)
            _survey(connection)
        upgrade(MIGRATIONS, "0009")
        yield app
        db.session.remove()
        db.engine.dispose()
    database.drop(url)


def _survey(connection: Connection) -> None:
    _add(connection, "question_set", id=1, key="golden-thread", version=1, document=[])
    _add(
        connection, "survey_round", id=1, session_id=1, question_set_id=1, wave="end", asks="came", session_starts_at=START,
        session_ends_at=START, opens_at=START, closes_at=START, stage="open", next_at=NOW,
    )  # fmt: skip
    for number in (1, 2):
        _add(
            connection, "invitation", id=f"i{number}", round_id=1, booking_id=number, token_hash=f"h{number}",
            answered=number == 1, draft="",
        )  # fmt: skip
    _add(connection, "held_answers", key="k", session_id=1, wave="end", payload=[])
    _add(
        connection, "response", id="r", course_id=1, session_id=1, question_set_id=1, wave="end", pairing_code="c",
        sector_id=1, week=str(date(2024, 11, 4)),
    )  # fmt: skip
    _add(connection, "answer", response_id="r", question_key="rea_use", number=3)


def everything() -> dict[str, list[dict[str, Any]]]:
    with db.engine.connect() as connection:
        return {
            table: [dict(row) for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()]
            for table in TABLES
        }


def test_there_and_back_a_survey_under_way_stays_as_it_is(before: Flask) -> None:
    found = everything()
    upgrade(MIGRATIONS, "0010")
    now = everything()
    for table, rows in found.items():
        known = [{name: value for name, value in row.items() if name in rows[0]} for row in now[table]]
        assert known == rows
        added = {name: value for name, value in now[table][0].items() if name not in rows[0]}
        assert set(added.values()) <= {None}
    with db.engine.connect() as connection:
        one_thing_only(connection)
    downgrade(MIGRATIONS, "0009")
    assert everything() == found


def one_thing_only(connection: Connection) -> None:
    """An answer is about a session or an occasion, never both or neither."""
    _add(connection, "survey_occasion", id=1, reference="R", title="T", kind="week", about="", audience=[], made_at=NOW)
    for change in ("session_id = NULL", "occasion_id = 1"):
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(text(f"UPDATE held_answers SET {change}"))
