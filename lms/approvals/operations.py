"""What follows from a manager's yes, no or silence. Each locks the session first and settles it last."""

from datetime import datetime

from lms.accounts.models import Person
from lms.approvals import queries, rules
from lms.bookings import emails
from lms.bookings.models import Approval, Booking, BookingStatus, Ending
from lms.bookings.operations import end, lock_session, lock_sessions, note, offer, settle
from lms.bookings.queries import in_the_way, positions
from lms.db import db


def approve(*, booking: Booking, now: datetime, by: Person | None = None) -> None:
    """The manager says yes: a place that was held is the person's; who still waits goes on waiting. Somebody who has moved up
    and has something else at that time meanwhile is asked whether they take it.

    `by` is who answers in the manager's place, for the agency; None: the manager, by the link.
    """
    session = lock_session(booking.session_id)
    db.session.refresh(booking)
    rules.check_answerable(booking, now=now)
    clashes = rules.moved_up(booking) and in_the_way(booking.person, session)
    booking.approval, booking.answered_at = Approval.GIVEN, now
    if booking.status is BookingStatus.APPROVAL and clashes:
        offer(booking, now=now)
    elif booking.status is BookingStatus.APPROVAL:
        booking.status, booking.booked_at = BookingStatus.BOOKED, now
    db.session.flush()
    note("booking:approved", booking, actor=by, now=now, took_over=1 if booking.took_over else None)
    if booking.status is BookingStatus.OFFERED:
        emails.booking_offered(booking, now=now)
    else:
        emails.approval_given(booking, place=positions([booking]).get(booking.id), by=by, now=now)
    settle(session=session, now=now)


def refuse(*, booking: Booking, reason: str, now: datetime, by: Person | None = None) -> None:
    """The manager, or `by` in their place, says no, with a reason; what was held goes to who waits."""
    session = lock_session(booking.session_id)
    db.session.refresh(booking)
    rules.check_answerable(booking, now=now)
    rules.check_reason(reason, first_name=booking.person.first_name)
    booking.approval, booking.answered_at, booking.refusal = Approval.REFUSED, now, reason.strip()[:300]
    end(booking, Ending.REFUSED, now=now)
    note("booking:refused", booking, actor=by, now=now)
    emails.approval_refused(booking, by=by, now=now)
    settle(session=session, now=now)


def remind(now: datetime) -> int:
    """One reminder to each manager who has not answered."""
    due = queries.to_remind(now)
    for booking in due:
        booking.approval_reminder_at = None
        emails.approval_asked(booking, now=now, reminder=True)
    db.session.flush()
    return len(due)


def fall_silent(now: datetime) -> int:
    """Managers who did not answer in time: the person is told, and what was held goes to who waits."""
    due = list(queries.unanswered(now))
    sessions = lock_sessions(booking.session_id for booking in due)
    for booking in due:
        db.session.refresh(booking)
        if booking.approval is not Approval.ASKED or booking.status is BookingStatus.CANCELLED:
            continue
        booking.approval = Approval.SILENT
        end(booking, Ending.SILENT, now=now)
        note("booking:approval_silent", booking, actor=None, now=now)
        emails.approval_silent(booking, now=now)
    for session in sessions.values():
        settle(session=session, now=now)
    return len(due)
