"""A survey of no course is asked, reminded, held back, mixed and forgotten like those of courses."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text

from evaluation.occasions import checks as occasion_checks
from evaluation.occasions import operations
from evaluation.occasions.rules import Choices
from evaluation.surveys import answers, checks, queries, tokens
from evaluation.surveys.models import Answer, HeldAnswers, Invitation, Response, RoundStage
from lms.accounts.models import Person
from lms.bulletin.models import Subscriber
from lms.dates import from_london
from lms.db import db, writing
from lms.errors import RuleBroken
from lms.organisations.models import Sector
from tests.evaluation.occasions.conftest import CLOSES, MADE, OPENS, Survey, made
from tests.evaluation.surveys.test_anonymity import everything, values

DAY = timedelta(days=1)
EVENING = OPENS + timedelta(hours=11)
Clock = Callable[[datetime], None]


def said() -> list[str]:
    db.session.expire_all()
    return [sentence for _, check in [*checks.CHECKS, *occasion_checks.CHECKS] for sentence in check()]


def responses() -> list[Response]:
    return list(db.session.scalars(select(Response).order_by(Response.id)))


def test_nobody_is_asked_before_it_opens_and_then_everybody_at_once(survey: Survey) -> None:
    survey.until(OPENS - timedelta(minutes=1))
    assert (survey.round.stage, survey.invitations()) == (RoundStage.PLANNED, [])
    survey.until(OPENS)
    letters = survey.letters("survey-practice_review-invitation")
    assert (survey.round.stage, len(survey.invitations()), len(letters)) == (RoundStage.OPEN, 14, 14)
    assert {letter.queued_at for letter in letters} == {OPENS}
    assert "A review asked for a change: to ask who is at home (PRI-2024-1)" in letters[0].body
    assert survey.until(OPENS + timedelta(hours=1)) == {}


def test_two_reminders_and_then_none_and_only_to_those_who_have_not_answered(survey: Survey) -> None:
    survey.until(OPENS)
    for number in range(6):
        survey.answer(number, EVENING, marked=number > 0)
    survey.until(OPENS + 10 * DAY)
    assert len(survey.letters("survey-practice_review-reminder")) == 8
    survey.until(CLOSES - timedelta(minutes=1))
    assert len(survey.letters("survey-practice_review-last-call")) == 8
    survey.until(CLOSES)
    assert survey.letters("survey-practice_review-reminder") == []


def test_answers_wait_for_the_end_and_come_all_together(survey: Survey) -> None:
    survey.until(OPENS)
    for number in (*range(5), 13):
        survey.answer(number, EVENING)
    survey.until(CLOSES - DAY)
    assert (queries.waiting(survey.round), responses()) == (6, [])
    survey.until(CLOSES + DAY)
    after = responses()
    assert (queries.waiting(survey.round), len(after)) == (0, 6)
    assert {(one.course_id, one.session_id, one.occasion_id) for one in after} == {(None, None, survey.occasion.id)}
    assert len({one.week for one in after}) == 1


def test_a_sector_of_three_is_not_named_and_neither_is_the_one_that_would_leave_it_alone(survey: Survey) -> None:
    survey.until(OPENS)
    for number in range(14):
        survey.answer(number, EVENING)
    survey.until(CLOSES + DAY)
    named = dict(
        db.session.execute(
            select(Sector.key, func.count(Response.id))
            .outerjoin(Sector, Sector.id == Response.sector_id)
            .group_by(Sector.key)
        ).all()
    )
    # Three people of the third sector would stand alone as “other”, so the second goes with them.
    assert named == {"sector-0": 6, None: 8}


def test_who_answered_is_forgotten_when_it_closes(survey: Survey) -> None:
    survey.until(OPENS)
    survey.answer(3, EVENING)
    assert survey.invitation(3).answered
    survey.until(CLOSES)
    db.session.expire_all()
    assert {(one.answered, one.draft) for one in survey.invitations()} == {(False, "")}


def test_all_is_well_at_every_step(survey: Survey, at: Clock) -> None:
    for moment in (MADE, OPENS, EVENING, OPENS + 10 * DAY, CLOSES, CLOSES + 2 * DAY):
        at(moment)
        survey.until(moment)
        if moment == EVENING:
            for number in range(9):
                survey.answer(number, EVENING, marked=number > 1)
        assert said() == []


def test_a_mark_that_outlives_its_survey_is_found(survey: Survey, at: Clock) -> None:
    at(EVENING)
    survey.until(OPENS)
    survey.answer(3, EVENING)
    survey.round.stage = RoundStage.CLOSED
    db.session.commit()
    assert said() == ["wave practice_review of occasion PRI-2024-1 is over and still says who answered."]


def test_somebody_who_is_chosen_by_two_lines_is_asked_once(people: list[int]) -> None:
    person = db.session.get_one(Person, people[0])
    sector = person.organisation.sector_id
    with writing():
        db.session.add_all(
            Subscriber(email=email, sector_id=sector, subscribed_on=MADE.date(), unsubscribed_on=ended)
            for email, ended in (
                (person.email, None),
                ("reader@example.org.uk", None),
                ("reader@example.org.uk", None),
                ("gone@example.org.uk", MADE.date()),
            )
        )
    survey = Survey(
        made(choices=Choices(sectors=("sector-0",), organisations=(person.organisation_id,), subscribers=True)), people
    )
    survey.until(OPENS)
    assert sorted(letter.to_email for letter in survey.letters("survey-practice_review-invitation")) == sorted(
        [*(f"person0{number}@example.org.uk" for number in range(6)), "reader@example.org.uk"]
    )


def test_whoever_unsubscribes_or_leaves_is_not_reminded(people: list[int]) -> None:
    sector = db.session.get_one(Person, people[0]).organisation.sector_id
    with writing():
        for email in ("gone@example.org.uk", "reader@example.org.uk"):
            db.session.add(Subscriber(email=email, sector_id=sector, subscribed_on=MADE.date()))
    survey = Survey(made(choices=Choices(sectors=("sector-0",), subscribers=True)), people)
    survey.until(OPENS)
    with writing():
        gone = db.session.scalars(select(Subscriber).where(Subscriber.email == "gone@example.org.uk")).one()
        gone.unsubscribed_on = EVENING.date()
        db.session.get_one(Person, people[0]).disabled_at = EVENING
    survey.until(OPENS + 10 * DAY)
    assert sorted(letter.to_email for letter in survey.letters("survey-practice_review-reminder")) == [
        *(f"person0{number}@example.org.uk" for number in range(1, 6)),
        "reader@example.org.uk",
    ]


def test_when_two_accounts_become_one_nobody_answers_twice(survey: Survey) -> None:
    """The invitation names whom it asked, so that the answers are found again under the other account."""
    survey.until(OPENS)
    for number in range(5):
        survey.answer(number, EVENING, marked=number != 0)
    survey.until(EVENING + DAY)
    invitation = survey.invitation(0)
    invitation.person_id = survey.people[13]
    db.session.commit()
    with pytest.raises(RuleBroken, match="already here"):
        answers.submit(
            invitation=invitation, token=tokens.token_of(invitation.id), answers={"pri_reach": "1"}, now=EVENING + DAY
        )


def test_it_is_undone_before_it_opens_and_closed_early_after(survey: Survey, officer: Callable[[int], Person]) -> None:
    by = officer(0)
    with pytest.raises(RuleBroken, match="not open yet"):
        operations.close(occasion=survey.occasion, by=by, now=MADE)
    survey.until(OPENS)
    with pytest.raises(RuleBroken, match="asked already"):
        operations.cancel(occasion=survey.occasion, by=by, now=EVENING)
    for number in range(3):
        survey.answer(number, EVENING)
    with writing():
        operations.close(occasion=survey.occasion, by=by, now=EVENING + DAY)
    survey.until(EVENING + DAY)
    assert (survey.round.stage, survey.round.closes_at, len(responses())) == (RoundStage.CLOSED, EVENING + DAY, 3)


def test_an_undone_survey_asks_nobody(survey: Survey, officer: Callable[[int], Person]) -> None:
    with writing():
        operations.cancel(occasion=survey.occasion, by=officer(0), now=MADE + DAY)
    survey.until(CLOSES + DAY)
    assert db.session.scalar(select(func.count()).select_from(Invitation)) == 0


def test_an_audience_of_nobody_opens_and_closes_in_silence(people: list[int], at: Clock) -> None:
    survey = Survey(made(choices=Choices(sessions=("NO-SUCH-SESSION",))), people)
    survey.until(CLOSES + DAY)
    at(CLOSES + 3 * DAY)
    assert (survey.round.stage, survey.invitations(), said()) == (RoundStage.CLOSED, [], [])


def test_no_value_stands_on_both_sides(survey: Survey) -> None:
    survey.until(OPENS)
    nameless = {HeldAnswers.__tablename__, Response.__tablename__, Answer.__tablename__}
    for moment in (EVENING, EVENING + DAY, CLOSES + DAY):
        if moment == EVENING:
            for number in range(9):
                survey.answer(number, moment)
        survey.until(moment)
        tables = everything()
        shared = set.union(*(values(tables[name]) for name in nameless)) & set.union(
            *(values(rows) for name, rows in tables.items() if name not in nameless)
        )
        assert not shared


def test_the_order_of_rows_says_nothing(people: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """An attacker saw who answered when, and puts the answers in the order of the file and of the ids."""

    def hits(seed: int) -> int:
        survey = Survey(made(f"PRI-2024-{seed}"), people)
        survey.until(OPENS)
        order = random.Random(seed).sample(range(14), 14)
        for number in order:
            survey.answer(number, EVENING)
        survey.until(CLOSES + DAY)
        true = [queries.code_of(survey.invitation(number)) for number in order]
        numbered = "rowid" if db.engine.dialect.name == "sqlite" else "ctid"
        chosen = f"FROM response WHERE occasion_id = {survey.occasion.id}"
        return sum(
            one == other
            for column in (numbered, "id", "pairing_code")
            for one, other in zip(
                db.session.scalars(text(f"SELECT pairing_code {chosen} ORDER BY {column}")), true, strict=True
            )
        )

    # Chance brings 1 of 14 in each of three orders: 3 a run.
    assert sum(hits(seed) for seed in range(4)) <= 4 * 3 + 4 * (4 * 3) ** 0.5


def test_the_code_of_an_occasion_is_not_that_of_a_session(survey: Survey) -> None:
    survey.until(OPENS)
    number = survey.occasion.id
    assert tokens.occasion_code(number, f"person-{survey.people[0]}") != tokens.pairing_code(number, survey.people[0])
    assert len({queries.code_of(one) for one in survey.invitations()}) == 14


def test_a_page_of_questions_is_answered_by_link(survey: Survey, at: Clock, client: FlaskClient) -> None:
    survey.until(OPENS)
    at(from_london(OPENS.date() + DAY, 12))
    page = client.get(survey.link(0))
    assert page.status_code == 200
    assert "Did the review change anything?" in page.text
    assert "which survey they are about" in page.text
