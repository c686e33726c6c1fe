"""Training a person had elsewhere, or before this service knew of it."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.catalogue.models import Course
from lms.db import Base, random_reference
from lms.files import StoredFile


class PastState(StrEnum):
    """What the training lead has said of it. Only what is approved counts."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


class PastOrigin(StrEnum):
    """Who says so: the person, or a file of another system."""

    ENTERED = "entered"
    IMPORTED = "imported"


_imported = text("origin = 'imported'")


class PastLearning(Base):
    """One thing somebody learned elsewhere, with what shows it. It goes with the person, wherever they work."""

    __tablename__ = "past_learning"
    __table_args__ = (
        Index(
            "uq_past_learning_imported",
            "person_id",
            "same_as",
            "done_on",
            unique=True,
            sqlite_where=_imported,
            postgresql_where=_imported,
        ),
        Index("ix_past_learning_state", "state"),
        CheckConstraint("hours > 0", name="hours_positive"),
        CheckConstraint("participatory_hours >= 0", name="participatory_not_negative"),
        CheckConstraint(
            "participatory_hours IS NULL OR (hours IS NOT NULL AND participatory_hours <= hours)",
            name="part_of_the_hours",
        ),
        CheckConstraint("expires_on > done_on", name="expires_later"),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided_has_time"),
        CheckConstraint("state != 'refused' OR reason != ''", name="refused_has_reason"),
        CheckConstraint("origin = 'entered' OR state = 'approved'", name="imported_counts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(24), unique=True, default=random_reference)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    #: What makes two rows of a file the same thing: the course, or the title in small letters (rules.same_as).
    same_as: Mapped[str] = mapped_column(String(210))
    provider: Mapped[str] = mapped_column(String(200), default="")
    done_on: Mapped[date]
    #: All hours, and those of them with others rather than alone; empty: not known.
    hours: Mapped[float | None]
    participatory_hours: Mapped[float | None]
    expires_on: Mapped[date | None]
    #: The course of ours it counts as.
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    origin: Mapped[PastOrigin] = mapped_column(default=PastOrigin.ENTERED)
    state: Mapped[PastState] = mapped_column(default=PastState.WAITING)
    added_at: Mapped[datetime]
    #: When somebody said yes or no, and who; nobody, where it came with a file.
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: Why it was refused, as the person reads it.
    reason: Mapped[str] = mapped_column(String(300), default="")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    course: Mapped[Course | None] = relationship()
    evidence: Mapped[StoredFile | None] = relationship()
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
