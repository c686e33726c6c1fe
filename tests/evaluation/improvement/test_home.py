"""The page the learning and development group opens first."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from evaluation.actions.models import Action
from evaluation.improvement import queries
from evaluation.improvement.rules import Reached
from evaluation.surveys.models import RoundStage, SurveyRound
from evaluation.surveys.queries import overview
from lms import dates
from lms.accounts.models import Person
from lms.db import db
from lms.roles import Role
from tests.factories import NOW, partnership, person
from tests.threads import a_log, a_year

SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def reader(app: Flask, sign_in: SignIn) -> Callable[[], FlaskClient]:
    return lambda: sign_in(person("Siân", "Morgan", Role.LD_GROUP))


def words_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_before_anything_is_recorded_each_list_says_why_it_is_empty(reader: Callable[[], FlaskClient]) -> None:
    partnership()
    page = words_of(reader().get("/improvement").text)
    for sentence in (
        "Nothing waits for anybody today.",
        "No action is overdue, slipping or due in the next 60 days",
        "Nobody is being asked just now.",
        "No recommendation has been recorded yet.",
        "The action log is empty.",
    ):
        assert sentence in page


def test_what_waits_comes_first_the_oldest_at_the_top(reader: Callable[[], FlaskClient]) -> None:
    a_log()
    action = db.session.scalars(select(Action).where(Action.reference == "LDA-2")).one()
    action.due = dates.now().date() - timedelta(days=8)
    page = reader().get("/improvement").text
    said = words_of(page)
    assert "Two things wait for somebody. 2 recommendations, 2 actions." in said
    assert "Overdue by 8 days" in said
    assert "Nothing reported yet." in said
    assert "Offered to Learning and Development Group on 1 February 2023. It has to accept or decline it." in said
    assert 'href="/improvement/actions/LDA-2"' in page


def test_a_wave_that_is_open_says_until_when_and_how_many_answered(reader: Callable[[], FlaskClient]) -> None:
    a_year(12)
    wave = db.session.scalars(select(SurveyRound).where(SurveyRound.wave == "m6")).one()
    wave.stage = RoundStage.REMINDED
    page = words_of(reader().get("/improvement").text)
    assert "NEG-2023-03: 6-month questions, until" in page
    assert "12 of 12 (100%) have answered so far." in page


def test_each_recommendation_shows_how_far_its_thread_has_got(reader: Callable[[], FlaskClient]) -> None:
    a_year()
    page = reader().get("/improvement").text
    said = words_of(page)
    assert "Verdict can be read" in said
    assert "2 actions (LDA-1 and LDA-2); 1 session held; 40 of 40 (100%) answered the 6-month questions." in said
    assert "Offered, not accepted" in said
    assert page.count('class="gt-line"') == 2


def test_the_counts_are_those_of_the_thread_itself(app: Flask) -> None:
    a_year()
    standing = {one.recommendation.reference: one for one in queries.standings(NOW, overview())}
    assert standing["REV-1.2"].sessions == 1
    assert standing["REV-1.2"].stage is Reached.VERDICT
    assert (standing["REV-1.2"].answered, standing["REV-1.2"].asked) == (40, 40)
    assert standing["FOR-1.1"].stage is Reached.WHY


def test_the_log_is_counted_by_state_beside_its_drawing(reader: Callable[[], FlaskClient]) -> None:
    a_log()
    page = reader().get("/improvement").text
    assert "The action log: 2 actions" in words_of(page)
    assert re.search(r"Actions by state, .*State Actions Overdue 1 Evidence of impact 1 All 2", words_of(page))
    assert 'aria-labelledby="action-log-t action-log-d"' in page


def test_an_action_that_belongs_to_nothing_is_a_problem(app: Flask) -> None:
    a_log()
    assert queries.problems() == []
    owner = db.session.scalars(select(Action)).first()
    assert owner is not None
    db.session.add(Action(reference="LDA-9", wording="Alone.", owner_group=owner.owner_group, decided_on=NOW.date()))
    db.session.flush()
    assert queries.problems() == ["action LDA-9 belongs to no recommendation"]


def test_somebody_without_surveys_gets_no_link_to_them(app: Flask, sign_in: SignIn) -> None:
    a_year(12)
    wave = db.session.scalars(select(SurveyRound).where(SurveyRound.wave == "m6")).one()
    wave.stage = RoundStage.OPEN
    page = sign_in(person("Mei", "Chen", Role.EDUCATION_ADVISER)).get("/improvement").text
    assert 'href="/surveys"' not in page
