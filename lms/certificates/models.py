"""Certificates as they were issued, mass issues, what a course asks for, and counted looks at the page that checks codes."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.bookings.models import Booking
from lms.catalogue.models import Course, CourseSession
from lms.db import Base, random_reference
from lms.files import StoredFile


class CertificateRule(Base):
    """What a course asks for before it gives a certificate. A course without a row gives none."""

    __tablename__ = "certificate_rule"
    __table_args__ = (CheckConstraint("least_share BETWEEN 1 AND 100", name="share_per_cent"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    #: Given by itself since: to everybody whose register was finished later. Empty: no longer given.
    since: Mapped[datetime | None]
    #: The least share of the dates to be attended, per cent; and whether a date attended in part counts.
    least_share: Mapped[int] = mapped_column(default=100)
    part_counts: Mapped[bool] = mapped_column(default=False)
    #: Handed out only once the questions at the end are answered, or are over.
    after_questions: Mapped[bool] = mapped_column(default=False)

    course: Mapped[Course] = relationship()


class IssueRun(Base):
    """Certificates an officer issued to many people at once, of one session or of one course."""

    __tablename__ = "issue_run"
    __table_args__ = (
        CheckConstraint("(session_id IS NULL) != (course_id IS NULL)", name="of_one"),
        CheckConstraint("people > 0", name="people_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(24), unique=True, default=random_reference)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("course_session.id"), index=True)
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    #: How many people got one.
    people: Mapped[int]
    undo_until: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    session: Mapped[CourseSession | None] = relationship()
    course: Mapped[Course | None] = relationship()
    made_by: Mapped[Person] = relationship(foreign_keys=[made_by_id])
    undone_by: Mapped[Person | None] = relationship(foreign_keys=[undone_by_id])


_live = text("revoked_at IS NULL")
_to_draw = text("file_id IS NULL AND revoked_at IS NULL")


class Certificate(Base):
    """One certificate. What it says are values of the day it was issued: whatever changes later, it says the same."""

    __tablename__ = "certificate"
    __table_args__ = (
        Index("uq_certificate_live", "booking_id", unique=True, sqlite_where=_live, postgresql_where=_live),
        Index("ix_certificate_to_draw", "draw_at", "id", sqlite_where=_to_draw, postgresql_where=_to_draw),
        CheckConstraint("(revoked_at IS NULL) = (revoked_why = '')", name="revoked_has_reason"),
        # By hand, with a reason; or because what the course asked for on that day was met.
        CheckConstraint(
            "by_hand_why != '' OR (dates_of > 0 AND dates_attended * 100 >= least_share * dates_of)", name="earned"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The public name of its page. The long code of the QR code is derived from it.
    reference: Mapped[str] = mapped_column(String(24), unique=True, default=random_reference)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    printed_code: Mapped[str] = mapped_column(String(17), unique=True)
    #: Whose it is is said by the booking.
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("issue_run.id"), index=True)

    # What it says.
    name: Mapped[str] = mapped_column(String(201))
    title: Mapped[str] = mapped_column(String(200))
    course_code: Mapped[str] = mapped_column(String(12))
    why: Mapped[str] = mapped_column(Text, default="")
    outcomes: Mapped[list[str]] = mapped_column(JSON)
    levels: Mapped[list[str]] = mapped_column(JSON)
    hours: Mapped[float | None]
    participatory_hours: Mapped[float | None]
    #: Its dates, as ISO days, and the last of them.
    days: Mapped[list[str]] = mapped_column(JSON)
    last_day: Mapped[date]
    place: Mapped[str] = mapped_column(String(200))
    valid_until: Mapped[date | None]
    awarded_by: Mapped[str] = mapped_column(String(200))
    made_up: Mapped[bool] = mapped_column(default=False)

    # Why it was given.
    dates_attended: Mapped[int]
    dates_of: Mapped[int]
    least_share: Mapped[int]
    by_hand_why: Mapped[str] = mapped_column(String(300), default="")
    issued_at: Mapped[datetime]
    #: Empty: by itself.
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), unique=True)

    # That it no longer counts.
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revoked_why: Mapped[str] = mapped_column(String(300), default="")

    # Its PDF, and the worker that draws it: see drawing.py.
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    draw_at: Mapped[datetime]
    lease_token: Mapped[str | None] = mapped_column(String(32))
    attempts: Mapped[int] = mapped_column(default=0)

    booking: Mapped[Booking] = relationship()
    run: Mapped[IssueRun | None] = relationship()
    issued_by: Mapped[Person | None] = relationship(foreign_keys=[issued_by_id])
    revoked_by: Mapped[Person | None] = relationship(foreign_keys=[revoked_by_id])
    replaces: Mapped["Certificate | None"] = relationship(remote_side="Certificate.id")
    file: Mapped[StoredFile | None] = relationship()


class VerifyCount(Base):
    """How many codes an address, or its neighbourhood, has asked about in one minute or hour; its name is a keyed hash."""

    __tablename__ = "verify_count"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    tries: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(index=True)
