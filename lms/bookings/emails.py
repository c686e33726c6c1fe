"""The letters about places. Each carries the page of the booking, and a calendar part where a place begins, moves or ends."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from lms import dates
from lms.accounts.models import Person
from lms.bookings import rules
from lms.bookings.models import Booking, CancelReason
from lms.catalogue.models import CourseSession, Mode
from lms.hooks import panels_for
from lms.letters.calendar import Entry, cancellation, invitation
from lms.letters.operations import queue
from lms.organisations.queries import partnership


def address_of(endpoint: str, **values: Any) -> str:
    """The full address of a page, as letters print it; also where there is no request."""
    base: str = current_app.config["PUBLIC_URL"]
    return base + current_app.url_map.bind("").build(endpoint, values)


def when_of(session: CourseSession) -> str:
    """All its dates and times, one on a line."""
    return "\n".join(dates.when(date.starts_at, date.ends_at) for date in session.dates)


def place_of(session: CourseSession, link_is: str = "The link to join is on the page of your booking") -> str:
    """Where a session is held, in words: the venue with how to get in, or how to join. `link_is` says where the link is."""
    venue = session.venue
    room = (
        ". ".join(part.rstrip(".") for part in (venue.name, venue.address, venue.access_notes) if part) if venue else ""
    )
    if session.mode is Mode.CLASSROOM:
        return room or "The place is still to be set. It will be on the page of your booking."
    online = "Online, live."
    if link_is:
        online += f" {link_is} from {dates.day(rules.joining_shown_from(session.starts_at))}."
    return f"{room}\nor {online[0].lower()}{online[1:]}" if room and session.mode is Mode.HYBRID else online


def reason_of(session: CourseSession) -> str:
    """Why the course exists, in one sentence; where nobody has said, what it is for."""
    panel = panels_for([session.course]).get(session.course_id)
    return panel.sentence if panel else session.course.aim


def entry_of(booking: Booking) -> Entry:
    """The calendar entry of a booking: one UID for its whole life, handed on when it moves to another date."""
    here = partnership()
    if here is None:
        raise LookupError("no partnership is loaded")
    session, link = booking.session, address_of("bookings.booking", reference=booking.reference)
    bring = [f"Bring: {session.bring}"] if session.bring else []
    return Entry(
        uid=f"{booking.calendar_uid or booking.reference}@{urlsplit(current_app.config['PUBLIC_URL']).hostname}",
        sequence=booking.sequence,
        occasions=tuple((date.starts_at, date.ends_at) for date in session.dates),
        title=session.course.title,
        place=place_of(session).replace("\n", ", "),
        description="\n".join([*bring, f"Your booking: {link}"]),
        url=link,
        organiser_name=here.team_name,
        organiser_email=here.team_email,
        attendee_name=booking.person.name,
        attendee_email=booking.person.email or "",
    )


def invited(booking: Booking, now: datetime) -> str:
    """The calendar part that adds or moves the entry. The first has SEQUENCE 0, each later one a higher number."""
    return invitation(entry_of(booking), now=now)


def invited_again(booking: Booking, now: datetime) -> str:
    """The same after something changed: programs take it only with a higher number."""
    booking.sequence += 1
    return invitation(entry_of(booking), now=now)


def uninvited(booking: Booking, now: datetime) -> str:
    """The calendar part that takes the entry out."""
    booking.sequence += 1
    return cancellation(entry_of(booking), now=now)


def values_of(booking: Booking, now: datetime) -> dict[str, str]:
    """What most letters about a booking say."""
    session = booking.session
    return {
        "course_title": session.course.title,
        "session_when": when_of(session),
        "session_place": place_of(session),
        "booking_link": address_of("bookings.booking", reference=booking.reference),
        "free_until": dates.day(rules.tell_us_by(rules.free_until(session, booking), session.starts_at, now)),
        "learner_name": booking.person.name,
        "manager_name": booking.manager_name,
        "approve_until": dates.day_time(booking.approve_until),
        "organisation": booking.organisation.name,
    }


def write(
    key: str, booking: Booking, event: str, *, now: datetime, calendar: str = "", again: bool = False, **more: str
) -> None:
    """Letter `key` to the person of a booking. `event` names what it tells, once for each booking unless `again`."""
    queue(
        key,
        to=booking.person,
        values=values_of(booking, now) | more,
        now=now,
        calendar=calendar,
        dedupe=dedupe(booking, event, now=now if again else None),
    )


def dedupe(booking: Booking, event: str, *, now: datetime | None = None) -> str:
    """What keeps a letter from being written twice: “booking:<event>:<id>”, and the moment where it can happen again."""
    return f"booking:{event}:{booking.id}" + (f":{now.timestamp():.6f}" if now else "")


def booking_booked(booking: Booking, *, now: datetime) -> None:
    """You have a place; or somebody has booked you one."""
    by_other = booking.made_by if booking.made_by_id not in (None, booking.person_id) else None
    write(
        "booking-by-other" if by_other else "booking-booked",
        booking,
        "booked",
        now=now,
        calendar=invited(booking, now),
        course_reason="" if by_other else reason_of(booking.session),
        organisation=by_other.organisation.name if by_other else "",
    )


def booking_waiting(booking: Booking, *, place: int, now: datetime) -> None:
    """You are on the waiting list, at this place counted from 1."""
    write("booking-waiting", booking, "waiting", now=now, waiting_place=str(place))


def booking_promoted(booking: Booking, *, now: datetime) -> None:
    """A place has become free, and it is yours."""
    write("booking-promoted", booking, "promoted", now=now, calendar=invited(booking, now))


def booking_offered(booking: Booking, *, now: datetime) -> None:
    """A place has become free: take it or turn it down until then."""
    write("booking-offered", booking, "offered", now=now, again=True, offer_until=dates.day_time(booking.offer_until))


def offer_lapsed(booking: Booking, *, until: datetime, now: datetime) -> None:
    """You did not answer; the place goes to the next person."""
    write("booking-offer-lapsed", booking, "lapsed", now=now, again=True, offer_until=dates.day_time(until))


def place_withdrawn(booking: Booking, *, place: int, now: datetime) -> None:
    """What was offered or held is no longer there; you are at this place of the list."""
    write("booking-place-withdrawn", booking, "withdrawn", now=now, again=True, waiting_place=str(place))


def booking_left(booking: Booking, *, now: datetime) -> None:
    """You have left the waiting list, or turned the offer down."""
    write("booking-left-list", booking, "left", now=now, booking_link=other_dates(booking))


def booking_cancelled(booking: Booking, *, now: datetime, charge: str = "") -> None:
    """Your place is cancelled, as you asked; the calendar entry goes with it."""
    write(
        "booking-cancelled-by-learner",
        booking,
        "cancelled",
        now=now,
        calendar=uninvited(booking, now),
        booking_link=other_dates(booking),
        charge_line=charge,
    )


def booking_cancelled_by_other(booking: Booking, *, by: Person, now: datetime, charge: str = "") -> None:
    """Somebody of the team, or the agency's training lead, has cancelled your place."""
    # No letter says anything about somebody's health.
    said = booking.cancel_reason if booking.cancel_reason is not CancelReason.UNWELL else None
    write(
        "booking-cancelled-by-officer",
        booking,
        "cancelled",
        now=now,
        calendar=uninvited(booking, now),
        booking_link=other_dates(booking),
        organisation=by.organisation.name,
        reason=said.label if said else "",
        charge_line=charge,
    )


