"""My learning: places to come, what is open, and the record of everything somebody learned, here and elsewhere."""

from flask import Blueprint, Flask

blueprint = Blueprint("learning", __name__)


def init_app(app: Flask) -> None:
    """Say what waits for a person; take files of what people learned before; let `lms verify` look at it."""
    from lms import hooks, imports, verify
    from lms.learning import checks, queries
    from lms.learning.imports import KIND

    for sentences in (queries.sentences_of, queries.waiting_sentences):
        if sentences not in hooks.learning_panels:
            hooks.learning_panels.append(sentences)
    imports.add(KIND)
    verify.add("past learning", checks.answered)
