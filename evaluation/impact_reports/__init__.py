"""Impact reports: one report for a session, course, action, recommendation, priority, period or agency."""

from flask import Blueprint, Flask

blueprint = Blueprint("impact_reports", __name__)


def init_app(app: Flask) -> None:
    """Register the pages."""
    from evaluation.impact_reports import models, views  # noqa: F401

    app.register_blueprint(blueprint)
