"""What the tests of courses fill pages with: forms as a browser sends them, levels, and a plain course."""

import re
from datetime import date
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.catalogue.models import CountedBy, CourseKind, Level, LevelScheme
from lms.courses.rules import Details
from lms.db import db
from lms.working_days import Unit
from tests.browsing import token

START = date(2022, 4, 1)
PLAIN = Details(
    title="Neglect", kind=CourseKind.CORE, aim="To see it early.", outcomes=[], audience="All", modes=["classroom"], tags=[],
    counted_by=CountedBy.PEOPLE, level_ids=frozenset(), hours=None, participatory_hours=None, refresh_months=None,
    prerequisite_ids=frozenset(), priority_ids=frozenset(), needs_approval=False, approval_days=5, cancel_amount=3,
    cancel_unit=Unit.WORKING_DAYS, automatic_days=3, offer_hours=24, stops_hours=24, reminder_days=[14, 5], joining_days=5,
    tells_manager=False, complete_within_days=None, minimum_share=80, provided_by="partnership", booking_url="", content_note="",
)  # fmt: skip


def as_opened(page: str) -> dict[str, Any]:
    """What the form of a page holds, as a browser would send it."""
    fields: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if not name:
            continue
        if 'type="checkbox"' in tag:
            if " checked" in tag:
                fields.setdefault(name[1], []).append(value[1] if value else "")
        elif name[1] != "csrf_token":
            fields[name[1]] = value[1] if value else ""
    for name, inside in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', inside)
        fields[name] = chosen[1] if chosen else ""
    for name, inside in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', page, re.DOTALL):
        fields[name] = inside.strip()
    return fields


def change(desk: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Open a page, change these fields of its form, and send it."""
    page = desk.get(path)
    assert page.status_code == 200
    return desk.post(path, data={"csrf_token": token(page), **as_opened(page.text), **fields})


def a_scheme(name: str, **details: Any) -> LevelScheme:
    scheme = LevelScheme(key=name.lower(), name=name, **details)
    db.session.add(scheme)
    db.session.flush()
    return scheme


def a_level(scheme: LevelScheme, name: str, **details: Any) -> Level:
    level = Level(
        scheme=scheme,
        name=name,
        **{"key": name.lower().replace(" ", "_"), "valid_from": START, "position": len(scheme.levels), **details},
    )
    db.session.add(level)
    db.session.flush()
    return level
