"""What is done for a team: places for several people at once, places for people still to be named, a colleague's booking."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Person
from lms.accounts.operations import add_colleague, keep_details
from lms.accounts.queries import person_by_email
from lms.activity.operations import record
from lms.approvals import operations as approvals
from lms.bookings import emails as booking_emails
from lms.bookings import queries as booking_queries
from lms.bookings import rules as booking_rules
from lms.bookings.models import Approval, Booking, BookingStatus, CancelReason, Reservation
from lms.bookings.operations import add, book_place, cancel_booking, lock_session, lock_sessions, note, settle
from lms.catalogue.models import CourseSession
from lms.db import db
from lms.errors import RuleBroken
from lms.teams import emails, plans, queries, rules
from lms.teams.plans import Plan, Wish
from lms.teams.rules import NewColleague


class SayFirst(RuleBroken):
    """Not everybody would get what was asked for, and nobody has said so yet: `plan` is what would be done."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("Not everybody would get a place.")
        self.plan = plan


@dataclass(frozen=True)
class Done:
    """What became of one person: their booking, or why there is none."""

    name: str
    booking: Booking | None
    why: str = ""


@dataclass
class TeamBooked:
    """What became of everybody, in order, and of the places to be named later."""

    people: list[Done] = field(default_factory=list)
    reservation: Reservation | None = None
    unnamed_why: str = ""


# Booking for several people.


def book_team(
    *,
    session: CourseSession,
    people: Sequence[Person],
    new_people: Sequence[NewColleague] = (),
    unnamed: int = 0,
    by: Person,
    now: datetime,
    learned_elsewhere: bool = False,
    said: str | None = None,
) -> TeamBooked:
    """Book a place for each of these people, by name, then the new ones as typed; when places run out the others wait. The
    lead's word counts as the agency's approval. Nobody's problem is in the way of the others.

    `unnamed` places more are kept for people to be named later. `learned_elsewhere` says so of everybody without a record of
    what comes before. `said` is the key of the plan that was shown (None: nobody looks); SayFirst, and nothing is done, where
    there is something to say that was not said. RuleBroken when the session cannot be booked or somebody is not of `by`'s
    organisation.
    """
    session = lock_session(session.id)
    booking_rules.check_open(session, now=now)
    booking_rules.check_not_held(
        booking_rules.held_for_others(
            host_organisation_id=session.host_organisation_id, organisation_id=by.organisation_id
        )
    )
    _check_team(people, new_people, by=by)
    plan = plans.plan_of(
        session, people, new_people, by=by, now=now, unnamed=unnamed, learned_elsewhere=learned_elsewhere
    )
    if said is not None and plan.to_say and (plan.empty or plan.key != said):
        raise SayFirst(plan)
    result = TeamBooked(unnamed_why=plan.unnamed_why)
    added = _add_new([*plan.booked, *plan.waiting], by=by, now=now)
    for wish in [*plan.booked, *plan.waiting]:
        person = _person_of(wish, added)
        if person.organisation_id != by.organisation_id:
            result.people.append(Done(wish.name, None, rules.IN_USE))
            continue
        elsewhere = learned_elsewhere and (wish.colleague is None or bool(wish.colleague.missing))
        booking = book_place(
            session=session, person=person, now=now, made_by=by, approved=True, learned_elsewhere=elsewhere
        )
        result.people.append(Done(person.name, booking))
    result.people += [Done(wish.name, None, why) for wish, why in plan.refused]
    if plan.unnamed:
        result.reservation = reserve(session=session, places=plan.unnamed, by=by, now=now)
    return result


def _check_team(people: Sequence[Person], new_people: Sequence[NewColleague], *, by: Person) -> None:
    """Not too many, and all of one's own organisation."""
    if len(people) + len(new_people) > rules.MOST_PEOPLE:
        raise RuleBroken(rules.TOO_MANY)
    if any(person.organisation_id != by.organisation_id for person in people):
        raise RuleBroken(rules.NOT_OURS)


def _add_new(wishes: Sequence[Wish], *, by: Person, now: datetime) -> dict[str, Person]:
    """The people who are not known yet, by their address. In one order, so that two leads never wait for each other."""
    new = {wish.new.email: wish.new for wish in wishes if wish.new and wish.colleague is None}
    return {email: _add_one(new[email], by=by, now=now) for email in sorted(new)}


