"""A clock to move: by itself it stands at 9am on Tuesday 8 October 2024 in London."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from flask import Flask

from lms import dates, jobs
from lms.db import db
from tests.factories import NOW
from tests.lms.bookings import steps

Clock = Callable[[datetime], datetime]


@pytest.fixture
def clock(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Moves the clock to a moment, and lets happen what happens by itself until then."""

    def move_to(moment: datetime) -> datetime:
        db.session.commit()  # jobs begin transactions of their own
        jobs.run_due(moment)
        monkeypatch.setattr(dates, "now", lambda: moment)
        return moment

    monkeypatch.setattr(dates, "now", lambda: NOW)
    return move_to


@pytest.fixture
def broken_on_purpose() -> None:
    """For tests that put wrong rows there themselves."""


@pytest.fixture(autouse=True)
def _nothing_is_wrong(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever people did with places in a test, `lms verify` finds nothing wrong afterwards."""
    asked = {"app", "broken_on_purpose"} & set(request.fixturenames)
    if asked == {"app"}:
        request.getfixturevalue("clock")
    yield
    if asked == {"app"}:
        assert steps.problems() == []
