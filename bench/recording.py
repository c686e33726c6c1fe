"""What a page asks its database: recorded once, and asked again by the bare driver. That is the floor under the page."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, event, make_url

Fetch = Callable[[str, Any], list[Any]]


@dataclass(frozen=True)
class Question:
    """One statement as the driver gets it, with its parameters."""

    statement: str
    parameters: Any


@contextmanager
def recorded(engine: Engine) -> Iterator[list[Question]]:
    """The statements sent to a database while the block runs, in order."""
    seen: list[Question] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        seen.append(Question(statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def reads(questions: list[Question]) -> list[Question]:
    """What was read. ValueError if the page also wrote: then asking again would not be the same."""
    asked = [one for one in questions if not one.statement.startswith(("BEGIN", "ROLLBACK"))]
    if writing := [one.statement for one in asked if not one.statement.lstrip("( ").startswith(("SELECT", "WITH"))]:
        raise ValueError(f"The page does not only read: {writing[0]}")
    return asked


@contextmanager
def driver(url: str) -> Iterator[Fetch]:
    """The bare driver of a database: a function that fetches every row of one statement, none where it has none."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        import sqlite3

        file = sqlite3.connect(address.database or "", isolation_level=None, check_same_thread=False)
        with closing(file):
            yield lambda statement, parameters: file.execute(statement, parameters).fetchall()
    else:
        import psycopg

        plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:

            def ask(statement: str, parameters: Any) -> list[Any]:
                cursor = connection.execute(statement, parameters)
                return cursor.fetchall() if cursor.description else []

            yield ask
