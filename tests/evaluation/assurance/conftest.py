"""An event in November about two actions, with two agencies that can be written to, one of which is asked about both."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from evaluation.actions.models import Action
from evaluation.assurance import operations, queries
from evaluation.assurance.models import Ask, AssuranceEvent
from evaluation.assurance.operations import Draft
from evaluation.recommendations.models import Recommendation, RecommendationState, Source, SourceKind
from lms import dates
from lms.accounts.models import Person
from lms.dates import from_london
from lms.db import db, writing
from lms.letters.models import Letter
from lms.organisations.models import PartnershipGroup
from lms.roles import Role
from tests.factories import organisation, person

MADE = from_london(date(2024, 10, 1), 10)
INVITED = from_london(date(2024, 10, 8), 9)
#: The last day for evidence is 5 November, the event on the 12th.
LAST_DAY = date(2024, 11, 5)
TOLD = "Three teams changed how they record the child’s day; 18 of 20 records looked at hold it."


@dataclass
class Event:
    """One event, read anew each time."""

    reference: str
    officer_id: int
    health_id: int
    police_id: int

    @property
    def row(self) -> AssuranceEvent:
        db.session.expire_all()
        found = queries.event(self.reference)
        assert found
        return found

    @property
    def officer(self) -> Person:
        return db.session.get_one(Person, self.officer_id)

    @property
    def health(self) -> Person:
        """Who answers for the agency that is asked about both actions."""
        return db.session.get_one(Person, self.health_id)

    @property
    def police(self) -> Person:
        return db.session.get_one(Person, self.police_id)

    def asked(self, who: Person, number: int = 0) -> Ask:
        agency = next(one for one in self.row.agencies if one.organisation_id == who.organisation_id)
        return sorted(agency.asks, key=lambda one: one.action.reference)[number]

    def page(self, ask: Ask) -> str:
        return f"/agency/assurance/{ask.agency.reference}/{ask.id}"

    def letters(self, key: str) -> list[Letter]:
        return list(db.session.scalars(db.select(Letter).where(Letter.key == key).order_by(Letter.id)))


def draft(**more: Any) -> Draft:
    values: dict[str, Any] = {
        "title": "Assurance event on late recognition",
        "about": "What a review asked of every service.",
        "first_day": date(2024, 11, 12),
        "last_day": date(2024, 11, 12),
        "evidence_until": LAST_DAY,
    }
    return Draft(**values | more)


@pytest.fixture
def actions(app: Flask) -> list[Action]:
    """Two actions of one recommendation, LDA-001 and LDA-002."""
    group = PartnershipGroup(key="ld", name="Learning and Development Group", short_name="L&D", purpose="")
    source = Source(reference="R-1", kind=SourceKind.PRACTICE_REVIEW, title="A review", dated=MADE.date(), learning="x")
    served = Recommendation(
        reference="R-1.1", source=source, headline="Small worries", wording="Keep one list.", owner_group=group,
        state=RecommendationState.ACCEPTED,
    )  # fmt: skip
    found = [
        Action(
            reference=f"LDA-00{n}", wording=f"Do thing {n} in every team", owner_group=group, decided_on=date(2024, 1, 8),
            recommendations=[served], due=date(2024, 12, 1),
        )
        for n in (1, 2)
    ]  # fmt: skip
    db.session.add_all(found)
    db.session.commit()
    return found


@pytest.fixture
def event(actions: list[Action]) -> Event:
    """Invited, and nothing sent yet."""
    officer = person("Siân", "Morgan", Role.LD_OFFICER)
    health = person("Helen", "Ward", Role.TRAINING_LEAD, organisation=organisation("Community health"))
    police = person("Joe", "Bell", Role.TRAINING_LEAD, organisation=organisation("Police"))
    db.session.commit()
    with writing():
        made = operations.make(draft=draft(), actor=officer, now=MADE)
        operations.put_actions(event=made, actions=actions, actor=officer, now=MADE)
        operations.ask(event=made, organisation=health.organisation, actions=actions, actor=officer, now=MADE)
        operations.ask(event=made, organisation=police.organisation, actions=actions[:1], actor=officer, now=MADE)
        operations.invite(event=made, actor=officer, now=INVITED)
        reference = made.reference
    return Event(reference, officer.id, health.id, police.id)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set the clock of the pages."""

    def set_clock(moment: datetime) -> None:
        monkeypatch.setattr(dates, "now", lambda: moment)

    set_clock(INVITED)
    return set_clock


def send(client: FlaskClient, url: str, fields: dict[str, Any], page: str = "", **more: Any) -> Any:
    """Fill in the form of a page and send it, with the token the page carries."""
    shown = client.get(page or url).text
    token = shown.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    return client.post(url, data={"csrf_token": token, **fields}, **more)
