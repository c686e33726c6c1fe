"""What people would come to if there were a date, and sessions that schools and agencies ask for at their own place."""

from flask import Blueprint, Flask

blueprint = Blueprint("demand", __name__)


def init_app(app: Flask) -> None:
    """Show one's own interests among what is asked of a person."""
    from lms import hooks
    from lms.demand import queries

    if queries.sentences_of not in hooks.learning_panels:
        hooks.learning_panels.append(queries.sentences_of)
