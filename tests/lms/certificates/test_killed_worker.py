"""A worker is killed while it draws: nothing is lost, and no certificate is drawn twice."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from lms import jobs
from lms.app import create_app
from lms.attendance.models import Mark
from lms.db import db, writing
from lms.files import contents
from lms.organisations.models import Partnership
from tests.databases import ROOT
from tests.lms.certificates.scene import certificates, hold, letters

COUNT = 4
#: A worker that says when it has drawn its first page and has not kept it yet, and then waits to be killed.
WORKER = """
import sys, time
from datetime import datetime
from lms import jobs
from lms.app import create_app
from lms.certificates import paper
real = paper.document_of
def document_of(one, **more):
    document = real(one, **more)
    print("drawn", flush=True)
    time.sleep(600)
    return document
paper.document_of = document_of
with create_app(SMTP_URL="").app_context():
    jobs.run_due(datetime.fromisoformat(sys.argv[1]))
"""


def test_a_killed_worker_loses_nothing_and_draws_nothing_twice(
    fresh_database: Callable[[], str], settings: dict[str, Any], tmp_path: Path
) -> None:
    url = fresh_database()
    folder = str(tmp_path / "files")
    app = create_app(**settings | {"SQLALCHEMY_DATABASE_URI": url, "FILES": folder})
    with app.app_context():
        with writing():
            held = hold(names=[(f"P{one}", "Zed", Mark.ATTENDED) for one in range(COUNT)])
            at = held.finished_at
        environment = os.environ | {
            "LMS_DATABASE_URL": url,
            "LMS_SECRET_KEY": settings["SECRET_KEY"],
            "LMS_FILES": folder,
            "LMS_QUEUE": str(tmp_path / "queue.db"),
        }
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, at.isoformat()], env=environment, cwd=ROOT, stdout=subprocess.PIPE
        )
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"drawn\n"
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        worker.stdout.close()
        assert [one.file_id for one in certificates()] == [None] * COUNT
        assert [one.attempts for one in certificates()] == [1, 0, 0, 0]

        # The others do not wait for the lease of the one that was under way.
        assert jobs.run_due(at) == {"certificates: draw": COUNT - 1}
        assert sum(one.file_id is not None for one in certificates()) == COUNT - 1
        # When it ends, that one is drawn too, and its letter is written: one for each.
        assert jobs.run_due(at + timedelta(minutes=6)).get("certificates: draw") == 1
        assert [one.attempts for one in certificates()] == [2, 1, 1, 1]
        assert len({one.file_id for one in certificates()}) == COUNT
        assert all(contents(one.file).startswith(b"%PDF") for one in certificates() if one.file)
        assert sorted(letters()) == [("certificate-ready", f"P{one} Zed") for one in range(COUNT)]
        assert db.session.get(Partnership, 1) is not None
        db.session.remove()
        db.engine.dispose()
