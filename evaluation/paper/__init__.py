"""Answers on paper: printed for the room, and typed in by an officer into the same waves as those that come by link."""

from flask import Blueprint, Flask

blueprint = Blueprint("paper", __name__)


def init_app(app: Flask) -> None:
    """Register the pages."""
    from evaluation.paper import views  # noqa: F401

    app.register_blueprint(blueprint)
