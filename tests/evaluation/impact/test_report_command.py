"""`lms report thread`: the same report from a command line, its data on stdout, one sentence where it cannot be made."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from lms.db import db
from tests.threads import a_log


@pytest.fixture
def run(app: Flask) -> Callable[..., Any]:
    """Runs `lms report thread …` on the database of this test."""

    def invoke(*arguments: str) -> Any:
        db.session.commit()
        return app.test_cli_runner().invoke(args=["report", "thread", *arguments])

    return invoke


def test_json_goes_to_stdout(run: Callable[..., Any]) -> None:
    a_log()
    done = run("REV-1.2", "--format", "json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["reference"] == "REV-1.2"


def test_each_format_gets_its_file(run: Callable[..., Any], tmp_path: Path) -> None:
    a_log()
    done = run("REV-1.2", "--format", "html,pdf,xlsx,csv,json", "--out", str(tmp_path / "thread.html"))
    assert done.exit_code == 0
    assert done.stdout == ""
    beginnings = {
        "html": b"<!DOCTYPE html>",
        "pdf": b"%PDF",
        "xlsx": b"PK",
        "csv": "\ufeffStage".encode(),
        "json": b"{",
    }
    for kind, beginning in beginnings.items():
        assert (tmp_path / f"thread.{kind}").read_bytes().lstrip().startswith(beginning), kind


def test_the_ending_of_the_file_says_the_format(run: Callable[..., Any], tmp_path: Path) -> None:
    a_log()
    assert run("REV-1.2", "--out", str(tmp_path / "a.pdf")).exit_code == 0
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


def test_an_unknown_reference_is_one_sentence_and_status_1(run: Callable[..., Any]) -> None:
    a_log()
    done = run("REV-9")
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr == "Error: There is no recommendation “REV-9”.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format", "doc"], "“doc” is not a format."),
        (["--format", "csv,pdf"], "Several formats need a file"),
    ],
)
def test_wrong_usage_is_status_2(run: Callable[..., Any], arguments: list[str], said: str) -> None:
    done = run("REV-1.2", *arguments)
    assert done.exit_code == 2
    assert said in done.stderr


def test_a_file_that_cannot_be_written_is_status_1(run: Callable[..., Any], tmp_path: Path) -> None:
    a_log()
    done = run("REV-1.2", "--out", str(tmp_path / "nowhere" / "a.json"))
    assert done.exit_code == 1
    assert "cannot be written" in done.stderr


def test_links_of_the_page_lead_to_our_own_address(run: Callable[..., Any], app: Flask) -> None:
    a_log()
    assert f'href="{app.config["PUBLIC_URL"]}/' not in run("FOR-1.1").stdout
    assert "<!DOCTYPE html>" in run("FOR-1.1").stdout
