"""What is done with the address of one's calendar."""

from datetime import datetime

from lms.accounts.models import Person
from lms.activity.operations import record
from lms.db import db


def renew_address(*, person: Person, now: datetime) -> None:
    """Give the person another address for their calendar. Whoever has an earlier one reads nothing from now on."""
    person.calendar_version += 1
    db.session.flush()
    record("person:calendar_renewed", actor=person, subject_kind="person", subject=str(person.id), now=now)
