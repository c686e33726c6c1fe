"""Figures as they were published, kept beside what the records say."""

from datetime import date

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base


class PublishedFigure(Base):
    """One figure a document printed. Never added to a count; only printed as “published”, and flagged where it disagrees."""

    __tablename__ = "published_figure"
    __table_args__ = (Index("ix_published_figure_table", "table", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    table: Mapped[str] = mapped_column(String(60))
    #: The course's code, the sector's key or a short name.
    key: Mapped[str] = mapped_column(String(60))
    label: Mapped[str] = mapped_column(String(200))
    #: “over” where the document printed a floor (“over 900”).
    qualifier: Mapped[str] = mapped_column(String(20), default="")
    value: Mapped[str] = mapped_column(String(60))
    unit: Mapped[str] = mapped_column(String(60))
    period_start: Mapped[date | None]
    period_end: Mapped[date | None]
    document: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(60))


class Contradiction(Base):
    """Where a published document disagrees with itself, and the rule this product follows."""

    __tablename__ = "contradiction"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    table: Mapped[str] = mapped_column(String(60), index=True)
    stated: Mapped[str] = mapped_column(String(300))
    counted: Mapped[str] = mapped_column(String(300))
    difference: Mapped[str] = mapped_column(String(100))
    rule: Mapped[str] = mapped_column(String(400))
