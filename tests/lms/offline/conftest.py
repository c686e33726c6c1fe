"""A room with a trainer and people, and a clock to move; after each test `lms verify` finds nothing wrong."""

from tests.lms.attendance.conftest import clock, in_the_room, make_room, room
from tests.lms.bookings.conftest import _nothing_is_wrong, broken_on_purpose

__all__ = ["_nothing_is_wrong", "broken_on_purpose", "clock", "in_the_room", "make_room", "room"]
