"""Proposing from the analysis, deciding, keeping an analysis; opening a round of returns, and sending one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from evaluation.recommendations import operations as log
from evaluation.recommendations.models import Recommendation, SourceKind, StepKind
from evaluation.training_needs import emails, queries, returns, rules
from evaluation.training_needs.analysis import Line, document
from evaluation.training_needs.models import (
    AgencyReturn,
    Asks,
    NeedsSnapshot,
    Proposal,
    ProposalKind,
    ProposalState,
    ProposalStep,
    ReturnFigure,
    ReturnTopic,
    ReturnVersion,
    TrainingReturn,
)
from lms import dates
from lms.accounts.models import Person
from lms.activity.operations import record
from lms.db import db
from lms.errors import RuleBroken
from lms.organisations.models import PartnershipGroup

#: At this hour, London's time, reminders go out.
REMINDED_AT = 9


@dataclass(frozen=True)
class Draft:
    """What is proposed."""

    kind: ProposalKind
    title: str
    reason: str
    expected: int | None = None
    cost_pence: int | None = None
    needed_by: date | None = None


def _step(
    made: Proposal, what: str, *, by: str, actor: Person | None, now: datetime, why: str = "", minute: str = ""
) -> None:
    db.session.add(
        ProposalStep(
            proposal_id=made.id, at=now, actor_id=actor.id if actor else None, by=by, what=what, why=why, minute=minute,
            after=made.state,
        )
    )  # fmt: skip
    db.session.flush()
    db.session.expire(made, ["history"])
    record("proposal:changed", actor=actor, subject_kind="proposal", subject=made.reference, now=now, what=what)


def propose(
    *,
    draft: Draft,
    line: Line | None,
    group: PartnershipGroup,
    actor: Person | None,
    now: datetime,
    made_up: bool = False,
) -> Proposal:
    """Put something to a group, from a line of the analysis; what the line says today is kept with it."""
    today = dates.london(now).date()
    if draft.needed_by is not None and draft.needed_by < today:
        raise RuleBroken("Enter a day by which it is needed that is to come", "needed_by")
    made = Proposal(
        reference=rules.proposed_reference(today.year, queries.proposal_references()),
        kind=draft.kind, title=draft.title, reason=draft.reason, expected=draft.expected, cost_pence=draft.cost_pence,
        needed_by=draft.needed_by, line_key=line.key if line else "", line_words=line.words[:500] if line else "",
        group=group, state=ProposalState.PROPOSED, minute="", made_up=made_up,
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:
        raise RuleBroken("Somebody else has proposed something at the same moment. Send it once more") from None
    by = actor.name if actor else "Learning and development team"
    _step(made, f"Proposed to {group.name}: {draft.kind.label.lower()}", by=by, actor=actor, now=now, why=draft.reason)
    return made


def decide(
    *,
    made: Proposal,
    outcome: ProposalState,
    decided_on: date,
    by: str,
    minute: str,
    why: str,
    again_on: date | None,
    actor: Person | None,
    now: datetime,
) -> None:
    """Write down what the group decided, under its minute reference. RuleBroken where it was decided already."""
    today = dates.london(now).date()
    rules.check_decision(made.state, outcome, decided_on=decided_on, again_on=again_on, today=today)
    made.state, made.minute = outcome, minute
    made.again_on = again_on if outcome is ProposalState.PUT_OFF else None
    until = f", until {dates.day(again_on)}" if made.again_on else ""
    _step(
        made, f"{rules.WORDS[outcome]} on {dates.day(decided_on)}{until}", by=by, actor=actor, now=now, why=why,
        minute=minute,
    )  # fmt: skip


def withdraw(*, made: Proposal, why: str, actor: Person, now: datetime) -> None:
    """Take a proposal back before it is decided."""
    rules.check_withdrawal(made.state)
    made.state, made.again_on = ProposalState.WITHDRAWN, None
    _step(made, "Withdrawn", by=actor.name, actor=actor, now=now, why=why)


def make_source(
    *, made: Proposal, headline: str, wording: str, due: date | None, actor: Person | None, now: datetime
) -> Recommendation:
    """Let an accepted proposal go on as a source of the log and a recommendation of its group, accepted under the same minute."""
    rules.check_becomes_source(made.state, made.source_id)
    today = dates.london(now).date()
    source = log.record_source(
        draft=log.SourceDraft(
            kind=SourceKind.TRAINING_NEEDS_ANALYSIS,
            reference=made.reference,
            title=made.title,
            dated=today,
            learning=made.line_words or made.reason,
        ),
        by=actor,
        now=now,
        made_up=made.made_up,
    )
    taken = log.recommend(
        source=source,
        reference=f"{made.reference}.1",
        draft=log.Draft(headline=headline, wording=wording, due=due),
        group=made.group,
        decision=log.Decision(today, made.reason, made.minute),
        by=actor,
        now=now,
        made_up=made.made_up,
        letters=False,
    )
    accepted = log.Decision(today, f"The proposal was accepted under minute {made.minute}.", made.minute)
    log.decide(recommendation=taken, kind=StepKind.ACCEPTED, decision=accepted, seen=taken.revision, by=actor, now=now)
    made.source_id = source.id
    by = actor.name if actor else made.group.name
    _step(made, f"Became source {source.reference} and recommendation {taken.reference}", by=by, actor=actor, now=now)
    return taken


def keep_snapshot(*, note: str, actor: Person | None, now: datetime) -> NeedsSnapshot:
    """Keep the analysis as it is at this moment."""
    kept = NeedsSnapshot(
        taken_at=now, taken_by_id=actor.id if actor else None, note=note, document=document(queries.analysis(now))
    )
    db.session.add(kept)
    db.session.flush()
    record("needs:kept", actor=actor, subject_kind="needs_snapshot", subject=str(kept.id), now=now)
    return kept


# Returns.


def open_round(
    *,
    year: int,
    deadline: date,
    asks: Asks,
    topics: Sequence[str],
    actor: Person | None,
    now: datetime,
    made_up: bool = False,
    letters: bool = True,
) -> TrainingReturn:
    """Ask every organisation for its return of a year. Whom it asks is settled now: that is the base of what comes in."""
    today = dates.london(now).date()
    years = {one.year for one in returns.rounds()}
    rules.check_round(deadline=deadline, topics=topics, year=year, years=years, today=today)
    asked = returns.organisations_asked(asks)
    if not asked:
        raise RuleBroken("There is no organisation of this kind to ask", "whom")
    found = TrainingReturn(
        year=year, opens_on=today, deadline=deadline, asks=asks, opened_at=now, opened_by_id=actor.id if actor else None,
        remind_at=_remind_at(deadline, today), made_up=made_up,
        topics=[ReturnTopic(position=place, name=name) for place, name in enumerate(topics, start=1)],
        returns=[AgencyReturn(organisation_id=one.id) for one in asked],
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(found)
    except IntegrityError:
        raise RuleBroken(f"There is a return of {year} already", "year") from None
    record("return:opened", actor=actor, subject_kind="training_return", subject=str(year), now=now, asked=len(asked))
    if letters:
        for one, person in returns.contacts(found, only_missing=False):
            emails.opened(found, one, person, now=now)
    return found


def _remind_at(deadline: date, today: date) -> datetime | None:
    on = rules.next_reminder(deadline, today)
    return dates.from_london(on, REMINDED_AT) if on else None


def move_deadline(*, found: TrainingReturn, deadline: date, actor: Person, now: datetime) -> None:
    """Give everybody another last day; reminders follow it."""
    today = dates.london(now).date()
    rules.check_deadline(deadline, today)
    before, found.deadline, found.remind_at = found.deadline, deadline, _remind_at(deadline, today)
    db.session.flush()
    record(
        "return:deadline_moved", actor=actor, subject_kind="training_return", subject=str(found.year), now=now,
        before=before.isoformat(), after=deadline.isoformat(),
    )  # fmt: skip


def remind(now: datetime) -> int:
    """Write to who answers for the organisations whose return has not come in, 14 and 3 days before the last day."""
    today, done = dates.london(now).date(), 0
    for found in returns.to_remind(now):
        if today < found.deadline:
            for one, person in returns.contacts(found, only_missing=True):
                emails.reminded(found, one, person, today=today, now=now)
                done += 1
        found.remind_at = _remind_at(found.deadline, today)
        db.session.flush()
        done += 1
    return done


def save_draft(*, one: AgencyReturn, typed: Mapping[str, object], actor: Person, now: datetime) -> None:
    """Keep what was typed so far; nobody but the organisation sees it."""
    one.draft, one.draft_at, one.draft_by_id = dict(typed), now, actor.id
    db.session.flush()
    record("return:saved", actor=actor, subject_kind="agency_return", subject=str(one.id), now=now)


def send(
    *,
    one: AgencyReturn,
    figures: Mapping[int, tuple[int, int]],
    evaluates: str,
    needs: str,
    actor: Person | None,
    now: datetime,
) -> ReturnVersion:
    """Send a return, or send it again: the next version, beside which the earlier ones stay. RuleBroken where more are trained
    than are in scope, a topic is missing, or somebody else sends one at the same moment."""
    topics = {topic.id: topic.name for topic in one.round.topics}
    if set(figures) != set(topics):
        raise RuleBroken("Enter both numbers for every topic")
    for number, (in_scope, trained) in figures.items():
        if wrong := rules.check_figure(topics[number], in_scope, trained):
            raise RuleBroken(wrong[1])
    last = db.session.scalar(select(func.max(ReturnVersion.number)).where(ReturnVersion.return_id == one.id)) or 0
    version = ReturnVersion(
        return_id=one.id, number=last + 1, sent_at=now, sent_by_id=actor.id if actor else None,
        late=rules.is_late(dates.london(now).date(), one.round.deadline), evaluates=evaluates, needs=needs,
        figures=[
            ReturnFigure(topic_id=number, in_scope=in_scope, trained=trained)
            for number, (in_scope, trained) in sorted(figures.items())
        ],
    )  # fmt: skip
    try:
        with db.session.begin_nested():
            db.session.add(version)
    except IntegrityError:
        raise RuleBroken("A colleague has sent this return at the same moment. Look at it again first") from None
    one.draft, one.draft_at, one.draft_by_id = None, None, None
    db.session.flush()
    db.session.expire(one, ["versions"])
    record(
        "return:sent", actor=actor, subject_kind="agency_return", subject=str(one.id), now=now, version=version.number
    )
    return version
