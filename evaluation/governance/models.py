"""Who sits in which group of the partnership. (Meetings and decisions join it here.)"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.db import Base
from lms.organisations.models import PartnershipGroup


class GroupMember(Base):
    """Somebody who sits in a group, from a day until a day (empty: still)."""

    __tablename__ = "group_member"
    __table_args__ = (
        UniqueConstraint("group_id", "person_id", "since"),
        CheckConstraint("until IS NULL OR until >= since", name="until_after_since"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("partnership_group.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    #: “Chair”, “Deputy chair”, “Minutes”, or empty.
    part: Mapped[str] = mapped_column(String(80), default="")
    since: Mapped[date]
    until: Mapped[date | None]

    group: Mapped[PartnershipGroup] = relationship()
    person: Mapped[Person] = relationship()
