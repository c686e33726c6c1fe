"""The training needs analysis, what is proposed from it, and the yearly returns of agencies and schools."""

from flask import Blueprint, Flask

blueprint = Blueprint("training_needs", __name__)


def init_app(app: Flask) -> None:
    """Register pages, the room, the reminders and the checks."""
    from evaluation.improvement.sections import Section, add
    from evaluation.training_needs import checks, models, operations, return_views, returns, views  # noqa: F401
    from lms import hooks, jobs, verify
    from lms.jobs import Job
    from lms.permissions import Permission

    app.register_blueprint(blueprint)
    add(
        Section(
            "Training needs",
            "training_needs.index",
            Permission.IMPROVEMENT_VIEW,
            50,
            "What people need to learn, from recommendations, audits, what is due, interest and returns; and what is proposed.",
        )
    )
    reminders = Job("training returns: reminders", returns.next_reminder, operations.remind)
    if reminders not in jobs.jobs:
        jobs.jobs.append(reminders)
    page = hooks.NavigationItem("Training returns", "training_needs.own_returns", Permission.AGENCY_ANSWER, 10)
    if page not in hooks.agency_pages:
        hooks.agency_pages.append(page)
    if returns.sentences_of not in hooks.learning_panels:
        hooks.learning_panels.append(returns.sentences_of)
    for name, check in checks.CHECKS:
        verify.add(name, check)
