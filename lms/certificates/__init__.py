"""Certificates: issued when a course’s conditions are met, frozen, verified, revoked and issued again."""

from flask import Blueprint, Flask

blueprint = Blueprint("certificates", __name__)


def init_app(app: Flask) -> None:
    """Issue and draw as jobs; what `lms verify` checks; and the way from the page of a course to what it asks for."""
    from lms import hooks, jobs, verify
    from lms.certificates import checks, drawing, eligible, operations, views

    # In this order: what is issued is drawn at once.
    for job in (
        jobs.Job("certificates: issue", eligible.next_at, operations.issue_due),
        jobs.Job("certificates: draw", drawing.next_at, drawing.run, own_transactions=True),
    ):
        if job not in jobs.jobs:
            jobs.jobs.append(job)
    for name, check in checks.CHECKS:
        verify.add(name, check)
    if views.links_of not in hooks.course_links:
        hooks.course_links.append(views.links_of)
