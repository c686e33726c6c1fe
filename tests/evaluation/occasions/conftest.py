"""A survey of a practice review that fourteen people of three sectors are asked about, and nobody's course."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from evaluation.occasions import operations, queries
from evaluation.occasions.models import Occasion, OccasionKind
from evaluation.occasions.operations import Draft
from evaluation.occasions.rules import Choices
from evaluation.surveys import answers, tokens
from evaluation.surveys.models import Invitation, QuestionSet, SurveyRound
from lms import jobs
from lms.accounts.models import Person, PersonRole
from lms.dates import from_london
from lms.db import db, writing
from lms.letters.models import Letter
from lms.roles import Role
from tests.evaluation.surveys.conftest import _made, at

__all__ = ["at"]

MADE = from_london(date(2024, 9, 30), 10)
OPENS = from_london(date(2024, 10, 7), 9)
CLOSES = from_london(date(2024, 11, 5), 0)
EVERYBODY = Choices(sectors=("sector-0", "sector-1", "sector-2"))
RATED = {"pri_reach": "2", "pri_changed": "2", "pri_system": "3"}


@dataclass
class Survey:
    """One occasion with its people; each thing it does is one transaction, as in a request or a job."""

    reference: str
    people: list[int]

    @property
    def occasion(self) -> Occasion:
        found = queries.occasion(self.reference)
        assert found
        return found

    @property
    def round(self) -> SurveyRound:
        return db.session.scalars(select(SurveyRound).where(SurveyRound.occasion_id == self.occasion.id)).one()

    def until(self, moment: datetime) -> dict[str, int]:
        return jobs.run_due(moment)

    def invitations(self) -> list[Invitation]:
        return list(db.session.scalars(select(Invitation).where(Invitation.round_id == self.round.id)))

    def invitation(self, number: int) -> Invitation:
        return next(one for one in self.invitations() if one.person_id == self.people[number])

    def link(self, number: int) -> str:
        return f"/s/{tokens.token_of(self.invitation(number).id)}"

    def answer(self, number: int, now: datetime, *, marked: bool = True, **given: Any) -> None:
        """Submit as the page does: the answers in one transaction, the mark in the next."""
        invitation_id = self.invitation(number).id
        with writing():
            answers.submit(
                invitation=db.session.get_one(Invitation, invitation_id),
                token=tokens.token_of(invitation_id),
                answers=given or RATED,
                now=now,
            )
        if marked:
            with writing():
                answers.mark_answered(invitation_id=invitation_id)

    def letters(self, key: str) -> list[Letter]:
        return list(db.session.scalars(select(Letter).where(Letter.key == key).order_by(Letter.id)))


def made(reference: str = "PRI-2024-1", *, kind: OccasionKind = OccasionKind.PRACTICE_REVIEW, **given: Any) -> str:
    """Make an occasion as the page does."""
    values: dict[str, Any] = {
        "title": "Did the review change anything?",
        "about": "to ask who is at home",
        "choices": EVERYBODY,
        "opens_at": OPENS,
        "closes_at": CLOSES,
    }
    with writing():
        operations.make(
            kind=kind,
            reference=reference,
            draft=Draft(**values | given),
            question_set=db.session.scalars(select(QuestionSet)).one(),
            by=None,
            now=MADE,
        )
    return reference


@pytest.fixture
def people(app: Flask) -> list[int]:
    """Fourteen people: six, five and three of three sectors."""
    return _made()[1]


@pytest.fixture
def survey(people: list[int]) -> Survey:
    """A survey that opens on 7 October 2024 and can be answered until 4 November."""
    return Survey(made(), people)


@pytest.fixture
def officer(people: list[int]) -> Callable[[int], Person]:
    """One of the people as an L&D officer."""

    def make_officer(number: int = 0) -> Person:
        person = db.session.get_one(Person, people[number])
        with writing():
            db.session.add(PersonRole(person_id=person.id, role=Role.LD_OFFICER))
        return db.session.get_one(Person, people[number])

    return make_officer
