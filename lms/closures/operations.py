"""Cancelling a session, and letting it join another. What it did to people is told them once and cannot be undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.accounts.models import Person
from lms.activity.operations import record
from lms.bookings import emails as booking_emails
from lms.bookings import queries as booking_queries
from lms.bookings import rules as booking_rules
from lms.bookings.models import Approval, Booking, BookingStatus, Ending
from lms.bookings.operations import add, end, lock_session, lock_sessions, note, settle
from lms.bookings.places import Who
from lms.bookings.rules import Moves
from lms.catalogue.models import CourseSession
from lms.closures import emails, queries, rules
from lms.closures.queries import Concerned
from lms.db import db
from lms.demand.operations import keep_names
from lms.needs.operations import carry
from lms.needs.queries import of_booking
from lms.programme.queries import live, reservations
from lms.teams.operations import end_reservation, note_reservation, retime


def cancel_session(*, session: CourseSession, why: str, by: Person, now: datetime) -> Concerned:
    """Call a session off: every booking ends, everybody it concerns gets one letter with the reason, and their names are kept
    for the next date of the course. RuleBroken when it is over or people came, or when nobody says why."""
    session = lock_session(session.id)
    rules.check_cancel(session, why=why, came=queries.somebody_came(session), now=now)
    concerned, why = queries.concerned(session), why.strip()
    bookings = live(session)
    for booking in bookings:
        had_place = booking.status is BookingStatus.BOOKED
        end(booking, Ending.SESSION_CANCELLED, now=now)
        note("booking:session_cancelled", booking, actor=by, now=now)
        emails.cancelled(booking, had_place=had_place, why=why, now=now)
    for booking in queries.walked_in(session):
        end(booking, Ending.SESSION_CANCELLED, now=now)
        note("booking:session_cancelled", booking, actor=by, now=now)
    written = {booking.person_id for booking in bookings}
    for reservation in reservations(session):
        end_reservation(reservation, actor=by, now=now)
        if reservation.made_by_id not in written:
            emails.reservation_cancelled(reservation, why=why, now=now)
    session.cancelled_at, session.cancelled_why = now, why
    db.session.flush()
    keep_names(course=session.course, people=[booking.person for booking in bookings], now=now)
    _note("session:cancelled", session, by, now, people=len(bookings), why=why or None)
    return concerned


@dataclass(frozen=True)
class Joined:
    """What became of the people of a session that joined another."""

    with_place: int = 0
    held: int = 0
    waiting: int = 0
    #: Who was in both sessions already.
    both: int = 0
    unnamed: int = 0

    @property
    def letters(self) -> int:
        """How many people get a letter."""
        return self.with_place + self.held + self.waiting + self.both


def merge_sessions(
    *, source: CourseSession, into: CourseSession, by: Person, now: datetime, other_course: bool = False
) -> Joined:
    """Let one session join another. Everybody keeps what they have: a confirmed place, what is offered or asked, the time of
    asking. Who was in both keeps what they have in `into`, and their place where they had it in the other alone.

    RuleBroken when one of them cannot be booked any more, when they are of different courses and that is not said to be meant,
    when people with a place would not fit, or would be on a session they teach or that is for another organisation.
    """
    sessions = lock_sessions([source.id, into.id])
    source, into = sessions[source.id], sessions[into.id]
    rules.check_merge(source, into, other_course=other_course, now=now)
    bookings = live(source)
    there = queries.live_there(into, [one.person_id for one in bookings])
    rules.check_people(
        into,
        teaching=queries.teaching_there(into, [one.person_id for one in bookings]),
        elsewhere=sum(
            booking_rules.held_for_others(
                host_organisation_id=into.host_organisation_id, organisation_id=one.organisation_id
            )
            for one in bookings
        ),
    )
    _check_room(source, into, bookings, there)
    unnamed = _move_reservations(source, into, by=by, now=now)
    counted: list[str] = []
    # Confirmed places first, so that nobody without one takes the room they need.
    for booking in sorted(bookings, key=lambda one: one.status is not BookingStatus.BOOKED):
        other = there.get(booking.person_id)
        if other is None:
            moved = _move(booking, into, by=by, now=now)
        elif booking.status is BookingStatus.BOOKED and other.status is not BookingStatus.BOOKED:
            moved = _take_over(booking, other, by=by, now=now)
        else:
            _end_double(booking, other, by=by, now=now)
            counted.append("both")
            continue
        counted.append(moved.status.value)
        emails.merged(moved, before=source, now=now)
        if moved.approval is Approval.ASKED:
            booking_emails.approval_asked(moved, now=now)
    source.cancelled_at, source.merged_into = now, into
    source.cancelled_why = f"It has joined {into.reference}."
    db.session.flush()
    _note("session:merged", source, by, now, into=into.reference, people=len(bookings))
    settle(session=into, now=now)
    return Joined(
        with_place=counted.count("booked"),
        held=counted.count("offered") + counted.count("approval"),
        waiting=counted.count("waiting"),
        both=counted.count("both"),
        unnamed=unnamed,
    )


def _check_room(
    source: CourseSession, into: CourseSession, bookings: Sequence[Booking], there: dict[int, Booking]
) -> None:
    """Is there a place for everybody who has one, with what is held there for others?"""
    places = booking_queries.places_of([into])[into.id]
    needing = [
        booking_queries.who_booked(one)
        for one in bookings
        if one.status is BookingStatus.BOOKED
        and not (one.person_id in there and there[one.person_id].status.holds_a_place)
    ]
    for reservation in reservations(source):
        needing += [Who(reservation.organisation_id, reservation.organisation.sector_id)] * reservation.places
    short = 0
    for who in needing:
        if places.left_for(who) > 0:
            places = places.with_one_more(who)
        else:
            short += 1
    rules.check_room(into, confirmed=len(needing), short=short)


def _move_reservations(source: CourseSession, into: CourseSession, *, by: Person, now: datetime) -> int:
    """The places without a name go along; how many."""
    moved = 0
    for reservation in reservations(source):
        places, before = reservation.places, reservation.session
        note_reservation("reservation:moved", reservation, actor=by, now=now, places=-places)
        reservation.session = into
        retime(reservation, now=now)
        note_reservation("reservation:moved", reservation, actor=by, now=now, places=places)
        emails.reservation_merged(reservation, before=before, now=now)
        moved += places
    return moved


def _move(booking: Booking, into: CourseSession, *, by: Person, now: datetime) -> Booking:
    """The same booking on the other session. Its entry in the calendar keeps its name, with a higher number: so it moves."""
    who = booking_queries.who_booked(booking)
    status = rules.status_there(
        booking,
        room=booking_queries.places_of([into])[into.id].open_to(who),
        moves=booking_rules.moves(into, now=now) is Moves.BY_ITSELF
        and not [one for one in booking_queries.in_the_way(booking.person, into) if one.id != booking.id],
    )
    asks = booking.approval is Approval.ASKED
    until = min(booking.approve_until, into.starts_at) if asks and booking.approve_until else None
    booked_at = (booking.booked_at or now) if status is BookingStatus.BOOKED else None
    moved = add(
        Booking(
            session=into,
            person=booking.person,
            organisation=booking.organisation,
            status=status,
            made_by_id=booking.made_by_id,
            asked_at=booking.asked_at,
            held_at=(booking.held_at or now) if status.holds_a_place else None,
            booked_at=booked_at,
            priority_id=booking.priority_id,
            offer_until=_earlier(booking.offer_until, into) if status is BookingStatus.OFFERED else None,
            lapsed_at=booking.lapsed_at if status is BookingStatus.WAITING else None,
            approval=booking.approval,
            manager_name=booking.manager_name if asks else "",
            manager_email=booking.manager_email if asks else "",
            approve_until=until,
            approval_reminder_at=booking_rules.approval_reminder_at(until, now=now) if until else None,
            answered_at=booking.answered_at,
            learned_elsewhere=booking.learned_elsewhere,
            moved_at=now if status is BookingStatus.BOOKED else None,
            **_handed_on(booking),
        )
    )
    carry(booking, moved)
    _end_moved(booking, into, by=by, now=now)
    note("booking:merged", moved, actor=by, now=now)
    return moved


def _earlier(until: datetime | None, into: CourseSession) -> datetime | None:
    return min(until, into.starts_at) if until else None


def _handed_on(booking: Booking) -> dict[str, Any]:
    """What makes the entry in the calendar the same one."""
    return {
        "replaces_id": booking.id,
        "calendar_uid": booking.calendar_uid or booking.reference,
        "sequence": booking.sequence + 1,
    }


def _take_over(booking: Booking, other: Booking, *, by: Person, now: datetime) -> Booking:
    """Who waits there, or has something held, has the place they had here."""
    if of_booking(other) is None:
        carry(booking, other)
    other.status, other.booked_at, other.held_at = BookingStatus.BOOKED, booking.booked_at, booking.held_at
    other.offer_until, other.lapsed_at, other.moved_at = None, None, now
    if other.approval is Approval.ASKED:
        other.answered_at, other.approval_reminder_at = now, None
        other.approval = Approval.GIVEN
    for name, value in _handed_on(booking).items():
        setattr(other, name, value)
    _end_moved(booking, other.session, by=by, now=now)
    note("booking:merged", other, actor=by, now=now)
    return other


def _end_moved(booking: Booking, into: CourseSession, *, by: Person, now: datetime) -> None:
    end(booking, Ending.TRANSFERRED, now=now)
    note("booking:transferred", booking, actor=by, now=now, to=into.reference)


def _end_double(booking: Booking, other: Booking, *, by: Person, now: datetime) -> None:
    """Who is in both keeps what they have there; the entry in the calendar of this one goes."""
    had_place = booking.status is BookingStatus.BOOKED
    end(booking, Ending.SESSION_CANCELLED, now=now)
    note("booking:session_cancelled", booking, actor=by, now=now)
    emails.joined_own(booking, other, had_place=had_place, now=now)


def _note(verb: str, session: CourseSession, by: Person, now: datetime, **more: str | int | None) -> None:
    record(verb, actor=by, subject_kind="session", subject=session.reference, now=now, **more)
