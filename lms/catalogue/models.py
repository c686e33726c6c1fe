"""Courses, sessions, venues and who teaches."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
    inspect,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from lms.accounts.models import Person
from lms.db import Base
from lms.organisations.models import Organisation, Priority, Sector
from lms.working_days import Unit


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


course_level = Table(
    "course_level",
    Base.metadata,
    Column("course_id", ForeignKey("course.id"), primary_key=True),
    Column("level_id", ForeignKey("level.id"), primary_key=True),
)

course_prerequisite = Table(
    "course_prerequisite",
    Base.metadata,
    Column("course_id", ForeignKey("course.id"), primary_key=True),
    Column("required_id", ForeignKey("course.id"), primary_key=True),
)


class LevelScheme(Base):
    """A way of grading courses: the partnership's own, a professional body's, the roles in a school."""

    __tablename__ = "level_scheme"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    #: Who says so, and where it can be read.
    source: Mapped[str] = mapped_column(String(300), default="")
    position: Mapped[int] = mapped_column(default=0)

    levels: Mapped[list["Level"]] = relationship(back_populates="scheme", order_by="Level.position, Level.id")


class Level(Base):
    """One step of a scheme, as it stands between two days. A changed level is a new row; the old one gets an end."""

    __tablename__ = "level"
    __table_args__ = (
        UniqueConstraint("scheme_id", "key", "valid_from"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="until_after_from"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("level_scheme.id"))
    key: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    about: Mapped[str] = mapped_column(String(400), default="")
    position: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]

    scheme: Mapped[LevelScheme] = relationship(back_populates="levels", lazy="joined", innerjoin=True)


class Course(Base):
    """Something people can learn on, many times."""

    __tablename__ = "course"
    __table_args__ = (CheckConstraint("minimum_share BETWEEN 1 AND 100", name="minimum_share_is_share"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[CourseKind]
    aim: Mapped[str] = mapped_column(Text)
    outcomes: Mapped[list[str]] = mapped_column(JSON)
    audience: Mapped[str] = mapped_column(String(300))
    modes: Mapped[list[str]] = mapped_column(JSON)
    hours: Mapped[float | None]
    participatory_hours: Mapped[float | None]
    refresh_months: Mapped[int | None]
    counted_by: Mapped[CountedBy]
    provided_by: Mapped[str] = mapped_column(String(120), default="")
    tags: Mapped[list[str]] = mapped_column(JSON)
    #: Where it stands in the partnership's own list and tables.
    position: Mapped[int] = mapped_column(default=0)
    #: Where another organisation's course is booked.
    booking_url: Mapped[str] = mapped_column(String(500), default="")
    #: What hard topics come up, and where to get support; in the joining instructions.
    content_note: Mapped[str] = mapped_column(String(500), default="")
    #: No longer offered since; what was held stays.
    retired_at: Mapped[datetime | None]
    #: E-learning: how many days from booking to finishing it. Empty: no end.
    complete_within_days: Mapped[int | None]
    #: From which share of a date's time on, in per cent, somebody in the report of an online meeting attended it.
    minimum_share: Mapped[int] = mapped_column(default=80)

    # How its places are booked. Every one has a default that serves most courses.
    #: Is a place kept only if the line manager says yes, and how many working days do they have?
    needs_approval: Mapped[bool] = mapped_column(default=False)
    approval_days: Mapped[int] = mapped_column(default=5)
    #: Until when a place can be given back without charge and by oneself.
    cancel_amount: Mapped[int] = mapped_column(default=3)
    cancel_unit: Mapped[Unit] = mapped_column(default=Unit.WORKING_DAYS)
    #: The waiting list gives places away by itself until so many working days before the start, offers them after that for so
    #: many hours, and stands still for so many hours before the start.
    automatic_days: Mapped[int] = mapped_column(default=3)
    offer_hours: Mapped[int] = mapped_column(default=24)
    stops_hours: Mapped[int] = mapped_column(default=24)
    #: Reminders, and joining instructions, so many days before.
    reminder_days: Mapped[list[int]] = mapped_column(JSON, default=lambda: [14, 5])
    joining_days: Mapped[int] = mapped_column(default=5)
    #: Does the line manager hear that somebody is coming, and that somebody did not come?
    tells_manager: Mapped[bool] = mapped_column(default=False)

    priorities: Mapped[list[Priority]] = relationship(secondary=course_priority, order_by=Priority.number)
    levels: Mapped[list[Level]] = relationship(secondary=course_level, order_by=Level.position)
    #: Each of them is to be done before.
    prerequisites: Mapped[list["Course"]] = relationship(
        secondary=course_prerequisite,
        primaryjoin="Course.id == course_prerequisite.c.course_id",
        secondaryjoin="Course.id == course_prerequisite.c.required_id",
        order_by="Course.title",
    )


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


class GroupKind(StrEnum):
    """A series is one course on several dates to choose from; a bundle is several courses of one event."""

    SERIES = "series"
    BUNDLE = "bundle"


class SessionGroup(Base):
    """Sessions that belong together, such as Safeguarding Week: copied together, and counted in people apart from seats."""

    __tablename__ = "session_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    about: Mapped[str] = mapped_column(String(500), default="")
    kind: Mapped[GroupKind]


class CourseSession(Base):
    """One run of a course, on one date or several."""

    __tablename__ = "course_session"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("capacity >= 0", name="capacity_not_negative"),
        CheckConstraint("minimum IS NULL OR minimum >= 0", name="minimum_not_negative"),
        CheckConstraint("booking_closes_at IS NULL OR booking_closes_at <= starts_at", name="closes_before_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(40), unique=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    #: The start of its first date and the end of its last.
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    mode: Mapped[Mode]
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"))
    joining_link: Mapped[str] = mapped_column(String(500), default="")
    capacity: Mapped[int]
    bring: Mapped[str] = mapped_column(String(500), default="")
    #: A session held for one school or agency, which then counts as one school reached.
    host_organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    #: For whom this one is, where that is narrower than the course.
    audience: Mapped[str] = mapped_column(String(300), default="")
    #: How many people it needs to be worth holding.
    minimum: Mapped[int | None]
    #: Places can be asked for from and until; empty: from the start of its showing, until it starts.
    booking_opens_at: Mapped[datetime | None]
    booking_closes_at: Mapped[datetime | None]
    #: Are people asked what they need to take part, and what they eat?
    asks_access: Mapped[bool] = mapped_column(default=True)
    asks_diet: Mapped[bool] = mapped_column(default=False)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("session_group.id"), index=True)
    added_at: Mapped[datetime]
    #: Shown to people since; empty: a draft only officers see.
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    cancelled_at: Mapped[datetime | None]
    cancelled_why: Mapped[str] = mapped_column(String(300), default="")
    #: The session that took over its people.
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("course_session.id"))
    #: The last moment at which the register of its last unfinished date was finished by a trainer.
    register_finished_at: Mapped[datetime | None]
    imported: Mapped[bool] = mapped_column(default=False)

    course: Mapped[Course] = relationship(lazy="joined", innerjoin=True)
    venue: Mapped[Venue | None] = relationship(lazy="joined")
    host_organisation: Mapped[Organisation | None] = relationship()
    trainers: Mapped[list[Person]] = relationship(secondary="session_trainer", order_by=Person.last_name)
    group: Mapped[SessionGroup | None] = relationship()
    merged_into: Mapped["CourseSession | None"] = relationship(remote_side="CourseSession.id")
    dates: Mapped[list["SessionDate"]] = relationship(
        back_populates="session", order_by="SessionDate.starts_at", cascade="all, delete-orphan"
    )
    holds: Mapped[list["SessionHold"]] = relationship(
        back_populates="session", order_by="SessionHold.id", cascade="all, delete-orphan"
    )


class SessionDate(Base):
    """One date of a session. Every session has at least one."""

    __tablename__ = "session_date"
    __table_args__ = (
        UniqueConstraint("session_id", "starts_at"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("course_session.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    #: The last moment at which its register was finished.
    register_finished_at: Mapped[datetime | None]

    session: Mapped[CourseSession] = relationship(back_populates="dates")


@event.listens_for(Session, "before_flush")
def _dates_agree(session: Session, _context: object, _instances: object) -> None:
    """A session without dates gets its one; with one, that follows the session; with several, the session spans them."""
    for one in [*session.new, *session.dirty]:
        if not isinstance(one, CourseSession):
            continue
        looked_at = inspect(one).attrs
        if not any(looked_at[name].history.has_changes() for name in ("starts_at", "ends_at", "dates")):
            continue
        if not one.dates:
            one.dates.append(SessionDate(starts_at=one.starts_at, ends_at=one.ends_at))
        elif len(one.dates) == 1 and not looked_at["dates"].history.has_changes():
            one.dates[0].starts_at, one.dates[0].ends_at = one.starts_at, one.ends_at
        else:
            one.starts_at = min(each.starts_at for each in one.dates)
            one.ends_at = max(each.ends_at for each in one.dates)


class SessionHold(Base):
    """Places kept for one sector or one organisation until a moment, after which anybody may have them."""

    __tablename__ = "session_hold"
    __table_args__ = (
        CheckConstraint("(sector_id IS NULL) != (organisation_id IS NULL)", name="for_one"),
        CheckConstraint("places > 0", name="places_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("course_session.id"), index=True)
    sector_id: Mapped[int | None] = mapped_column(ForeignKey("sector.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    places: Mapped[int]
    release_at: Mapped[datetime]
    #: When its places went to whoever waits.
    released_at: Mapped[datetime | None] = mapped_column(index=True)

    session: Mapped[CourseSession] = relationship(back_populates="holds")
    sector: Mapped[Sector | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


class SessionTrainer(Base):
    """Who teaches which session."""

    __tablename__ = "session_trainer"

    session_id: Mapped[int] = mapped_column(ForeignKey("course_session.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
