"""`/health`: is the service well? For whoever watches it from outside: a load balancer, a script, a person with curl."""

from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from lms.db import db
from lms.permissions import public

MIGRATIONS = Path(__file__).parent.parent / "migrations"


@cache
def _wanted() -> frozenset[str]:
    """The newest migrations this code brings; they change only with the code."""
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    return frozenset(ScriptDirectory.from_config(settings).get_heads())


def migrations_current() -> bool:
    """Has the database every migration this code brings?"""
    return set(MigrationContext.configure(db.session.connection()).get_current_heads()) == _wanted()


@public
def health() -> ResponseReturnValue:
    """200 when pages can be served; 503 with what is missing when they cannot. It names nobody and nothing."""
    try:
        db.session.execute(text("SELECT 1"))
        current = migrations_current()
        reachable = True
    except SQLAlchemyError:
        db.session.rollback()
        reachable = current = False
    well = reachable and current
    answer = jsonify(
        status="ok" if well else "unavailable",
        database=reachable,
        migrations_current=current,
        demo=bool(current_app.config["DEMO"]),
    )
    return answer, 200 if well else 503, {"Cache-Control": "no-store"}


def init_app(app: Flask) -> None:
    """Answer at /health."""
    app.add_url_rule("/health", "health", health)
