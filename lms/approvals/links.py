"""A manager's personal link: signed, about one booking, bound to the address that was asked. Made at sending, never stored."""

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from lms.approvals import queries
from lms.bookings.models import Booking
from lms.letters import links

KIND = "approval"


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="lms.approvals")


def token(booking: Booking) -> str:
    """What the link carries."""
    return str(_serializer().dumps([booking.reference, booking.manager_email]))


def open_link(text: str) -> Booking | None:
    """The booking this link is about; None for a link that is none, or that went to somebody who is no longer asked."""
    try:
        reference, email = _serializer().loads(text)
    except (BadSignature, ValueError, TypeError):
        return None
    found = queries.booking(str(reference))
    return found if found and found.manager_email == email else None


def _link(reference: str) -> str:
    found = queries.booking(reference)
    if found is None:
        raise LookupError(f"there is no booking {reference}")
    return f"{current_app.config['PUBLIC_URL']}/approve/{token(found)}"


def init_app() -> None:
    """Let the worker make these links."""
    links.add(KIND, "approve_link", _link)
