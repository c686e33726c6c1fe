"""Several leads name people for the same kept places at once, from several processes, through the whole application.

Its own module, because a spawned process imports what it runs.
"""

import threading
from collections.abc import Sequence
from multiprocessing.queues import Queue
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from lms.accounts.models import Person
from lms.app import create_app
from lms.catalogue.models import CourseSession
from lms.db import db
from tests.race import PATIENCE, one_more, wait_for

#: Who sends what: the id of the person who is signed in, the address, the fields.
Send = tuple[int, str, dict[str, Any]]


def let_go_of_the_lock(looked: "Synchronized[int]", everybody: int) -> None:
    """The control: everybody finds enough places left before the first of them takes one."""
    from lms.teams import operations, rules

    def unlocked(session_id: int) -> CourseSession:
        return db.session.get_one(CourseSession, session_id)

    check = rules.check_enough

    def let_go(reservation: Any, people: int) -> None:
        check(reservation, people)
        db.session.commit()
        one_more(looked)
        wait_for(looked, everybody, PATIENCE)
        db.session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})

    operations.lock_session = unlocked
    rules.check_enough = let_go


def _browser(app: Flask, person_id: int) -> FlaskClient:
    with app.app_context():
        browser = app.test_client()
        with browser.session_transaction() as visit:
            visit["_user_id"], visit["_fresh"] = db.session.get_one(Person, person_id).get_id(), True
    return browser


def send_all(
    settings: dict[str, Any],
    sends: Sequence[Send],
    threads: int,
    guarded: bool,
    start: Barrier,
    answers: "Queue[int | str]",
    looked: "Synchronized[int]",
    everybody: int,
) -> None:
    """One process: its threads send all these, beginning together with the other processes."""
    app = create_app(**settings)
    if not guarded:
        let_go_of_the_lock(looked, everybody)
    browsers = [(_browser(app, person_id), address, fields) for person_id, address, fields in sends]
    start.wait(120)

    def run(mine: Sequence[tuple[FlaskClient, str, dict[str, Any]]]) -> None:
        for browser, address, fields in mine:
            try:
                answers.put(browser.post(address, data=fields).status_code)
            except Exception as fault:
                answers.put(f"{type(fault).__name__}: {fault}")

    sending = [threading.Thread(target=run, args=(browsers[number::threads],)) for number in range(threads)]
    for thread in sending:
        thread.start()
    for thread in sending:
        thread.join()
    with app.app_context():
        db.engine.dispose()
