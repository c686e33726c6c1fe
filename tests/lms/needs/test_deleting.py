"""28 days after a session nothing of what people needed is left: not in a row, not in a dump, not in the file."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import make_url, select, text

from lms import jobs, verify
from lms.activity.models import Activity
from lms.app import create_app
from lms.bookings.models import Booking, BookingStatus
from lms.catalogue.models import CourseSession
from lms.db import Base, db, writing
from lms.needs import queries
from lms.needs.models import Needs
from lms.needs.operations import delete_old, tell
from tests import factories
from tests.factories import NOW, course_session
from tests.lms.bookings import steps
from tests.lms.bookings.conftest import Clock

KEPT = timedelta(days=28)
PLANTED = "PLANTED-hearing-loop-7351"


def _told(session: CourseSession, *names: str) -> list[Booking]:
    bookings = [steps.ask(session, name) for name in names]
    for booking in bookings:
        tell(booking=booking, access=PLANTED, diet="", now=NOW)
    return bookings


def _kept() -> int:
    return len(db.session.scalars(select(Needs)).all())


def test_the_clock_deletes_it_28_days_after_the_end(app: Flask, clock: Clock) -> None:
    session = course_session()
    _told(session, "Amina", "Mei")
    _told(course_session(starts_at=session.starts_at + timedelta(days=1)), "Tom")
    due = session.ends_at + KEPT
    assert queries.next_deletion() == due
    clock(due - timedelta(seconds=1))
    assert _kept() == 3
    clock(due)
    assert (_kept(), queries.next_deletion()) == (1, due + timedelta(days=1))
    clock(due + timedelta(days=1))
    assert (_kept(), queries.next_deletion()) == (0, None)


def test_only_how_many_there_were_is_recorded(app: Flask, clock: Clock) -> None:
    _told(course_session(reference="NEG-1"), "Amina", "Mei")
    clock(NOW + timedelta(days=90))
    line = db.session.scalars(select(Activity).where(Activity.verb == "needs:deleted")).one()
    assert (line.actor_id, line.details) == (None, {"how_many": 2})
    assert "NEG-1" not in f"{line.subject_kind} {line.subject}"


def test_a_session_that_moves_takes_the_day_of_deleting_along(app: Flask) -> None:
    session = course_session()
    _told(session, "Amina")
    session.starts_at += timedelta(days=7)
    session.ends_at += timedelta(days=7)
    db.session.flush()
    assert queries.next_deletion() == session.ends_at + KEPT


def test_doing_it_twice_does_it_once(app: Flask) -> None:
    session = course_session()
    _told(session, "Amina")
    due = session.ends_at + KEPT
    assert [delete_old(due), delete_old(due)] == [1, 0]
    assert steps.done().count("needs:deleted") == 1


class TestVerify:
    """The control of the check: rows nobody would have left."""

    @pytest.fixture(autouse=True)
    def _rows_by_hand(self, broken_on_purpose: None) -> None:
        """These tests put wrong rows there themselves."""

    def problems(self) -> list[str]:
        return [problem for problem in verify.problems() if problem.startswith("what people need: ")]

    def test_it_finds_what_was_kept_too_long(self, app: Flask, clock: Clock) -> None:
        session = course_session(starts_at=NOW - KEPT - timedelta(hours=3, minutes=30))
        clock(NOW - timedelta(seconds=1))
        db.session.add(Needs(booking=factories.booking(session), access=PLANTED, told_at=NOW))
        db.session.flush()
        assert self.problems() == []
        _set(clock, NOW)
        assert self.problems() == [
            "what people need: 1 note of what somebody needs kept longer than 28 days after the session."
        ]

    def test_it_finds_what_was_kept_for_a_booking_that_has_ended(self, app: Flask, clock: Clock) -> None:
        ended = factories.booking(status=BookingStatus.CANCELLED)
        db.session.add(Needs(booking=ended, access=PLANTED, told_at=NOW))
        db.session.flush()
        assert self.problems() == ["what people need: 1 note of what somebody needs kept for a booking that has ended."]


def _set(clock: Clock, moment: Any) -> None:
    """Only the clock moves, and nothing happens by itself."""
    waiting, jobs.jobs = jobs.jobs, []
    try:
        clock(moment)
    finally:
        jobs.jobs = waiting


def _dump(url: str, folder: Path) -> bytes:
    """The whole database as bytes: every row of every table; of SQLite the files themselves as well."""
    rows = "".join(repr(row) for table in Base.metadata.sorted_tables for row in db.session.execute(select(table)))
    db.session.rollback()
    found = rows.encode()
    if url.startswith("sqlite"):
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        file = Path(make_url(url).database or "")
        for one in file.parent.glob(f"{file.name}*"):
            found += one.read_bytes()
    else:
        found += _tables_of_postgresql()
    return found


def _tables_of_postgresql() -> bytes:
    """What the server would write into a dump, read table by table as text, in whatever schema."""
    found = b""
    with db.engine.connect() as connection:
        names = connection.execute(
            text("SELECT quote_ident(schemaname) || '.' || quote_ident(relname) FROM pg_stat_user_tables ORDER BY 1")
        ).scalars()
        for name in names.all():
            for row in connection.execute(text(f"SELECT t::text FROM {name} t")).scalars():
                found += str(row).encode()
    return found


@pytest.mark.parametrize("ends", ["28 days", "given back", "changed", "deleted"])
def test_nothing_of_it_is_left_in_the_whole_database(
    fresh_database: Callable[[], str],
    settings: dict[str, Any],
    tmp_path: Path,
    ends: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = fresh_database()
    app = create_app(**settings, SQLALCHEMY_DATABASE_URI=url)
    with app.app_context():
        with writing():
            session = course_session(capacity=60)
            bookings = _told(session, *(f"P{number}" for number in range(40)))
        db.session.rollback()
        assert _dump(url, tmp_path).count(PLANTED.encode()) >= 40, "the control: before, it is found"
        with writing():
            for booking in bookings:
                if ends == "given back":
                    steps.give_back(booking)
                elif ends != "28 days":
                    tell(booking=booking, access="A ramp" if ends == "changed" else "", diet="", now=NOW)
            if ends == "28 days":
                assert delete_old(session.ends_at + KEPT) == 40
        assert PLANTED.encode() not in _dump(url, tmp_path)
        db.session.remove()
        db.engine.dispose()
