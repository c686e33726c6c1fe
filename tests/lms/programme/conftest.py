"""An officer, a clock that stands where a test puts it, and `lms verify` after every test."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from lms import dates, jobs, verify
from lms.accounts.models import Person
from lms.db import db
from lms.letters.models import Letter
from lms.roles import Role
from tests import factories
from tests.databases import ROOT

CHECK = ROOT.parent / "shared" / "tools" / "check_invite.py"
Clock = Callable[[datetime], datetime]


@pytest.fixture
def clock(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Moves the clock to a moment, and lets happen what happens by itself until then."""

    def move_to(moment: datetime) -> datetime:
        db.session.commit()
        jobs.run_due(moment)
        monkeypatch.setattr(dates, "now", lambda: moment)
        return moment

    monkeypatch.setattr(dates, "now", lambda: factories.NOW)
    return move_to


@pytest.fixture(autouse=True)
def _nothing_is_wrong(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever officers did in a test, `lms verify` finds nothing wrong afterwards."""
    if "app" in request.fixturenames:
        request.getfixturevalue("clock")
    yield
    if "app" in request.fixturenames:
        db.session.commit()
        # That no mail server is set is said of every test.
        assert [one for one in verify.problems() if "no mail server" not in one] == []


@pytest.fixture
def officer(app: Flask) -> Person:
    """Somebody who runs sessions."""
    return factories.person("Lin", "Day", Role.LD_OFFICER)


@pytest.fixture
def letters(app: Flask) -> Callable[..., list[Letter]]:
    """The letters of a kind, or to a person, in the order they were written."""

    def found(key: str = "", to: Person | None = None) -> list[Letter]:
        every = db.session.scalars(select(Letter).order_by(Letter.id))
        return [one for one in every if key in ("", one.key) and (to is None or one.person_id == to.id)]

    return found


@pytest.fixture
def invite_is_right(tmp_path: Path) -> Callable[..., None]:
    """The calendar part of a letter passes the strict check, also as what follows an earlier one."""
    if not CHECK.is_file():
        pytest.skip("the strict check of calendar parts is not beside this repository")

    def check(letter: Letter, earlier: Letter | None = None) -> None:
        names = []
        for number, one in enumerate([letter, *([earlier] if earlier else [])]):
            names.append(tmp_path / f"{number}.ics")
            names[-1].write_bytes(one.calendar.encode())
        run = subprocess.run([sys.executable, CHECK, *names], capture_output=True, text=True, timeout=60)
        assert run.returncode == 0, run.stdout

    return check
