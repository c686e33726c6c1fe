"""The letters about a move: to the new address, and to the one that gets none any more."""

from datetime import datetime

from flask import current_app

from lms.accounts.models import Person
from lms.letters.operations import queue
from lms.people.models import MoveRequest


def _link(path: str) -> str:
    return f"{current_app.config['PUBLIC_URL']}{path}"


def moved(person: Person, *, email_before: str | None, now: datetime) -> None:
    """You work there now; and, where the address has changed, a word to the address before: it may not have been the person."""
    where = {"organisation": person.organisation.name}
    queue("person-moved", to=person, values=where | {"account_link": _link("/learning")}, now=now)
    if email_before and email_before != person.email:
        queue("person-moved-from", to_name=person.name, to_email=email_before, values=where, now=now)


def refused(request: MoveRequest, *, now: datetime) -> None:
    """They have not confirmed it."""
    queue(
        "move-refused",
        to=request.person,
        values={"organisation": request.organisation.name, "account_link": _link("/account/move")},
        now=now,
        dedupe=f"move-refused:{request.id}",
    )
