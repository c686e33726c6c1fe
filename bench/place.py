"""Where a run measures: databases made by the real migrations and loaded once, then copied for each case."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from bench import data
from bench.processes import LMS, SECRET_KEY, environment, run
from lms.app import create_app
from lms.db import db, writing
from tests.databases import Databases, PostgreSQL, SQLite, postgresql_server

KINDS = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Effort:
    """How much is measured: seconds and counts. Quick says only that everything still runs."""

    quick: bool
    warm_up: float
    rounds: int
    seconds: float
    connections: int
    #: Numbers of single answers, and of whole submissions on top.
    answers: tuple[int, ...]
    submissions: int
    #: Numbers of single answers a course's report is worked out from.
    reports: tuple[int, ...]
    repeats: int


FULL = Effort(
    False,
    warm_up=3,
    rounds=5,
    seconds=4,
    connections=16,
    answers=(200, 2_000, 20_000),
    submissions=20_000,
    reports=(20_000, 1_000_000),
    repeats=7,
)
QUICK = Effort(
    True,
    warm_up=0.3,
    rounds=2,
    seconds=0.4,
    connections=4,
    answers=(2_000, 4_000),
    submissions=0,
    reports=(2_000,),
    repeats=2,
)


@dataclass(frozen=True)
class Place:
    """One kind of database with a loaded one to copy from."""

    kind: str
    databases: Databases
    loaded: str
    folder: Path
    effort: Effort

    @contextmanager
    def copy(self) -> Iterator[str]:
        """The URL of a copy for one case."""
        url = self.databases.new(self.loaded)
        yield url
        self.databases.drop(url)


@contextmanager
def application(url: str, folder: Path, *, demo: bool) -> Iterator[Flask]:
    """The application in this process, inside its context, on a database."""
    app = create_app(
        SECRET_KEY=SECRET_KEY,
        SQLALCHEMY_DATABASE_URI=url,
        DEMO=demo,
        PUBLIC_URL="http://127.0.0.1",
        SMTP_URL="",
        FILES=str(folder / "files"),
        QUEUE=str(folder / "queue.db"),
    )
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@contextmanager
def places(kinds: tuple[str, ...], folder: Path, effort: Effort) -> Iterator[list[Place]]:
    """Every kind asked for, loaded; PostgreSQL runs as long as the block does."""
    with ExitStack() as running:
        made: list[Databases] = []
        if "sqlite" in kinds:
            made.append(SQLite(folder))
        if "postgresql" in kinds:
            made.append(PostgreSQL(running.enter_context(postgresql_server())))
        with ThreadPoolExecutor() as together:
            loaded = list(together.map(lambda one: _load(one, folder, effort), made))
        if effort.quick:
            for url in loaded:
                with application(url, folder, demo=True), writing():
                    data.load_without_history()
        yield [Place(one.kind, one, url, folder, effort) for one, url in zip(made, loaded, strict=True)]


def _load(databases: Databases, folder: Path, effort: Effort) -> str:
    """A migrated database; with the whole demonstration of Wakefield unless it must be quick."""
    url = databases.new()
    env = environment(url, folder, demo=1, sqlite_synchronous="off")
    run(LMS, "db", "upgrade", env=env)
    if not effort.quick:
        run(LMS, "demo", "wakefield", env=env)
    return url


def say(words: str) -> None:
    """Tell whoever waits what is being done; figures alone go to stdout."""
    print(words, file=sys.stderr, flush=True)
