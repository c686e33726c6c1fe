"""Interest in a course without a date that suits, and requests for a session of one's own."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.catalogue.models import Course, CourseSession
from lms.db import Base, random_reference
from lms.organisations.models import Organisation

_open = text("ended_at IS NULL")


class Interest(Base):
    """Somebody would come to this course, and no date suits. It ends when they book, or take their name off."""

    __tablename__ = "interest"
    __table_args__ = (
        Index("uq_interest_open", "course_id", "person_id", unique=True, sqlite_where=_open, postgresql_where=_open),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_at: Mapped[datetime]
    #: What would suit, such as "evenings" or "online".
    wish: Mapped[str] = mapped_column(String(200), default="")
    ended_at: Mapped[datetime | None]

    course: Mapped[Course] = relationship()
    person: Mapped[Person] = relationship()


class DeliveryKind(StrEnum):
    """What sort of session of one's own is asked for. `label` is the word people read."""

    WHOLE_SCHOOL = "whole_school"
    TEAM = "team"
    OUT_OF_AREA = "out_of_area"

    @property
    def label(self) -> str:
        """The kind in words."""
        return DELIVERY_LABELS[self]


DELIVERY_LABELS = {
    DeliveryKind.WHOLE_SCHOOL: "For a whole school",
    DeliveryKind.TEAM: "For a team or agency",
    DeliveryKind.OUT_OF_AREA: "Outside the area",
}


class DeliveryState(StrEnum):
    """Where a request stands. Whether the session was held is said by the session."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class DeliveryRequest(Base):
    """A session for one school or agency, asked for. Agreed, it is an ordinary session with a host."""

    __tablename__ = "delivery_request"
    __table_args__ = (
        CheckConstraint("people > 0", name="people_positive"),
        CheckConstraint("(organisation_id IS NULL) = (outside_name != '')", name="one_organisation"),
        CheckConstraint("(state = 'asked') = (answered_at IS NULL)", name="answered_has_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(24), unique=True, default=random_reference)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    kind: Mapped[DeliveryKind]
    #: One of ours, or the name of one outside the area.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    outside_name: Mapped[str] = mapped_column(String(200), default="")
    people: Mapped[int]
    wish: Mapped[str] = mapped_column(String(500), default="")
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_at: Mapped[datetime]
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.ASKED)
    answer: Mapped[str] = mapped_column(String(500), default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    session_id: Mapped[int | None] = mapped_column(ForeignKey("course_session.id"))

    course: Mapped[Course] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])
    session: Mapped[CourseSession | None] = relationship()
