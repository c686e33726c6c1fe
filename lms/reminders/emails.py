"""The letters before and after a session. The link to join is in the joining instructions, and in no other."""

from datetime import datetime

from lms.bookings.emails import dedupe, other_dates, place_of, values_of
from lms.bookings.models import Booking
from lms.catalogue.models import CourseSession, Mode
from lms.charges.models import ChargeKind
from lms.charges.queries import would_cost
from lms.charges.rules import pounds
from lms.dates import london
from lms.letters.operations import queue
from lms.reminders import rules
from lms.reminders.queries import JOINING, WITHOUT_LINK
from lms.words import plural

LINK_TO_FOLLOW = "The link to join is still to be set. You get it in a letter as soon as it is."


def _for_day(booking: Booking, event: str) -> str:
    """Once for each booking and day of its session: “booking:reminder-14:<id>:<day>”."""
    return f"{dedupe(booking, event)}:{london(booking.session.starts_at).date().isoformat()}"


def reminder(booking: Booking, key: str, *, now: datetime) -> bool:
    """You have a place, in so many days. False where it was written before, or they have no address."""
    left = rules.days_left(booking.session.starts_at, now)
    words = plural(left, "day") if left else "less than a day"
    letter = queue(
        key,
        to=booking.person,
        values=values_of(booking, now) | {"days_left": words},
        now=now,
        dedupe=_for_day(booking, key),
    )
    return letter is not None


def reminder_manager(booking: Booking, *, now: datetime) -> bool:
    """To the line manager: somebody of yours is coming."""
    return _to_manager("reminder-manager", booking, _for_day(booking, "reminder-manager"), now=now)


def joining(booking: Booking, *, now: datetime) -> bool:
    """What you need: when, where, what to bring, what comes up, and the link to join, where it is there by now."""
    session = booking.session
    missing = session.mode is not Mode.CLASSROOM and not session.joining_link
    letter = queue(
        "joining-instructions",
        to=booking.person,
        values=values_of(booking, now)
        | {
            "session_place": _place(session, missing=missing),
            "joining_link": "" if session.mode is Mode.CLASSROOM else session.joining_link,
            "bring": session.bring,
            "content_note": session.course.content_note,
        },
        now=now,
        dedupe=_for_day(booking, WITHOUT_LINK if missing else JOINING),
    )
    return letter is not None


def _place(session: CourseSession, *, missing: bool) -> str:
    place = place_of(session, link_is="")
    return f"{place} {LINK_TO_FOLLOW}" if missing else place


def missed(booking: Booking, *, now: datetime) -> bool:
    """We did not see you: would you say why? And to the line manager, where the course says so."""
    written = queue(
        "attendance-missed",
        to=booking.person,
        values=values_of(booking, now) | {"charge_line": _cost(booking)},
        now=now,
        dedupe=dedupe(booking, "attendance"),
    )
    if booking.session.course.tells_manager:
        told = _to_manager("attendance-missed-manager", booking, dedupe(booking, "attendance-manager"), now=now)
        return told or written is not None
    return written is not None


def _cost(booking: Booking) -> str:
    """The sentence about what it costs not to come; empty where it costs nothing."""
    pence = would_cost(booking, ChargeKind.NO_SHOW)
    return f"Because we did not hear from you, {booking.organisation.name} is charged {pounds(pence)}." if pence else ""


def apology(booking: Booking, *, now: datetime) -> bool:
    """Thank you for telling us that you could not come."""
    letter = queue(
        "attendance-apology",
        to=booking.person,
        values=values_of(booking, now) | {"booking_link": other_dates(booking)},
        now=now,
        dedupe=dedupe(booking, "attendance"),
    )
    return letter is not None


def _to_manager(key: str, booking: Booking, once: str, *, now: datetime) -> bool:
    """To whoever answered for the booking; where nobody had to, to the person’s own line manager."""
    person = booking.person
    name, email = booking.manager_name, booking.manager_email
    if not email:
        name, email = person.manager_name, person.manager_email
    if email.lower() == (person.email or ""):
        return False
    name = name or "colleague"
    letter = queue(
        key,
        to_name=name,
        to_email=email,
        values=values_of(booking, now) | {"manager_name": name},
        now=now,
        dedupe=once,
    )
    return letter is not None
