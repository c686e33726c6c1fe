"""Questions before, at the end of and months after a course, asked by letter and answered without a name."""

from flask import Blueprint, Flask

blueprint = Blueprint("surveys", __name__)


def init_app(app: Flask) -> None:
    """Register pages, hooks, jobs, checks, and how a personal link is made."""
    from evaluation.surveys import answers, checks, gate, operations, queries, tokens, views  # noqa: F401
    from lms import hooks, jobs, verify
    from lms.jobs import Job
    from lms.letters import links
    from lms.permissions import Permission

    app.register_blueprint(blueprint)
    links.add("survey", "survey_link", tokens.link_to)
    menu = hooks.NavigationItem(
        "Surveys", "surveys.index", Permission.SURVEY_VIEW, 60, "How many were asked, and how many answered."
    )
    if menu not in hooks.navigation:
        hooks.navigation.append(menu)
        hooks.learning_panels.append(queries.learning_panel)
        hooks.certificate_gates.append(gate.certificate_gates)
    # In this order: a wave opens before it asks, and ends before its answers are moved on.
    for job in (
        Job("surveys: rounds", operations.next_round, operations.plan_rounds),
        Job("surveys: invitations", queries.next_to_ask, operations.invite),
        Job("surveys: reminders", operations.next_reminder, operations.remind),
        Job("surveys: answers", answers.next_move, answers.move_on),
    ):
        if job not in jobs.jobs:
            jobs.jobs.append(job)
    for name, check in checks.CHECKS:
        verify.add(name, check)
