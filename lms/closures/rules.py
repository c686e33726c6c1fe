"""When a session can be cancelled or join another, and what becomes of a booking then. Pure."""

from collections.abc import Sequence
from datetime import datetime

from lms.bookings.models import Approval, Booking, BookingStatus
from lms.catalogue.models import CourseSession
from lms.errors import RuleBroken
from lms.words import listing, plural

NO_REASON = "Say why. People read it in their letter."
CANCELLED = "This session is cancelled already."
CAME = "The register says that people came, so this session was held."
OVER = "This session is over. The register says who came."
STARTED = "A session that has started can no longer join another."
SAME = "Choose another session."
NOT_OPEN = "The other session is cancelled, over or still a draft. Choose another."
DRAFT = "This session is a draft nobody has booked. Delete it instead."
OTHER_COURSE = "The other session is of another course. Tick that this is what you want, or choose another."


def check_cancel(session: CourseSession, *, why: str, came: bool, now: datetime) -> None:
    """A session can be called off until it is over, unless people have come to it; and people are told why."""
    if session.cancelled_at is not None:
        raise RuleBroken(CANCELLED)
    if came:
        raise RuleBroken(CAME)
    if session.ends_at <= now:
        raise RuleBroken(OVER)
    if session.published_at is not None and not why.strip():
        raise RuleBroken(NO_REASON)


def check_merge(source: CourseSession, into: CourseSession, *, other_course: bool, now: datetime) -> None:
    """Both are still to come, and of the same course unless that is meant."""
    if source.id == into.id:
        raise RuleBroken(SAME)
    if source.cancelled_at is not None:
        raise RuleBroken(CANCELLED)
    if source.published_at is None:
        raise RuleBroken(DRAFT)
    if source.starts_at <= now:
        raise RuleBroken(STARTED)
    if into.cancelled_at is not None or into.published_at is None or into.starts_at <= now:
        raise RuleBroken(NOT_OPEN)
    if source.course_id != into.course_id and not other_course:
        raise RuleBroken(OTHER_COURSE)


def check_people(into: CourseSession, *, teaching: Sequence[str], elsewhere: int) -> None:
    """Nobody would come to a session they teach, or that is for an organisation which is not theirs."""
    if teaching:
        teach = "teaches" if len(teaching) == 1 else "teach"
        raise RuleBroken(
            f"{listing(teaching)} {teach} {into.reference}, and cannot have a place on it. Cancel that place first."
        )
    if elsewhere and into.host_organisation:
        raise RuleBroken(
            f"{into.reference} is only for {into.host_organisation.name}, and {plural(elsewhere, 'person', 'people')} of this "
            "session would be from elsewhere."
        )


def check_room(into: CourseSession, *, confirmed: int, short: int) -> None:
    """Everybody with a confirmed place has one there."""
    if short:
        raise RuleBroken(
            f"{plural(confirmed, 'place')} would have to be free for the people of this session, and {short} of them "
            f"{'is' if short == 1 else 'are'} not. Give {into.reference} {plural(short, 'more place', 'more places')} first, or "
            "release what is held there."
        )


def status_there(booking: Booking, *, room: bool, moves: bool) -> BookingStatus:
    """How a booking stands in the session it joins: a confirmed place is confirmed there. `room`: who asks there now would get a
    place; `moves`: the list there gives places by itself, and nothing else of theirs is at that time."""
    if booking.status is BookingStatus.BOOKED:
        return BookingStatus.BOOKED
    if not room or booking.lapsed_at is not None:
        return BookingStatus.WAITING
    if booking.approval is Approval.ASKED:
        return BookingStatus.APPROVAL
    if booking.status is BookingStatus.OFFERED:
        return BookingStatus.OFFERED
    return BookingStatus.BOOKED if moves else BookingStatus.WAITING
