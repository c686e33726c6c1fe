"""What tests of a colleague instead and of another date do, a line each."""

import re
from datetime import datetime

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.accounts.models import Person
from lms.bookings.models import Booking, BookingStatus
from lms.catalogue.models import CourseSession
from lms.db import db
from lms.swaps.operations import substitute, transfer
from tests.factories import NOW


def pass_on(booking: Booking, colleague: Person, at: datetime = NOW, **more: object) -> Booking:
    """The place goes to a colleague; by itself it is the person who does it."""
    by = more.pop("by", booking.person)
    return substitute(booking=booking, colleague=colleague, by=by, now=at, **more)  # type: ignore[arg-type]


def confirmed(session: CourseSession) -> list[str]:
    """The first names of who has a place, in the order of their bookings."""
    found = select(Booking).where(Booking.session_id == session.id, Booking.status == BookingStatus.BOOKED)
    return [one.person.first_name for one in db.session.scalars(found.order_by(Booking.id))]


def move(booking: Booking, to: CourseSession, at: datetime = NOW, **more: object) -> Booking:
    """The booking moves to another date; by itself it is the person who does it."""
    by = more.pop("by", booking.person)
    return transfer(booking=booking, to=to, by=by, now=at, **more)  # type: ignore[arg-type]


def post(browser: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Open a page and send its form."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get(path).text)
    return browser.post(path, data={"csrf_token": token[1] if token else "", **fields})


def text_of(page: TestResponse) -> str:
    """What people read, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.text.split('id="main"')[1].split("</main>")[0]).split())
