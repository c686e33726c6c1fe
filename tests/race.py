"""Many people, several processes, one session: each sends what they want through the whole application, as a browser would.

Its own module, because a spawned process imports what it runs.
"""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from multiprocessing.queues import Queue
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms import dates
from lms.accounts.models import Person
from lms.app import create_app
from lms.bookings import operations, queries
from lms.bookings.places import Places
from lms.catalogue.models import CourseSession
from lms.db import db, writing
from lms.programme.operations import change_capacity

#: Longest to wait for the others, in seconds.
PATIENCE = 120


@dataclass(frozen=True)
class Send:
    """Somebody sends a form to an address; nobody who is signed in where `person_id` is None."""

    path: str
    person_id: int | None = None
    form: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """An officer says how many places a session has, once so many of all the others have been answered."""

    reference: str
    capacity: int
    after: int


Step = Send | Change


def one_more(looked: "Synchronized[int]") -> int:
    """Say that one more has looked at what there is; how many have by now."""
    with looked.get_lock():
        looked.value += 1
        return looked.value


def wait_for(looked: "Synchronized[int]", enough: int, patience: float) -> None:
    """Wait until so many have looked, or for `patience` seconds when no more come."""
    until = time.monotonic() + patience
    while looked.value < enough and time.monotonic() < until:
        time.sleep(0.001)


def let_go_of_the_lock(looked: "Synchronized[int]") -> None:
    """The control: what was read has changed before it is acted upon, as if there were no lock."""
    look = queries.places_of

    def unlocked(session_id: int) -> CourseSession:
        return db.session.get_one(CourseSession, session_id)

    def look_and_let_go(sessions: Iterable[CourseSession]) -> dict[int, Places]:
        found = look(sessions)
        db.session.commit()
        wait_for(looked, one_more(looked) + 3, 0.2)
        db.session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
        return found

    operations.lock_session = unlocked
    queries.places_of = look_and_let_go


def _browser(app: Flask, person_id: int | None) -> FlaskClient:
    browser = app.test_client()
    if person_id is not None:
        with app.app_context(), browser.session_transaction() as visit:
            visit["_user_id"], visit["_fresh"] = db.session.get_one(Person, person_id).get_id(), True
    return browser


def _change(app: Flask, change: Change) -> int:
    with app.app_context(), writing():
        session = db.session.scalars(select(CourseSession).where(CourseSession.reference == change.reference)).one()
        given = {"capacity": change.capacity, "by": None, "now": dates.now(), "reason": "The room is another one."}
        change_capacity(session=session, **given)
    return 303


def run(
    settings: dict[str, Any],
    steps: Sequence[Step],
    threads: int,
    guarded: bool,
    start: Barrier,
    answers: "Queue[int | str]",
    answered: "Synchronized[int]",
    looked: "Synchronized[int]",
) -> None:
    """One process: its threads take all these steps, beginning together with the other processes."""
    app = create_app(**settings)
    if not guarded:
        let_go_of_the_lock(looked)
    sends = [(step, _browser(app, step.person_id)) for step in steps if isinstance(step, Send)]
    start.wait(PATIENCE)

    def keep(take: Callable[[], int]) -> None:
        try:
            answers.put(take())
        except Exception as fault:
            answers.put(f"{type(fault).__name__}: {fault}")
        with answered.get_lock():
            answered.value += 1

    def send_all(mine: Sequence[tuple[Send, FlaskClient]]) -> None:
        for step, browser in mine:
            keep(lambda step=step, browser=browser: browser.post(step.path, data=step.form).status_code)

    def change(step: Change) -> None:
        until = time.monotonic() + PATIENCE
        while answered.value < step.after and time.monotonic() < until:
            time.sleep(0.001)
        keep(lambda: _change(app, step))

    taking = [threading.Thread(target=send_all, args=(sends[number::threads],)) for number in range(threads)]
    taking += [threading.Thread(target=change, args=(step,)) for step in steps if isinstance(step, Change)]
    for thread in taking:
        thread.start()
    for thread in taking:
        thread.join()
    with app.app_context():
        db.engine.dispose()
