"""An online session on 5 November 2024, 9:30am to 1pm, its trainer, three people who booked, and a clock to move."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask

from lms import dates
from lms.accounts.models import Person
from lms.bookings.models import Booking, BookingStatus
from lms.catalogue.models import CourseSession, Mode, SessionDate
from lms.roles import Role
from tests.factories import booking, course, course_session, organisation, person


@dataclass
class Online:
    """The session, who teaches it, and the bookings by first name."""

    session: CourseSession
    trainer: Person
    bookings: dict[str, Booking]

    @property
    def date(self) -> SessionDate:
        return self.session.dates[0]

    @property
    def path(self) -> str:
        return f"/sessions/{self.session.reference}/register/1/report"


@pytest.fixture
def online(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Online:
    """Ann Bell, Bob Carr and Cy Dunn; it is an hour after the end."""
    return room(monkeypatch)


def room(monkeypatch: pytest.MonkeyPatch) -> Online:
    """The same, in whichever database is at hand."""
    trainer = person("Tom", "Ashworth", Role.TRAINER, email="tom@agency.example")
    session = course_session(course(minimum_share=80), trainers=[trainer], mode=Mode.VIRTUAL)
    agency = organisation("Open Door")
    people = [
        person(first, last, organisation=agency, email=f"{first.lower()}@open-door.example")
        for first, last in (("Ann", "Bell"), ("Bob", "Carr"), ("Cy", "Dunn"))
    ]
    bookings = {one.first_name: booking(session, one, BookingStatus.BOOKED) for one in people}
    moment = session.ends_at + timedelta(hours=1)
    monkeypatch.setattr(dates, "now", lambda: moment)
    return Online(session, trainer, bookings)


Row = tuple[str, str, str, str]


@pytest.fixture
def report_of() -> Callable[..., bytes]:
    """Makes a report of Zoom on that day: name, address, from and until as 09:30."""

    def made(*rows: Row, day: str = "11/05/2024") -> bytes:
        def moment(clock: str) -> str:
            return f"{day} {datetime.strptime(clock, '%H:%M'):%I:%M:%S %p}"  # noqa: DTZ007 - a time of day

        lines = [f"{name},{email},{moment(start)},{moment(end)},,No" for name, email, start, end in rows]
        heading = "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest"
        return "\n".join([heading, *lines]).encode()

    return made
