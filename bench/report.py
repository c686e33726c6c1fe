"""The report of a course with very many answers: working it out, its page, and what others feel of it meanwhile.

`python -m bench.report ours|pandas|sql URL FOLDER` is one measured process: it prints its seconds and its largest memory.
"""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, select, text

from bench import data
from bench.measured import Case, case
from bench.place import Place, application
from bench.processes import ROOT
from bench.recording import driver, reads, recorded
from bench.thread import sign_in
from evaluation.results.operations import make_releases, next_release
from lms.accounts.models import Person
from lms.catalogue.models import CourseSession
from lms.db import db, writing

PATH = f"/reports/courses/{data.COURSE}"
#: Read and grouped as the report needs it: session × wave × question, how many, their mean, and how many gave each answer.
READ = (
    "SELECT r.session_id, r.wave, r.sector_id, a.question_key, a.number, a.choice FROM answer a "
    "JOIN response r ON r.id = a.response_id JOIN course c ON c.id = r.course_id WHERE c.code = 'NEG'"
)
GROUP = (
    "SELECT r.session_id, r.wave, a.question_key, a.number, a.choice, count(*) FROM answer a "
    "JOIN response r ON r.id = a.response_id JOIN course c ON c.id = r.course_id WHERE c.code = 'NEG' "
    "GROUP BY r.session_id, r.wave, a.question_key, a.number, a.choice"
)


def measure(place: Place) -> Iterator[Case]:
    """The page beside the bare fetch of its rows; working it out beside pandas and SQL; a page of others meanwhile."""
    for number in place.effort.reports:
        with place.copy() as url:
            with application(url, place.folder, demo=True):
                with writing():
                    reader = data.add_reader()
                    data.replace_answers(answers=number)
                if place.kind == "postgresql":
                    db.session.connection().exec_driver_sql("ANALYZE")
                    db.session.commit()
            yield from _worked_out(place, url, number)
            with application(url, place.folder, demo=True):
                yield from _page(place, url, reader, number)


def _worked_out(place: Place, url: str, number: int) -> Iterator[Case]:
    """One process each, so that the memory of each is its own. Ours comes last: it writes what it found."""
    rounds = 1 if number >= 1_000_000 or place.effort.quick else 3
    found: dict[str, list[dict[str, float]]] = {"pandas": [], "sql": []}
    for kind, results in found.items():
        results += [_process(kind, url, place.folder) for _ in range(rounds)]
    ours, waits = _ours(place, url)
    for kind, results in found.items():
        seconds = [one["seconds"] for one in results]
        yield case(f"report of {number:,} answers, beside {kind}", place.kind, "s", [ours["seconds"]], seconds)
    memory = [one["megabytes"] for one in found["pandas"]]
    yield case(f"report of {number:,} answers, memory", place.kind, "MB", [ours["megabytes"]], memory)
    if waits[0]:
        yield case(f"others while {number:,} answers are counted", place.kind, "ms", *waits)


def _ours(place: Place, url: str) -> tuple[dict[str, float], tuple[list[float], list[float]]]:
    """Work it out in a process of its own, and read and write from here meanwhile; the floor is the same without it."""
    with application(url, place.folder, demo=True):
        alone = [_read_and_write() for _ in range(20)]
        process = subprocess.Popen(_command("ours", url, place.folder), cwd=ROOT, stdout=subprocess.PIPE, text=True)
        meanwhile = []
        while process.poll() is None:
            meanwhile.append(_read_and_write())
            time.sleep(0.02)
        printed, _ = process.communicate()
    if process.returncode:
        raise RuntimeError("The report could not be worked out.")
    return json.loads(printed), (meanwhile, alone)


def _read_and_write() -> float:
    """What a request does at its least: the lock, a row read, a row written, and a commit; in milliseconds."""
    start = time.perf_counter()
    with writing():
        person = db.session.scalars(select(Person).order_by(Person.id).limit(1)).one()
        db.session.scalars(select(CourseSession).order_by(CourseSession.id).limit(1)).first()
        person.last_name = person.last_name[::-1]
    return (time.perf_counter() - start) * 1000


def _page(place: Place, url: str, reader: int, number: int) -> Iterator[Case]:
    browser = sign_in(reader)

    def seconds() -> float:
        start = time.perf_counter()
        answer = browser.get(PATH)
        taken = time.perf_counter() - start
        if answer.status_code != 200 or "gt-verdict" not in answer.text:
            raise ValueError(f"The page of the report answered {answer.status_code}.")
        return taken

    seconds()  # the first draws its templates, and says that the visit was seen
    with recorded(db.engine) as questions:
        seconds()
    asked = reads(questions)
    pages, floors = [], []
    with driver(url) as fetch:
        for _ in range(place.effort.repeats):
            pages.append(seconds() * 1000)
            start = time.perf_counter()
            for question in asked:
                fetch(question.statement, question.parameters)
            floors.append((time.perf_counter() - start) * 1000)
    yield case(f"report page, {number:,} answers", place.kind, "ms", pages, floors)


def _command(kind: str, url: str, folder: Path) -> list[str]:
    return [sys.executable, "-m", "bench.report", kind, url, str(folder)]


def _process(kind: str, url: str, folder: Path) -> dict[str, float]:
    done = subprocess.run(_command(kind, url, folder), cwd=ROOT, capture_output=True, text=True, timeout=900)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _bare_pandas(url: str) -> None:
    import pandas

    with create_engine(url).connect() as connection:
        rows = pandas.read_sql_query(text(READ), connection)
    groups = rows.groupby(["session_id", "wave", "question_key"])["number"]
    groups.agg(["count", "mean"])
    rows.groupby(["session_id", "wave", "question_key", "number"]).size().unstack(fill_value=0)


def _bare_sql(url: str) -> None:
    with driver(url) as fetch:
        fetch(GROUP, ())


def _our_report(url: str, folder: Path) -> None:
    with application(url, folder, demo=True):
        due: Any = next_release()
        if due is None or make_releases(due) != 1:
            raise RuntimeError("There was no report to work out.")


def main() -> None:
    """Do one of them and say what it took."""
    kind, url, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    start = time.perf_counter()
    if kind == "ours":
        _our_report(url, folder)
    else:
        {"pandas": _bare_pandas, "sql": _bare_sql}[kind](url)
    taken = time.perf_counter() - start
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps({"seconds": taken, "megabytes": largest}))


if __name__ == "__main__":
    main()
