"""What the independent scrutineer reads, and the challenges they raise."""

from flask import Blueprint, Flask

blueprint = Blueprint("scrutiny", __name__)


def init_app(app: Flask) -> None:
    """Register the pages."""
    from evaluation.scrutiny import models, views  # noqa: F401

    app.register_blueprint(blueprint)
