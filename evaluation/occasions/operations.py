"""Making a survey of an occasion, asking everybody when it opens, undoing it before, and ending it early."""

import secrets
from datetime import datetime

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


def make(
    *,
    kind: OccasionKind,
    reference: str,
    title: str,
    question_set: QuestionSet,
    choices: Choices,
    opens_at: datetime,
    closes_at: datetime,
    about: str = "",
    recommendation_id: int | None = None,
    resource_id: int | None = None,
    by: Person | None,
    now: datetime,
) -> Occasion:
    """Make a survey that belongs to no session. Nobody is asked before it opens. RuleBroken where dates or choices do not fit,
    the reference is taken, or the question set asks nothing about this kind."""
    rules.check_times(opens_at, closes_at, now)
    rules.check_choices(choices)
    if queries.occasion(reference) is not None:
        raise RuleBroken(f"There is a survey called {reference} already.")
    key = rules.WAVE_OF[kind]
    try:
        asked = questions.wave(question_set.document, key)
    except KeyError:
        raise RuleBroken("This question set asks nothing about that.") from None
    occasion = Occasion(
        kind=kind,
        reference=reference,
        title=title,
        about=about,
        audience=choices.to_json(),
        recommendation_id=recommendation_id,
        resource_id=resource_id,
        made_at=now,
        made_by=by,
    )
    moments = times.chosen_times(asked, opens_at=opens_at, closes_at=closes_at)
    db.session.add(
        SurveyRound(
            occasion=occasion,
            question_set=question_set,
            wave=key,
            asks=Audience.CHOSEN,
            opens_at=moments.opens_at,
            reminder_at=moments.reminder_at,
            last_call_at=moments.last_call_at,
            closes_at=moments.closes_at,
            stage=RoundStage.PLANNED,
            next_at=moments.opens_at,
        )
    )
    db.session.flush()
    record("occasion:made", actor=by, subject_kind="survey_occasion", subject=reference, now=now, kind=kind.value)
    return occasion


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
    wave = queries.round_of(occasion)
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
    wave = queries.round_of(occasion)
    if wave is None or wave.stage is RoundStage.PLANNED:
        raise RuleBroken("These questions are not open yet. You can cancel them instead.")
    if wave.stage is RoundStage.CLOSED:
        return
    surveys.call_off(wave=wave, at=now, now=now)
    db.session.flush()
    record("occasion:closed", actor=by, subject_kind="survey_occasion", subject=occasion.reference, now=now)
