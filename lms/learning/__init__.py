"""My learning: places to come, what is open, what is over."""

from flask import Blueprint, Flask

blueprint = Blueprint("learning", __name__)


def init_app(app: Flask) -> None:
    """Say among what waits for a person that a place is offered to them."""
    from lms import hooks
    from lms.learning import queries

    if queries.sentences_of not in hooks.learning_panels:
        hooks.learning_panels.append(queries.sentences_of)
