"""Drawing the PDFs that wait (`lms/leases.py`). Each step is written down as it begins, so that the page can show how far it is;
after three tries the person is told.
"""

from datetime import datetime

from flask import current_app

from evaluation.impact_reports import formats, queries
from evaluation.impact_reports.gather import report
from evaluation.impact_reports.models import ReportFile, Stage
from lms import dates, files
from lms.db import db, writing
from lms.leases import Claim, Leases
from lms.pdf import PdfError

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


leases = Leases(ReportFile, ReportFile.stage.not_in([Stage.DONE, Stage.FAILED]))
next_at = leases.next_at


def run(now: datetime) -> int:
    """Draw every report that waits at `now`; how many were tried. Commits by itself, step by step."""
    return leases.run(now, draw)


def draw(claim: Claim, now: datetime) -> None:
    """Count and draw one report, saying how far it is, and keep it; or say why it cannot be made."""
    one = db.session.get_one(ReportFile, claim.row_id, populate_existing=True)
    scope = queries.scope(one.scope_kind.value, one.scope_key)
    why_not = GAVE_UP if one.attempts > MOST_TRIES else GONE
    if scope is None or one.attempts > MOST_TRIES:
        _fail(claim, why_not)
        return
    _begin(claim, Stage.COUNTING)
    with current_app.test_request_context(base_url=current_app.config["PUBLIC_URL"]):
        found = report(scope, as_at=now)
        _begin(claim, Stage.DRAWING)
        try:
            document = formats.document(found, "pdf").content
        except PdfError as error:
            db.session.rollback()
            _fail(claim, str(error))
            return
        name = f"{formats.stem(scope)}-{dates.london(now):%Y-%m-%d}.pdf"
    _begin(claim, Stage.KEEPING)
    with writing():
        if ours := leases.ours(claim):
            kept = files.keep(files.Upload(name, files.PDF, document), now=now)
            ours.file_id, ours.stage, ours.done_at, ours.lease_token = kept.id, Stage.DONE, now, None


def _begin(claim: Claim, stage: Stage) -> None:
    """Say how far it is, in a transaction of its own; nothing is held while the pages are drawn."""
    with writing():
        if ours := leases.ours(claim):
            ours.stage = stage


def _fail(claim: Claim, problem: str) -> None:
    with writing():
        if ours := leases.ours(claim):
            ours.stage, ours.problem, ours.lease_token = Stage.FAILED, problem[:300], None
