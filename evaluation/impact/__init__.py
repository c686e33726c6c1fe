"""impact"""

from flask import Blueprint, Flask

blueprint = Blueprint("impact", __name__)


def init_app(app: Flask) -> None:
    """Register pages, hooks and jobs."""
    from evaluation.impact import models, views  # noqa: F401

    app.register_blueprint(blueprint)
