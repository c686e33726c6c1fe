"""Bookings of e-learning. A booking is not a start, and a start is not a completion."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.catalogue.models import Course
from lms.db import Base


class Enrolment(Base):
    """One person's booking of one e-learning course."""

    __tablename__ = "enrolment"
    __table_args__ = (
        Index("ix_enrolment_course_booked", "course_id", "booked_at"),
        CheckConstraint("completed_at IS NULL OR started_at IS NOT NULL", name="started_before_completed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    booked_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    imported: Mapped[bool] = mapped_column(default=False)

    course: Mapped[Course] = relationship()
    person: Mapped[Person] = relationship()
