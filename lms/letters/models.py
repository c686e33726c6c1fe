"""Letters as rows."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Person
from lms.db import Base, random_reference


class LetterState(StrEnum):
    """Waiting to go, gone, or given up with the reason in `error`."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


_waiting = text("state = 'waiting'")


class Letter(Base):
    """One letter to one address. Its text may hold `{{survey_link}}`: the link is made only at the moment of sending."""

    __tablename__ = "letter"
    __table_args__ = (
        Index("ix_letter_waiting", "due_at", "id", sqlite_where=_waiting, postgresql_where=_waiting),
        CheckConstraint("(link_kind = '') = (link_to = '')", name="link_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(24), unique=True, default=random_reference)
    #: Which letter of content/letters.yaml this is.
    key: Mapped[str] = mapped_column(String(80), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    to_name: Mapped[str] = mapped_column(String(200))
    to_email: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    #: The calendar part (RFC 5545 text) and its method, REQUEST or CANCEL.
    calendar: Mapped[str] = mapped_column(Text, default="")
    calendar_method: Mapped[str] = mapped_column(String(10), default="")
    #: A personal link made at sending: what kind, and to what (such as an invitation's id). Never the link itself.
    link_kind: Mapped[str] = mapped_column(String(40), default="")
    link_to: Mapped[str] = mapped_column(String(64), default="")
    #: A second letter for the same cause is a no-op: `survey:m3:invitation:<id>`.
    dedupe: Mapped[str | None] = mapped_column(String(160), unique=True)
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    queued_at: Mapped[datetime]
    due_at: Mapped[datetime]
    state: Mapped[LetterState] = mapped_column(default=LetterState.WAITING)
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(400), default="")

    person: Mapped[Person | None] = relationship()
