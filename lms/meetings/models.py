"""Reports of meetings that were read and are being looked at. They hold names, so none is kept longer than it is needed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.catalogue.models import SessionDate
from lms.db import Base, random_reference


class MeetingReport(Base):
    """What somebody uploaded for a date, until they put it on the register or throw it away. Nobody else sees it."""

    __tablename__ = "meeting_report"
    __table_args__ = (UniqueConstraint("date_id", "uploaded_by_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The public name nobody can guess; a page that is still open on an older upload names another.
    reference: Mapped[str] = mapped_column(String(24), unique=True, default=random_reference)
    date_id: Mapped[int] = mapped_column(ForeignKey("session_date.id", ondelete="CASCADE"))
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    uploaded_at: Mapped[datetime] = mapped_column(index=True)
    #: The report as it was read (lms/meetings/drafts.py says how).
    read: Mapped[dict[str, Any]] = mapped_column(JSON)

    date: Mapped[SessionDate] = relationship()
    uploaded_by: Mapped[Person] = relationship()
