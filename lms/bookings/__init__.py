"""Places on sessions: booking, waiting, offers, giving back."""

from flask import Blueprint, Flask

blueprint = Blueprint("bookings", __name__)


def init_app(app: Flask) -> None:
    """Let offers lapse and held places go as jobs; let `lms verify` check places and their letters."""
    from lms import imports, jobs, verify
    from lms.bookings import checks, operations, queries
    from lms.bookings.imports import KIND

    imports.add(KIND)
    for job in (
        jobs.Job("offers nobody took", queries.next_lapse, operations.lapse_offers),
        jobs.Job("held places released", queries.next_release, operations.release_holds),
    ):
        if job not in jobs.jobs:
            jobs.jobs.append(job)
    verify.add("letters of bookings", checks.letters)
    verify.add("places", checks.places)
    verify.add("waiting lists", checks.waiting_lists)
