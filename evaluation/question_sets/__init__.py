"""Question sets: built on pages, versioned, previewed, translated, and a library to begin from."""

from flask import Blueprint, Flask

blueprint = Blueprint("question_sets", __name__)


def init_app(app: Flask) -> None:
    """Register the pages and what `lms verify` checks."""
    from evaluation.question_sets import (  # noqa: F401
        checks,
        draft_views,
        language_views,
        preview_views,
        question_views,
        views,
    )
    from lms import verify

    app.register_blueprint(blueprint)
    verify.add("question sets", checks.problems)
