"""Attendance reports of online meetings: read, matched to bookings, looked at, and put on the register."""

from flask import Blueprint, Flask

blueprint = Blueprint("meetings", __name__)


def init_app(app: Flask) -> None:
    """Throw old reports away as a job; take reports from the command line."""
    from lms import imports as files
    from lms import jobs
    from lms.meetings import imports, operations, queries

    job = jobs.Job("meeting reports", queries.next_at, operations.throw_away_old)
    if job not in jobs.jobs:
        jobs.jobs.append(job)
    files.add_whole(imports.ATTENDANCE)
