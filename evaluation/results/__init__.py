"""What the answers of a course say: who answered, what changed, and nothing small that could be worked out."""

from flask import Blueprint, Flask

blueprint = Blueprint("results", __name__)


def init_app(app: Flask) -> None:
    """Register pages, hooks, jobs and checks."""
    from evaluation.results import checks, cli, operations, views  # noqa: F401
    from lms import hooks, jobs, verify
    from lms.jobs import Job

    app.register_blueprint(blueprint)
    if views.links_of not in hooks.course_links:
        hooks.course_links.append(views.links_of)
        hooks.learning_panels.append(views.panel_of)
    job = Job("results: releases", operations.next_release, operations.make_releases, own_transactions=True)
    if job not in jobs.jobs:
        jobs.jobs.append(job)
    for name, check in checks.CHECKS:
        verify.add(name, check)
