"""The database handle, the model base, the only commit, and how SQLite and PostgreSQL are made to behave alike."""

import enum
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, request
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, DateTime, Dialect, Engine, Enum, MetaData, TypeDecorator, event
from sqlalchemy.orm import DeclarativeBase, Session, registry

from lms.errors import RuleBroken

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: aware UTC in, aware UTC out, on both databases (SQLite would drop the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table. Constraint names are fixed so that migrations can name them on both databases."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={
            datetime: UTCDateTime(),
            enum.StrEnum: Enum(
                enum.Enum,
                native_enum=False,
                length=40,
                create_constraint=True,
                validate_strings=True,
                values_callable=lambda members: [member.value for member in members],
            ),
        },
    )


#: Where the migrations lie, from wherever a command is called.
MIGRATIONS = str(Path(__file__).parents[1] / "migrations")

db = SQLAlchemy(model_class=Base)
migrate = Migrate()


def random_reference() -> str:
    """A public name nobody can guess (96 bits), for people's bookings, letters and files."""
    return secrets.token_urlsafe(12)


def _install_sqlite(engine: Engine, synchronous: str) -> None:
    """Reads begin DEFERRED; what will write begins IMMEDIATE, because a read snapshot cannot be upgraded safely."""

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", f"synchronous={synchronous}", "busy_timeout=10000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        # What is deleted (answers moved on, reminders of a closed wave) is overwritten, not only unlinked.
        connection.execute("PRAGMA secure_delete=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('sqlite_begin', 'DEFERRED')}")


def begin_writing() -> None:
    """End any read and begin the transaction that will write; on SQLite nobody else writes until it ends.

    What was read before is forgotten: read again what you decide on.
    """
    db.session.rollback()
    db.session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})


@contextmanager
def writing() -> Iterator[None]:
    """One unit of work outside a request (commands, jobs): all of it is kept, or nothing."""
    begin_writing()
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


@contextmanager
def side_record() -> Iterator[Session]:
    """A short transaction of its own, kept whatever becomes of the request. What may use it is listed in docs/architecture.md.

    Only before `begin_writing` in a @slow view, or after the request's own transaction has ended: like `begin_writing` it ends
    what the request has read so far, and what it has written would be lost.
    """
    db.session.rollback()
    with Session(db.engine, join_transaction_mode="create_savepoint") as own:
        own.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
        yield own
        own.commit()


@contextmanager
def apart() -> Iterator[None]:
    """Try something in a savepoint. Where a rule says no, only this is undone: the caller shows the sentence, and the rest of
    the request is kept all the same."""
    broken_before = getattr(g, "rule_broken", False)
    try:
        with db.session.begin_nested():
            yield
    except RuleBroken:
        g.rule_broken = broken_before
        raise


def afterwards(work: Callable[[], None]) -> None:
    """Do this once the request has been kept, in a transaction of its own; never if the request leaves no trace.

    For the one thing that must not share a transaction with another: that somebody answered, and what was answered. If the
    machine stops in between, `work` is not done; whoever asks for it says how it is made good (evaluation/surveys/answers.py).
    """
    g.setdefault("afterwards", []).append(work)


def then(call: Callable[[], None]) -> None:
    """Call this once the request has been kept, outside any transaction; the same call is made once however often asked for."""
    calls: list[Callable[[], None]] = g.setdefault("then", [])
    if call not in calls:
        calls.append(call)


def begin_request() -> None:
    """Every request that may write holds the write lock from its first statement; no view can forget it.

    Sign-in is the exception (`@permissions.slow`): it hashes a password first and begins writing itself.
    """
    if request.method not in SAFE_METHODS and not getattr(g, "slow_view", False):
        begin_writing()


def ended_well(response: Response) -> bool:
    """Is this request to be kept: a redirect, or a JSON 2xx, after a method that writes, and no rule was broken?"""
    kept = response.status_code // 100 == 3 or (
        response.status_code // 100 == 2 and response.mimetype == "application/json"
    )
    return request.method not in SAFE_METHODS and kept and not getattr(g, "rule_broken", False)


def finish_request(response: Response) -> Response:
    """Keep a request that ended well. Anything else leaves no trace."""
    g.kept = False
    if ended_well(response):
        db.session.commit()
        g.kept = True
        for work in g.pop("afterwards", []):
            try:
                with writing():
                    work()
            except Exception:
                # What the request did is kept and said so; only what was to follow is missing.
                current_app.logger.exception("What was to follow %s failed", request.endpoint)
        for call in g.pop("then", []):
            call()
    else:
        db.session.rollback()
    return response


def _render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Migrations name plain types, so that they never import the application."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def init_app(app: Flask) -> None:
    """Connect the application to its database."""
    db.init_app(app)
    migrate.init_app(app, db, directory=MIGRATIONS, render_as_batch=True, render_item=_render_item, compare_type=True)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _install_sqlite(db.engine, app.config["SQLITE_SYNCHRONOUS"])
