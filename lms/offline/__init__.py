"""The register on a phone without a network: a page that works alone, and what it sends when the network is back."""

from flask import Blueprint, Flask

blueprint = Blueprint("offline", __name__)


def init_app(app: Flask) -> None:
    """Add the check that `lms verify` makes."""
    from lms import verify
    from lms.offline import checks

    verify.add("marks of devices", checks.problems)
