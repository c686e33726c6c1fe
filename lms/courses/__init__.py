"""Officers make and change courses, the levels they are graded by, and the venues they are held in."""

from flask import Blueprint, Flask

blueprint = Blueprint("courses", __name__)


def init_app(app: Flask) -> None:
    """Take courses from files."""
    from lms import imports
    from lms.courses.imports import KIND

    imports.add(KIND)
