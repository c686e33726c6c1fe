"""Booking a place: bookings a second through the whole application, beside (i) a bare Flask view that sends the same statements
through SQLAlchemy Core in the same transactions, and (ii) all of them in one locked transaction through the bare driver.

A booking first reads who asks and lets that go, then begins the transaction that writes, with a savepoint around the new row. So
does the Core view, and it answers with a redirect; how many statements both send is counted and is a case of its own. It does
nothing else: nobody is known by a cookie, nothing is decided, no letter is worded.

One person after the other, all three in the same process and in alternate rounds: what is compared is the work of one booking.
The race of many people at once is a test (tests/test_last_seat.py), because there the answer matters and not the speed.
"""

import re
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from flask import Flask, redirect
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection, Engine, Executable, event

from bench import data
from bench.measured import Case, case
from bench.place import Place, application
from bench.recording import Question, driver, recorded
from lms.accounts.models import Person
from lms.db import db, writing

Result = TypeVar("Result")

ADDRESS = "http://127.0.0.1"
#: What must be new in every booking, by table: the columns whose values nobody else may have.
NEW = {"booking": {"reference"}, "letter": {"reference", "message_id", "dedupe"}}
INSERT = re.compile(r"INSERT INTO (\w+) \(([^)]*)\)")


def measure(place: Place) -> Iterator[Case]:
    """The product beside both floors, on one database with one session that has room for all."""
    each, rounds = (20, 2) if place.effort.quick else (150, 5)
    with place.copy() as url, application(url, place.folder, demo=True) as app:
        app.config["WTF_CSRF_ENABLED"] = False
        with writing():
            reference, people = data.add_bookers(each * rounds * 3 + 2)
        browsers = [_browser(app, person) for person in people]
        with recorded(db.engine) as questions, built(db.engine) as elements:
            _alone(partial(_book, browsers.pop(), reference))
        del browsers[-1]
        template = _transaction(questions)
        waiting, speeds = people[:-2], []
        core = _core_view(db.engine, elements, place.kind).test_client()
        with recorded(db.engine) as of_core:
            _post(core, people[-2])
        with driver(url) as ask:
            for _ in range(rounds):
                mine = [waiting.pop() for _ in range(each * 3)]
                opened = [browsers.pop() for _ in range(each * 3)][:each]
                speeds.append(
                    (
                        _alone(partial(_speed, [partial(_book, one, reference) for one in opened])),
                        _speed([partial(_post, core, one) for one in mine[each : 2 * each]]),
                        _speed([partial(_raw, ask, template, one, place.kind) for one in mine[2 * each :]]),
                    )
                )
        _check(reference, people)
    product = [one for one, _, _ in speeds]
    yield case("booking, beside Core", place.kind, "bookings/s", product, [one for _, one, _ in speeds])
    yield case("booking, beside SQL", place.kind, "bookings/s", product, [one for _, _, one in speeds])
    yield case("booking, statements", place.kind, "statements", [len(questions)], [len(of_core)])


def _browser(app: Flask, person_id: int) -> FlaskClient:
    browser = app.test_client()
    with browser.session_transaction(base_url=ADDRESS) as visit:
        visit["_user_id"], visit["_fresh"] = db.session.get_one(Person, person_id).get_id(), True
    return browser


def _book(browser: FlaskClient, reference: str) -> None:
    answer = browser.post(f"/sessions/{reference}/book", base_url=ADDRESS)
    if answer.status_code != 303 or "/bookings/" not in answer.headers["Location"]:
        raise ValueError(f"A booking was answered with {answer.status_code}.")


def _post(core: FlaskClient, person_id: int) -> None:
    if core.post(f"/{person_id}").status_code != 303:
        raise ValueError("The floor did not book.")


def _transaction(questions: Sequence[Question]) -> list[Question]:
    """The statements of one booking, without those that begin and end transactions."""
    found = [
        one
        for one in questions
        if not one.statement.upper().startswith(("BEGIN", "ROLLBACK", "COMMIT", "SAVEPOINT", "RELEASE"))
    ]
    tables = {match[1] for one in found if (match := INSERT.match(one.statement))}
    if not {"booking", "letter", "activity"} <= tables:
        raise ValueError(f"A booking wrote only {sorted(tables)}.")
    return found


