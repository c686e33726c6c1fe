"""Passing a place on to a colleague, and moving it to another date. Each locks before it looks at anything."""

from datetime import datetime

from lms.accounts.models import Person
from lms.bookings import emails as booking_emails
from lms.bookings import queries as booking_queries
from lms.bookings import rules as booking_rules
from lms.bookings.models import Approval, Booking, BookingStatus, Ending
from lms.bookings.operations import add, end, lock_session, lock_sessions, note, settle
from lms.catalogue.models import CourseSession
from lms.db import db
from lms.needs.operations import carry
from lms.swaps import emails, queries, rules


def substitute(
    *,
    booking: Booking,
    colleague: Person,
    by: Person,
    now: datetime,
    learned_elsewhere: bool = False,
    staff: bool = False,
) -> Booking:
    """The confirmed place of `booking` is the colleague's; returns their booking, the old one has ended.

    Nothing becomes free and nothing is confirmed anew, so it can be done until the start, also when the place could no longer
    be given back, and while more people have places than there are. Where the course asks managers, the colleague's is asked
    and the place is held, unless `by` is a training lead of the organisation or an officer (`staff`). RuleBroken when the place
    is not there any more, or when the colleague works elsewhere, teaches, has a place, or has not learned what comes before.
    """
    session = lock_session(booking.session_id)
    db.session.refresh(booking)
    live, asks = check_substitute(
        booking=booking, colleague=colleague, by=by, now=now, learned_elsewhere=learned_elsewhere, staff=staff
    )
    end(booking, Ending.SUBSTITUTED, now=now)
    note("booking:substituted_out", booking, actor=by, now=now)
    emails.substituted_out(booking, now=now)
    asked_before = live is not None and live.approval is Approval.ASKED
    taken = live or Booking(session=session, person=colleague, asked_at=now, status=BookingStatus.WAITING)
    _take_over(taken, booking, by=by, asks=asks, now=now)
    taken.learned_elsewhere = taken.learned_elsewhere or learned_elsewhere
    if live is None:
        add(taken)
    db.session.flush()
    note("booking:substituted_in", taken, actor=by, now=now, took_over=1)
    if not asks:
        emails.substituted_in(taken, now=now)
    elif asked_before:
        booking_emails.approval_place_held(taken, now=now)
    else:
        booking_emails.approval_asked(taken, now=now)
        booking_emails.approval_waiting(taken, now=now)
    return taken


def check_substitute(
    *, booking: Booking, colleague: Person, by: Person, now: datetime, learned_elsewhere: bool, staff: bool
) -> tuple[Booking | None, bool]:
    """Can this colleague have the place of `booking`? Returns the booking with which they wait for the session, if they do, and
    whether their manager is asked. RuleBroken as in `substitute`, which decides with the session locked."""
    session = booking.session
    rules.check_pass_on(session, booking, now=now)
    live = _live(colleague, session)
    rules.check_colleague(
        name=colleague.name,
        organisation=booking.organisation.name,
        same_person=colleague.id == booking.person_id,
        works_there=colleague.organisation_id == booking.organisation_id and colleague.is_active,
        reachable=bool(colleague.email),
        teaches=booking_queries.teaches(colleague, session),
        live=live.status if live else None,
    )
    missing = booking_queries.missing_before(colleague, session.course)
    known = live is not None and live.learned_elsewhere
    rules.check_learned_before(colleague.name, missing, learned_elsewhere=learned_elsewhere or known)
    said_yes = staff or queries.leads(by, booking.organisation_id) or (live and live.approval is Approval.GIVEN)
    asks = session.course.needs_approval and not said_yes
    if asks and not (live and live.approval is Approval.ASKED):
        rules.check_manager(
            colleague.name,
            manager_name=colleague.manager_name,
            manager_email=colleague.manager_email,
            own_email=colleague.email,
        )
    return live, asks


def _live(person: Person, session: CourseSession) -> Booking | None:
    """Their booking that counts, as it is since the session was locked."""
    found = booking_queries.live_booking(person, session)
    if found:
        db.session.refresh(found)
    return found


