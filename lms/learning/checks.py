"""What must always be true of training elsewhere; `lms verify` says where it is not."""

from sqlalchemy import func, select

from lms.db import db
from lms.learning.models import PastLearning, PastOrigin, PastState


def answered() -> list[str]:
    """Whatever counts was approved by somebody other than the person, or came with a file; nothing is there twice."""
    wrong = db.session.scalars(
        select(PastLearning)
        .where(
            PastLearning.origin == PastOrigin.ENTERED,
            PastLearning.state != PastState.WAITING,
            PastLearning.decided_by_id.is_(None) | (PastLearning.decided_by_id == PastLearning.person_id),
        )
        .order_by(PastLearning.id)
    )
    found = [f"The past learning {one.reference} was answered by nobody else than the person." for one in wrong]
    doubled = (
        select(PastLearning.person_id, PastLearning.same_as, PastLearning.done_on)
        .where(PastLearning.origin == PastOrigin.IMPORTED)
        .group_by(PastLearning.person_id, PastLearning.same_as, PastLearning.done_on)
        .having(func.count() > 1)
        .order_by(PastLearning.person_id)
    )
    found += [f"Person {person} has “{what}” of {day} twice." for person, what, day in db.session.execute(doubled)]
    return found
