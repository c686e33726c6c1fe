"""Every letter about a place, read in full, with the calendar part it carries."""

import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from lms import hooks
from lms.accounts.models import Person
from lms.approvals import operations as approvals
from lms.bookings import emails, operations
from lms.bookings.models import Booking
from lms.catalogue.models import CourseSession, Mode
from lms.closures.operations import cancel_session, merge_sessions
from lms.db import db
from lms.hooks import CoursePanel
from lms.letters.models import Letter
from lms.swaps.operations import substitute, transfer
from tests import factories
from tests.databases import ROOT
from tests.factories import NOW, course, course_session, person, venue
from tests.lms.bookings.conftest import Clock
from tests.lms.bookings.steps import ask, change_capacity, colleagues, give_back, letter

CHECK = ROOT.parent / "shared" / "tools" / "check_invite.py"
REASON = "Because a practice review found that neglect was recognised too late."
SIGNED = "\n\nTraining team\ntraining@partnership.example, 01924 000000\n"
DAY = timedelta(days=1)


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


def _read(key: str) -> str:
    """The newest letter of this kind, whole; the random reference of the booking is written REFERENCE."""
    found = letter(key)
    return re.sub(r"/bookings/\S+", "/bookings/REFERENCE", f"{found.subject}\n\n{found.body}")


def test_you_have_a_place(session: CourseSession) -> None:
    ask(session, "Siân")
    assert _read("booking-booked") == (
        "You have a place: Multi-agency neglect\n\n"
        "Hello Siân,\n\n"
        "You have a place on Multi-agency neglect.\n\n"
        "Tuesday 5 November 2024, 9:30am to 1pm\n"
        "Castleford Civic Centre. Ferrybridge Road. Step-free, hearing loop\n\n"
        f"Why this course: {REASON}\n\n"
        "If you cannot come, please tell us by 30 October 2024 so that someone else can: "
        "https://learning.example/bookings/REFERENCE\n\n"
        "We may send you a few questions before the day. They help us see whether the course works, and nobody marks them."
        + SIGNED
    )


def test_somebody_booked_you_a_place(session: CourseSession) -> None:
    lead = person("Lead", organisation=factories.organisation("Mid Yorkshire"))
    ask(session, "Mei", made_by=lead)
    assert _read("booking-by-other").startswith(
        "Someone has booked you a place: Multi-agency neglect\n\n"
        "Hello Mei,\n\n"
        "Mid Yorkshire has booked you a place on Multi-agency neglect.\n\n"
    )


def test_you_are_on_the_waiting_list(session: CourseSession) -> None:
    ask(session, "A")
    ask(session, "Mei")
    assert _read("booking-waiting") == (
        "You are on the waiting list: Multi-agency neglect\n\n"
        "Hello Mei,\n\n"
        "There is no free place for you on Multi-agency neglect at the moment. You are number 1 on the waiting list.\n\n"
        "Tuesday 5 November 2024, 9:30am to 1pm\n\n"
        "If a place comes up for you, we will write at once. Until then you do not have to do anything. You can see your "
        "place in the list, or leave it, here: https://learning.example/bookings/REFERENCE" + SIGNED
    )
    assert (letter("booking-waiting").calendar, letter("booking-waiting").calendar_method) == ("", "")


def test_your_place_is_cancelled_and_the_next_person_has_it(session: CourseSession, clock: Clock) -> None:
    booking = ask(session, "Amina")
    ask(session, "Mei")
    give_back(booking, clock(NOW + 22 * DAY))
    assert _read("booking-cancelled-by-learner") == (
        "Your place is cancelled: Multi-agency neglect\n\n"
        "Hello Amina,\n\n"
        "We have cancelled your place on Multi-agency neglect. Thank you for telling us: someone else can come now.\n\n"
        "Other dates: https://learning.example/courses/NEG" + SIGNED
    )
    assert _read("booking-promoted") == (
        "Good news: you now have a place on Multi-agency neglect\n\n"
        "Hello Mei,\n\n"
        "A place has come up on Multi-agency neglect, and it is yours.\n\n"
        "Tuesday 5 November 2024, 9:30am to 1pm\n"
        "Castleford Civic Centre. Ferrybridge Road. Step-free, hearing loop\n\n"
        "If you can no longer come, please tell us by 31 October 2024 so that someone else can: "
        "https://learning.example/bookings/REFERENCE" + SIGNED
    )


