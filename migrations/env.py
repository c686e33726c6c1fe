"""Runs the migrations inside the application, on SQLite and PostgreSQL alike."""

from logging.config import fileConfig

from alembic import context
from flask import current_app

config = context.config
fileConfig(config.config_file_name, disable_existing_loggers=False)
database = current_app.extensions["migrate"].db


def run_migrations_online() -> None:
    """One transaction for everything. On SQLite foreign keys are off meanwhile, because changing a parent table makes it anew
    and dropping the old one would take its children along; they are checked before the commit. The pragma works only outside a
    transaction, so it goes to the raw connection first."""
    settings = current_app.extensions["migrate"].configure_args
    with database.engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            raw = connection.connection.driver_connection
            raw.execute("PRAGMA foreign_keys=OFF")
            connection = connection.execution_options(sqlite_begin="IMMEDIATE")
        context.configure(connection=connection, target_metadata=database.metadata, **settings)
        try:
            with context.begin_transaction():
                context.run_migrations()
                if sqlite:
                    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                    if broken:
                        raise RuntimeError(f"a migration broke foreign keys: {broken[:5]}")
        finally:
            if sqlite:
                connection.rollback()
                raw.execute("PRAGMA foreign_keys=ON")


run_migrations_online()
