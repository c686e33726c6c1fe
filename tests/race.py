"""Many people, several processes, one session: each asks for a place through the whole application, as a browser would.

Its own module, because a spawned process imports what it runs.
"""

import threading
import time
from collections.abc import Sequence
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from lms.accounts.models import Person
from lms.app import create_app
from lms.bookings import operations, rules
from lms.bookings.models import BookingStatus
from lms.catalogue.models import CourseSession
from lms.db import db


def let_go_of_the_lock() -> None:
    """The control: what was read may have changed before it is acted upon, as if there were no lock."""

    def unlocked(session_id: int) -> CourseSession:
        return db.session.get_one(CourseSession, session_id)

    def decide_and_let_go(*, capacity: int, taken: int, waiting: int) -> BookingStatus:
        db.session.commit()
        time.sleep(0.005)
        db.session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
        return BookingStatus.BOOKED if taken < capacity and not waiting else BookingStatus.WAITING

    operations.lock_session = unlocked
    rules.status_for = decide_and_let_go


def _browser(app: Flask, person_id: int) -> FlaskClient:
    with app.app_context():
        browser = app.test_client()
        with browser.session_transaction() as visit:
            visit["_user_id"], visit["_fresh"] = db.session.get_one(Person, person_id).get_id(), True
    return browser


def ask(
    settings: dict[str, Any],
    reference: str,
    people: Sequence[int],
    threads: int,
    guarded: bool,
    start: Barrier,
    answers: "Queue[int | str]",
) -> None:
    """One process: its threads ask for all these people, beginning together with the other processes."""
    app = create_app(**settings)
    if not guarded:
        let_go_of_the_lock()
    browsers = [_browser(app, person_id) for person_id in people]
    start.wait(120)

    def run(mine: Sequence[FlaskClient]) -> None:
        for browser in mine:
            try:
                answers.put(browser.post(f"/sessions/{reference}/book").status_code)
            except Exception as fault:
                answers.put(f"{type(fault).__name__}: {fault}")

    asking = [threading.Thread(target=run, args=(browsers[number::threads],)) for number in range(threads)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    with app.app_context():
        db.engine.dispose()
