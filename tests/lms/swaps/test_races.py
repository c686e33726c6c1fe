"""Two people at the same moment, through the whole application, each on a connection of their own."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms import dates
from lms.accounts.models import Person
from lms.app import create_app
from lms.bookings.models import Booking, BookingStatus
from lms.catalogue.models import CourseSession
from lms.db import db
from lms.roles import Role
from tests.factories import NOW, course, course_session, organisation, person
from tests.lms.bookings import steps

ROUNDS = 8
Act = Callable[[], int]


@pytest.fixture
def house(
    fresh_database: Callable[[], str], settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """The application on a database of its own, where each request has its own connection."""
    monkeypatch.setattr(dates, "now", lambda: NOW)
    app = create_app(**settings | {"SQLALCHEMY_DATABASE_URI": fresh_database(), "WTF_CSRF_ENABLED": False})
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


class Agency:
    """Amina and her lead, two colleagues, and two others; each in a browser."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        hubs, police = organisation("Family Hubs"), organisation("Police")
        self.people = {
            name: person(name, organisation=hubs, email=f"{name}@hubs.example".lower())
            for name in ("Amina", "Sam", "Ella")
        }
        self.people["Lead"] = person("Lead", "Person", Role.TRAINING_LEAD, organisation=hubs)
        self.people |= {name: person(name, organisation=police) for name in ("Mei", "Tom")}
        db.session.commit()
        self.ids = {name: one.id for name, one in self.people.items()}
        self.browsers = {name: self._browser(one) for name, one in self.people.items()}

    def _browser(self, one: Person) -> FlaskClient:
        browser = self.app.test_client()
        with browser.session_transaction() as visit:
            visit["_user_id"], visit["_fresh"] = one.get_id(), True
        return browser

    def sends(self, name: str, path: str, **fields: object) -> Act:
        """Somebody sends a form: what to do at the moment, which gives the status of the answer."""
        return lambda: self.browsers[name].post(path, data=fields).status_code

    def gives(self, name: str, reference: str, to: str) -> Act:
        """Somebody has looked, and gives a place to a colleague."""
        if name == "Lead":
            return self.sends(name, f"/bookings/{reference}/swap", colleague=self.ids[to], sure=self.ids[to])
        email = f"{to}@hubs.example".lower()
        return self.sends(name, f"/bookings/{reference}/swap", email=email, sure=email)


@pytest.fixture
def agency(house: Flask) -> Agency:
    return Agency(house)


def at_once(*acts: Act) -> list[int]:
    """Do these at the same moment, each in a thread of its own; answers what each answered."""
    start, answers = threading.Barrier(len(acts)), [0] * len(acts)

    def run(number: int) -> None:
        start.wait(30)
        answers[number] = acts[number]()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    db.session.rollback()
    return answers


def day(number: int) -> datetime:
    """A day of its own for each session: who has something else at that time would be offered a place, not given it."""
    return NOW + timedelta(days=40 + number)


def confirmed(session: CourseSession) -> list[str]:
    """The first names of who has a place now."""
    found = select(Booking).where(Booking.session_id == session.id, Booking.status == BookingStatus.BOOKED)
    return sorted(one.person.first_name for one in db.session.scalars(found))


def test_two_people_give_the_same_place_away_and_one_of_them_has(agency: Agency) -> None:
    for number in range(ROUNDS):
        session = course_session(capacity=1, starts_at=day(number))
        old = steps.ask(session, agency.people["Amina"])
        reference = old.reference
        db.session.commit()
        answers = at_once(agency.gives("Amina", reference, "Sam"), agency.gives("Lead", reference, "Ella"))
        assert sorted(answers) == [303, 422]
        assert confirmed(session) == (["Sam"] if answers[0] == 303 else ["Ella"])
    assert steps.problems() == []


def test_who_moves_and_who_books_do_not_both_get_the_last_place(agency: Agency) -> None:
    of = course()
    for number in range(ROUNDS):
        here = course_session(of, capacity=1, starts_at=day(2 * number))
        there = course_session(of, capacity=1, starts_at=day(2 * number + 1))
        old = steps.ask(here, agency.people["Amina"])
        steps.ask(here, agency.people["Tom"])
        path, to = f"/bookings/{old.reference}/move", there.reference
        db.session.commit()
        moved, booked = at_once(
            agency.sends("Amina", path, to=to), agency.sends("Mei", f"/sessions/{to}/book", learned_elsewhere="")
        )
        assert (moved in {303, 422}, booked) == (True, 303)
        assert confirmed(there) == (["Amina"] if moved == 303 else ["Mei"])
        assert confirmed(here) == (["Tom"] if moved == 303 else ["Amina"])
    assert steps.problems() == []


def test_two_people_change_places_across_and_neither_waits_for_the_other(agency: Agency) -> None:
    of = course()
    for number in range(ROUNDS):
        one, two = (course_session(of, capacity=2, starts_at=day(2 * number + more)) for more in (0, 1))
        first, second = steps.ask(one, agency.people["Amina"]), steps.ask(two, agency.people["Mei"])
        paths = [
            (f"/bookings/{first.reference}/move", two.reference),
            (f"/bookings/{second.reference}/move", one.reference),
        ]
        db.session.commit()
        answers = at_once(
            *(agency.sends(who, path, to=to) for who, (path, to) in zip(("Amina", "Mei"), paths, strict=True))
        )
        assert answers == [303, 303]
        assert (confirmed(one), confirmed(two)) == (["Mei"], ["Amina"])
    assert steps.problems() == []


def test_a_place_is_either_passed_on_or_given_back(agency: Agency) -> None:
    for number in range(ROUNDS):
        session = course_session(capacity=1, starts_at=day(number))
        old = steps.ask(session, agency.people["Amina"])
        steps.ask(session, agency.people["Mei"])
        reference = old.reference
        db.session.commit()
        given_back, passed_on = at_once(
            agency.sends("Amina", f"/bookings/{reference}/cancel"), agency.gives("Lead", reference, "Sam")
        )
        assert sorted([given_back, passed_on]) == [303, 422]
        assert confirmed(session) == (["Mei"] if given_back == 303 else ["Sam"])
    assert steps.problems() == []


def test_who_is_given_a_place_while_one_comes_up_for_them_has_one(agency: Agency) -> None:
    """Sam waits first. Tom gives his place back, so it is Sam’s; at that moment Amina gives Sam hers."""
    for number in range(ROUNDS):
        session = course_session(capacity=2, starts_at=day(number))
        amina, tom = (steps.ask(session, agency.people[name]) for name in ("Amina", "Tom"))
        for name in ("Sam", "Mei"):
            steps.ask(session, agency.people[name])
        cancel, reference = f"/bookings/{tom.reference}/cancel", amina.reference
        db.session.commit()
        given_back, passed_on = at_once(agency.sends("Tom", cancel), agency.gives("Amina", reference, "Sam"))
        assert (given_back, passed_on in {303, 422}) == (303, True)
        assert confirmed(session) == (["Mei", "Sam"] if passed_on == 303 else ["Amina", "Sam"])
    assert steps.problems() == []
