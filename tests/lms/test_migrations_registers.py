"""From the release before with marks in it to registers by date, and back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, text

from lms import verify
from lms.app import create_app
from lms.attendance import operations, queries
from lms.attendance.models import Mark, MarkedHow
from lms.attendance.rules import MarkGiven
from lms.catalogue.models import CourseSession
from lms.db import db, writing
from tests.databases import ROOT, Databases
from tests.lms.test_migrations import _add

MIGRATIONS = str(ROOT / "migrations")
NOW = datetime(2024, 10, 8, 8, 0, tzinfo=UTC)
START = datetime(2024, 11, 5, 9, 30, tzinfo=UTC)
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
LATER = START + WEEK + 3 * HOUR


@pytest.fixture
def before(database: Databases, settings: dict[str, Any]) -> Iterator[Flask]:
    """The application of today on a database of the release before, with a session of one date and one of two."""
    url = database.new()
    app = create_app(**settings, SQLALCHEMY_DATABASE_URI=url)
    with app.app_context():
        upgrade(MIGRATIONS, "0002")
        with db.engine.begin() as connection:
            _fill(connection)
        yield app
        db.session.remove()
        db.engine.dispose()
    database.drop(url)


def _fill(connection: Connection) -> None:
    """Booking 1 to 5 are of the session of two dates, 6 of the other; 1 was marked twice, 5 walked in, 6 has no mark yet."""
    _add(
        connection, "partnership", id=1, key="wakefield", name="Wakefield", short_name="WSCP", team_name="Training team",
        team_email="training@partnership.example", team_phone="01924 000000", made_up=True, charges=False,
    )  # fmt: skip
    _add(connection, "sector", id=1, key="health", name="Health", position=1)
    _add(connection, "organisation", id=1, name="Hospital", kind="agency", sector_id=1, made_up=True)
    for number in range(1, 7):
        _add(
            connection, "person", id=number, email=f"p{number}@agency.example", first_name=f"P{number}", last_name="Yusuf",
            job="", organisation_id=1, manager_name="", manager_email="", password_hash="", made_up=True,
        )  # fmt: skip
    _add(
        connection, "course", id=1, code="C1", title="Neglect", kind="core", aim="To help.", outcomes=["Say it"],
        audience="Anyone", modes=["classroom"], counted_by="people", provided_by="", tags=[], position=1,
        booking_url="", content_note="", needs_approval=False, approval_days=5, cancel_amount=3, cancel_unit="working_days",
        automatic_days=3, offer_hours=24, stops_hours=24, reminder_days=[14, 5], joining_days=5, tells_manager=False,
    )  # fmt: skip
    for number, ends_at in ((1, START + WEEK + 3 * HOUR), (2, START + 3 * HOUR)):
        _add(
            connection, "course_session", id=number, reference=f"S-{number}", course_id=1, starts_at=START, ends_at=ends_at,
            mode="classroom", joining_link="", capacity=9, bring="", audience="", asks_access=True, asks_diet=False,
            added_at=NOW - WEEK, published_at=NOW - WEEK, cancelled_why="", imported=False,
            register_finished_at=LATER if number == 1 else None,
        )  # fmt: skip
    for number, session, starts_at in ((1, 1, START), (2, 1, START + WEEK), (3, 2, START)):
        _add(
            connection, "session_date", id=number, session_id=session, starts_at=starts_at, ends_at=starts_at + 3 * HOUR
        )
    for number in range(1, 7):
        _add(
            connection, "booking", id=number, reference=f"B{number}", session_id=2 if number == 6 else 1, person_id=number,
            organisation_id=1, status="booked", origin="walk_in" if number == 5 else "booked", asked_at=NOW, held_at=NOW,
            booked_at=NOW, cancelled_late=False, approval="not_needed", manager_name="", manager_email="", refusal="",
            learned_elsewhere=False, calendar_uid="", sequence=0,
        )  # fmt: skip
    marks = [
        (1, 1, "no_show", {"replaced_at": LATER, "marked_by_id": 6}),
        (2, 1, "attended", {"marked_by_id": 6}),
        (3, 2, "left_early", {"until_at": START + HOUR, "marked_by_id": 6}),
        (4, 3, "apology", {"marked_by_id": 6}),
        (5, 4, "no_show", {}),
        (6, 5, "attended", {"marked_by_id": 6}),
    ]
    for number, booking, mark, more in marks:
        _add(connection, "attendance_mark", id=number, booking_id=booking, mark=mark, marked_at=LATER, **more)
    if db.engine.dialect.name == "postgresql":
        for table in ("person", "booking", "course_session", "session_date", "attendance_mark", "activity"):
            connection.execute(text(f"SELECT setval('{table}_id_seq', greatest((SELECT max(id) FROM {table}), 1))"))


def _rows(query: str) -> list[tuple[Any, ...]]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


OLD = "SELECT id, booking_id, mark, until_at, marked_by_id, marked_at, replaced_at FROM attendance_mark ORDER BY id"


def test_every_mark_goes_to_the_first_date_and_says_how_it_was_made(before: Flask) -> None:
    upgrade(MIGRATIONS)
    first = db.session.query(CourseSession).filter_by(reference="S-1").one().dates[0]
    lines = {line.booking.id: line for line in queries.register(first)}
    assert {number: line.mark and line.mark.mark for number, line in lines.items()} == {
        1: Mark.ATTENDED, 2: Mark.LEFT_EARLY, 3: Mark.APOLOGY, 4: Mark.NO_SHOW, 5: Mark.ATTENDED,
    }  # fmt: skip
    assert [one.mark for one in lines[1].earlier] == [Mark.NO_SHOW]
    assert [lines[number].marks[-1].how for number in (1, 4)] == [MarkedHow.REGISTER, MarkedHow.IMPORTED]
    assert [one.register_finished_at for one in first.session.dates] == [LATER, LATER]


def test_what_the_marks_say_together_is_what_this_release_would_say(before: Flask) -> None:
    upgrade(MIGRATIONS)
    assert _rows("SELECT booking_id, mark, dates_came FROM attendance ORDER BY booking_id") == [
        (1, "attended", 1), (2, "part", 1), (3, "apology", 0), (4, "no_show", 0), (5, "part", 1),
    ]  # fmt: skip
    assert [one for one in verify.problems() if one.startswith("registers")] == []


def test_there_and_back_every_mark_is_as_it_was(before: Flask) -> None:
    known = _rows(OLD)
    upgrade(MIGRATIONS)
    downgrade(MIGRATIONS, revision="0002")
    assert _rows(OLD) == known
    upgrade(MIGRATIONS)
    assert [one for one in verify.problems() if one.startswith("registers")] == []


def test_going_back_the_mark_of_the_last_date_that_was_marked_stands_and_the_others_are_kept(before: Flask) -> None:
    upgrade(MIGRATIONS)
    with writing():
        second = db.session.query(CourseSession).filter_by(reference="S-1").one().dates[1]
        operations.record_marks(second, given=[MarkGiven(1, Mark.NO_SHOW)], by=None, now=LATER + HOUR)
    db.session.remove()
    downgrade(MIGRATIONS, revision="0002")
    current = "SELECT mark FROM attendance_mark WHERE booking_id = 1 AND replaced_at IS NULL"
    assert _rows(current) == [("no_show",)]
    assert _rows("SELECT count(*) FROM attendance_mark WHERE booking_id = 1") == [(3,)]
