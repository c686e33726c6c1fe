"""The codes a trainer shows, as links and as pictures, and the proof that somebody scanned one in time. Nothing is stored.

Codes go by the machine's clock, in the demonstration too, where the other clock stands still: they change everywhere.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import segno
from flask import current_app, url_for
from itsdangerous import BadSignature, SignatureExpired, URLSafeSerializer, URLSafeTimedSerializer

from lms.accounts.models import Person
from lms.catalogue.models import SessionDate
from lms.checkin import rules


def clock() -> datetime:
    """The time codes go by."""
    return datetime.now(UTC)


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])


def _links() -> URLSafeSerializer:
    return URLSafeSerializer(_secret(), salt="lms.checkin:code")


def _proofs() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(_secret(), salt="lms.checkin:scanned")


@dataclass(frozen=True)
class Shown:
    """What is on the wall now: the link of the picture, the characters under it, and for how many seconds still."""

    link: str
    code: str
    changes_in: float

    @property
    def picture(self) -> str:
        """The QR code as an image for a page: an SVG in a data address, dark on white whatever the colours of the page."""
        return segno.make(self.link, micro=False, error="m").svg_data_uri(scale=8, border=3, dark="#000", light="#fff")

    @property
    def spaced(self) -> str:
        """The characters as they are read out: two times three."""
        return f"{self.code[:3]} {self.code[3:]}"


def shown(date: SessionDate) -> Shown:
    """The code of a date at this moment."""
    moment = clock()
    step = rules.step_at(moment)
    token = _links().dumps([date.id, step])
    return Shown(
        url_for("checkin.scanned", token=token, _external=True),
        rules.short_code(_secret(), date.id, step),
        rules.changes_in(moment),
    )


def read_link(token: str) -> tuple[int, int] | None:
    """The date and the step of a scanned link; None if it is none of ours."""
    try:
        date_id, step = _links().loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return int(date_id), int(step)


def find(typed: str, date_ids: list[int]) -> tuple[int, int] | None:
    """The date and the step of characters somebody typed."""
    return rules.find_code(typed, date_ids, secret=_secret(), now=clock())


def counts(step: int) -> bool:
    """Is this step's code good at this moment?"""
    return rules.state_of(step, clock()) is rules.CodeState.GOOD


def proof(date: SessionDate, person: Person) -> str:
    """That this person had a good code of this date before their eyes just now: the button does not race the clock."""
    return str(_proofs().dumps([date.id, person.id]))


def proven(token: str, proof: str, person: Person) -> bool:
    """Did this person scan a code of this date within the last minutes?"""
    there = read_link(token)
    try:
        date_id, person_id = _proofs().loads(proof, max_age=int(rules.PRESSED_WITHIN.total_seconds()))
    except (SignatureExpired, BadSignature, ValueError, TypeError):
        return False
    return there is not None and (date_id, person_id) == (there[0], person.id)