def _add_one(new: NewColleague, *, by: Person, now: datetime) -> Person:
    try:
        with db.session.begin_nested():
            return add_colleague(first_name=new.first_name, last_name=new.last_name, email=new.email, by=by, now=now)
    except IntegrityError:  # somebody else added the same address at this moment
        known = person_by_email(new.email)
        if known is None:
            raise
        return known


def _person_of(wish: Wish, added: dict[str, Person]) -> Person:
    if wish.colleague:
        return wish.colleague.person
    if wish.new is None:
        raise LookupError("a wish is for somebody")
    return added[wish.new.email]


# Places without a name.


def reserve(*, session: CourseSession, places: int, by: Person, now: datetime) -> Reservation:
    """Keep so many places for people to be named. The session is locked and has the places; whoever calls has made sure."""
    name_by = booking_rules.cancel_window(session)
    reservation = Reservation(
        session=session,
        organisation=by.organisation,
        made_by=by,
        made_at=now,
        asked=places,
        places=places,
        name_by=name_by,
        reminder_at=rules.naming_reminder_at(name_by, now=now),
    )
    db.session.add(reservation)
    db.session.flush()
    note_reservation("reservation:made", reservation, actor=by, now=now, places=places)
    emails.reservation_made(reservation, now=now)
    return reservation


def name_places(
    *,
    reservation: Reservation,
    people: Sequence[Person],
    new_people: Sequence[NewColleague] = (),
    by: Person,
    now: datetime,
    learned_elsewhere: bool = False,
) -> TeamBooked:
    """Give kept places to these people. Who waits for this session gets one of them and waits no more. Nobody's problem is in
    the way of the others.

    RuleBroken when it is too late, when there are fewer places than people, or somebody is not of `by`'s organisation.
    """
    session = _lock(reservation)
    rules.check_nameable(reservation, now=now)
    _check_team(people, new_people, by=by)
    wishes, refused = plans.wishes_of(
        session, people, new_people, by=by, learned_elsewhere=learned_elsewhere, naming=True
    )
    rules.check_enough(reservation, len(wishes))
    places = booking_queries.places_of([session])[session.id]
    # The place was the organisation's before the capacity was lowered: nobody is confirmed anew.
    took_over = 1 if places.taken > places.capacity else None
    result, added = TeamBooked(reservation=reservation), _add_new(wishes, by=by, now=now)
    for wish in wishes:
        person = _person_of(wish, added)
        if person.organisation_id != reservation.organisation_id:
            result.people.append(Done(wish.name, None, rules.IN_USE))
            continue
        _take_one(reservation, by=by, now=now)
        missing = wish.colleague is None or bool(wish.colleague.missing)
        booking = _name(session, person, by=by, now=now, learned_elsewhere=learned_elsewhere and missing)
        note("booking:named", booking, actor=by, now=now, took_over=took_over)
        result.people.append(Done(person.name, booking))
    result.people += [Done(wish.name, None, why) for wish, why in refused]
    return result


def _lock(reservation: Reservation) -> CourseSession:
    """The session of these places, locked, and the places as they are now."""
    session = lock_session(reservation.session_id)
    db.session.refresh(reservation)
    if reservation.session_id != session.id:
        raise RuleBroken(rules.MOVED)
    return session


def _take_one(reservation: Reservation, *, by: Person, now: datetime) -> None:
    """One place of these has a name now."""
    reservation.places -= 1
    reservation.ended_at = now if reservation.places == 0 else None
    db.session.flush()
    note_reservation("reservation:named", reservation, actor=by, now=now, places=-1)


def _name(session: CourseSession, person: Person, *, by: Person, now: datetime, learned_elsewhere: bool) -> Booking:
    """The booking of somebody who gets a kept place, with its letter: a new one, or that with which they wait."""
    booking = booking_queries.live_booking(person, session)
    if booking is not None:
        booking.status, booking.held_at, booking.booked_at, booking.lapsed_at = BookingStatus.BOOKED, now, now, None
        if booking.approval is Approval.ASKED:
            booking.approval, booking.answered_at = Approval.GIVEN, now
        booking.learned_elsewhere = booking.learned_elsewhere or learned_elsewhere
        db.session.flush()
        booking_emails.booking_promoted(booking, now=now)
        return booking
    booking = add(
        Booking(
            session=session,
            person=person,
            status=BookingStatus.BOOKED,
            asked_at=now,
            held_at=now,
            booked_at=now,
            made_by_id=by.id,
            approval=Approval.GIVEN if session.course.needs_approval else Approval.NOT_NEEDED,
            learned_elsewhere=learned_elsewhere,
        )
    )
    booking_emails.booking_booked(booking, now=now)
    return booking


