"""The partnership, its sectors, organisations, workforce figures, groups and delivery-plan priorities."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base


class Partnership(Base):
    """The one row that says whose database this is."""

    __tablename__ = "partnership"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(40))
    team_name: Mapped[str] = mapped_column(String(200))
    team_email: Mapped[str] = mapped_column(String(254))
    team_phone: Mapped[str] = mapped_column(String(40))
    #: Does the partnership ask organisations for money? Where not, nobody sees a word about it.
    charges: Mapped[bool] = mapped_column(default=False)
    #: The local authorities whose schools are ours: their numbers with commas between; empty until the first national file.
    school_areas: Mapped[str] = mapped_column(String(60), default="")
    made_up: Mapped[bool] = mapped_column(default=False)
    #: The demonstration's clock; empty everywhere else.
    demo_now: Mapped[datetime | None]


class Sector(Base):
    """One kind of service, such as health or housing."""

    __tablename__ = "sector"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    position: Mapped[int] = mapped_column(unique=True)


class OrganisationKind(StrEnum):
    """Schools and colleges are counted as schools; everyone else is an agency."""

    AGENCY = "agency"
    SCHOOL = "school"


class Organisation(Base):
    """An agency or a school."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[OrganisationKind] = mapped_column(default=OrganisationKind.AGENCY)
    sector_id: Mapped[int] = mapped_column(ForeignKey("sector.id"), index=True)
    #: Pounds a year, where charges depend on it; empty: not known.
    turnover: Mapped[int | None]
    made_up: Mapped[bool] = mapped_column(default=False)

    sector: Mapped[Sector] = relationship()


class WorkforceCount(Base):
    """How many people of an organisation work with children or families, as it said on a day: the base of reach."""

    __tablename__ = "workforce_count"
    __table_args__ = (
        UniqueConstraint("organisation_id", "counted_on"),
        CheckConstraint("people >= 0", name="people_not_negative"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    counted_on: Mapped[date]
    people: Mapped[int]

    organisation: Mapped[Organisation] = relationship()


class PartnershipGroup(Base):
    """A group of the partnership, such as the Learning and Development Strategic Group."""

    __tablename__ = "partnership_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(60))
    purpose: Mapped[str] = mapped_column(String(400))


class Priority(Base):
    """One priority of the delivery plan."""

    __tablename__ = "priority"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(20), unique=True)
    number: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(String(200))
    plan: Mapped[str] = mapped_column(String(200))
