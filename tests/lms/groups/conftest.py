"""The same house rules as for the programme: an officer, a clock, and `lms verify` afterwards."""

from tests.lms.programme.conftest import _nothing_is_wrong, clock, letters, officer

__all__ = ["_nothing_is_wrong", "clock", "letters", "officer"]
