"""What `lms verify` says when something about surveys is wrong, and that it says nothing when all is well."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from flask import Flask
from sqlalchemy import delete, text

from evaluation.surveys import checks, tokens
from evaluation.surveys.models import EvaluationPlan, HeldAnswers, RoundStage
from lms import verify
from lms.dates import from_london
from lms.db import db
from tests.evaluation.surveys.conftest import Life

EVENING = from_london(date(2024, 11, 5), 20)
#: The end of the time for late answers.
OVER = from_london(date(2024, 11, 20))
Clock = Callable[[datetime], None]


def said() -> list[str]:
    db.session.expire_all()
    return [sentence for _, check in checks.CHECKS for sentence in check()]


def test_all_is_well_at_every_step_of_a_year(life: Life, at: Clock) -> None:
    life.book(from_london(date(2024, 10, 8), 10))
    for moment in (
        from_london(date(2024, 10, 9)),
        from_london(date(2024, 11, 5), 13, 10),
        EVENING,
        EVENING + timedelta(hours=1),
        from_london(date(2024, 11, 13)),
        OVER,
        from_london(date(2025, 2, 4)),
        from_london(date(2025, 6, 3)),
        from_london(date(2025, 6, 17)),
    ):
        at(moment)
        if moment == from_london(date(2024, 11, 5), 13, 10):
            life.mark(moment, range(12))
        life.until(moment)
        if moment == EVENING:
            for number in range(9):
                life.answer("end", number, EVENING, marked=number > 1)
        assert said() == []


def test_the_command_knows_these_checks(app: Flask) -> None:
    assert set(checks.CHECKS) <= set(verify.checks)


def test_a_link_in_a_letter_is_found(taught: Life) -> None:
    letter = taught.letters("survey-end-invitation")[0]
    letter.body += tokens.link_to(letter.link_to)
    db.session.commit()
    assert said() == [f"the letter {letter.reference} holds the link of a survey."]


def test_answers_without_a_plan_are_found(taught: Life) -> None:
    for number in range(5):
        taught.answer("end", number, EVENING)
    taught.until(OVER)
    db.session.execute(delete(EvaluationPlan))
    db.session.commit()
    assert said() == [f"there are answers about course {taught.session.course_id}, which has no evaluation plan."]


def test_answers_that_wait_too_long_are_found(taught: Life, at: Clock) -> None:
    taught.answer("end", 0, EVENING)
    at(OVER + timedelta(days=1, minutes=1))
    assert said() == ["1 submission still waiting a day after the end of the wave, or without a wave."]


def test_answers_nobody_can_open_are_found(taught: Life, at: Clock) -> None:
    at(EVENING)
    taught.answer("end", 0, EVENING)
    held = db.session.query(HeldAnswers).one()
    held.payload = {"sealed": "AAAA"}
    db.session.commit()
    assert said() == ["1 submission cannot be opened with the present LMS_SECRET_KEY."]


def test_more_marks_than_answers_are_found(taught: Life, at: Clock) -> None:
    at(EVENING)
    taught.invitation("end", 3).answered = True
    db.session.commit()
    assert said() == ["wave end of session NEG-2024-11 has 1 mark and 0 submissions."]


def test_a_mark_that_outlives_its_wave_is_found(taught: Life, at: Clock) -> None:
    at(EVENING)
    taught.answer("end", 3, EVENING)
    taught.round("end").stage = RoundStage.CLOSED
    db.session.commit()
    assert said() == ["wave end of session NEG-2024-11 is over and still says who answered."]


def test_more_answers_than_people_asked_are_found(taught: Life, at: Clock) -> None:
    at(EVENING)
    db.session.add_all(
        HeldAnswers(
            key=f"{number:064d}",
            session_id=taught.session_id,
            wave="end",
            payload=tokens.seal_answers(f"{number:064d}", {"code": str(number), "sector": None, "answers": []}),
        )
        for number in range(13)
    )
    db.session.commit()
    assert said() == ["wave end of session NEG-2024-11 has 13 submissions from 12 people."]


def test_a_table_that_names_somebody_is_found(app: Flask) -> None:
    assert checks.nothing_joins() == []
    statement = "ALTER TABLE response ADD COLUMN booking_id INTEGER REFERENCES booking (id)"
    db.session.execute(text(statement))
    db.session.execute(text("ALTER TABLE answer ADD COLUMN sent_at TIMESTAMP"))
    # The check reads the database itself, so it looks through the connection that holds the change.
    assert checks.nothing_joins() == [
        "the table response points at booking.",
        "the table answer keeps a time in sent_at.",
    ]
