"""Commands and servers of ours as processes, with the environment a deployment gives them and nothing else of this shell."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
LMS = str(Path(sys.executable).with_name("lms"))
SECRET_KEY = "only-for-the-benchmark-0123456789-abcdefghij"
#: Longest that a server may take to answer, and a command to end, in seconds.
PATIENCE = 300


def environment(database: str, folder: Path, **settings: object) -> dict[str, str]:
    """The settings of one installation, kept apart from whatever this shell has set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    return kept | {
        "LMS_DATABASE_URL": database,
        "LMS_SECRET_KEY": SECRET_KEY,
        "LMS_FILES": str(folder / "files"),
        "LMS_QUEUE": str(folder / "queue.db"),
        **{f"LMS_{name.upper()}": str(value) for name, value in settings.items()},
    }


def run(*command: str, env: Mapping[str, str]) -> str:
    """Run a command to its end and return what it prints. RuntimeError with its words if it fails."""
    done = subprocess.run(command, env=env, cwd=ROOT, text=True, capture_output=True, timeout=PATIENCE)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[-3:])} failed:\n{done.stderr[-2000:]}")
    return done.stdout


def free_port() -> int:
    """A port nobody listens on."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def serving(command: Sequence[str], address: str, *, env: Mapping[str, str]) -> Iterator[float]:
    """A server that runs as long as the block does; gives the seconds from its start to its first 200 at `address`."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    try:
        _wait(process, address, start + PATIENCE)
        yield time.perf_counter() - start
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _wait(process: "subprocess.Popen[bytes]", address: str, until: float) -> None:
    while True:
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            if process.poll() is not None:
                said = process.stderr.read().decode() if process.stderr else ""
                raise RuntimeError(f"A server ended before it answered:\n{said[-2000:]}") from None
        if time.perf_counter() > until:
            raise RuntimeError(f"{address} did not answer in {PATIENCE} seconds.")
        time.sleep(0.01)
