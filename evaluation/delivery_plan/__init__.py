"""The delivery plan: priorities, actions, progress, deep dives, the highlight report."""

from flask import Blueprint, Flask

blueprint = Blueprint("delivery_plan", __name__)


def init_app(app: Flask) -> None:
    """Register the pages."""
    from evaluation.delivery_plan import models, views  # noqa: F401

    app.register_blueprint(blueprint)
