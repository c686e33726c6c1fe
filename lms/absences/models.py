"""That an officer has spoken with somebody about sessions they missed. What was said is nobody's business here."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.db import Base


class AbsenceTalk(Base):
    """One talk with somebody who repeatedly missed sessions; after it only new ones count."""

    __tablename__ = "absence_talk"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    spoken_on: Mapped[date]
    noted_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    noted_at: Mapped[datetime]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    noted_by: Mapped[Person] = relationship(foreign_keys=[noted_by_id])
