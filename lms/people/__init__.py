"""One identity for life: people who move to another organisation, and two accounts that are one person."""

from flask import Blueprint, Flask

blueprint = Blueprint("people", __name__)


def init_app(app: Flask) -> None:
    """Say to those who answer for an organisation who wants to join it; let `lms verify` look at accounts that became one."""
    from lms import hooks, verify
    from lms.people import checks, queries

    if queries.waiting_sentences not in hooks.learning_panels:
        hooks.learning_panels.append(queries.waiting_sentences)
    verify.add("accounts that became one", checks.emptied)
