"""The delivery plan: priorities, actions, progress, deep dives, the highlight report."""

from flask import Blueprint, Flask

blueprint = Blueprint("delivery_plan", __name__)


def init_app(app: Flask) -> None:
    """Register the pages, the room, the drawing of reports and the checks."""
    from evaluation.delivery_plan import action_views, checks, drawing, queries, report_views, views  # noqa: F401
    from evaluation.improvement import sections
    from lms import jobs, verify
    from lms.permissions import Permission

    app.register_blueprint(blueprint)
    sections.add(
        sections.Section(
            "Delivery plan",
            "delivery_plan.index",
            Permission.IMPROVEMENT_VIEW,
            50,
            "Priorities and actions of the partnership, how far each has got, and the report to the Executive.",
        )
    )
    drawn = jobs.Job("delivery plan: draw reports", drawing.next_at, drawing.run, own_transactions=True)
    if drawn not in jobs.jobs:
        jobs.jobs.append(drawn)
    for name, check in checks.CHECKS:
        verify.add(name, check)
