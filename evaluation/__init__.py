"""What difference it made: surveys, the action log, key impact measures, the thread. Depends on lms, never the other way."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Plug evaluation into the application."""
    from evaluation import impact, improvement, surveys

    surveys.init_app(app)
    improvement.init_app(app)
    impact.init_app(app)