def test_a_place_is_offered_until_and_the_offer_has_ended(session: CourseSession, clock: Clock) -> None:
    booking = ask(session, "Amina")
    ask(session, "Mei")
    give_back(booking, clock(session.starts_at - 4 * DAY), staff=True)
    offered = _read("booking-offered")
    assert offered.startswith(
        "A place for you, until 2 November 2024 at 9:30am: Multi-agency neglect\n\nHello Mei,\n\n"
    )
    assert (
        "Please take it or turn it down by 2 November 2024 at 9:30am: https://learning.example/bookings/REFERENCE\n\n"
        "If we hear nothing by then, the place can go to the next person." in offered
    )
    clock(session.starts_at - 3 * DAY)
    assert "did not hear from you by 2 November 2024 at 9:30am" in _read("booking-offer-lapsed")


def test_what_was_held_is_taken_back_with_a_number_on_the_list(session: CourseSession) -> None:
    session.course.needs_approval = True
    ask(session, "Mei", manager_name="Bea Boss", manager_email="bea@agency.example")
    change_capacity(session, 0)
    assert "You keep your place in the queue and are number 1 on the waiting list." in _read("booking-place-withdrawn")


def test_where_nobody_knows_why_the_letter_says_what_the_course_is_for(
    session: CourseSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks, "course_panels", [])
    ask(session, "A")
    assert (
        "Why this course: To help people from every service to spot neglect early.\n" in letter("booking-booked").body
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
    ask(session, "A")
    written = letter("booking-booked")
    assert emails.place_of(session) == place
    assert place in written.body
    assert "join.example" not in written.body + written.calendar


# Calendar parts: every letter that carries one, each against the one before it of the same entry.


def _faults(tmp_path: Path, *parts: str) -> str:
    """What the strict check says of a calendar part, and of it after an earlier one."""
    if not CHECK.is_file():
        pytest.skip("the invitation checker lies beside the repository and is not there")
    names = [str(tmp_path / f"{number}.ics") for number in range(len(parts))]
    for name, text in zip(names, parts, strict=True):
        Path(name).write_bytes(text.encode())
    return subprocess.run([sys.executable, str(CHECK), *names], capture_output=True, text=True).stdout


def _entries() -> dict[str, list[Letter]]:
    """The letters with a calendar part, by the UID of their entry, in the order they were written."""
    found: dict[str, list[Letter]] = {}
    for one in db.session.scalars(select(Letter).where(Letter.calendar != "").order_by(Letter.id)):
        uid = str(Calendar.from_ical(one.calendar).walk("VEVENT")[0]["uid"])
        found.setdefault(uid, []).append(one)
    return found


def _story(*keys: str) -> list[str]:
    """The kinds of letter about the one entry that has them all."""
    stories = [[one.key for one in written] for written in _entries().values()]
    assert list(keys) in stories, stories
    return list(keys)


def test_the_calendar_entry_is_added_and_taken_out_again(session: CourseSession, clock: Clock) -> None:
    booking = ask(session, person("Łucja", "Wójcik, DSL"))
    give_back(booking)
    added, cancelled = letter("booking-booked"), letter("booking-cancelled-by-learner")
    assert (added.calendar_method, cancelled.calendar_method) == ("REQUEST", "CANCEL")
    first, last = (Calendar.from_ical(one.calendar).walk("VEVENT")[0] for one in (added, cancelled))
    assert str(first["uid"]) == str(last["uid"]) == f"{booking.reference}@learning.example"
    assert (int(first["sequence"]), int(last["sequence"])) == (0, 1)
    assert first.decoded("dtstart") == datetime(2024, 11, 5, 9, 30, tzinfo=UTC)
    assert str(first["organizer"]) == "mailto:training@partnership.example"
    assert str(first["attendee"]) == f"mailto:{booking.person.email}"
    assert str(first["location"]) == "Castleford Civic Centre. Ferrybridge Road. Step-free, hearing loop"
    assert "Bring: A case to think about" in str(first["description"])


def test_every_kind_of_letter_with_a_calendar_part_passes_the_strict_check(
    session: CourseSession, clock: Clock, tmp_path: Path
) -> None:
    _live_through_everything(session, clock)
    _story("booking-booked", "booking-cancelled-by-learner")
    _story("booking-promoted", "booking-transferred", "booking-substituted-out")
    _story("booking-substituted-in", "session-merged", "session-cancelled")
    _story("booking-by-other", "booking-cancelled-by-officer")
    _story("approval-approved", "session-cancelled")
    carrying = {one.key for written in _entries().values() for one in written}
    assert carrying >= {"booking-booked", "booking-promoted", "booking-transferred", "booking-substituted-in"}
    for uid, written in _entries().items():
        assert _faults(tmp_path, written[0].calendar) == "", uid
        for before, after in pairwise(written):
            assert _faults(tmp_path, after.calendar, before.calendar) == "", f"{before.key} then {after.key}"
        methods = [one.calendar_method for one in written]
        assert methods[:-1] == ["REQUEST"] * (len(written) - 1), "what was taken out is not added again"


def _live_through_everything(session: CourseSession, clock: Clock) -> None:
    """A place given back, moved up to, moved, passed on, merged and called off; one approved, one of an officer."""
    officer = person("Olu", "Officer")
    mei, tom = colleagues("Mei", "Tom")
    several = course_session(session.course, starts_at=session.starts_at + 40 * DAY)
    factories.session_date(several, session.starts_at + 47 * DAY)
    last = course_session(session.course, starts_at=datetime(2025, 6, 3, 8, 30, tzinfo=UTC))
    first, waits = ask(session, "Amina"), ask(session, mei)
    give_back(first, clock(NOW + DAY))
    moved = transfer(booking=waits, to=several, by=mei, now=clock(NOW + 2 * DAY))
    passed_on = substitute(booking=moved, colleague=tom, by=mei, now=clock(NOW + 3 * DAY))
    by_officer = ask(several, "Siân", clock(NOW + 4 * DAY), made_by=officer, staff=True)
    give_back(by_officer, by=officer, staff=True, at=clock(NOW + 5 * DAY))
    several.course.needs_approval = True
    asks = ask(last, "Dev", clock(NOW + 6 * DAY), manager_name="Bea", manager_email="bea@agency.example")
    approvals.approve(booking=asks, now=clock(NOW + 7 * DAY))
    merge_sessions(source=several, into=last, by=officer, now=clock(NOW + 8 * DAY))
    assert passed_on.status.value == "cancelled"
    cancel_session(session=last, why="The trainer is unwell.", by=officer, now=clock(NOW + 9 * DAY))


def test_a_session_in_summer_stands_at_the_right_hour(session: CourseSession) -> None:
    session.starts_at = datetime(2025, 7, 1, 8, 30, tzinfo=UTC)
    session.ends_at = datetime(2025, 7, 1, 15, 0, tzinfo=UTC)
    ask(session, "A")
    written = letter("booking-booked")
    assert "Tuesday 1 July 2025, 9:30am to 4pm" in written.body
    assert "DTSTART;TZID=Europe/London:20250701T093000" in written.calendar
    assert written.calendar.count("RRULE") == 2


def test_a_session_across_midnight_in_utc_stands_on_its_day_in_london(session: CourseSession) -> None:
    session.starts_at = datetime(2025, 6, 30, 23, 30, tzinfo=UTC)
    session.ends_at = datetime(2025, 7, 1, 1, 0, tzinfo=UTC)
    ask(session, "A")
    written = letter("booking-booked")
    assert "Tuesday 1 July 2025, 12:30am to 2am" in written.body
    assert "DTSTART;TZID=Europe/London:20250701T003000" in written.calendar


def test_in_the_night_the_clocks_go_back_the_entry_lasts_as_long_as_the_session(session: CourseSession) -> None:
    # From 0:30 (summer time) to 1:30 (winter time) two hours pass.
    session.starts_at = datetime(2024, 10, 26, 23, 30, tzinfo=UTC)
    session.ends_at = datetime(2024, 10, 27, 1, 30, tzinfo=UTC)
    ask(session, "A")
    (entry,) = Calendar.from_ical(letter("booking-booked").calendar).walk("VEVENT")
    lasts = entry.decoded("dtend").astimezone(UTC) - entry.decoded("dtstart").astimezone(UTC)
    assert lasts == timedelta(hours=2)


def test_who_has_no_address_gets_no_letter_and_the_rest_goes_on(session: CourseSession) -> None:
    nobody: Person = person("Nomail", email=None)
    booking: Booking = operations.book_place(session=session, person=nobody, now=NOW)
    give_back(booking)
    assert db.session.scalars(select(Letter)).all() == []
    assert booking.sequence == 1


def test_a_letter_says_the_place_of_every_kind_of_session(session: CourseSession) -> None:
    session.venue = None
    assert emails.place_of(session).startswith("The place is still to be set.")
