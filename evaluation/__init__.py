"""What difference it made: surveys, the action log, key impact measures, the thread. Depends on lms, never the other way."""

from importlib import import_module
from importlib.util import find_spec

from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Mapper

#: Every feature, in the order in which it is plugged in.
FEATURES = (
    "question_sets",
    "surveys",
    "plans",
    "paper",
    "occasions",
    "comments",
    "results",
    "recommendations",
    "actions",
    "offers",
    "measures",
    "improvement",
    "impact",
    "governance",
    "training_needs",
    "assurance",
    "delivery_plan",
    "scrutiny",
    "costs",
    "impact_reports",
)


@event.listens_for(Mapper, "before_configured")
def know_every_table() -> None:
    """Tables of the log name each other across features: whoever needs one knows all, in whatever order they are imported."""
    for feature in FEATURES:
        if find_spec(f"evaluation.{feature}.models"):
            import_module(f"evaluation.{feature}.models")


def init_app(app: Flask) -> None:
    """Plug evaluation into the application."""
    for feature in FEATURES:
        import_module(f"evaluation.{feature}").init_app(app)
