"""Groups of the partnership: their members, meetings and decisions, and the board pack."""

from flask import Blueprint, Flask

blueprint = Blueprint("governance", __name__)


def init_app(app: Flask) -> None:
    """Register pages, the room, the drawing of packs, the checks, and what templates write minutes with."""
    from evaluation.governance import checks, drawing, meeting_views, models, queries, views  # noqa: F401
    from evaluation.governance.quoting import minute_link
    from evaluation.governance.references import action_page
    from evaluation.improvement.sections import Section, add
    from lms import hooks, jobs, verify
    from lms.jobs import Job
    from lms.permissions import Permission

    app.register_blueprint(blueprint)
    add(
        Section(
            "Groups and meetings",
            "governance.groups",
            Permission.IMPROVEMENT_VIEW,
            60,
            "Who sits in which group, what they decided and where the minutes say so, and the board pack.",
        )
    )
    app.jinja_env.globals["minute_link"] = minute_link
    app.jinja_env.globals["page_of_action"] = action_page
    drawn = Job("board packs", drawing.next_at, drawing.run, own_transactions=True)
    if drawn not in jobs.jobs:
        jobs.jobs.append(drawn)
    if queries.sentences_of not in hooks.learning_panels:
        hooks.learning_panels.append(queries.sentences_of)
    for name, check in checks.CHECKS:
        verify.add(name, check)
