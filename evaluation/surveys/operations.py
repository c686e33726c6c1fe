"""What is done about who is asked: plans, rounds, invitations, reminders. What is answered is in answers.py, apart from names."""

import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, func, or_, select, update

from evaluation.plans import rules as days
from evaluation.surveys import answers, emails, queries, questions, rules, tokens
from evaluation.surveys.models import (
    Audience,
    EvaluationPlan,
    Invitation,
    QuestionSet,
    RoundStage,
    SurveyRound,
)
from lms.accounts.models import Person
from lms.activity.operations import record
from lms.catalogue.models import Course, CourseSession
from lms.dates import from_london, london
from lms.db import db
from lms.errors import RuleBroken
from lms.letters.models import Letter

WAVES = ("baseline", "end", "m3", "m6", "manager")
#: “So far 43 people have answered” is said from this many on.
WORTH_SAYING = 10


def load_question_set(*, document: dict[str, Any], key: str = "golden-thread") -> QuestionSet:
    """The question set as a row: the newest version if it says exactly this, otherwise a new version of it."""
    # As the database will give it back: YAML has numbers as keys, JSON has not.
    document = json.loads(json.dumps(document))
    newest = db.session.scalar(
        select(QuestionSet).where(QuestionSet.key == key).order_by(QuestionSet.version.desc()).limit(1)
    )
    if newest and newest.document == document:
        return newest
    added = QuestionSet(key=key, version=newest.version + 1 if newest else 1, document=document)
    db.session.add(added)
    db.session.flush()
    return added


def set_evaluation_plan(
    *,
    course: Course,
    question_set: QuestionSet,
    waves: Sequence[str] = WAVES,
    primary_scale: str,
    deciding_wave: str = "m6",
    actor: Person | None,
    now: datetime,
) -> EvaluationPlan:
    """Decide how a course is evaluated: its sessions from today on are asked about in these waves.

    RuleBroken where the parts do not fit, or once somebody has answered: what decides is named before the first answer.
    """
    waves = list(dict.fromkeys(waves))
    rules.check_plan(
        question_set.document, course.code, waves, primary_scale=primary_scale, deciding_wave=deciding_wave
    )
    decided = {
        "question_set_id": question_set.id,
        "waves": waves,
        "primary_scale": primary_scale,
        "deciding_wave": deciding_wave,
    }
    plan = db.session.get(EvaluationPlan, course.id)
    if plan and all(getattr(plan, name) == value for name, value in decided.items()):
        return plan
    if plan and queries.has_answers(course.id):
        raise RuleBroken("Somebody has answered, so how this course is evaluated can no longer change.")
    today = london(now).date()
    if plan is None:
        plan = EvaluationPlan(course_id=course.id, decided_on=today, **decided)
        db.session.add(plan)
    else:
        for name, value in decided.items():
            setattr(plan, name, value)
        plan.decided_on = today
        _forget_planned(course, from_london(today))
    db.session.flush()
    record(
        "evaluation:planned", actor=actor, subject_kind="course", subject=course.code, now=now, waves=", ".join(waves)
    )
    return plan


def _forget_planned(course: Course, since: datetime) -> None:
    """Take away what an earlier plan meant to ask; the rounds of the new plan are made by the job."""
    sessions = select(CourseSession.id).where(CourseSession.course_id == course.id, CourseSession.starts_at >= since)
    db.session.execute(
        delete(SurveyRound).where(SurveyRound.stage == RoundStage.PLANNED, SurveyRound.session_id.in_(sessions))
    )


def time_planned(plan: EvaluationPlan) -> None:
    """Time the rounds that are still to open again, after the days of a plan have changed. Those that are open stay as they are:
    their letters name the day they close."""
    for wave, session in db.session.execute(
        select(SurveyRound, CourseSession)
        .join(CourseSession, CourseSession.id == SurveyRound.session_id)
        .where(CourseSession.course_id == plan.course_id, SurveyRound.stage == RoundStage.PLANNED)
        .order_by(SurveyRound.id)
    ).all():
        _time(wave, session)
        wave.next_at, wave.then_test = wave.opens_at, plan.then_test
    db.session.flush()


def _sessions_without_rounds(plan: EvaluationPlan) -> Any:
    """The condition of a session that has not got a round for each wave of its course's plan."""
    there = (
        select(func.count())
        .where(SurveyRound.session_id == CourseSession.id, SurveyRound.wave.in_(plan.waves))
        .correlate(CourseSession)
        .scalar_subquery()
    )
    return and_(
        CourseSession.course_id == plan.course_id,
        CourseSession.cancelled_at.is_(None),
        CourseSession.published_at.is_not(None),
        CourseSession.starts_at >= from_london(plan.decided_on),
        there < len(plan.waves),
    )


