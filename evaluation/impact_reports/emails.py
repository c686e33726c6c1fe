"""The letter that tells a member of a group that a report is there: its key sentences and a link, no figure the page hides."""

from datetime import datetime

from flask import current_app

from evaluation.impact_reports import sentences as words
from evaluation.impact_reports.models import ReportSchedule
from evaluation.impact_reports.report import ImpactReport
from lms.accounts.models import Person
from lms.letters import operations as letters


def scheduled(report: ImpactReport, to: Person, schedule: ReportSchedule, *, now: datetime) -> bool:
    """Write it; False if this person has had this report on this day already, by this group or by another."""
    scope = report.scope
    public: str = current_app.config["PUBLIC_URL"]
    written = letters.queue(
        "report-scheduled",
        to=to,
        values={
            "report_title": scope.title,
            "report_period": words.counted(report).rstrip("."),
            "report_sentences": "\n\n".join(key_sentences(report)),
            # Not url_for: the worker has no request. The test compares it with the page’s own address.
            "report_link": f"{public}/reports/impact/{scope.kind.value}/{scope.key}",
        },
        now=now,
        dedupe=f"report:{scope.kind.value}:{scope.key}:{schedule.next_on.isoformat()}:{to.id}",
    )
    return written is not None


def key_sentences(report: ImpactReport) -> list[str]:
    """What a letter says of a report: reach, verdicts, what is next, and what the evidence cannot tell."""
    said = [words.reach(report), words.verdict(report)]
    if report.measures:
        said.append(words.measures(report))
    said.append(words.next_up(report))
    return [*said, *words.limits(report)[:LIMITS]]


#: So many limits stand in a letter; all stand on the page.
LIMITS = 4
