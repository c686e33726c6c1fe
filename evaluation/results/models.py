"""What may be told of a course, as it was worked out on one day. Nothing here names a person or a single answer."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.catalogue.models import Course
from lms.db import Base


class Release(Base):
    """The figures of a course, worked out again because enough answers of closed waves had come."""

    __tablename__ = "release"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    made_on: Mapped[date]
    #: Under how many people nothing was told.
    threshold: Mapped[int]

    course: Mapped[Course] = relationship()


class CountedRound(Base):
    """A wave of a session whose answers are counted, and since which release. Once counted, always counted."""

    __tablename__ = "counted_round"

    round_id: Mapped[int] = mapped_column(ForeignKey("survey_round.id"), primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), index=True)


class ReleasedSlice(Base):
    """What one slice of a course may say (`report.Results`), as a document. Only the newest releases keep theirs."""

    __tablename__ = "released_slice"
    __table_args__ = (UniqueConstraint("release_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    key: Mapped[str] = mapped_column(String(80))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
