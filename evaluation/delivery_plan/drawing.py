"""Drawing the highlight reports that wait, from the numbers each has kept (`lms/leases.py`)."""

from datetime import datetime

from evaluation.delivery_plan import sheets
from evaluation.delivery_plan.models import HighlightReport
from lms import files
from lms.db import db, writing
from lms.leases import Claim, Leases
from lms.organisations.queries import partnership
from lms.pdf import PdfError

leases = Leases(HighlightReport, HighlightReport.file_id.is_(None))
next_at = leases.next_at


def run(now: datetime) -> int:
    """Draw every report that waits at `now`; how many were tried. Commits by itself, report by report."""
    return leases.run(now, draw)


def draw(claim: Claim, now: datetime) -> None:
    """Draw one report and keep it."""
    one, here = db.session.get_one(HighlightReport, claim.row_id, populate_existing=True), partnership()
    name, document, made_at, reference = here.name if here else "", one.document, one.made_at, one.reference
    theme, made_up = here.key if here else "", bool(here and here.made_up)
    db.session.rollback()  # nothing is held while the page is drawn
    try:
        content = sheets.paper(
            document, reference=reference, partnership=name, theme=theme, made_up=made_up, produced=made_at
        )
    except PdfError:
        leases.put_off(claim, now)
        return
    with writing():
        if ours := leases.ours(claim):
            kept = files.keep(files.Upload(f"{reference}.pdf", files.PDF, content), now=now)
            ours.file_id, ours.lease_token = kept.id, None
