"""From the release before to this one, with people in it: what the new columns say of them; and back."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, text

from lms import verify
from lms.app import create_app
from lms.bookings import operations
from lms.bookings.models import Approval, Booking, BookingOrigin, BookingStatus, Ending
from lms.catalogue.models import Course, CourseSession
from lms.db import db, writing
from lms.working_days import Unit
from tests.databases import ROOT, Databases

MIGRATIONS = str(ROOT / "migrations")
NOW = datetime(2024, 10, 8, 8, 0, tzinfo=UTC)
START = datetime(2024, 11, 5, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
_numbers = count(1)


@pytest.fixture
def before(database: Databases, settings: dict[str, Any]) -> Iterator[Flask]:
    """The application of today on a database of the release before, in which people have booked."""
    url = database.new()
    app = create_app(**settings, SQLALCHEMY_DATABASE_URI=url)
    with app.app_context():
        upgrade(MIGRATIONS, "0001")
        with db.engine.begin() as connection:
            _fill(connection)
        yield app
        db.session.remove()
        db.engine.dispose()
    database.drop(url)


def _moment(moment: datetime) -> str:
    """An instant as both databases take it."""
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f" if db.engine.dialect.name == "sqlite" else "%Y-%m-%d %H:%M:%S.%f+00")


def _add(connection: Connection, table: str, **values: Any) -> None:
    given = {
        name: _moment(value) if isinstance(value, datetime) else json.dumps(value) if isinstance(value, list) else value
        for name, value in values.items()
    }
    names, places = ", ".join(given), ", ".join(f":{name}" for name in given)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), given)


def _fill(connection: Connection) -> None:
    """A session with one place, as the release before kept it: somebody has it, gave it back, waits, left the list, walked in."""
    _add(
        connection, "partnership", id=1, key="wakefield", name="Wakefield", short_name="WSCP", team_name="Training team",
        team_email="training@partnership.example", team_phone="01924 000000", made_up=True,
    )  # fmt: skip
    _add(connection, "sector", id=1, key="health", name="Health", position=1)
    for number, name in enumerate(("Community Health", "Hospital"), 1):
        _add(connection, "organisation", id=number, name=name, kind="agency", sector_id=1, made_up=True)
    for number in range(1, 7):
        _add(
            connection, "person", id=number, email=f"p{number}@agency.example", first_name=f"P{number}", last_name="Yusuf",
            job="", organisation_id=2 - number % 2, manager_name="", manager_email="", password_hash="", made_up=True,
        )  # fmt: skip
    for number, level in enumerate(("core", "advanced", "core", "", "briefing", "school_all_staff"), 1):
        _add(
            connection, "course", id=number, code=f"C{number}", title=f"Course {number}", kind="core", aim="To help.",
            outcomes=["Say it"], audience="Anyone", level=level, modes=["classroom"], counted_by="people",
            provided_by="", tags=[], position=number,
        )  # fmt: skip
    for number, details in enumerate(({"sequence": 2}, {"sequence": 0, "cancelled_at": NOW - DAY}), 1):
        _add(
            connection, "course_session", id=number, reference=f"S-{number}", course_id=number, starts_at=START,
            ends_at=START + timedelta(hours=3), mode="classroom", joining_link="", capacity=1, bring="",
            added_at=NOW - 30 * DAY, imported=False, **details,
        )  # fmt: skip
    _book(
        connection,
        2,
        "cancelled",
        "booking:cancelled",
        ["booked", "cancelled"],
        booked_at=NOW - 9 * DAY,
        cancelled_at=NOW - DAY,
    )
    _book(connection, 1, "booked", "booking:promoted", ["waiting", "promoted"], booked_at=NOW - DAY)
    _book(connection, 3, "waiting", "booking:made", ["waiting"])
    _book(connection, 4, "cancelled", "booking:cancelled", ["waiting"], cancelled_at=NOW - DAY)
    _book(connection, 5, "booked", "booking:walked_in", [], origin="walk_in", booked_at=NOW)
    _book(
        connection, 6, "cancelled", "booking:cancelled", ["booked", "cancelled"], session_id=2, booked_at=NOW - 9 * DAY,
        cancelled_at=NOW - DAY,
    )  # fmt: skip
    _add(connection, "attendance_mark", id=1, booking_id=5, mark="attended", marked_at=NOW)
    for table in ("sector", "organisation", "person", "course", "course_session", "booking", "letter", "activity"):
        if db.engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"))


def _book(connection: Connection, person: int, status: str, verb: str, told: list[str], **details: Any) -> None:
    """One booking of a person with the same number, with its last line in the list of what people did and its letters."""
    values = {"session_id": 1, "origin": "booked"} | details
    _add(
        connection, "booking", id=person, reference=f"B{person}", person_id=person, status=status, asked_at=NOW - 9 * DAY,
        **values,
    )  # fmt: skip
    session = f"S-{values['session_id']}"
    lines = (
        [("booking:made", "booked"), (verb, status)]
        if status == "cancelled" and "booked_at" in values
        else [(verb, status)]
    )
    for did, stood in lines:
        _add(
            connection, "activity", id=next(_numbers), at=NOW - DAY, verb=did, subject_kind="booking",
            subject=f"B{person}", details=json.dumps({"session": session, "status": stood}),
        )  # fmt: skip
    for number, event in enumerate(told):
        _add(
            connection, "letter", id=10 * person + number, reference=f"L{person}{number}", key=f"booking-{event}",
            person_id=person, to_name=f"P{person}", to_email=f"p{person}@agency.example", subject="", body="", calendar="",
            calendar_method="", link_kind="", link_to="", dedupe=f"booking:{event}:{person}",
            message_id=f"<{person}{number}@x.example>", queued_at=NOW, due_at=NOW, state="sent", attempts=1, error="",
        )  # fmt: skip


def _rows(query: str) -> list[tuple[Any, ...]]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def _booking(number: int) -> Booking:
    return db.session.get_one(Booking, number)


def test_nobody_loses_anything_and_the_new_columns_say_what_is_known(before: Flask) -> None:
    upgrade(MIGRATIONS)
    has, gave_back, waits, left, walked_in, called_off = (_booking(number) for number in range(1, 7))
    assert [one.status.value for one in (has, gave_back, waits, left, walked_in, called_off)] == [
        "booked", "cancelled", "waiting", "cancelled", "booked", "cancelled",
    ]  # fmt: skip
    assert [_booking(number).organisation_id for number in range(1, 7)] == [1, 2, 1, 2, 1, 2], "where they work"
    assert (has.held_at, has.booked_at, has.ending) == (NOW - DAY, NOW - DAY, None)
    assert (waits.held_at, waits.booked_at, waits.lapsed_at, waits.approval) == (None, None, None, Approval.NOT_NEEDED)
    assert left.ending is None, "nothing was written about it then"
    assert (gave_back.ending, called_off.ending) == (Ending.CANCELLED, Ending.SESSION_CANCELLED)
    assert walked_in.origin is BookingOrigin.WALK_IN
    # Calendar programs have seen SEQUENCE 2, and 3 where the entry was taken out: what is sent next must be higher.
    assert [one.sequence for one in (has, gave_back, called_off)] == [2, 3, 1]
    assert {one.calendar_uid for one in (has, gave_back, waits)} == {""}, "the entry keeps the name of the booking"


def test_sessions_have_their_date_and_are_shown_and_courses_the_rules_of_the_house(before: Flask) -> None:
    upgrade(MIGRATIONS)
    sessions = db.session.query(CourseSession).order_by(CourseSession.id).all()
    assert [[(one.starts_at, one.ends_at) for one in session.dates] for session in sessions] == [
        [(START, START + timedelta(hours=3))]
    ] * 2
    assert [session.published_at for session in sessions] == [NOW - 30 * DAY] * 2
    taught = db.session.get_one(Course, 1)
    assert (taught.needs_approval, taught.approval_days, taught.tells_manager) == (False, 5, False)
    assert taught.minimum_share == 80
    assert (taught.cancel_amount, taught.cancel_unit) == (3, Unit.WORKING_DAYS)
    assert (taught.automatic_days, taught.offer_hours, taught.stops_hours) == (3, 24, 24)
    assert taught.reminder_days == [14, 5]


def test_the_word_for_a_level_is_a_level_of_the_partnerships_own_scheme(before: Flask) -> None:
    upgrade(MIGRATIONS)
    levels = {
        course.code: [(level.key, level.name, level.scheme.key) for level in course.levels]
        for course in db.session.query(Course)
    }
    assert levels == {
        "C1": [("core", "Core", "local")],
        "C2": [("advanced", "Advanced", "local")],
        "C3": [("core", "Core", "local")],
        "C4": [],
        "C5": [],
        "C6": [("school_all_staff", "School all staff", "local")],
    }
    assert _rows("SELECT count(*) FROM level") == [(3,)]
    (level,) = db.session.get_one(Course, 1).levels
    assert (level.valid_from, level.valid_until) == (date(2022, 4, 1), None)


def test_nothing_is_wrong_afterwards_and_people_go_on_booking(before: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.dates.now", lambda: NOW)
    upgrade(MIGRATIONS)
    assert verify.problems() == []
    with writing():
        operations.cancel_booking(booking=_booking(1), by=_booking(1).person, now=NOW)
    assert (_booking(1).sequence, _booking(3).status) == (3, BookingStatus.BOOKED)
    with writing():
        operations.book_place(session=_booking(3).session, person=_booking(4).person, now=NOW)
    assert [one for one in verify.problems() if not one.startswith("letters: ")] == []


def test_there_and_back_the_release_before_finds_what_it_knew(before: Flask) -> None:
    known = {
        table: f"SELECT {columns} FROM {table} ORDER BY id"
        for table, columns in {
            "course": "id, code, level",
            "course_session": "id, reference, starts_at, sequence",
            "booking": "id, status, asked_at, booked_at, cancelled_at",
        }.items()
    }
    at_first = {table: _rows(query) for table, query in known.items()}
    upgrade(MIGRATIONS)
    downgrade(MIGRATIONS, revision="0001")
    then = {table: _rows(query) for table, query in known.items()}
    assert then["booking"] == at_first["booking"]
    # What said no more than the kind of a course is not kept as a level.
    assert [level for *_, level in then["course"]] == ["core", "advanced", "core", "", "", "school_all_staff"]
    # The number calendar programs have seen: of the session with somebody who gave the place back it is one more.
    assert [sequence for *_, sequence in then["course_session"]] == [3, 1]
    upgrade(MIGRATIONS)
    assert _rows("SELECT count(*) FROM booking") == [(6,)]
    assert _rows("SELECT booking_id FROM attendance_mark") == [(5,)]
    assert [_booking(number).organisation_id for number in range(1, 7)] == [1, 2, 1, 2, 1, 2]


def test_what_the_release_before_does_not_know_waits_when_going_back(before: Flask) -> None:
    upgrade(MIGRATIONS)
    with writing():
        _booking(3).status, _booking(3).offer_until = BookingStatus.OFFERED, NOW + DAY
    db.session.remove()
    downgrade(MIGRATIONS, revision="0001")
    assert _rows("SELECT status FROM booking WHERE id = 3") == [("waiting",)]


@contextmanager
def _old_release(connection: Connection) -> Iterator[Callable[..., None]]:
    yield lambda table, **values: _add(connection, table, **values)


def test_a_machine_still_running_the_release_before_can_go_on_adding_courses(before: Flask) -> None:
    upgrade(MIGRATIONS)
    with db.engine.begin() as connection, _old_release(connection) as add:
        add(
            "course_session", reference="S-3", course_id=1, starts_at=START, ends_at=START + timedelta(hours=1),
            mode="classroom", joining_link="", capacity=1, bring="", added_at=NOW, imported=False,
        )  # fmt: skip
    session = db.session.query(CourseSession).filter_by(reference="S-3").one()
    assert (session.asks_access, session.published_at, session.cancelled_why) == (True, None, "")
