"""What `lms verify` checks of question sets."""

from sqlalchemy import select

from evaluation.question_sets import rules
from evaluation.surveys.models import QuestionSet
from lms.db import db


def problems() -> list[str]:
    """Every version can be asked as it is."""
    return [
        f"version {one.version} of the question set {one.key}. {problem.where}: {problem.sentence}"
        for one in db.session.scalars(select(QuestionSet).order_by(QuestionSet.key, QuestionSet.version))
        for problem in rules.check_document(one.document)
    ]
