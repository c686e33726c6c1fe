"""The clock of the tests of bookings; and after each test `lms verify` finds nothing wrong."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from lms.accounts.models import Person
from lms.catalogue.models import Course
from lms.letters.models import Letter
from lms.organisations.models import Organisation
from tests.databases import ROOT
from tests.factories import course, organisation, person
from tests.lms.bookings.conftest import _nothing_is_wrong, broken_on_purpose, clock

__all__ = ["_nothing_is_wrong", "broken_on_purpose", "clock"]

CHECK = ROOT.parent / "shared" / "tools" / "check_invite.py"


@pytest.fixture
def check_invite(tmp_path: Path) -> Callable[..., str]:
    """What a strict reader finds wrong with the calendar part of a letter; a second letter is the one that came before it."""
    if not CHECK.is_file():
        pytest.skip("the invitation checker lies beside the repository and is not there")

    def check(*letters: Letter) -> str:
        names = [str(tmp_path / f"{number}.ics") for number in range(len(letters))]
        for name, letter in zip(names, letters, strict=True):
            Path(name).write_bytes(letter.calendar.encode())
        return subprocess.run([sys.executable, str(CHECK), *names], capture_output=True, text=True).stdout

    return check


@pytest.fixture
def agency(app: Flask) -> Organisation:
    found: Organisation = organisation("Family Hubs")
    return found


@pytest.fixture
def amina(agency: Organisation) -> Person:
    found: Person = person("Amina", "Yusuf", organisation=agency)
    return found


@pytest.fixture
def sam(agency: Organisation) -> Person:
    found: Person = person(
        "Sam", "Hill", organisation=agency, manager_name="Helen Ward", manager_email="helen@agency.example"
    )
    return found


@pytest.fixture
def asks(app: Flask) -> Course:
    """A course that asks managers."""
    found: Course = course(needs_approval=True)
    return found
