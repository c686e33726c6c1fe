"""People: who they are, which roles they hold, how they sign in."""

from flask import Blueprint, Flask

blueprint = Blueprint("accounts", __name__)


def init_app(app: Flask) -> None:
    """Teach the letters to make the links to choose a password, and take people from files."""
    from lms import imports
    from lms.accounts import emails
    from lms.accounts.imports import KIND

    emails.init_app()
    imports.add(KIND)
