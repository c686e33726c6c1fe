"""What the answers of a course say: who answered, what changed, and nothing small that could be worked out."""

from flask import Blueprint, Flask

blueprint = Blueprint("results", __name__)


def init_app(app: Flask) -> None:
    """Register pages, jobs and checks."""
    from evaluation.results import checks, operations
    from lms import jobs, verify
    from lms.jobs import Job

    app.register_blueprint(blueprint)
    job = Job("results: releases", operations.next_release, operations.make_releases)
    if job not in jobs.jobs:
        jobs.jobs.append(job)
    for name, check in checks.CHECKS:
        verify.add(name, check)
