"""Assurance and challenge events: evidence by a deadline, a judgement for each action."""

from flask import Blueprint, Flask

blueprint = Blueprint("assurance", __name__)


def init_app(app: Flask) -> None:
    """Register the pages."""
    from evaluation.assurance import models, views  # noqa: F401

    app.register_blueprint(blueprint)
