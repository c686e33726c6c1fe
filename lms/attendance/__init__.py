"""Registers: who came, left early, sent apologies, did not come, or walked in."""

from flask import Blueprint, Flask

blueprint = Blueprint("attendance", __name__)


def init_app(app: Flask) -> None:
    """Add the check that `lms verify` makes."""
    from lms import verify
    from lms.attendance import checks

    verify.add("registers", checks.problems)
