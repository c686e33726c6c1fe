"""Marks on the register of a date, every earlier one kept, and what the marks of all dates say together."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, event, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from lms.accounts.models import Person
from lms.bookings.models import Booking, BookingOrigin
from lms.catalogue.models import SessionDate
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

    @staticmethod
    def together(marks: Sequence["Mark"], dates: int) -> "Mark | None":
        """What the marks of a session's dates say of the whole: came, if to any of them; in part, if not wholly to each that is
        marked. Who came to none was away without a word if it was so on any date. None while there is no mark."""
        if not marks:
            return None
        if not any(mark.came for mark in marks):
            return Mark.NO_SHOW if Mark.NO_SHOW in marks else Mark.APOLOGY
        if dates == 1:
            return marks[0]
        return Mark.ATTENDED if all(mark is Mark.ATTENDED for mark in marks) else Mark.PART


class MarkedHow(StrEnum):
    """How a mark came to be on the register."""

    REGISTER = "register"
    CHECK_IN = "check_in"
    MEETING = "meeting"
    IMPORTED = "imported"


CAME = (Mark.ATTENDED, Mark.PART, Mark.LEFT_EARLY)

_current = text("replaced_at IS NULL")


class AttendanceMark(Base):
    """One mark by one person at one moment about one date; the one not yet replaced is what the register says."""

    __tablename__ = "attendance_mark"
    __table_args__ = (
        Index(
            "uq_attendance_mark_current",
            "booking_id",
            "date_id",
            unique=True,
            sqlite_where=_current,
            postgresql_where=_current,
        ),
        Index("ix_attendance_mark_booking", "booking_id"),
        CheckConstraint("until_at IS NULL OR from_at IS NULL OR until_at > from_at", name="until_after_from"),
        CheckConstraint("minutes IS NULL OR minutes >= 0", name="minutes_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    date_id: Mapped[int] = mapped_column(ForeignKey("session_date.id"), index=True)
    mark: Mapped[Mark]
    from_at: Mapped[datetime | None]
    until_at: Mapped[datetime | None]
    #: Minutes present, where the report of an online meeting counted them.
    minutes: Mapped[int | None]
    how: Mapped[MarkedHow] = mapped_column(default=MarkedHow.REGISTER)
    marked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    marked_at: Mapped[datetime]
    #: When a mark that was made without a network reached us.
    received_at: Mapped[datetime | None]
    #: What the device that made it calls it: the same mark sent twice is kept once.
    device_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    replaced_at: Mapped[datetime | None]

    def says(self, mark: Mark, until_at: datetime | None, from_at: datetime | None = None) -> bool:
        """Is this the same mark, whoever made it?"""
        return (self.mark, self.until_at, self.from_at) == (mark, until_at, from_at)

    booking: Mapped[Booking] = relationship()
    date: Mapped[SessionDate] = relationship()
    marked_by: Mapped[Person | None] = relationship()


class Attendance(Base):
    """What the marks of all dates say of one booking: whether the person came to the session. It follows the marks by itself."""

    __tablename__ = "attendance"
    __table_args__ = (CheckConstraint("dates_came >= 0", name="dates_not_negative"),)

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    mark: Mapped[Mark] = mapped_column(index=True)
    #: To how many of the session's dates.
    dates_came: Mapped[int]
    #: When the last of the marks was made that say so.
    marked_at: Mapped[datetime]

    booking: Mapped[Booking] = relationship()


@event.listens_for(Session, "before_flush")
def _attendance_follows(session: Session, _context: object, _instances: object) -> None:
    """Nobody can change a mark and forget what it says of the whole session."""
    # Any: a row that is being added may still lack what the columns promise.
    touched: list[Any] = [
        one for one in [*session.new, *session.dirty, *session.deleted] if isinstance(one, AttendanceMark)
    ]
    if not touched:
        return
    for mark in touched:
        if mark.booking is None:
            mark.booking = session.get_one(Booking, mark.booking_id)
        if mark.date is None and mark.date_id is None:
            mark.date = mark.booking.session.dates[0]
    bookings = {mark.booking for mark in touched}
    known = [booking.id for booking in bookings if booking.id is not None]
    kept = session.scalars(
        select(AttendanceMark).where(AttendanceMark.booking_id.in_(known), AttendanceMark.replaced_at.is_(None))
    ).all()
    said = {one.booking_id: one for one in session.scalars(select(Attendance).where(Attendance.booking_id.in_(known)))}
    current: dict[Booking, dict[SessionDate, AttendanceMark]] = {booking: {} for booking in bookings}
    for mark in [*kept, *touched]:
        if mark.replaced_at is None and mark not in session.deleted:
            current[mark.booking][mark.date] = mark
    for booking, marks in current.items():
        _sum_up(session, booking, list(marks.values()), said.get(booking.id))


def whole_of(booking: Booking, marks: Sequence[Mark]) -> Mark | None:
    """What the current marks of all dates say of a booking. Who walked in was at no date that has no mark of them."""
    dates = len(booking.session.dates)
    missed = dates - len(marks) if marks and booking.origin is BookingOrigin.WALK_IN else 0
    return Mark.together([*marks, *[Mark.NO_SHOW] * missed], dates)


def _sum_up(session: Session, booking: Booking, marks: Sequence[AttendanceMark], said: Attendance | None) -> None:
    whole = whole_of(booking, [one.mark for one in marks])
    if whole is None:
        if said is not None:
            session.delete(said)
        return
    if said is None:
        said = Attendance(booking=booking)
        session.add(said)
    said.mark = whole
    said.dates_came = sum(one.mark.came for one in marks)
    said.marked_at = max(one.marked_at for one in marks)
