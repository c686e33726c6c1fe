"""The thread with every link live, on the page, in the PDF, the spreadsheet, the CSV and the JSON; and from a course back."""

import csv
import html
import io
import json
import re
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from evaluation.actions.models import Action, Escalation
from evaluation.offers import operations
from evaluation.offers.models import CountUnit, OfferKind
from evaluation.offers.operations import Told
from evaluation.surveys.models import EvaluationPlan, QuestionSet
from lms.accounts.models import Person
from lms.catalogue.models import CourseKind
from lms.db import db
from lms.organisations.models import PartnershipGroup
from lms.roles import Role
from tests.factories import NOW, course, person
from tests.threads import WAVES, a_log, a_year

PAGE = "/improvement/REV-1.2"
#: What each link of the chain says, wherever it is printed.
LINKS = (
    "A review",
    "Launch a joint course.",
    "Look twice",
    "1,240 visits",
    "40 people",
    "Multi-agency neglect",
    "9 of 24 (38%) in the first audit",
    "More files describe the child’s day.",
    "Better",
    "Is it used in every agency?",
    "LDA-2",
)


@pytest.fixture
def reader(app: Flask, sign_in: Callable[[Person], FlaskClient]) -> FlaskClient:
    """The whole thread: a year of answers, a campaign that was counted, a question to a group, a second evaluated course."""
    a_year()
    action = db.session.scalars(select(Action).where(Action.reference == "LDA-1")).one()
    told = Told(OfferKind.CAMPAIGN, title="Look twice", starts_on=date(2023, 2, 6))
    campaign = operations.add(action=action, told=told, actor=None, now=NOW)
    details = {"unit": CountUnit.VISITS, "count": 1240, "dated": date(2024, 9, 30), "source": "the website"}
    operations.add_count(offer=campaign, actor=None, now=NOW, **details)  # type: ignore[arg-type]
    group = db.session.scalars(select(PartnershipGroup)).one()
    action.review_on = date(2024, 11, 14)
    db.session.add(
        Escalation(action_id=action.id, group=group, asked_on=date(2024, 9, 2), question="Is it used in every agency?")
    )
    second = course("SUP", title="Supervision")
    operations.add(action=action, told=Told(OfferKind.COURSE, course_id=second.id), actor=None, now=NOW)
    questions = db.session.scalars(select(QuestionSet)).one()
    plan = {"primary_scale": "behaviour_neglect", "deciding_wave": "m6", "decided_on": date(2024, 1, 1)}
    db.session.add(EvaluationPlan(course_id=second.id, question_set_id=questions.id, waves=list(WAVES), **plan))
    return sign_in(person("Siân", "Morgan", Role.LD_GROUP))


def plain(words: str) -> str:
    return re.sub(r"\s", "", html.unescape(words))


def texts(client: FlaskClient) -> dict[str, str]:
    """The thread in every format, as text."""
    page = re.sub(r"<[^>]+>", " ", client.get(PAGE).text)
    paper = PdfReader(io.BytesIO(client.get(f"{PAGE}.pdf").data))
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{PAGE}.xlsx").data))
    cells = [
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
    ]
    document = client.get(f"{PAGE}.json").data.decode()
    return {
        "page": page,
        "pdf": " ".join(one.extract_text() for one in paper.pages),
        "xlsx": " ".join(cells),
        "json": document,
    }


def test_every_link_stands_in_every_format(reader: FlaskClient) -> None:
    said = {kind: plain(text) for kind, text in texts(reader).items()}
    tables = {"1,240 visits": "1240visits", "40 people": "40people"}
    for link in LINKS:
        for kind in ("page", "pdf"):
            assert plain(link) in said[kind], (link, kind)
        if link not in tables:
            for kind in ("xlsx", "json"):
                assert plain(link) in said[kind], (link, kind)
    assert "1240visits" in said["xlsx"]
    document = json.loads(reader.get(f"{PAGE}.json").data)
    assert {one["title"]: one["count"] for one in document["offers"]}["Look twice"] == 1240
    assert document["other_verdicts"] == [{"course": "SUP", "verdict": "Not enough evidence"}]
    assert document["next"]["waiting"][0]["what"] == "Evidence is looked at again"
    rows = {row[1]: row for row in csv.reader(io.StringIO(reader.get(f"{PAGE}.csv").data.decode("utf-8-sig")))}
    for name, column, value in (
        ("Steps of the recommendation", 5, "2"),
        ("Action LDA-1: reports", 5, "2"),
        ("Campaign “Look twice”: reached", 5, "1240"),
        ("Course “Multi-agency neglect”: reached", 5, "40"),
        ("People from all sectors", 2, "40"),
        ("Evidence of LDA-1: what changed", 5, "1"),
    ):
        assert float(rows[name][column]) == float(value), name


def test_the_page_leads_to_the_measures_the_offers_and_both_verdicts(
    reader: FlaskClient, count_queries: list[str]
) -> None:
    reader.get(PAGE)
    count_queries.clear()
    page = reader.get(PAGE).text
    assert len(count_queries) <= 40
    for address in ("/improvement/measures/LDA-1-Q1", "/improvement/actions/LDA-1/offers"):
        assert f'href="{address}"' in page
        assert reader.get(address).status_code == 200
    verdicts = page.split('id="verdict"', 1)[1].split('id="next"', 1)[0]
    assert re.findall(r'gt-verdict__word">([^<]+)<', verdicts) == ["Better, with limits", "Not enough evidence"]
    assert "Supervision (SUP)" in verdicts
    assert "evidence is looked at again on 14 November 2024" in page


def test_a_course_says_why_it_exists_and_what_it_changed_on_one_page(
    reader: FlaskClient, count_queries: list[str]
) -> None:
    address = "/improvement/courses/NEG/thread"
    assert f'href="{address}"' in reader.get("/courses/NEG").text
    count_queries.clear()
    page = reader.get(address).text
    assert len(count_queries) <= 40
    said = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())
    for words in (
        "A review found it late.",
        "LDA-1 Launch a joint course.",
        "40 people (registers), from 2 agencies and schools. 1 session held",
        "Better",
        "LDA-1-Q1 The child’s day is in the file",
        "Nobody came from housing.",
    ):
        assert words in said, words


def test_a_course_without_a_reason_says_so(app: Flask, sign_in: Callable[[Person], FlaskClient]) -> None:
    a_log()
    course("OLD", title="Old course", kind=CourseKind.CORE)
    page = sign_in(person("Siân", "Morgan", Role.SCRUTINEER)).get("/improvement/courses/OLD/thread").text
    assert "nothing says why it exists" in page
    assert "Nobody is asked what this course changes." in page


def test_the_reference_of_an_action_leads_to_its_page_where_there_is_one(
    app: Flask, sign_in: Callable[[Person], FlaskClient]
) -> None:
    a_log()
    found = sign_in(person("Siân", "Morgan", Role.LD_GROUP)).get("/improvement/LDA-1")
    if "actions.action" in app.view_functions:
        assert (found.status_code, found.location) == (302, "/improvement/actions/LDA-1")
    else:
        assert found.status_code == 404
