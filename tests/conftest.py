"""The test harness. Every test that asks for `app` (or for anything made of it) meets a real database, SQLite or PostgreSQL or
both in turn (`--database`), made by the real migrations. It runs in one transaction that is undone at its end."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest

# Settings of whoever runs the tests must not reach them; config.py reads the environment when it is imported.
for name in [name for name in os.environ if name.startswith("LMS_")]:
    del os.environ[name]

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import Connection, event
from sqlalchemy.orm import scoped_session

from lms.accounts.models import Person
from lms.app import create_app
from lms.db import db
from tests.databases import ROOT, Databases, PostgreSQL, SQLite, postgresql_server
from tests.pages import StrictClient

SECRET_KEY = "only-for-tests-0123456789-abcdefghijklmnop"
KINDS = ("sqlite", "postgresql")

hypothesis.settings.register_profile("house", deadline=None, print_blob=True)
hypothesis.settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=[*KINDS, "both"], default=os.environ.get("DATABASE", "sqlite"))


def pytest_configure(config: pytest.Config) -> None:
    """One PostgreSQL server serves all processes of a run: the first starts it, the others inherit its address."""
    if config.getoption("--database") != "sqlite" and not hasattr(config, "workerinput"):
        running = ExitStack()
        os.environ["TEST_DATABASE_URL"] = running.enter_context(postgresql_server())
        config.add_cleanup(running.close)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What needs a database runs once on each that was asked for; the rest runs once. Journeys, and what is marked
    `any_database`, look at what no database decides: SQLite only."""
    if "database" in metafunc.fixturenames:
        asked = metafunc.config.getoption("--database")
        journey = Path(__file__).parent / "journeys" in Path(metafunc.definition.path).parents
        one = journey or metafunc.definition.get_closest_marker("any_database") is not None
        kinds = [kind for kind in KINDS if asked in (kind, "both") and not (one and kind != "sqlite")]
        metafunc.parametrize("database", kinds, indirect=True, scope="session")


@pytest.fixture(autouse=True, scope="session")
def only_this_machine() -> Iterator[None]:
    """No test talks to another machine, whatever a setting says."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        local = self.family == socket.AF_UNIX or address[0] in {"127.0.0.1", "::1", "localhost"}
        assert local, f"a test tried to reach {address}"
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What differs from production in every test: nothing that decides anything."""
    folder = tmp_path_factory.mktemp("instance")
    return {
        "TESTING": True,
        "SECRET_KEY": SECRET_KEY,
        "FILES": str(folder / "files"),
        "QUEUE": str(folder / "queue.db"),
        "SQLITE_SYNCHRONOUS": "off",
        "ARGON2": (8, 1, 1),
        "SMTP_URL": "",
        "CONTENT_URL": "https://contents.test",
    }


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """The kind of database this test runs on."""
    if request.param == "sqlite":
        return SQLite(tmp_path_factory.mktemp("sqlite"))
    return PostgreSQL(os.environ["TEST_DATABASE_URL"])


@pytest.fixture(scope="session")
def template(database: Databases, settings: dict[str, Any]) -> Iterator[str]:
    """A database the migrations have just made, to copy from; nobody has it open."""
    url = database.new()
    app = create_app(**settings, SQLALCHEMY_DATABASE_URI=url)
    with app.app_context():
        if any((ROOT / "migrations" / "versions").glob("*.py")):
            upgrade(str(ROOT / "migrations"))
        else:
            db.create_all()
        db.engine.dispose()
    yield url
    database.drop(url)


@pytest.fixture(scope="session")
def app(database: Databases, template: str, settings: dict[str, Any]) -> Iterator[Flask]:
    """The application on an empty database, one for all tests: each undoes what it did."""
    url = database.new(template)
    app = create_app(**settings, SQLALCHEMY_DATABASE_URI=url)
    app.test_client_class = StrictClient
    yield app
    with app.app_context():
        db.engine.dispose()
    database.drop(url)


@pytest.fixture(autouse=True)
def one_transaction(request: pytest.FixtureRequest) -> Iterator[Connection | None]:
    """One real transaction a test, undone at its end; the application's own commits become savepoints in it."""
    if "app" not in request.fixturenames:
        yield None
        return
    app: Flask = request.getfixturevalue("app")
    with app.app_context(), db.engine.connect() as connection:
        outer = connection.begin()
        engines = db._app_engines[app]
        db._app_engines[app] = {None: connection}  # type: ignore[dict-item]
        db.session.configure(join_transaction_mode="create_savepoint")
        try:
            yield connection
        finally:
            db.session.remove()
            db.session.session_factory.kw.pop("join_transaction_mode")
            db._app_engines[app] = engines
            outer.rollback()


@pytest.fixture
def session(app: Flask) -> "scoped_session[Any]":
    """The database of this test. What it adds is saved before each request of a client."""
    return db.session


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser nobody has signed in with; it refuses broken pages (tests/pages.py)."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[[Person], FlaskClient]:
    """A function that opens a browser in which this person is signed in, without the page and the password."""

    def open_browser(person: Person) -> FlaskClient:
        db.session.commit()
        browser = app.test_client()
        with browser.session_transaction() as visit:
            visit["_user_id"], visit["_fresh"] = person.get_id(), True
        return browser

    return open_browser


@pytest.fixture
def count_queries(one_transaction: Connection) -> Iterator[list[str]]:
    """The statements sent to the database so far; `clear()` it before what is counted."""
    seen: list[str] = []

    def note(_connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if "SAVEPOINT" not in statement:
            seen.append(statement)

    event.listen(one_transaction.engine, "before_cursor_execute", note)
    yield seen
    event.remove(one_transaction.engine, "before_cursor_execute", note)


@pytest.fixture
def now() -> datetime:
    """The morning of the day the demonstration starts."""
    return datetime(2024, 10, 8, 8, 0, tzinfo=UTC)


@pytest.fixture
def fresh_database(database: Databases, template: str) -> Iterator[Callable[[], str]]:
    """A function that makes a new migrated database and returns its URL: for several processes, and for commands."""
    made: list[str] = []

    def make() -> str:
        made.append(database.new(template))
        return made[-1]

    yield make
    for url in made:
        database.drop(url)


@pytest.fixture
def lms(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the `lms` command as people do: `lms("run-due", "--at", "2025-05-01T09:00", database=url)`.

    Other keywords are settings: `demo=1` is LMS_DEMO=1.
    """

    def run(*arguments: str, database: str, **settings: object) -> subprocess.CompletedProcess[str]:
        environment = {
            "LMS_DATABASE_URL": database,
            "LMS_SECRET_KEY": SECRET_KEY,
            "LMS_FILES": str(tmp_path / "files"),
            "LMS_QUEUE": str(tmp_path / "queue.db"),
            "LMS_SQLITE_SYNCHRONOUS": "off",
            **{f"LMS_{name.upper()}": str(value) for name, value in settings.items()},
        }
        command = [str(Path(sys.executable).with_name("lms")), *arguments]
        return subprocess.run(
            command, env=os.environ | environment, cwd=ROOT, text=True, capture_output=True, timeout=900
        )

    return run
