"""The thread as its readers meet it: who may, what stands there, what is hidden, and how long it takes with many answers."""

import html
import json
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select

from evaluation.impact import queries as impact
from evaluation.results.models import CountedRound
from evaluation.surveys.models import Answer, SurveyRound
from lms.accounts.models import Person
from lms.catalogue.models import Course, CourseSession
from lms.db import db
from lms.roles import Role
from tests.claims import FORBIDDEN
from tests.factories import person
from tests.threads import LOG, a_log, a_year, answer, quote

SignIn = Callable[[Person], FlaskClient]
PAGE = "/improvement/REV-1.2"
#: Official names that hold a word which, in a sentence about a change, would be a claim.
OFFICIAL = ("evidence of impact", "key impact measure", "impact evaluation", "effect not yet known")


@pytest.fixture
def reader(app: Flask, sign_in: SignIn) -> Callable[[], FlaskClient]:
    """A member of the L&D group, signed in when everything else is there."""
    return lambda: sign_in(person("Siân", "Morgan", Role.LD_GROUP))


def words_of(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def stage(page: str, key: str) -> str:
    return words_of(re.split(r'<li class="gt-stage', page.split(f'id="{key}"', 1)[1])[0].split(">", 1)[1])


def test_the_whole_thread_stands_on_one_page(reader: Callable[[], FlaskClient]) -> None:
    a_year()
    quote("I write down the small ones.", number=3)
    page = reader().get(PAGE).text
    assert page.count('<li class="gt-stage') == 8
    assert "Better" in words_of(page)
    assert "40 people from 2 agencies" in stage(page, "came")
    assert "Nobody came" in stage(page, "came")
    assert "9 of 24 (38%) in the first audit, 16 of 24 (67%) in the latest" in stage(page, "did")
    assert "“I write down the small ones.”" in stage(page, "changed")
    assert "LDA-2" in stage(page, "next")
    assert page.count("<figure") == 5 + 1 + 4


def test_answers_that_are_in_no_report_yet_are_not_in_the_thread(app: Flask) -> None:
    a_year()
    course = db.session.query(Course).filter_by(code="NEG").one()
    assert "m6" in impact.numbers(course.id, ["neg_beh_day"]).by_wave
    of_m6 = select(SurveyRound.id).where(SurveyRound.wave == "m6")
    db.session.execute(delete(CountedRound).where(CountedRound.round_id.in_(of_m6)))
    assert set(impact.numbers(course.id, ["neg_beh_day"]).by_wave) == {"baseline", "m3"}


def test_every_chart_has_its_figures_in_a_table_beside_it(reader: Callable[[], FlaskClient]) -> None:
    a_year()
    page = reader().get(PAGE).text
    for title in ("Who answered", "From before the course to 6 months", "Referrals with an assessment"):
        assert f"<caption>{title}</caption>" in page
    assert "8 of 50 (16%)" in stage(page, "did")
    assert page.count('role="img"') == page.count("<title id=")


@pytest.mark.parametrize("role", Role)
def test_who_may_read_it(role: Role, sign_in: SignIn) -> None:
    a_log()
    may = {Role.EDUCATION_ADVISER, Role.LD_OFFICER, Role.LD_GROUP, Role.SCRUTINEER}
    client = sign_in(person("Owen", "Pryce", role))
    for address in ("/improvement", PAGE, f"{PAGE}.pdf", f"{PAGE}.xlsx", f"{PAGE}.csv", f"{PAGE}.json"):
        assert client.get(address).status_code == (200 if role in may else 403), address


def test_a_recommendation_nobody_made_is_not_there(reader: Callable[[], FlaskClient]) -> None:
    a_log()
    client = reader()
    for address in ("/improvement/REV-9", "/improvement/REV-9.pdf", f"{PAGE}.doc", "/improvement/rev-1.2"):
        assert client.get(address).status_code == 404, address


def test_one_click_each_for_pdf_and_spreadsheet(reader: Callable[[], FlaskClient]) -> None:
    a_year()
    client = reader()
    page = client.get(PAGE).text
    types = {"pdf": "application/pdf", "xlsx": "spreadsheetml", "csv": "text/csv", "json": "application/json"}
    for kind, content_type in types.items():
        assert f'href="{PAGE}.{kind}"' in page
        answered = client.get(f"{PAGE}.{kind}")
        assert content_type in answered.headers["Content-Type"]
        assert answered.headers["Content-Disposition"] == f"attachment; filename=thread-REV-1-2.{kind}"
    assert json.loads(client.get(f"{PAGE}.json").data)["verdict"]["word"] == "better"


def test_a_thread_without_content_keeps_its_stages_and_says_what_is_missing(reader: Callable[[], FlaskClient]) -> None:
    a_log()
    page = reader().get("/improvement/FOR-1.1").text
    assert page.count('<li class="gt-stage gt-stage--open"') == 7
    for sentence in ("No action has been decided yet.", "Nobody has come yet.", "Not enough evidence."):
        assert sentence in words_of(page)


def test_under_ten_people_the_change_is_hidden(reader: Callable[[], FlaskClient]) -> None:
    a_year(8)
    page = reader().get(PAGE).text
    assert "too few people could be matched to say what changed" in stage(page, "changed")
    assert page.count("Hidden: too few people could be matched.") == 5
    assert stage(page, "changed").count("hidden") > 20
    assert "Not enough evidence" in stage(page, "verdict")


def test_a_quote_is_printed_only_with_consent(reader: Callable[[], FlaskClient]) -> None:
    a_year()
    quote("Yes, print it.", number=1)
    quote("Never print it.", number=2, consent="no")
    page = words_of(reader().get(PAGE).text)
    assert "Yes, print it." in page
    assert "Never print it." not in page


def test_what_people_wrote_is_shown_as_text(reader: Callable[[], FlaskClient]) -> None:
    a_year()
    quote("<script>alert(1)</script> & Łukasz, Siân, محمد: £5", number=1)
    client = reader()
    page = client.get(PAGE).text
    assert "<script>alert" not in page
    assert "Łukasz, Siân, محمد: £5" in page
    assert client.get(f"{PAGE}.pdf").status_code == 200


def test_no_sentence_of_the_page_claims_a_cause(reader: Callable[[], FlaskClient]) -> None:
    """The words of the log (what groups wrote) and official names are taken out; what is left is ours."""
    a_year()
    page = reader().get(PAGE).text
    said = words_of(page.split("<article>", 1)[1].split("</article>", 1)[0]).lower()
    for given in [*LOG["example_sources"], *LOG["example_recommendations"], *LOG["example_actions"]]:
        for text in (given.get("learning"), given.get("wording"), *(one["text"] for one in given.get("updates", []))):
            said = said.replace((text or "\0").lower(), "")
    for official in OFFICIAL:
        said = said.replace(official, "")
    assert [word for word in FORBIDDEN if word in said] == []


def test_the_menu_marks_where_one_is(reader: Callable[[], FlaskClient]) -> None:
    a_log()
    assert re.search(r'<a href="/improvement" aria-current="true">', reader().get(PAGE).text)


def test_20000_answers_take_as_many_queries_as_200(reader: Callable[[], FlaskClient], count_queries: list[str]) -> None:
    a_year(4)
    client = reader()
    course = db.session.scalars(select(Course)).one()
    session = db.session.scalars(select(CourseSession)).one()
    found: dict[int, int] = {}
    for total in (200, 20_000):
        have = db.session.scalar(select(func.count()).select_from(Answer)) or 0
        first = db.session.scalar(select(func.count(func.distinct(Answer.response_id)))) or 0
        # Somebody who answers all waves gives 46 answers.
        answer(course, session, -(-(total - have) // 46), first=first)
        assert (db.session.scalar(select(func.count()).select_from(Answer)) or 0) >= total
        client.get(PAGE)
        count_queries.clear()
        assert client.get(PAGE).status_code == 200
        found[total] = len(count_queries)
    assert found[200] == found[20_000]
    assert found[20_000] < 40


def test_the_page_and_the_home_read_the_same_number_of_times_however_long_the_log(
    reader: Callable[[], FlaskClient], count_queries: list[str]
) -> None:
    a_year()
    client = reader()
    client.get("/improvement")
    count_queries.clear()
    client.get("/improvement")
    assert len(count_queries) < 30
