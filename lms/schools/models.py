"""Schools, the numbers they had, trusts, how schools follow one another, what changed, and the files that said so."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.db import Base, random_reference
from lms.organisations.models import Organisation


class SchoolStatus(StrEnum):
    """Where a school stands in its life, as the national file has it."""

    OPEN = "open"
    CLOSING = "closing"
    PROPOSED = "proposed"
    CLOSED = "closed"


class Phase(StrEnum):
    """The phase of education as the national file has it; special schools and many others have none."""

    NURSERY = "nursery"
    PRIMARY = "primary"
    MIDDLE_PRIMARY = "middle_primary"
    SECONDARY = "secondary"
    MIDDLE_SECONDARY = "middle_secondary"
    SIXTEEN_PLUS = "sixteen_plus"
    ALL_THROUGH = "all_through"
    NONE = "none"

    @property
    def label(self) -> str:
        """The phase in words."""
        return PHASES[self]


PHASES = {
    Phase.NURSERY: "Nursery",
    Phase.PRIMARY: "Primary",
    Phase.MIDDLE_PRIMARY: "Middle, counted as primary",
    Phase.SECONDARY: "Secondary",
    Phase.MIDDLE_SECONDARY: "Middle, counted as secondary",
    Phase.SIXTEEN_PLUS: "16 plus",
    Phase.ALL_THROUGH: "All-through",
    Phase.NONE: "Not said",
}
#: Types that give alternative provision, and special schools, by the codes of the national file; “own:” are ours.
ALTERNATIVE_TYPES = {"14", "38", "42", "43", "own:alternative", "own:tuition"}
SPECIAL_TYPES = {"7", "8", "10", "12", "33", "36", "44"}


class SchoolTrust(Base):
    """A trust that runs schools, known by its number in the national file, or by its name where it has none."""

    __tablename__ = "school_trust"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    made_up: Mapped[bool] = mapped_column(default=False)


class School(Base):
    """One school for life: it stays this row when it changes its number, name, type or trust. Its head is not named here."""

    __tablename__ = "school"
    __table_args__ = (
        CheckConstraint("low_age IS NULL OR (low_age >= 0 AND low_age < 100)", name="low_age"),
        CheckConstraint("high_age IS NULL OR (high_age >= 0 AND high_age < 100)", name="high_age"),
        CheckConstraint("pupils IS NULL OR pupils >= 0", name="pupils_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Where its people work; empty for schools nobody of which is here, such as those that closed long ago.
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), unique=True)
    #: The number it has now; empty for those the national file does not have. Earlier ones are in SchoolNumber.
    urn: Mapped[str | None] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    la_code: Mapped[str] = mapped_column(String(3), default="", index=True)
    la_name: Mapped[str] = mapped_column(String(100), default="")
    establishment_number: Mapped[str] = mapped_column(String(8), default="")
    status: Mapped[SchoolStatus] = mapped_column(default=SchoolStatus.OPEN, index=True)
    type_code: Mapped[str] = mapped_column(String(20), default="")
    type_name: Mapped[str] = mapped_column(String(100), default="")
    group_name: Mapped[str] = mapped_column(String(100), default="")
    phase: Mapped[Phase] = mapped_column(default=Phase.NONE)
    trust_id: Mapped[int | None] = mapped_column(ForeignKey("school_trust.id"), index=True)
    opened_on: Mapped[date | None]
    opened_reason: Mapped[str] = mapped_column(String(100), default="")
    closed_on: Mapped[date | None]
    closed_reason: Mapped[str] = mapped_column(String(100), default="")
    low_age: Mapped[int | None]
    high_age: Mapped[int | None]
    gender: Mapped[str] = mapped_column(String(40), default="")
    #: Empty: the file does not say.
    boarding: Mapped[bool | None]
    nursery: Mapped[bool | None]
    sixth_form: Mapped[bool | None]
    town: Mapped[str] = mapped_column(String(100), default="")
    postcode: Mapped[str] = mapped_column(String(12), default="")
    pupils: Mapped[int | None]
    ukprn: Mapped[str] = mapped_column(String(12), default="")
    #: Added on a page and not (yet) found in the national file.
    by_hand: Mapped[bool] = mapped_column(default=False)
    made_up: Mapped[bool] = mapped_column(default=False)
    added_at: Mapped[datetime]
    #: Since when the national file of its area no longer has it, though nobody said that it closed. It is kept all the same.
    missing_since: Mapped[datetime | None]

    organisation: Mapped[Organisation | None] = relationship(lazy="joined")
    trust: Mapped[SchoolTrust | None] = relationship(lazy="joined")
    numbers: Mapped[list["SchoolNumber"]] = relationship(
        back_populates="school", order_by="SchoolNumber.position", cascade="all, delete-orphan"
    )

    @property
    def address(self) -> str:
        """What stands in the address of its page: its number, or ours."""
        return self.urn or f"L{self.id}"

    @property
    def is_open(self) -> bool:
        """Does it have pupils now? Also where it is to close."""
        return self.status in (SchoolStatus.OPEN, SchoolStatus.CLOSING)

    @property
    def alternative_provision(self) -> bool:
        """Does it give alternative provision?"""
        return self.type_code in ALTERNATIVE_TYPES

    @property
    def special(self) -> bool:
        """Is it a special school?"""
        return self.type_code in SPECIAL_TYPES

    @property
    def early_years(self) -> bool:
        """Has it children under five, as far as the file says?"""
        return self.phase is Phase.NURSERY or bool(self.nursery) or (self.low_age is not None and self.low_age < 5)


class SchoolNumber(Base):
    """A number (URN) a school has or had, with the name and type it had under it. The last one is the one it has."""

    __tablename__ = "school_number"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    urn: Mapped[str] = mapped_column(String(12), unique=True)
    position: Mapped[int]
    since: Mapped[date | None]
    until: Mapped[date | None]
    name: Mapped[str] = mapped_column(String(200), default="")
    type_name: Mapped[str] = mapped_column(String(100), default="")

    school: Mapped[School] = relationship(back_populates="numbers")


class Following(StrEnum):
    """How one school follows another, where they are not simply one school with a new number."""

    MERGED = "merged"
    SPLIT = "split"
    #: The same school, but both rows were in use here before the file said so: they stay two.
    APART = "apart"


class SchoolLink(Base):
    """One school goes on in another: by numbers, so that it also says so of schools we do not have."""

    __tablename__ = "school_link"
    __table_args__ = (UniqueConstraint("before_urn", "after_urn"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    before_urn: Mapped[str] = mapped_column(String(12), index=True)
    after_urn: Mapped[str] = mapped_column(String(12), index=True)
    how: Mapped[Following]
    happened_on: Mapped[date | None]
    before_name: Mapped[str] = mapped_column(String(200), default="")
    after_name: Mapped[str] = mapped_column(String(200), default="")


class SchoolFile(Base):
    """A national file: read and waiting for somebody’s yes, or taken. `waiting` holds the rows of the area until then."""

    __tablename__ = "school_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(24), unique=True, default=random_reference)
    name: Mapped[str] = mapped_column(String(200))
    #: The day in its name.
    extract_on: Mapped[date | None]
    areas: Mapped[str] = mapped_column(String(60))
    read_at: Mapped[datetime]
    #: Empty: the command.
    read_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    waiting: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    #: What it did, or would do (lms/schools/report.py says how).
    report: Mapped[dict[str, Any]] = mapped_column(JSON)
    taken_at: Mapped[datetime | None]

    read_by: Mapped[Person | None] = relationship()


class SchoolChange(Base):
    """One thing that changed about a school: never overwritten, so that each year can be read as it was."""

    __tablename__ = "school_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"), index=True)
    field: Mapped[str] = mapped_column(String(40))
    old: Mapped[str] = mapped_column(String(200))
    new: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]
    #: The file it came by; empty: by hand.
    source: Mapped[str] = mapped_column(String(200), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    #: The number it had then, where that was a row of its own which became part of this school.
    as_urn: Mapped[str] = mapped_column(String(12), default="")

    by: Mapped[Person | None] = relationship()
