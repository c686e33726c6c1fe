"""What is answered, apart from who was asked: drafts, submissions, and their moving on, shuffled, when the wave is over.

A submission is three steps that never meet in one transaction: the sealed answers are held (the request), the invitation
is marked (afterwards), and the answers become Response and Answer rows (the worker, all together when the wave is over).
Should the machine stop between the first two, the next reminder and the page itself find the answers by their key and put
things right.
"""

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from evaluation.occasions import rules as occasions
from evaluation.surveys import queries, questions, rules, tokens
from evaluation.surveys.models import Answer, HeldAnswers, Invitation, Response, RoundStage, SurveyRound
from lms.attendance.models import CAME, Attendance
from lms.bookings.models import Booking
from lms.db import db
from lms.errors import RuleBroken

SENT = "Your answers are already here. They can be sent once, so nothing was changed."
OVER = "These questions have closed, so your answers could not be sent."


@dataclass
class Draft:
    """What somebody has typed so far, and the pages they have been through (1 is the first)."""

    answers: dict[str, questions.Given] = field(default_factory=dict)
    pages: list[int] = field(default_factory=list)


def read_draft(invitation: Invitation, token: str) -> Draft:
    """The draft of an invitation, readable with its link alone; an empty one if there is none."""
    found = tokens.open_draft(token, invitation.draft)
    return Draft(found.get("answers", {}), found.get("pages", []))


def save_draft(*, invitation: Invitation, token: str, draft: Draft) -> None:
    """Keep what was typed so far, encrypted under the link."""
    invitation.draft = tokens.seal_draft(token, {"answers": draft.answers, "pages": draft.pages})


def asked_pages(wave: SurveyRound) -> list[questions.Page]:
    """The pages of questions of a wave of a session or an occasion."""
    document = wave.question_set.document
    pages = questions.pages(document, wave.wave, wave.course_code, then_test=wave.then_test)
    return occasions.pages_of(document, pages, wave.occasion.words) if wave.occasion else pages


def submit(*, invitation: Invitation, token: str, answers: questions.Answers, now: datetime) -> None:
    """Hold the answers, sealed, under a key only the link can produce. Nothing else is written, above all not who it was.

    Afterwards, in a transaction of its own, `mark_answered` belongs. RuleBroken for a second submission, for one after the
    end, for one without answers, and for one that leaves out what is needed.
    """
    wave = db.session.get_one(SurveyRound, invitation.round_id, with_for_update=True, populate_existing=True)
    if wave.stage is RoundStage.CLOSED or now >= rules.takes_until(wave.asks, wave.closes_at, wave.late_until):
        raise RuleBroken(OVER)
    if invitation.answered or queries.sent_already(wave, [invitation]):
        raise RuleBroken(SENT)
    kept = questions.kept(asked_pages(wave), answers)
    for item in questions.left_out(asked_pages(wave), kept):
        if item.required:
            raise RuleBroken(f"Answer the question “{item.wording}” before you send.")
    if not kept:
        raise RuleBroken("Answer at least one question before you send.")
    whose = _Whose(tokens.held_key(token), queries.code_of(invitation), invitation.sector_asked)
    _hold(wave, whose, kept, late=now >= wave.closes_at, now=now)


def type_in(
    *, wave: SurveyRound, invitation: Invitation | None, answers: questions.Answers, late: bool, now: datetime
) -> None:
    """Hold what an officer typed in from a paper, like a submission by link; `invitation` is None for a paper without a code,
    whose pairing code is made up and joins nothing.

    Afterwards, in a transaction of its own, `mark_answered` belongs where there is an invitation. RuleBroken where its answers
    are here already, where there is nothing on it, and where no more papers can come than people were asked.
    """
    wave = db.session.get_one(SurveyRound, wave.id, with_for_update=True, populate_existing=True)
    if wave.stage is RoundStage.CLOSED:
        raise RuleBroken(OVER)
    kept = questions.kept(asked_pages(wave), answers)
    if not kept:
        raise RuleBroken("Nothing on this paper is answered, so there is nothing to keep.")
    if invitation is None:
        if queries.here(wave) >= queries.asked(wave):
            raise RuleBroken("As many answers are here as people were asked, so this paper has been counted before.")
        whose = _Whose(secrets.token_hex(32), secrets.token_hex(32), None)
        wave.unpaired_count += 1
    else:
        if invitation.answered or queries.sent_already(wave, [invitation]):
            raise RuleBroken("Answers to these questions are already here from this person, by link or on paper.")
        # Under the key their link would use, so that one submission is all there can be.
        key = tokens.held_key(tokens.token_of(invitation.id))
        whose = _Whose(key, queries.code_of(invitation), invitation.sector_asked)
    wave.paper_count += 1
    _hold(wave, whose, kept, late=late, now=now)


@dataclass(frozen=True)
class _Whose:
    """What a submission is held under, the code that joins it to others, and its sector."""

    key: str
    code: str
    sector_id: int | None


def _hold(wave: SurveyRound, whose: _Whose, kept: questions.Answers, *, late: bool, now: datetime) -> None:
    """Seal what was answered and hold it; set the hour at which a batch can be moved on."""
    pages = asked_pages(wave)
    asked = {item.key: item for page in pages for item in page.questions}
    rows = [questions.stored(asked[key], given) for key, given in kept.items()]
    payload = {
        "code": whose.code,
        "sector": whose.sector_id,
        "partial": questions.is_partial(pages, kept),
        "late": late,
        "answers": [[row.question_key, row.number, row.choice, row.text] for row in rows],
    }
    try:
        with db.session.begin_nested():
            db.session.execute(
                insert(HeldAnswers).values(
                    key=whose.key,
                    session_id=wave.session_id,
                    occasion_id=wave.occasion_id,
                    wave=wave.wave,
                    payload=tokens.seal_answers(whose.key, payload),
                )
            )
    except IntegrityError:
        raise RuleBroken(SENT) from None
    db.session.flush()


