"""One session of the neglect course, 14 people with a place, and what a year does with them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from evaluation.surveys import answers, operations, queries, tokens
from evaluation.surveys.models import Invitation, SurveyRound
from lms import jobs
from lms.accounts.models import Person, PersonRole
from lms.attendance.models import AttendanceMark, Mark
from lms.bookings.models import Booking, BookingStatus
from lms.catalogue.models import CountedBy, Course, CourseKind, CourseSession, Mode
from lms.dates import from_london
from lms.db import db, writing
from lms.letters.models import Letter
from lms.organisations.models import Organisation, Partnership, Sector
from lms.roles import Role
from tests.databases import ROOT
from tests.lms.letters.conftest import mail as mail

DOCUMENT = yaml.safe_load((ROOT / "content" / "question-sets.yaml").read_text(encoding="utf-8"))
DECIDED = from_london(date(2024, 10, 8), 8)
#: How many of the 14 people work in which sector.
SECTORS = (6, 5, 3)


@dataclass
class Life:
    """The session and its people; each thing it does is one transaction, as in a request or a job."""

    session_id: int
    people: list[int]
    bookings: list[int] = field(default_factory=list)

    @property
    def session(self) -> CourseSession:
        return db.session.get_one(CourseSession, self.session_id)

    def book(self, at: datetime, people: Sequence[int] | None = None) -> None:
        with writing():
            for person in self.people if people is None else people:
                booking = Booking(
                    session_id=self.session_id,
                    person=db.session.get_one(Person, person),
                    status=BookingStatus.BOOKED,
                    asked_at=at,
                    held_at=at,
                    booked_at=at,
                )
                db.session.add(booking)
                db.session.flush()
                self.bookings.append(booking.id)

    def mark(self, at: datetime, came: Sequence[int], mark: Mark = Mark.ATTENDED) -> None:
        with writing():
            for number in came:
                db.session.add(AttendanceMark(booking_id=self.bookings[number], mark=mark, marked_at=at))

    def until(self, moment: datetime) -> dict[str, int]:
        return jobs.run_due(moment)

    def round(self, wave: str) -> SurveyRound:
        return db.session.scalars(
            select(SurveyRound).where(SurveyRound.session_id == self.session_id, SurveyRound.wave == wave)
        ).one()

    def invitation(self, wave: str, number: int) -> Invitation:
        return db.session.scalars(
            select(Invitation).where(
                Invitation.round_id == self.round(wave).id, Invitation.booking_id == self.bookings[number]
            )
        ).one()

    def link(self, wave: str, number: int) -> str:
        return f"/s/{tokens.token_of(self.invitation(wave, number).id)}"

    def answer(self, wave: str, number: int, now: datetime, *, marked: bool = True, **given: Any) -> None:
        """Submit as the page does: the answers in one transaction, the mark in the next."""
        invitation_id = self.invitation(wave, number).id
        with writing():
            invitation = db.session.get_one(Invitation, invitation_id)
            answers.submit(
                invitation=invitation, token=tokens.token_of(invitation.id), answers=given or RATED[wave], now=now
            )
        if marked:
            with writing():
                answers.mark_answered(invitation_id=invitation_id)

    def letters(self, key: str) -> list[Letter]:
        return list(db.session.scalars(select(Letter).where(Letter.key == key).order_by(Letter.id)))


RATED = {
    "baseline": {"neg_conf_spot": "1", "neg_conf_child": "2"},
    "end": {"rea_use": "3", "neg_conf_spot": "3"},
    "m3": {"neg_beh_toolkit": "2", "neg_conf_spot": "3"},
    "m6": {"neg_beh_toolkit": "3", "neg_conf_spot": "4"},
    "manager": {"mgr_neg_beh_toolkit": "2"},
}


@pytest.fixture
def life(app: Flask) -> Life:
    """A course with a plan, a session on 5 November 2024 from 9:30am to 1pm, and 14 people of three sectors."""
    return Life(*_made())


def _made() -> tuple[int, list[int]]:
    with writing():
        db.session.add(
            Partnership(
                key="wakefield",
                name="Wakefield Safeguarding Children Partnership",
                short_name="WSCP",
                team_name="Learning and development team",
                team_email="learning@wakefield.example.org.uk",
                team_phone="01924 000000",
            )
        )
        people = []
        for place, many in enumerate(SECTORS):
            sector = Sector(key=f"sector-{place}", name=f"Sector {place}", position=place)
            works_at = Organisation(name=f"Agency {place}", sector=sector)
            people += [
                Person(
                    email=f"person{place}{number}@example.org.uk",
                    first_name=f"Person{place}{number}",
                    last_name="Madeup",
                    organisation=works_at,
                    manager_name=f"Manager{place}{number} Madeup",
                    manager_email=f"manager{place}{number}@example.org.uk",
                )
                for number in range(many)
            ]
        course = Course(
            code="NEG",
            title="Multi-agency neglect",
            kind=CourseKind.SUBJECT,
            aim="To act early.",
            outcomes=[],
            audience="Everybody",
            modes=["virtual"],
            counted_by=CountedBy.PEOPLE,
            tags=[],
        )
        starts = from_london(date(2024, 11, 5), 9, 30)
        session = CourseSession(
            reference="NEG-2024-11",
            course=course,
            starts_at=starts,
            ends_at=starts + timedelta(hours=3, minutes=30),
            mode=Mode.VIRTUAL,
            capacity=20,
            added_at=datetime(2024, 10, 1, 9, tzinfo=UTC),
            published_at=datetime(2024, 10, 1, 9, tzinfo=UTC),
        )
        db.session.add_all([*people, course, session])
        db.session.flush()
        operations.set_evaluation_plan(
            course=course,
            question_set=operations.load_question_set(document=DOCUMENT),
            primary_scale="behaviour_neglect",
            actor=None,
            now=DECIDED,
        )
        return session.id, [person.id for person in people]


@pytest.fixture
def taught(life: Life) -> Life:
    """The session is over: 14 people booked, the first 12 came, and it is half past one."""
    life.book(from_london(date(2024, 10, 8), 10))
    life.until(from_london(date(2024, 11, 5), 13, 5))
    life.mark(from_london(date(2024, 11, 5), 13, 10), range(12))
    life.until(from_london(date(2024, 11, 5), 13, 30))
    return life


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set the clock that pages read."""

    def set_clock(moment: datetime) -> None:
        monkeypatch.setattr("lms.dates.now", lambda: moment)

    return set_clock


def send(client: FlaskClient, url: str, form: dict[str, Any]) -> TestResponse:
    """Open a page and send its form, as a browser does."""
    page = client.get(url)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)
    assert token, page.text
    warned = re.search(r'name="warned"[^>]*value="([^"]*)"', page.text)
    hidden = {"csrf_token": token[1]} | ({"warned": warned[1]} if warned else {})
    return client.post(url, data=hidden | form)


def sign_in(client: FlaskClient, person: Person) -> None:
    """Let the browser be somebody’s, without going through the sign-in page."""
    with client.session_transaction() as visit:
        visit["_user_id"] = str(person.id)
        visit["_fresh"] = True


@pytest.fixture
def officer(life: Life) -> Person:
    works_at = db.session.scalars(select(Organisation).order_by(Organisation.id).limit(1)).one()
    person = Person(email="officer@example.org.uk", first_name="Olive", last_name="Madeup", organisation=works_at)
    person.held = [PersonRole(role=Role.LD_OFFICER)]
    db.session.add(person)
    db.session.commit()
    return person


def sent(life: Life, wave: str, number: int) -> bool:
    """Are this person’s answers here, by their key?"""
    invitation = life.invitation(wave, number)
    return invitation.id in queries.sent_already(invitation.round, [invitation])
