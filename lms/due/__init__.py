"""Who must hold what: rules as dated data, what is due next, and who holds it."""

from flask import Blueprint, Flask

blueprint = Blueprint("due", __name__)


def init_app(app: Flask) -> None:
    """Say on a person's own page what is due; lead officers to the rules; let `lms verify` look at them."""
    from lms import hooks, verify
    from lms.due import checks
    from lms.due.sentences import sentences_of
    from lms.hooks import NavigationItem

    entry = NavigationItem(
        "Rules", "due.all_rules", "rule:manage", 36, "Who must hold what, how often, and who says so."
    )
    if entry not in hooks.navigation:
        hooks.navigation.append(entry)
    if sentences_of not in hooks.learning_panels:
        hooks.learning_panels.append(sentences_of)
    verify.add("rules of what is due", checks.rules_and_duties)
