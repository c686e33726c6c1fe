"""Writing to the list of what people did."""

from datetime import datetime

from sqlalchemy import insert

from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.db import db

#: Written at once and never held as an object: nobody changes a line, or looks at it again in the request that adds it.
_LINE = insert(Activity.__table__)  # type: ignore[arg-type]


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
    db.session.execute(
        _LINE,
        {
            "at": now,
            "actor_id": actor.id if actor else None,
            "verb": verb,
            "subject_kind": subject_kind,
            "subject": subject,
            "details": {name: value for name, value in details.items() if value is not None},
        },
    )
