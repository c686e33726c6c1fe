"""A worker is killed while it sends: no letter is lost, and a second copy carries the same Message-ID."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from lms import jobs
from lms.app import create_app
from lms.db import db, writing
from lms.letters.models import Letter, LetterState
from lms.letters.operations import queue
from lms.worker import connect_bell
from tests.databases import ROOT
from tests.factories import person
from tests.lms.letters.conftest import MailServer
from tests.lms.letters.test_sending import VALUES

COUNT = 5


@pytest.fixture
def shop(
    fresh_database: Callable[[], str], settings: dict[str, Any], mail: MailServer, tmp_path: Path
) -> Iterator[tuple[Flask, dict[str, str]]]:
    """An application with letters that wait, and the environment that a worker of it needs."""
    url, queue_file = fresh_database(), str(tmp_path / "queue.db")
    app = create_app(**settings | {"SQLALCHEMY_DATABASE_URI": url, "SMTP_URL": mail.url, "QUEUE": queue_file})
    with app.app_context():
        with writing():
            for number in range(COUNT):
                queue("booking-waiting", to=person(f"P{number}"), values=VALUES, now=datetime.now(UTC))
        environment = os.environ | {
            "LMS_DATABASE_URL": url,
            "LMS_SECRET_KEY": settings["SECRET_KEY"],
            "LMS_SMTP_URL": mail.url,
            "LMS_QUEUE": queue_file,
            "LMS_FILES": str(tmp_path / "files"),
        }
        yield app, environment
        db.session.remove()
        db.engine.dispose()


def _worker(environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    command = [str(Path(sys.executable).with_name("lms")), "worker"]
    return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _until(condition: Callable[[], bool], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        db.session.rollback()
        time.sleep(0.05)


def _sent() -> int:
    return db.session.scalar(select(func.count()).where(Letter.state == LetterState.SENT)) or 0


def test_a_killed_worker_loses_no_letter(shop: tuple[Flask, dict[str, str]], mail: MailServer) -> None:
    _app, environment = shop
    mail.pause.clear()  # the mail server has the letter and has not said yes
    worker = _worker(environment)
    assert mail.arrived.wait(90)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    mail.pause.set()
    assert _sent() == 0
    assert db.session.scalar(select(func.count()).where(Letter.lease_token.is_not(None))) == 1

    # The others do not wait for the lease of the one that was under way.
    assert jobs.run_due(datetime.now(UTC)) == {"letters": COUNT - 1}
    assert _sent() == COUNT - 1
    # When it ends, that one goes too: it is the only one sent twice, and its copies can be told from two letters.
    jobs.run_due(datetime.now(UTC) + timedelta(minutes=6))
    assert _sent() == COUNT
    names = [message["message-id"] for message in mail.got]
    assert (len(names), len(set(names))) == (COUNT + 1, COUNT)


def test_the_worker_sends_by_itself_and_stops_after_what_is_under_way(
    shop: tuple[Flask, dict[str, str]], mail: MailServer
) -> None:
    _app, environment = shop
    worker = _worker(environment)
    try:
        _until(lambda: _sent() == COUNT)
        # A bell rung by another process is heard at once, not at the next minute.
        with writing():
            db.session.execute(update(Letter).where(Letter.id == 1).values(state=LetterState.WAITING))
        connect_bell(_app)
        began = time.monotonic()
        jobs.ring()
        _until(lambda: _sent() == COUNT, 25)
        assert time.monotonic() - began < 25
    finally:
        jobs.bell.clear()
        worker.send_signal(signal.SIGTERM)
        worker.wait(60)
    assert len(mail.got) == COUNT + 1
