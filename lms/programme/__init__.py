"""Officers make sessions and run them: dates, places, who is told when something changes."""

from flask import Blueprint, Flask

blueprint = Blueprint("programme", __name__)


def init_app(app: Flask) -> None:
    """Take sessions from files."""
    from lms import imports
    from lms.programme.imports import KIND

    imports.add(KIND)
