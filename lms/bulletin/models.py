"""Subscribers and editions of the e-bulletin."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base
from lms.organisations.models import Sector


class Subscriber(Base):
    """One subscription of one address, from a day to a day."""

    __tablename__ = "subscriber"
    __table_args__ = (
        CheckConstraint("unsubscribed_on IS NULL OR unsubscribed_on >= subscribed_on", name="ends_after_start"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    sector_id: Mapped[int] = mapped_column(ForeignKey("sector.id"), index=True)
    subscribed_on: Mapped[date]
    unsubscribed_on: Mapped[date | None]

    sector: Mapped[Sector] = relationship()


class Edition(Base):
    """One edition that was sent."""

    __tablename__ = "edition"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    sent_on: Mapped[date] = mapped_column(index=True)
    special: Mapped[bool] = mapped_column(default=False)
