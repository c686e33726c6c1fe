"""Who comes, and who never does: people reached by sector and organisation, against the workforce each organisation gave."""

from flask import Blueprint, Flask

blueprint = Blueprint("coverage", __name__)


def init_app(app: Flask) -> None:
    """An entry of the menu; workforce numbers from files."""
    from lms import hooks, imports
    from lms.coverage.imports import KIND
    from lms.hooks import NavigationItem

    entry = NavigationItem(
        "Coverage", "coverage.index", "coverage:view", 37, "Who comes, of how many, by sector; and who never does."
    )
    if entry not in hooks.navigation:
        hooks.navigation.append(entry)
    imports.add(KIND)
