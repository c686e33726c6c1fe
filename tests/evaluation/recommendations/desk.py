"""What an officer does with recommendations in a browser, and how tests read what came of it."""

import html
import re
from dataclasses import dataclass
from datetime import date

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from evaluation.recommendations.models import Recommendation, Source
from lms.accounts.models import Person
from lms.db import db
from tests.browsing import send


def words_of(page: TestResponse) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def found(reference: str) -> Recommendation:
    return db.session.scalars(select(Recommendation).where(Recommendation.reference == reference)).one()


def source(reference: str) -> Source:
    return db.session.scalars(select(Source).where(Source.reference == reference)).one()


def day(name: str, value: date) -> dict[str, str]:
    return {f"{name}-day": str(value.day), f"{name}-month": str(value.month), f"{name}-year": str(value.year)}


@dataclass
class Desk:
    """An officer’s browser, and what officers do in it."""

    browser: FlaskClient
    officer: Person

    def step(self, reference: str, name: str, **fields: str) -> TestResponse:
        """Open the page of a step and send it as it is, but for these fields."""
        path = f"/improvement/recommendations/{reference}/{name}"
        page = self.browser.get(path)
        seen = re.search(r'name="seen"[^>]*value="(\d+)"', page.text)
        given = day("dated", date.fromisoformat(fields.pop("dated", "2024-10-08")))
        return send(
            self.browser, path, **{"seen": seen[1] if seen else "", **given, "reason": "", "minute": "", **fields}
        )

    def history(self, reference: str) -> str:
        return words_of(self.browser.get(f"/improvement/recommendations/{reference}/history"))
