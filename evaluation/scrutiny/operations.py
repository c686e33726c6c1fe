"""Raising a challenge, its answer and what becomes of it; notes; the quarterly report and its versions. Nothing is lost."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from evaluation.recommendations.models import SourceKind
from evaluation.recommendations.operations import SourceDraft, record_source
from evaluation.scrutiny import emails, queries, rules
from evaluation.scrutiny.models import (
    Challenge,
    ChallengeState,
    ChallengeStep,
    ScrutinyNote,
    ScrutinyReport,
    ScrutinyReportVersion,
    VersionStep,
)
from evaluation.scrutiny.rules import Quarter
from lms import dates
from lms.accounts.models import Person
from lms.activity.operations import record
from lms.db import db
from lms.errors import RuleBroken
from lms.organisations.models import PartnershipGroup


def raise_challenge(
    *,
    group: PartnershipGroup,
    framework_step: int,
    title: str,
    question: str,
    wanted_by: date,
    actor: Person,
    now: datetime,
    made_up: bool = False,
) -> Challenge:
    """Put a question to a group. It is a source of learning from this moment, and the members of the group get a letter.

    RuleBroken where the answer is wanted in the past, or two were raised in the same moment.
    """
    today = dates.london(now).date()
    rules.check_wanted(wanted_by, today)
    reference = rules.next_reference(queries.references(), today.year)
    draft = SourceDraft(SourceKind.SCRUTINEER_CHALLENGE, reference, title, dated=today, learning=question)
    source = record_source(draft=draft, by=actor, now=now, made_up=made_up)
    challenge = Challenge(
        reference=reference,
        source=source,
        group=group,
        framework_step=framework_step,
        title=title,
        question=question,
        raised_on=today,
        wanted_by=wanted_by,
        raised_by=actor,
        made_up=made_up,
        history=[ChallengeStep(at=now, after=ChallengeState.RAISED, text=question, dated=today, actor=actor)],
    )
    try:
        with db.session.begin_nested():
            db.session.add(challenge)
    except IntegrityError:
        raise RuleBroken("Another challenge was raised in the same moment. Send it once more") from None
    _record("raised", challenge, actor, now)
    emails.raised(challenge, now=now)
    return challenge


def _record(verb: str, challenge: Challenge, actor: Person, now: datetime) -> None:
    record(f"challenge:{verb}", actor=actor, subject_kind="challenge", subject=challenge.reference, now=now)


def _become(
    challenge: Challenge,
    then: ChallengeState,
    text: str,
    *,
    actor: Person,
    now: datetime,
    dated: date | None = None,
    minute: str = "",
    wanted_by: date | None = None,
) -> None:
    """Add one step to the history. The row is locked first, so that two steps at once are one after the other."""
    db.session.execute(select(Challenge.id).where(Challenge.id == challenge.id).with_for_update())
    db.session.refresh(challenge)
    rules.check_next(challenge.state, then, text)
    challenge.history.append(
        ChallengeStep(
            at=now,
            after=then,
            text=text.strip(),
            dated=dated or dates.london(now).date(),
            minute=minute,
            wanted_by=wanted_by,
            actor=actor,
        )
    )
    db.session.flush()
    _record(then.value, challenge, actor, now)


def answer(*, challenge: Challenge, text: str, dated: date, minute: str, actor: Person, now: datetime) -> None:
    """Write down what the group answered, with its minute; the scrutineer gets a letter. RuleBroken where none is asked for."""
    rules.check_answered_on(dated, challenge.raised_on, dates.london(now).date())
    _become(challenge, ChallengeState.ANSWERED, text, actor=actor, now=now, dated=dated, minute=minute)
    emails.answered(challenge, now=now)


def judge(*, challenge: Challenge, satisfied: bool, why: str, actor: Person, now: datetime) -> None:
    """Say whether the answer satisfies, and why. RuleBroken where there is no answer, or no reason."""
    then = ChallengeState.SATISFIED if satisfied else ChallengeState.NOT_SATISFIED
    _become(challenge, then, why, actor=actor, now=now)


def reopen(*, challenge: Challenge, why: str, wanted_by: date, actor: Person, now: datetime) -> None:
    """Ask again, with a new day; the members of the group get a letter. RuleBroken where it is open."""
    rules.check_wanted(wanted_by, dates.london(now).date())
    _become(challenge, ChallengeState.REOPENED, why, actor=actor, now=now, wanted_by=wanted_by)
    emails.raised(challenge, now=now)


def close(*, challenge: Challenge, why: str, actor: Person, now: datetime) -> None:
    """Nothing more is asked of the group. RuleBroken where it is closed, or no reason is given."""
    _become(challenge, ChallengeState.CLOSED, why, actor=actor, now=now)


def add_note(*, framework_step: int, quarter: Quarter, text: str, actor: Person, now: datetime) -> ScrutinyNote:
    """Add a note on one of the six steps in a quarter."""
    note = ScrutinyNote(framework_step=framework_step, quarter=quarter.first, text=text, at=now, by=actor)
    db.session.add(note)
    db.session.flush()
    record("scrutiny:noted", actor=actor, subject_kind="scrutiny", subject=quarter.key, now=now, step=framework_step)
    return note


def draft_report(*, quarter: Quarter, drafted: Mapping[str, str], actor: Person, now: datetime) -> ScrutinyReport:
    """Begin the report of a quarter from what the rule drafted. RuleBroken where there is one, or the quarter is to come."""
    if quarter.first > dates.london(now).date():
        raise RuleBroken("This quarter has not begun yet")
    report = ScrutinyReport(quarter=quarter.first)
    report.versions.append(_version(1, VersionStep.DRAFTED, drafted, drafted, actor, now))
    try:
        with db.session.begin_nested():
            db.session.add(report)
    except IntegrityError:
        raise RuleBroken("There is a report of this quarter already") from None
    _record_report("drafted", report, actor, now)
    return report


def _version(
    number: int,
    step: VersionStep,
    drafted: Mapping[str, str],
    texts: Mapping[str, str],
    actor: Person,
    now: datetime,
    why: str = "",
) -> ScrutinyReportVersion:
    return ScrutinyReportVersion(
        number=number, step=step, drafted=dict(drafted), texts=dict(texts), why=why, at=now, by=actor
    )


def _record_report(verb: str, report: ScrutinyReport, actor: Person, now: datetime) -> None:
    subject = rules.quarter_of(report.quarter).key
    record(f"scrutiny_report:{verb}", actor=actor, subject_kind="scrutiny_report", subject=subject, now=now)


def _add(
    report: ScrutinyReport,
    step: VersionStep,
    *,
    drafted: Mapping[str, str] | None = None,
    texts: Mapping[str, str] | None = None,
    why: str = "",
    actor: Person,
    now: datetime,
) -> None:
    held = report.current
    held_drafted, held_texts = drafted or held.drafted, texts or held.texts
    report.versions.append(_version(held.number + 1, step, held_drafted, held_texts, actor, now, why))
    db.session.flush()
    _record_report(step.value, report, actor, now)


def _locked(report: ScrutinyReport, *, seen: int | None = None) -> None:
    """Lock it. RuleBroken where it is signed, or another version came since the page was opened."""
    db.session.refresh(report, with_for_update=True)
    if report.signed:
        raise RuleBroken("The report is signed off. Reopen it first, with the reason")
    if seen is not None and seen != report.current.number:
        raise RuleBroken(
            "The report has a newer version since you opened this page. Copy what you typed and look at it first"
        )


def edit_report(*, report: ScrutinyReport, texts: Mapping[str, str], seen: int, actor: Person, now: datetime) -> bool:
    """Keep another wording as a new version; False where nothing is different. RuleBroken where it is signed or was changed."""
    _locked(report, seen=seen)
    new = {key: texts.get(key, text) for key, text in report.current.texts.items()}
    if new == report.current.texts:
        return False
    _add(report, VersionStep.EDITED, texts=new, actor=actor, now=now)
    return True


def draft_again(*, report: ScrutinyReport, drafted: Mapping[str, str], actor: Person, now: datetime) -> None:
    """Draft from the figures of today what nobody has edited; what was edited stays. RuleBroken where it is signed."""
    _locked(report)
    held = report.current
    texts = {
        key: text if held.texts.get(key) == held.drafted.get(key) else held.texts[key] for key, text in drafted.items()
    }
    _add(report, VersionStep.DRAFTED_AGAIN, drafted=drafted, texts=texts, actor=actor, now=now)


def sign_report(*, report: ScrutinyReport, seen: int, actor: Person, now: datetime) -> None:
    """Sign off the version that was read. RuleBroken where it is signed, or another version came since."""
    _locked(report, seen=seen)
    _add(report, VersionStep.SIGNED, actor=actor, now=now)


def reopen_report(*, report: ScrutinyReport, why: str, actor: Person, now: datetime) -> None:
    """Take the signature back, with the reason. RuleBroken where it is not signed."""
    db.session.refresh(report, with_for_update=True)
    if not report.signed:
        raise RuleBroken("The report is not signed off")
    if not why.strip():
        raise RuleBroken("Enter why. It is kept with your name")
    _add(report, VersionStep.REOPENED, why=why.strip(), actor=actor, now=now)
