"""What is allowed with places. Pure: values in, a decision out, or the sentence the person reads."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from lms import dates, working_days
from lms.bookings.models import Booking, BookingStatus
from lms.catalogue.models import Course, CourseSession
from lms.dates import from_london, london
from lms.errors import RuleBroken
from lms.words import listing
from lms.working_days import deadline_before, in_working_days, within_last_working_days

#: Somebody whose place is confirmed late still has so long to give it back without charge.
SECOND_THOUGHTS = timedelta(days=1)
#: The link to join online is shown this long before the session, and until it ends.
JOINING_SHOWN = timedelta(days=7)
#: A manager who has not answered is reminded once, so many working days before the answer is due.
APPROVAL_REMINDER = 2
#: A refresher is early while more than this many months are left of what the last one counts for.
EARLY_MONTHS = 6
#: At most so many places are booked for people still to be named at once.
MOST_UNNAMED = 30

STARTED = "This session has already started, so places on it can no longer be booked."
CALLED_OFF = "This session has been cancelled."
NOT_YET = "Booking for this session opens on {}."
CLOSED = "Booking for this session closed on {}."
DRAFT = "This session has not been announced yet."
BOOKED_ALREADY = "You already have a place on this session."
WAITING_ALREADY = "You are already on the waiting list for this session."
OFFERED_ALREADY = (
    "A place on this session is being offered to you. Take it or turn it down on the page of your booking."
)
ASKED_ALREADY = "You have asked for a place on this session, and we wait for your manager’s answer."
HELD = "This session is held for one organisation. Its places are not open to others."
TEACHING = "You teach this session, so you need no place on it."
NO_MANAGER = "This course needs your manager’s approval. Enter their name and email address."
OWN_MANAGER = "This is your own email address. Enter your manager’s."


class Standing(StrEnum):
    """What a session is to the person who looks at it."""

    SIGNED_OUT = "signed_out"
    NO_BOOKINGS = "no_bookings"
    OPEN = "open"
    FULL = "full"
    BOOKED = "booked"
    OFFERED = "offered"
    APPROVAL = "approval"
    WAITING = "waiting"
    TEACHING = "teaching"
    HELD = "held"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    PAST = "past"
    CANCELLED = "cancelled"


#: Where somebody has a booking that counts, it says how they stand.
_OWN = {
    BookingStatus.OFFERED: Standing.OFFERED,
    BookingStatus.APPROVAL: Standing.APPROVAL,
    BookingStatus.WAITING: Standing.WAITING,
}


def standing(
    session: CourseSession,
    *,
    signed_in: bool,
    may_book: bool,
    teaches: bool,
    held: bool,
    live: BookingStatus | None,
    room: bool,
    now: datetime,
) -> Standing:
    """What to offer somebody on the page of a session. `live` is their booking that counts, `room` whether there is a place for
    them, `held` whether the session is for another organisation."""
    decided = (
        (session.cancelled_at is not None, Standing.CANCELLED),
        (teaches, Standing.TEACHING),
        (live is BookingStatus.BOOKED, Standing.BOOKED),
        (session.starts_at <= now, Standing.PAST),
        (live in _OWN, _OWN.get(live, Standing.WAITING) if live else Standing.WAITING),
        (not signed_in, Standing.SIGNED_OUT),
        (not may_book, Standing.NO_BOOKINGS),
        (held, Standing.HELD),
        (session.booking_opens_at is not None and now < session.booking_opens_at, Standing.NOT_YET),
        (session.booking_closes_at is not None and now >= session.booking_closes_at, Standing.CLOSED),
        (room, Standing.OPEN),
    )
    return next((found for holds, found in decided if holds), Standing.FULL)


def check_open(session: CourseSession, *, now: datetime, staff: bool = False) -> None:
    """Can places be asked for? `staff`: an officer asks, whom the booking window does not bind."""
    if session.cancelled_at is not None:
        raise RuleBroken(CALLED_OFF)
    if session.published_at is None:
        raise RuleBroken(DRAFT)
    if session.starts_at <= now:
        raise RuleBroken(STARTED)
    if staff:
        return
    if session.booking_opens_at is not None and now < session.booking_opens_at:
        raise RuleBroken(NOT_YET.format(dates.day_time(session.booking_opens_at)))
    if session.booking_closes_at is not None and now >= session.booking_closes_at:
        raise RuleBroken(CLOSED.format(dates.day_time(session.booking_closes_at)))


ALREADY = {
    BookingStatus.BOOKED: BOOKED_ALREADY,
    BookingStatus.WAITING: WAITING_ALREADY,
    BookingStatus.OFFERED: OFFERED_ALREADY,
    BookingStatus.APPROVAL: ASKED_ALREADY,
}


def check_first(live: BookingStatus | None) -> None:
    """One live booking of one person on one session."""
    if live in ALREADY:
        raise RuleBroken(ALREADY[live])


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


class PrerequisiteMissing(RuleBroken):
    """Something is to be learned before, and the person does not say that they have learned it elsewhere."""


def check_prerequisites(missing: Sequence[Course], *, learned_elsewhere: bool) -> None:
    """What comes before has been done: here, or elsewhere by the person's own word."""
    if missing and not learned_elsewhere:
        names = listing([course.title for course in missing])
        raise PrerequisiteMissing(
            f"Before this course comes: {names}. Book that first, or tick that you have learned it elsewhere."
        )


# Giving a place back.


