"""`lms report course` and `lms report session`: the same report from a command line, one sentence where it cannot be made."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from evaluation.results.report import Slice
from lms.db import db
from tests.evaluation.results import example
from tests.evaluation.results.kept import evaluated, neglect, released
from tests.factories import course_session


@pytest.fixture
def run(app: Flask) -> Callable[..., Any]:
    """Runs `lms report …` on the database of this test."""

    def invoke(*arguments: str) -> Any:
        db.session.commit()
        return app.test_cli_runner().invoke(args=["report", *arguments])

    return invoke


def test_json_goes_to_stdout_and_names_the_part(run: Callable[..., Any]) -> None:
    neglect()
    done = run("course", "NEG", "--slice", "year:2023-24", "--format", "json")
    assert done.exit_code == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["course"], said["slice"]["key"], said["verdict"]["word"]) == ("NEG", "year:2023-24", "worse")


def test_a_report_year_may_be_said_by_its_days(run: Callable[..., Any]) -> None:
    neglect()
    done = run("course", "NEG", "--from", "2023-04-01", "--to", "2024-03-31", "--format", "json")
    assert json.loads(done.stdout)["slice"]["key"] == "year:2023-24"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["NEG", "--from", "2023-09-01", "--to", "2024-09-30"], "Answers can be reported for whole report years only"),
        (["NEG", "--from", "2023-04-01"], "Write both days, --from and --to"),
        (["NEG", "--from", "yesterday", "--to", "today"], "Write both days, --from and --to"),
        (
            ["NEG", "--slice", "sector:housing"],
            "“sector:housing” of NEG cannot be shown on its own. These can: all, year:2023-24",
        ),
        (["NEG", "--from", "2030-04-01", "--to", "2031-03-31"], "“year:2030-31” of NEG cannot be shown on its own."),
        (["GT9"], "Nothing has been counted about this course yet."),
        (["NONE"], "There is no evaluated course “NONE”"),
    ],
)
def test_what_cannot_be_reported_is_said_in_a_sentence(
    run: Callable[..., Any], arguments: list[str], sentence: str
) -> None:
    neglect()
    evaluated("GT9")
    done = run("course", *arguments)
    assert done.exit_code == 1
    assert done.stdout == ""
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_part_is_said_in_one_way(run: Callable[..., Any]) -> None:
    neglect()
    done = run("course", "NEG", "--slice", "all", "--from", "2023-04-01", "--to", "2024-03-31")
    assert done.exit_code == 2


def test_each_format_gets_its_file(run: Callable[..., Any], tmp_path: Path) -> None:
    neglect()
    done = run("course", "NEG", "--format", "html,pdf,xlsx,csv,json", "--out", str(tmp_path / "neglect.html"))
    assert done.exit_code == 0, done.stderr
    beginnings = {"html": b"<!DOCTYPE html>", "pdf": b"%PDF", "xlsx": b"PK", "csv": "\ufeffPart".encode(), "json": b"{"}
    for kind, beginning in beginnings.items():
        assert (tmp_path / f"neglect.{kind}").read_bytes().lstrip().startswith(beginning), kind


def test_a_session_is_reported_by_its_reference(run: Callable[..., Any]) -> None:
    course = evaluated()
    course_session(course, reference="NEG-2024-03")
    one = replace(example.worse(), slice=Slice("session", "session:NEG-2024-03", "NEG-2024-03, 5 November 2024"))
    released(course, example.large(), one)
    done = run("session", "NEG-2024-03", "--format", "csv")
    assert done.exit_code == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout.lstrip("\ufeff"))))
    matched = next(row for row in rows if row["Figure"] == "What I do about neglect: people matched")
    assert matched["Value"] == "66"
    assert "There is no session “NEG-1”" in run("session", "NEG-1").stderr
