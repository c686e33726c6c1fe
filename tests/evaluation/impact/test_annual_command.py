"""`lms report annual`: figures to stdout or into files, words to stderr, one sentence when it cannot be done."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from flask import Flask

Report = Callable[..., CompletedProcess[str]]
PUBLISHED = ("--from", "2023-09-01", "--to", "2024-09-30")


@pytest.fixture
def report(kirklees: Flask, lms: Report) -> Report:
    """`lms report annual …` on the Kirklees demonstration."""
    url = kirklees.config["SQLALCHEMY_DATABASE_URI"]
    return lambda *arguments: lms("report", "annual", *arguments, database=url, demo=1)


def test_without_a_format_it_is_read_on_the_terminal(report: Report) -> None:
    done = report("2023-24", *PUBLISHED)
    assert (done.returncode, done.stderr) == (0, "")
    row = next(line for line in done.stdout.splitlines() if line.startswith("Working together to safeguard"))
    assert row.split()[-6:] == ["27", "27", "452", "452", "452", "16.7"]
    assert "13 months" in done.stdout
    of_the_year = report("2023-24").stdout
    row = next(line for line in of_the_year.splitlines() if line.startswith("Working together to safeguard"))
    assert row.split()[-4:] == ["12", "168", "164", "14.0"]


def test_a_pipe_gets_csv_that_any_program_reads(report: Report) -> None:
    done = report("2023-24", *PUBLISHED, "--format", "csv")
    assert done.stdout.startswith("table,key,label,")  # without the mark Excel wants in front
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    (found,) = [row for row in rows if (row["key"], row["measure"]) == ("WTK", "delegates")]
    assert (found["value"], found["published"], found["first_day"]) == ("452", "452", "2023-09-01")


def test_several_formats_are_several_files(report: Report, tmp_path: Path) -> None:
    done = report("2023-24", "--format", "pdf,xlsx,csv,json,html", "--out", str(tmp_path / "chapter"))
    assert (done.returncode, done.stdout) == (0, "")
    assert sorted(file.name for file in tmp_path.glob("chapter*")) == [
        f"chapter.{kind}" for kind in ("csv", "html", "json", "pdf", "xlsx")
    ]
    assert json.loads((tmp_path / "chapter.json").read_text(encoding="utf-8"))["year"] == "2023-24"
    assert (tmp_path / "chapter.pdf").read_bytes().startswith(b"%PDF")


def test_the_ending_of_the_file_says_the_format(report: Report, tmp_path: Path) -> None:
    assert report("2023-24", "--out", str(tmp_path / "x.json")).returncode == 0
    assert json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))["report"] == "annual"


@pytest.mark.parametrize(
    ("arguments", "sentence", "status"),
    [
        (["2023-25"], "“2023-25” is not a report year. Write it like 2023-24\n", 1),
        (["2023-24", "--from", "soon"], "“soon” is not a day. Write it like 2023-09-01\n", 1),
        (["2023-24", "--from", "2024-01-01", "--to", "2023-01-01"], "The period ends before it begins\n", 1),
        (["2030-31"], "The period begins on 1 April 2030, so there is nothing to count yet\n", 1),
        (["2023-24", "--format", "doc"], "“doc” is not a format", 2),
        (["2023-24", "--format", "csv,pdf"], "Several formats need a file", 2),
        ([], "Missing argument 'YEAR'", 2),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    report: Report, arguments: list[str], sentence: str, status: int
) -> None:
    done = report(*arguments)
    assert (done.returncode, done.stdout) == (status, "")
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    if status == 1:
        assert done.stderr == sentence


def test_an_empty_database_is_said_to_be_empty(fresh_database: Callable[[], str], lms: Report) -> None:
    done = lms("report", "annual", "2023-24", database=fresh_database(), demo=1)
    assert (done.returncode, done.stderr) == (1, "Nothing is loaded yet, so there is nothing to report\n")
