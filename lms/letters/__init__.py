"""Outgoing mail: rows written with what causes them, sent afterwards, never twice, never lost."""

from flask import Blueprint, Flask

blueprint = Blueprint("letters", __name__)


def init_app(app: Flask) -> None:
    """Send letters as a job, and say when none can be sent. RuntimeError for a mail server's address that is none."""
    from lms import jobs, verify
    from lms.letters import delivery, queries

    if app.config["SMTP_URL"]:
        try:
            delivery.route_of(app.config["SMTP_URL"])
        except ValueError as fault:
            raise RuntimeError(str(fault)) from None
    job = jobs.Job("letters", delivery.next_at, delivery.run, own_transactions=True)
    if job not in jobs.jobs:
        jobs.jobs.append(job)
    verify.add("letters", delivery.broken)
    verify.add("letter wordings", queries.broken)
