"""A room with a trainer, people who booked, and a clock to move."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from lms import dates
from lms.roles import Role
from tests.factories import course_session, organisation, person
from tests.lms.attendance.pressing import Room, booked

NAMES = (("Amina", "Yusuf"), ("Dev", "Patel"), ("Ellie", "Marsden"), ("Tomasz", "Wójcik"))


@pytest.fixture
def make_room(app: Flask) -> Callable[..., Room]:
    """Makes a room with so many people; details are those of the session."""

    def make(people: int = len(NAMES), **details: object) -> Room:
        trainer = person("Tom", "Ashworth", Role.TRAINER)
        session = course_session(trainers=[trainer], **details)
        agency = organisation()
        names = [*NAMES, *((f"Person {number}", f"Zed {number:02}") for number in range(people))][:people]
        expected = [booked(session, person(*name, organisation=agency)) for name in names]
        return Room(session, trainer, sorted(expected, key=lambda one: one.person.last_name))

    return make


@pytest.fixture
def room(make_room: Callable[..., Room]) -> Room:
    """Four people on 5 November 2024, 9:30am to 1pm: Marsden, Patel, Wójcik, Yusuf."""
    return make_room()


@pytest.fixture
def clock(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the time it is; it stands still."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(dates, "now", lambda: moment)

    return set_to


@pytest.fixture
def in_the_room(room: Room, clock: Callable[[datetime], None]) -> datetime:
    """It is 9:40am on the day."""
    moment = room.session.starts_at + timedelta(minutes=10)
    clock(moment)
    return moment
