"""Places on sessions: booking, waiting, cancelling."""

from flask import Blueprint, Flask

blueprint = Blueprint("bookings", __name__)


def init_app(app: Flask) -> None:
    """Let `lms verify` check places and their letters."""
    from lms import verify
    from lms.bookings import checks

    verify.add("letters of bookings", checks.letters)
    verify.add("capacity", checks.capacity)
    verify.add("waiting lists", checks.waiting_lists)
