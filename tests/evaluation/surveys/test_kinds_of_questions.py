"""Numbers, matrices and other languages, answered behind a personal link without a script."""

import re
from collections.abc import Callable
from copy import deepcopy
from datetime import date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from evaluation.surveys import languages
from evaluation.surveys.models import HeldAnswers, QuestionSet
from evaluation.surveys.tokens import open_answers
from lms.dates import from_london
from lms.db import db
from tests.evaluation.surveys.conftest import Life, send

MATRIX = {
    "key": "parts", "type": "matrix", "level": 1, "wording": "How much will you use each part?", "choices": "week_use",
    "rows": [{"value": "toolkit", "label": "The toolkit"}, {"value": "list", "label": "The dated list"}],
}  # fmt: skip
NUMBER = {
    "key": "families",
    "type": "number",
    "level": "context",
    "wording": "How many families?",
    "least": 0,
    "most": 40,
}


@pytest.fixture
def link(taught: Life, at: Callable[[datetime], None]) -> str:
    """The link of the first person's questions at the end, whose first page asks a matrix and a number too, also in Urdu."""
    at(from_london(date(2024, 11, 5), 20))
    held = db.session.scalars(select(QuestionSet)).one()
    document: dict[str, Any] = deepcopy(held.document)
    document["questions"] += [MATRIX, NUMBER]
    end = next(wave for wave in document["waves"] if wave["key"] == "end")
    end["variant_pages"]["NEG"][0]["questions"] += ["parts", "families"]
    words = [*languages.texts_of(document, "rea_use"), "Save and carry on"]
    document["translations"] = {"ur": dict.fromkeys(words, "اردو")}
    held.document = document
    db.session.commit()
    return taught.link("end", 0)


def test_a_matrix_and_a_number_are_checked_kept_and_shown_again(client: FlaskClient, link: str) -> None:
    first = f"{link}?page=1"
    page = client.get(first).text
    assert page.count('name="parts.toolkit"') == page.count('name="parts.list"') == 4
    assert "A whole number from 0 to 40." in page
    refused = send(client, first, {"rea_use": "3", "families": "41"})
    assert refused.status_code == 422
    assert "Enter a number from 0 to 40" in refused.text
    assert 'value="41"' in refused.text
    assert send(client, first, {"rea_use": "3", "parts.list": "2", "families": "0"}).status_code == 303
    assert re.search(r'name="families"[^>]*value="0"', client.get(first).text)
    check = client.get(f"{link}?page=check").text
    assert re.search(r"How much will you use each part\? The dated list</dt>\s*<dd[^>]*>I will use one thing", check)
    assert re.search(r"How many families\?</dt>\s*<dd[^>]*>0", check)
    assert send(client, f"{link}?page=check", {}).status_code == 303
    (held,) = db.session.scalars(select(HeldAnswers))
    payload = open_answers(held.key, held.payload)
    assert payload
    kept = {row[0]: row[1] for row in payload["answers"]}
    assert kept == {"families": 0.0, "parts.list": 2.0, "rea_use": 3.0}


def test_another_language_stays_through_the_pages_and_changes_no_answer(client: FlaskClient, link: str) -> None:
    assert f'href="{link}?lang=ur"' in client.get(link).text
    first = f"{link}?page=1&lang=ur"
    page = client.get(first).text
    assert 'lang="ur" dir="rtl"' in page
    assert "How much will this course help you in your job?" not in page
    assert re.search(
        r'lang="en-GB" dir="ltr"[^>]*>\s*<div[^>]*>.*?How much of the course was new to you', page, re.DOTALL
    )
    answered = send(client, first, {"rea_use": "3"})
    assert answered.headers["Location"].endswith("?page=2&lang=ur")
    assert client.get(f"{link}?page=1&lang=fr").text.count("How much will this course help you") == 1
    english = client.get(f"{link}?page=check").text
    assert "I will use several things in the next month" in english
