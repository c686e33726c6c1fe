"""Writing to the list of what people did."""

from datetime import datetime

from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.db import db


def record(
    verb: str,
    *,
    actor: Person | None,
    subject_kind: str,
    subject: str,
    now: datetime,
    **details: str | int | float | None,
) -> None:
    """Add one line: who did what (`booking:made`) to which thing, in the transaction that does it."""
    db.session.add(
        Activity(
            at=now,
            actor_id=actor.id if actor else None,
            verb=verb,
            subject_kind=subject_kind,
            subject=subject,
            details={name: value for name, value in details.items() if value is not None},
        )
    )
