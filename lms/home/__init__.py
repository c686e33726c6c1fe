"""The first page of everybody, and the administrator's page about the machinery."""

from flask import Blueprint, Flask

blueprint = Blueprint("home", __name__)


def init_app(app: Flask) -> None:
    """Serve `/` under the name every page links to."""
    from lms.home import views

    app.add_url_rule("/", "accounts.home", views.home)
