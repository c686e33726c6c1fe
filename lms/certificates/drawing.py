"""Drawing the certificates that wait. A row is claimed with a lease, its PDF drawn with no transaction open, and kept with its
letter under the same token.

A worker that is killed loses nothing: its lease ends and the certificate is drawn by the next. A worker that lost its lease keeps
nothing. So each is kept once, and each letter written once.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import ColumnElement, and_, func, select

from lms import files
from lms.certificates import codes, emails, paper
from lms.certificates.models import Certificate
from lms.db import db, writing
from lms.organisations.queries import partnership
from lms.pdf import PdfError

#: How long one certificate may take before another worker takes it up; drawing is given up long before.
LEASE = timedelta(minutes=5)
#: How long to wait after each try that did not work; the last one again and again.
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=4), timedelta(days=1))


def next_at() -> datetime | None:
    """When the next certificate is to be drawn, or the lease of a worker that went away ends."""
    earliest: datetime | None = db.session.scalar(select(func.min(Certificate.draw_at)).where(_waits()))
    return earliest


def run(now: datetime) -> int:
    """Draw every certificate that waits at `now`; how many were tried. Commits by itself, certificate by certificate."""
    began, done = monotonic(), 0
    while claimed := _claim(now, until=now + timedelta(seconds=monotonic() - began) + LEASE):
        done += 1
        _draw(claimed, now)
    return done


def _waits() -> ColumnElement[bool]:
    return and_(Certificate.file_id.is_(None), Certificate.revoked_at.is_(None))


@dataclass(frozen=True)
class _Claimed:
    """A certificate that is ours until its lease ends, and the token that proves it."""

    certificate_id: int
    token: str


def _claim(now: datetime, until: datetime) -> _Claimed | None:
    """The certificate that waits longest, ours alone `until` the lease ends; None when none waits."""
    first = select(Certificate).where(_waits(), Certificate.draw_at <= now)
    with writing():
        one = db.session.scalar(
            first.order_by(Certificate.draw_at, Certificate.id).limit(1).with_for_update(skip_locked=True)
        )
        if one is None:
            return None
        one.lease_token, one.draw_at, one.attempts = secrets.token_hex(16), until, one.attempts + 1
        return _Claimed(one.id, one.lease_token)


def _draw(claimed: _Claimed, now: datetime) -> None:
    one = db.session.get_one(Certificate, claimed.certificate_id, populate_existing=True)
    here = partnership()
    theme = here.key if here else ""
    db.session.expunge(one)
    db.session.rollback()  # nothing is held while the page is drawn
    try:
        document = paper.document_of(one, theme=theme)
    except PdfError:
        with writing():
            if ours := _ours(claimed):
                ours.draw_at = now + BACK_OFF[min(ours.attempts, len(BACK_OFF)) - 1]
                ours.lease_token = None
        return
    with writing():
        if ours := _ours(claimed):
            kept = files.keep(files.Upload(paper.file_name(one), files.PDF, document), now=now)
            ours.file_id, ours.lease_token = kept.id, None
            # The same as when it was issued, unless the secret was changed since: what is on the paper counts.
            ours.code_hash = codes.hash_of(codes.long_code(ours.reference))
            db.session.flush()
            emails.there(ours, now=now)


def _ours(claimed: _Claimed) -> Certificate | None:
    """The certificate, if it still is ours: not withdrawn, and not taken up by another worker since."""
    return db.session.scalar(
        select(Certificate)
        .where(Certificate.id == claimed.certificate_id, Certificate.lease_token == claimed.token, _waits())
        .with_for_update()
        .execution_options(populate_existing=True)
    )
