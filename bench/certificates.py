"""Certificates drawn by the worker, beside the PDF engine drawing the same pages and keeping nothing."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from sqlalchemy import select

from bench import data
from bench.measured import Case, case
from bench.pdf import draw_bare
from bench.place import Place, application
from lms import dates, pdf
from lms.accounts.models import Person
from lms.attendance.models import AttendanceMark, Mark
from lms.bookings.models import Booking, BookingOrigin, BookingStatus
from lms.catalogue.models import Course, CourseSession, Mode
from lms.certificates import drawing
from lms.certificates.models import Certificate
from lms.certificates.operations import issue_due, set_rule
from lms.certificates.rules import Conditions
from lms.db import db, writing
from lms.organisations.models import Organisation

#: Between what one round draws and the next: longer than any round takes.
APART = timedelta(days=1)
SESSION = "BENCH-CERTIFICATES"


def measure(place: Place) -> Iterator[Case]:
    """Ours claims each, draws it, keeps its file and writes its letter, as in production; the floor draws and throws away."""
    rounds, each = (2, 3) if place.effort.quick else (5, 100)
    with place.copy() as url, application(url, place.folder, demo=True):
        at = _issue(rounds * each)
        _spread(at, each)
        markup: list[str] = []
        real = pdf.render_html

        def overheard(html: str, **details: Any) -> bytes:
            markup.append(html)
            return real(html, **details)

        _warm_up()
        speeds, floors = [], []
        for number in range(rounds):
            markup.clear()
            with patch.object(pdf, "render_html", overheard):
                start = time.perf_counter()
                drawn = drawing.run(at + number * APART)
                speeds.append(drawn / (time.perf_counter() - start))
            if drawn != each or len(markup) != each:
                raise ValueError(f"{drawn} certificates were drawn, not {each}.")
            start = time.perf_counter()
            for html in markup:
                draw_bare(html)
            floors.append(each / (time.perf_counter() - start))
    yield case(f"certificates, {rounds * each}", place.kind, "certificates/s", speeds, floors)


def _issue(people: int) -> datetime:
    """A session that is over, with so many people who were there, each with a certificate that waits to be drawn."""
    now = dates.now()
    with writing():
        course = db.session.scalars(select(Course).where(Course.code == data.COURSE)).one()
        set_rule(course=course, gives=True, conditions=Conditions(), after_questions=False, by=None, now=now)
        session = CourseSession(
            reference=SESSION,
            course=course,
            starts_at=now - timedelta(hours=4),
            ends_at=now - timedelta(hours=1),
            mode=Mode.VIRTUAL,
            capacity=people,
            added_at=now - timedelta(days=30),
            published_at=now - timedelta(days=30),
            register_finished_at=now,
        )
        agency = db.session.scalars(select(Organisation).order_by(Organisation.id)).first()
        for number in range(people):
            booking = Booking(
                session=session,
                person=Person(
                    first_name="Siân",
                    last_name=f"Łukasik {number}",
                    email=f"bench{number}@example.org.uk",
                    organisation=agency,
                    made_up=True,
                ),
                status=BookingStatus.BOOKED,
                origin=BookingOrigin.IMPORTED,
                asked_at=now - timedelta(days=20),
                held_at=now - timedelta(days=20),
                booked_at=now - timedelta(days=20),
            )
            db.session.add(AttendanceMark(booking=booking, mark=Mark.ATTENDED, marked_at=now))
    with writing():
        if issue_due(now) != people:
            raise ValueError("The certificates were not issued.")
    return now


def _spread(at: datetime, each: int) -> None:
    """So many wait for each round; those of the demonstration wait until all is measured."""
    with writing():
        ours = select(Certificate).join(Certificate.booking).join(Booking.session)
        for one in db.session.scalars(ours.where(CourseSession.reference != SESSION)):
            one.draw_at = at + 1000 * APART
        for place, one in enumerate(
            db.session.scalars(ours.where(CourseSession.reference == SESSION).order_by(Certificate.id))
        ):
            one.draw_at = at + (place // each) * APART


def _warm_up() -> None:
    """The engine is loaded before anything is measured."""
    pdf.render_html("<p>Warm</p>", title="Warm")
