"""Every letter about a place, read in full, with the calendar part it carries."""

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from lms import hooks
from lms.bookings import emails, operations
from lms.bookings.models import Booking
from lms.catalogue.models import CourseSession, Mode
from lms.db import db
from lms.hooks import CoursePanel
from lms.letters.models import Letter
from tests.databases import ROOT
from tests.factories import NOW, course, course_session, person, venue

CHECK = ROOT.parent / "shared" / "tools" / "check_invite.py"
REASON = "Because a practice review found that neglect was recognised too late."


@pytest.fixture
def session(app: Flask, monkeypatch: pytest.MonkeyPatch) -> CourseSession:
    """A session with one place, of a course somebody knows the reason of."""
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://learning.example")
    found = course_session(
        course("NEG"),
        reference="NEG-2024-11",
        capacity=1,
        venue=venue(
            name="Castleford Civic Centre", address="Ferrybridge Road", access_notes="Step-free, hearing loop."
        ),
        bring="A case to think about",
    )
    monkeypatch.setattr(
        hooks, "course_panels", [lambda courses: {c.id: CoursePanel(REASON, None, "") for c in courses}]
    )
    return found


def _book(session: CourseSession, first: str, now: datetime = NOW) -> Booking:
    return operations.book_place(session=session, person=person(first), now=now)


def _letter(key: str) -> Letter:
    return db.session.scalars(select(Letter).where(Letter.key == key).order_by(Letter.id.desc())).first()  # type: ignore[return-value]


def _read(letter: Letter) -> str:
    """The whole letter; the random reference of the booking is written REFERENCE."""
    return re.sub(r"/bookings/\S+", "/bookings/REFERENCE", f"{letter.subject}\n\n{letter.body}")


def test_you_have_a_place(session: CourseSession) -> None:
    _book(session, "Siân")
    assert _read(_letter("booking-booked")) == (
        "You have a place: Multi-agency neglect\n\n"
        "Hello Siân,\n\n"
        "You have a place on Multi-agency neglect.\n\n"
        "Tuesday 5 November 2024, 9:30am to 1pm\n"
        "Castleford Civic Centre. Ferrybridge Road. Step-free, hearing loop\n\n"
        f"Why this course: {REASON}\n\n"
        "If you cannot come, please tell us by 29 October 2024 so that someone else can. It takes one click: "
        "https://learning.example/bookings/REFERENCE\n\n"
        "Before the day we will send a few questions. They help us see whether the course works, and nobody marks them.\n\n"
        "Training team\ntraining@partnership.example, 01924 000000\n"
    )


def test_you_are_on_the_waiting_list(session: CourseSession) -> None:
    _book(session, "A")
    _book(session, "Mei")
    letter = _letter("booking-waiting")
    assert _read(letter) == (
        "You are on the waiting list: Multi-agency neglect\n\n"
        "Hello Mei,\n\n"
        "Multi-agency neglect is full at the moment. You are number 1 on the waiting list.\n\n"
        "Tuesday 5 November 2024, 9:30am to 1pm\n\n"
        "If a place comes up for you, we will write at once. You do not have to do anything. To leave the list or look for "
        "another date: https://learning.example/bookings/REFERENCE\n\n"
        "Training team\ntraining@partnership.example, 01924 000000\n"
    )
    assert (letter.calendar, letter.calendar_method) == ("", "")


def test_your_place_is_cancelled_and_the_next_person_has_it(session: CourseSession) -> None:
    booking = _book(session, "Amina")
    _book(session, "Mei")
    operations.cancel_booking(booking=booking, by=booking.person, now=NOW + timedelta(days=24))
    assert _read(_letter("booking-cancelled-by-learner")) == (
        "Your place is cancelled: Multi-agency neglect\n\n"
        "Hello Amina,\n\n"
        "We have cancelled your place on Multi-agency neglect. Thank you for telling us: someone else can come now.\n\n"
        "Other dates: https://learning.example/courses/NEG\n\n"
        "Training team\ntraining@partnership.example, 01924 000000\n"
    )
    assert _read(_letter("booking-promoted")) == (
        "Good news: you now have a place on Multi-agency neglect\n\n"
        "Hello Mei,\n\n"
        "A place has come up and it is yours.\n\n"
        "Tuesday 5 November 2024, 9:30am to 1pm\n"
        "Castleford Civic Centre. Ferrybridge Road. Step-free, hearing loop\n\n"
        "If you can no longer come, please tell us by 4 November 2024: https://learning.example/bookings/REFERENCE\n\n"
        "Training team\ntraining@partnership.example, 01924 000000\n"
    )


