"""What the tests of the catalogue share: the day it is, and nobody who knows why a course exists."""

import pytest

from lms import dates, hooks
from tests.factories import NOW


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "now", lambda: NOW)
    monkeypatch.setattr(hooks, "course_panels", [])
