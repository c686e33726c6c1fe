"""What is answered, apart from who was asked: drafts, submissions, and their moving on in shuffled batches.

A submission is three steps that never meet in one transaction: the sealed answers are held (the request), the invitation
is marked (afterwards), and the answers become Response and Answer rows (the worker, several at once). Should the machine
stop between the first two, the next reminder and the page itself find the answers by their key and put things right.
"""

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from evaluation.surveys import queries, questions, rules, tokens
from evaluation.surveys.models import Answer, HeldAnswers, Invitation, Response, RoundStage, SurveyRound
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
    return questions.pages(wave.question_set.document, wave.wave, wave.course_code)


def submit(*, invitation: Invitation, token: str, answers: questions.Answers, now: datetime) -> None:
    """Hold the answers, sealed, under a key only the link can produce. Nothing else is written, above all not who it was.

    Afterwards, in a transaction of its own, `mark_answered` belongs. RuleBroken for a second submission, for one after the
    end, for one without answers, and for one that leaves out what is needed.
    """
    wave = db.session.get_one(SurveyRound, invitation.round_id, with_for_update=True, populate_existing=True)
    if wave.stage is RoundStage.CLOSED or now >= wave.closes_at:
        raise RuleBroken(OVER)
    if invitation.answered or queries.sent_already(wave, [invitation]):
        raise RuleBroken(SENT)
    pages = asked_pages(wave)
    kept = questions.kept(pages, answers)
    asked = {item.key: item for page in pages for item in page.questions}
    for item in asked.values():
        if item.required and item.key not in kept and questions.applies(item, kept):
            raise RuleBroken(f"Answer the question “{item.wording}” before you send.")
    if not kept:
        raise RuleBroken("Answer at least one question before you send.")
    rows = [questions.stored(asked[key], given) for key, given in kept.items()]
    payload = {
        "code": queries.code_of(invitation),
        "sector": invitation.sector_asked,
        "answers": [[row.question_key, row.number, row.choice, row.text] for row in rows],
    }
    key = tokens.held_key(token)
    try:
        with db.session.begin_nested():
            db.session.execute(
                insert(HeldAnswers).values(
                    key=key,
                    session_id=wave.session_id,
                    occasion_id=wave.occasion_id,
                    wave=wave.wave,
                    payload=tokens.seal_answers(key, payload),
                )
            )
    except IntegrityError:
        raise RuleBroken(SENT) from None
    if wave.moves_on_at is None and rules.may_move_on(queries.waiting(wave), asks=wave.asks, closed=False):
        wave.moves_on_at = rules.next_hour(now)
    db.session.flush()


def mark_answered(*, invitation_id: str) -> None:
    """Note that an invitation was answered and shed its draft; for a transaction that holds no answer."""
    invitation = db.session.get_one(Invitation, invitation_id, populate_existing=True)
    invitation.answered = invitation.round.stage is not RoundStage.CLOSED
    invitation.draft = ""
    db.session.flush()


def next_move() -> datetime | None:
    """The next full hour at which answers are to be moved on, or the end of a wave that has some."""
    return db.session.scalar(select(func.min(SurveyRound.moves_on_at)))


def move_on(now: datetime) -> int:
    """Move waiting answers on, wave by wave; how many waves were looked at."""
    waves = db.session.scalars(
        select(SurveyRound).where(SurveyRound.moves_on_at <= now).order_by(SurveyRound.id).with_for_update()
    ).all()
    for wave in waves:
        wave.moves_on_at = None
        closed = wave.stage is RoundStage.CLOSED
        if rules.may_move_on(queries.waiting(wave), asks=wave.asks, closed=closed):
            _move_on(wave, now, mix_again=closed)
    db.session.flush()
    return len(waves)


@dataclass(frozen=True)
class _Moving:
    """One submission on its way: nothing of it says when it came."""

    code: str
    sector_id: int | None
    answers: list[tuple[str, float | None, str | None, str | None]]


def _move_on(wave: SurveyRound, now: datetime, *, mix_again: bool) -> None:
    """Write a batch in an order of its own, under new ids, all of one week.

    At the end of a wave all its answers are mixed once more: otherwise the last to come would stand apart, and with the
    booking or the register in hand one could guess whose they are.
    """
    batch = _waiting(wave)
    if mix_again:
        batch += _taken_back(wave)
    secrets.SystemRandom().shuffle(batch)
    week, told = rules.week_of(now), _told_sectors(wave)
    responses = [
        {
            "id": uuid.uuid4().hex,
            "course_id": wave.session.course_id if wave.session else None,
            "session_id": wave.session_id,
            "occasion_id": wave.occasion_id,
            "question_set_id": wave.question_set_id,
            "wave": wave.wave,
            "pairing_code": one.code,
            "sector_id": one.sector_id if one.sector_id in told else None,
            "week": week,
        }
        for one in batch
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
        _Moving(payload["code"], payload["sector"], [(row[0], row[1], row[2], row[3]) for row in payload["answers"]])
        for payload in opened.values()
    ]


def _taken_back(wave: SurveyRound) -> list[_Moving]:
    """The answers of a wave that were moved on earlier, taken out to be mixed with the last."""
    here = queries.belongs(Response, wave)
    found = {
        response_id: _Moving(code, sector_id, [])
        for response_id, code, sector_id in db.session.execute(
            select(Response.id, Response.pairing_code, Response.sector_id).where(here).order_by(Response.id)
        )
    }
    rows = select(Answer.response_id, Answer.question_key, Answer.number, Answer.choice, Answer.text)
    for row in db.session.execute(rows.join(Response).where(here).order_by(Answer.question_key)):
        found[row.response_id].answers.append((row.question_key, row.number, row.choice, row.text))
    ids = list(found)
    for statement in (delete(Answer).where(Answer.response_id.in_(ids)), delete(Response).where(Response.id.in_(ids))):
        db.session.execute(statement.execution_options(synchronize_session=False))
    return list(found.values())


def _told_sectors(wave: SurveyRound) -> frozenset[int]:
    """The sectors that may be named in every wave of the session or occasion so far: the pairing code joins the waves."""
    named = [rules.named_sectors(asked) for asked in queries.asked_by_sector(wave).values()]
    return frozenset.intersection(*named) if named else frozenset()
