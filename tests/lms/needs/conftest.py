"""The clock of the tests of bookings; and after each test `lms verify` finds nothing wrong."""

from tests.lms.bookings.conftest import _nothing_is_wrong, broken_on_purpose, clock

__all__ = ["_nothing_is_wrong", "broken_on_purpose", "clock"]
