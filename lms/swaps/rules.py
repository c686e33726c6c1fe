"""When a place can be passed on to a colleague, or move to another date. Pure."""

from collections.abc import Sequence
from datetime import datetime

from lms import working_days
from lms.bookings import rules as booking_rules
from lms.bookings.models import Booking, BookingOrigin, BookingStatus
from lms.bookings.rules import PrerequisiteMissing
from lms.catalogue.models import Course, CourseSession
from lms.errors import RuleBroken
from lms.words import listing

GONE = "This place has been given back, passed on or moved already."
NOT_CONFIRMED = "Only a confirmed place can be passed on to a colleague."
WALKED_IN = "Somebody who walked in has no place to pass on or to move."
SAME_PERSON = "This is your own address. Enter your colleague’s."
#: The same for an address nobody has and for one of somebody who works elsewhere: nobody learns who has an account.
NOBODY_HERE = "We know nobody at {} with this address. Check it, or ask the training team."
NO_ADDRESS = "We have no email address of {}, so no letter would reach them."
NO_MANAGER = (
    "This course needs the approval of {}’s manager, and we do not know who that is. "
    "Your training lead or the training team can give them the place."
)
SAME_DATE = "This is the date the place is on. Choose another."
NO_DATE = "Choose one of the dates."
OTHER_COURSE = "A place can move to another date of the same course only."
FULL = "There is no place left on this date. Choose another, or keep the one you have."

#: What a colleague has on the session already, as whoever gives them the place reads it.
HAS = {
    BookingStatus.BOOKED: "{} has a place on this session already.",
    BookingStatus.OFFERED: "{} is being offered a place on this session, and can take it on the page of their booking.",
    BookingStatus.APPROVAL: "A place on this session is held for {} already, until their manager answers.",
}


def check_pass_on(session: CourseSession, booking: Booking, *, now: datetime) -> None:
    """A confirmed place can be passed on until the start, also when it can no longer be given back."""
    _check_there(session, booking, now=now)
    if booking.status is not BookingStatus.BOOKED:
        raise RuleBroken(NOT_CONFIRMED)


def _check_there(session: CourseSession, booking: Booking, *, now: datetime) -> None:
    if booking.status is BookingStatus.CANCELLED:
        raise RuleBroken(GONE)
    if booking.origin is BookingOrigin.WALK_IN:
        raise RuleBroken(WALKED_IN)
    if session.cancelled_at is not None:
        raise RuleBroken(booking_rules.CALLED_OFF)
    if now >= session.starts_at:
        raise RuleBroken("This session has already started. The trainer’s register says who came.")


def check_colleague(
    *,
    name: str,
    organisation: str,
    same_person: bool,
    works_there: bool,
    reachable: bool,
    teaches: bool,
    live: BookingStatus | None,
) -> None:
    """Can this person have the place? `works_there`: at the organisation the place belongs to, with an account in use; `live` is
    what they have on the session. On its waiting list they may be: then this is the end of their waiting."""
    if same_person:
        raise RuleBroken(SAME_PERSON)
    if not works_there:
        raise RuleBroken(NOBODY_HERE.format(organisation))
    if not reachable:
        raise RuleBroken(NO_ADDRESS.format(name))
    if teaches:
        raise RuleBroken(f"{name} teaches this session, and needs no place on it.")
    if live in HAS:
        raise RuleBroken(HAS[live].format(name))


def check_learned_before(name: str, missing: Sequence[Course], *, learned_elsewhere: bool) -> None:
    """What comes before the course has been done by the colleague: here, or elsewhere by the word of who gives the place."""
    if missing and not learned_elsewhere:
        titles = listing([course.title for course in missing])
        raise PrerequisiteMissing(
            f"Before this course comes: {titles}. Tick if {name} has learned it elsewhere, or choose somebody else."
        )


def check_manager(name: str, *, manager_name: str, manager_email: str, own_email: str | None) -> None:
    """There is somebody to ask about the colleague, and it is not the colleague."""
    if not manager_name.strip() or not manager_email.strip() or manager_email.strip().lower() == own_email:
        raise RuleBroken(NO_MANAGER.format(name))


def can_move(session: CourseSession, booking: Booking, *, now: datetime, staff: bool = False) -> bool:
    """Can this booking move to another date? A place while giving it back would be free; anything else until the start."""
    if booking.origin is BookingOrigin.WALK_IN or session.cancelled_at is not None:
        return False
    if staff:
        return booking.status is not BookingStatus.CANCELLED and now < session.starts_at
    return booking_rules.can_cancel(session, booking, now=now)


def check_can_move(session: CourseSession, booking: Booking, *, now: datetime, staff: bool) -> None:
    """Refuse with the sentence that says why not. `staff`: an officer moves it, who may also do so late."""
    _check_there(session, booking, now=now)
    if not can_move(session, booking, now=now, staff=staff):
        raise RuleBroken(too_late(session, booking))


def check_other_date(session: CourseSession, to: CourseSession) -> None:
    """It is another date, of the same course."""
    if to.id == session.id:
        raise RuleBroken(SAME_DATE)
    if to.course_id != session.course_id:
        raise RuleBroken(OTHER_COURSE)


def too_late(session: CourseSession, booking: Booking) -> str:
    """Why a place can no longer be moved by oneself, and what can be done instead."""
    return (
        f"This place could be moved until {working_days.until(booking_rules.free_until(session, booking))}. "
        "A colleague can still take it, or write to the training team."
    )


def check_room(room: bool, status: BookingStatus) -> None:
    """Who has a place, or has one held, moves only to a place; who waits may wait elsewhere."""
    if not room and status.holds_a_place:
        raise RuleBroken(FULL)


def check_free_there(name: str, *, teaches: bool, live: BookingStatus | None) -> None:
    """The person neither teaches on the other date nor has a booking of it."""
    if teaches:
        raise RuleBroken(f"{name} teaches on this date, and needs no place on it.")
    if live is BookingStatus.WAITING:
        raise RuleBroken(f"{name} is on the waiting list of this date already.")
    if live in HAS:
        raise RuleBroken(HAS[live].format(name))
