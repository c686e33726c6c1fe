"""Drawing the certificates that wait: each is kept with its letter once (`lms/leases.py`)."""

from datetime import datetime

from sqlalchemy import and_

from lms import files
from lms.certificates import codes, emails, paper
from lms.certificates.models import Certificate
from lms.db import db, writing
from lms.leases import Claim, Leases
from lms.organisations.queries import partnership
from lms.pdf import PdfError

#: Not drawn yet, and not withdrawn meanwhile.
leases = Leases(Certificate, and_(Certificate.file_id.is_(None), Certificate.revoked_at.is_(None)))
next_at = leases.next_at


def run(now: datetime) -> int:
    """Draw every certificate that waits at `now`; how many were tried. Commits by itself, certificate by certificate."""
    return leases.run(now, draw)


def draw(claim: Claim, now: datetime) -> None:
    """Draw one certificate, keep it, and write the letter that brings it."""
    one = db.session.get_one(Certificate, claim.row_id, populate_existing=True)
    here = partnership()
    theme = here.key if here else ""
    db.session.expunge(one)
    db.session.rollback()  # nothing is held while the page is drawn
    try:
        document = paper.document_of(one, theme=theme)
    except PdfError:
        leases.put_off(claim, now)
        return
    with writing():
        if ours := leases.ours(claim):
            kept = files.keep(files.Upload(paper.file_name(one), files.PDF, document), now=now)
            ours.file_id, ours.lease_token = kept.id, None
            # The same as when it was issued, unless the secret was changed since: what is on the paper counts.
            ours.code_hash = codes.hash_of(codes.long_code(ours.reference))
            db.session.flush()
            emails.there(ours, now=now)
