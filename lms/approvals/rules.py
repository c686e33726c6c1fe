"""When a manager can answer. Pure."""

from datetime import datetime

from lms import dates
from lms.bookings.models import Approval, Booking, BookingStatus
from lms.errors import RuleBroken

NO_REASON = "Say in a few words why not. {} will read it."


def check_answerable(booking: Booking, *, now: datetime) -> None:
    """An answer counts while it is waited for."""
    if booking.status is BookingStatus.CANCELLED and booking.approval is Approval.ASKED:
        raise RuleBroken(f"{booking.person.name} no longer asks for this place, so no answer is needed.")
    if booking.approval is Approval.SILENT or (booking.approve_until is not None and now >= booking.approve_until):
        raise RuleBroken(
            f"An answer was needed by {dates.day_time(booking.approve_until)}, so the place could not be kept. "
            f"{booking.person.name} can ask again."
        )
    if booking.approval is not Approval.ASKED:
        raise RuleBroken("This has been answered already.")


def check_reason(reason: str, *, first_name: str) -> None:
    """A no comes with its reason."""
    if not reason.strip():
        raise RuleBroken(NO_REASON.format(first_name))


def moved_up(booking: Booking) -> bool:
    """Did the place come to this person from the waiting list, and not when they asked or from a colleague?"""
    return booking.held_at is not None and booking.held_at > booking.asked_at and not booking.took_over
