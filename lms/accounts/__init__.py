"""People: who they are, which roles they hold, how they sign in."""

from flask import Blueprint, Flask

blueprint = Blueprint("accounts", __name__)


def init_app(app: Flask) -> None:
    """Teach the letters to make the links to choose a password."""
    from lms.accounts import emails

    emails.init_app()