#: A round whose session has moved or was cancelled since it was timed.
_out_of_time = and_(
    SurveyRound.stage != RoundStage.CLOSED,
    or_(
        SurveyRound.session_starts_at != CourseSession.starts_at,
        SurveyRound.session_ends_at != CourseSession.ends_at,
        CourseSession.cancelled_at.is_not(None),
    ),
)
#: Rounds whose next stage is to open or to close, and not to remind.
_opens_or_closes = or_(SurveyRound.stage == RoundStage.PLANNED, SurveyRound.next_at >= SurveyRound.closes_at)


def next_round() -> datetime | None:
    """When a round is next to be made, timed again, opened or closed."""
    moments = [
        max(added_at, from_london(plan.decided_on))
        for plan in db.session.scalars(select(EvaluationPlan).order_by(EvaluationPlan.course_id))
        if (
            added_at := db.session.scalar(
                select(func.min(CourseSession.added_at)).where(_sessions_without_rounds(plan))
            )
        )
    ]
    changed_at = func.coalesce(CourseSession.cancelled_at, CourseSession.added_at)
    moved = select(func.min(changed_at)).join(SurveyRound, SurveyRound.session_id == CourseSession.id)
    due = select(func.min(SurveyRound.next_at)).where(_opens_or_closes)
    moments += [moment for moment in (db.session.scalar(moved.where(_out_of_time)), db.session.scalar(due)) if moment]
    return min(moments, default=None)


def plan_rounds(now: datetime) -> int:
    """Make the rounds of new sessions, time those of moved sessions again, and open and close what is due."""
    done = 0
    for plan in db.session.scalars(select(EvaluationPlan).order_by(EvaluationPlan.course_id)).all():
        for session in db.session.scalars(
            select(CourseSession)
            .where(_sessions_without_rounds(plan))
            .order_by(CourseSession.starts_at, CourseSession.id)
        ).all():
            done += _add_rounds(plan, session)
    for wave, session in db.session.execute(
        select(SurveyRound, CourseSession)
        .join(CourseSession, CourseSession.id == SurveyRound.session_id)
        .where(_out_of_time)
        .order_by(SurveyRound.id)
    ).all():
        done += 1
        if session.cancelled_at:
            call_off(wave=wave, at=session.cancelled_at, now=now)
        else:
            _time(wave, session)
            wave.next_at = rules.move(_times(wave), wave.stage, now)[1]
    db.session.flush()
    return done + _advance(_opens_or_closes, now)


def _add_rounds(plan: EvaluationPlan, session: CourseSession) -> int:
    there = set(db.session.scalars(select(SurveyRound.wave).where(SurveyRound.session_id == session.id)))
    missing = [key for key in plan.waves if key not in there]
    for key in missing:
        asks = Audience(questions.wave(plan.question_set.document, key)["asks"])
        wave = SurveyRound(
            session=session,
            question_set=plan.question_set,
            wave=key,
            asks=asks,
            stage=RoundStage.PLANNED,
            then_test=plan.then_test,
        )
        _time(wave, session)
        wave.next_at = wave.opens_at
        db.session.add(wave)
    db.session.flush()
    return len(missing)


def _time(wave: SurveyRound, session: CourseSession) -> None:
    """Work out the moments of a round from its session, and from the days its course's plan has for it."""
    plan = db.session.get(EvaluationPlan, session.course_id)
    changed = plan.days.get(wave.wave) if plan else None
    times = rules.wave_times(
        days.with_changes(questions.wave(wave.question_set.document, wave.wave), changed),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        added_at=session.added_at,
    )
    wave.session_starts_at, wave.session_ends_at = session.starts_at, session.ends_at
    wave.opens_at, wave.closes_at, wave.late_until = times.opens_at, times.closes_at, times.late_until
    wave.reminder_at, wave.last_call_at = times.reminder_at, times.last_call_at


def _times(wave: SurveyRound) -> rules.WaveTimes:
    return rules.WaveTimes(wave.opens_at, wave.reminder_at, wave.last_call_at, wave.closes_at, wave.late_until)


def _advance(which: Any, now: datetime) -> int:
    """Move rounds whose next stage is due to it, and do what it asks for. How many rounds and letters that was."""
    done = 0
    for wave in db.session.scalars(
        select(SurveyRound).where(which, SurveyRound.next_at <= now).order_by(SurveyRound.next_at, SurveyRound.id)
    ).all():
        wave.stage, wave.next_at = rules.move(_times(wave), wave.stage, now)
        done += 1
        if wave.stage in (RoundStage.REMINDED, RoundStage.LAST_CALLED):
            done += _remind(wave, now)
        elif wave.stage is RoundStage.CLOSED:
            _close(wave, now)
    db.session.flush()
    return done


