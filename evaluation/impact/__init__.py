"""impact"""

from flask import Blueprint, Flask

blueprint = Blueprint("impact", __name__)


def init_app(app: Flask) -> None:
    """Register pages, hooks and jobs."""
    from evaluation.impact import annual_cli, annual_views, cli, models, queries, views  # noqa: F401
    from evaluation.statistics_cli import statistics
    from lms import hooks
    from lms.permissions import Permission

    app.register_blueprint(blueprint)
    app.cli.add_command(cli.report)
    app.cli.add_command(statistics)
    item = hooks.NavigationItem(
        "Reports",
        "impact.reports",
        Permission.REPORT_VIEW,
        70,
        "The yearly chapter, counted again from single records.",
    )
    if item not in hooks.navigation:
        hooks.navigation.append(item)
        hooks.course_links.append(queries.course_links)