def other_dates(booking: Booking) -> str:
    """The page of the course, where its other dates are."""
    return address_of("catalogue.course", code=booking.session.course.code)


# The manager's approval.


def approval_asked(booking: Booking, *, now: datetime, reminder: bool = False) -> None:
    """To the manager: please say yes or no. The link is made at sending."""
    queue(
        "approval-reminder" if reminder else "approval-asked",
        to_name=booking.manager_name,
        to_email=booking.manager_email,
        values=values_of(booking, now) | {"course_reason": "" if reminder else reason_of(booking.session)},
        now=now,
        link_kind="approval",
        link_to=booking.reference,
        dedupe=dedupe(booking, "manager-reminded" if reminder else "manager"),
    )


def approval_waiting(booking: Booking, *, now: datetime) -> None:
    """We have asked your manager; your place is held until then."""
    write("approval-waiting", booking, "asked", now=now)


def approval_place_held(booking: Booking, *, now: datetime) -> None:
    """A place has become free, and is held while we wait for your manager."""
    write("approval-place-held", booking, "held", now=now, again=True)


def approval_given(booking: Booking, *, place: int | None, now: datetime, by: Person | None = None) -> None:
    """Your manager, or `by` for the agency, has said yes: you have a place; or you stay on the list, at this place."""
    name = _who_answered(booking, by)
    if place is None:
        write("approval-approved", booking, "booked", now=now, calendar=invited(booking, now), manager_name=name)
    else:
        write("approval-waiting-list", booking, "approved", now=now, waiting_place=str(place), manager_name=name)


def approval_refused(booking: Booking, *, now: datetime, by: Person | None = None) -> None:
    """Your manager, or `by` for the agency, has said no, for this reason."""
    name = _who_answered(booking, by)
    write("approval-refused", booking, "refused", now=now, reason=booking.refusal, manager_name=name)


def _who_answered(booking: Booking, by: Person | None) -> str:
    return by.name if by else booking.manager_name


def approval_silent(booking: Booking, *, now: datetime) -> None:
    """Your manager did not answer in time."""
    link = address_of("catalogue.session", reference=booking.session.reference)
    write("approval-silent", booking, "silent", now=now, booking_link=link)
