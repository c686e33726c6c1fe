"""A worker that is killed, two that run at once, a full house: every letter is written, and none twice."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms import jobs
from lms.app import create_app
from lms.attendance import operations as registers
from lms.attendance.models import Mark
from lms.attendance.rules import MarkGiven
from lms.bookings.models import BookingOrigin
from lms.db import db, writing
from lms.letters.models import Letter
from lms.reminders import operations
from lms.roles import Role
from tests.conftest import SECRET_KEY
from tests.databases import ROOT
from tests.factories import NOW, booking, course, course_session, organisation, person
from tests.lms.reminders.post import KEYS

PEOPLE = 12
AT_FIRST = datetime(2024, 10, 22, 8, tzinfo=UTC)
AT_JOINING = datetime(2024, 10, 31, 9, tzinfo=UTC)
#: Another process, which does what is due until a moment. It waits for a line before it begins, and is killed by itself in the
#: middle of writing the joining instructions if it is told after how many.
PROCESS = """
import os, signal, sys
from datetime import datetime
from lms import jobs
from lms.app import create_app
from lms.reminders import emails
joining, left = emails.joining, int(sys.argv[2])
def until_killed(*args, **kwargs):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return joining(*args, **kwargs)
if left:
    emails.joining = until_killed
app = create_app()
print("ready", flush=True)
sys.stdin.readline()
with app.app_context():
    print(jobs.run_due(datetime.fromisoformat(sys.argv[1])))
"""


@pytest.fixture
def house(fresh_database: Callable[[], str], settings: dict[str, Any]) -> Iterator[tuple[Flask, str]]:
    """A database of its own with a session that a dozen people have booked, and where it is."""
    url = fresh_database()
    app = create_app(**settings, SQLALCHEMY_DATABASE_URI=url)
    with app.app_context():
        with writing():
            session, agency = course_session(course(tells_manager=True)), organisation()
            for number in range(PEOPLE):
                who = person(f"P{number}", organisation=agency, manager_email="lee@agency.example")
                booking(session, who, origin=BookingOrigin.BOOKED)
        yield app, url
        db.session.remove()
        db.engine.dispose()


@contextmanager
def process(url: str, until: datetime, killed_after: int = 0) -> Iterator["subprocess.Popen[str]"]:
    """Another process on this database, ready to begin; when it is let go it has ended."""
    environment = os.environ | {"LMS_DATABASE_URL": url, "LMS_SECRET_KEY": SECRET_KEY, "LMS_SQLITE_SYNCHRONOUS": "off"}
    command = [sys.executable, "-c", PROCESS, until.isoformat(), str(killed_after)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=environment, cwd=ROOT, text=True, **pipes) as started:
        assert started.stdout
        assert started.stdout.readline() == "ready\n", started.communicate()
        yield started


def written() -> Counter[str]:
    """How many letters there are of each kind."""
    db.session.rollback()
    return Counter(db.session.scalars(select(Letter.key).where(Letter.key.in_(KEYS))))


def test_a_worker_killed_in_the_middle_has_written_nothing_and_the_next_writes_all(house: tuple[Flask, str]) -> None:
    _app, url = house
    with process(url, AT_JOINING, killed_after=PEOPLE // 2) as worker:
        worker.communicate("go\n")
    assert worker.returncode == -signal.SIGKILL
    assert written() == {"reminder-14": PEOPLE, "reminder-manager": PEOPLE}, "what was due before is kept whole"
    for _ in range(2):
        jobs.run_due(AT_JOINING)
        assert written() == {"reminder-14": PEOPLE, "reminder-manager": PEOPLE, "joining-instructions": PEOPLE}


def test_two_workers_at_once_write_each_letter_once(house: tuple[Flask, str]) -> None:
    _app, url = house
    with process(url, AT_JOINING) as one, process(url, AT_JOINING) as other:
        for each in (one, other):
            assert each.stdin
            each.stdin.write("go\n")
            each.stdin.flush()
        said = [each.communicate() for each in (one, other)]
    assert (one.returncode, other.returncode) == (0, 0), said
    assert written() == {"reminder-14": PEOPLE, "reminder-manager": PEOPLE, "joining-instructions": PEOPLE}


def test_a_letter_that_cannot_be_written_leaves_nothing_half_done(
    house: tuple[Flask, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from lms.reminders import emails

    jobs.run_due(AT_FIRST)
    before, whole = written(), emails.joining
    calls: list[int] = []

    def breaks(*args: Any, **kwargs: Any) -> bool:
        calls.append(1)
        if len(calls) == PEOPLE:
            raise ZeroDivisionError
        return whole(*args, **kwargs)

    monkeypatch.setattr(emails, "joining", breaks)
    with pytest.raises(ZeroDivisionError):
        jobs.run_due(AT_JOINING)
    assert written() == before
    monkeypatch.undo()
    jobs.run_due(AT_JOINING)
    assert written()["joining-instructions"] == PEOPLE


@pytest.mark.parametrize("what", ["reminders", "joining instructions", "registers"])
def test_a_full_house_needs_no_more_reads_than_a_small_one(app: Flask, count_queries: list[str], what: str) -> None:
    """Beside each letter’s own: is it there already, its words, its row."""
    asked = []
    for people in (2, 40):
        trainer = person("Tom", "Ashworth", Role.TRAINER)
        start = NOW + timedelta(days=30 + people)
        sessions = [course_session(capacity=50, starts_at=start, trainers=[trainer]) for _ in range(2)]
        for number in range(people):
            session = sessions[number % 2]
            one = booking(session, person(organisation=organisation()), origin=BookingOrigin.BOOKED)
            if what == "registers":
                given = [MarkGiven(one.id, Mark.NO_SHOW)]
                registers.record_marks(session.dates[0], given=given, by=trainer, now=start + timedelta(hours=4))
        if what == "registers":
            for session in sessions:
                registers.finish(session.dates[0], by=trainer, now=start + timedelta(hours=4))
        db.session.commit()
        moment = {
            "reminders": start - timedelta(days=13),
            "joining instructions": start - timedelta(days=4),
            "registers": start + timedelta(days=1),
        }[what]
        with writing():
            operations.see_to(moment - timedelta(days=2))
        db.session.expunge_all()
        count_queries.clear()
        with writing():
            assert operations.write_due(moment) == people
        own = [statement for statement in count_queries if _of_one_letter(statement)]
        assert len(own) == 3 * people
        asked.append([statement.split("WHERE")[0] for statement in count_queries if statement not in own])
    small, full = asked
    assert len(full) <= len(small) <= 14, full


def _of_one_letter(statement: str) -> bool:
    begins = ("SELECT letter.id \n", "INSERT INTO letter ", "SELECT letter_wording.subject")
    return statement.startswith(begins)
