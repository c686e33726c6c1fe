"""What learning cost, beside the budget."""

from flask import Blueprint, Flask

blueprint = Blueprint("costs", __name__)


def init_app(app: Flask) -> None:
    """Register the pages, the room of the log, the file it takes, and the checks."""
    from evaluation.costs import budget_views, imports, models, queries, views  # noqa: F401
    from evaluation.improvement import sections
    from lms import imports as files
    from lms import verify
    from lms.permissions import Permission

    app.register_blueprint(blueprint)
    files.add(imports.BUDGET)
    verify.add("costs fall to their sessions", queries.problems)
    sections.add(
        sections.Section(
            "Costs and budget",
            "costs.index",
            Permission.COST_VIEW,
            80,
            "What learning cost, paid and in kind, for each person who came, beside the budget by heading.",
        )
    )
