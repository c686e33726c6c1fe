"""/health tells whoever watches whether pages can be served."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from lms import health
from lms.db import db


def test_a_service_that_is_well_says_so_to_anybody(app: Flask, client: FlaskClient) -> None:
    answer = client.get("/health")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "database": True, "migrations_current": True, "demo": False}
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_database_that_lacks_a_migration_is_not_ready(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_wanted", lambda: frozenset({"tomorrow"}))
    answer = client.get("/health")
    assert (answer.status_code, answer.json["status"]) == (503, "unavailable")  # type: ignore[index]


def test_a_database_that_is_away_is_said_without_a_fault(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(db.session, "execute", away)
    answer = client.get("/health")
    assert (answer.status_code, answer.json["database"]) == (503, False)  # type: ignore[index]
