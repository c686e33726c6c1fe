"""An officer builds a set on pages, and never meets the document behind it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from evaluation.question_sets import queries, rules
from evaluation.question_sets.writing import KINDS
from evaluation.surveys.models import HeldAnswers, Invitation, QuestionSet, Response, SurveyRound
from lms.accounts.models import Person
from lms.db import db
from lms.organisations.models import Organisation
from lms.roles import Role
from tests.evaluation.question_sets.conftest import HOME, hidden, person, send

SET = f"{HOME}/golden-thread"
DRAFT = f"{SET}/draft"


@pytest.fixture
def draft(desk: FlaskClient, first: QuestionSet) -> str:
    send(desk, SET, {}, f"{SET}/versions/1/begin")
    return DRAFT


PAGES = (
    "/surveys",
    HOME,
    f"{HOME}/new",
    f"{HOME}/library",
    SET,
    f"{SET}/versions/1",
    f"{SET}/versions/draft",
    f"{SET}/versions/1/paper",
    f"{SET}/versions/1/paper?course=NEG",
    f"{SET}/compare",
    DRAFT,
    f"{DRAFT}/add-wave",
    f"{DRAFT}/waves/end",
    f"{DRAFT}/waves/end?course=NEG",
    f"{DRAFT}/waves/sgw/edit",
    f"{DRAFT}/waves/m3/edit",
    f"{DRAFT}/add-question?wave=end&page=0",
    f"{DRAFT}/library",
    f"{DRAFT}/languages",
    *(
        f"{DRAFT}/questions/{key}"
        for key in (
            "conf_notice",
            "know_consent",
            "ctx_why",
            "sgw_which",
            "sgw_best",
            "quote_text",
            "quote_consent",
            "rea_keep",
        )
    ),
    *(f"{DRAFT}/add-question/{kind}" for kind in KINDS),
    f"{DRAFT}/questions/rea_access_what/only-after",
    f"{DRAFT}/questions/quote_consent/only-after",
    *(
        f"{SET}/versions/draft/preview/{wave}"
        for wave in ("end", "manager", "sgw", "end?page=1", "end?page=check&course=NEG", "end?page=5&narrow=yes")
    ),
)


def test_every_page_opens(desk: FlaskClient, draft: str) -> None:
    assert {address: desk.get(address).status_code for address in PAGES} == dict.fromkeys(PAGES, 200)


def document() -> dict[str, Any]:
    found = queries.draft("golden-thread")
    assert found
    return found.document


def test_nobody_but_officers_builds_question_sets(
    works_at: Organisation, sign_in: Callable[[Person], FlaskClient]
) -> None:
    assert sign_in(person(works_at, "Gwen", Role.LD_GROUP)).get(HOME).status_code == 403


def test_a_set_is_begun_given_a_wave_a_page_and_questions_and_published(desk: FlaskClient, officer: Person) -> None:
    send(desk, f"{HOME}/new", {"title": "Short course 2025", "begin": "empty"})
    mine = f"{HOME}/short_course_2025/draft"
    assert "Add a wave: a set without one is never asked." in desk.get(mine).text
    wave = {
        "name": "At the end",
        "called": "last questions",
        "asks": "came",
        "opens": "minutes_after_end",
        "opens_count": "-30",
        "closes": "after_session_days",
        "closes_count": "7",
        "first": "1",
        "first_when": "days_after_session",
        "second_when": "days_after_session",
        "minutes": "3",
        "intro": "You were on {{course_title}}.",
    }
    assert send(desk, f"{mine}/add-wave", wave).status_code == 303
    at_the_end = f"{mine}/waves/at_the_end"
    assert "30 minutes before the end" in desk.get(at_the_end).text
    send(desk, at_the_end, {"title": "The course"}, f"{at_the_end}/pages")
    add = f"{mine}/add-question/rating?wave=at_the_end&page=0"
    bare = {"wording": "How was it?", "level": "1", "choice_list": "own", "own_choices": "1\n5", "direction": "none"}
    refused = send(desk, add, bare)
    assert refused.status_code == 422
    assert "“1” is a bare number: say in words what somebody who chooses it does or knows" in refused.text
    assert "Say what will be done if the answer is poor: a question nobody would act on is not asked" in refused.text
    assert "How was it?" in refused.text, "nothing typed is lost"
    whole = bare | {
        "own_choices": "I learned nothing\nI learned one thing",
        "poor_when": "1 in 4 learned nothing",
        "poor_do": "Change the course",
        "poor_who": "trainer",
    }
    assert send(desk, add, whole).status_code == 303
    send(
        desk,
        f"{mine}/add-question/quote?wave=at_the_end&page=0",
        {"wording": "A sentence we may publish?", "level": "consent", "longest": "300"},
    )
    page = desk.get(at_the_end).text
    assert (
        page.index("How was it?")
        < page.index("A sentence we may publish?")
        < page.index("May we publish this sentence?")
    )
    assert send(desk, mine, {"changed": "The first version."}, f"{mine}/publish").status_code == 303
    published = queries.version("short_course_2025", 1)
    assert published
    assert published.document["questions"][0]["key"] == "how_was_it"
    assert "The first version." in desk.get(HOME).text


def test_two_officers_at_once_are_told_instead_of_overwriting_each_other(
    desk: FlaskClient, draft: str, works_at: Organisation, sign_in: Callable[[Person], FlaskClient]
) -> None:
    other = sign_in(person(works_at, "Paul", Role.LD_OFFICER))
    question = f"{DRAFT}/questions/rea_keep"
    typed = {"wording": "What should stay?", "level": "1", "longest": "300", "poor_who": "trainer"}
    opened = hidden(desk.get(question))
    send(other, f"{DRAFT}/waves/end", {"do": "down rea_use"}, f"{DRAFT}/waves/end/step")
    refused = desk.post(question, data=opened | typed)
    assert refused.status_code == 422
    assert "Paul Madeup has changed this draft since you opened the page" in refused.text
    assert "What should stay?" in refused.text
    # The page that came back can be sent: it has seen the other’s step by now.
    assert desk.post(question, data=hidden(refused) | typed).status_code == 303
    (kept,) = [item for item in document()["questions"] if item["key"] == "rea_keep"]
    assert kept["wording"] == "What should stay?"
    pages = rules.page_lists(rules.wave_of(document(), "end") or {})[0][1]
    assert pages[0]["questions"][:2] == ["rea_new", "rea_use"]


def test_the_last_step_is_taken_back_and_a_draft_is_discarded(desk: FlaskClient, draft: str) -> None:
    before = document()
    send(desk, f"{DRAFT}/waves/end", {"do": "page-out 0"}, f"{DRAFT}/waves/end/step")
    assert document() != before
    send(desk, DRAFT, {}, f"{DRAFT}/take-back")
    assert document() == before
    send(desk, DRAFT, {}, f"{DRAFT}/discard")
    assert queries.draft("golden-thread") is None
    assert desk.get(DRAFT).status_code == 404


def test_a_set_that_cannot_be_used_is_not_published_and_neither_is_one_without_a_change(
    desk: FlaskClient, draft: str
) -> None:
    asked = hidden(desk.get(DRAFT)) | {"changed": "Nothing."}
    assert "Nothing is different from version 1" in desk.post(f"{DRAFT}/publish", data=asked).text
    send(desk, f"{DRAFT}/waves/w6", {"do": "off quote_consent"}, f"{DRAFT}/waves/w6/step")
    page = desk.get(DRAFT)
    assert "needs its own question of consent in the same wave." in page.text
    refused = desk.post(f"{DRAFT}/publish", data=hidden(page) | {"changed": "No consent."})
    assert "This set cannot be published yet." in refused.text
    assert queries.version("golden-thread", 2) is None


def test_a_preview_says_what_is_wrong_as_the_page_does_and_keeps_nothing(desk: FlaskClient, draft: str) -> None:
    first_page = f"{SET}/versions/draft/preview/end?page=1"
    assert "Select an answer to this question" in send(desk, first_page, {}).text
    assert send(desk, first_page, {"rea_use": "3"}).headers["Location"].endswith("/preview/end?page=2")
    looking_back = desk.get(f"{SET}/versions/draft/preview/end?page=5&course=NEG").text
    assert "Looking back" in looking_back
    assert "kept and reported apart from all other answers" in looking_back
    for table in (Response, HeldAnswers, Invitation, SurveyRound):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0


def test_a_set_is_translated_question_by_question_and_read_in_that_language(desk: FlaskClient, draft: str) -> None:
    send(desk, f"{DRAFT}/languages", {"language": "ur"})
    around = send(desk, f"{DRAFT}/languages/ur/words/around", {})
    assert around.status_code == 303
    page = desk.get(f"{DRAFT}/languages/ur/words/rea_use")
    fields = dict.fromkeys(re.findall(r'<textarea[^>]*name="(\w+)"', page.text), "اردو")
    assert len(fields) == 6, "the question and its five choices"
    send(desk, f"{DRAFT}/languages/ur/words/rea_use", fields)
    counted = desk.get(f"{DRAFT}/languages").text
    assert re.search(r"(\d+) of (\d+) questions missing", counted)
    shown = desk.get(f"{SET}/versions/draft/preview/end?page=1&lang=ur").text
    assert '<main class="gt-main" id="main" lang="ur" dir="rtl">' in shown
    assert "How much will this course help you in your job?" not in shown
    assert re.search(
        r'<div lang="en-GB" dir="ltr"[^>]*>\s*<div class="govuk-form-group">.*?How much of the course was new to you\?',
        shown,
        re.DOTALL,
    )
    assert "lang=ur" in shown, "the language stays through the pages"


def test_what_is_taken_in_from_the_library_is_asked_where_it_was_wanted(desk: FlaskClient, draft: str) -> None:
    send(desk, f"{DRAFT}/questions/rea_keep", {}, f"{DRAFT}/questions/rea_keep/remove")
    library = f"{DRAFT}/library?where=w6++0"
    send(desk, library, {"where": "w6  0"}, f"{DRAFT}/library/rea_keep/take-in")
    assert rules.page_lists(rules.wave_of(document(), "w6") or {})[0][1][0]["questions"][-1] == "rea_keep"
