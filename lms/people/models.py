"""Somebody says that they work elsewhere now; the new organisation says yes or no."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.db import Base, random_reference
from lms.organisations.models import Organisation


class MoveState(StrEnum):
    """Where the wish to move stands."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


_open = text("state = 'asked'")


class MoveRequest(Base):
    """“I have changed jobs”: where to, and the address there. Nothing changes until somebody of the new organisation says yes."""

    __tablename__ = "move_request"
    __table_args__ = (
        Index("uq_move_request_open", "person_id", unique=True, sqlite_where=_open, postgresql_where=_open),
        CheckConstraint("(state = 'asked') = (ended_at IS NULL)", name="ended_has_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(24), unique=True, default=random_reference)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    job: Mapped[str] = mapped_column(String(120), default="")
    asked_at: Mapped[datetime]
    state: Mapped[MoveState] = mapped_column(default=MoveState.ASKED)
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    organisation: Mapped[Organisation] = relationship()
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id])
