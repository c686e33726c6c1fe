"""Who did not come: the reasons counted, and repeated unexplained absence seen."""

from flask import Blueprint, Flask

blueprint = Blueprint("absences", __name__)


def init_app(app: Flask) -> None:
    """Say among what waits for an officer that people have missed sessions again and again."""
    from lms import hooks
    from lms.absences import queries

    if queries.sentences_of not in hooks.learning_panels:
        hooks.learning_panels.append(queries.sentences_of)
