"""The page of one's own learning."""

from flask import render_template
from flask.typing import ResponseReturnValue

from lms import dates, hooks
from lms.certificates.queries import certificates_of
from lms.learning import blueprint, queries
from lms.permissions import Permission, me, requires


@blueprint.get("/learning")
@requires(Permission.LEARNING_VIEW)
def index() -> ResponseReturnValue:
    """My learning: to come, waiting, over, and what is asked of me."""
    person = me()
    sentences = [sentence for ask in hooks.learning_panels for sentence in ask(person)]
    mine = queries.learning_of([person], dates.now())[person.id]
    return render_template(
        "lms/learning/index.html", learning=mine, sentences=sentences, certificates=certificates_of([person.id])
    )
