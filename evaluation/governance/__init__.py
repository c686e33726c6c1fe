"""Groups of the partnership: their members, meetings and decisions, and the board pack."""

from flask import Blueprint, Flask

blueprint = Blueprint("governance", __name__)


def init_app(app: Flask) -> None:
    """Register the pages."""
    from evaluation.governance import models, views  # noqa: F401

    app.register_blueprint(blueprint)
