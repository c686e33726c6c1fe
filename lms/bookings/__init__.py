"""Places on sessions: booking, waiting, cancelling."""

from flask import Blueprint

blueprint = Blueprint("bookings", __name__)

from lms.bookings import views  # noqa: E402, F401
