"""The benchmark measures what it says. No test here looks at a time: a busy machine is no fault."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from bench import data
from bench.client import AnswerError, load
from bench.measured import case, table
from bench.recording import Question, reads
from evaluation.surveys.models import Answer, Response
from lms.accounts.models import Person
from lms.catalogue.rules import month_after
from lms.db import db
from tests.databases import ROOT

LATEST = ROOT / "bench" / "results" / "latest.json"
#: What checks outside the project read of each case.
SHAPE = {"name": str, "database": str, "value": float, "floor": float, "ratio": float, "unit": str}


def cases_of(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    cases: list[dict[str, Any]] = document["cases"]
    for one in cases:
        assert {name: type(one[name]) for name in SHAPE} == SHAPE
        assert one["value"] > 0
        assert one["floor"] > 0
        assert one["ratio"] == pytest.approx(one["value"] / one["floor"], rel=0.01)
    return {(one["name"], one["database"]): one for one in cases}


def test_the_whole_benchmark_runs_and_writes_its_cases(tmp_path: Path) -> None:
    out = tmp_path / "latest.json"
    command = [sys.executable, "-m", "bench", "--quick", "--database", "sqlite", "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    document = json.loads(out.read_text())
    assert document["quick"] is True
    found = cases_of(document)
    assert [name for name, _ in found] == [
        "catalogue",
        "booking, beside Core",
        "booking, beside SQL",
        "booking, statements",
        "thread page, 2,000 answers",
        "thread page, 4,000 answers",
        "thread page, queries",
        "report of 2,000 answers, beside pandas",
        "report of 2,000 answers, beside sql",
        "report of 2,000 answers, memory",
        "others while 2,000 answers are counted",
        "report page, 2,000 answers",
        "demo start, second time",
        "thread pdf",
        "certificates, 6",
        "impact report page, 40 people",
        "impact report pdf, 40 people",
    ]
    assert found["thread page, queries", "sqlite"]["ratio"] == 1, "more answers must not mean more queries"
    assert found["booking, statements", "sqlite"]["ratio"] == 1, "the floor must do what a booking does"
    assert len(done.stdout.splitlines()) == len(found)


def test_the_newest_figures_are_whole_and_name_no_machine() -> None:
    document = json.loads(LATEST.read_text())
    assert document["quick"] is False
    assert set(document["machine"]) == {"cores", "memory", "python", "system"}
    found = cases_of(document)
    assert {("catalogue", "sqlite"), ("catalogue", "postgresql")} <= set(found)
    assert {one["ratio"] for (name, _), one in found.items() if name == "thread page, queries"} == {1}
    assert table(document) in (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")


def test_the_page_that_is_measured_shows_sixty_sessions(app: Flask, client: Any) -> None:
    month = month_after(datetime.now(UTC).date())
    data.load_without_history()
    data.add_catalogue(month)
    db.session.commit()
    page = client.get(f"/courses?month={month:%Y-%m}").text
    assert f"{data.SESSIONS} sessions in {month:%B %Y}" in page
    assert page.count("<b>Full.</b> 2 people are waiting.") == data.SESSIONS // 6


def test_the_thread_is_measured_with_exactly_so_many_answers_and_the_same_queries(
    app: Flask, sign_in: Callable[[Person], Any], count_queries: list[str]
) -> None:
    data.load_without_history()
    reader = db.session.get_one(Person, data.add_reader())
    sent = []
    for number in (200, 2_000):
        answers, submissions = data.replace_answers(answers=number)
        assert answers == db.session.scalar(select(func.count()).select_from(Answer)) == number
        assert submissions == db.session.scalar(select(func.count()).select_from(Response))
        browser = sign_in(reader)
        browser.get(f"/improvement/{data.THREAD}")
        count_queries.clear()
        assert browser.get(f"/improvement/{data.THREAD}").status_code == 200
        sent.append(len(count_queries))
    assert sent[0] == sent[1]


def test_whole_submissions_can_be_asked_for_too(app: Flask) -> None:
    data.load_without_history()
    assert data.replace_answers(submissions=100)[1] == 100


class Answers(BaseHTTPRequestHandler):
    """A server of one word, or of a fault."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = b"word" * 100_000
        self.send_response(200 if self.path == "/word" else 503)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    """Says nothing of a client that has enough in the middle of an answer."""

    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    with Server(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_the_client_counts_whole_answers(port: int) -> None:
    found = load("127.0.0.1", port, "/word", connections=3, seconds=0.1)
    assert found.requests >= 1
    assert found.bytes == 400_000


def test_the_client_refuses_to_count_faults(port: int) -> None:
    with pytest.raises(AnswerError, match="503"):
        load("127.0.0.1", port, "/fault", connections=1, seconds=0.1)


def test_a_page_that_writes_has_no_floor() -> None:
    read = Question("SELECT 1", ())
    assert reads([Question("BEGIN DEFERRED", ()), read]) == [read]
    with pytest.raises(ValueError, match="UPDATE"):
        reads([read, Question("UPDATE person SET job = ''", ())])


def test_a_case_is_the_median_of_its_rounds_with_their_spread() -> None:
    found = case("a page", "sqlite", "requests/s", [100, 90, 300], [1000, 1100, 200])
    assert (found.value, found.floor, found.ratio) == (100, 1000, 0.1)
    assert (found.spread, found.floor_spread) == ((90, 300), (200, 1100))
