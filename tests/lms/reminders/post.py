"""What the tests of this folder call things."""

from collections.abc import Callable
from typing import Any

from lms.bookings.models import Booking

#: The letters before and after a session.
KEYS = (
    "reminder-14", "reminder-5", "reminder-manager", "joining-instructions",
    "attendance-missed", "attendance-missed-manager", "attendance-apology",
)  # fmt: skip
Walk = Callable[..., None]
Post = Callable[..., list[tuple[str, str]]]
Book = Callable[..., Booking]
Reader = Callable[[str], Any]