def _remind(wave: SurveyRound, now: datetime) -> int:
    """Write to those who were asked and have not answered, and only to those."""
    asked = queries.unanswered(wave)
    # A request that ended between the answers and the mark has left the mark out: it is made up for here.
    sent = queries.sent_already(wave, [invitation for invitation, _ in asked])
    written = 0
    for invitation, asked_at in asked:
        if invitation.id in sent:
            invitation.answered, invitation.draft = True, ""
        elif rules.may_be_reminded(asked_at, now):
            written += emails.ask(invitation, wave.stage, now=now)
    return written


def _close(wave: SurveyRound, now: datetime) -> None:
    """End a wave. Who answered, who refused and who had to be reminded is forgotten: the pairing codes would repeat the pattern.

    How many began and did not send, and how many refused, is counted first. What was begun is not read: it was not sent to us.
    """
    unsent = db.session.scalars(
        select(Invitation).where(
            Invitation.round_id == wave.id,
            Invitation.draft != "",
            Invitation.answered.is_(False),
            Invitation.refused.is_(False),
        )
    ).all()
    wave.begun_count = len(unsent) - len(queries.sent_already(wave, unsent))
    wave.refused_count = db.session.scalar(
        select(func.count()).where(Invitation.round_id == wave.id, Invitation.refused.is_(True))
    )
    db.session.execute(
        update(Invitation).where(Invitation.round_id == wave.id).values(answered=False, refused=False, draft="")
    )
    reminders = [emails.letter_key(wave.wave, stage) for stage in (RoundStage.REMINDED, RoundStage.LAST_CALLED)]
    asked = select(Invitation.id).where(Invitation.round_id == wave.id)
    db.session.execute(
        delete(Letter)
        .where(
            Letter.key.in_(reminders),
            Letter.link_kind == "survey",
            Letter.link_to.in_(asked),
            # One that is being sent this minute is left to the worker that holds it.
            or_(Letter.lease_until.is_(None), Letter.lease_until <= now),
        )
        .execution_options(synchronize_session=False)
    )
    if queries.waiting(wave):
        wave.moves_on_at = now
    if wave.asks is Audience.CAME:
        answers.forget_absent(wave)


def call_off(*, wave: SurveyRound, at: datetime, now: datetime) -> None:
    """A session was cancelled, or an occasion ended, at this moment: what was only planned goes, what was open ends."""
    if wave.stage is RoundStage.PLANNED:
        db.session.delete(wave)
        return
    wave.stage, wave.next_at = RoundStage.CLOSED, None
    wave.closes_at, wave.late_until = min(wave.closes_at, at), None
    _close(wave, now)


def refuse(*, invitation: Invitation) -> None:
    """Somebody does not want to answer: no more letters about these questions, and what they began goes. They can change their
    mind while the questions are open. No line of what people did is written: who refused is nobody's business.

    RuleBroken where answers are here already.
    """
    wave = db.session.get_one(SurveyRound, invitation.round_id, with_for_update=True, populate_existing=True)
    if invitation.answered or queries.sent_already(wave, [invitation]):
        raise RuleBroken("Your answers are already here, so there is nothing to refuse.")
    if wave.stage is not RoundStage.CLOSED:
        invitation.refused, invitation.draft = True, ""
    db.session.flush()


def take_refusal_back(*, invitation: Invitation) -> None:
    """Somebody has changed their mind and wants to answer after all."""
    invitation.refused = False
    db.session.flush()


def invite(now: datetime) -> int:
    """Ask everybody who is to be asked by `now`, once; the letters are sent by the worker."""
    lines: dict[int, str] = {}
    asked = queries.to_ask(now)
    for wave, booking in asked:
        if wave.id not in lines:
            lines[wave.id] = _answered_line(wave, booking.session.course_id)
        invitation = invited(wave=wave, booking=booking)
        emails.ask(invitation, RoundStage.OPEN, answered_line=lines[wave.id], now=now)
    return len(asked)


def invited(*, wave: SurveyRound, **whom: Any) -> Invitation:
    """An invitation for a booking, or (for an occasion) for whom its columns name, with a link nobody can guess."""
    name = uuid.uuid4().hex
    invitation = Invitation(id=name, round=wave, token_hash=tokens.hash_of(tokens.token_of(name)), **whom)
    db.session.add(invitation)
    return invitation


def _answered_line(wave: SurveyRound, course_id: int) -> str:
    so_far = queries.answered_so_far(course_id, wave.wave)
    return f"So far {so_far:,} people have answered these questions." if so_far >= WORTH_SAYING else ""


def next_reminder() -> datetime | None:
    """When the next reminder is due."""
    return db.session.scalar(
        select(func.min(SurveyRound.next_at)).where(
            SurveyRound.stage != RoundStage.PLANNED, SurveyRound.next_at < SurveyRound.closes_at
        )
    )


def remind(now: datetime) -> int:
    """Remind in every wave where it is time: twice at most, and only those who have not answered."""
    due = and_(SurveyRound.stage != RoundStage.PLANNED, SurveyRound.next_at < SurveyRound.closes_at)
    return _advance(due, now)
