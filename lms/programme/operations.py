"""What officers do with a session: make it, change it, publish it. Whatever concerns people with places locks it first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms.accounts.models import Person
from lms.activity.operations import record
from lms.attendance.operations import forget_marks
from lms.bookings.models import BookingStatus
from lms.bookings.operations import lock_session, settle
from lms.bookings.queries import places_of
from lms.catalogue.models import Course, CourseSession, SessionDate, SessionHold
from lms.courses import operations as courses
from lms.dates import london
from lms.db import db
from lms.demand.operations import tell_interested
from lms.errors import RuleBroken
from lms.programme import emails, queries, rules
from lms.programme.rules import Change, Details, Held, Refused
from lms.teams.operations import retime


def add_session(*, course: Course, said: Details, by: Person, now: datetime) -> CourseSession:
    """A new session, as a draft only officers see. Refused where something does not fit together or lies in the past."""
    rules.check_offered(course.retired_at is not None)
    rules.check(said)
    rules.check_to_come(said.starts_at, now)
    # Whoever else makes a session of this course waits here, so that no reference is given twice.
    db.session.execute(select(Course.id).where(Course.id == course.id).with_for_update())
    session = CourseSession(
        reference=rules.reference_of(course.code, london(said.starts_at).date(), queries.references(course.code)),
        course=course,
        starts_at=said.starts_at,
        ends_at=max(ends for _, ends in said.dates),
        mode=said.mode,
        capacity=said.capacity,
        added_at=now,
        dates=[SessionDate(starts_at=starts, ends_at=ends) for starts, ends in sorted(said.dates)],
        holds=[SessionHold(**vars(one)) for one in said.holds],
    )
    _set_columns(session, said)
    db.session.add(session)
    db.session.flush()
    session.trainers = list(queries.people_by_id(said.trainer_ids))
    _check_people(session)
    _note("session:added", session, by, now, places=session.capacity)
    return session


def load_session(*, course: Course, said: Details, reference: str, published: bool, now: datetime) -> CourseSession:
    """A session another system had, with its own reference where it has one. One that is over is what happened; nobody is written
    to. Refused where something does not fit together."""
    rules.check(said)
    over = said.starts_at <= now
    session = CourseSession(
        reference=reference
        or rules.reference_of(course.code, london(said.starts_at).date(), queries.references(course.code)),
        course=course,
        starts_at=said.starts_at,
        ends_at=max(ends for _, ends in said.dates),
        mode=said.mode,
        capacity=said.capacity,
        added_at=now,
        published_at=now if published or over else None,
        imported=over,
    )
    _set_columns(session, said)
    db.session.add(session)
    db.session.flush()
    session.trainers = list(queries.people_by_id(said.trainer_ids))
    _note("session:imported", session, None, now, places=session.capacity)
    return session


def add_venue(*, name: str, address: str, access_notes: str, by: Person, now: datetime) -> int:
    """A venue that was not in the list; its id. Refused where there is one of this name."""
    try:
        return courses.add_venue(name=name, address=address, access_notes=access_notes, actor=by, now=now).id
    except RuleBroken as no:
        raise Refused("venue_name", str(no)) from None


@dataclass(frozen=True)
class Outcome:
    """What a change did: who was written to, how many places are over, and how many people got something."""

    change: Change
    with_place: int = 0
    on_list: int = 0
    over: int = 0

    @property
    def letters(self) -> int:
        """How many people get a letter about the change."""
        return self.with_place + self.on_list


def change_session(*, session: CourseSession, said: Details, by: Person, now: datetime, reason: str = "") -> Outcome:
    """Make a session what an officer says. Where the date, the time or the place is another one, everybody with a place, on the
    list or asked about gets one letter, and who has a place may give it back without charge until the start.

    `reason`: why there are fewer places than people. Refused as when adding, where people with places stand in the way, and where
    what has started would change.
    """
    session = lock_session(session.id)
    rules.check_not_cancelled(session.cancelled_at is not None)
    rules.check(said)
    held = queries.held_now(session)
    rules.check_not_started(session, said, holds_changed=sorted(said.holds, key=_by) != sorted(held, key=_by), now=now)
    moved = sorted(said.dates) != sorted(rules.dates_of(session))
    if moved:
        rules.check_to_come(said.starts_at, now)
    before, was = queries.shown(session), queries.as_kept(session)
    old_when = emails.when_of(session)
    _set_dates(session, said.dates, by=by, now=now)
    _set_columns(session, said)
    session.trainers = list(queries.people_by_id(said.trainer_ids))
    _check_people(session)
    _set_capacity(session, said.capacity, held=sum(one.places for one in said.holds), by=by, now=now, reason=reason)
    _set_holds(session, said.holds, by=by, now=now)
    if moved:
        _retime(session, now=now)
    db.session.flush()
    db.session.refresh(session, ["venue", "group", "host_organisation"])
    fields = sorted(name for name, value in queries.as_kept(session).items() if value != was[name])
    if fields:
        _note("session:changed", session, by, now, fields=", ".join(fields))
    change = rules.change_of(before, queries.shown(session))
    told = (0, 0)
    if change.told and session.published_at is not None:
        told = _tell(session, change, old_when=old_when if change.when else "", now=now)
    settle(session=session, now=now)
    return Outcome(change, *told, over=max(queries.confirmed(session) - session.capacity, 0))


def _by(one: Held) -> tuple[int, int, datetime, int]:
    return one.sector_id or 0, one.organisation_id or 0, one.release_at, one.places


def _set_columns(session: CourseSession, said: Details) -> None:
    """What is one column each; the number of places is not, because people stand behind it."""
    session.mode, session.venue_id = said.mode, said.venue_id
    session.joining_link, session.minimum = said.joining_link, said.minimum
    session.booking_opens_at, session.booking_closes_at = said.opens_at, said.closes_at
    session.audience, session.bring = said.audience, said.bring
    session.host_organisation_id, session.group_id = said.host_organisation_id, said.group_id
    session.asks_access, session.asks_diet = said.asks_access, said.asks_diet


def _set_dates(
    session: CourseSession, dates: Iterable[tuple[datetime, datetime]], *, by: Person, now: datetime
) -> None:
    """The rows of dates that stay keep their place; the others are changed, added or taken away. What the register says of a day
    goes with the day."""
    wanted = dict(sorted(dates))
    kept = [one for one in session.dates if one.starts_at in wanted]
    free = [one for one in session.dates if one not in kept]
    for one in kept:
        one.ends_at = wanted.pop(one.starts_at)
    for starts_at, ends_at in wanted.items():
        if free:
            changed = free.pop(0)
            if london(changed.starts_at).date() != london(starts_at).date():
                forget_marks(changed, by=by, now=now)
            changed.starts_at, changed.ends_at = starts_at, ends_at
        else:
            session.dates.append(SessionDate(starts_at=starts_at, ends_at=ends_at))
    for one in free:
        forget_marks(one, by=by, now=now)
        session.dates.remove(one)
    session.starts_at = min(one.starts_at for one in session.dates)
    session.ends_at = max(one.ends_at for one in session.dates)
    db.session.flush()
    db.session.expire(session, ["dates"])


def _check_people(session: CourseSession) -> None:
    db.session.flush()
    rules.check_people(
        teaching=queries.teaching_with_place(session),
        elsewhere=queries.from_elsewhere(session),
        host=queries.host_name(session),
    )


def _retime(session: CourseSession, *, now: datetime) -> None:
    """Nothing that people can wait for ends after the start; places are to be named by the day that goes with the date."""
    for booking in queries.unfinished(session):
        if booking.offer_until is not None:
            booking.offer_until = min(booking.offer_until, session.starts_at)
        if booking.approve_until is not None:
            booking.approve_until = min(booking.approve_until, session.starts_at)
    for reservation in queries.reservations(session):
        retime(reservation, now=now)


def _tell(session: CourseSession, change: Change, *, old_when: str, now: datetime) -> tuple[int, int]:
    """One letter to everybody it concerns: how many have a place, and how many do not."""
    with_place, on_list = 0, 0
    for booking in queries.live(session):
        if booking.status is BookingStatus.BOOKED:
            if change.when or change.where:
                booking.moved_at = now
            emails.changed(booking, what=change.what, old_when=old_when, now=now)
            with_place += 1
        else:
            emails.waiting_changed(booking, what=change.what, old_when=old_when, now=now)
            on_list += 1
    for reservation in queries.reservations(session):
        emails.reservation_changed(reservation, what=change.what, old_when=old_when, now=now)
    db.session.flush()
    return with_place, on_list


# Places.


def change_capacity(
    *, session: CourseSession, capacity: int, by: Person | None, now: datetime, reason: str = ""
) -> None:
    """Give a session more places or fewer. Nobody loses a confirmed place; what becomes free goes to who waits.

    RuleBroken when the session is cancelled, when more places are held for some than there would be, and when more are confirmed
    than there would be and no reason is given.
    """
    session = lock_session(session.id)
    rules.check_not_cancelled(session.cancelled_at is not None)
    _set_capacity(session, capacity, held=queries.held(session), by=by, now=now, reason=reason)
    settle(session=session, now=now)


def _set_capacity(
    session: CourseSession, capacity: int, *, held: int, by: Person | None, now: datetime, reason: str
) -> None:
    before = session.capacity
    if capacity == before:
        return
    rules.check_capacity(capacity, held=held, confirmed=queries.confirmed(session), reason=reason)
    session.capacity = capacity
    db.session.flush()
    more = {"before": before, "after": capacity, "reason": reason.strip() or None}
    _note("session:capacity_changed", session, by, now, **more)


def _set_holds(session: CourseSession, wanted: Iterable[Held], *, by: Person, now: datetime) -> None:
    """The held places an officer says: those that are no longer there are open to anybody. Only what is free can be held."""
    there = {_whose(one): one for one in session.holds if one.released_at is None}
    said = {_whose(one): one for one in wanted}
    changed = []
    for whose, hold in there.items():
        if whose not in said:
            session.holds.remove(hold)
            changed.append(f"{queries.whose_name(hold)}: {hold.places} to 0")
    for whose, one in said.items():
        if whose not in there:
            new = SessionHold(**vars(one))
            session.holds.append(new)
            db.session.flush()
            changed.append(f"{queries.whose_name(new)}: 0 to {one.places}")
            continue
        hold = there[whose]
        if (hold.places, hold.release_at) != (one.places, one.release_at):
            changed.append(f"{queries.whose_name(hold)}: {hold.places} to {one.places}")
            hold.places, hold.release_at = one.places, one.release_at
    db.session.flush()
    if changed:
        places = places_of([session])[session.id]
        rules.check_holds(kept_free=places.kept_free, free=places.capacity - places.taken)
        _note("session:holds_changed", session, by, now, holds="; ".join(changed))


def _whose(one: Held | SessionHold) -> tuple[int | None, int | None]:
    return one.sector_id, one.organisation_id


# What people see.


def publish(*, session: CourseSession, by: Person, now: datetime) -> int:
    """Show a draft to people, who can then book; how many are told that there is a new date."""
    session = lock_session(session.id)
    rules.check_not_cancelled(session.cancelled_at is not None)
    if session.published_at is not None:
        raise RuleBroken(rules.PUBLISHED)
    rules.check_to_come(session.starts_at, now)
    session.published_at = now
    db.session.flush()
    _note("session:published", session, by, now)
    return tell_interested(session=session, now=now)


def take_back(*, session: CourseSession, by: Person, now: datetime) -> None:
    """Make a draft of a session again, while nobody has booked it."""
    session = lock_session(session.id)
    _check_nobody_booked(session)
    if session.published_at is not None:
        session.published_at = None
        db.session.flush()
        _note("session:taken_back", session, by, now)


def remove_draft(*, session: CourseSession, by: Person, now: datetime) -> None:
    """Delete a draft. RuleBroken when it is published, somebody has booked it, or something else refers to it."""
    session = lock_session(session.id)
    _check_nobody_booked(session)
    if session.published_at is not None:
        raise RuleBroken("This session is published. Make it a draft again before you delete it.")
    _note("session:removed", session, by, now)
    session.trainers = []
    try:
        with db.session.begin_nested():
            db.session.delete(session)
    except IntegrityError:
        raise RuleBroken("Something else refers to this draft, so it cannot be deleted. Cancel it instead.") from None


def _check_nobody_booked(session: CourseSession) -> None:
    rules.check_not_cancelled(session.cancelled_at is not None)
    if queries.was_booked(session):
        raise RuleBroken(rules.KEPT)


def _note(verb: str, session: CourseSession, by: Person | None, now: datetime, **more: str | int | None) -> None:
    record(verb, actor=by, subject_kind="session", subject=session.reference, now=now, **more)
