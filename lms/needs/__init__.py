"""What people need to take part, and what they eat: asked where it is used, shown to who needs it, gone after 28 days."""

from flask import Blueprint, Flask

blueprint = Blueprint("needs", __name__)


def init_app(app: Flask) -> None:
    """Delete what is too old as a job; let `lms verify` see that it is gone."""
    from lms import jobs, verify
    from lms.needs import operations, queries

    job = jobs.Job("what people needed, deleted", queries.next_deletion, operations.delete_old)
    if job not in jobs.jobs:
        jobs.jobs.append(job)
    verify.add("what people need", queries.problems)
