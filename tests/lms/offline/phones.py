"""A phone as the server meets it: what it asks for and what it sends, without a browser around it."""

from datetime import datetime
from itertools import count
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.attendance.models import AttendanceMark
from lms.bookings.models import Booking
from lms.db import db
from tests.lms.attendance.pressing import Room

_keys = count(1)


def new_key() -> str:
    return f"mark-{next(_keys):012}"


def pressed(booking: Booking, mark: str, made_at: datetime, seen: int = 0, **more: Any) -> dict[str, Any]:
    """A mark as a phone keeps it."""
    moment = made_at.isoformat()
    return {"key": new_key(), "booking": booking.reference, "mark": mark, "made_at": moment, "seen": seen, **more}


def walked_in(first: str, last: str, organisation_id: int, made_at: datetime, email: str = "") -> dict[str, Any]:
    """Somebody who walked in, as a phone keeps them."""
    who = {"first_name": first, "last_name": last, "organisation_id": organisation_id, "email": email, "agency": "x"}
    return {"key": new_key(), "made_at": made_at.isoformat(), "walk_in": who}


class Phone:
    """Somebody's phone on the register of a room."""

    def __init__(self, browser: FlaskClient, room: Room) -> None:
        self.browser, self.path = browser, f"/sessions/{room.session.reference}/register/1/marks"

    def hear(self) -> dict[str, Any]:
        answer = self.browser.get(self.path)
        assert answer.status_code == 200, answer.status_code
        found: dict[str, Any] = answer.get_json()
        return found

    def post(self, document: Any, token: str | None = None) -> TestResponse:
        return self.browser.post(self.path, json=document, headers={"X-CSRFToken": token or self.hear()["csrf_token"]})

    def send(self, *marks: dict[str, Any]) -> list[str]:
        """The answers in the order of the marks: “kept”, or the answer with its sentence."""
        answer = self.post({"marks": list(marks)})
        assert answer.status_code == 200, answer.text
        self.said = answer.get_json()
        answers = [self.said["answers"][one["key"]] for one in marks]
        return [f"{one['answer']}: {one['sentence']}".removesuffix(": ") for one in answers]

    def mark_of(self, booking: Booking) -> dict[str, Any] | None:
        """What the register says of somebody, as the phone heard it last."""
        found = next(one for one in self.said["register"]["people"] if one["booking"] == booking.reference)
        mark: dict[str, Any] | None = found["mark"]
        return mark


def marks(booking: Booking) -> list[str]:
    """Every mark of somebody, oldest first, with who made it; the current one last."""
    found = select(AttendanceMark).where(AttendanceMark.booking_id == booking.id).order_by(AttendanceMark.id)
    return [
        f"{one.mark.value} {one.marked_by.first_name if one.marked_by else ''}" for one in db.session.scalars(found)
    ]
