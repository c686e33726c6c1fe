"""What `lms verify` checks of certificates."""

from datetime import timedelta

from sqlalchemy import func, or_, select

from lms import dates
from lms.attendance.models import CAME, Attendance
from lms.bookings.models import Booking
from lms.catalogue.models import CourseSession
from lms.certificates.models import Certificate, IssueRun
from lms.certificates.queries import LIVE
from lms.db import db

#: A certificate that waits longer than this for its PDF waits for somebody to look.
LATE = timedelta(days=1)


def one_each() -> list[str]:
    """One person holds one certificate of a session, whatever became of their bookings."""
    held = (
        select(CourseSession.reference, func.count(Certificate.id))
        .select_from(Certificate)
        .join(Booking, Booking.id == Certificate.booking_id)
        .join(CourseSession, CourseSession.id == Booking.session_id)
        .where(LIVE)
        .group_by(CourseSession.id, CourseSession.reference, Booking.person_id)
        .having(func.count(Certificate.id) > 1)
        .order_by(CourseSession.id, Booking.person_id)
    )
    return [f"somebody holds {count} certificates of session {session}" for session, count in db.session.execute(held)]


def only_who_came() -> list[str]:
    """Nobody holds one who was not there."""
    return [
        f"certificate {reference} is held by somebody of whom the register does not say that they came"
        for reference in db.session.scalars(
            select(Certificate.reference)
            .outerjoin(Attendance, Attendance.booking_id == Certificate.booking_id)
            .where(LIVE, or_(Attendance.mark.is_(None), Attendance.mark.not_in(CAME)))
            .order_by(Certificate.id)
        )
    ]


def only_who_earned_it() -> list[str]:
    """What the course asked for on the day was met, or an officer said why not."""
    return [
        f"certificate {reference} was issued without what the course asked for, and nobody says why"
        for reference in db.session.scalars(
            select(Certificate.reference)
            .where(
                Certificate.by_hand_why == "",
                Certificate.dates_attended * 100 < Certificate.least_share * Certificate.dates_of,
            )
            .order_by(Certificate.id)
        )
    ]


def all_drawn() -> list[str]:
    """Every certificate that counts has its PDF within a day. That the file is there is checked with all files."""
    return [
        f"certificate {reference} waits for its PDF since {dates.day_time(issued_at)}, after {attempts} tries"
        for reference, issued_at, attempts in db.session.execute(
            select(Certificate.reference, Certificate.issued_at, Certificate.attempts)
            .where(LIVE, Certificate.file_id.is_(None), Certificate.issued_at < dates.now() - LATE)
            .order_by(Certificate.id)
        )
    ]


def undone_as_a_whole() -> list[str]:
    """What was undone is undone to the last."""
    left = (
        select(IssueRun.reference, func.count(Certificate.id))
        .join(Certificate, Certificate.run_id == IssueRun.id)
        .where(IssueRun.undone_at.is_not(None), LIVE)
        .group_by(IssueRun.id, IssueRun.reference)
        .order_by(IssueRun.id)
    )
    return [
        f"mass issue {reference} was undone, and {count} of its certificates still count"
        for reference, count in db.session.execute(left)
    ]


CHECKS = (
    ("certificates: one each", one_each),
    ("certificates: only who came", only_who_came),
    ("certificates: only who earned it", only_who_earned_it),
    ("certificates: drawn", all_drawn),
    ("certificates: undone as a whole", undone_as_a_whole),
)
