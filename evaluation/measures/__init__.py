"""Key impact measures: series, audits, evaluations."""

from flask import Blueprint, Flask

blueprint = Blueprint("measures", __name__)


def init_app(app: Flask) -> None:
    """Register the pages, the room around the log, and the sort of file figures come in."""
    from evaluation.improvement import sections
    from evaluation.measures import figure_views, import_views, imports, models, views  # noqa: F401
    from lms.imports import add_whole
    from lms.permissions import Permission

    app.register_blueprint(blueprint)
    add_whole(imports.WHOLE)
    sections.add(
        sections.Section(
            "Key impact measures",
            "measures.index",
            Permission.IMPROVEMENT_VIEW,
            30,
            "What figures, audits and surveys say of each action, before and after.",
        )
    )
