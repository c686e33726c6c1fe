"""The same house rules as for the programme: an officer, a clock, the strict check of calendars, and `lms verify` afterwards."""

from tests.lms.programme.conftest import _nothing_is_wrong, clock, invite_is_right, letters, officer

__all__ = ["_nothing_is_wrong", "clock", "invite_is_right", "letters", "officer"]
