"""What `lms verify` checks of impact reports: no version of words is missing, no PDF is lost, no letter goes out twice."""

from itertools import groupby

from sqlalchemy import func, select

from evaluation.impact_reports import rules
from evaluation.impact_reports.models import (
    NarrativeState,
    ReportFile,
    ReportNarrative,
    ReportSchedule,
    ReportSending,
    Stage,
)
from lms.db import db


def every_version_follows() -> list[str]:
    """The versions of the words of a report are numbered from 1, and each step may follow the one before."""
    rows = db.session.scalars(
        select(ReportNarrative).order_by(
            ReportNarrative.scope_kind, ReportNarrative.scope_key, ReportNarrative.number, ReportNarrative.id
        )
    )
    found = []
    for (kind, key), versions in groupby(rows, lambda one: (one.scope_kind.value, one.scope_key)):
        before: NarrativeState | None = None
        for number, one in enumerate(versions, start=1):
            if one.number != number:
                found.append(f"a version of the words of {kind} {key} is missing before {one.number}.")
                break
            allowed = rules.BEFORE.get(one.state)
            if allowed is not None and before not in allowed:
                found.append(
                    f"version {number} of the words of {kind} {key} is {one.state.value}, which may not follow."
                )
            before = one.state
    return found


def every_pdf_is_there() -> list[str]:
    """A PDF that is done has its file, and one that failed says why."""
    rows = db.session.scalars(
        select(ReportFile.reference)
        .where(
            ((ReportFile.stage == Stage.FAILED) & (ReportFile.problem == ""))
            | ((ReportFile.stage == Stage.DONE) & ReportFile.done_at.is_(None))
        )
        .order_by(ReportFile.id)
    )
    return [f"the PDF {reference} of a report does not say what became of it." for reference in rows]


def nothing_went_out_early() -> list[str]:
    """No letter about a report went out before its day or after it was stopped, and the next day lies after those that went."""
    rows = db.session.execute(
        select(ReportSchedule.id, ReportSchedule.next_on, func.max(ReportSending.due_on))
        .join(ReportSending, ReportSending.schedule_id == ReportSchedule.id)
        .group_by(ReportSchedule.id, ReportSchedule.next_on)
        .order_by(ReportSchedule.id)
    )
    return [
        f"the letters of schedule {number} would go out again." for number, following, last in rows if following <= last
    ]


CHECKS = (
    ("words of reports", every_version_follows),
    ("PDFs of reports", every_pdf_is_there),
    ("letters about reports", nothing_went_out_early),
)
