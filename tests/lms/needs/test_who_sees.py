"""What people need is a list for the trainers of the session and for officers; for everybody else there is none."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.accounts.models import Person
from lms.attendance.queries import register
from lms.bookings.models import Booking, BookingStatus
from lms.catalogue.models import CourseSession
from lms.needs.operations import tell
from lms.roles import Role
from tests import factories
from tests.factories import NOW, course_session, person
from tests.lms.bookings import steps
from tests.lms.bookings.conftest import Clock
from tests.lms.needs.test_telling import text_of

SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def trainer(app: Flask) -> Person:
    found: Person = person("Tom", "Ashworth", Role.TRAINER)
    return found


@pytest.fixture
def session(trainer: Person) -> CourseSession:
    """Three people have said what they need, one of them waits, and a fourth has said nothing."""
    found: CourseSession = course_session(capacity=3, trainers=[trainer], asks_diet=True, reference="NEG-1")
    for first, last, access, diet in (
        ("Amina", "Yusuf", "A hearing loop", ""),
        ("Dev", "Abbott", "", "Halal"),
        ("Ella", "Marsh", "", ""),
        ("Who", "Waits", "A ramp", ""),
    ):
        tell(booking=steps.ask(found, person(first, last)), access=access, diet=diet, now=NOW)
    return found


NEAR = timedelta(days=14)


def test_trainers_have_a_list_by_name_from_two_weeks_before(
    session: CourseSession, trainer: Person, sign_in: SignIn, clock: Clock
) -> None:
    browser = sign_in(trainer)
    clock(session.starts_at - NEAR - timedelta(minutes=1))
    assert browser.get("/sessions/NEG-1/needs").status_code == 404
    assert "told us what they need" not in browser.get("/sessions/NEG-1/register").text
    clock(session.starts_at - NEAR)
    page = browser.get("/sessions/NEG-1/needs")
    rows = [
        re.findall(r"<span>(.*?)</span>", row)
        for row in re.findall(r'<tr>\s*<th scope="row".*?</tr>', page.text, re.DOTALL)
    ]
    names = re.findall(r'<th scope="row">(.*?)</th>', page.text)
    assert (names, rows) == (["Dev Abbott", "Amina Yusuf"], [["–", "Halal"], ["A hearing loop", "–"]])
    assert "A ramp" not in page.text, "who waits may not come"
    assert "We delete this on 3 December 2024" in text_of(page)


def test_the_register_leads_to_it_where_somebody_said_something(
    session: CourseSession, trainer: Person, sign_in: SignIn, clock: Clock
) -> None:
    clock(session.starts_at - NEAR)
    browser = sign_in(trainer)
    assert "2 people have told us what they need" in text_of(browser.get("/sessions/NEG-1/register"))
    by_name = {one.person.first_name: one for one in on_register(session)}
    steps.give_back(by_name["Dev"], session.starts_at - NEAR)
    text = text_of(browser.get("/sessions/NEG-1/register"))
    assert "2 people have told us what they need" in text, "whoever waited comes now, and needs a ramp"
    steps.give_back(by_name["Amina"], session.starts_at - NEAR)
    assert "1 person has told us what they need" in text_of(browser.get("/sessions/NEG-1/register"))
    quiet = course_session(trainers=[trainer])
    steps.ask(quiet, "Mei", session.starts_at - NEAR)
    assert "told us" not in browser.get(f"/sessions/{quiet.reference}/register").text


def on_register(session: CourseSession) -> list[Booking]:
    return [line.booking for line in register(session.dates[0])]


def test_officers_have_it_from_the_beginning(session: CourseSession, sign_in: SignIn) -> None:
    browser = sign_in(person("Olu", "O", Role.LD_OFFICER))
    assert "A hearing loop" in browser.get("/sessions/NEG-1/needs").text
    assert "2 people have told us what they need" in text_of(browser.get("/sessions/NEG-1/register"))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.LD_OFFICER])
def test_to_everybody_else_there_is_no_such_page(
    session: CourseSession, sign_in: SignIn, clock: Clock, role: Role
) -> None:
    """Whatever they are, and also those who work with the people it is about; trainers of other sessions too."""
    clock(session.starts_at - timedelta(days=1))
    colleague = on_register(session)[0].person.organisation
    browser = sign_in(person("Some", "Body", role, organisation=colleague))
    assert browser.get("/sessions/NEG-1/needs").status_code == 404
    assert browser.get("/sessions/nothing/needs").status_code == 404


def test_signed_out_one_is_asked_to_sign_in(session: CourseSession, client: FlaskClient) -> None:
    assert client.get("/sessions/NEG-1/needs").status_code == 303


def test_who_no_longer_trains_has_no_list_even_where_they_once_taught(
    session: CourseSession, trainer: Person, sign_in: SignIn, clock: Clock
) -> None:
    clock(session.starts_at - timedelta(days=1))
    trainer.held[0].role = Role.TRAINING_LEAD
    assert sign_in(trainer).get("/sessions/NEG-1/needs").status_code == 404


def test_where_nobody_said_anything_it_says_so(sign_in: SignIn, app: Flask) -> None:
    quiet = course_session()
    factories.booking(quiet, status=BookingStatus.BOOKED)
    text = text_of(sign_in(person("Olu", "O", Role.LD_OFFICER)).get(f"/sessions/{quiet.reference}/needs"))
    assert "Nobody with a place has told us that they need something." in text


def test_one_person_or_thirty_take_the_same_number_of_queries(sign_in: SignIn, count_queries: list[str]) -> None:
    session, seen = course_session(capacity=40, reference="MANY"), []
    browser = sign_in(person("Olu", "O", Role.LD_OFFICER))
    browser.get("/sessions/MANY/needs")
    for number in range(1, 31):
        booking = factories.booking(session)
        tell(booking=booking, access=f"Need {number}", diet="", now=NOW)
        if number in {1, 30}:
            factories.db.session.commit()
            count_queries.clear()
            assert browser.get("/sessions/MANY/needs").text.count("Need ") == number
            seen.append(len(count_queries))
    assert seen[0] == seen[1]
