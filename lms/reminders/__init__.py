"""What is written before and after a session: reminders, joining instructions, and to those who did not come."""

from flask import Blueprint, Flask

blueprint = Blueprint("reminders", __name__)


def init_app(app: Flask) -> None:
    """Write the letters as a job; let the page of a booking ask why somebody did not come."""
    from lms import jobs
    from lms.reminders import operations, queries, rules

    job = jobs.Job("reminders", queries.next_at, operations.write_due)
    if job not in jobs.jobs:
        jobs.jobs.append(job)
    app.jinja_env.globals["missed_reasons"] = rules.MISSED_REASONS
