"""Letters as rows, and the wording a partnership has given them."""

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
    """One letter to one address. Its text may hold a link such as `{{survey_link}}`: made only at the moment of sending."""

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


_current = text("replaced_at IS NULL")


class LetterWording(Base):
    """The partnership’s own words for one letter. They end with `replaced_at`; the row stays."""

    __tablename__ = "letter_wording"
    __table_args__ = (
        Index("uq_letter_wording_current", "key", unique=True, sqlite_where=_current, postgresql_where=_current),
        CheckConstraint("replaced_at >= written_at", name="replaced_after_written"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Which letter of content/letters.yaml this rewords.
    key: Mapped[str] = mapped_column(String(80), index=True)
    #: As written, with its {{placeholders}}.
    subject: Mapped[str] = mapped_column(String(150))
    body: Mapped[str] = mapped_column(Text)
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    replaced_at: Mapped[datetime | None]

    written_by: Mapped[Person | None] = relationship()
