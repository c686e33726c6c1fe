"""improvement"""

from flask import Blueprint, Flask

blueprint = Blueprint("improvement", __name__)


def init_app(app: Flask) -> None:
    """Register pages, hooks and jobs."""
    from evaluation.improvement import models, views  # noqa: F401

    app.register_blueprint(blueprint)
