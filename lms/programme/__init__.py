"""Officers make sessions and run them: dates, places, who is told when something changes."""

from flask import Blueprint, Flask

blueprint = Blueprint("programme", __name__)


def init_app(app: Flask) -> None:
    """Lead from a course to its sessions, and take sessions from files."""
    from lms import hooks, imports
    from lms.programme import queries
    from lms.programme.imports import KIND

    imports.add(KIND)
    if queries.links not in hooks.course_links:
        hooks.course_links.append(queries.links)
