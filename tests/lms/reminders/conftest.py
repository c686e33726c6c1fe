"""A clock to walk, and what the post brings while it goes."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lms import jobs
from lms.bookings import operations
from lms.bookings.models import Booking
from lms.catalogue.models import CourseSession
from lms.dates import london
from lms.db import db
from lms.letters.models import Letter
from tests.factories import NOW, person
from tests.lms.reminders.post import KEYS, Book, Post, Walk


@pytest.fixture
def walk(app: Flask) -> Walk:
    """Lets time pass from NOW on until a moment, in steps of so long (none: in one leap, as after a holiday of the worker)."""
    reached = NOW

    def to(moment: datetime, step: timedelta | None = None) -> None:
        nonlocal reached
        db.session.commit()
        while step and reached + step < moment:
            reached += step
            jobs.run_due(reached)
        reached = moment
        jobs.run_due(moment)

    return to


@pytest.fixture
def post(app: Flask) -> Post:
    """Reads what was written before and after sessions, in order: when (in London), which letter, to whom."""

    def read(booking: Booking | None = None) -> list[tuple[str, str]]:
        found = select(Letter).where(Letter.key.in_(KEYS)).order_by(Letter.id)
        if booking is not None:
            found = found.where(Letter.dedupe.like(f"booking:%:{booking.id}") | Letter.dedupe.like(f"%:{booking.id}:%"))
        return [(f"{london(one.queued_at):%d %b %H:%M}", one.key) for one in db.session.scalars(found)]

    return read


@pytest.fixture
def book(app: Flask) -> Book:
    """Somebody books a place on a session, at a moment (NOW, unless told otherwise)."""

    def make(session: CourseSession, now: datetime = NOW, **details: object) -> Booking:
        return operations.book_place(session=session, person=person(**details), now=now)  # type: ignore[arg-type]

    return make


@pytest.fixture
def letter(app: Flask) -> Callable[[str], Letter]:
    """The one letter of a kind there is."""
    return lambda key: db.session.scalars(select(Letter).where(Letter.key == key)).one()
