"""The line manager's yes or no, by a link that needs no account."""

from flask import Blueprint, Flask

blueprint = Blueprint("approvals", __name__)


def init_app(app: Flask) -> None:
    """Remind managers, and give up on those who do not answer, as jobs; make their links at sending."""
    from lms import jobs
    from lms.approvals import links, operations, queries

    links.init_app()
    for job in (
        jobs.Job("reminders to managers", queries.next_reminder, operations.remind),
        jobs.Job("managers who did not answer", queries.next_silence, operations.fall_silent),
    ):
        if job not in jobs.jobs:
            jobs.jobs.append(job)
