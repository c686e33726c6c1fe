"""Keeping a report while somebody looks at it, putting it on the register, throwing it away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.engine import CursorResult

from lms.accounts.models import Person
from lms.activity.operations import record
from lms.attendance import operations as attendance
from lms.attendance.models import MarkedHow
from lms.attendance.rules import MarkGiven
from lms.catalogue.models import SessionDate
from lms.db import db
from lms.errors import RuleBroken
from lms.meetings import drafts, queries
from lms.meetings.models import MeetingReport
from lms.meetings.reports import Report
from lms.meetings.rules import KEPT_FOR

GONE = "This report is on the register already, or was thrown away. Nothing was changed"


class Gone(RuleBroken):
    """The report is not there any more."""

    def __init__(self) -> None:
        super().__init__(GONE)


@dataclass(frozen=True)
class WalkIn:
    """Somebody of a report who had not booked, and how long they stayed."""

    first_name: str
    last_name: str
    email: str
    organisation_id: int
    stayed: MarkGiven


def keep(date: SessionDate, *, report: Report, by: Person, now: datetime) -> MeetingReport:
    """Keep a report until it is put on the register. It takes the place of one this person uploaded for the date before."""
    if before := queries.draft(date, by):
        db.session.delete(before)
        db.session.flush()
    kept = MeetingReport(date_id=date.id, uploaded_by_id=by.id, uploaded_at=now, read=drafts.as_document(report))
    db.session.add(kept)
    db.session.flush()
    return kept


def apply(
    kept: MeetingReport,
    *,
    marks: Sequence[MarkGiven],
    walk_ins: Sequence[WalkIn] = (),
    by: Person,
    now: datetime,
    reason: str = "",
) -> int:
    """Put a report on the register, all of it or nothing, and throw it away. Returns how many marks are new.

    Gone where it is not there any more, RuleBroken where the register takes no mark, MarksRefused as `record_marks` says.
    """
    date = kept.date
    # Of two presses the second waits here, and finds nothing.
    here = db.session.get(MeetingReport, kept.id, with_for_update=True, populate_existing=True)
    if here is None:
        raise Gone
    new = attendance.record_marks(date, given=marks, by=by, now=now, reason=reason, how=MarkedHow.MEETING)
    for one in walk_ins:
        attendance.add_walk_in(
            date,
            first_name=one.first_name,
            last_name=one.last_name,
            email=one.email,
            organisation_id=one.organisation_id,
            by=by,
            now=now,
            reason=reason,
            stayed=one.stayed,
            how=MarkedHow.MEETING,
        )
    record(
        "meeting:applied",
        actor=by,
        subject_kind="session",
        subject=date.session.reference,
        now=now,
        marks=new,
        walk_ins=len(walk_ins),
    )
    discard(here)
    return new + len(walk_ins)


def discard(kept: MeetingReport) -> None:
    """Throw a report away."""
    db.session.delete(kept)
    db.session.flush()


def throw_away_old(now: datetime) -> int:
    """Reports hold names and times: what nobody put on a register in a week is thrown away. Returns how many."""
    gone = db.session.execute(delete(MeetingReport).where(MeetingReport.uploaded_at <= now - KEPT_FOR))
    return gone.rowcount if isinstance(gone, CursorResult) else 0
