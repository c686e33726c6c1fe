"""What the answers of a course say: who answered, what changed, and nothing small that could be worked out."""

from flask import Blueprint, Flask

blueprint = Blueprint("results", __name__)


def init_app(app: Flask) -> None:
    """Register pages, jobs and checks."""
    app.register_blueprint(blueprint)