def _filled(question: Question, person_id: int) -> Any:
    """The parameters of a statement for another booking: new names, and its own person."""
    match = INSERT.match(question.statement)
    if not match or match[1] not in NEW:
        return question.parameters
    columns = [name.strip() for name in match[2].split(",")]
    fresh: dict[str, Any] = {name: secrets.token_urlsafe(12) for name in NEW[match[1]]}
    fresh["person_id"] = person_id
    if isinstance(question.parameters, dict):
        return question.parameters | {name: value for name, value in fresh.items() if name in question.parameters}
    given = dict(zip(columns, question.parameters, strict=True))
    return tuple((given | {name: value for name, value in fresh.items() if name in given}).values())


@dataclass(frozen=True)
class Element:
    """One statement as SQLAlchemy has it before it is compiled, with its parameters."""

    clause: Executable
    parameters: Any


@contextmanager
def built(engine: Engine) -> Iterator[list[list[Element]]]:
    """The statements built while the block runs, savepoints among them, in order: a list for each transaction."""
    seen: list[list[Element]] = []

    def begin(_connection: Any) -> None:
        seen.append([])

    def note(_connection: Any, clause: Any, many: Any, one: Any, _options: Any) -> None:
        seen[-1].append(Element(clause, many or one))

    event.listen(engine, "begin", begin)
    event.listen(engine, "before_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "begin", begin)
        event.remove(engine, "before_execute", note)


def _renewed(element: Element, person_id: int) -> Any:
    """The parameters of a statement for another booking."""
    table = getattr(getattr(element.clause, "table", None), "name", "")
    if not getattr(element.clause, "is_insert", False) or table not in NEW:
        return element.parameters
    fresh: dict[str, Any] = {name: secrets.token_urlsafe(12) for name in NEW[table]} | {"person_id": person_id}
    rows = element.parameters if isinstance(element.parameters, list) else [element.parameters]
    return [dict(row) | fresh for row in rows]


def _core_view(engine: Engine, template: Sequence[Sequence[Element]], kind: str) -> Flask:
    """Bare Flask with one view: the same statements, through SQLAlchemy Core, in the same transactions; the last is locked."""
    app = Flask("floor", static_folder=None)
    *reading, writing = template
    options = {"sqlite_begin": "IMMEDIATE"} if kind == "sqlite" else {}

    def ask(connection: Connection, statements: Sequence[Element], person_id: int) -> None:
        for one in statements:
            result = connection.execute(one.clause, _renewed(one, person_id))
            if result.returns_rows:
                result.fetchall()

    @app.post("/<int:person_id>")
    def book(person_id: int) -> ResponseReturnValue:
        for transaction in reading:
            with engine.connect() as connection:
                ask(connection, transaction, person_id)
        with engine.connect().execution_options(**options) as connection:
            ask(connection, writing, person_id)
            connection.commit()
        return redirect(f"/bookings/{person_id}", 303)

    return app


def _raw(ask: Callable[[str, Any], list[Any]], template: Sequence[Question], person_id: int, kind: str) -> None:
    """The same transaction through the bare driver."""
    ask("BEGIN IMMEDIATE" if kind == "sqlite" else "BEGIN", ())
    for one in template:
        ask(one.statement, _filled(one, person_id))
    ask("COMMIT", ())


def _alone(call: Callable[[], Result]) -> Result:
    """Call this where no application's context is open: each request then has one of its own, as on a server."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(call).result()


def _speed(calls: Sequence[Callable[[], None]]) -> float:
    """So many a second."""
    began = time.perf_counter()
    for call in calls:
        call()
    return len(calls) / (time.perf_counter() - began)


def _check(reference: str, people: Sequence[int]) -> None:
    """All three have really booked: everybody has a place, with a letter."""
    booked, letters = data.booked(reference)
    if not booked == letters == len(people):
        raise ValueError(f"{booked} places and {letters} letters for {len(people)} people.")
