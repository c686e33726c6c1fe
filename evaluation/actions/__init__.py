"""The action log: what is done about a recommendation, by whom, until when, and what shows its effect."""

from flask import Blueprint, Flask

blueprint = Blueprint("actions", __name__)


def init_app(app: Flask) -> None:
    """Register the pages, the job that looks at the clock, the sentences for owners, and the checks."""
    from evaluation.actions import checks, history, models, officer_views, own_views, queries, sentences, views  # noqa: F401
    from evaluation.improvement import sections
    from lms import hooks, jobs, verify
    from lms.jobs import Job
    from lms.permissions import Permission

    app.register_blueprint(blueprint)
    sections.add(
        sections.Section(
            "Action log",
            "actions.index",
            Permission.IMPROVEMENT_VIEW,
            20,
            "What is done about each recommendation, by whom and until when, with its reports, evidence and history.",
        )
    )
    job = Job("actions: what the clock changes", queries.next_at, history.look_at_the_clock)
    if job not in jobs.jobs:
        jobs.jobs.append(job)
    page = hooks.NavigationItem(
        "Actions of the partnership’s log that are ours", "actions.own", Permission.ACTION_REPORT, 30
    )
    if page not in hooks.agency_pages:
        hooks.agency_pages.append(page)
    if sentences.sentences_of not in hooks.learning_panels:
        hooks.learning_panels.append(sentences.sentences_of)
    for name, check in checks.CHECKS:
        verify.add(name, check)
