"""The table of contents: everything the application is made of, in the order it is put together."""

from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask
from flask_wtf import CSRFProtect
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter

from lms import assets, dates, db, errorpages, files, headers, health, navigation, permissions, verify

ROOT = Path(__file__).parent.parent

#: The features of lms that have pages.
FEATURES = (
    "accounts",
    "home",
    "catalogue",
    "courses",
    "bookings",
    "approvals",
    "learning",
    "teams",
    "demand",
    "programme",
    "participants",
    "closures",
    "groups",
    "charges",
    "swaps",
    "needs",
    "attendance",
    "absences",
    "checkin",
    "offline",
    "meetings",
    "certificates",
    "people",
    "due",
    "coverage",
    "schools",
    "elearning",
    "letters",
    "pages",
    "feed",
    "reminders",
)

#: Those that have tables and no page of their own yet.
TABLES = ("activity", "bulletin", "resources")


def create_app(**overrides: Any) -> Flask:
    """Make the application. `overrides` replace settings of config.py (tests, commands)."""
    app = Flask(
        "lms", root_path=str(ROOT / "lms"), template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static")
    )
    app.config.from_object("config.Config")
    app.config.update(overrides)
    _check(app)

    app.url_map.converters |= {"default": PartOfAddress, "int": RowNumber}
    headers.init_app(app)
    db.init_app(app)
    dates.init_app(app)
    assets.init_app(app)
    errorpages.init_app(app)
    navigation.init_app(app)
    from lms.accounts import sessions

    sessions.init_app(app)
    app.before_request(permissions.enforce)
    app.before_request(db.begin_request)
    CSRFProtect(app)
    app.after_request(db.finish_request)
    app.after_request(sessions.keep_along)  # the last added runs first

    permissions.public(app.view_functions["static"])
    health.init_app(app)
    verify.add("files", files.problems)
    for feature in TABLES:
        import_module(f"lms.{feature}.models")
    for feature in FEATURES:
        package = import_module(f"lms.{feature}")
        # Here and not in the feature, so that one feature reads another's tables without importing its pages.
        import_module(f"lms.{feature}.views")
        app.register_blueprint(package.blueprint)
        if hasattr(package, "init_app"):
            package.init_app(app)

    import evaluation  # the one place where lms knows that evaluation exists

    evaluation.init_app(app)
    if app.config["DEMO"]:
        import demo

        demo.init_app(app)
    return app


class PartOfAddress(UnicodeConverter):
    """A part of an address: any text but one with NUL in it, which PostgreSQL refuses and which nothing is named."""

    def __init__(self, map: Map) -> None:  # noqa: A002 (werkzeug's name)
        super().__init__(map)
        self.regex = "[^/\\x00]+"


class RowNumber(IntegerConverter):
    """The number of a row: none larger than a column of the database holds."""

    def __init__(self, map: Map) -> None:  # noqa: A002 (werkzeug's name)
        super().__init__(map, max=2**31 - 1)


def _check(app: Flask) -> None:
    """Refuse to start in a way that would be unsafe."""
    if len(app.config["SECRET_KEY"]) < 32:
        raise RuntimeError("Set LMS_SECRET_KEY to at least 32 random characters.")
