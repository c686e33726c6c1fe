"""Reads of people and their visits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import yaml
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from lms.accounts.models import Employment, Person, PersonRole, ServerSession
from lms.db import db
from lms.organisations.models import Organisation
from lms.roles import Role

PAGE = 50
ROLE_MAILBOXES = Path(__file__).parents[2] / "content" / "role-mailboxes.yaml"


@dataclass(frozen=True)
class PeoplePage:
    """One page of people, of how many in all."""

    people: Sequence[Person]
    total: int
    number: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // PAGE))


def person_by_email(email: str) -> Person | None:
    """Whose address this is. The address of an account that became part of another leads to that one."""
    found = db.session.scalar(select(Person).where(Person.email == email.strip().lower()))
    return (found.merged_into or found) if found else None


def person_by_any_email(email: str) -> Person | None:
    """Whose address this is, or was last, before they moved: for records of the past, never for signing in."""
    return person_by_email(email) or db.session.scalar(
        select(Person)
        .join(Employment, Employment.person_id == Person.id)
        .where(Employment.email == email.strip().lower())
        .order_by(Employment.until_at.desc(), Employment.id.desc())
        .limit(1)
    )


def employments_of(person: Person) -> Sequence[Employment]:
    """Where somebody worked before, the latest first."""
    return db.session.scalars(
        select(Employment)
        .options(joinedload(Employment.organisation))
        .where(Employment.person_id == person.id)
        .order_by(Employment.until_at.desc(), Employment.id.desc())
    ).all()


@cache
def role_mailboxes() -> frozenset[str]:
    """The words of which addresses of roles are made: content/role-mailboxes.yaml."""
    return frozenset(yaml.safe_load(ROLE_MAILBOXES.read_text(encoding="utf-8"))["words"])


def person(person_id: int) -> Person | None:
    """Somebody, for those who look after people."""
    return db.session.get(Person, person_id)


def people(
    *, text: str = "", role: Role | None = None, organisation_id: int | None = None, page: int = 1
) -> PeoplePage:
    """People by last name, first name: those whose name, address or organisation holds every word of `text`."""
    found = select(Person).join(Person.organisation)
    for word in text.split():
        inside = f"%{word.lower().replace('/', '//').replace('%', '/%').replace('_', '/_')}%"
        columns = (Person.first_name, Person.last_name, Person.email, Organisation.name)
        found = found.where(or_(*(func.lower(column).like(inside, escape="/") for column in columns)))
    if role:
        found = found.where(Person.held.any(PersonRole.role == role))
    if organisation_id:
        found = found.where(Person.organisation_id == organisation_id)
    total = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    number = min(max(1, page), max(1, -(-total // PAGE)))
    ordered = found.options(selectinload(Person.held)).order_by(Person.last_name, Person.first_name, Person.id)
    ordered = ordered.limit(PAGE).offset((number - 1) * PAGE)
    return PeoplePage(db.session.scalars(ordered).unique().all(), total, number)


def visits_of(person: Person, *, now: datetime, idle: timedelta, absolute: timedelta) -> Sequence[ServerSession]:
    """Where this person is signed in at the moment, the latest first."""
    return db.session.scalars(
        select(ServerSession)
        .where(
            ServerSession.person_id == person.id,
            ServerSession.last_seen_at > now - idle,
            ServerSession.created_at > now - absolute,
        )
        .order_by(ServerSession.last_seen_at.desc(), ServerSession.name_hash)
    ).all()
