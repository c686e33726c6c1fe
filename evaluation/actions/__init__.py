"""The action log: what is done about a recommendation, by whom, until when, and what shows its effect."""

from flask import Blueprint, Flask

blueprint = Blueprint("actions", __name__)


def init_app(app: Flask) -> None:
    """Register the pages."""
    from evaluation.actions import models, views  # noqa: F401

    app.register_blueprint(blueprint)
