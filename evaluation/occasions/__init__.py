"""Surveys that belong to no session: of a practice review, a week, a resource, the bulletin, a forum."""

from flask import Blueprint, Flask

blueprint = Blueprint("occasions", __name__)


def init_app(app: Flask) -> None:
    """Register pages, jobs and checks."""
    app.register_blueprint(blueprint)
