"""What must always be true of places and their letters; `lms verify` says where it is not."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import func, select

from lms import dates
from lms.activity.models import Activity
from lms.bookings import queries, rules
from lms.bookings.models import HOLDING, Booking, BookingOrigin, BookingStatus, Ending
from lms.bookings.rules import Moves
from lms.catalogue.models import CourseSession
from lms.db import db
from lms.letters.models import Letter
from lms.words import plural

#: The letters that give a place, and those that take it away. `Letter.dedupe` is “booking:<event>:<booking id>”.
GIVES = {"booked", "promoted", "transferred", "substituted-in"}
TAKES = {"cancelled", "session-cancelled", "substituted-out"}
#: How a booking without a place ends, and the letter that says so.
ENDS = {
    Ending.CANCELLED: "left",
    Ending.DECLINED: "left",
    Ending.REFUSED: "refused",
    Ending.SILENT: "silent",
    Ending.SESSION_CANCELLED: "session-cancelled",
}


def _letters() -> dict[int, set[str]]:
    """Which letters each booking has: {booking id: events}."""
    found: dict[int, set[str]] = defaultdict(set)
    for dedupe in db.session.scalars(select(Letter.dedupe).where(Letter.dedupe.like("booking:%"))):
        _, event, booking_id, *_ = str(dedupe).split(":")
        found[int(booking_id)].add(event)
    return found


def _wanted(booking: Booking) -> Iterator[set[str]]:
    """The letters this booking must have: of each set one or more."""
    had_place = booking.booked_at is not None
    if had_place:
        yield GIVES
    else:
        yield {"waiting", "asked", "transferred"}
    if booking.manager_email:
        yield {"manager"}
    if booking.ending is not None and had_place and booking.ending not in (Ending.TRANSFERRED, Ending.DOUBLE):
        yield TAKES
    elif booking.ending in ENDS:
        yield {ENDS[booking.ending]}


def _wrong(booking: Booking, has: set[str]) -> set[str]:
    """The letters this booking must not have."""
    if booking.origin is BookingOrigin.IMPORTED and booking.asked_at == booking.booked_at and booking.ending is None:
        return has & (GIVES | {"waiting"})
    if booking.origin is BookingOrigin.WALK_IN:  # who waited may have been told that they wait on another date now
        return has & (GIVES - {"transferred"} | TAKES)
    wrong = set() if booking.booked_at is not None else GIVES - {"transferred"} | TAKES - {"session-cancelled"}
    return has & (wrong if booking.ending is not None else wrong | TAKES)


def letters() -> list[str]:
    """Every place somebody asked for has its letters, every letter its booking, and imported bookings were told of none."""
    return list(_letter_problems())


def _letter_problems() -> Iterator[str]:
    has_letters = _letters()
    for booking in db.session.scalars(select(Booking).order_by(Booking.id)):
        has = has_letters.pop(booking.id, set())
        if booking.origin is BookingOrigin.BOOKED and booking.person.email:
            for events in _wanted(booking):
                if not has & events:
                    yield f"The booking {booking.reference} has no letter “{'” or “'.join(sorted(events))}”."
        for event in sorted(_wrong(booking, has)):
            yield f"The booking {booking.reference} has a letter “{event}” it should not have."
    for booking_id in sorted(has_letters):
        yield f"There are letters about a booking (number {booking_id}) that does not exist."


@dataclass
class _Room:
    """A session as the list of what people did says it was, line by line."""

    capacity: int
    #: How each booking of it stood, by reference.
    statuses: dict[str, str] = field(default_factory=dict)
    unnamed: int = 0

    @property
    def confirmed(self) -> int:
        return self.unnamed + sum(1 for status in self.statuses.values() if status == BookingStatus.BOOKED)


def places() -> list[str]:
    """Nobody was given a place where there was none: what people did is gone through line by line, with the capacity as it was.

    Lowering the capacity takes no place away; a colleague or another date takes over a place that was there. What was loaded
    from elsewhere is what happened, however full the room was.
    """
    rooms = _rooms()
    found = []
    lines = db.session.execute(
        select(Activity.verb, Activity.subject, Activity.details)
        .where(Activity.subject_kind.in_(["booking", "reservation", "session"]))
        .order_by(Activity.id)
    )
    for verb, subject, details in lines:
        room = rooms.get(subject if verb == "session:capacity_changed" else str(details.get("session", "")))
        if room is None:
            continue
        if verb == "session:capacity_changed":
            room.capacity = int(details["after"])
        elif verb.startswith("reservation:"):
            more = int(details.get("places", 0))
            if more > 0 and room.confirmed + more > room.capacity:
                found.append(f"The reservation {subject} took places that were not there.")
            room.unnamed += more
        elif verb == "booking:walked_in":
            room.statuses.pop(subject, None)
        elif "status" in details:
            new = details["status"] == BookingStatus.BOOKED and room.statuses.get(subject) != BookingStatus.BOOKED
            if new and room.confirmed >= room.capacity and not details.get("took_over"):
                found.append(
                    f"The booking {subject} was confirmed while {room.confirmed} of {room.capacity} were taken."
                )
            room.statuses[subject] = details["status"]
    return found + _held_for_others()


def _rooms() -> dict[str, _Room]:
    """Every session with bookings of ours, as it was before the first line about it."""
    first: dict[str, int] = {}
    changes = select(Activity.subject, Activity.details).where(Activity.verb == "session:capacity_changed")
    for reference, details in db.session.execute(changes.order_by(Activity.id)):
        first.setdefault(reference, int(details["before"]))
    rooms = {
        reference: _Room(first.get(reference, capacity))
        for reference, capacity in db.session.execute(select(CourseSession.reference, CourseSession.capacity))
    }
    imported = select(CourseSession.reference, Booking.reference).join(Booking.session)
    told = select(Activity.subject).where(Activity.verb == "booking:imported")
    imported = imported.where(
        Booking.origin == BookingOrigin.IMPORTED, Booking.status.in_(HOLDING), Booking.reference.not_in(told)
    )
    for reference, booking in db.session.execute(imported):
        rooms[reference].statuses[booking] = BookingStatus.BOOKED
    return rooms


def _held_for_others() -> list[str]:
    """Sessions where so many places are taken that what is held for some is no longer there for them."""
    held = db.session.scalars(
        select(CourseSession)
        .where(CourseSession.holds.any(), CourseSession.reference.not_in(_lowered()))
        .order_by(CourseSession.reference)
    ).all()
    return [
        f"In the session {session.reference} places held for some were given to others."
        for session in held
        if (found := queries.places_of([session])[session.id]).kept_free > max(found.capacity - found.taken, 0)
    ]


def _lowered() -> list[str]:
    """The sessions whose capacity somebody changed, or that are held for more than were free when it was said."""
    return list(
        db.session.scalars(select(Activity.subject).where(Activity.verb == "session:capacity_changed").distinct())
    )


def waiting_lists() -> list[str]:
    """Nobody who could have a free place waits for it while the list moves, and who walked in does not wait."""
    walked = select(Booking.reference).where(
        Booking.origin == BookingOrigin.WALK_IN, Booking.status == BookingStatus.WAITING
    )
    found = [f"The booking {reference} walked in and waits." for reference in db.session.scalars(walked)]
    now = dates.now()
    waited_for = db.session.scalars(
        select(CourseSession)
        .where(CourseSession.id.in_(select(Booking.session_id).where(queries.QUEUED)), CourseSession.starts_at > now)
        .order_by(CourseSession.reference)
    ).all()
    all_places = queries.places_of(waited_for)
    for session in waited_for:
        places = all_places[session.id]
        got = places.after_queue().taken - places.taken if places.holds else min(places.left, places.queued)
        if got and rules.moves(session, now=now) is not Moves.STILL:
            found.append(
                f"{plural(got, 'person waits', 'people wait')} for the session {session.reference} while places are free."
            )
    doubled = select(Booking.session_id, Booking.person_id).where(Booking.status != BookingStatus.CANCELLED)
    doubled = doubled.group_by(Booking.session_id, Booking.person_id).having(func.count() > 1)
    found += [
        f"Person {person} has two live bookings of session {session}."
        for session, person in db.session.execute(doubled)
    ]
    return found
