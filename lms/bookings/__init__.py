"""Places on sessions: booking, waiting, cancelling."""

from flask import Blueprint

blueprint = Blueprint("bookings", __name__)
