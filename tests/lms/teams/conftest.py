"""An agency with a training lead and colleagues; the clock of the tests of bookings, and `lms verify` after each test."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.accounts.models import Person
from lms.organisations.models import Organisation
from lms.roles import Role
from tests.factories import organisation, person
from tests.lms.bookings.conftest import _nothing_is_wrong, broken_on_purpose, clock

__all__ = ["_nothing_is_wrong", "broken_on_purpose", "clock"]


@dataclass
class Team:
    """Helen looks after the people of one agency."""

    agency: Organisation
    lead: Person
    sign_in: Callable[[Person], FlaskClient]

    def people(self, *names: str) -> list[Person]:
        """Colleagues called so, by last name."""
        return [person("Sam", name, organisation=self.agency) for name in names]

    def browser(self) -> FlaskClient:
        """Helen’s."""
        return self.sign_in(self.lead)


@pytest.fixture
def team(app: Flask, sign_in: Callable[[Person], FlaskClient]) -> Team:
    agency = organisation("Early Help")
    return Team(agency, person("Helen", "Ward", Role.TRAINING_LEAD, organisation=agency), sign_in)


@pytest.fixture
def canary(app: Flask) -> Person:
    """Somebody of another organisation, whom nobody of this one may see."""
    return person("Canary", "Elsewhere", organisation=organisation("Canary School"), job="Canary keeper")
