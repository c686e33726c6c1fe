"""What people wrote in their own words: looked at before anybody reads it, coded, counted, quoted with consent."""

from flask import Blueprint, Flask

blueprint = Blueprint("comments", __name__)


def init_app(app: Flask) -> None:
    """Register pages, jobs and checks."""
    app.register_blueprint(blueprint)
