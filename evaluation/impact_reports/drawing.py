"""Drawing the PDFs that wait. A row is claimed with a lease, its report counted and drawn with no transaction open, and kept.

Each step is written down as it begins, so that the page can show how far it is. A worker that is killed loses nothing: its lease
ends and the next one draws it; after three tries the person is told.
"""

import secrets
from datetime import datetime, timedelta
from time import monotonic

from flask import current_app
from sqlalchemy import ColumnElement, func, select

from evaluation.impact_reports import formats, queries
from evaluation.impact_reports.gather import report
from evaluation.impact_reports.models import ReportFile, Stage
from lms import dates, files
from lms.db import db, writing
from lms.pdf import PdfError

#: How long one report may take before another worker takes it up; drawing is given up long before.
LEASE = timedelta(minutes=5)
MOST_TRIES = 3
GONE = "What this report was about is not there any more."
GAVE_UP = "The PDF could not be made after three tries. The page itself holds everything that is in it."
#: How far a report is at each stage, of all steps.
STEPS = {Stage.WAITING: 0, Stage.COUNTING: 1, Stage.DRAWING: 2, Stage.KEEPING: 3, Stage.DONE: 4, Stage.FAILED: 4}
ALL_STEPS = 4
STAGE_WORDS = {
    Stage.WAITING: "Waiting for its turn",
    Stage.COUNTING: "Counting the figures",
    Stage.DRAWING: "Drawing the pages",
    Stage.KEEPING: "Keeping the file",
    Stage.DONE: "Done",
    Stage.FAILED: "Could not be made",
}


def next_at() -> datetime | None:
    """When the next report is to be drawn, or the lease of a worker that went away ends."""
    earliest: datetime | None = db.session.scalar(select(func.min(ReportFile.draw_at)).where(_waits()))
    return earliest


def run(now: datetime) -> int:
    """Draw every report that waits at `now`; how many were tried. Commits by itself, step by step."""
    began, done = monotonic(), 0
    while claimed := _claim(now, until=now + timedelta(seconds=monotonic() - began) + LEASE):
        done += 1
        if claimed[1]:
            _draw(*claimed, now)
    return done


def _waits() -> ColumnElement[bool]:
    return ReportFile.stage.not_in([Stage.DONE, Stage.FAILED])


def _claim(now: datetime, until: datetime) -> tuple[int, str] | None:
    """The report that waits longest, ours alone `until` the lease ends; None when none waits. Without a token: given up."""
    first = select(ReportFile).where(_waits(), ReportFile.draw_at <= now)
    with writing():
        one = db.session.scalar(
            first.order_by(ReportFile.draw_at, ReportFile.id).limit(1).with_for_update(skip_locked=True)
        )
        if one is None:
            return None
        if one.attempts >= MOST_TRIES:
            one.stage, one.problem, one.lease_token = Stage.FAILED, GAVE_UP, None
            return one.id, ""
        one.lease_token, one.draw_at, one.attempts = secrets.token_hex(16), until, one.attempts + 1
        one.stage = Stage.COUNTING
        return one.id, one.lease_token


def _draw(file_id: int, token: str, now: datetime) -> None:
    one = db.session.get_one(ReportFile, file_id, populate_existing=True)
    scope = queries.scope(one.scope_kind.value, one.scope_key)
    if scope is None:
        _fail(file_id, token, GONE)
        return
    with current_app.test_request_context(base_url=current_app.config["PUBLIC_URL"]):
        found = report(scope, as_at=now)
        _begin(file_id, token, Stage.DRAWING)
        try:
            document = formats.document(found, "pdf").content
        except PdfError as error:
            db.session.rollback()
            _fail(file_id, token, str(error))
            return
        name = f"{formats.stem(scope)}-{dates.london(now):%Y-%m-%d}.pdf"
    _begin(file_id, token, Stage.KEEPING)
    with writing():
        if ours := _ours(file_id, token):
            kept = files.keep(files.Upload(name, files.PDF, document), now=now)
            ours.file_id, ours.stage, ours.done_at, ours.lease_token = kept.id, Stage.DONE, now, None


def _begin(file_id: int, token: str, stage: Stage) -> None:
    """Say how far it is, in a transaction of its own; nothing is held while the pages are drawn."""
    with writing():
        if ours := _ours(file_id, token):
            ours.stage = stage


def _fail(file_id: int, token: str, problem: str) -> None:
    with writing():
        if ours := _ours(file_id, token):
            ours.stage, ours.problem, ours.lease_token = Stage.FAILED, problem[:300], None


def _ours(file_id: int, token: str) -> ReportFile | None:
    """The row, if it still is ours: not taken up by another worker since."""
    return db.session.scalar(
        select(ReportFile)
        .where(ReportFile.id == file_id, ReportFile.lease_token == token, _waits())
        .with_for_update()
        .execution_options(populate_existing=True)
    )
