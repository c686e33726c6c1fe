"""Marking registers. A new mark replaces the current one; the earlier one stays, with who made it and when."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from lms.accounts.models import Person
from lms.activity.operations import record
from lms.attendance import queries, rules
from lms.attendance.models import AttendanceMark, Mark
from lms.attendance.rules import MarkGiven
from lms.bookings import operations as bookings
from lms.bookings.models import Booking, BookingStatus
from lms.catalogue.models import CourseSession
from lms.db import db


def record_marks(
    session: CourseSession, *, given: Sequence[MarkGiven], by: Person | None, now: datetime, reason: str = ""
) -> int:
    """Make the register say this; what it says already is left alone. Returns how many marks are new.

    RuleBroken with the sentence for the first mark that cannot be made; then none is made. A booking of another session is
    ignored: what is not on this register does not exist here. `by` is None for records loaded from elsewhere.
    """
    db.session.scalars(select(CourseSession.id).where(CourseSession.id == session.id).with_for_update()).one()
    bookings_here = {
        booking.id: booking
        for booking in db.session.scalars(
            select(Booking).where(Booking.session_id == session.id, Booking.status == BookingStatus.BOOKED)
        )
    }
    current = {
        mark.booking_id: mark
        for mark in db.session.scalars(
            select(AttendanceMark).where(
                AttendanceMark.booking_id.in_(bookings_here), AttendanceMark.replaced_at.is_(None)
            )
        )
    }
    new: list[AttendanceMark] = []
    for one in given:
        booking = bookings_here.get(one.booking_id)
        if booking is None:
            continue
        rules.check_times(one, name=booking.person.name, starts_at=session.starts_at, ends_at=session.ends_at)
        before = current.get(booking.id)
        until_at = one.until_at if one.mark is Mark.LEFT_EARLY else None
        if before and (before.mark, before.until_at) == (one.mark, until_at):
            continue
        if by is not None:
            rules.check_open(
                one.mark,
                starts_at=session.starts_at,
                ends_at=session.ends_at,
                now=now,
                officer=queries.is_officer(by),
                reason=reason,
            )
        if before:
            before.replaced_at = now
        new.append(
            AttendanceMark(
                booking_id=booking.id,
                mark=one.mark,
                until_at=until_at,
                marked_by_id=by.id if by else None,
                marked_at=now,
            )
        )
    db.session.flush()
    db.session.add_all(new)
    db.session.flush()
    if new and by is not None:
        record(
            "register:marked",
            actor=by,
            subject_kind="session",
            subject=session.reference,
            now=now,
            marks=len(new),
            reason=reason.strip() or None,
        )
    return len(new)


def add_walk_in(
    session: CourseSession,
    *,
    first_name: str,
    last_name: str,
    email: str,
    organisation_id: int,
    by: Person,
    now: datetime,
) -> Booking:
    """Put somebody who was not expected on the register, as having come. RuleBroken if they are on it already."""
    rules.check_open(
        Mark.ATTENDED,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        now=now,
        officer=queries.is_officer(by),
        reason="walk-in",
    )
    booking = bookings.add_walk_in(
        session=session,
        first_name=first_name,
        last_name=last_name,
        email=email,
        organisation_id=organisation_id,
        by=by,
        now=now,
    )
    record_marks(session, given=[MarkGiven(booking.id, Mark.ATTENDED)], by=by, now=now, reason="walk-in")
    return booking


def finish(session: CourseSession, *, by: Person, now: datetime) -> None:
    """Say that the register is complete. It can still be changed until it locks."""
    session.register_finished_at = now
    record("register:finished", actor=by, subject_kind="session", subject=session.reference, now=now)
