"""The clock of the tests of bookings; and after each test `lms verify` finds nothing wrong."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lms.letters.models import Letter
from tests.databases import ROOT
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
