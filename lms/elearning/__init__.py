"""E-learning on demand: bookings, starts and completions, each counted apart."""

from flask import Blueprint, Flask

blueprint = Blueprint("elearning", __name__)


def init_app(app: Flask) -> None:
    """The menu's entry, what is under way on one's own page, and what `lms verify` and `lms import` know."""
    from lms import hooks, verify
    from lms import imports as files_of_others
    from lms.elearning import checks, imports, queries
    from lms.hooks import NavigationItem

    entry = NavigationItem(
        "E-learning", "elearning.index", "elearning:manage", 36, "What courses hold, and how often they are completed."
    )
    if entry not in hooks.navigation:
        hooks.navigation.append(entry)
    if queries.sentences_of not in hooks.learning_panels:
        hooks.learning_panels.append(queries.sentences_of)
    verify.add("e-learning", checks.problems)
    files_of_others.add_whole(imports.PACKAGE)
