"""An agency's training lead looks after its people: who has learned what, places for a team, places to be named later."""

from flask import Blueprint, Flask

blueprint = Blueprint("teams", __name__)


def init_app(app: Flask) -> None:
    """Remind of places without a name, and give them back, as jobs; let `lms verify` count them."""
    from lms import jobs, verify
    from lms.teams import checks, operations, queries

    for job in (
        jobs.Job("reminders of places without a name", queries.next_reminder, operations.remind),
        jobs.Job("places nobody was named for", queries.next_over, operations.end_reservations),
    ):
        if job not in jobs.jobs:
            jobs.jobs.append(job)
    verify.add("places without a name", checks.unnamed)
