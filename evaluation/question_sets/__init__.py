"""Question sets: built on pages, versioned, previewed, translated, and a library to begin from."""

from flask import Blueprint, Flask

blueprint = Blueprint("question_sets", __name__)


def init_app(app: Flask) -> None:
    """Register pages, jobs and checks."""
    app.register_blueprint(blueprint)
