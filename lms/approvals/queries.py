"""Reads of bookings that wait for a manager."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select

from lms.bookings.models import Approval, Booking, BookingStatus
from lms.db import db


def asked() -> ColumnElement[bool]:
    """Bookings whose manager has still to answer."""
    return and_(Booking.approval == Approval.ASKED, Booking.status != BookingStatus.CANCELLED)


def next_reminder() -> datetime | None:
    """When the next manager is to be reminded."""
    found: datetime | None = db.session.scalar(select(func.min(Booking.approval_reminder_at)).where(asked()))
    return found


def next_silence() -> datetime | None:
    """When the next answer is due."""
    found: datetime | None = db.session.scalar(select(func.min(Booking.approve_until)).where(asked()))
    return found


def to_remind(now: datetime) -> Sequence[Booking]:
    """Whose manager is to be reminded by now."""
    return db.session.scalars(
        select(Booking)
        .where(asked(), Booking.approval_reminder_at <= now)
        .order_by(Booking.approval_reminder_at, Booking.id)
    ).all()


def unanswered(now: datetime) -> Sequence[Booking]:
    """Whose manager can no longer answer."""
    return db.session.scalars(
        select(Booking).where(asked(), Booking.approve_until <= now).order_by(Booking.approve_until, Booking.id)
    ).all()


def booking(reference: str) -> Booking | None:
    """The booking a manager's link leads to."""
    return db.session.scalar(select(Booking).where(Booking.reference == reference))
