"""What `lms verify` checks of surveys: above all that nothing joins an answer to a person."""

import re
from datetime import timedelta

from sqlalchemy import and_, func, inspect, or_, select
from sqlalchemy.orm import joinedload

from evaluation.surveys import queries, tokens
from evaluation.surveys.models import (
    Answer,
    EvaluationPlan,
    HeldAnswers,
    Invitation,
    Response,
    RoundStage,
    SurveyRound,
)
from lms import dates, words
from lms.db import db
from lms.letters.models import Letter

#: What tables of answers may point at: never a person, a booking, a letter or an invitation.
MAY_POINT_AT = {"course", "course_session", "survey_occasion", "question_set", "sector", "response"}
LINK = re.compile(r"/s/[\w-]{40,}")


def nothing_joins() -> list[str]:
    """No table of answers points at somebody, and none has a column of time finer than a day."""
    found = []
    there = inspect(db.engine)
    for table in (HeldAnswers, Response, Answer):
        name = table.__tablename__
        at = {key["referred_table"] for key in there.get_foreign_keys(name)} - MAY_POINT_AT
        found += [f"the table {name} points at {other}." for other in sorted(at)]
        times = [column["name"] for column in there.get_columns(name) if "TIME" in str(column["type"]).upper()]
        found += [f"the table {name} keeps a time in {column}." for column in times]
    return found


def no_letter_holds_a_link() -> list[str]:
    """Personal links are made at sending; none stands in a row."""
    rows = db.session.scalars(select(Letter).where(or_(Letter.body.like("%/s/%"), Letter.subject.like("%/s/%"))))
    held = [letter.reference for letter in rows if LINK.search(f"{letter.subject}\n{letter.body}")]
    return [f"the letter {reference} holds the link of a survey." for reference in sorted(held)]


def every_answer_has_a_plan() -> list[str]:
    """Courses with answers have an evaluation plan."""
    rows = db.session.scalars(
        select(Response.course_id)
        .where(Response.course_id.not_in(select(EvaluationPlan.course_id)))
        .distinct()
        .order_by(Response.course_id)
    )
    return [f"there are answers about course {course_id}, which has no evaluation plan." for course_id in rows]


def nothing_waits_too_long() -> list[str]:
    """A day after the end of a wave its answers have been moved on; none waits without a wave; each can be opened."""
    found = []
    joined = (
        select(func.count())
        .select_from(HeldAnswers)
        .outerjoin(
            SurveyRound,
            and_(
                or_(
                    SurveyRound.session_id == HeldAnswers.session_id,
                    SurveyRound.occasion_id == HeldAnswers.occasion_id,
                ),
                SurveyRound.wave == HeldAnswers.wave,
            ),
        )
    )
    over = func.coalesce(SurveyRound.late_until, SurveyRound.closes_at) < dates.now() - timedelta(days=1)
    late = db.session.scalar(joined.where(or_(SurveyRound.id.is_(None), over))) or 0
    held = db.session.scalars(select(HeldAnswers).order_by(HeldAnswers.key))
    sealed = sum(tokens.open_answers(one.key, one.payload) is None for one in held)
    if late:
        found.append(
            f"{words.plural(late, 'submission')} still waiting a day after the end of the wave, or without a wave."
        )
    if sealed:
        found.append(f"{words.plural(sealed, 'submission')} cannot be opened with the present LMS_SECRET_KEY.")
    return found


def counts_agree() -> list[str]:
    """No more answers than people asked; no more marks than answers; no mark, no refusal and no draft once a wave is over.

    Fewer marks than answers is in order: the machine may have stopped between the two (see answers.py).
    """
    asked = {
        wave_id: (count, marks, refusals, drafts)
        for wave_id, count, marks, refusals, drafts in db.session.execute(
            select(
                Invitation.round_id,
                func.count(),
                func.count().filter(Invitation.answered.is_(True)),
                func.count().filter(Invitation.refused.is_(True)),
                func.count().filter(Invitation.draft != ""),
            ).group_by(Invitation.round_id)
        )
    }
    answers = queries.answers_by_wave()
    found = []
    for wave in db.session.scalars(
        select(SurveyRound)
        .options(joinedload(SurveyRound.session), joinedload(SurveyRound.occasion))
        .order_by(SurveyRound.id)
    ):
        people, marks, refusals, drafts = asked.get(wave.id, (0, 0, 0, 0))
        there = answers.pop(queries.place_of(wave), 0)
        name = f"wave {wave.wave} of {'session' if wave.session else 'occasion'} {wave.reference}"
        if there > people:
            found.append(
                f"{name} has {words.plural(there, 'submission')} from {words.plural(people, 'person', 'people')}."
            )
        if marks > there:
            found.append(f"{name} has {words.plural(marks, 'mark')} and {words.plural(there, 'submission')}.")
        if wave.stage is RoundStage.CLOSED and (marks or refusals or drafts):
            found.append(f"{name} is over and still says who answered.")
    return found + [
        f"there are answers to wave {wave} of {f'session {session}' if session else f'occasion {occasion}'}, "
        "which was never asked."
        for session, occasion, wave in answers
    ]


CHECKS = [
    ("answers have no names", nothing_joins),
    ("letters hold no survey links", no_letter_holds_a_link),
    ("answers have a plan", every_answer_has_a_plan),
    ("answers are moved on", nothing_waits_too_long),
    ("asked and answered agree", counts_agree),
]
