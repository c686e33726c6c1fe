"""Assurance and challenge events: evidence by a deadline, a judgement for each action."""

from flask import Blueprint, Flask

blueprint = Blueprint("assurance", __name__)


def init_app(app: Flask) -> None:
    """Register the pages, the room, the reminders and the checks."""
    from evaluation.assurance import agency_views, checks, operations, outcome_views, queries, views  # noqa: F401
    from evaluation.improvement import sections
    from lms import hooks, jobs, verify
    from lms.permissions import Permission

    app.register_blueprint(blueprint)
    sections.add(
        sections.Section(
            "Assurance events",
            "assurance.index",
            Permission.IMPROVEMENT_VIEW,
            60,
            "Agencies show what they did about actions, and a panel says what it found.",
        )
    )
    page = hooks.NavigationItem("Evidence asked of us", "assurance.own", Permission.AGENCY_ANSWER, 20)
    if page not in hooks.agency_pages:
        hooks.agency_pages.append(page)
    if queries.sentences_of not in hooks.learning_panels:
        hooks.learning_panels.append(queries.sentences_of)
    reminding = jobs.Job("assurance: reminders", queries.next_to_remind, operations.remind)
    if reminding not in jobs.jobs:
        jobs.jobs.append(reminding)
    for name, check in checks.CHECKS:
        verify.add(name, check)
