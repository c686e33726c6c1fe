"""What one booking's person needs. A table of its own, so that nothing that reads bookings reads it by the way."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, event, inspect
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from lms.bookings.models import Booking, BookingStatus
from lms.db import Base


class Needs(Base):
    """In the person's own words. Deleted 28 days after the session."""

    __tablename__ = "needs"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    access: Mapped[str] = mapped_column(String(500), default="")
    diet: Mapped[str] = mapped_column(String(300), default="")
    told_at: Mapped[datetime]

    booking: Mapped[Booking] = relationship()


@event.listens_for(Session, "before_flush")
def _gone_with_the_booking(session: Session, _context: object, _instances: object) -> None:
    """Whatever ends a booking, what was told for it is of no use any more. Here, so that nothing that ends one can forget it."""
    for one in session.dirty:
        if not isinstance(one, Booking) or one.status is not BookingStatus.CANCELLED:
            continue
        if inspect(one).attrs.status.history.has_changes():
            told = session.get(Needs, one.id)
            if told is not None:
                session.delete(told)
