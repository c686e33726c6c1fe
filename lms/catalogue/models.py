"""Courses, sessions, venues and who teaches."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.db import Base
from lms.organisations.models import Organisation, Priority


class CourseKind(StrEnum):
    """What sort of learning a course is. `label` is the word people read."""

    CORE = "core"
    SUBJECT = "subject"
    E_LEARNING = "e_learning"
    MASTERCLASS = "masterclass"
    CONFERENCE = "conference"
    BRIEFING = "briefing"
    SAFEGUARDING_WEEK = "safeguarding_week"
    FORUM = "forum"
    SCHOOL = "school"
    CHAMPIONS = "champions"
    RESOURCE = "resource"
    SIGNPOSTED = "signposted"

    @property
    def label(self) -> str:
        """The kind in words."""
        return KIND_LABELS[self]


KIND_LABELS = {
    CourseKind.CORE: "Core course",
    CourseKind.SUBJECT: "Subject-specific course",
    CourseKind.E_LEARNING: "E-learning",
    CourseKind.MASTERCLASS: "Masterclass",
    CourseKind.CONFERENCE: "Conference",
    CourseKind.BRIEFING: "Briefing",
    CourseKind.SAFEGUARDING_WEEK: "Safeguarding Week workshop",
    CourseKind.FORUM: "Forum",
    CourseKind.SCHOOL: "Course for schools",
    CourseKind.CHAMPIONS: "For champions",
    CourseKind.RESOURCE: "Resource",
    CourseKind.SIGNPOSTED: "Course of another organisation",
}


class CountedBy(StrEnum):
    """The unit a course's reach is reported in. Figures in different units are never added."""

    PEOPLE = "people"
    SCHOOLS = "schools"
    SESSIONS = "sessions"
    BOOKINGS = "bookings"
    OTHER = "other"


course_priority = Table(
    "course_priority",
    Base.metadata,
    Column("course_id", ForeignKey("course.id"), primary_key=True),
    Column("priority_id", ForeignKey("priority.id"), primary_key=True),
)


class Course(Base):
    """Something people can learn on, many times."""

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[CourseKind]
    aim: Mapped[str] = mapped_column(Text)
    outcomes: Mapped[list[str]] = mapped_column(JSON)
    audience: Mapped[str] = mapped_column(String(300))
    level: Mapped[str] = mapped_column(String(60), default="")
    modes: Mapped[list[str]] = mapped_column(JSON)
    hours: Mapped[float | None]
    participatory_hours: Mapped[float | None]
    refresh_months: Mapped[int | None]
    counted_by: Mapped[CountedBy]
    provided_by: Mapped[str] = mapped_column(String(120), default="")
    tags: Mapped[list[str]] = mapped_column(JSON)
    #: Where it stands in the partnership's own list and tables.
    position: Mapped[int] = mapped_column(default=0)

    priorities: Mapped[list[Priority]] = relationship(secondary=course_priority, order_by=Priority.number)


class Venue(Base):
    """A place to learn in, and how to get in."""

    __tablename__ = "venue"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    address: Mapped[str] = mapped_column(String(300), default="")
    access_notes: Mapped[str] = mapped_column(String(500), default="")


class Mode(StrEnum):
    """How a session is held. `label` is the word people read."""

    CLASSROOM = "classroom"
    VIRTUAL = "virtual"
    HYBRID = "hybrid"

    @property
    def label(self) -> str:
        """The mode in words."""
        return MODE_LABELS[self]


MODE_LABELS = {
    Mode.CLASSROOM: "Classroom",
    Mode.VIRTUAL: "Online, live",
    Mode.HYBRID: "Classroom or online",
}


class CourseSession(Base):
    """One run of a course, on a date."""

    __tablename__ = "course_session"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("capacity >= 0", name="capacity_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    mode: Mapped[Mode]
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"))
    joining_link: Mapped[str] = mapped_column(String(500), default="")
    capacity: Mapped[int]
    bring: Mapped[str] = mapped_column(String(500), default="")
    #: A session held for one school or agency, which then counts as one school reached.
    host_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    added_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    #: Calendar entries carry it: it rises whenever what they say changes.
    sequence: Mapped[int] = mapped_column(default=0)
    #: The last moment at which the register was finished by a trainer.
    register_finished_at: Mapped[datetime | None]
    imported: Mapped[bool] = mapped_column(default=False)

    course: Mapped[Course] = relationship(lazy="joined", innerjoin=True)
    venue: Mapped[Venue | None] = relationship(lazy="joined")
    host_organisation: Mapped[Organisation | None] = relationship()
    trainers: Mapped[list[Person]] = relationship(secondary="session_trainer", order_by=Person.last_name)


class SessionTrainer(Base):
    """Who teaches which session."""

    __tablename__ = "session_trainer"

    session_id: Mapped[int] = mapped_column(ForeignKey("course_session.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