def free_until(session: CourseSession, booking: Booking) -> datetime:
    """Until when a confirmed place can be given back by oneself and without charge: the course's own window before the start,
    a day after it was confirmed where that is later, and the start itself once the session has moved. Who takes over a
    colleague's place late has no day more: otherwise every place could be given back without charge by passing it on first."""
    if booking.moved_at is not None:
        return session.starts_at
    window = cancel_window(session)
    if booking.took_over:
        return min(window, session.starts_at)
    confirmed = booking.booked_at or booking.asked_at
    return min(max(window, confirmed + SECOND_THOUGHTS), session.starts_at)


def cancel_window(session: CourseSession) -> datetime:
    """The course's own last moment to give a place back without charge."""
    return deadline_before(session.starts_at, session.course.cancel_amount, session.course.cancel_unit)


def can_cancel(session: CourseSession, booking: Booking, *, now: datetime) -> bool:
    """Can the person still give this up by themselves? A place until it would cost; anything else until the start."""
    if booking.status is BookingStatus.CANCELLED or now >= session.starts_at:
        return False
    return booking.status is not BookingStatus.BOOKED or now <= free_until(session, booking)


def check_can_cancel(session: CourseSession, booking: Booking, *, now: datetime, staff: bool) -> None:
    """Once a session has begun, the register says who came; late, only an officer gives a place back (`staff`)."""
    if booking.status is BookingStatus.CANCELLED:
        raise RuleBroken("This booking is already cancelled.")
    if now >= session.starts_at:
        raise RuleBroken("This session has already started. The trainer’s register says who came.")
    if not staff and not can_cancel(session, booking, now=now):
        raise RuleBroken(too_late(session, booking))


def too_late(session: CourseSession, booking: Booking) -> str:
    """Why a place can no longer be given back by oneself, and what can be done instead."""
    return (
        f"Places on this course could be given back until {working_days.until(free_until(session, booking))}. "
        "A colleague can still take yours, or write to the training team."
    )


def is_late(session: CourseSession, booking: Booking, *, now: datetime) -> bool:
    """Is a confirmed place given up after its free window, so that it may be charged?"""
    return booking.status is BookingStatus.BOOKED and now > free_until(session, booking)


def tell_us_by(until: datetime, starts_at: datetime, now: datetime) -> date:
    """The last day to say that one cannot come, as letters print it: that of the free window, else the day before, else the
    day itself. Days of London.

    >>> from datetime import UTC
    >>> start = datetime(2024, 11, 5, 9, 30, tzinfo=UTC)
    >>> free = datetime(2024, 10, 31, 0, 0, tzinfo=UTC)
    >>> [tell_us_by(free, start, datetime(2024, *when, tzinfo=UTC)).isoformat() for when in ((10, 8), (11, 1), (11, 5))]
    ['2024-10-30', '2024-11-04', '2024-11-05']
    """
    first, today = london(starts_at).date(), london(now).date()
    free = london(until - timedelta(microseconds=1)).date()
    return next((day for day in (free, first - timedelta(days=1)) if day >= today), first)


# The waiting list.


class Moves(StrEnum):
    """What happens to a place that becomes free: given by itself, offered, or nothing unless an officer acts."""

    BY_ITSELF = "by_itself"
    BY_OFFER = "by_offer"
    STILL = "still"


def moves(session: CourseSession, *, now: datetime) -> Moves:
    """How the waiting list moves at this moment (settled question 16; the figures are the course's)."""
    course = session.course
    if session.cancelled_at is not None or now > session.starts_at - timedelta(hours=course.stops_hours):
        return Moves.STILL
    if within_last_working_days(session.starts_at, course.automatic_days, now):
        return Moves.BY_OFFER
    return Moves.BY_ITSELF


def offer_until(session: CourseSession, *, now: datetime) -> datetime:
    """Until when an offer made now can be taken."""
    return min(now + timedelta(hours=session.course.offer_hours), session.starts_at)


# The manager's approval.


def approve_until(session: CourseSession, *, now: datetime) -> datetime:
    """Until when the manager can answer: the course's working days, and not past the start."""
    return min(in_working_days(now, session.course.approval_days), session.starts_at)


def approval_reminder_at(until: datetime, *, now: datetime) -> datetime | None:
    """When the manager is reminded: two working days before the end, if that is still to come."""
    at = in_working_days(until, -APPROVAL_REMINDER)
    return at if at > now else None


def check_manager(*, name: str, email: str, own_email: str | None) -> None:
    """Somebody to ask is known, and it is not the person themselves."""
    if not name.strip() or not email.strip():
        raise RuleBroken(NO_MANAGER)
    if email.strip().lower() == (own_email or ""):
        raise RuleBroken(OWN_MANAGER)


# Near the time.


def joining_shown_from(starts_at: datetime) -> datetime:
    """The beginning of the day on which the link to join is first shown."""
    return from_london(london(starts_at - JOINING_SHOWN).date())


def joining_shown(*, status: BookingStatus | None, starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Is the link to join shown? Only to people with a place, near the time."""
    return status is BookingStatus.BOOKED and joining_shown_from(starts_at) <= now <= ends_at


def too_early(last_came: datetime, refresh_months: int | None, starts_at: datetime) -> bool:
    """Would a refresher come long before the last one runs out?"""
    if refresh_months is None or refresh_months <= EARLY_MONTHS:
        return False
    return months_between(london(last_came).date(), london(starts_at).date()) < refresh_months - EARLY_MONTHS


def months_between(first: date, last: date) -> int:
    """Whole months from one day to another.

    >>> months_between(date(2024, 1, 31), date(2024, 2, 29)), months_between(date(2023, 11, 5), date(2024, 11, 5))
    (0, 12)
    """
    months = (last.year - first.year) * 12 + last.month - first.month
    return months - (last.day < first.day)
