"""What is done about impact reports: their words are kept, checked, published; PDFs are asked for; letters go to groups."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from flask import has_request_context
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from evaluation.governance.queries import members_of
from evaluation.impact_reports import emails, queries, rules
from evaluation.impact_reports import narrative as wording
from evaluation.impact_reports.gather import report
from evaluation.impact_reports.models import (
    Every,
    NarrativeState,
    ReportFile,
    ReportNarrative,
    ReportSchedule,
    ReportSending,
    Stage,
)
from evaluation.impact_reports.report import ImpactReport
from evaluation.impact_reports.scopes import Scope, ScopeKind
from lms import dates, jobs
from lms.accounts.models import Person
from lms.activity.operations import record
from lms.db import db, then
from lms.errors import RuleBroken
from lms.files import StoredFile
from lms.organisations.models import PartnershipGroup
from lms.permissions import GRANTS, Permission

#: So long a PDF is kept.
KEPT = timedelta(days=90)

# Words


def save_words(
    *, report: ImpactReport, sections: Mapping[str, str], why: str, seen: int, by: Person | None, now: datetime
) -> ReportNarrative:
    """Keep words somebody wrote, as a draft. RuleBroken where they hold a figure the report does not have."""
    known = wording.facts(report)
    rules.check_placeholders(wording.used(sections), known)
    return _add(report, NarrativeState.DRAFT, sections, by_rule=False, why=why, seen=seen, by=by, now=now)


def use_rule(*, report: ImpactReport, seen: int, by: Person | None, now: datetime) -> ReportNarrative:
    """Go back to the draft by rule, as the figures are now; what was written stays in the history."""
    why = "Made again by rule" if seen else ""
    return _add(report, NarrativeState.DRAFT, wording.draft(report), by_rule=True, why=why, seen=seen, by=by, now=now)


def check(*, report: ImpactReport, seen: int, by: Person | None, now: datetime) -> ReportNarrative:
    """Somebody has read the words beside the figures."""
    return _step(report, NarrativeState.CHECKED, why="", seen=seen, by=by, now=now)


def publish(*, report: ImpactReport, seen: int, by: Person | None, now: datetime) -> ReportNarrative:
    """The words are the report’s from now on, in every format, without the mark of a draft."""
    return _step(report, NarrativeState.PUBLISHED, why="", seen=seen, by=by, now=now)


def withdraw(*, report: ImpactReport, why: str, seen: int, by: Person | None, now: datetime) -> ReportNarrative:
    """Take what was published back, with the reason; it stays in the history."""
    rules.check_reason(why)
    return _step(report, NarrativeState.WITHDRAWN, why=why, seen=seen, by=by, now=now)


def _step(
    of: ImpactReport, wanted: NarrativeState, *, why: str, seen: int, by: Person | None, now: datetime
) -> ReportNarrative:
    found = queries.versions(of.scope)
    newest = found[0] if found else None
    rules.check_newest(seen, newest.number if newest else 0)
    rules.check_step(wanted, newest.state if newest else None)
    sections = newest.sections if newest else wording.draft(of)
    by_rule = newest.by_rule if newest else True
    return _add(of, wanted, sections, by_rule=by_rule, why=why, seen=seen, by=by, now=now)


def _add(
    of: ImpactReport,
    state: NarrativeState,
    sections: Mapping[str, str],
    *,
    by_rule: bool,
    why: str,
    seen: int,
    by: Person | None,
    now: datetime,
) -> ReportNarrative:
    """Add a version. RuleBroken where somebody else was quicker."""
    scope = of.scope
    newest = db.session.scalar(
        select(func.max(ReportNarrative.number)).where(
            ReportNarrative.scope_kind == scope.kind, ReportNarrative.scope_key == scope.key
        )
    )
    rules.check_newest(seen, newest or 0)
    made = ReportNarrative(
        scope_kind=scope.kind,
        scope_key=scope.key,
        number=seen + 1,
        state=state,
        by_rule=by_rule,
        sections=dict(sections),
        figures=wording.snapshot(sections, wording.facts(of)),
        at=now,
        by_id=by.id if by else None,
        why=why.strip(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:
        rules.check_newest(seen, seen + 1)
    _note(f"report:words_{state.value}", scope, by, now, number=made.number)
    return made


# PDFs


def ask_for_pdf(*, scope: Scope, by: Person | None, now: datetime) -> ReportFile:
    """Ask the worker to draw the report. Where somebody is being served already, that one is waited for."""
    waiting = db.session.scalar(
        select(ReportFile)
        .where(
            ReportFile.scope_kind == scope.kind,
            ReportFile.scope_key == scope.key,
            ReportFile.stage.not_in([Stage.DONE, Stage.FAILED]),
        )
        .order_by(ReportFile.id.desc())
        .limit(1)
    )
    if waiting is not None:
        return waiting
    made = ReportFile(
        scope_kind=scope.kind,
        scope_key=scope.key,
        title=scope.title[:300],
        asked_at=now,
        asked_by_id=by.id if by else None,
        draw_at=now,
    )
    db.session.add(made)
    db.session.flush()
    _note("report:pdf_asked", scope, by, now)
    if has_request_context():
        then(jobs.ring)
    return made


def next_removal() -> datetime | None:
    """When the next PDF has been kept for long enough."""
    oldest = db.session.scalar(select(func.min(ReportFile.asked_at)))
    return oldest + KEPT if oldest else None


def remove_old(now: datetime) -> int:
    """Remove the PDFs that were asked for long ago, and what says that they were."""
    old = db.session.scalars(select(ReportFile).where(ReportFile.asked_at <= now - KEPT).order_by(ReportFile.id)).all()
    file_ids = [one.file_id for one in old if one.file_id]
    for one in old:
        db.session.delete(one)
    db.session.flush()
    for stored in db.session.scalars(select(StoredFile).where(StoredFile.id.in_(file_ids))):
        db.session.delete(stored)
    db.session.flush()
    return len(old)


# Letters


def make_schedule(
    *, scope: Scope, group: PartnershipGroup, every: Every, first: date, by: Person | None, now: datetime
) -> ReportSchedule:
    """Let a group have the report by letter, from a first day on. RuleBroken where it has it already, or the day is over."""
    rules.check_first(first, dates.london(now).date())
    there = db.session.scalar(
        select(ReportSchedule.id).where(
            ReportSchedule.scope_kind == scope.kind,
            ReportSchedule.scope_key == scope.key,
            ReportSchedule.group_id == group.id,
            ReportSchedule.stopped_at.is_(None),
        )
    )
    if there:
        raise RuleBroken(f"{group.name} gets this report already. Stop that first, or choose another group", "group")
    made = ReportSchedule(
        scope_kind=scope.kind,
        scope_key=scope.key,
        group=group,
        every=every,
        first_on=first,
        next_on=first,
        made_at=now,
        made_by=by,
    )
    db.session.add(made)
    db.session.flush()
    _note("report:letters_begun", scope, by, now, group=group.key, every=every.value)
    return made


def stop_schedule(*, schedule: ReportSchedule, by: Person, now: datetime) -> None:
    """No letter goes out any more. It can be taken up again."""
    db.session.refresh(schedule, with_for_update={"of": ReportSchedule})
    if schedule.stopped_at is None:
        schedule.stopped_at, schedule.stopped_by_id = now, by.id
        db.session.flush()
        _note_schedule("report:letters_stopped", schedule, by, now)


def resume_schedule(*, schedule: ReportSchedule, by: Person, now: datetime) -> None:
    """Take it up again: the next letter goes out on the next of its days. RuleBroken where the group has it by another one."""
    db.session.refresh(schedule, with_for_update={"of": ReportSchedule})
    if schedule.stopped_at is None:
        return
    other = db.session.scalar(
        select(ReportSchedule.id).where(
            ReportSchedule.scope_kind == schedule.scope_kind,
            ReportSchedule.scope_key == schedule.scope_key,
            ReportSchedule.group_id == schedule.group_id,
            ReportSchedule.stopped_at.is_(None),
        )
    )
    if other:
        raise RuleBroken("The group gets this report by another of these lines already.")
    schedule.stopped_at, schedule.stopped_by_id = None, None
    if schedule.sendings or schedule.next_on < dates.london(now).date():
        schedule.next_on = rules.next_after(schedule.first_on, schedule.every, dates.london(now).date())
    db.session.flush()
    _note_schedule("report:letters_resumed", schedule, by, now)


def send_due(now: datetime) -> int:
    """Write the letters of every schedule whose day has come: to each member of the group who may open the report."""
    today = dates.london(now).date()
    done = 0
    for schedule in queries.due(today):
        scope = queries.scope(schedule.scope_kind.value, schedule.scope_key)
        members = [one.person for one in members_of(schedule.group, today)]
        readers = [one for one in members if may_open(one)]
        written, note = 0, "What it was about is not there any more." if scope is None else ""
        if scope is not None and readers:
            found = report(scope, as_at=now)
            written = sum(emails.scheduled(found, one, schedule, now=now) for one in readers)
        if scope is not None and not members:
            note = "The group had no members on that day."
        elif scope is not None and not readers:
            note = "No member of the group may open reports."
        db.session.add(
            ReportSending(
                schedule_id=schedule.id,
                due_on=schedule.next_on,
                sent_at=now,
                letters=written,
                left_out=len(members) - len(readers),
                note=note,
            )
        )
        schedule.next_on = rules.next_after(schedule.first_on, schedule.every, today)
        db.session.flush()
        done += 1
    return done


def left_out(groups: Sequence[PartnershipGroup], on: date) -> dict[int, list[Person]]:
    """The members of these groups who get no letter, because they may not open reports: {group id: people}."""
    return {
        group.id: [one.person for one in members_of(group, on) if not may_open(one.person)]
        for group in {group.id: group for group in groups}.values()
    }


def may_open(person: Person) -> bool:
    """May this person open impact reports? Whoever has left, or is no reader of reports, gets no letter about one."""
    if person.disabled_at is not None or person.merged_into_id is not None:
        return False
    return any(Permission.REPORT_VIEW in GRANTS[role] for role in person.roles)


def _note_schedule(verb: str, schedule: ReportSchedule, by: Person, now: datetime) -> None:
    found = ScopeKind(schedule.scope_kind)
    subject = f"{found.value}:{schedule.scope_key}"
    record(verb, actor=by, subject_kind="impact_report", subject=subject, now=now, schedule=schedule.id)


def _note(verb: str, scope: Scope, by: Person | None, now: datetime, **more: str | int) -> None:
    record(
        verb, actor=by, subject_kind="impact_report", subject=f"{scope.kind.value}:{scope.key}", now=now, **more
    )  # fmt: skip
