"""Marking registers. A new mark replaces the current one; the earlier one stays, with who made it and when."""

from collections.abc import Sequence
from datetime import datetime

from lms.accounts.models import Person
from lms.activity.operations import record
from lms.attendance import queries, rules
from lms.attendance.models import AttendanceMark, Mark
from lms.attendance.rules import MarkGiven
from lms.bookings import operations as bookings
from lms.bookings.models import Booking
from lms.catalogue.models import CourseSession
from lms.db import db


def record_marks(
    session: CourseSession, *, given: Sequence[MarkGiven], by: Person | None, now: datetime, reason: str = ""
) -> int:
    """Make the register say this; what it says already is left alone. Returns how many marks are new.

    RuleBroken when the register is not open for one of them, MarksRefused when some are wrong or differ from what somebody else
    has marked meanwhile; then none is made. A booking of another session is ignored: what is not on this register does not exist
    here. `by` is None for records loaded from elsewhere.
    """
    # Whoever else marks this register waits here until this transaction has ended.
    session = bookings.lock_session(session.id)
    lines = {line.booking.id: line for line in queries.register(session)}
    changes: list[tuple[AttendanceMark | None, AttendanceMark]] = []
    wrong: dict[int, str] = {}
    differ: set[int] = set()
    for one in given:
        line = lines.get(one.booking_id)
        until_at = one.until_at if one.mark is Mark.LEFT_EARLY else None
        if line is None or (line.mark and line.mark.says(one.mark, until_at)):
            continue
        if by is not None:
            _check_open(one.mark, session, by=by, now=now, reason=reason)
        problem = rules.time_problem(
            one, name=line.booking.person.name, starts_at=session.starts_at, ends_at=session.ends_at
        )
        if problem:
            wrong[one.booking_id] = problem
        elif line.mark and rules.differs(
            one, current_id=line.mark.id, current_by=line.mark.marked_by_id, by=by.id if by else None
        ):
            differ.add(one.booking_id)
        else:
            new = AttendanceMark(
                booking_id=one.booking_id,
                mark=one.mark,
                until_at=until_at,
                marked_by_id=by.id if by else None,
                marked_at=now,
            )
            changes.append((line.mark, new))
    if wrong or differ:
        raise rules.MarksRefused(wrong, frozenset(differ))
    _keep(changes, session, by=by, now=now, reason=reason)
    return len(changes)


def _keep(
    changes: Sequence[tuple[AttendanceMark | None, AttendanceMark]],
    session: CourseSession,
    *,
    by: Person | None,
    now: datetime,
    reason: str,
) -> None:
    for before, _ in changes:
        if before:
            before.replaced_at = now
    db.session.flush()  # the database allows one current mark for a booking, so the old one goes first
    db.session.add_all([new for _, new in changes])
    db.session.flush()
    if changes and by is not None:
        record(
            "register:marked",
            actor=by,
            subject_kind="session",
            subject=session.reference,
            now=now,
            marks=len(changes),
            reason=reason.strip() or None,
        )


def _check_open(mark: Mark, session: CourseSession, *, by: Person, now: datetime, reason: str) -> None:
    rules.check_open(
        mark,
        opening=rules.opening(starts_at=session.starts_at, ends_at=session.ends_at, now=now),
        officer=queries.is_officer(by),
        reason=reason,
    )


def add_walk_in(
    session: CourseSession,
    *,
    first_name: str,
    last_name: str,
    email: str,
    organisation_id: int,
    by: Person,
    now: datetime,
    reason: str = "",
) -> Booking:
    """Put somebody who was not expected on the register, as having come. AlreadyThere if they are on it."""
    session = bookings.lock_session(session.id)
    _check_open(Mark.ATTENDED, session, by=by, now=now, reason=reason)
    email, name = email.strip().lower(), f"{first_name.strip()} {last_name.strip()}"
    there = queries.on_register(session, email=email, name=name, organisation_id=organisation_id)
    if there:
        raise rules.already_there(there.name, there.organisation.name, known_by_email=bool(email))
    booking = bookings.add_walk_in(
        session=session,
        first_name=first_name,
        last_name=last_name,
        email=email,
        organisation_id=organisation_id,
        by=by,
        now=now,
    )
    record_marks(session, given=[MarkGiven(booking.id, Mark.ATTENDED)], by=by, now=now, reason=reason)
    return booking


def finish(session: CourseSession, *, by: Person, now: datetime, reason: str = "") -> int:
    """Say that the register is complete, unless somebody is left to mark. Returns how many are.

    It can still be changed until it locks.
    """
    session = bookings.lock_session(session.id)
    _check_open(Mark.ATTENDED, session, by=by, now=now, reason=reason)
    left = queries.count(queries.register(session)).to_mark
    if not left:
        session.register_finished_at = now
        db.session.flush()
        record("register:finished", actor=by, subject_kind="session", subject=session.reference, now=now)
    return left
