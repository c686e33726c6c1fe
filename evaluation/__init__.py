"""What difference it made: surveys, the action log, key impact measures, the thread. Depends on lms, never the other way."""

from importlib import import_module

from flask import Flask

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


def init_app(app: Flask) -> None:
    """Plug evaluation into the application."""
    for feature in FEATURES:
        import_module(f"evaluation.{feature}").init_app(app)
