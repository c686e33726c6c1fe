"""The catalogue page with 60 sessions: requests a second of the product beside its floor, in alternate rounds."""

import json
import pickle
import re
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime

from bench import data
from bench.client import Load
from bench.floor import Page
from bench.measured import Case, case
from bench.place import Place, application
from bench.processes import LMS, environment, free_port, run, serving
from bench.recording import reads, recorded
from lms import dates
from lms.catalogue.rules import month_after
from lms.db import db, writing

#: Production answers to its own name alone.
ADDRESS = "http://127.0.0.1"


def measure(place: Place) -> Iterator[Case]:
    """Both servers run and are asked in turn, so that whatever else the machine does meets both."""
    # The settings of production, and so the machine's own clock: the sessions are those of next month.
    month = month_after(dates.london(datetime.now(UTC)).date())
    with place.copy() as url:
        path = f"/courses?month={month:%Y-%m}"
        page = _record(url, place, path, month)
        file = place.folder / f"{place.kind}.page"
        file.write_bytes(pickle.dumps(page))
        port, floor_port = free_port(), free_port()
        env = environment(url, place.folder, public_url=f"{ADDRESS}:{port}")
        floor = [sys.executable, "-m", "bench.floor", str(floor_port), str(file)]
        with (
            serving([LMS, "serve", "--port", str(port)], f"{ADDRESS}:{port}/health", env=env),
            serving(floor, f"{ADDRESS}:{floor_port}/courses", env=env),
        ):
            ports = (port, floor_port)
            for one in ports:
                _load(one, path, place, seconds=place.effort.warm_up)
            rounds = [
                [_load(one, path, place, seconds=place.effort.seconds) for one in ports]
                for _ in range(place.effort.rounds)
            ]
    if sizes := {load.bytes for pair in rounds for load in pair} - {len(page.body)}:
        raise ValueError(f"A server answered {sizes} bytes instead of {len(page.body)}.")
    speeds = [[load.requests / load.seconds for load in pair] for pair in rounds]
    yield case("catalogue", place.kind, "requests/s", [speed for speed, _ in speeds], [speed for _, speed in speeds])


def _record(url: str, place: Place, path: str, month: date) -> Page:
    """The page as the application draws it now, and what it asks of the database for it."""
    with application(url, place.folder, demo=False) as app:
        with writing():
            data.add_catalogue(month)
        browser = app.test_client()
        browser.get(path, base_url=ADDRESS)
        with recorded(db.engine) as questions:
            answer = browser.get(path, base_url=ADDRESS)
    shown = set(re.findall(r"/sessions/(BENCH-\d+)", answer.text))
    if answer.status_code != 200 or len(shown) != data.SESSIONS:
        raise ValueError(f"The catalogue answered {answer.status_code} with {len(shown)} sessions.")
    return Page(path.partition("?")[0], url, reads(questions), answer.data)


def _load(port: int, path: str, place: Place, *, seconds: float) -> Load:
    """One round of load, from a process of its own."""
    effort = place.effort
    command = [sys.executable, "-m", "bench.client", "127.0.0.1", str(port), path]
    done = run(
        *command,
        f"--connections={effort.connections}",
        f"--seconds={seconds}",
        env=environment("", place.folder),
    )
    return Load(**json.loads(done))
