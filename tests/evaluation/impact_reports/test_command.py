"""`lms report action`, `recommendation`, `priority`, `period`, `agency`: the same report from a command line."""

import json
from pathlib import Path
from typing import Any

from flask import Flask

from lms.db import db


def test_each_scope_is_a_command_and_wrong_words_are_one_sentence(
    app: Flask, year: None, now_in_2024: None, tmp_path: Path
) -> None:
    db.session.commit()

    def run(*arguments: str) -> Any:
        return app.test_cli_runner().invoke(args=["report", *arguments])

    days = ("--from", "2022-04-01", "--to", "2023-03-31")
    for kind, name in (
        ("action", "LDA-1"),
        ("recommendation", "REV-1.2"),
        ("priority", "P01"),
        ("agency", "home of health"),
    ):
        done = run(kind, name, "--format", "json")
        assert done.exit_code == 0, done.stderr
        assert json.loads(done.stdout)["scope"]["kind"] == kind
    narrowed = json.loads(run("action", "LDA-1", "--format", "json", *days).stdout)
    assert narrowed["period"] == {"first": "2022-04-01", "last": "2023-03-31"}
    assert "report year 2022-23" in json.dumps(narrowed["verdicts"])
    done = run("period", *days, "--format", "html,pdf,xlsx,csv,json", "--out", str(tmp_path / "year.html"))
    assert done.exit_code == 0, done.stderr
    for ending, beginning in {
        "html": b"<!DOCTYPE",
        "pdf": b"%PDF",
        "xlsx": b"PK",
        "csv": b"\xef\xbb\xbfPart",
        "json": b"{",
    }.items():
        assert (tmp_path / f"year.{ending}").read_bytes().lstrip().startswith(beginning), ending
    for arguments, said in (
        (("action", "LDA-9"), "There is no action “LDA-9”."),
        (("agency", "Nowhere"), "There is no agency or school “Nowhere”."),
        (("period", "--from", "2023-04-01"), "Write both days"),
        (("period", "--from", "2024-04-01", "--to", "2023-04-01"), "The period ends before it begins."),
        (("period",), "Say both days"),
    ):
        wrong = run(*arguments)
        assert wrong.exit_code
        assert said in wrong.stderr
        assert not wrong.stdout
