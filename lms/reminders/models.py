"""How far the reminders have got."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base


class Reminded(Base):
    """The one row that says until when reminders have been seen to. What was due before then and was not written no longer is:
    so nobody is reminded of what was loaded from elsewhere, was added late or has moved."""

    __tablename__ = "reminded"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    until: Mapped[datetime]
