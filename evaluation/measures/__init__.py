"""Key impact measures: series, audits, evaluations."""

from flask import Blueprint, Flask

blueprint = Blueprint("measures", __name__)


def init_app(app: Flask) -> None:
    """Register the pages."""
    from evaluation.measures import models, views  # noqa: F401

    app.register_blueprint(blueprint)
