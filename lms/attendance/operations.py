"""Marking registers. A new mark replaces the current one; the earlier one stays, with who made it and when."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms import dates
from lms.accounts.models import Person
from lms.accounts.queries import person_by_email, role_mailboxes
from lms.accounts.rules import check_personal
from lms.activity.operations import record
from lms.attendance import queries, rules
from lms.attendance.models import AttendanceMark, Mark, MarkedHow
from lms.attendance.rules import MarkGiven
from lms.bookings import operations as bookings
from lms.bookings.models import Approval, Booking, BookingOrigin, BookingStatus
from lms.bookings.queries import live_booking
from lms.catalogue.models import CourseSession, SessionDate
from lms.db import db
from lms.errors import RuleBroken
from lms.organisations.models import Organisation
from lms.organisations.queries import partnership


def record_marks(
    date: SessionDate,
    *,
    given: Sequence[MarkGiven],
    by: Person | None,
    now: datetime,
    reason: str = "",
    how: MarkedHow = MarkedHow.REGISTER,
) -> int:
    """Make the register of a date say this; what it says already is left alone. Returns how many marks are new.

    RuleBroken when the register is not open for one of them, MarksRefused when some are wrong or differ from what somebody else
    has marked meanwhile; then none is made. A booking of another session is ignored: what is not on this register does not exist
    here. `by` is None for records loaded from elsewhere.
    """
    # Whoever else marks this register waits here until this transaction has ended.
    bookings.lock_session(date.session_id)
    lines = {line.booking.id: line for line in queries.register(date, all_walk_ins=True)}
    changes: list[tuple[AttendanceMark | None, AttendanceMark]] = []
    wrong: dict[int, str] = {}
    differ: set[int] = set()
    for one in given:
        line = lines.get(one.booking_id)
        from_at, until_at = one.times
        if line is None or (line.mark and line.mark.says(one.mark, until_at, from_at)):
            continue
        if by is not None:
            _check_open(one.mark, date, by=by, now=now, reason=reason)
        problem = rules.time_problem(one, name=line.booking.person.name, starts_at=date.starts_at, ends_at=date.ends_at)
        if problem:
            wrong[one.booking_id] = problem
        elif line.mark and rules.differs(
            one,
            current_id=line.mark.id,
            current_by=line.mark.marked_by_id,
            by=by.id if by else None,
            how=line.mark.how,
            current_at=line.mark.marked_at,
        ):
            differ.add(one.booking_id)
        else:
            new = AttendanceMark(
                booking_id=one.booking_id,
                date_id=date.id,
                mark=one.mark,
                from_at=from_at,
                until_at=until_at,
                minutes=one.minutes,
                how=how,
                marked_by_id=by.id if by else None,
                marked_at=one.made_at or now,
                received_at=now if one.made_at else None,
                device_key=one.device_key,
            )
            changes.append((line.mark, new))
    if wrong or differ:
        raise rules.MarksRefused(wrong, frozenset(differ))
    _keep(changes, date, by=by, now=now, reason=reason)
    return len(changes)


def _keep(
    changes: Sequence[tuple[AttendanceMark | None, AttendanceMark]],
    date: SessionDate,
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
            subject=date.session.reference,
            now=now,
            marks=len(changes),
            reason=reason.strip() or None,
        )


def _check_open(mark: Mark, date: SessionDate, *, by: Person, now: datetime, reason: str) -> None:
    rules.check_open(
        mark,
        opening=rules.opening(starts_at=date.starts_at, ends_at=date.session.ends_at, now=now),
        officer=queries.is_officer(by),
        reason=reason,
    )


def add_walk_in(
    date: SessionDate,
    *,
    first_name: str,
    last_name: str,
    email: str,
    organisation_id: int,
    by: Person,
    now: datetime,
    reason: str = "",
    stayed: MarkGiven | None = None,
    how: MarkedHow = MarkedHow.REGISTER,
    known: Person | None = None,
) -> Booking:
    """Put somebody who was not expected on the register of a date, as having come; `stayed` says more of how long, whatever
    booking it names. `known`: who it is, where somebody recognised them; else the address says so, or they are somebody new.
    AlreadyThere if they are on it.
    """
    session = bookings.lock_session(date.session_id)
    _check_open(Mark.ATTENDED, date, by=by, now=now, reason=reason)
    email, name = email.strip().lower(), f"{first_name.strip()} {last_name.strip()}"
    there = queries.on_register(
        date, email=email, name=name, organisation_id=organisation_id, person_id=known.id if known else None
    )
    if there:
        raise rules.already_there(there.name, there.organisation.name, known_by_email=bool(email or known))
    booking = _book_walk_in(
        session,
        known=known,
        first_name=first_name,
        last_name=last_name,
        email=email,
        organisation_id=organisation_id,
        by=by,
        now=now,
    )
    mark = replace(stayed, booking_id=booking.id) if stayed else MarkGiven(booking.id, Mark.ATTENDED)
    record_marks(date, given=[mark], by=by, now=now, reason=reason, how=how)
    return booking


def finish(date: SessionDate, *, by: Person, now: datetime, reason: str = "") -> int:
    """Say that the register of a date is complete, unless somebody is left to mark. Returns how many are. With the last date's
    the session's is.

    It can still be changed until it locks.
    """
    session = bookings.lock_session(date.session_id)
    _check_open(Mark.ATTENDED, date, by=by, now=now, reason=reason)
    left = queries.count(queries.register(date)).to_mark
    if not left:
        date.register_finished_at = now
        if all(one.register_finished_at for one in session.dates):
            session.register_finished_at = now
        db.session.flush()
        record("register:finished", actor=by, subject_kind="session", subject=session.reference, now=now)
    return left


def forget_marks(date: SessionDate, *, by: Person | None, now: datetime) -> int:
    """Forget what the register of a date says, because the date is taken off or moves to another day: what was told us about it
    holds no longer. Returns how many people had a mark.

    Only before a session starts, so there are only apologies.
    """
    marks = db.session.scalars(select(AttendanceMark).where(AttendanceMark.date_id == date.id)).all()
    for mark in marks:
        db.session.delete(mark)
    db.session.flush()
    people = len({mark.booking_id for mark in marks})
    if people:
        record(
            "register:forgotten",
            actor=by,
            subject_kind="session",
            subject=date.session.reference,
            now=now,
            people=people,
            date=dates.london(date.starts_at).date().isoformat(),
        )
    return people


def _book_walk_in(
    session: CourseSession,
    *,
    first_name: str,
    last_name: str,
    organisation_id: int,
    by: Person,
    now: datetime,
    email: str,
    known: Person | None,
) -> Booking:
    """Somebody came without a booking. Recognised, known by the address, or added as a person who cannot sign in.

    They take nobody's place. RuleBroken if they have a place on this session already.
    """
    if known is None and email:
        known = person_by_email(email)
    person = known or _add_person(first_name, last_name, email, organisation_id)
    live = live_booking(person, session)
    if live is not None and live.status is BookingStatus.BOOKED:
        if live.origin is BookingOrigin.WALK_IN:  # of a later date of this session
            return live
        raise RuleBroken(f"{person.name} is on the register already.")
    if live is not None:  # waited, and came all the same
        live.status, live.origin, live.offer_until = BookingStatus.BOOKED, BookingOrigin.WALK_IN, None
        live.booked_at = live.held_at = now
        live.approval = Approval.NOT_NEEDED if live.approval is Approval.ASKED else live.approval
        db.session.flush()
        booking = live
    else:
        booking = bookings.add(
            Booking(
                session=session,
                person=person,
                status=BookingStatus.BOOKED,
                origin=BookingOrigin.WALK_IN,
                asked_at=now,
                held_at=now,
                booked_at=now,
                made_by_id=by.id,
            )
        )
    bookings.note("booking:walked_in", booking, actor=by, now=now)
    if live is not None:  # a place that was held for them is somebody else's now
        bookings.settle(session=session, now=now)
    return booking


def _add_person(first_name: str, last_name: str, email: str, organisation_id: int) -> Person:
    """A person without a role or a password, and perhaps without an address: then no letter goes to them. RuleBroken where the
    address belongs to a role: the room does not wait for it, they can be added without one."""
    if email:
        check_personal(email, role_mailboxes())
    here = partnership()
    person = Person(
        email=email or None,
        first_name=first_name.strip(),
        last_name=last_name.strip(),
        organisation=db.session.get_one(Organisation, organisation_id),
        made_up=here is not None and here.made_up,
    )
    try:
        with db.session.begin_nested():
            db.session.add(person)
    except IntegrityError:  # the same person walked into two rooms at once: the other room was quicker
        known = person_by_email(email) if email else None
        if known is None:
            raise
        return known
    return person
