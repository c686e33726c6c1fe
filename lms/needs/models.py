"""What one booking's person needs. A table of its own, so that nothing that reads bookings reads it by the way."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.bookings.models import Booking
from lms.db import Base


class Needs(Base):
    """In the person's own words. Deleted 28 days after the session."""

    __tablename__ = "needs"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    access: Mapped[str] = mapped_column(String(500), default="")
    diet: Mapped[str] = mapped_column(String(300), default="")
    told_at: Mapped[datetime]

    booking: Mapped[Booking] = relationship()
