"""What the independent scrutineer reads, and the challenges they raise."""

from flask import Blueprint, Flask

blueprint = Blueprint("scrutiny", __name__)


def init_app(app: Flask) -> None:
    """Register the pages, the scrutineer's own menu entry, the room the others find them in, and the checks."""
    from evaluation.improvement import sections
    from evaluation.scrutiny import models, queries, report_views, views  # noqa: F401
    from lms import hooks, verify
    from lms.permissions import Permission

    app.register_blueprint(blueprint)
    entry = hooks.NavigationItem(
        "Scrutiny",
        "scrutiny.index",
        Permission.CHALLENGE_RAISE,
        55,
        "The six steps with their evidence, challenges, and the quarterly report.",
    )
    if entry not in hooks.navigation:
        hooks.navigation.append(entry)
    verify.add("challenges and the scrutineer’s reports", queries.problems)
    sections.add(
        sections.Section(
            "Independent scrutiny",
            "scrutiny.index",
            Permission.IMPROVEMENT_VIEW,
            70,
            "The six steps of scrutiny with their evidence, and the challenges raised and answered.",
        )
    )
