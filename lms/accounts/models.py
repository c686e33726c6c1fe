"""People, their roles, their signed-in sessions and failed sign-ins."""

from datetime import datetime
from typing import Any

from flask_login import UserMixin
from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base
from lms.organisations.models import Organisation
from lms.roles import Role


class PersonRole(Base):
    """One role one person holds."""

    __tablename__ = "person_role"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(primary_key=True)


class Person(UserMixin, Base):
    """Somebody who learns, teaches or looks after learning. No child is ever a row here."""

    __tablename__ = "person"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Empty only for a walk-in who left none: then no letter can be written to them.
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    first_name: Mapped[str] = mapped_column(String(100))
    last_name: Mapped[str] = mapped_column(String(100))
    job: Mapped[str] = mapped_column(String(120), default="")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    manager_name: Mapped[str] = mapped_column(String(200), default="")
    manager_email: Mapped[str] = mapped_column(String(254), default="")
    #: Argon2id; empty for those who cannot sign in by password (made walk-ins, imported people).
    password_hash: Mapped[str] = mapped_column(String(200), default="")
    disabled_at: Mapped[datetime | None]
    #: Which secret address of the personal calendar is the one in use; raising it ends the earlier ones.
    calendar_version: Mapped[int] = mapped_column(default=0)
    made_up: Mapped[bool] = mapped_column(default=False)
    #: The account this one became part of, when they turned out to be one person. This row is then empty and stays for what
    #: was done under it.
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)

    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)
    merged_into: Mapped["Person | None"] = relationship(remote_side="Person.id")
    #: Read where they are asked for: of most people a page or a letter names, nobody asks.
    held: Mapped[list[PersonRole]] = relationship(cascade="all, delete-orphan", order_by=PersonRole.role)

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def roles(self) -> list[Role]:
        """The roles this person holds."""
        return [held.role for held in self.held]

    @property
    def is_active(self) -> bool:
        """Flask-Login's word for: may sign in."""
        return self.disabled_at is None


class Employment(Base):
    """Where somebody worked before, and under which address: kept when they move, never changed."""

    __tablename__ = "employment"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    job: Mapped[str] = mapped_column(String(120), default="")
    #: Their address until then; a later history file may still name them by it.
    email: Mapped[str | None] = mapped_column(String(254), index=True)
    until_at: Mapped[datetime]
    #: Who moved them; empty: a file.
    moved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    organisation: Mapped[Organisation] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    moved_by: Mapped[Person | None] = relationship(foreign_keys=[moved_by_id])


class ServerSession(Base):
    """A visit kept on the server: the cookie holds a random name, this row its SHA-256 (security.md 2.1)."""

    __tablename__ = "server_session"

    name_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime] = mapped_column(index=True)


class FailedSignIn(Base):
    """A counter of failed sign-ins: one row for an account, an address or a network, as a hash."""

    __tablename__ = "failed_sign_in"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    first_at: Mapped[datetime]
    blocked_until: Mapped[datetime | None]
