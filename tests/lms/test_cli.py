"""The command where something is missing: one sentence, never a traceback."""

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

Lms = Callable[..., "CompletedProcess[str]"]


def test_help_without_a_secret_key_says_what_is_missing(lms: Lms, tmp_path: Path) -> None:
    for arguments, status in ((["--help"], 0), (["verify"], 1)):
        done = lms(*arguments, database=f"sqlite:///{tmp_path / 'x.db'}", secret_key="short")
        assert done.returncode == status
        assert "Set LMS_SECRET_KEY to at least 32 random characters." in done.stderr
        assert "Traceback" not in done.stdout + done.stderr


def test_a_database_without_tables_is_told_in_a_sentence(lms: Lms, tmp_path: Path) -> None:
    done = lms("verify", database=f"sqlite:///{tmp_path / 'empty.db'}")
    assert done.returncode == 1
    assert "run “lms db upgrade”" in done.stderr
    assert "Traceback" not in done.stderr
