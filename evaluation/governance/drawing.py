"""Drawing the board packs that wait (`lms/leases.py`)."""

from datetime import datetime

from evaluation.governance import pack as packs
from evaluation.governance.models import BoardPack
from lms import files
from lms.activity.operations import record
from lms.db import db, writing
from lms.leases import Claim, Leases
from lms.pdf import PdfError

leases = Leases(BoardPack, BoardPack.file_id.is_(None))
next_at = leases.next_at


def run(now: datetime) -> int:
    """Draw every pack that waits at `now`; how many were tried. Commits by itself, pack by pack."""
    return leases.run(now, draw)


def draw(claim: Claim, now: datetime) -> None:
    """Draw one pack and keep it; packs drawn before stay."""
    meeting = db.session.get_one(BoardPack, claim.row_id, populate_existing=True).meeting
    name, reference = packs.file_name(meeting, now), meeting.reference
    try:
        document = packs.document_of(packs.read(meeting, now), now)
    except PdfError:
        db.session.rollback()
        leases.put_off(claim, now)
        return
    db.session.rollback()
    with writing():
        if ours := leases.ours(claim):
            kept = files.keep(files.Upload(name, files.PDF, document), now=now)
            ours.lease_token, ours.file_id, ours.drawn_at = None, kept.id, now
            db.session.flush()
            record("meeting:pack_drawn", actor=None, subject_kind="meeting", subject=reference, now=now)
