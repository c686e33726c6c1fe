"""`lms demo`, typed as people type it, on both databases: what it loads, what it says, and what it refuses."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lms.cli import demo_settings

Command = Callable[..., Any]


@pytest.fixture
def url(fresh_database: Callable[[], str]) -> str:
    return fresh_database()


@pytest.fixture
def demo(lms: Command, url: str) -> Command:
    return lambda *arguments: lms(*arguments, database=url, demo=1, public_url="http://127.0.0.1:5000")


def test_kirklees_says_who_can_sign_in_and_is_loaded_once(demo: Command, lms: Command, url: str) -> None:
    first = demo("demo", "kirklees")
    assert first.returncode == 0, first.stderr
    assert first.stdout.count("@") == 11  # one person for each role
    assert "/improvement/CSPR-2023-2.1" in first.stdout
    again = demo("demo", "kirklees")
    assert again.stdout == first.stdout
    counted = demo("report", "annual", "2023-24", "--from", "2023-09-01", "--to", "2024-09-30", "--format", "csv")
    assert "872" in counted.stdout
    assert demo("verify").returncode == 0
    without = lms("run-due", database=url)
    assert (without.returncode, without.stdout) == (1, "")
    assert "This database holds a demonstration" in without.stderr
    other = demo("demo", "wakefield")
    assert other.returncode == 1
    assert "One database serves one partnership" in other.stderr


def test_wakefield_is_whole_and_its_months_pass_once(demo: Command) -> None:
    assert (loaded := demo("demo", "wakefield")).returncode == 0, loaded.stderr
    thread = demo("report", "thread", "CSPR-2022-1.2", "--format", "json")
    assert json.loads(thread.stdout)["verdict"]["words"] == "Better, with limits"
    assert demo("verify").returncode == 0
    first, second = (demo("run-due", "--at", "2025-02-01T09:00") for _ in range(2))
    assert first.returncode == second.returncode == 0, first.stderr + second.stderr
    assert second.stdout == ""  # nothing was left to do
    assert (checked := demo("verify")).returncode == 0, checked.stdout


def test_the_demonstration_is_not_loaded_where_it_was_not_asked_for(
    lms: Command, fresh_database: Callable[[], str]
) -> None:
    assert lms("demo", "kirklees", database=fresh_database()).returncode == 2  # no such command without LMS_DEMO


def test_a_time_that_is_none_is_refused_in_one_sentence(demo: Command) -> None:
    refused = demo("run-due", "--at", "half past nine")
    assert refused.returncode == 2
    assert "“half past nine” is not a time" in refused.stderr


def test_a_command_without_settings_means_the_demonstration_that_was_made_here(tmp_path: Path) -> None:
    file = tmp_path / "demo.env"
    assert demo_settings(file) == {}
    file.write_text("LMS_DEMO=1\nLMS_DATABASE_URL=sqlite:////somewhere/a=b.db\nPATH=/evil\n", encoding="utf-8")
    assert demo_settings(file) == {"LMS_DEMO": "1", "LMS_DATABASE_URL": "sqlite:////somewhere/a=b.db"}
