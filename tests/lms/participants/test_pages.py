"""The pages of the people of a session."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from lms.accounts.models import Person
from lms.bookings.models import Booking, BookingStatus
from lms.bookings.operations import book_place
from lms.catalogue.models import CourseSession
from lms.needs.operations import tell
from lms.participants import operations
from lms.programme.operations import change_capacity
from lms.roles import Role
from lms.teams.operations import reserve
from tests import factories
from tests.browsing import send, token
from tests.factories import NOW


@pytest.fixture
def office(officer: Person, sign_in: Callable[[Person], FlaskClient]) -> FlaskClient:
    return sign_in(officer)


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


@pytest.fixture
def full(officer: Person) -> tuple[CourseSession, dict[str, Booking]]:
    """Four places: two people, two places without a name; two wait, one is gone."""
    session = factories.course_session(capacity=4)
    lead = factories.person("Tom", "Lead", Role.TRAINING_LEAD)
    reserve(session=session, places=2, by=lead, now=NOW).name_by = session.starts_at
    bookings = {
        name: book_place(session=session, person=factories.person(name), now=NOW + timedelta(minutes=minute))
        for minute, name in enumerate(("Ann", "Bea", "Cem", "Dot", "=Eve"))
    }
    operations.cancel_for(booking=bookings["=Eve"], by=officer, now=NOW, reason=None)
    reason = operations.add_priority(name="New in post", by=officer, now=NOW)
    operations.set_priority(booking=bookings["Dot"], reason=reason, by=officer, now=NOW)
    tell(booking=bookings["Ann"], access="A hearing loop", diet="", now=NOW)
    return session, bookings


def test_the_page_says_who_has_a_place_and_in_which_order_others_wait(
    office: FlaskClient, full: tuple[CourseSession, dict[str, Booking]]
) -> None:
    session, bookings = full
    page = words(office.get(f"/sessions/{session.reference}/people").text)
    assert "4 of 4 places taken , 2 people waiting" in page.replace("taken,", "taken ,")
    waiting = page[page.index("Waiting list in order") :]
    assert waiting.index("Dot Yusuf") < waiting.index("Cem Yusuf")
    assert "New in post" in waiting
    assert "Tom Lead" in page
    assert "1 booking has ended" in page
    assert "hearing loop" not in page
    assert "booking is cancelled" not in page
    assert bookings["Ann"].person.organisation.name in page


def test_the_list_is_downloaded_and_nothing_in_it_is_a_formula(
    office: FlaskClient, full: tuple[CourseSession, dict[str, Booking]]
) -> None:
    session, _ = full
    answer = office.get(f"/sessions/{session.reference}/people.csv")
    assert answer.headers["Content-Disposition"] == f"attachment; filename={session.reference}-people.csv"
    head, *lines = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    by_name = {line[2]: dict(zip(head, line, strict=True)) for line in lines}
    assert len(lines) == 7
    assert by_name["Dot"]["Number on the list"] == "1"
    assert by_name["Dot"]["Goes first because"] == "New in post"
    assert by_name["Cem"]["Where it stands"] == "On the waiting list"
    assert by_name["'=Eve"]["How it ended"] == "Cancelled"
    assert [line[0] for line in lines].count("Kept, without a name") == 2
    assert "hearing loop" not in answer.text


def test_somebody_is_found_and_booked(office: FlaskClient) -> None:
    session = factories.course_session(factories.course(needs_approval=True))
    ann = factories.person("Ann", "Able")
    path = f"/sessions/{session.reference}/people/add"
    assert "Nobody fits." in office.get(f"{path}?q=nobody").text
    page = office.get(f"{path}?q=able+ann")
    assert f'href="{path}/{ann.id}"' in page.text
    missing = send(office, f"{path}/{ann.id}")
    assert (missing.status_code, missing.text.count("Enter the name and the email address of their manager")) == (
        422,
        2,
    )
    done = send(office, f"{path}/{ann.id}", manager_name="Max", manager_email="max@agency.example")
    assert (done.status_code, done.location) == (303, f"/sessions/{session.reference}/people")
    page = office.get(done.location)
    assert "A place is held for Ann Able, and their manager is asked." in page.text
    assert "Manager asked" in words(page.text)
    assert "Has a place held" in words(office.get(f"{path}?q=able").text)
    assert send(office, f"{path}/{ann.id}", agreed="y").status_code == 422


def test_what_should_come_before_is_said_and_ticked(office: FlaskClient) -> None:
    session = factories.course_session(factories.course(prerequisites=[factories.course(title="First steps")]))
    path = f"/sessions/{session.reference}/people/add/{factories.person('Ann').id}"
    assert "First steps: we have no record that they have done it" in words(office.get(path).text)
    refused = send(office, path)
    assert (refused.status_code, refused.text.count("tick that Ann Yusuf has learned it elsewhere")) == (422, 2)
    assert send(office, path, learned_elsewhere="y").status_code == 303


def test_an_officer_does_everything_for_one_person_on_one_page(
    office: FlaskClient, officer: Person, full: tuple[CourseSession, dict[str, Booking]], clock: Callable[..., Any]
) -> None:
    session, bookings = full
    path = f"/sessions/{session.reference}/people/{bookings['Cem'].reference}"
    page = office.get(path)
    assert "Number 2 on the waiting list" in page.text
    csrf = token(page)

    def press(do: str, **fields: str) -> Any:
        return office.post(f"{path}/{do}", data={"csrf_token": csrf, **fields})

    refused = press("promote", why="Rang")
    assert (refused.status_code, refused.text.count("There is no place for Cem Yusuf")) == (422, 2)
    assert 'value="Rang"' in refused.text
    assert press("priority", priority="9999").status_code == 422
    assert press("priority", priority="").status_code == 303
    now = clock(session.starts_at - timedelta(hours=20))
    change_capacity(session=session, capacity=5, by=officer, now=now)
    assert press("promote").status_code == 422
    assert press("promote", why="Rang back first").status_code == 303
    assert bookings["Cem"].status is BookingStatus.BOOKED
    late = press("promote")
    assert (late.status_code, "does not wait any more" in late.text) == (422, True)
    assert press("cancel", reason="unwell").status_code == 303
    assert bookings["Cem"].status is BookingStatus.CANCELLED
    again = press("cancel")
    assert (again.status_code, "This booking is already cancelled." in again.text) == (422, True)
    assert "Unwell, or caring for somebody" in office.get(path).text


def test_a_booking_of_another_session_is_not_here(
    office: FlaskClient, full: tuple[CourseSession, dict[str, Booking]]
) -> None:
    _, bookings = full
    other = factories.course_session()
    assert office.get(f"/sessions/{other.reference}/people/{bookings['Ann'].reference}").status_code == 404
    assert "Nobody has asked for a place yet." in office.get(f"/sessions/{other.reference}/people").text


def test_the_reasons_to_go_first_are_kept(office: FlaskClient) -> None:
    path = "/programme/priorities"
    assert "every list goes by the time of asking alone" in office.get(path).text
    for name in ("New in post", "Works alone"):
        assert send(office, path, name=name).status_code == 303
    again = send(office, path, name="new in post")
    assert (again.status_code, again.text.count("There is a reason of this name already")) == (422, 2)
    assert send(office, path, name="").text.count("Enter a reason") == 2
    page = office.get(path)
    ids = re.findall(r'href="/programme/priorities/(\d+)"', page.text)
    csrf = token(page)
    assert office.post(f"{path}/{ids[1]}/up", data={"csrf_token": csrf}).status_code == 303
    assert re.findall(r'href="/programme/priorities/(\d+)"', office.get(path).text) == [ids[1], ids[0]]
    assert send(office, f"{path}/{ids[0]}", name="New here").status_code == 303
    assert office.post(f"{path}/{ids[1]}/retire", data={"csrf_token": csrf}).status_code == 303
    page = words(office.get(path).text)
    assert page.index("New here") < page.index("No longer given") < page.index("Works alone")
    assert office.post(f"{path}/{ids[1]}/bring_back", data={"csrf_token": csrf}).status_code == 303
    assert office.get(f"{path}/99999").status_code == 404


def test_the_people_of_a_session_are_read_in_the_same_number_of_questions(
    office: FlaskClient, count_queries: list[str]
) -> None:
    session = factories.course_session(capacity=50)

    def asked(more: int) -> int:
        for _ in range(more):
            book_place(session=session, person=factories.person(), now=NOW)
        count_queries.clear()
        assert office.get(f"/sessions/{session.reference}/people").status_code == 200
        return len(count_queries)

    asked(1)
    assert asked(2) == asked(9)
