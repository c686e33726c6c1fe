"""Writing the letters before and after a session, each once; and keeping why somebody did not come."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.attendance.models import Mark
from lms.attendance.queries import marks_of
from lms.bookings.models import Booking
from lms.bookings.operations import lock_session, note
from lms.db import db
from lms.organisations.queries import partnership
from lms.reminders import emails, queries, rules
from lms.reminders.models import Reminded
from lms.reminders.queries import Coming


def write_due(now: datetime) -> int:
    """Write everything due by now and not written yet; how many letters. One transaction keeps them and how far it got."""
    seen, here = see_to(now), partnership()
    if here is None:  # and where there is one, it stays in hand: every letter asks for it
        return 0
    sessions = [one for one in queries.coming(seen) if one.starts_at > now]
    written = _instruct(sessions, seen, now) + _remind(sessions, seen, now)
    for booking, mark in queries.absent(seen, now):
        written += emails.missed(booking, now=now) if mark is Mark.NO_SHOW else emails.apology(booking, now=now)
    return written


def see_to(now: datetime) -> datetime | None:
    """Take everything until now as seen to; until when it was before (None: never).

    For whoever loads what happened elsewhere, too: nobody is reminded of what was due by then. Two who run at once wait for each
    other here.
    """
    row = db.session.scalar(select(Reminded).with_for_update())
    if row is None:
        try:
            with db.session.begin_nested():
                db.session.add(Reminded(until=now))
        except IntegrityError:  # somebody else was first, at the same moment
            row = db.session.scalars(select(Reminded).with_for_update()).one()
        else:
            return None
    before, row.until = row.until, max(now, row.until)
    db.session.flush()
    return before


def _instruct(sessions: list[Coming], seen: datetime | None, now: datetime) -> int:
    """Joining instructions, at their moment, to who is confirmed by then; after it to each who still is to be told."""
    due = [one for one in sessions if one.joining_at <= now]
    fresh = [one.id for one in due if seen is None or one.joining_at > seen]
    written = 0
    for one in queries.to_instruct(due, at_moment=fresh):
        if one.since <= now and (not one.told or one.since < one.session.joining_at):
            written += emails.joining(one.booking, now=now)
    return written


def _remind(sessions: list[Coming], seen: datetime | None, now: datetime) -> int:
    """Reminders to who was confirmed before their moment, except where joining instructions went the same day."""
    due = {one.id: (one, at) for one in sessions if (at := one.reminder(seen, now))}
    if not due:
        return 0
    found = [one for one in queries.confirmed(due) if one.since < due[one.booking.session_id][1]]
    instructed = queries.instructed_on(now, {one.booking.person_id for one in found})
    written = 0
    for one in found:
        session, at = due[one.booking.session_id]
        first = at == session.reminders_at[0]
        if one.booking.id not in instructed:
            written += emails.reminder(one.booking, "reminder-14" if first else "reminder-5", now=now)
        if first and one.booking.session.course.tells_manager:
            written += emails.reminder_manager(one.booking, now=now)
    return written


def say_why(*, booking: Booking, reason: str | None, now: datetime) -> None:
    """Somebody who did not come says what got in the way; a later answer takes the place of an earlier one. What it was is kept
    with the booking only. RuleBroken for a reason that is not in the list, and where the register does not say they missed it."""
    lock_session(booking.session_id)
    db.session.refresh(booking)
    mark = marks_of([booking.id]).get(booking.id)
    rules.check_missed(booking, mark.mark if mark else None)
    booking.missed_reason = rules.reason_of(reason)
    db.session.flush()
    note("booking:missed_explained", booking, actor=booking.person, now=now)
