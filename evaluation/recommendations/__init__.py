"""Sources of learning and the recommendations they made."""

from flask import Blueprint, Flask

blueprint = Blueprint("recommendations", __name__)


def init_app(app: Flask) -> None:
    """Register the pages, two rooms of the log, and the checks."""
    from evaluation.improvement import sections
    from evaluation.recommendations import checks, models, rules, source_views, views  # noqa: F401
    from lms import verify
    from lms.permissions import Permission

    app.register_blueprint(blueprint)
    app.add_template_global(rules.steps_from, "recommendation_steps")
    sections.add(
        sections.Section(
            "Sources of learning",
            "recommendations.sources",
            Permission.IMPROVEMENT_VIEW,
            10,
            "Reviews, audits, forums, what children said, and what our own surveys found.",
        )
    )
    sections.add(
        sections.Section(
            "Recommendations",
            "recommendations.index",
            Permission.IMPROVEMENT_VIEW,
            20,
            "What should change, which group took it on, and every step it took.",
        )
    )
    for name, check in checks.CHECKS:
        verify.add(name, check)
