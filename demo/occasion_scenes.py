"""Surveys of no course, for Wakefield: whether the learning from a review reached frontline staff, and what a forum was worth,
both closed and answered by made-up people through the same door as everybody; and one of Safeguarding Week, still to come.
"""

import random
from datetime import date, datetime, timedelta

from sqlalchemy import select

from demo.loading import FIRST_MOMENT, question_document
from demo.neglect_records import Course, LatentProfile
from demo.people import seeded
from demo.simulated_answers import simulate_answers
from evaluation.occasions import operations
from evaluation.occasions.models import OccasionKind
from evaluation.occasions.operations import Draft
from evaluation.occasions.rules import Choices
from evaluation.recommendations.models import Recommendation
from evaluation.surveys import answers, tokens
from evaluation.surveys.models import Invitation, QuestionSet, SurveyRound
from lms import jobs
from lms.dates import from_london
from lms.db import db, writing

SEED = 20240603
#: What people of other services might have written, by question; what has no words here was left out.
WORDS = {
    "pri_example": (
        "I keep one dated list for each family I am worried about.",
        "I bring the list to supervision instead of single worries.",
        "I ring the school before I decide that it is nothing.",
    ),
    "pri_stops": (
        "The list has to be kept in two systems.",
        "There is little time to write between visits.",
        "New colleagues have not heard of it.",
    ),
    "for_works": ("The duty line answers within the hour.", "Early help meetings keep to time."),
    "for_worry": ("Waiting times for parents who need help with their own health.", "Transfers of files in summer."),
}


def set_occasions() -> None:
    """Everything named above."""
    review = Draft(
        title="Did the review on late recognition change anything?",
        choices=Choices(sectors=("police", "youth_justice", "housing")),
        opens_at=from_london(date(2024, 6, 3), 9),
        closes_at=from_london(date(2024, 7, 1)),
        about="to keep one dated list of small worries about a child, and to share it",
        recommendation_id=_recommendation("CSPR-2022-1.2"),
    )
    forum = Draft(
        title="Safeguarding leads’ forum, June 2024",
        choices=Choices(sessions=("DSF-2024-06",)),
        opens_at=from_london(date(2024, 6, 13), 9),
        closes_at=from_london(date(2024, 6, 27)),
    )
    week = Draft(
        title="Safeguarding Week 2024",
        choices=Choices(series=("safeguarding-week-2024",)),
        opens_at=from_london(date(2024, 11, 23), 9),
        closes_at=from_london(date(2024, 12, 7)),
    )
    _lived_through(OccasionKind.PRACTICE_REVIEW, "PRI-2024-1", review, share=0.7)
    _lived_through(OccasionKind.FORUM, "FOR-2024-1", forum, share=0.75)
    _make(OccasionKind.WEEK, "SGW-2024", week, FIRST_MOMENT - timedelta(days=4))


def _recommendation(reference: str) -> int:
    return db.session.scalars(select(Recommendation.id).where(Recommendation.reference == reference)).one()


def _make(kind: OccasionKind, reference: str, draft: Draft, now: datetime) -> None:
    with writing():
        questions = db.session.scalars(select(QuestionSet).order_by(QuestionSet.version.desc()).limit(1)).one()
        operations.make(kind=kind, reference=reference, draft=draft, question_set=questions, by=None, now=now)


def _lived_through(kind: OccasionKind, reference: str, draft: Draft, *, share: float) -> None:
    """Make a survey, let it open, answer it and let it close."""
    _make(kind, reference, draft, draft.opens_at - timedelta(days=7))
    jobs.run_due(draft.opens_at)
    rng = seeded(SEED, reference)
    asked = db.session.execute(
        select(Invitation.id, SurveyRound.wave)
        .join(SurveyRound, SurveyRound.id == Invitation.round_id)
        .where(SurveyRound.opens_at == draft.opens_at, SurveyRound.occasion_id.is_not(None))
        .order_by(Invitation.asked_as)
    ).all()
    answered = [(name, wave) for name, wave in asked if rng.random() < share]
    for place, (name, wave) in enumerate(answered):
        moment = draft.opens_at + timedelta(hours=2 + 8 * place)
        if moment < draft.closes_at:
            _answer(name, wave, rng, moment)
    jobs.run_due(draft.closes_at)


def _answer(invitation_id: str, wave: str, rng: random.Random, now: datetime) -> None:
    """One person answers, and who it was is noted in a transaction of its own, as for everybody."""
    still = Course(0.5, 0.5, 0.5, 0.5)
    profile = LatentProfile(
        invitation_id, "", frozenset(), False, still, still, still, still, still, 0.8, rng.uniform(0.45, 0.95), False
    )
    given = simulate_answers(profile, wave, question_document(), rng)
    kept = {
        key: [str(one) for one in said] if isinstance(said, list) else str(said)
        for key, said in given.items()
        if not isinstance(said, dict)
    }
    for key in [one for one, said in kept.items() if isinstance(said, str) and " " in said]:
        kept.pop(key)
        if key in WORDS:
            kept[key] = rng.choice(WORDS[key])
    with writing():
        answers.submit(
            invitation=db.session.get_one(Invitation, invitation_id),
            token=tokens.token_of(invitation_id),
            answers=kept,
            now=now,
        )
    with writing():
        answers.mark_answered(invitation_id=invitation_id)
