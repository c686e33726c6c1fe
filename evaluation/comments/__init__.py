"""What people wrote in their own words: looked at before anybody reads it, coded, counted, quoted with consent."""

from flask import Blueprint, Flask

blueprint = Blueprint("comments", __name__)


def init_app(app: Flask) -> None:
    """Register pages, jobs and checks."""
    from evaluation.comments import checks, coding_views, models, operations, queries, views  # noqa: F401
    from lms import jobs, verify
    from lms.jobs import Job

    app.register_blueprint(blueprint)
    app.jinja_env.globals["comments_waiting"] = queries.waiting_count
    # After the jobs of surveys: the answers of a wave are moved on for the last time before their words are looked through.
    for job in (
        Job("comments: looked at", queries.next_to_look, operations.look_through),
        Job("comments: decisions made final", queries.next_final, operations.make_final),
    ):
        if job not in jobs.jobs:
            jobs.jobs.append(job)
    for name, check in checks.CHECKS:
        verify.add(name, check)
