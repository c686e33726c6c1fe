"""Registers: who came, in part, sent apologies, did not come, or walked in."""

from flask import Blueprint

blueprint = Blueprint("attendance", __name__)

from lms.attendance import views  # noqa: E402, F401
