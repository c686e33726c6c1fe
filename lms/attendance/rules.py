"""What may be marked, and when."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from lms.attendance.models import Mark
from lms.errors import RuleBroken

#: A register opens this long before the session, and closes to trainers this long after it (settled question 17).
OPENS_BEFORE = timedelta(hours=1)
LOCKS_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class MarkGiven:
    """What somebody wants the register to say of one person. `until_at` goes with leaving early, and only with it."""

    booking_id: int
    mark: Mark
    until_at: datetime | None = None


def check_times(given: MarkGiven, *, name: str, starts_at: datetime, ends_at: datetime) -> None:
    """Leaving early needs a time within the session."""
    if given.mark is not Mark.LEFT_EARLY:
        return
    if given.until_at is None:
        raise RuleBroken(f"Enter the time at which {name} left, such as 11:15")
    if not starts_at < given.until_at < ends_at:
        raise RuleBroken(f"Enter a time for {name} between the start and the end of the session")


def check_open(
    mark: Mark, *, starts_at: datetime, ends_at: datetime, now: datetime, officer: bool, reason: str
) -> None:
    """Apologies may come any time before; who came is known from an hour before the start.

    Seven days after the end a register is locked: then only an officer changes it, and says why.
    """
    if mark is not Mark.APOLOGY and now < starts_at - OPENS_BEFORE:
        raise RuleBroken("The register opens an hour before the session. Until then only apologies can be marked")
    if is_locked(ends_at, now):
        if not officer:
            raise RuleBroken(
                "The register was locked 7 days after the session. Ask the learning and development team to change it"
            )
        if not reason.strip():
            raise RuleBroken("Enter the reason for changing a register that is locked")


def is_locked(ends_at: datetime, now: datetime) -> bool:
    """Is the register closed to trainers by now?"""
    return now > ends_at + LOCKS_AFTER
