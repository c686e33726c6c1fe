"""Sources of learning and the recommendations they made."""

from flask import Blueprint, Flask

blueprint = Blueprint("recommendations", __name__)


def init_app(app: Flask) -> None:
    """Register the pages."""
    from evaluation.recommendations import models, views  # noqa: F401

    app.register_blueprint(blueprint)
