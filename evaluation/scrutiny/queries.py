"""Reads of challenges, notes and quarterly reports. Challenges and signed reports may be read by whoever may read the log; notes
and drafts by the scrutineer alone, until they are signed."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from evaluation.governance.models import GroupMember
from evaluation.recommendations.models import Source
from evaluation.scrutiny import rules
from evaluation.scrutiny.models import (
    Challenge,
    ChallengeState,
    ChallengeStep,
    ScrutinyNote,
    ScrutinyReport,
    ScrutinyReportVersion,
)
from evaluation.scrutiny.rules import Quarter
from lms.db import db
from lms.organisations.models import PartnershipGroup


def references() -> Sequence[str]:
    """The references of challenges, and of sources that look like one."""
    return db.session.scalars(select(Source.reference).where(Source.reference.like("SCR-%"))).all()


def groups() -> Sequence[PartnershipGroup]:
    """The groups that can be asked, by name."""
    return db.session.scalars(select(PartnershipGroup).order_by(PartnershipGroup.name)).all()


def groups_without_members() -> Sequence[PartnershipGroup]:
    """Groups nobody is recorded as sitting in: a challenge to them reaches nobody by letter."""
    member = select(GroupMember.id).where(GroupMember.group_id == PartnershipGroup.id, GroupMember.until.is_(None))
    return db.session.scalars(select(PartnershipGroup).where(~member.exists()).order_by(PartnershipGroup.name)).all()


def challenges() -> Sequence[Challenge]:
    """Every challenge with its history, the newest first."""
    return db.session.scalars(
        select(Challenge)
        .options(joinedload(Challenge.group), selectinload(Challenge.history))
        .order_by(Challenge.raised_on.desc(), Challenge.id.desc())
    ).all()


def challenge(reference: str) -> Challenge | None:
    """One challenge by its reference."""
    return db.session.scalar(
        select(Challenge)
        .options(
            joinedload(Challenge.group),
            joinedload(Challenge.raised_by),
            selectinload(Challenge.history).joinedload(ChallengeStep.actor),
        )
        .where(Challenge.reference == reference)
    )


def answered_in_time(one: Challenge) -> bool | None:
    """Did the first answer come by the day it was wanted? None while there is none."""
    answers = [step for step in one.history if step.after is ChallengeState.ANSWERED]
    return answers[0].dated <= one.wanted_by if answers else None


def notes(quarter: Quarter, framework_step: int | None = None) -> Sequence[ScrutinyNote]:
    """The notes of a quarter, of one step or all, in the order in which they were added."""
    found = select(ScrutinyNote).options(joinedload(ScrutinyNote.by)).where(ScrutinyNote.quarter == quarter.first)
    if framework_step is not None:
        found = found.where(ScrutinyNote.framework_step == framework_step)
    return db.session.scalars(found.order_by(ScrutinyNote.framework_step, ScrutinyNote.id)).all()


def reports() -> Sequence[ScrutinyReport]:
    """Every report with its versions, the newest quarter first."""
    return db.session.scalars(
        select(ScrutinyReport)
        .options(selectinload(ScrutinyReport.versions).joinedload(ScrutinyReportVersion.by))
        .order_by(ScrutinyReport.quarter.desc())
    ).all()


def report(quarter: Quarter) -> ScrutinyReport | None:
    """The report of a quarter."""
    return next((one for one in reports() if one.quarter == quarter.first), None)


def problems() -> list[str]:
    """What `lms verify` says: a challenge without its source or its beginning, a step that may not follow, an unsigned version
    after a signature."""
    found = []
    for one in challenges():
        if one.source.reference != one.reference:
            found.append(f"The challenge {one.reference} and its source have different references.")
        if not one.history or one.history[0].after is not ChallengeState.RAISED:
            found.append(f"The challenge {one.reference} has no beginning.")
            continue
        for earlier, later in zip(one.history, one.history[1:], strict=False):
            if later.after is ChallengeState.RAISED or earlier.after not in rules.MAY[later.after]:
                found.append(f"The challenge {one.reference} became {later.after} after it was {earlier.after}.")
    for report_ in reports():
        numbers = [version.number for version in report_.versions]
        if numbers != list(range(1, len(numbers) + 1)):
            found.append(f"The scrutineer’s report of {report_.quarter} has lost a version.")
    return found


def raised_in(found: Sequence[Challenge], first: date, last: date) -> list[Challenge]:
    """Those raised in these days."""
    return [one for one in found if first <= one.raised_on <= last]
