"""What is allowed with sessions. Pure."""

from lms.errors import RuleBroken
from lms.words import plural

CANCELLED = "This session has been cancelled, so nothing of it can be changed."


def check_not_cancelled(cancelled: bool) -> None:
    """What is called off stays as it was."""
    if cancelled:
        raise RuleBroken(CANCELLED)


def check_capacity(capacity: int, *, held: int, confirmed: int, reason: str) -> None:
    """A capacity is never below what is held for some; below what is taken it needs a reason, and nobody loses a place."""
    if capacity < 0:
        raise RuleBroken("Enter a number of places of 0 or more.")
    if capacity < held:
        raise RuleBroken(
            f"{plural(held, 'place is', 'places are')} held for organisations or sectors. First release "
            f"or lower what is held by at least {held - capacity}."
        )
    if capacity < confirmed and not reason.strip():
        raise RuleBroken(
            f"{plural(confirmed, 'place is', 'places are')} taken. Nobody loses a place, so "
            f"{confirmed - capacity} would be over the capacity. Say why."
        )
