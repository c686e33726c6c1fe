"""Drawing the highlight reports that wait, off the request. A row is claimed with a lease, its PDF drawn with no transaction
open, and kept under the same token: a worker that is killed loses nothing, and one that lost its lease keeps nothing.
"""

import secrets
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import select

from evaluation.delivery_plan import sheets
from evaluation.delivery_plan.models import HighlightReport
from lms import files
from lms.db import db, writing
from lms.organisations.queries import partnership
from lms.pdf import PdfError

#: How long one report may take before another worker takes it up; drawing is given up long before.
LEASE = timedelta(minutes=5)
#: How long to wait after each try that did not work; the last one again and again.
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=4), timedelta(days=1))


def run(now: datetime) -> int:
    """Draw every report that waits at `now`; how many were tried. Commits by itself, report by report."""
    began, done = monotonic(), 0
    while claimed := _claim(now, until=now + timedelta(seconds=monotonic() - began) + LEASE):
        done += 1
        _draw(*claimed, now)
    return done


def _claim(now: datetime, until: datetime) -> tuple[int, str] | None:
    """The report that waits longest, ours alone `until` the lease ends, with its token; None when none waits."""
    with writing():
        one = db.session.scalar(
            select(HighlightReport)
            .where(HighlightReport.file_id.is_(None), HighlightReport.draw_at <= now)
            .order_by(HighlightReport.draw_at, HighlightReport.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if one is None:
            return None
        token = secrets.token_hex(16)
        one.lease_token, one.draw_at, one.attempts = token, until, one.attempts + 1
        return one.id, token


def _draw(report_id: int, token: str, now: datetime) -> None:
    one, here = db.session.get_one(HighlightReport, report_id, populate_existing=True), partnership()
    name, document, made_at, reference = here.name if here else "", one.document, one.made_at, one.reference
    theme, made_up = here.key if here else "", bool(here and here.made_up)
    db.session.rollback()  # nothing is held while the page is drawn
    try:
        content = sheets.paper(
            document, reference=reference, partnership=name, theme=theme, made_up=made_up, produced=made_at
        )
    except PdfError:
        with writing():
            if ours := _ours(report_id, token):
                ours.draw_at = now + BACK_OFF[min(ours.attempts, len(BACK_OFF)) - 1]
                ours.lease_token = None
        return
    with writing():
        if ours := _ours(report_id, token):
            kept = files.keep(files.Upload(f"{reference}.pdf", files.PDF, content), now=now)
            ours.file_id, ours.lease_token = kept.id, None


def _ours(report_id: int, token: str) -> HighlightReport | None:
    """The report, if it still is ours."""
    return db.session.scalar(
        select(HighlightReport)
        .where(HighlightReport.id == report_id, HighlightReport.lease_token == token, HighlightReport.file_id.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
