"""Impact reports: one report for a session, course, action, recommendation, priority, period or agency."""

from flask import Blueprint, Flask

blueprint = Blueprint("impact_reports", __name__)


def init_app(app: Flask) -> None:
    """Register pages, commands, jobs, checks, the room of the log, and the way to the report of one’s own agency."""
    from evaluation.impact_reports import (  # noqa: F401
        agency_views,
        checks,
        cli,
        drawing,
        officer_views,
        operations,
        queries,
        views,
    )
    from evaluation.improvement import sections
    from evaluation.improvement.sections import Section
    from lms import hooks, jobs, verify
    from lms.jobs import Job
    from lms.permissions import Permission

    app.register_blueprint(blueprint)
    sections.add(
        Section(
            "Impact reports",
            "impact_reports.index",
            Permission.REPORT_VIEW,
            80,
            "What we wanted to change, whom it reached, what changed and what is next: of an action, a course, a period.",
        )
    )
    page = hooks.NavigationItem(
        "What learning reached here", "impact_reports.agency_report", Permission.AGENCY_VIEW, 40
    )
    if page not in hooks.agency_pages:
        hooks.agency_pages.append(page)
    if agency_views.panel_of not in hooks.learning_panels:
        hooks.learning_panels.append(agency_views.panel_of)
    for job in (
        Job("impact reports: letters", queries.next_due, operations.send_due),
        Job("impact reports: PDFs", drawing.next_at, drawing.run, own_transactions=True),
        Job("impact reports: old PDFs", operations.next_removal, operations.remove_old),
    ):
        if job not in jobs.jobs:
            jobs.jobs.append(job)
    for name, check in checks.CHECKS:
        verify.add(name, check)
