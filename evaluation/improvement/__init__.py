"""From learning to improvement: sources, recommendations, the action log and its key impact measures."""

from flask import Blueprint, Flask

blueprint = Blueprint("improvement", __name__)


def init_app(app: Flask) -> None:
    """Register the pages, the menu entry, the reason every course page shows, and the checks."""
    from evaluation.improvement import queries, views  # noqa: F401
    from lms import hooks, verify
    from lms.permissions import Permission

    app.register_blueprint(blueprint)
    item = hooks.NavigationItem(
        "Improvement",
        "improvement.index",
        Permission.IMPROVEMENT_VIEW,
        50,
        "Recommendations, actions, and what changed.",
    )
    if item not in hooks.navigation:
        hooks.navigation.append(item)
        hooks.course_panels.append(queries.course_panels)
        hooks.course_links.append(queries.course_links)
    verify.add("action log", queries.problems)
