"""Reads of sessions for the officers who run them."""

from sqlalchemy import func, select

from lms.bookings.models import Booking, BookingOrigin, BookingStatus, Reservation
from lms.catalogue.models import CourseSession, SessionHold
from lms.db import db


def held(session: CourseSession) -> int:
    """How many places are kept for sectors and organisations, used by them or not."""
    found = db.session.scalar(
        select(func.sum(SessionHold.places)).where(
            SessionHold.session_id == session.id, SessionHold.released_at.is_(None)
        )
    )
    return int(found or 0)


def confirmed(session: CourseSession) -> int:
    """How many places are confirmed, those for people still to be named among them."""
    booked = db.session.scalar(
        select(func.count()).where(
            Booking.session_id == session.id,
            Booking.status == BookingStatus.BOOKED,
            Booking.origin != BookingOrigin.WALK_IN,
        )
    )
    unnamed = db.session.scalar(
        select(func.sum(Reservation.places)).where(Reservation.session_id == session.id, Reservation.ended_at.is_(None))
    )
    return int(booked or 0) + int(unnamed or 0)
