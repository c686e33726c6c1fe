"""What is allowed with places. Pure: values in, a decision out, or the sentence the person reads."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from lms.bookings.models import BookingStatus
from lms.dates import from_london, london
from lms.errors import RuleBroken

#: Nobody is given a place at the last moment without being asked: the waiting list stands still this long before the start.
LIST_STOPS = timedelta(days=1)
#: We ask people to tell us this long before a session if they cannot come, so that somebody else can.
NOTICE = timedelta(days=7)
#: The link to join online is shown this long before the session, and until it ends.
JOINING_SHOWN = timedelta(days=7)

STARTED = "This session has already started, so places on it can no longer be booked."
CALLED_OFF = "This session has been cancelled."
BOOKED_ALREADY = "You already have a place on this session."
WAITING_ALREADY = "You are already on the waiting list for this session."
HELD = "This session is held for one organisation. Its places are not open to others."
TEACHING = "You teach this session, so you need no place on it."


class Standing(StrEnum):
    """What a session is to the person who looks at it."""

    SIGNED_OUT = "signed_out"
    NO_BOOKINGS = "no_bookings"
    OPEN = "open"
    FULL = "full"
    BOOKED = "booked"
    WAITING = "waiting"
    TEACHING = "teaching"
    HELD = "held"
    PAST = "past"
    CANCELLED = "cancelled"


def standing(
    *,
    signed_in: bool,
    may_book: bool,
    teaches: bool,
    held: bool,
    live: BookingStatus | None,
    room: bool,
    starts_at: datetime,
    cancelled_at: datetime | None,
    now: datetime,
) -> Standing:
    """What to offer somebody on the page of a session. `live` is their booking that counts, `room` whether a place is free,
    `held` whether the session is for another organisation."""
    decided = (
        (cancelled_at is not None, Standing.CANCELLED),
        (teaches, Standing.TEACHING),
        (live is BookingStatus.BOOKED, Standing.BOOKED),
        (starts_at <= now, Standing.PAST),
        (live is BookingStatus.WAITING, Standing.WAITING),
        (not signed_in, Standing.SIGNED_OUT),
        (not may_book, Standing.NO_BOOKINGS),
        (held, Standing.HELD),
        (room, Standing.OPEN),
    )
    return next((found for holds, found in decided if holds), Standing.FULL)


def has_room(*, capacity: int, taken: int, waiting: int) -> bool:
    """Would somebody who asks now get a place? Not past people who wait."""
    return taken < capacity and not waiting


def status_for(*, capacity: int, taken: int, waiting: int) -> BookingStatus:
    """What somebody who asks now gets: a place, or a place on the waiting list."""
    return BookingStatus.BOOKED if has_room(capacity=capacity, taken=taken, waiting=waiting) else BookingStatus.WAITING


def check_open(*, starts_at: datetime, cancelled_at: datetime | None, now: datetime) -> None:
    """Can places be asked for?"""
    if cancelled_at is not None:
        raise RuleBroken(CALLED_OFF)
    if starts_at <= now:
        raise RuleBroken(STARTED)


def check_first(live: BookingStatus | None) -> None:
    """One live booking of one person on one session."""
    if live is BookingStatus.BOOKED:
        raise RuleBroken(BOOKED_ALREADY)
    if live is BookingStatus.WAITING:
        raise RuleBroken(WAITING_ALREADY)


def check_not_teaching(teaches: bool) -> None:
    """A trainer is in the room anyway."""
    if teaches:
        raise RuleBroken(TEACHING)


def held_for_others(*, host_organisation_id: int | None, organisation_id: int) -> bool:
    """Is this session for an organisation that is not the person's?"""
    return host_organisation_id is not None and host_organisation_id != organisation_id


def check_not_held(held: bool) -> None:
    """A session for one school is that school's."""
    if held:
        raise RuleBroken(HELD)


def can_cancel(*, status: BookingStatus, starts_at: datetime, now: datetime) -> bool:
    """Can this booking still be cancelled by its person?"""
    return status is not BookingStatus.CANCELLED and now < starts_at


def check_can_cancel(*, status: BookingStatus, starts_at: datetime, now: datetime) -> None:
    """Once a session has begun, the register says who came."""
    if status is BookingStatus.CANCELLED:
        raise RuleBroken("This booking is already cancelled.")
    if not can_cancel(status=status, starts_at=starts_at, now=now):
        raise RuleBroken("This session has already started. The trainer’s register says who came.")


def list_moves(*, starts_at: datetime, cancelled_at: datetime | None, now: datetime) -> bool:
    """Does a place that becomes free go to the next person by itself at this moment?"""
    return cancelled_at is None and now <= starts_at - LIST_STOPS


def tell_us_by(starts_at: datetime, now: datetime) -> date:
    """The last day to say that one cannot come: a week before, else the day before, else the day itself. Days of London.

    >>> from datetime import UTC
    >>> start = datetime(2024, 11, 5, 9, 30, tzinfo=UTC)
    >>> [tell_us_by(start, datetime(2024, *when, tzinfo=UTC)).isoformat() for when in ((10, 8), (11, 1), (11, 5))]
    ['2024-10-29', '2024-11-04', '2024-11-05']
    """
    first, today = london(starts_at).date(), london(now).date()
    return next((day for day in (first - NOTICE, first - timedelta(days=1)) if day >= today), first)


def joining_shown_from(starts_at: datetime) -> datetime:
    """The beginning of the day on which the link to join is first shown."""
    return from_london(london(starts_at - JOINING_SHOWN).date())


def joining_shown(*, status: BookingStatus | None, starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Is the link to join shown? Only to people with a place, near the time."""
    return status is BookingStatus.BOOKED and joining_shown_from(starts_at) <= now <= ends_at
