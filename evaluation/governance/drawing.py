"""Drawing the board packs that wait. A row is claimed with a lease, its PDF drawn off the request, and kept under the same token.

As with certificates: a worker that is killed loses nothing, its lease ends and the pack is drawn by the next; a worker that
lost its lease keeps nothing.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import func, select

from evaluation.governance import pack as packs
from evaluation.governance import queries
from evaluation.governance.models import BoardPack
from lms import files
from lms.activity.operations import record
from lms.db import db, writing
from lms.pdf import PdfError

#: How long one pack may take before another worker takes it up; drawing is given up long before.
LEASE = timedelta(minutes=5)
#: How long to wait after each try that did not work; the last one again and again.
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=4), timedelta(days=1))


def next_at() -> datetime | None:
    """When the next pack is to be drawn, or the lease of a worker that went away ends."""
    earliest: datetime | None = db.session.scalar(
        select(func.min(BoardPack.draw_at)).where(BoardPack.file_id.is_(None))
    )
    return earliest


def run(now: datetime) -> int:
    """Draw every pack that waits at `now`; how many were tried. Commits by itself, pack by pack."""
    began, done = monotonic(), 0
    while claimed := _claim(now, until=now + timedelta(seconds=monotonic() - began) + LEASE):
        done += 1
        _draw(claimed, now)
    return done


@dataclass(frozen=True)
class _Claimed:
    """A pack that is ours until its lease ends, and the token that proves it."""

    pack_id: int
    meeting: str
    token: str


def _claim(now: datetime, until: datetime) -> _Claimed | None:
    first = select(BoardPack).where(BoardPack.file_id.is_(None), BoardPack.draw_at <= now)
    with writing():
        one = db.session.scalar(
            first.order_by(BoardPack.draw_at, BoardPack.id).limit(1).with_for_update(skip_locked=True)
        )
        if one is None:
            return None
        one.lease_token, one.draw_at, one.attempts = secrets.token_hex(16), until, one.attempts + 1
        return _Claimed(one.id, one.meeting.reference, one.lease_token)


def _draw(claimed: _Claimed, now: datetime) -> None:
    meeting = queries.meeting_by_reference(claimed.meeting)
    if meeting is None:
        raise LookupError(f"there is no meeting {claimed.meeting}")
    name = packs.file_name(meeting, now)
    try:
        document = packs.document_of(packs.read(meeting, now), now)
    except PdfError:
        document = None
    db.session.rollback()
    with writing():
        ours = db.session.scalar(
            select(BoardPack)
            .where(
                BoardPack.id == claimed.pack_id,
                BoardPack.lease_token == claimed.token,
                BoardPack.file_id.is_(None),
            )
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if ours is None:
            return
        ours.lease_token = None
        if document is None:
            ours.draw_at = now + BACK_OFF[min(ours.attempts, len(BACK_OFF)) - 1]
            return
        kept = files.keep(files.Upload(name, files.PDF, document), now=now)
        ours.file_id, ours.drawn_at = kept.id, now
        db.session.flush()
        record("meeting:pack_drawn", actor=None, subject_kind="meeting", subject=claimed.meeting, now=now)
