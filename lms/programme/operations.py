"""What officers do with a session. Each begins by locking it."""

from datetime import datetime

from lms.accounts.models import Person
from lms.activity.operations import record
from lms.bookings.operations import lock_session, settle
from lms.catalogue.models import CourseSession
from lms.db import db
from lms.programme import queries, rules


def change_capacity(
    *, session: CourseSession, capacity: int, by: Person | None, now: datetime, reason: str = ""
) -> None:
    """Give a session more places or fewer. Nobody loses a confirmed place; what becomes free goes to who waits.

    RuleBroken when the session is cancelled, when more places are held for some than there would be, and when more are confirmed
    than there would be and no reason is given.
    """
    session = lock_session(session.id)
    rules.check_not_cancelled(session.cancelled_at is not None)
    before = session.capacity
    if capacity == before:
        return
    rules.check_capacity(capacity, held=queries.held(session), confirmed=queries.confirmed(session), reason=reason)
    session.capacity = capacity
    db.session.flush()
    record(
        "session:capacity_changed",
        actor=by,
        subject_kind="session",
        subject=session.reference,
        now=now,
        before=before,
        after=capacity,
        reason=reason.strip() or None,
    )
    settle(session=session, now=now)
