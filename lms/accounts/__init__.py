"""People: who they are, which roles they hold, how they sign in."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)

from lms.accounts import views  # noqa: E402, F401
