"""An officer builds a set on pages, and never meets the document behind it."""

import pytest
from flask.testing import FlaskClient

from evaluation.question_sets.writing import KINDS
from evaluation.surveys.models import QuestionSet
from tests.evaluation.question_sets.conftest import HOME, send

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
    f"{DRAFT}/waves/new",
    f"{DRAFT}/waves/end",
    f"{DRAFT}/waves/end?course=NEG",
    f"{DRAFT}/waves/sgw/edit",
    f"{DRAFT}/waves/m3/edit",
    f"{DRAFT}/questions/new?wave=end&page=0",
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
    *(f"{DRAFT}/questions/new/{kind}" for kind in KINDS),
    f"{DRAFT}/questions/rea_access_what/only-after",
    f"{DRAFT}/questions/quote_consent/only-after",
    *(
        f"{SET}/versions/draft/preview/{wave}"
        for wave in ("end", "manager", "sgw", "end?page=1", "end?page=check&course=NEG", "end?page=5&narrow=yes")
    ),
)


def test_every_page_opens(desk: FlaskClient, draft: str) -> None:
    assert {address: desk.get(address).status_code for address in PAGES} == dict.fromkeys(PAGES, 200)
