"""What an officer may do for one person of a session. Pure."""

from collections.abc import Sequence
from datetime import datetime

from lms.bookings import rules as booking_rules
from lms.bookings.models import Approval, Booking, BookingStatus
from lms.catalogue.models import CourseSession
from lms.errors import RuleBroken
from lms.words import listing

#: What somebody has on the session already, as an officer reads it.
HAS = {
    BookingStatus.BOOKED: "{} has a place on this session already.",
    BookingStatus.OFFERED: "{} is being offered a place on this session already.",
    BookingStatus.APPROVAL: "A place on this session is held for {} already, until their manager answers.",
    BookingStatus.WAITING: "{} is on the waiting list of this session already.",
}
NO_MANAGER = "Enter the name and the email address of their manager, or tick that the agency has agreed."
NAMED_ALREADY = "There is a reason of this name already."
NO_NAME = "Enter a name."


def check_bookable(
    name: str, *, has_account: bool, teaches: bool, live: BookingStatus | None, missing: Sequence[str], elsewhere: bool
) -> None:
    """Can an officer book this person? `missing` are the titles of what comes before, `elsewhere` that they learned it there."""
    if not has_account:
        raise RuleBroken(f"{name} can no longer sign in. Bring their account back first.")
    if live in HAS:
        raise RuleBroken(HAS[live].format(name))
    if teaches:
        raise RuleBroken(f"{name} teaches this session, and needs no place on it.")
    if missing and not elsewhere:
        raise booking_rules.PrerequisiteMissing(
            f"Before this course comes: {listing(missing)}. Book that first, or tick that {name} has learned it elsewhere."
        )


def check_can_promote(session: CourseSession, booking: Booking, *, now: datetime) -> None:
    """Does this person still wait, for a session that is still to come, with their manager's word where it is asked?"""
    name = booking.person.name
    if session.cancelled_at is not None:
        raise RuleBroken(booking_rules.CALLED_OFF)
    if now >= session.starts_at:
        raise RuleBroken("This session has started. Who comes all the same is added on the register.")
    if booking.status is not BookingStatus.WAITING:
        raise RuleBroken(f"{name} does not wait any more. This page shows how the booking stands now.")
    if booking.approval is Approval.ASKED:
        raise RuleBroken(f"The manager of {name} has not answered yet, so they cannot be given a place.")


def check_place(name: str, *, left: int, free: int) -> None:
    """Is there a place for this person? `free`: places nobody has, held ones too."""
    if left > 0:
        return
    if free > 0:
        raise RuleBroken(
            f"What is free is held for others. Release it, or give the session more places, before {name} gets one."
        )
    raise RuleBroken(f"There is no place for {name}. Give the session more places first.")


def check_nothing_else(name: str, clashes: Sequence[str]) -> None:
    """Nobody is given a place while they have another at that time."""
    if clashes:
        raise RuleBroken(
            f"{name} has a place on {listing(clashes)} at that time. Cancel that first, or choose somebody else."
        )


def check_reason(name: str, reason: str, *, place: int) -> None:
    """Whoever goes before others does so for a reason that is written down. `place`: on the list, from 1."""
    if place > 1 and not reason.strip():
        raise RuleBroken(f"{name} is number {place} on the list. Say why they go before the others.")
