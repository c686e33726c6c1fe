"""Certificates when the demonstration begins: one session has them, one of its people's was put right, and one session waits for
an officer to try a mass issue. From the first moment on the course gives them by itself."""

from datetime import timedelta

from sqlalchemy import select

from demo.loading import FIRST_MOMENT, Loaded
from lms.accounts.models import Person
from lms.bookings.models import Booking
from lms.catalogue.models import Course, CourseSession
from lms.certificates import operations
from lms.certificates.models import Certificate
from lms.certificates.rules import Conditions
from lms.db import db, writing

#: The session whose people have theirs; the one before it still waits.
ISSUED = "NEG-2024-02"
#: The afternoon before the first moment: the worker has a day to draw them.
ISSUED_AT = FIRST_MOMENT - timedelta(hours=19)


def set_certificate_scenes(loaded: Loaded) -> None:
    """Everything named above, for Wakefield. The worker draws them when the demonstration starts."""
    officer_id, course_id, session_id = (
        loaded.people["w-sian-morgan"].id,
        loaded.courses["NEG"].id,
        loaded.sessions[ISSUED].id,
    )
    with writing():
        officer, session = db.session.get_one(Person, officer_id), db.session.get_one(CourseSession, session_id)
        operations.set_rule(
            course=db.session.get_one(Course, course_id),
            gives=True,
            conditions=Conditions(),
            after_questions=True,
            by=officer,
            now=ISSUED_AT - timedelta(hours=1),
        )
        seen = len(operations.left_of([session]))
        operations.issue_many(sessions=[session], seen=seen, by=officer, now=ISSUED_AT)
    with writing():
        officer = db.session.get_one(Person, officer_id)
        first = db.session.scalars(
            select(Certificate).join(Booking).where(Booking.session_id == session_id).order_by(Certificate.id)
        ).first()
        if first is not None:
            before, _, last = first.name.rpartition(" ")
            operations.reissue(
                certificate=first,
                name=f"{before} J. {last}",
                reason="You asked for your second name to be on it.",
                by=officer,
                now=ISSUED_AT + timedelta(hours=2),
            )
