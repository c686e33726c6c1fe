"""What difference it made: surveys, the action log, key impact measures, the thread. Depends on lms, never the other way."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Plug evaluation into the application."""
    from evaluation import comments, impact, improvement, occasions, paper, plans, question_sets, results, surveys

    for feature in (question_sets, surveys, plans, paper, occasions, comments, results, improvement, impact):
        feature.init_app(app)
