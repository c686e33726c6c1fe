"""What learning cost, beside the budget."""

from flask import Blueprint, Flask

blueprint = Blueprint("costs", __name__)


def init_app(app: Flask) -> None:
    """Register the pages."""
    from evaluation.costs import models, views  # noqa: F401

    app.register_blueprint(blueprint)
