"""What an action offers people to learn from, and how many it reached."""

from flask import Blueprint, Flask

blueprint = Blueprint("offers", __name__)


def init_app(app: Flask) -> None:
    """Register the pages."""
    from evaluation.offers import models, views  # noqa: F401

    app.register_blueprint(blueprint)