def _take_over(taken: Booking, before: Booking, *, by: Person, asks: bool, now: datetime) -> None:
    """The place of `before` is held by `taken`: confirmed, or until the manager answers."""
    session = before.session
    taken.replaces, taken.organisation = before, before.organisation
    taken.made_by_id = by.id if by.id != taken.person_id else None
    taken.held_at, taken.lapsed_at = now, None
    if not asks:
        if taken.approval is Approval.ASKED:
            taken.answered_at, taken.approval_reminder_at = now, None
        taken.approval = Approval.GIVEN if session.course.needs_approval else Approval.NOT_NEEDED
        taken.status, taken.booked_at = BookingStatus.BOOKED, now
    elif taken.approval is Approval.ASKED:
        taken.status = BookingStatus.APPROVAL
    else:
        taken.approval = Approval.ASKED
        taken.manager_name, taken.manager_email = taken.person.manager_name, taken.person.manager_email
        taken.approve_until = booking_rules.approve_until(session, now=now)
        taken.approval_reminder_at = booking_rules.approval_reminder_at(taken.approve_until, now=now)
        taken.status = BookingStatus.APPROVAL


def transfer(*, booking: Booking, to: CourseSession, by: Person, now: datetime, staff: bool = False) -> Booking:
    """The booking moves to another date of its course; returns the booking there, the old one has ended.

    A place moves to a place, and its entry in the calendar with it; who waits gets a place if there is one for them, else waits
    there. What the manager has said, or is still to say, goes along. RuleBroken when it is too late to move it by oneself
    (`staff`: an officer does it), when nobody can book that date, when there is no room, or when the person is there already.
    """
    sessions = lock_sessions([booking.session_id, to.id])
    db.session.refresh(booking)
    session, to = sessions[booking.session_id], sessions[to.id]
    rules.check_can_move(session, booking, now=now, staff=staff)
    rules.check_other_date(session, to)
    booking_rules.check_open(to, now=now, staff=staff)
    booking_rules.check_not_held(
        booking_rules.held_for_others(
            host_organisation_id=to.host_organisation_id, organisation_id=booking.organisation_id
        )
    )
    live = _live(booking.person, to)
    rules.check_free_there(
        booking.person.name,
        teaches=booking_queries.teaches(booking.person, to),
        live=live.status if live else None,
    )
    room = booking_queries.places_of([to])[to.id].open_to(booking_queries.who_booked(booking))
    rules.check_room(room, booking.status)
    moved = add(_moved(booking, to, room=room, by=by, now=now))
    before = booking.status
    carry(booking, moved)
    end(booking, Ending.TRANSFERRED, now=now)
    note("booking:transferred", booking, actor=by, now=now, to=to.reference)
    note("booking:moved_here", moved, actor=by, now=now)
    _tell(moved, booking, had_place=before is BookingStatus.BOOKED, now=now)
    settle(session=session, now=now)
    return moved


def _moved(booking: Booking, to: CourseSession, *, room: bool, by: Person, now: datetime) -> Booking:
    """The same booking on the other date. Its calendar entry keeps its name, with a higher number: so it moves."""
    asks = booking.approval is Approval.ASKED
    status = BookingStatus.WAITING if not room else BookingStatus.APPROVAL if asks else BookingStatus.BOOKED
    had_entry = booking.status is BookingStatus.BOOKED
    until = min(booking.approve_until, to.starts_at) if asks and booking.approve_until else None
    return Booking(
        session=to,
        person=booking.person,
        organisation=booking.organisation,
        status=status,
        made_by_id=by.id if by.id != booking.person_id else None,
        asked_at=now,
        held_at=now if room else None,
        booked_at=now if status is BookingStatus.BOOKED else None,
        priority_id=booking.priority_id,
        approval=booking.approval,
        manager_name=booking.manager_name if asks else "",
        manager_email=booking.manager_email if asks else "",
        approve_until=until,
        approval_reminder_at=booking_rules.approval_reminder_at(until, now=now) if until else None,
        answered_at=booking.answered_at,
        learned_elsewhere=booking.learned_elsewhere,
        replaces=booking,
        calendar_uid=(booking.calendar_uid or booking.reference) if had_entry else "",
        sequence=booking.sequence + 1 if had_entry else 0,
    )


def _tell(moved: Booking, before: Booking, *, had_place: bool, now: datetime) -> None:
    """One letter to the person; and one to the manager who has still to answer, whose link is to what is asked now."""
    if moved.approval is Approval.ASKED:
        booking_emails.approval_asked(moved, now=now)
    if moved.status is BookingStatus.APPROVAL:
        booking_emails.approval_waiting(moved, now=now)
    elif moved.status is BookingStatus.WAITING:
        booking_emails.booking_waiting(moved, place=booking_queries.positions([moved])[moved.id], now=now)
    elif had_place:
        emails.transferred(moved, before=before, now=now)
    else:
        booking_emails.booking_booked(moved, now=now)
