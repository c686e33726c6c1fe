"""Marks on the register. Every earlier mark is kept."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.bookings.models import Booking
from lms.db import Base


class Mark(StrEnum):
    """What the register says of one person. `came` is what counts as having been there."""

    ATTENDED = "attended"
    PART = "part"
    LEFT_EARLY = "left_early"
    APOLOGY = "apology"
    NO_SHOW = "no_show"

    @property
    def came(self) -> bool:
        """Was the person in the room, wholly or in part?"""
        return self in CAME


CAME = (Mark.ATTENDED, Mark.PART, Mark.LEFT_EARLY)

_current = text("replaced_at IS NULL")


class AttendanceMark(Base):
    """One mark by one person at one moment; the one not yet replaced is what the register says."""

    __tablename__ = "attendance_mark"
    __table_args__ = (
        Index(
            "uq_attendance_mark_current", "booking_id", unique=True, sqlite_where=_current, postgresql_where=_current
        ),
        Index("ix_attendance_mark_booking", "booking_id"),
        CheckConstraint("until_at IS NULL OR from_at IS NULL OR until_at > from_at", name="until_after_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    mark: Mapped[Mark]
    from_at: Mapped[datetime | None]
    until_at: Mapped[datetime | None]
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    marked_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]

    def says(self, mark: Mark, until_at: datetime | None) -> bool:
        """Is this the same mark, whoever made it?"""
        return (self.mark, self.until_at) == (mark, until_at)

    booking: Mapped[Booking] = relationship()
    marked_by: Mapped[Person | None] = relationship()
