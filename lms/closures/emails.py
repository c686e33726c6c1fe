"""The letters about a session that is cancelled, or has joined another."""

from datetime import datetime

from lms import dates
from lms.bookings.emails import address_of, invited, other_dates, place_of, uninvited, when_of, write
from lms.bookings.models import Booking, BookingStatus, Reservation
from lms.catalogue.models import CourseSession
from lms.letters.operations import queue


def cancelled(booking: Booking, *, had_place: bool, why: str, now: datetime) -> None:
    """The session is not held. The entry in the calendar of who had a place goes with it."""
    write(
        "session-cancelled" if had_place else "session-cancelled-waiting",
        booking,
        "session-cancelled",
        now=now,
        calendar=uninvited(booking, now) if had_place else "",
        old_when=when_of(booking.session),
        reason=why,
        booking_link=other_dates(booking),
    )


def joined_own(booking: Booking, other: Booking, *, had_place: bool, now: datetime) -> None:
    """The session has joined one on which you have a booking of your own: that stays, and this entry goes."""
    has = "have a place on it" if other.status is BookingStatus.BOOKED else "are on its list"
    cancelled(
        booking,
        had_place=had_place,
        why=f"it joins the session on {dates.day(other.session.starts_at)}, and you {has} already. That stays as it is.",
        now=now,
    )


def reservation_cancelled(reservation: Reservation, *, why: str, now: datetime) -> None:
    """The same to who reserved places for people still to be named."""
    session = reservation.session
    queue(
        "session-cancelled",
        to=reservation.made_by,
        values={
            "course_title": session.course.title,
            "old_when": when_of(session),
            "reason": why,
            "booking_link": address_of("catalogue.course", code=session.course.code),
        },
        now=now,
        dedupe=f"reservation:cancelled:{reservation.id}",
    )


def merged(booking: Booking, *, before: CourseSession, now: datetime) -> None:
    """Your session has joined this one, and what you had or asked for has gone with it; a place moves in the calendar."""
    write(
        "session-merged",
        booking,
        "transferred",
        now=now,
        calendar=invited(booking, now) if booking.status is BookingStatus.BOOKED else "",
        old_when=when_of(before),
    )


def reservation_merged(reservation: Reservation, *, before: CourseSession, now: datetime) -> None:
    """The same to who reserved places for people still to be named."""
    session = reservation.session
    queue(
        "session-merged",
        to=reservation.made_by,
        values={
            "course_title": session.course.title,
            "old_when": when_of(before),
            "session_when": when_of(session),
            "session_place": place_of(session),
            "booking_link": address_of("teams.places", reference=reservation.reference),
        },
        now=now,
        dedupe=f"reservation:merged:{reservation.id}:{session.id}",
    )
