"""What organisations are asked to pay, by rule, where the partnership charges at all. Where it does not, no page and no letter
says a word of it."""

from flask import Blueprint, Flask

blueprint = Blueprint("charges", __name__)


def init_app(app: Flask) -> None:
    """Charge what has become final, as a job; let `lms verify` check sums."""
    from lms import hooks, jobs, verify
    from lms.charges import operations, queries
    from lms.hooks import NavigationItem

    entry = NavigationItem(
        "Charges", "charges.index", "charge:manage", 38, "What organisations are charged, and why.", queries.charging
    )
    if entry not in hooks.navigation:
        hooks.navigation.append(entry)
    job = jobs.Job("charges", queries.next_at, operations.charge_what_is_final)
    if job not in jobs.jobs:
        jobs.jobs.append(job)
    verify.add("charges", queries.problems)
