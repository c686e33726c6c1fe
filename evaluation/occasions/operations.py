"""Making a survey of an occasion, asking everybody when it opens, undoing it before, and ending it early."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from evaluation.occasions import queries, rules
from evaluation.occasions.models import Occasion, OccasionKind
from evaluation.occasions.rules import Choices
from evaluation.surveys import emails, questions
from evaluation.surveys import operations as surveys
from evaluation.surveys import rules as times
from evaluation.surveys.models import Audience, QuestionSet, RoundStage, SurveyRound
from lms.accounts.models import Person
from lms.activity.operations import record
from lms.db import db
from lms.errors import RuleBroken


@dataclass(frozen=True)
class Draft:
    """What an officer says of a survey before it opens."""

    title: str
    choices: Choices
    opens_at: datetime
    closes_at: datetime
    about: str = ""
    recommendation_id: int | None = None
    resource_id: int | None = None


def make(
    *, kind: OccasionKind, reference: str, draft: Draft, question_set: QuestionSet, by: Person | None, now: datetime
) -> Occasion:
    """Make a survey that belongs to no session. Nobody is asked before it opens. RuleBroken where dates or choices do not fit,
    the reference is taken, or the question set asks nothing about this kind."""
    rules.check_reference(reference, queries.references())
    rules.check_choices(draft.choices)
    rules.check_times(draft.opens_at, draft.closes_at, now)
    wave = rules.wave_of(question_set.document, kind)
    occasion = Occasion(kind=kind, reference=reference, made_at=now, made_by=by)
    asking = SurveyRound(occasion=occasion, question_set=question_set, wave=wave, asks=Audience.CHOSEN)
    asking.stage = RoundStage.PLANNED
    _say(occasion, asking, draft)
    try:
        with db.session.begin_nested():
            db.session.add(asking)
    except IntegrityError:
        raise RuleBroken(
            f"There is a survey called {reference} already. Choose another reference", "reference"
        ) from None
    record("occasion:made", actor=by, subject_kind="survey_occasion", subject=reference, now=now, kind=kind.value)
    return occasion


def _say(occasion: Occasion, wave: SurveyRound, draft: Draft) -> None:
    """Write down what a draft says, and time the round."""
    occasion.title, occasion.about = draft.title, draft.about
    occasion.audience = draft.choices.to_json()
    occasion.recommendation_id, occasion.resource_id = draft.recommendation_id, draft.resource_id
    moments = times.chosen_times(
        questions.wave(wave.question_set.document, wave.wave), opens_at=draft.opens_at, closes_at=draft.closes_at
    )
    wave.opens_at, wave.closes_at, wave.next_at = moments.opens_at, moments.closes_at, moments.opens_at
    wave.reminder_at, wave.last_call_at = moments.reminder_at, moments.last_call_at


def change(*, occasion: Occasion, draft: Draft, seen: str, by: Person, now: datetime) -> None:
    """Say something else of a survey that has not opened. `seen` is what they began from (`seen_of`). RuleBroken where it has
    opened or was undone, somebody else has changed it since, or dates and choices do not fit."""
    wave = queries.round_of(occasion, lock=True)
    if wave is None or wave.stage is not RoundStage.PLANNED or wave.opens_at <= now:
        raise RuleBroken("People have been asked already, so these questions can no longer change.")
    if seen != seen_of(occasion, wave):
        raise RuleBroken("Somebody else has changed this survey since you opened this page. Look at it again first.")
    rules.check_choices(draft.choices)
    rules.check_times(draft.opens_at, draft.closes_at, now)
    _say(occasion, wave, draft)
    db.session.flush()
    record("occasion:changed", actor=by, subject_kind="survey_occasion", subject=occasion.reference, now=now)


def seen_of(occasion: Occasion, wave: SurveyRound) -> str:
    """A few letters that change with whatever a draft can change."""
    return rules.fingerprint(
        occasion.title,
        occasion.about,
        sorted(occasion.audience.items()),
        occasion.recommendation_id,
        occasion.resource_id,
        wave.opens_at.timestamp(),
        wave.closes_at.timestamp(),
    )


def ask(now: datetime) -> int:
    """Ask everybody whom the choices of the occasions that have opened mean: all at once, in no order, each once."""
    done = 0
    for wave in queries.to_ask(now):
        occasion = wave.occasion
        assert occasion is not None  # noqa: S101  it was looked for by its occasion
        whom = queries.whom(Choices.of(occasion.audience))
        asked = [
            *(
                {"person": one, "asked_as": f"person-{one.id}", "sector_id": one.organisation.sector_id}
                for one in whom.people
            ),
            *(
                {"subscriber": one, "asked_as": f"subscriber-{one.id}", "sector_id": one.sector_id}
                for one in whom.subscribers
            ),
        ]
        secrets.SystemRandom().shuffle(asked)
        for one in asked:
            emails.ask(surveys.invited(wave=wave, **one), RoundStage.OPEN, now=now)
        occasion.asked_at = now
        db.session.flush()
        done += 1 + len(asked)
    return done


def cancel(*, occasion: Occasion, by: Person, now: datetime) -> None:
    """Undo a survey before it opens: nobody is asked. RuleBroken once it is open."""
    wave = queries.round_of(occasion, lock=True)
    if occasion.cancelled_at:
        return
    if wave is None or wave.stage is not RoundStage.PLANNED or wave.opens_at <= now:
        raise RuleBroken("People have been asked already. You can close the questions early instead.")
    occasion.cancelled_at = now
    surveys.call_off(wave=wave, at=now, now=now)
    db.session.flush()
    record("occasion:cancelled", actor=by, subject_kind="survey_occasion", subject=occasion.reference, now=now)


def close(*, occasion: Occasion, by: Person, now: datetime) -> None:
    """End the questions before their time. RuleBroken where they are not open."""
    wave = queries.round_of(occasion, lock=True)
    if wave is None or wave.stage is RoundStage.PLANNED:
        raise RuleBroken("These questions are not open yet. You can cancel them instead.")
    if wave.stage is RoundStage.CLOSED:
        return
    surveys.call_off(wave=wave, at=now, now=now)
    db.session.flush()
    record("occasion:closed", actor=by, subject_kind="survey_occasion", subject=occasion.reference, now=now)
