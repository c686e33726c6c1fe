"""`make demo` for the second time: from its first command to the first answer of /health, with everything loaded already."""

import pickle
import sys
import time
from collections.abc import Iterator

from bench.floor import Page
from bench.measured import Case, case
from bench.place import Place
from bench.processes import LMS, environment, free_port, run, serving


def measure(place: Place) -> Iterator[Case]:
    """The two commands of `make demo` beside bare Flask under the same web server, in alternate rounds."""
    times, floors = [], []
    with place.copy() as url:
        file = place.folder / "empty.page"
        file.write_bytes(pickle.dumps(Page("/health", url, [], b"ok")))
        for _ in range(1 if place.effort.quick else 3):
            port, floor_port = str(free_port()), str(free_port())
            env = environment(
                url, place.folder, demo=1, sqlite_synchronous="normal", public_url=f"http://127.0.0.1:{port}"
            )
            start = time.perf_counter()
            run(LMS, "demo", "wakefield", env=env)
            before = time.perf_counter() - start
            command = [LMS, "serve", "--with-worker", "--port", port]
            with serving(command, f"http://127.0.0.1:{port}/health", env=env) as seconds:
                times.append(before + seconds)
            floor = [sys.executable, "-m", "bench.floor", floor_port, str(file)]
            with serving(floor, f"http://127.0.0.1:{floor_port}/health", env=env) as seconds:
                floors.append(seconds)
    yield case("demo start, second time", place.kind, "s", times, floors)
