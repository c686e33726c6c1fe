"""What must always be true of places and their letters; `lms verify` says where it is not."""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import func, select

from lms import dates
from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.bookings import rules
from lms.bookings.models import Booking, BookingOrigin, BookingStatus
from lms.bookings.queries import HOLDS_A_PLACE
from lms.catalogue.models import CourseSession
from lms.db import db
from lms.letters.models import Letter
from lms.words import plural

#: The letters of a booking; `Letter.dedupe` is “booking:<kind>:<booking id>”.
KINDS = {"booked", "waiting", "promoted", "cancelled"}


def _letters() -> dict[int, set[str]]:
    """Which letters each booking has: {booking id: kinds}."""
    found: dict[int, set[str]] = defaultdict(set)
    for dedupe in db.session.scalars(select(Letter.dedupe).where(Letter.dedupe.like("booking:%"))):
        _, kind, booking_id = str(dedupe).split(":")
        if kind in KINDS:
            found[int(booking_id)].add(kind)
    return found


def _wanted(status: BookingStatus, had_place: bool) -> list[set[str]]:
    """The letters a booking must have: of each set one or more."""
    if status is BookingStatus.WAITING or not had_place:
        return [{"waiting"}]
    place = {"booked", "promoted"}
    return [place, {"cancelled"}] if status is BookingStatus.CANCELLED else [place]


def _wrong(status: BookingStatus, origin: BookingOrigin, had_place: bool) -> set[str]:
    """The letters a booking must not have."""
    if origin is BookingOrigin.IMPORTED:
        return KINDS
    if origin is BookingOrigin.WALK_IN:
        return KINDS - {"waiting"}
    wrong = set() if had_place else {"booked", "promoted", "cancelled"}
    return wrong if status is BookingStatus.CANCELLED else wrong | {"cancelled"}


def letters() -> list[str]:
    """Every place somebody asked for has its letter, every letter its booking, and imported bookings have none."""
    return list(_letter_problems())


def _letter_problems() -> Iterator[str]:
    letters = _letters()
    rows = db.session.execute(
        select(Booking.id, Booking.reference, Booking.status, Booking.origin, Booking.booked_at, Person.email)
        .join(Booking.person)
        .order_by(Booking.id)
    )
    for booking_id, reference, status, origin, booked_at, address in rows:
        has = letters.pop(booking_id, set())
        had_place = booked_at is not None
        if origin is BookingOrigin.BOOKED and address:
            for kinds in _wanted(status, had_place):
                if not has & kinds:
                    yield f"The booking {reference} has no letter “{'” or “'.join(sorted(kinds))}”."
        for kind in sorted(has & _wrong(status, origin, had_place)):
            yield f"The booking {reference} has a letter “{kind}” it should not have."
    for booking_id in sorted(letters):
        yield f"There are letters about a booking (number {booking_id}) that does not exist."


def capacity() -> list[str]:
    """Nobody was given a place where there was none. Lowering the capacity later takes no place away, and is recorded."""
    taken = func.count().filter(HOLDS_A_PLACE)
    rows = db.session.execute(
        select(CourseSession.reference, CourseSession.capacity, taken)
        .join(Booking, Booking.session_id == CourseSession.id)
        .where(CourseSession.reference.not_in(_lowered()))
        .group_by(CourseSession.id, CourseSession.reference, CourseSession.capacity)
        .having(taken > CourseSession.capacity)
        # What was loaded from elsewhere is what happened, however full the room was.
        .having(func.count().filter(Booking.origin == BookingOrigin.BOOKED, Booking.status == BookingStatus.BOOKED) > 0)
        .order_by(CourseSession.reference)
    )
    return [f"The session {name} has {plural(count, 'place')} taken of {places}." for name, places, count in rows]


def _lowered() -> list[str]:
    """The sessions whose capacity somebody lowered."""
    return list(
        db.session.scalars(select(Activity.subject).where(Activity.verb == "session:capacity_lowered").distinct())
    )


def waiting_lists() -> list[str]:
    """Nobody waits while a place is free (until the list stops), and the times of a booking agree with its status."""
    found = [
        f"The booking {reference} is {status.value}, and its times say otherwise."
        for reference, status, booked_at, cancelled_at in db.session.execute(
            select(Booking.reference, Booking.status, Booking.booked_at, Booking.cancelled_at).order_by(Booking.id)
        )
        if (status is BookingStatus.CANCELLED) != (cancelled_at is not None)
        or (status is BookingStatus.BOOKED and booked_at is None)
        or (status is BookingStatus.WAITING and booked_at is not None)
    ]
    walked = select(Booking.reference).where(
        Booking.origin == BookingOrigin.WALK_IN, Booking.status == BookingStatus.WAITING
    )
    found += [f"The booking {reference} walked in and waits." for reference in db.session.scalars(walked)]
    taken = func.count().filter(HOLDS_A_PLACE)
    waiting = func.count().filter(Booking.status == BookingStatus.WAITING)
    rows = db.session.execute(
        select(CourseSession.reference, CourseSession.starts_at, CourseSession.cancelled_at)
        .join(Booking, Booking.session_id == CourseSession.id)
        .group_by(
            CourseSession.id,
            CourseSession.reference,
            CourseSession.starts_at,
            CourseSession.cancelled_at,
            CourseSession.capacity,
        )
        .having(waiting > 0, taken < CourseSession.capacity)
        .order_by(CourseSession.reference)
    )
    now = dates.now()
    return found + [
        f"People wait for the session {reference} while places are free."
        for reference, starts_at, cancelled_at in rows
        if rules.list_moves(starts_at=starts_at, cancelled_at=cancelled_at, now=now)
    ]
