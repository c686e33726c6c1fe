"""What people do with places. Each begins by locking the session, so that whoever decides, decides on what is true.

Whatever frees a place or makes one ends with `settle`, which gives it to who waits: there is no other way off the list.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Person
from lms.activity.operations import record
from lms.bookings import emails, queries, rules
from lms.bookings.models import (
    Approval,
    Booking,
    BookingOrigin,
    BookingStatus,
    CancelReason,
    Ending,
    PriorityReason,
)
from lms.bookings.rules import Moves
from lms.catalogue.models import CourseSession, SessionHold
from lms.charges import queries as charges
from lms.db import db
from lms.errors import RuleBroken

_LOCKED = (
    select(CourseSession)
    .where(CourseSession.id == bindparam("session"))
    .with_for_update(of=CourseSession)
    .execution_options(populate_existing=True)
)


def lock_session(session_id: int) -> CourseSession:
    """The session as it is now, and nobody else books, cancels or walks in until this transaction ends.

    On PostgreSQL its row is locked; on SQLite the transaction began IMMEDIATE and holds the only write lock.
    """
    return db.session.scalars(_LOCKED, {"session": session_id}).one()


def lock_sessions(session_ids: Iterable[int]) -> dict[int, CourseSession]:
    """Several sessions, locked in the order of their ids so that two people never wait for each other: {id: session}."""
    return {session_id: lock_session(session_id) for session_id in sorted(set(session_ids))}


def book_place(
    *,
    session: CourseSession,
    person: Person,
    now: datetime,
    made_by: Person | None = None,
    approved: bool = False,
    staff: bool = False,
    manager_name: str = "",
    manager_email: str = "",
    learned_elsewhere: bool = False,
) -> Booking:
    """Ask for a place: confirmed while there is room for this person, held while the manager is asked, or waiting.

    `made_by` asks for somebody else (None: the person); `approved` says that this is the agency's own word, so that nobody need
    be asked; `staff` that an officer asks, whom the booking window does not bind. RuleBroken when the session has started, is
    cancelled, not open or for another organisation, when the person teaches it or has a live booking, when something is to be
    learned before, or when a manager must be asked and none is named.
    """
    session = lock_session(session.id)
    rules.check_open(session, now=now, staff=staff)
    _check_person(session, person, learned_elsewhere=learned_elsewhere)
    asks = session.course.needs_approval and not approved
    if asks:
        manager_name, manager_email = manager_name or person.manager_name, manager_email or person.manager_email
        rules.check_manager(name=manager_name, email=manager_email, own_email=person.email)
    places = queries.places_of([session])[session.id]
    room = places.open_to(queries.who(person))
    until = rules.approve_until(session, now=now) if asks else None
    booking = add(
        Booking(
            session=session,
            person=person,
            status=_first_status(room=room, asks=asks),
            asked_at=now,
            held_at=now if room else None,
            booked_at=now if room and not asks else None,
            made_by_id=made_by.id if made_by else None,
            approval=Approval.ASKED
            if asks
            else Approval.GIVEN
            if session.course.needs_approval
            else Approval.NOT_NEEDED,
            manager_name=manager_name.strip() if asks else "",
            manager_email=manager_email.strip().lower() if asks else "",
            approve_until=until,
            approval_reminder_at=rules.approval_reminder_at(until, now=now) if until else None,
            learned_elsewhere=learned_elsewhere,
        )
    )
    note("booking:made", booking, actor=made_by or person, now=now)
    if asks:
        emails.approval_asked(booking, now=now)
    if booking.status is BookingStatus.BOOKED:
        emails.booking_booked(booking, now=now)
    elif booking.status is BookingStatus.APPROVAL:
        emails.approval_waiting(booking, now=now)
    else:
        emails.booking_waiting(booking, place=places.queued + 1, now=now)
    return booking


def _first_status(*, room: bool, asks: bool) -> BookingStatus:
    if not room:
        return BookingStatus.WAITING
    return BookingStatus.APPROVAL if asks else BookingStatus.BOOKED


def load_booking(*, session: CourseSession, person: Person, asked_at: datetime, now: datetime) -> Booking:
    """A booking another system had: a place while there is room for this person, else a place on the waiting list. No letter
    is written. RuleBroken where the session or the person stands in the way."""
    session = lock_session(session.id)
    if session.cancelled_at is not None:
        raise RuleBroken(rules.CALLED_OFF)
    _check_person(session, person, learned_elsewhere=True)
    room = queries.places_of([session])[session.id].open_to(queries.who(person))
    booking = add(
        Booking(
            session=session,
            person=person,
            status=_first_status(room=room, asks=False),
            origin=BookingOrigin.IMPORTED,
            asked_at=asked_at,
            held_at=asked_at if room else None,
            booked_at=asked_at if room else None,
        )
    )
    note("booking:imported", booking, actor=None, now=now)
    return booking


def _check_person(session: CourseSession, person: Person, *, learned_elsewhere: bool) -> None:
    """Whatever the session says about this person, whoever asks."""
    rules.check_not_teaching(queries.teaches(person, session))
    rules.check_not_held(
        rules.held_for_others(host_organisation_id=session.host_organisation_id, organisation_id=person.organisation_id)
    )
    rules.check_first(queries.live_statuses(person, [session]).get(session.id))
    missing = queries.missing_before(person, session.course)
    rules.check_prerequisites(missing, learned_elsewhere=learned_elsewhere)


def cancel_booking(
    *,
    booking: Booking,
    by: Person,
    now: datetime,
    reason: CancelReason | None = None,
    staff: bool = False,
) -> None:
    """Give a place back, turn an offer down, or leave the waiting list. What becomes free goes to who waits.

    `by` is the person, or who acts for them; `staff` says that an officer acts, who may also do it late.
    """
    session = lock_session(booking.session_id)
    db.session.refresh(booking)
    rules.check_can_cancel(session, booking, now=now, staff=staff)
    before = booking.status
    late = rules.is_late(session, booking, now=now)
    booking.cancelled_late = late
    end(booking, Ending.DECLINED if before is BookingStatus.OFFERED else Ending.CANCELLED, now=now, reason=reason)
    note("booking:cancelled", booking, actor=by, now=now, late=late or None)
    if before is not BookingStatus.BOOKED:
        emails.booking_left(booking, now=now)
    elif by.id == booking.person_id:
        emails.booking_cancelled(booking, now=now)
    else:
        cost = charges.late_line(booking, now=now) if late else ""
        emails.booking_cancelled_by_other(booking, by=by, now=now, charge=cost)
    settle(session=session, now=now)


def end(booking: Booking, ending: Ending, *, now: datetime, reason: CancelReason | None = None) -> None:
    """This booking holds and waits for nothing any more. The session is locked by whoever calls, who also writes the letter."""
    booking.status, booking.ending, booking.cancel_reason = BookingStatus.CANCELLED, ending, reason
    booking.cancelled_at, booking.offer_until = now, None
    db.session.flush()


def settle(*, session: CourseSession, now: datetime) -> list[Booking]:
    """Make what is held fit the places there are, and give what is free to those who wait, in their order.

    The session is locked by whoever calls. Places that are confirmed are never taken back. Nobody is passed over: who still
    waits for the manager's answer has the place held, and who has another session at that time is asked. Returns who got
    something.
    """
    db.session.flush()
    moves = rules.moves(session, now=now)
    places = queries.places_of([session])[session.id]
    if places.taken > places.capacity:
        withdrawn = _withdraw(session, too_many=places.taken - places.capacity, now=now)
        if withdrawn:
            places = queries.places_of([session])[session.id]
    filled: list[Booking] = []
    if moves is Moves.STILL or places.taken >= places.capacity:
        return filled
    for booking in queries.queue_of(session):
        who = queries.who_booked(booking)
        if places.left_for(who) > 0:
            _give(booking, moves, now=now)
            places = places.with_one_more(who)
            filled.append(booking)
        if places.taken >= places.capacity:
            break
    return filled


def _give(booking: Booking, moves: Moves, *, now: datetime) -> None:
    """A place for somebody who waited: theirs at once, or to be taken, or held until the manager answers."""
    session = booking.session
    booking.held_at = now
    if booking.approval is Approval.ASKED:
        booking.status = BookingStatus.APPROVAL
        db.session.flush()
        note("booking:place_held", booking, actor=None, now=now)
        emails.approval_place_held(booking, now=now)
    elif moves is Moves.BY_OFFER or queries.in_the_way(booking.person, session):
        offer(booking, now=now)
        note("booking:offered", booking, actor=None, now=now)
        emails.booking_offered(booking, now=now)
    else:
        booking.status, booking.booked_at = BookingStatus.BOOKED, now
        db.session.flush()
        note("booking:promoted", booking, actor=None, now=now)
        emails.booking_promoted(booking, now=now)


def offer(booking: Booking, *, now: datetime) -> None:
    """A place that is held for somebody is theirs to take, for so long. The session is locked by whoever calls."""
    booking.status, booking.offer_until = BookingStatus.OFFERED, rules.offer_until(booking.session, now=now)
    db.session.flush()


def _withdraw(session: CourseSession, *, too_many: int, now: datetime) -> list[Booking]:
    """There are fewer places now: what is held and not confirmed goes back to the list, the latest first."""
    back = list(queries.unconfirmed(session))[:too_many]
    for booking in back:
        booking.status, booking.held_at, booking.offer_until = BookingStatus.WAITING, None, None
    db.session.flush()
    places = queries.positions(back)
    for booking in back:
        note("booking:withdrawn", booking, actor=None, now=now)
        emails.place_withdrawn(booking, place=places[booking.id], now=now)
    return back


def take_offer(*, booking: Booking, now: datetime) -> None:
    """The person takes the place that was offered. RuleBroken when it is too late, or nothing is offered."""
    session = lock_session(booking.session_id)
    db.session.refresh(booking)
    if booking.status is not BookingStatus.OFFERED or booking.offer_until is None or now >= booking.offer_until:
        raise RuleBroken("This offer has ended. You can see on this page how your booking stands.")
    if now >= session.starts_at:
        raise RuleBroken(rules.STARTED)
    booking.status, booking.booked_at, booking.offer_until = BookingStatus.BOOKED, now, None
    db.session.flush()
    note("booking:offer_taken", booking, actor=booking.person, now=now)
    emails.booking_booked(booking, now=now)


def ask_again(*, booking: Booking, now: datetime) -> None:
    """Somebody who let an offer lapse is there after all: they join the queue again, and get what is free."""
    session = lock_session(booking.session_id)
    db.session.refresh(booking)
    if booking.status is not BookingStatus.WAITING or booking.lapsed_at is None:
        raise RuleBroken("You are not on this waiting list, or you are in the queue already.")
    rules.check_open(session, now=now)
    booking.lapsed_at = None
    db.session.flush()
    note("booking:asked_again", booking, actor=booking.person, now=now)
    settle(session=session, now=now)


def lapse_offers(now: datetime) -> int:
    """Offers that nobody answered: the place goes to the next person, and whoever did not answer stays on the list."""
    due = list(queries.offers_over(now))
    sessions = lock_sessions(booking.session_id for booking in due)
    for booking in due:
        db.session.refresh(booking)
        until = booking.offer_until
        if booking.status is not BookingStatus.OFFERED or until is None or until > now:
            continue
        booking.status, booking.held_at, booking.offer_until = BookingStatus.WAITING, None, None
        booking.lapsed_at = now
        db.session.flush()
        note("booking:offer_lapsed", booking, actor=None, now=now)
        emails.offer_lapsed(booking, until=until, now=now)
    for session in sessions.values():
        settle(session=session, now=now)
    return len(due)


def release_holds(now: datetime) -> int:
    """Places kept for a sector or an organisation until now go to whoever waits."""
    due = list(queries.holds_over(now))
    sessions = lock_sessions(hold.session_id for hold in due)
    for hold in due:
        release(hold, now=now)
    for session in sessions.values():
        settle(session=session, now=now)
    return len(due)


def release(hold: SessionHold, *, now: datetime) -> None:
    """This hold keeps nothing any more. The session is locked and settled by whoever calls."""
    hold.released_at = now
    db.session.flush()
    who = hold.organisation.name if hold.organisation else hold.sector.name if hold.sector else ""
    record(
        "session:hold_released",
        actor=None,
        subject_kind="session",
        subject=hold.session.reference,
        now=now,
        places=hold.places,
        held_for=who,
    )


def set_priority(*, booking: Booking, reason: PriorityReason | None, by: Person, now: datetime) -> None:
    """Say why somebody goes before others on the waiting list, or that they do not."""
    lock_session(booking.session_id)
    db.session.refresh(booking)
    if booking.status is not BookingStatus.WAITING:
        raise RuleBroken("Only somebody who waits can be moved in the list.")
    booking.priority = reason
    db.session.flush()
    note("booking:priority_set", booking, actor=by, now=now, priority=reason.name if reason else "none")


def add(booking: Booking) -> Booking:
    """Keep a new booking; where the database knows better that the person has one, its word is the rule's."""
    try:
        with db.session.begin_nested():
            db.session.add(booking)
    except IntegrityError:
        live = queries.live_booking(booking.person, booking.session)
        if live is None:
            raise
        rules.check_first(live.status)
    return booking


def note(verb: str, booking: Booking, *, actor: Person | None, now: datetime, **more: str | int | None) -> None:
    """Record what happened to a booking, with how it stands now: `lms verify` replays these to see that no place was given
    where there was none."""
    record(
        verb,
        actor=actor,
        subject_kind="booking",
        subject=booking.reference,
        now=now,
        session=booking.session.reference,
        status=booking.status.value,
        **more,
    )
