"""What officers do for the people of a session, and with the reasons to go first."""

from datetime import datetime

from sqlalchemy import func, select

from lms.accounts.models import Person
from lms.activity.operations import record
from lms.bookings import emails
from lms.bookings import operations as bookings
from lms.bookings import queries as booking_queries
from lms.bookings.models import Booking, BookingStatus, CancelReason, PriorityReason
from lms.bookings.operations import lock_session, note
from lms.catalogue.models import CourseSession
from lms.db import db
from lms.errors import RuleBroken
from lms.participants import queries, rules


def book_for(
    *,
    session: CourseSession,
    person: Person,
    by: Person,
    now: datetime,
    agreed: bool = False,
    manager_name: str = "",
    manager_email: str = "",
    learned_elsewhere: bool = False,
) -> Booking:
    """Book a place for somebody, also outside the booking window. `agreed`: the agency has said yes, so the manager is not asked.
    RuleBroken as for people themselves, in words for an officer."""
    session = lock_session(session.id)
    missing = booking_queries.missing_before(person, session.course)
    live = booking_queries.live_booking(person, session)
    rules.check_bookable(
        person.name,
        has_account=person.is_active,
        teaches=booking_queries.teaches(person, session),
        live=live.status if live else None,
        missing=[course.title for course in missing],
        elsewhere=learned_elsewhere,
    )
    if session.course.needs_approval and not agreed:
        name, email = manager_name or person.manager_name, manager_email or person.manager_email
        if not name.strip() or not email.strip() or email.strip().lower() == person.email:
            raise RuleBroken(rules.NO_MANAGER)
    return bookings.book_place(
        session=session,
        person=person,
        now=now,
        made_by=by,
        approved=agreed,
        staff=True,
        manager_name=manager_name,
        manager_email=manager_email,
        learned_elsewhere=learned_elsewhere,
    )


def cancel_for(*, booking: Booking, by: Person, now: datetime, reason: CancelReason | None) -> None:
    """End somebody's booking for them, also late. What becomes free goes to who waits."""
    bookings.cancel_booking(booking=booking, by=by, now=now, reason=reason, staff=True)


def promote(*, booking: Booking, by: Person, now: datetime, reason: str = "") -> None:
    """Give a free place to somebody who waits, also in the last day, when the list stands still.

    RuleBroken when there is no place for them, when their manager has not answered, when they have something else at that time,
    and when others are before them and no reason is given.
    """
    session = lock_session(booking.session_id)
    db.session.refresh(booking)
    rules.check_can_promote(session, booking, now=now)
    name = booking.person.name
    places = booking_queries.places_of([session])[session.id]
    left = places.left_for(booking_queries.who_booked(booking))
    rules.check_place(name, left=left, free=places.capacity - places.taken)
    clashes = booking_queries.in_the_way(booking.person, session)
    rules.check_nothing_else(name, [one.session.course.title for one in clashes])
    rules.check_reason(name, reason, place=booking_queries.positions([booking])[booking.id])
    booking.status, booking.booked_at, booking.held_at, booking.lapsed_at = BookingStatus.BOOKED, now, now, None
    db.session.flush()
    note("booking:promoted", booking, actor=by, now=now, reason=reason.strip() or None)
    emails.booking_promoted(booking, now=now)


def set_priority(*, booking: Booking, reason: PriorityReason | None, by: Person, now: datetime) -> None:
    """Say why somebody goes before others, or that they do not."""
    bookings.set_priority(booking=booking, reason=reason, by=by, now=now)


# The reasons to go first.


def add_priority(*, name: str, by: Person, now: datetime) -> PriorityReason:
    """A new reason, after those there are."""
    _check_name(name)
    last = db.session.scalar(select(func.max(PriorityReason.rank)))
    reason = PriorityReason(name=name.strip(), rank=(last or 0) + 1)
    db.session.add(reason)
    db.session.flush()
    _note("priority:added", reason, by, now)
    return reason


def rename_priority(*, reason: PriorityReason, name: str, by: Person, now: datetime) -> None:
    """Put the words of a reason right; whoever has it keeps it."""
    _check_name(name, besides=reason)
    before = reason.name
    if before != name.strip():
        reason.name = name.strip()
        db.session.flush()
        _note("priority:renamed", reason, by, now, before=before)


def move_priority(*, reason: PriorityReason, up: bool, by: Person, now: datetime) -> None:
    """Let a reason go before the one above it, or after the one below. Waiting lists follow at once."""
    order = _locked()
    place = order.index(reason) if reason in order else -1
    other = place + (-1 if up else 1)
    if place < 0 or not 0 <= other < len(order):
        return
    order[place], order[other] = order[other], order[place]
    for rank, one in enumerate(order, 1):
        one.rank = rank
    db.session.flush()
    _note("priority:moved", reason, by, now, place=other + 1)


def retire_priority(*, reason: PriorityReason, by: Person, now: datetime) -> None:
    """Give a reason to nobody else; whoever has it keeps it."""
    if reason.retired_at is None:
        reason.retired_at = now
        db.session.flush()
        _note("priority:retired", reason, by, now)


def bring_back_priority(*, reason: PriorityReason, by: Person, now: datetime) -> None:
    """Give a reason again, after the others."""
    if reason.retired_at is not None:
        last = db.session.scalar(select(func.max(PriorityReason.rank)))
        reason.retired_at, reason.rank = None, (last or 0) + 1
        db.session.flush()
        _note("priority:brought_back", reason, by, now)


def _locked() -> list[PriorityReason]:
    """The reasons that are given, in order; nobody else moves one until this transaction ends."""
    every = select(PriorityReason).order_by(PriorityReason.id).with_for_update()
    db.session.scalars(every.execution_options(populate_existing=True)).all()
    return list(queries.priorities())


def _check_name(name: str, besides: PriorityReason | None = None) -> None:
    if not name.strip():
        raise RuleBroken(rules.NO_NAME)
    for one in queries.priorities(retired=True):
        if one is not besides and one.name.casefold() == name.strip().casefold():
            raise RuleBroken(rules.NAMED_ALREADY)


def _note(verb: str, reason: PriorityReason, by: Person, now: datetime, **more: str | int) -> None:
    record(verb, actor=by, subject_kind="priority_reason", subject=str(reason.id), now=now, name=reason.name, **more)
