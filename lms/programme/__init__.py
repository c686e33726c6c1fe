"""Officers make sessions and run them: dates, places, who is told when something changes."""

from flask import Blueprint, Flask

blueprint = Blueprint("programme", __name__)


def init_app(app: Flask) -> None:
    """Lead from a course to its sessions."""
    from lms import hooks
    from lms.programme import queries

    if queries.links not in hooks.course_links:
        hooks.course_links.append(queries.links)
