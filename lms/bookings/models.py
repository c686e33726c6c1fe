"""A person's place on a session."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.catalogue.models import CourseSession
from lms.db import Base, random_reference


class BookingStatus(StrEnum):
    """Where a booking stands. Whether the person came is a mark on the register, not a status."""

    BOOKED = "booked"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class BookingOrigin(StrEnum):
    """How a booking came about. Imported ones wrote no letters; walk-ins were never expected."""

    BOOKED = "booked"
    WALK_IN = "walk_in"
    IMPORTED = "imported"


_live = text("status != 'cancelled'")


class Booking(Base):
    """One person, one session. A cancelled booking stays, and the person may book again."""

    __tablename__ = "booking"
    __table_args__ = (
        Index("uq_booking_live", "session_id", "person_id", unique=True, sqlite_where=_live, postgresql_where=_live),
        Index("ix_booking_session_status", "session_id", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(24), unique=True, default=random_reference)
    session_id: Mapped[int] = mapped_column(ForeignKey("course_session.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    status: Mapped[BookingStatus]
    origin: Mapped[BookingOrigin] = mapped_column(default=BookingOrigin.BOOKED)
    #: When the place was asked for; waiting lists are in this order, then by id.
    asked_at: Mapped[datetime]
    #: When the place was confirmed; empty while waiting.
    booked_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    session: Mapped[CourseSession] = relationship(lazy="joined", innerjoin=True)
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    made_by: Mapped[Person | None] = relationship(foreign_keys=[made_by_id])
