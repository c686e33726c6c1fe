"""Where an officer decides how a course is evaluated: waves, days, what decides, and what a learner lives through."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from evaluation.plans import queries, rules
from evaluation.surveys import questions
from evaluation.surveys.models import EvaluationPlan, RoundStage
from lms.accounts.models import Person
from lms.catalogue.models import CountedBy, Course, CourseKind, CourseSession
from lms.dates import from_london, london
from lms.db import db, writing
from lms.errors import RuleBroken
from tests.evaluation.surveys.conftest import DOCUMENT, Life, send, sign_in

URL = "/surveys/courses/NEG/plan"
MORNING = from_london(date(2024, 10, 9), 9)
Clock = Callable[[datetime], None]


def chosen(**change: Any) -> dict[str, Any]:
    """What a browser sends: the plan of the course as it is, with what is changed."""
    plan = db.session.query(EvaluationPlan).one()
    form: dict[str, Any] = {
        "set_id": str(plan.question_set_id),
        "waves": list(plan.waves),
        "primary_scale": plan.primary_scale,
        "deciding_wave": plan.deciding_wave,
    }
    return form | change


def days(wave: str, *numbers: int | str) -> dict[str, str]:
    names = ("opens", "open_for", "first", "second", "late")
    return {f"days_{wave}_{name}": str(number) for name, number in zip(names, numbers, strict=True)}


@pytest.fixture
def desk(life: Life, client: FlaskClient, officer: Person, at: Clock) -> FlaskClient:
    at(MORNING)
    sign_in(client, officer)
    return client


def words(text: str) -> str:
    return " ".join(text.split())


def test_each_wave_says_in_plain_words_when_it_opens_reminds_and_ends(desk: FlaskClient) -> None:
    said = words(desk.get(URL).text)
    assert "Opens when a place is confirmed and closes when the session starts." in said
    assert (
        "Opens 90 days after the session at 9am and closes 28 days later. Reminders after 7 and 18 days, then none."
        in said
    )
    assert "Late answers count for another 14 days and are marked as late." in said
    assert "Papers filled in by then can be typed in for another 3 days." in said
    assert "14 questions, about 6 minutes" not in said
    assert f"{rules.questions_in(DOCUMENT, 'baseline', 'NEG', then_test=False)} questions, about 6 minutes." in said
    assert "People of sessions that are over are not asked afterwards" in said


def test_what_a_learner_lives_through_stands_there_with_dates(desk: FlaskClient) -> None:
    said = words(desk.get(URL).text)
    assert "For a session on Tuesday 5 November 2024" in said
    life = rules.life_of(DOCUMENT, ["baseline", "end", "m3", "manager"], {}, session_on=date(2024, 11, 5))
    assert [f"{london(one.at):%d %b %H:%M} {one.wave}" for one in life] == [
        "08 Oct 09:30 baseline",
        "29 Oct 09:00 baseline",
        "03 Nov 09:00 baseline",
        "05 Nov 09:30 baseline",
        "05 Nov 09:30 ",
        "05 Nov 12:30 end",
        "06 Nov 09:00 end",
        "09 Nov 09:00 end",
        "12 Nov 23:59 end",
        "03 Feb 09:00 m3",
        "03 Feb 09:00 manager",
        "10 Feb 09:00 m3",
        "10 Feb 09:00 manager",
        "21 Feb 09:00 m3",
        "21 Feb 09:00 manager",
        "03 Mar 23:59 m3",
        "03 Mar 23:59 manager",
    ]
    sent = send(desk, URL, chosen(to="preview", waves=["baseline", "m6"], deciding_wave="m6"))
    assert sent.status_code == 200
    assert "3 months after: " not in sent.text.split('id="life"')[1]
    assert db.session.query(EvaluationPlan).one().waves == ["baseline", "end", "m3", "m6", "manager"]


def test_a_plan_is_made_for_a_course_without_one(desk: FlaskClient) -> None:
    with writing():
        course = Course(
            code="WTK",
            title="Working together",
            kind=CourseKind.SUBJECT,
            aim="To work together.",
            outcomes=[],
            audience="Everybody",
            modes=["virtual"],
            counted_by=CountedBy.PEOPLE,
            tags=[],
        )
        other = db.session.query(CourseSession).one()
        starts = from_london(date(2024, 12, 3), 9, 30)
        values = {"mode": other.mode, "capacity": 20, "added_at": other.added_at, "published_at": other.added_at}
        db.session.add(
            CourseSession(
                reference="WTK-2024-12", course=course, starts_at=starts, ends_at=starts + timedelta(hours=3), **values
            )
        )
    assert [one.code for one in queries.undecided(MORNING)] == ["WTK"]
    assert 'href="/surveys/courses/WTK/plan">Decide how it is evaluated: Working together' in desk.get("/surveys").text
    url = "/surveys/courses/WTK/plan"
    empty = send(desk, url, {"waves": []})
    assert empty.status_code == 422
    assert "Select the questions that decide" in empty.text
    mixed = send(desk, url, {"waves": ["baseline", "end"], "primary_scale": "behaviour_core", "deciding_wave": "m3"})
    assert mixed.status_code == 422
    assert "Choose the baseline and a later wave that decides." in mixed.text
    form = {"waves": ["m3", "baseline", "start", "w6"], "primary_scale": "behaviour_core", "deciding_wave": "m3"}
    assert send(desk, url, form | {"then_test": "y"}).status_code == 303
    made = db.session.get_one(EvaluationPlan, db.session.query(Course).filter_by(code="WTK").one().id)
    assert (made.waves, made.then_test, made.days) == (["baseline", "start", "w6", "m3"], True, {})
    assert queries.undecided(MORNING) == []


def test_days_within_limits_are_kept_and_what_is_planned_is_timed_again(life: Life, desk: FlaskClient) -> None:
    life.until(MORNING)
    life.until(from_london(date(2025, 2, 3), 12))
    assert life.round("m3").stage is RoundStage.OPEN
    form = chosen(**days("m3", 100, 20, 5, "", 0), **days("m6", 170, 30, 10, 20, 7))
    assert send(desk, URL, form).status_code == 303
    # Open already: its letters name the day it closes.
    assert life.round("m3").closes_at == from_london(date(2025, 3, 4))
    m6 = life.round("m6")
    assert m6.opens_at == m6.next_at == from_london(date(2025, 4, 24), 9)
    assert m6.last_call_at == from_london(date(2025, 5, 14), 9)
    assert (m6.closes_at, m6.late_until) == (from_london(date(2025, 5, 25)), from_london(date(2025, 6, 1)))
    said = words(desk.get(URL).text)
    assert (
        "Opens 100 days after the session at 9am and closes 20 days later. One reminder after 5 days, then none."
        in said
    )
    # A session that moves takes the days of the plan along.
    with writing():
        life.session.starts_at += timedelta(days=1)
        life.session.ends_at += timedelta(days=1)
    life.until(from_london(date(2025, 2, 4), 12))
    assert life.round("m6").opens_at == from_london(date(2025, 4, 25), 9)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ((20, 28, 7, 18, 14), "choose from 68 to 112 days for when it opens after the session."),
        ((90, 90, 7, 18, 14), "choose from 14 to 56 days for when it stays open for."),
        ((90, 14, 7, 18, 14), "choose reminders from 1 to 13 days, while the questions are open."),
        ((90, 28, 18, 7, 14), "the second reminder comes after the first."),
        ((90, 28, 7, 18, 60), "choose from 0 to 28 days for when it takes late answers for."),
    ],
)
def test_days_beyond_the_limits_are_refused_beside_the_field_and_nothing_typed_is_lost(
    desk: FlaskClient, numbers: tuple[int, ...], said: str
) -> None:
    sent = send(desk, URL, chosen(**days("m3", *numbers)))
    assert sent.status_code == 422
    assert said in sent.text
    assert f'value="{numbers[0]}"' in sent.text
    assert db.session.query(EvaluationPlan).one().days == {}


def test_once_somebody_has_answered_only_days_to_come_can_change(
    taught: Life, client: FlaskClient, officer: Person, at: Clock
) -> None:
    evening = from_london(date(2024, 11, 5), 20)
    taught.answer("end", 0, evening)
    at(evening)
    sign_in(client, officer)
    shown = words(client.get(URL).text)
    assert "Somebody has answered, so what is asked and what decides can no longer change." in shown
    assert "“What I do about neglect”: 6 months after compared with when people book." in shown
    assert 'name="waves"' not in shown
    # Whatever a browser sends, the plan stays; the days change.
    sent = send(
        client,
        URL,
        chosen(waves=["baseline", "m3"], deciding_wave="m3", then_test="y", **days("m3", 91, 28, 7, 18, 14)),
    )
    assert sent.status_code == 303
    plan = db.session.query(EvaluationPlan).one()
    assert (plan.deciding_wave, plan.then_test, list(plan.days)) == ("m6", False, ["m3"])
    assert taught.round("m3").opens_at == from_london(date(2025, 2, 4), 9)


def test_only_officers_decide(life: Life, client: FlaskClient) -> None:
    person = db.session.get_one(Person, life.people[0])
    sign_in(client, person)
    assert client.get(URL).status_code == 403


def test_a_course_nobody_knows_is_not_found(desk: FlaskClient) -> None:
    assert desk.get("/surveys/courses/XYZ/plan").status_code == 404


def test_the_usual_days_are_no_change() -> None:
    for wave in rules.timed_waves(DOCUMENT):
        usual = rules.days_of(wave)
        rules.check_days(wave, usual)
        assert rules.changes_of(wave, usual) is None
        stored = {"opens": usual.opens, "open_for": usual.open_for, "reminders": usual.reminders, "late": usual.late}
        assert rules.days_of(rules.with_changes(wave, stored)) == usual


@pytest.mark.parametrize(
    ("opens", "closes", "said"),
    [
        (
            {"minutes_after_start": 30},
            {"minutes_after_end": 0},
            "30 minutes after the start of the session and closes at its end.",
        ),
        (
            {"place_confirmed": True},
            {"after_session_days": 2, "at": "24:00"},
            "a place is confirmed and closes 2 days after the session.",
        ),
        (
            {"minutes_after_end": 0},
            {"after_session_days": 1, "at": "24:00"},
            "at the end of the session and closes 1 day after the session.",
        ),
    ],
)
def test_a_wave_an_officer_has_built_is_said_in_words_too(
    opens: dict[str, Any], closes: dict[str, Any], said: str
) -> None:
    built = {**questions.wave(DOCUMENT, "end"), "opens_rule": opens, "closes_rule": closes}
    assert rules.window_words(built)[0].endswith(said)
    odd = {**built, "reminders": [{"days_after_session": 9}, {"days_after_open": 1}]}
    rules.check_days(odd, rules.days_of(odd))


def test_a_before_takes_no_late_answers_and_reminds_before_the_session() -> None:
    baseline = questions.wave(DOCUMENT, "baseline")
    assert rules.limits(baseline).late is None
    with pytest.raises(RuleBroken, match="from 1 to 28 days"):
        rules.check_days(baseline, rules.Days(None, None, (40, 2), 0))
    with pytest.raises(RuleBroken, match="second reminder comes after the first"):
        rules.check_days(baseline, rules.Days(None, None, (2, 7), 0))
    changed = rules.with_changes(baseline, rules.changes_of(baseline, rules.Days(None, None, (10,), 0)))
    assert "One reminder 10 days before the session, then none." in rules.window_words(changed)