def give_back(*, reservation: Reservation, places: int, by: Person, now: datetime) -> None:
    """So many places without a name are not needed: they go to whoever waits."""
    session = _lock(reservation)
    rules.check_nameable(reservation, now=now)
    rules.check_give_back(reservation, places)
    if places == reservation.places:
        end_reservation(reservation, actor=by, now=now)
    else:
        reservation.places -= places
        db.session.flush()
        note_reservation("reservation:given_back", reservation, actor=by, now=now, places=-places)
    settle(session=session, now=now)


def end_reservations(now: datetime) -> int:
    """Places nobody was named for in time go to whoever waits."""
    due = list(queries.reservations_over(now))
    sessions = lock_sessions(reservation.session_id for reservation in due)
    for reservation in due:
        db.session.refresh(reservation)
        if reservation.ended_at is not None or reservation.name_by > now or reservation.session_id not in sessions:
            continue
        emails.reservation_ended(reservation, now=now)
        end_reservation(reservation, actor=None, now=now)
    for session in sessions.values():
        settle(session=session, now=now)
    return len(due)


def end_reservation(reservation: Reservation, *, actor: Person | None, now: datetime) -> None:
    """Its places without a name are given back. The session is locked and settled by whoever calls."""
    places, reservation.places, reservation.ended_at = reservation.places, 0, now
    db.session.flush()
    note_reservation("reservation:ended", reservation, actor=actor, now=now, places=-places)


def retime(reservation: Reservation, *, now: datetime) -> None:
    """Its session is on another date: people are to be named by the day that goes with it, or by the one they know where that is
    over. The session is locked by whoever calls."""
    session, window = reservation.session, booking_rules.cancel_window(reservation.session)
    name_by = window if window > now else min(reservation.name_by, session.starts_at)
    if name_by != reservation.name_by:
        reservation.name_by, reservation.reminder_at = name_by, rules.naming_reminder_at(name_by, now=now)
    db.session.flush()


def remind(now: datetime) -> int:
    """One reminder of names that are due soon."""
    due = list(queries.to_remind(now))
    lock_sessions(reservation.session_id for reservation in due)
    for reservation in due:
        db.session.refresh(reservation)
        reservation.reminder_at = None
        if reservation.ended_at is None and now < reservation.name_by:
            emails.reservation_reminder(reservation, now=now)
    db.session.flush()
    return len(due)


def note_reservation(verb: str, reservation: Reservation, *, actor: Person | None, now: datetime, places: int) -> None:
    """Record what happened to places without a name; `places` is by how many they changed."""
    record(
        verb,
        actor=actor,
        subject_kind="reservation",
        subject=reservation.reference,
        now=now,
        session=reservation.session.reference,
        places=places,
    )


# A colleague's booking.


def cancel_for(*, booking: Booking, by: Person, now: datetime, reason: CancelReason | None = None) -> None:
    """Cancel a colleague's place, or take them off the list. RuleBroken where only they, or only an officer, can."""
    session = lock_session(booking.session_id)
    db.session.refresh(booking)
    rules.check_can_cancel_for(session, booking, now=now)
    cancel_booking(booking=booking, by=by, now=now, reason=reason)


def answer_for(*, booking: Booking, yes: bool, reason: str = "", by: Person, now: datetime) -> None:
    """The agency's yes or no to a colleague's request, in place of their manager's."""
    if booking.person_id == by.id:
        raise RuleBroken(rules.OWN_REQUEST)
    if yes:
        approvals.approve(booking=booking, by=by, now=now)
    else:
        approvals.refuse(booking=booking, reason=reason, by=by, now=now)


def set_manager(*, person: Person, name: str, email: str, by: Person, now: datetime) -> None:
    """Say who a colleague's line manager is, so that nobody has to type it when they book."""
    keep_details(person=person, manager_name=name, manager_email=email, by=by, now=now)
