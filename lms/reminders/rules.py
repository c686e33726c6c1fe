"""When something is written about a session, and to whom. Pure; days are days of London, and so is nine o'clock."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from lms.attendance.models import Mark
from lms.bookings.models import Booking, BookingStatus, CancelReason
from lms.dates import from_london, london
from lms.errors import RuleBroken

#: Reminders and joining instructions go out at this hour.
HOUR = 9
#: Two at most, then stop.
MOST_REMINDERS = 2
#: Who did not come is written to so long after the register was finished: until then a slip of the finger can be put right.
AFTER_REGISTER = timedelta(hours=1)
#: Joining instructions are never due later than this before the start, whatever the course says.
LATEST_JOINING = timedelta(hours=1)

#: Why somebody did not come: a closed list, as for giving a place back, without the reasons that only make sense before.
MISSED_REASONS = tuple(reason for reason in CancelReason if reason is not CancelReason.OTHER_DATE)

NOT_MISSED = "The register does not say that you missed this session, so there is nothing to explain."
NO_REASON = "Choose one of the reasons on the page of your booking."


def nine_before(starts_at: datetime, days: int) -> datetime:
    """Nine in the morning so many days before the day on which it starts.

    >>> start = from_london(datetime(2024, 11, 5).date(), 9, 30)
    >>> [nine_before(start, days).isoformat() for days in (5, 14)]
    ['2024-10-31T09:00:00+00:00', '2024-10-22T08:00:00+00:00']
    """
    return from_london(london(starts_at).date() - timedelta(days=days), HOUR)


def reminders_at(starts_at: datetime, days: Iterable[int]) -> list[datetime]:
    """When people are reminded, the earliest first: on two days at most, each before the start."""
    moments = {nine_before(starts_at, each) for each in days if each >= 0}
    return sorted(moment for moment in moments if moment < starts_at)[:MOST_REMINDERS]


def joining_at(starts_at: datetime, days: int) -> datetime:
    """When joining instructions are written."""
    return min(nine_before(starts_at, max(days, 0)), starts_at - LATEST_JOINING)


def days_left(starts_at: datetime, now: datetime) -> int:
    """How many days it still is."""
    return (london(starts_at).date() - london(now).date()).days


def confirmed_since(booking: Booking, *, loaded_at: datetime | None) -> datetime:
    """Since when this place is confirmed for the session as it is now: whatever was due before is not made up for. `loaded_at` is
    when a booking of another system was loaded here."""
    known = (booking.booked_at, booking.moved_at, booking.session.added_at, loaded_at)
    return max(moment for moment in known if moment is not None)


def check_missed(booking: Booking, mark: Mark | None) -> None:
    """Only who had a place and did not come is asked why."""
    if booking.status is not BookingStatus.BOOKED or mark is not Mark.NO_SHOW:
        raise RuleBroken(NOT_MISSED)


def reason_of(given: str | None) -> CancelReason:
    """One of the list. RuleBroken for anything else."""
    found = next((reason for reason in MISSED_REASONS if reason.value == given), None)
    if found is None:
        raise RuleBroken(NO_REASON)
    return found
