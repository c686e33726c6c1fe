"""What runs beside the web pages, and the web server itself.

Rows are the truth, the queue only rings the bell: its one task looks at the rows and does what is due. A worker that is
killed loses a ring, not a letter; the clock rings again within a minute.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from gunicorn.app.base import BaseApplication
from huey import SqliteHuey, crontab

from lms import dates, jobs

WEB_PROCESSES = 2
WEB_THREADS = 4
#: How long what is under way may take to end after somebody asked to stop.
GRACE_SECONDS = 20


def queue_of(app: Flask) -> SqliteHuey:
    """The queue of this application, with its one task: `huey.look()` rings."""
    Path(app.config["QUEUE"]).parent.mkdir(parents=True, exist_ok=True)
    huey = SqliteHuey("lms", filename=app.config["QUEUE"], results=False)

    @huey.task()
    def look() -> None:
        _look_at_the_rows(app)

    @huey.periodic_task(crontab(minute="*"))
    def every_minute() -> None:
        _look_at_the_rows(app)

    huey.look = look
    return huey


def _look_at_the_rows(app: Flask) -> None:
    with app.app_context():
        try:
            dates.check_clock()
            jobs.run_due(dates.now())
        except Exception:
            app.logger.exception("What was due could not be done; it is tried again within a minute.")


def connect_bell(app: Flask) -> None:
    """Let whatever writes letters in this process ring. One ring waiting is enough: it sees every row there is by then."""
    huey = queue_of(app)

    def strike() -> None:
        try:
            if not huey.pending_count():
                huey.look()
        except Exception:
            app.logger.exception("The bell could not be rung; the worker looks at the rows every minute.")

    jobs.bell[:] = [strike]


class WebServer(BaseApplication):
    """gunicorn, told what to serve by us instead of by a file."""

    def __init__(self, host: str, port: int) -> None:
        self.address = f"{host}:{port}"
        super().__init__()

    def load_config(self) -> None:
        for name, value in {
            "bind": self.address,
            "workers": WEB_PROCESSES,
            "threads": WEB_THREADS,
            "worker_class": "gthread",
            "graceful_timeout": GRACE_SECONDS,
            "proc_name": "lms",
            # Nobody but the one who started it steers this server.
            "control_socket_disable": True,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        from lms.app import create_app

        app = create_app()
        connect_bell(app)
        return app


def _ourselves(*arguments: str) -> "subprocess.Popen[bytes]":
    """Another command of ours, in a group of its own: Ctrl-C reaches us alone, and we stop it gently."""
    command = [sys.executable, "-c", "from lms.cli import main; main()", *arguments]
    return subprocess.Popen(command, process_group=0)  # noqa: S603 (no shell, and every word is ours)


def _both(host: str, port: int) -> int:
    """Web server and worker as two processes; a worker that ends is started again. Returns the web server's exit status."""
    asked: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    web = _ourselves("serve", "--host", host, "--port", str(port))
    worker = _ourselves("worker")
    while not asked and web.poll() is None:
        if worker.poll() is not None:
            worker = _ourselves("worker")
        time.sleep(0.3)
    for process in (web, worker):
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    for process in (web, worker):
        try:
            process.wait(GRACE_SECONDS + 5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return 0 if asked else web.returncode


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=lambda: int(os.environ.get("PORT", "5000")), type=int, help="PORT, or 5000.")
@click.option("--with-worker", is_flag=True, help="Also send letters and do what is due, in a process beside it.")
def serve(host: str, port: int, with_worker: bool) -> None:
    """Serve the pages, as in production."""
    if with_worker:
        sys.exit(_both(host, port))
    WebServer(host, port).run()


@click.command("worker")
@with_appcontext
def work() -> None:
    """Send letters and do what is due: at once when the bell rings, and every minute. Ends after what is under way."""
    app: Any = current_app
    huey = queue_of(app._get_current_object())
    huey.look()
    huey.create_consumer(workers=1, periodic=True, max_delay=1.0, graceful_signal="TERM").run()
