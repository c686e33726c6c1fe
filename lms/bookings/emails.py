"""The letters about places. Each carries the page of the booking, and a calendar part where a place begins or ends."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from lms import dates
from lms.bookings import rules
from lms.bookings.models import Booking
from lms.catalogue.models import CourseSession, Mode
from lms.hooks import panels_for
from lms.letters.calendar import Entry, cancellation, invitation
from lms.letters.operations import queue
from lms.organisations.queries import partnership


def address_of(endpoint: str, **values: Any) -> str:
    """The full address of a page, as letters print it; also where there is no request."""
    base: str = current_app.config["PUBLIC_URL"]
    return base + current_app.url_map.bind("").build(endpoint, values)


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
    """The calendar entry of a booking: one UID for its whole life."""
    here = partnership()
    if here is None:
        raise LookupError("no partnership is loaded")
    session, link = booking.session, address_of("bookings.booking", reference=booking.reference)
    bring = [f"Bring: {session.bring}"] if session.bring else []
    return Entry(
        uid=f"{booking.reference}@{urlsplit(current_app.config['PUBLIC_URL']).hostname}",
        sequence=session.sequence,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        title=session.course.title,
        place=place_of(session).replace("\n", ", "),
        description="\n".join([*bring, f"Your booking: {link}"]),
        url=link,
        organiser_name=here.team_name,
        organiser_email=here.team_email,
        attendee_name=booking.person.name,
        attendee_email=booking.person.email or "",
    )


def booking_booked(booking: Booking, *, now: datetime) -> None:
    """You have a place."""
    session = booking.session
    queue(
        "booking-booked",
        to=booking.person,
        values={
            "course_title": session.course.title,
            "course_reason": reason_of(session),
            "session_when": dates.when(session.starts_at, session.ends_at),
            "session_place": place_of(session),
            "free_until": dates.day(rules.tell_us_by(session.starts_at, now)),
            "booking_link": address_of("bookings.booking", reference=booking.reference),
        },
        now=now,
        calendar=invitation(entry_of(booking), now=now),
        dedupe=f"booking:booked:{booking.id}",
    )


def booking_waiting(booking: Booking, *, place: int, now: datetime) -> None:
    """You are on the waiting list, at this place counted from 1."""
    session = booking.session
    queue(
        "booking-waiting",
        to=booking.person,
        values={
            "course_title": session.course.title,
            "session_when": dates.when(session.starts_at, session.ends_at),
            "waiting_place": str(place),
            "booking_link": address_of("bookings.booking", reference=booking.reference),
        },
        now=now,
        dedupe=f"booking:waiting:{booking.id}",
    )


def booking_promoted(booking: Booking, *, now: datetime) -> None:
    """A place has become free, and it is yours."""
    session = booking.session
    queue(
        "booking-promoted",
        to=booking.person,
        values={
            "course_title": session.course.title,
            "session_when": dates.when(session.starts_at, session.ends_at),
            "session_place": place_of(session),
            "free_until": dates.day(rules.tell_us_by(session.starts_at, now)),
            "booking_link": address_of("bookings.booking", reference=booking.reference),
        },
        now=now,
        calendar=invitation(entry_of(booking), now=now),
        dedupe=f"booking:promoted:{booking.id}",
    )


def booking_cancelled(booking: Booking, *, now: datetime) -> None:
    """Your place is cancelled, as you asked; the calendar entry goes with it."""
    session = booking.session
    queue(
        "booking-cancelled-by-learner",
        to=booking.person,
        values={
            "course_title": session.course.title,
            "charge_line": "",
            "booking_link": address_of("catalogue.course", code=session.course.code),
        },
        now=now,
        calendar=cancellation(entry_of(booking), now=now),
        dedupe=f"booking:cancelled:{booking.id}",
    )
