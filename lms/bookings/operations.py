"""What people do with places. Each begins by locking the session, so that whoever decides, decides on what is true."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Person
from lms.activity.operations import record
from lms.bookings import emails, queries, rules
from lms.bookings.models import Booking, BookingOrigin, BookingStatus
from lms.catalogue.models import CourseSession
from lms.db import db
from lms.errors import RuleBroken
from lms.organisations.models import Organisation
from lms.organisations.queries import partnership


def lock_session(session_id: int) -> CourseSession:
    """The session as it is now, and nobody else books, cancels or walks in until this transaction ends.

    On PostgreSQL its row is locked; on SQLite the transaction began IMMEDIATE and holds the only write lock.
    """
    return db.session.scalars(
        select(CourseSession)
        .where(CourseSession.id == session_id)
        .with_for_update(of=CourseSession)
        .execution_options(populate_existing=True)
    ).one()


def book_place(*, session: CourseSession, person: Person, now: datetime, made_by: Person | None = None) -> Booking:
    """Ask for a place: the booking is confirmed while there is room, and waits when there is none.

    `made_by` is whoever asks for somebody else (None: the person). RuleBroken when the session has started, is cancelled or
    is for another organisation, when the person teaches it, or has a place or waits already.
    """
    session = lock_session(session.id)
    rules.check_open(starts_at=session.starts_at, cancelled_at=session.cancelled_at, now=now)
    rules.check_not_teaching(queries.teaches(person, session))
    rules.check_not_held(
        rules.held_for_others(host_organisation_id=session.host_organisation_id, organisation_id=person.organisation_id)
    )
    live = queries.live_booking(person, session)
    rules.check_first(live.status if live else None)
    places = queries.places_of([session])[session.id]
    status = rules.status_for(capacity=places.capacity, taken=places.taken, waiting=places.waiting)
    booking = _add(
        Booking(
            session=session,
            person=person,
            status=status,
            asked_at=now,
            booked_at=now if status is BookingStatus.BOOKED else None,
            made_by_id=made_by.id if made_by else None,
        )
    )
    _record("booking:made", booking, actor=made_by or person, now=now)
    if status is BookingStatus.BOOKED:
        emails.booking_booked(booking, now=now)
    else:
        emails.booking_waiting(booking, place=places.waiting + 1, now=now)
    return booking


def cancel_booking(*, booking: Booking, by: Person, now: datetime) -> None:
    """Give a place back, or leave the waiting list. A place that becomes free goes to the next person who waits."""
    session = lock_session(booking.session_id)
    db.session.refresh(booking)
    rules.check_can_cancel(status=booking.status, starts_at=session.starts_at, now=now)
    had_place = booking.status is BookingStatus.BOOKED
    booking.status = BookingStatus.CANCELLED
    booking.cancelled_at = now
    db.session.flush()
    _record("booking:cancelled", booking, actor=by, now=now)
    if had_place:
        emails.booking_cancelled(booking, now=now)
        fill_places(session=session, now=now)


def fill_places(*, session: CourseSession, now: datetime) -> list[Booking]:
    """Give the places that are free to those who wait, in their order. The session is locked by whoever calls."""
    filled: list[Booking] = []
    if not rules.list_moves(starts_at=session.starts_at, cancelled_at=session.cancelled_at, now=now):
        return filled
    left = queries.places_of([session])[session.id].left
    while left and (booking := queries.next_waiting(session.id)):
        booking.status = BookingStatus.BOOKED
        booking.booked_at = now
        db.session.flush()
        _record("booking:promoted", booking, actor=None, now=now)
        emails.booking_promoted(booking, now=now)
        filled.append(booking)
        left -= 1
    return filled


def add_walk_in(
    *,
    session: CourseSession,
    first_name: str,
    last_name: str,
    organisation_id: int,
    by: Person,
    now: datetime,
    email: str = "",
) -> Booking:
    """Somebody came without a booking. Known by the address, or added as a person who cannot sign in.

    They take nobody's place. RuleBroken if they have a place on this session already.
    """
    session = lock_session(session.id)
    email = email.strip().lower()
    person = db.session.scalar(select(Person).where(Person.email == email)) if email else None
    person = person or _add_person(first_name, last_name, email, organisation_id)
    live = queries.live_booking(person, session)
    if live is not None and live.status is BookingStatus.BOOKED:
        raise RuleBroken(f"{person.name} is on the register already.")
    if live is not None:  # waited, and came all the same
        live.status = BookingStatus.BOOKED
        live.origin = BookingOrigin.WALK_IN
        live.booked_at = now
        db.session.flush()
        booking = live
    else:
        booking = _add(
            Booking(
                session=session,
                person=person,
                status=BookingStatus.BOOKED,
                origin=BookingOrigin.WALK_IN,
                asked_at=now,
                booked_at=now,
                made_by_id=by.id,
            )
        )
    _record("booking:walked_in", booking, actor=by, now=now)
    return booking


def _add_person(first_name: str, last_name: str, email: str, organisation_id: int) -> Person:
    """A person without a role or a password, and perhaps without an address: then no letter goes to them."""
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
        known: Person | None = db.session.scalar(select(Person).where(Person.email == email)) if email else None
        if known is None:
            raise
        return known
    return person


def _add(booking: Booking) -> Booking:
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


def _record(verb: str, booking: Booking, *, actor: Person | None, now: datetime) -> None:
    record(
        verb,
        actor=actor,
        subject_kind="booking",
        subject=booking.reference,
        now=now,
        session=booking.session.reference,
        status=booking.status.value,
    )
