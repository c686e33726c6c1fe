"""A session that was held, and a worker to call."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from lms import dates
from tests.lms.certificates.scene import Held, hold


@pytest.fixture
def held(app: Flask) -> Held:
    """Amina and Dev were there from beginning to end, Ellie left early, Tomasz did not come; the register is finished, and the
    course gave certificates before that."""
    return hold()


@pytest.fixture
def clock(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], datetime]:
    """Sets the time it is; it stands still."""

    def set_to(moment: datetime) -> datetime:
        monkeypatch.setattr(dates, "now", lambda: moment)
        return moment

    return set_to


@pytest.fixture
def evening(held: Held, clock: Callable[[datetime], datetime]) -> datetime:
    """It is two hours after the session."""
    return clock(held.session.ends_at + timedelta(hours=2))