def mark_answered(*, invitation_id: str) -> None:
    """Note that an invitation was answered and shed its draft; for a transaction that holds no answer. Whoever had refused before
    has changed their mind, or filled in a paper all the same."""
    invitation = db.session.get_one(Invitation, invitation_id, populate_existing=True)
    invitation.answered = invitation.round.stage is not RoundStage.CLOSED
    invitation.refused, invitation.draft = False, ""
    db.session.flush()


def next_move() -> datetime | None:
    """The end of the first wave whose answers are still to be moved on."""
    return db.session.scalar(select(func.min(SurveyRound.moves_on_at)))


def move_on(now: datetime) -> int:
    """Move the waiting answers of waves that are over on, wave by wave; how many waves that was."""
    waves = db.session.scalars(
        select(SurveyRound).where(SurveyRound.moves_on_at <= now).order_by(SurveyRound.id).with_for_update()
    ).all()
    for wave in waves:
        wave.moves_on_at = None
        _move_on(wave, now)
    db.session.flush()
    return len(waves)


@dataclass(frozen=True)
class _Moving:
    """One submission on its way: nothing of it says when it came."""

    code: str
    sector_id: int | None
    partial: bool
    late: bool
    answers: list[tuple[str, float | None, str | None, str | None]]


def _move_on(wave: SurveyRound, now: datetime) -> None:
    """Write all answers of a wave in an order of its own, under new ids, all of one week.

    They come all at once and after the marks of who answered have gone: a few at a time would stand beside marks that say
    whose they can be, and with two waves open at once, who answered which would be a pattern that the pairing codes repeat.
    """
    batch = _waiting(wave)
    wave.late_count = sum(one.late for one in batch)
    secrets.SystemRandom().shuffle(batch)
    week, told = rules.week_of(now), _told_sectors(wave)
    sectors = [one.sector_id if one.sector_id in told else None for one in batch]
    tells = rules.tells_late((sector, one.late) for sector, one in zip(sectors, batch, strict=True))
    responses = [
        {
            "id": uuid.uuid4().hex,
            "course_id": wave.session.course_id if wave.session else None,
            "session_id": wave.session_id,
            "occasion_id": wave.occasion_id,
            "question_set_id": wave.question_set_id,
            "wave": wave.wave,
            "pairing_code": one.code,
            "sector_id": sector,
            "week": week,
            "partial": one.partial,
            "late": tells and one.late,
        }
        for sector, one in zip(sectors, batch, strict=True)
    ]
    answers = [
        {"response_id": row["id"], "question_key": key, "number": number, "choice": choice, "text": text}
        for row, one in zip(responses, batch, strict=True)
        for key, number, choice, text in one.answers
    ]
    if responses:
        db.session.execute(insert(Response), responses)
    if answers:
        db.session.execute(insert(Answer), answers)
    # What may no longer be told goes from the answers of earlier waves too.
    db.session.execute(
        update(Response)
        .where(queries.beside(Response, wave), Response.sector_id.not_in(told))
        .values(sector_id=None)
        .execution_options(synchronize_session=False)
    )


def _waiting(wave: SurveyRound) -> list[_Moving]:
    """Open the waiting answers of a wave and take them from the holding table. Those sealed with another secret stay."""
    here = queries.belongs(HeldAnswers, wave)
    opened: dict[str, Mapping[str, Any]] = {}
    for held in db.session.scalars(select(HeldAnswers).where(here).order_by(HeldAnswers.key)):
        payload = tokens.open_answers(held.key, held.payload)
        if payload is not None:
            opened[held.key] = payload
    db.session.execute(
        delete(HeldAnswers).where(HeldAnswers.key.in_(opened)).execution_options(synchronize_session="fetch")
    )
    return [
        _Moving(
            payload["code"],
            payload["sector"],
            bool(payload.get("partial")),
            bool(payload.get("late")),
            [(row[0], row[1], row[2], row[3]) for row in payload["answers"]],
        )
        for payload in opened.values()
    ]


def forget_absent(wave: SurveyRound) -> None:
    """Delete what people answered before a session to which they then did not come.

    It says nothing about what changed, and it would stand apart: with the register in hand, a code that never comes again
    could only be one of the few who stayed away.
    """
    asked = select(Invitation.booking_id).where(Invitation.round_id == wave.id)
    absent = db.session.scalars(
        select(Booking)
        .outerjoin(Attendance, and_(Attendance.booking_id == Booking.id, Attendance.mark.in_(CAME)))
        .where(Booking.session_id == wave.session_id, Booking.id.not_in(asked), Attendance.booking_id.is_(None))
    )
    codes = [tokens.pairing_code(one.session_id, one.asked_as) for one in absent]
    theirs = select(Response.id).where(Response.session_id == wave.session_id, Response.pairing_code.in_(codes))
    db.session.execute(
        delete(Answer).where(Answer.response_id.in_(theirs)).execution_options(synchronize_session=False)
    )
    db.session.execute(delete(Response).where(Response.id.in_(theirs)).execution_options(synchronize_session=False))


def _told_sectors(wave: SurveyRound) -> frozenset[int]:
    """The sectors that may be named in every wave of the session or occasion so far: the pairing code joins the waves."""
    named = [rules.named_sectors(asked) for asked in queries.asked_by_sector(wave).values()]
    return frozenset.intersection(*named) if named else frozenset()
