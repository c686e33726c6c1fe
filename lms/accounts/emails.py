"""The letters about signing in. Their links are made at the moment of sending and work once."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

from lms.accounts.models import Person
from lms.accounts.queries import person
from lms.letters import links
from lms.letters.models import Letter
from lms.letters.operations import queue

RESET, FIRST = "password", "first-password"
#: How long a link of each kind can be used.
LASTS = {RESET: timedelta(hours=2), FIRST: timedelta(days=14)}


def password_reset(*, to: Person, now: datetime) -> Letter | None:
    """A link to choose a new password."""
    return queue("password-reset", to=to, values={}, now=now, link_kind=RESET, link_to=str(to.id))


def account_added(*, to: Person, now: datetime) -> Letter | None:
    """A link to choose the first password, for somebody who was added."""
    return queue("account-added", to=to, values={}, now=now, link_kind=FIRST, link_to=str(to.id))


class Opened(NamedTuple):
    """What a link leads to: whose password, and whether it is their first."""

    person: Person
    first: bool


def _serializer(kind: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt=f"lms.accounts:{kind}")


def _state(person: Person) -> str:
    """Changes with the password, so that a link works once and every older one ends with it."""
    return sha256(f"{person.id}:{person.email}:{person.password_hash}".encode()).hexdigest()[:20]


def token(kind: str, person: Person) -> str:
    """What the link carries: signed, and bound to the password as it is now."""
    return str(_serializer(kind).dumps([person.id, _state(person)]))


def open_link(text: str) -> Opened | None:
    """Whose link this is, if it still works."""
    for kind, lasts in LASTS.items():
        try:
            person_id, state = _serializer(kind).loads(text, max_age=int(lasts.total_seconds()))
        except BadSignature:
            continue
        found = person(person_id)
        if found and found.is_active and state == _state(found):
            return Opened(found, kind == FIRST)
    return None


def _maker(kind: str) -> None:
    def link(person_id: str) -> str:
        found = person(int(person_id))
        if found is None:
            raise LookupError(f"there is no person {person_id}")
        return f"{current_app.config['PUBLIC_URL']}/password/{token(kind, found)}"

    links.add(kind, "password_link", link)


def init_app() -> None:
    """Let the worker make these links."""
    _maker(RESET)
    _maker(FIRST)
