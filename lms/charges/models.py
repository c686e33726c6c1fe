"""Rules of charging, charges, and what trainers in kind earn for their organisation. All money is in pence."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.bookings.models import Booking
from lms.catalogue.models import Course, CourseSession
from lms.db import Base, random_reference
from lms.elearning.models import Enrolment
from lms.organisations.models import Organisation, Sector


class ChargeKind(StrEnum):
    """What is charged for. `label` is the word people read."""

    PLACE = "place"
    LATE_CANCELLATION = "late_cancellation"
    NO_SHOW = "no_show"
    NOT_COMPLETED = "not_completed"

    @property
    def label(self) -> str:
        """The kind in words."""
        return CHARGE_LABELS[self]


CHARGE_LABELS = {
    ChargeKind.PLACE: "Place",
    ChargeKind.LATE_CANCELLATION: "Late cancellation",
    ChargeKind.NO_SHOW: "Did not come",
    ChargeKind.NOT_COMPLETED: "E-learning not finished",
}


class Length(StrEnum):
    """Half a day is up to four hours. `label` is the word people read."""

    HALF = "half"
    FULL = "full"

    @property
    def label(self) -> str:
        """The length in words."""
        return {Length.HALF: "Half day", Length.FULL: "Full day"}[self]


class ChargeRule(Base):
    """How much, for what, from whom. Empty means any; of the rules that fit on a day the one that says most decides."""

    __tablename__ = "charge_rule"
    __table_args__ = (
        CheckConstraint("pence >= 0", name="pence_not_negative"),
        CheckConstraint("valid_until IS NULL OR valid_until >= valid_from", name="until_after_from"),
        CheckConstraint(
            "turnover_from IS NULL OR turnover_below IS NULL OR turnover_below > turnover_from", name="band"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ChargeKind]
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    sector_id: Mapped[int | None] = mapped_column(ForeignKey("sector.id"))
    length: Mapped[Length | None]
    #: Pounds a year of the organisation: from, and below.
    turnover_from: Mapped[int | None]
    turnover_below: Mapped[int | None]
    pence: Mapped[int]
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]

    course: Mapped[Course | None] = relationship()
    sector: Mapped[Sector | None] = relationship()


class TrainerCredit(Base):
    """A free place an organisation earned because one of its people taught."""

    __tablename__ = "trainer_credit"
    __table_args__ = (
        UniqueConstraint("session_id", "person_id"),
        CheckConstraint("places > 0", name="places_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("course_session.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    places: Mapped[int]
    earned_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship()
    session: Mapped[CourseSession] = relationship()
    person: Mapped[Person] = relationship()


class Charge(Base):
    """One sum one organisation is asked for, or would have been: waived, paid by a trainer's credit, or nothing by the rules.

    Everything that may be charged has its row once it is final, so that nothing is looked at twice and a nothing has its reason.
    """

    __tablename__ = "charge"
    __table_args__ = (
        UniqueConstraint("booking_id", "kind"),
        UniqueConstraint("enrolment_id", "kind"),
        CheckConstraint("(booking_id IS NULL) != (enrolment_id IS NULL)", name="for_one"),
        CheckConstraint("pence >= 0", name="pence_not_negative"),
        CheckConstraint("(waived_at IS NULL) = (waived_why = '')", name="waived_with_reason"),
        CheckConstraint("waived_at IS NULL OR credit_id IS NULL", name="waived_or_credit"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(24), unique=True, default=random_reference)
    kind: Mapped[ChargeKind]
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"))
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolment.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    #: The rule that decided; empty where none fits, and then it costs nothing.
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("charge_rule.id"))
    pence: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(index=True)
    waived_at: Mapped[datetime | None]
    waived_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    waived_why: Mapped[str] = mapped_column(String(300), default="")
    credit_id: Mapped[int | None] = mapped_column(ForeignKey("trainer_credit.id"))

    booking: Mapped[Booking | None] = relationship()
    enrolment: Mapped[Enrolment | None] = relationship()
    organisation: Mapped[Organisation] = relationship()
    rule: Mapped[ChargeRule | None] = relationship()
    waived_by: Mapped[Person | None] = relationship()
    credit: Mapped[TrainerCredit | None] = relationship()

    @property
    def due(self) -> int:
        """Pence to be paid: nothing where it was waived or a credit covers it."""
        return 0 if self.waived_at or self.credit_id else self.pence
