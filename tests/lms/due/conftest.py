"""A school with its people, and rules to measure them by; `lms verify` after each test."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms import dates, verify
from lms.accounts.models import Person
from lms.attendance.models import AttendanceMark, Mark
from lms.bookings.models import Booking
from lms.catalogue.models import Course
from lms.db import db
from lms.due.models import DutyGroup, RuleCourse, RuleStatus, TrainingRule
from lms.due.operations import load_rules
from lms.organisations.models import Organisation, OrganisationKind
from lms.set_up import rules_document
from tests.factories import NOW, booking, course, course_session, organisation, partnership

TODAY = date(2024, 10, 8)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the morning the demonstration starts."""
    monkeypatch.setattr(dates, "now", lambda: NOW)


@pytest.fixture(autouse=True)
def _nothing_is_wrong(request: pytest.FixtureRequest) -> Any:
    yield
    if "app" in request.fixturenames and "broken_on_purpose" not in request.fixturenames:
        assert [line for line in verify.problems() if line.startswith("rules of what is due")] == []


@pytest.fixture
def broken_on_purpose() -> None:
    """The test breaks what `lms verify` looks at."""


@pytest.fixture
def school(app: Flask) -> Organisation:
    partnership()
    return organisation("Fernbank School", kind=OrganisationKind.SCHOOL)


@pytest.fixture
def content(app: Flask) -> None:
    """The rules a partnership begins with."""
    partnership()
    load_rules(rules_document(), now=NOW)


def group(key: str = "all_school_staff", **details: Any) -> DutyGroup:
    """A group: everybody of a school, unless told otherwise."""
    found = db.session.scalar(select(DutyGroup).where(DutyGroup.key == key))
    if found is None:
        details.setdefault("kind", OrganisationKind.SCHOOL if not details else None)
        found = DutyGroup(key=key, name=f"Group {key}", **details)
        db.session.add(found)
        db.session.flush()
    return found


def rule(of: DutyGroup, *codes: str, **details: Any) -> TrainingRule:
    """A rule that is switched on: two-yearly, unless told otherwise."""
    made = TrainingRule(
        **{
            "key": f"rule-{of.key}",
            "group": of,
            "title": "DSL training",
            "must_hold": "Training for the role",
            "renew_every_months": 24,
            "status": RuleStatus.NATIONAL,
            "source": "Keeping children safe in education",
            "edition": "2024",
            "confirmed": True,
            "read_on": TODAY,
            "active": True,
            "added_at": NOW,
            "counts": [RuleCourse(code=code) for code in codes],
            **details,
        }
    )
    db.session.add(made)
    db.session.flush()
    return made


def came(who: Person, of: Course, on: date, mark: Mark = Mark.ATTENDED) -> Booking:
    """Somebody was at a session of a course on this day, as the register says."""
    session = course_session(of, starts_at=dates.from_london(on, 10), capacity=100_000)
    booked = booking(session, who)
    db.session.add(AttendanceMark(booking=booked, mark=mark, marked_at=session.ends_at))
    db.session.flush()
    return booked


def dsl_course() -> Course:
    """The course that counts."""
    return course("DSL", title="Designated safeguarding lead", hours=6.0, participatory_hours=4.0)
