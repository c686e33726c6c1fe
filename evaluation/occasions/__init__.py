"""Surveys that belong to no session: of a practice review, a week, a resource, the bulletin, a forum."""

from flask import Blueprint, Flask

blueprint = Blueprint("occasions", __name__)


def init_app(app: Flask) -> None:
    """Register pages, jobs and checks."""
    from evaluation.occasions import checks, operations, queries, views  # noqa: F401
    from lms import jobs, verify
    from lms.jobs import Job

    app.register_blueprint(blueprint)
    # The rounds of occasions are opened, reminded and closed by the jobs of surveys; this one asks, once they are open.
    asking = Job("occasions: invitations", queries.next_to_ask, operations.ask)
    if asking not in jobs.jobs:
        jobs.jobs.append(asking)
    for name, check in checks.CHECKS:
        verify.add(name, check)
