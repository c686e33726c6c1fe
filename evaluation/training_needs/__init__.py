"""The training needs analysis, and what is proposed from it."""

from flask import Blueprint, Flask

blueprint = Blueprint("training_needs", __name__)


def init_app(app: Flask) -> None:
    """Register the pages."""
    from evaluation.training_needs import models, views  # noqa: F401

    app.register_blueprint(blueprint)