def test_where_nobody_knows_why_the_letter_says_what_the_course_is_for(
    session: CourseSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks, "course_panels", [])
    _book(session, "A")
    assert (
        "Why this course: To help people from every service to spot neglect early.\n" in _letter("booking-booked").body
    )


@pytest.mark.parametrize(
    ("mode", "place"),
    [
        (Mode.VIRTUAL, "Online, live. The link to join is on the page of your booking from 29 October 2024."),
        (
            Mode.HYBRID,
            "Castleford Civic Centre. Ferrybridge Road. Step-free, hearing loop\n"
            "or online, live. The link to join is on the page of your booking from 29 October 2024.",
        ),
    ],
)
def test_no_letter_holds_the_link_to_join(session: CourseSession, mode: Mode, place: str) -> None:
    session.mode, session.joining_link = mode, "https://join.example/room"
    if mode is Mode.VIRTUAL:
        session.venue = None
    _book(session, "A")
    letter = _letter("booking-booked")
    assert emails.place_of(session) == place
    assert place in letter.body
    assert "join.example" not in letter.body + letter.calendar


def _checked(tmp_path: Path, *parts: str) -> str:
    if not CHECK.is_file():
        pytest.skip("the invitation checker lies beside the repository and is not there")
    names = [str(tmp_path / f"{number}.ics") for number in range(len(parts))]
    for name, text in zip(names, parts, strict=True):
        Path(name).write_bytes(text.encode())
    return subprocess.run([sys.executable, str(CHECK), *names], capture_output=True, text=True).stdout


def test_the_calendar_entry_is_added_changed_and_taken_out_again(session: CourseSession, tmp_path: Path) -> None:
    booking = operations.book_place(session=session, person=person("Łucja", "Wójcik, DSL"), now=NOW)
    added = _letter("booking-booked")
    session.starts_at += timedelta(days=7)
    session.ends_at += timedelta(days=7)
    session.sequence += 1
    changed = emails.invitation(emails.entry_of(booking), now=NOW)
    operations.cancel_booking(booking=booking, by=booking.person, now=NOW)
    cancelled = _letter("booking-cancelled-by-learner")

    assert (added.calendar_method, cancelled.calendar_method) == ("REQUEST", "CANCEL")
    first, last = (Calendar.from_ical(one.calendar).walk("VEVENT")[0] for one in (added, cancelled))
    assert str(first["uid"]) == str(last["uid"]) == f"{booking.reference}@learning.example"
    assert (int(first["sequence"]), int(last["sequence"])) == (0, 2)
    assert first.decoded("dtstart") == datetime(2024, 11, 5, 9, 30, tzinfo=UTC)
    assert str(first["organizer"]) == "mailto:training@partnership.example"
    assert str(first["attendee"]) == f"mailto:{booking.person.email}"
    assert str(first["location"]) == "Castleford Civic Centre. Ferrybridge Road. Step-free, hearing loop"
    assert "Bring: A case to think about" in str(first["description"])

    assert _checked(tmp_path, added.calendar) == ""
    assert _checked(tmp_path, changed, added.calendar) == ""
    assert _checked(tmp_path, cancelled.calendar, changed) == ""


def test_a_session_in_summer_stands_at_the_right_hour(session: CourseSession) -> None:
    session.starts_at = datetime(2025, 7, 1, 8, 30, tzinfo=UTC)
    session.ends_at = datetime(2025, 7, 1, 15, 0, tzinfo=UTC)
    _book(session, "A")
    letter = _letter("booking-booked")
    assert "Tuesday 1 July 2025, 9:30am to 4pm" in letter.body
    assert "DTSTART;TZID=Europe/London:20250701T093000" in letter.calendar
    assert letter.calendar.count("RRULE") == 2
