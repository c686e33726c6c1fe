"""“Put on the register” pressed twice at the same moment, each on a connection of its own: it is done once."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms.accounts.models import Person
from lms.app import create_app
from lms.attendance.models import AttendanceMark
from lms.bookings.models import Booking
from lms.db import db
from lms.meetings import operations
from lms.meetings.models import MeetingReport
from tests.factories import organisation
from tests.lms.meetings.conftest import Online, room
from tests.lms.meetings.looking import Look, upload


@pytest.fixture
def house(fresh_database: Callable[[], str], settings: dict[str, Any]) -> Iterator[Flask]:
    """The application on a database of its own, where each request has its own connection."""
    app = create_app(**settings | {"SQLALCHEMY_DATABASE_URI": fresh_database(), "WTF_CSRF_ENABLED": False})
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def browser_of(app: Flask, one: Person) -> FlaskClient:
    browser = app.test_client()
    with browser.session_transaction() as visit:
        visit["_user_id"], visit["_fresh"] = one.get_id(), True
    return browser


def test_pressed_twice_at_once_it_is_done_once(
    house: Flask, monkeypatch: pytest.MonkeyPatch, report_of: Callable[..., bytes]
) -> None:
    online: Online = room(monkeypatch)
    works = str(organisation("Kirkgate School").id)
    db.session.commit()
    path, trainer = online.path, online.trainer
    ann, zoe = ("Ann Bell", "ann@open-door.example", "09:30", "13:00"), ("Zoe Quill", "", "09:30", "13:00")
    desk = browser_of(house, trainer)
    page = Look(desk, upload(desk, path, report_of(ann, zoe)).location).again("look", **{"who-1": "walk-in"})
    page.fields["works-new-1"] = works
    browsers = [browser_of(house, trainer), browser_of(house, trainer)]
    db.session.remove()

    found = threading.Barrier(2)
    apply = operations.apply

    def both_have_found_it(*given: Any, **more: Any) -> int:
        # On SQLite the second request waits for the first before it looks; elsewhere both have the report before their eyes.
        if db.engine.dialect.name != "sqlite":
            found.wait(30)
        return apply(*given, **more)

    monkeypatch.setattr(operations, "apply", both_have_found_it)
    answers: list[int] = []

    def press(browser: FlaskClient) -> None:
        answers.append(browser.post(page.path, data={**page.fields, "do": "apply"}).status_code)

    threads = [threading.Thread(target=press, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303, 303]
    counts = [
        db.session.scalar(select(func.count()).select_from(table)) for table in (AttendanceMark, Booking, MeetingReport)
    ]
    assert counts == [2, 4, 0]
