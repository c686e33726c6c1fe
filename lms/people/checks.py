"""What must always be true of accounts that became part of another; `lms verify` says where it is not."""

from sqlalchemy import select
from sqlalchemy.orm import aliased

from lms.accounts.models import Person
from lms.db import db
from lms.people import merging


def emptied() -> list[str]:
    """Nobody signs in with such an account, nothing names it any more, and the one it leads to is a person’s own."""
    into = aliased(Person)
    found = []
    for person, target in db.session.execute(
        select(Person, into).join(into, into.id == Person.merged_into_id).order_by(Person.id)
    ):
        if person.disabled_at is None or person.held:
            found.append(f"Person {person.id} is part of another account and can still do something.")
        if target.merged_into_id is not None:
            found.append(f"Person {person.id} leads to an account that is part of another itself.")
        found += [
            f"Person {person.id} is part of another account, and “{table}” still names it." for table in _named(person)
        ]
    return found


def _named(person: Person) -> list[str]:
    return sorted({table for table, _ in merging.count(person)})
