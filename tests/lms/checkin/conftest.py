"""A room with a trainer and people, a clock to move, and the other clock by which codes change."""

from collections.abc import Callable
from datetime import datetime

import pytest

from lms.checkin import codes
from tests.lms.attendance.conftest import clock, in_the_room, make_room, room
from tests.lms.bookings.conftest import _nothing_is_wrong, broken_on_purpose

__all__ = ["_nothing_is_wrong", "broken_on_purpose", "clock", "in_the_room", "make_room", "room"]


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the time by which codes change; it stands still."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(codes, "clock", lambda: moment)

    return set_to
