"""The pages of the programme, as an officer without scripts uses them."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.accounts.models import Person
from lms.bookings.operations import book_place
from lms.catalogue.models import CourseSession, Mode, SessionHold, Venue
from lms.dates import from_london
from lms.db import db
from lms.demand.operations import show_interest
from lms.letters.models import Letter
from lms.programme.operations import change_capacity
from lms.roles import Role
from tests import factories
from tests.browsing import token
from tests.factories import NOW

SignIn = Callable[[Person], FlaskClient]
Letters = Callable[..., list[Letter]]

#: What an officer types for a session of one date.
TYPED = {
    "dates-0-day-day": "5",
    "dates-0-day-month": "11",
    "dates-0-day-year": "2024",
    "dates-0-starts": "9:30am",
    "dates-0-ends": "1pm",
    "mode": "classroom",
    "venue": "",
    "capacity": "12",
    "do": "save",
}


def send(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    return client.post(path, data={"csrf_token": token(client.get(path)), **fields})


def typed(page: TestResponse) -> dict[str, list[str]]:
    """What the form of a page would send: its hidden and typed values by name."""
    found: dict[str, list[str]] = {}
    for box in re.findall(r"<input[^>]*>", page.text):
        name, value = re.search(r'name="([^"]*)"', box), re.search(r'value="([^"]*)"', box)
        if name and ("checked" in box or ('type="checkbox"' not in box and 'type="radio"' not in box)):
            found.setdefault(name[1], []).append(value[1] if value else "")
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', page.text, re.DOTALL):
        found[name] = re.findall(r'<option value="([^"]*)" selected', options)
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', page.text, re.DOTALL):
        found[name] = [text.strip()]
    return found


@pytest.fixture
def office(officer: Person, sign_in: SignIn) -> FlaskClient:
    return sign_in(officer)


def the_session() -> CourseSession:
    return db.session.scalars(select(CourseSession)).one()


def test_a_session_is_made_looked_at_and_published(office: FlaskClient, client: FlaskClient, letters: Letters) -> None:
    course = factories.course("NEG")
    show_interest(course=course, person=factories.person("Ina"), now=NOW)
    made = send(office, "/courses/NEG/sessions/new", **TYPED)
    assert (made.status_code, made.location) == (303, "/sessions/NEG-2024-11/publish")
    for path in ("/sessions/NEG-2024-11", "/sessions/NEG-2024-11/book"):
        assert client.get("/sessions/NEG-2024-11").status_code == 404, path
    preview = office.get("/sessions/NEG-2024-11")
    assert "This is a draft." in preview.text
    assert "12 places left" in preview.text
    page = office.get("/sessions/NEG-2024-11/publish")
    assert "No venue." in page.text
    assert "No trainer." in page.text
    assert "1 person who asked for a date gets a letter" in page.text
    assert send(office, "/sessions/NEG-2024-11/publish").status_code == 303
    assert client.get("/sessions/NEG-2024-11").status_code == 200
    assert [one.key for one in letters()] == ["interest-new-date"]


def test_the_next_session_of_a_month_has_the_next_number(office: FlaskClient) -> None:
    factories.course("NEG")
    for number in ("", "-2", "-3"):
        assert send(office, "/courses/NEG/sessions/new", **TYPED).location == f"/sessions/NEG-2024-11{number}/publish"


def test_rows_are_added_without_losing_what_was_typed(office: FlaskClient) -> None:
    factories.course("NEG")
    page = send(office, "/courses/NEG/sessions/new", **{**TYPED, "bring": "A pen", "do": "add-date"})
    assert page.status_code == 200
    fields = typed(page)
    assert (fields["dates-0-starts"], fields["dates-1-starts"], fields["bring"]) == (["9:30am"], [""], ["A pen"])
    page = office.post("/courses/NEG/sessions/new", data={**fields, "do": "add-hold"})
    fields = typed(page)
    assert {"holds-0-whose", "holds-1-whose", "dates-1-starts"} <= fields.keys()
    fields |= {"dates-1-day-day": ["6"], "dates-1-day-month": ["November"], "dates-1-day-year": ["2024"]}
    fields |= {"dates-1-starts": ["13:00"], "dates-1-ends": ["4pm"], "do": ["save"]}
    assert office.post("/courses/NEG/sessions/new", data=fields).status_code == 303
    assert [one.starts_at for one in the_session().dates] == [
        from_london(NOW.date().replace(month=11, day=5), 9, 30),
        from_london(NOW.date().replace(month=11, day=6), 13),
    ]


def test_at_most_eight_dates(office: FlaskClient) -> None:
    factories.course("NEG")
    page = send(office, "/courses/NEG/sessions/new", **{**TYPED, "do": "add-date"})
    for _ in range(8):
        page = office.post("/courses/NEG/sessions/new", data={**typed(page), "do": "add-date"})
        assert page.status_code == 200
    assert sum(name.endswith("-starts") for name in typed(page)) == 8
    assert "Add another date" not in page.text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"dates-0-ends": "9am"}, "Enter an end that is after the start"),
        ({"dates-0-ends": ""}, "Enter when it ends, like 1pm"),
        ({"dates-0-day-month": "13"}, "Enter the date with a month from 1 to 12"),
        ({f"dates-0-day-{part}": "" for part in ("day", "month", "year")} | {"dates-0-starts": "", "dates-0-ends": ""},
         "Enter at least one date"),
        ({"dates-0-day-year": "2023"}, "Enter a date that is still to come"),
        ({"capacity": ""}, "Enter the number of places"),
        ({"capacity": "many"}, "Enter a whole number, like 20"),
        ({"minimum": "13"}, "Enter a number that is not higher than the number of places"),
        ({"joining_link": "meet.example"}, "Enter a web address that begins with https://"),
        ({"mode": ""}, "Select how it is held"),
        ({"venue": "999"}, "Select one of the answers in the list"),
        ({"holds-0-places": "2"}, "Select for whom the places are, or clear the row"),
        ({"closes-day": "6", "closes-month": "11", "closes-year": "2024"}, "Enter a day that is not after the first date"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_once_and_nothing_typed_is_lost(
    wrong: dict[str, str], sentence: str, office: FlaskClient
) -> None:
    factories.course("NEG")
    page = send(office, "/courses/NEG/sessions/new", **{**TYPED, "bring": "A pen", **wrong})
    assert page.status_code == 422
    assert page.text.count(sentence) == 2, "in the summary, and beside the field"
    assert typed(page)["bring"] == ["A pen"]
    assert db.session.scalars(select(CourseSession)).all() == []


def test_everything_an_officer_says_is_kept_and_shown_again(office: FlaskClient) -> None:
    factories.course("NEG")
    trainer = factories.person("Tess", "Teal", Role.TRAINER)
    school = factories.organisation("Oak School")
    group_fields = {
        "venue_name": "Town Hall",
        "venue_address": "1 High Street",
        "venue_access": "Lift at the side",
        "mode": "hybrid",
        "joining_link": "https://meet.example/neglect",
        "minimum": "6",
        "opens-day": "14", "opens-month": "10", "opens-year": "2024",
        "closes-day": "5", "closes-month": "11", "closes-year": "2024",
        "holds-0-whose": f"sector:{school.sector_id}", "holds-0-places": "3",
        "holds-0-release-day": "22", "holds-0-release-month": "10", "holds-0-release-year": "2024",
        "trainers": str(trainer.id),
        "audience": "Health visitors",
        "bring": "A case",
        "asks_diet": "y",
    }  # fmt: skip
    made = send(office, "/courses/NEG/sessions/new", **{**TYPED, **group_fields})
    assert made.status_code == 303, made.text
    session = the_session()
    assert (session.venue and session.venue.access_notes, session.mode) == ("Lift at the side", Mode.HYBRID)
    assert (session.minimum, session.audience, session.asks_access, session.asks_diet) == (
        6,
        "Health visitors",
        False,
        True,
    )
    assert session.booking_opens_at == from_london(NOW.date().replace(month=10, day=14))
    assert session.booking_closes_at == session.starts_at, "the last day to book is the day itself: until it starts"
    (hold,) = session.holds
    assert (hold.sector_id, hold.places) == (school.sector_id, 3)
    assert hold.release_at == from_london(NOW.date().replace(month=10, day=22))
    assert session.trainers == [trainer]

    page = office.get(f"/sessions/{session.reference}/edit")
    again = typed(page)
    assert again["closes-day"] == ["5"]
    assert again["holds-0-whose"] == [f"sector:{school.sector_id}"]
    before = {column.name: getattr(session, column.name) for column in CourseSession.__table__.columns}
    assert office.post(f"/sessions/{session.reference}/edit", data={**again, "do": "save"}).status_code == 303
    session = the_session()
    assert {column.name: getattr(session, column.name) for column in CourseSession.__table__.columns} == before
    assert len(db.session.scalars(select(SessionHold)).all()) == 1


def test_a_venue_of_the_same_name_is_not_added_twice(office: FlaskClient) -> None:
    factories.course("NEG")
    factories.venue(name="Town Hall")
    page = send(office, "/courses/NEG/sessions/new", **TYPED, venue_name="town hall")
    assert page.status_code == 422
    assert page.text.count("There is a venue of this name already") == 2
    assert len(db.session.scalars(select(Venue)).all()) == 1


def test_before_people_are_told_a_page_asks(office: FlaskClient, letters: Letters) -> None:
    session = factories.course_session(capacity=2)
    for name in ("Ann", "Bea", "Cem"):
        book_place(session=session, person=factories.person(name), now=NOW)
    path = f"/sessions/{session.reference}/edit"
    fields = {**typed(office.get(path)), "dates-0-day-day": ["12"], "bring": ["A pen"], "do": ["save"]}
    asked = office.post(path, data=fields)
    assert asked.status_code == 200
    assert "When you save, 2 people with a place and 1 on the list get a letter." in asked.text
    assert "The date is a different one." in asked.text
    assert len(letters("booking-changed")) == 0, "nothing is done yet"
    assert the_session().dates[0].starts_at == session.starts_at

    back = office.post(path, data={**typed(asked), "do": "back"})
    assert (back.status_code, typed(back)["dates-0-day-day"], typed(back)["bring"]) == (200, ["12"], ["A pen"])

    done = office.post(path, data={**typed(asked), "do": "confirmed"})
    assert (done.status_code, done.location) == (303, f"/sessions/{session.reference}/people")
    assert (len(letters("booking-changed")), len(letters("booking-waiting-changed"))) == (2, 1)
    assert "2 people with a place and 1 on the list get a letter" in office.get("/programme").text


def test_two_officers_do_not_undo_each_other_without_knowing(office: FlaskClient, officer: Person) -> None:
    session = factories.course_session(capacity=20)
    path = f"/sessions/{session.reference}/edit"
    mine = {**typed(office.get(path)), "bring": ["A pen"], "do": ["save"]}
    change_capacity(session=session, capacity=12, by=officer, now=NOW)
    page = office.post(path, data=mine)
    assert page.status_code == 422
    assert "Somebody else has changed this session since you opened this page" in page.text
    assert (typed(page)["bring"], typed(page)["capacity"]) == (["A pen"], ["20"])
    assert the_session().capacity == 12
    assert office.post(path, data={**typed(page), "do": "save"}).status_code == 303
    assert the_session().capacity == 20


def test_a_course_leads_to_its_sessions(office: FlaskClient) -> None:
    factories.course("NEG")
    page = office.get("/courses/NEG/edit")
    assert 'href="/courses/NEG/sessions/new"' in page.text
    assert 'href="/programme?course=NEG"' in page.text


def test_fewer_places_than_people_need_a_reason_and_are_warned_of(office: FlaskClient) -> None:
    session = factories.course_session(capacity=3)
    for name in ("Ann", "Bea", "Cem"):
        book_place(session=session, person=factories.person(name), now=NOW)
    path = f"/sessions/{session.reference}/edit"
    fields = {**typed(office.get(path)), "capacity": ["1"], "do": ["save"]}
    page = office.post(path, data=fields)
    assert page.status_code == 422
    assert page.text.count("Nobody loses a place, so 2 would be over the number of places. Say why") == 2
    page = office.post(path, data={**fields, "reason": ["A smaller room"]})
    assert "Nobody loses a place; 2 over the 1." in page.text
    assert office.post(path, data={**typed(page), "do": "confirmed"}).status_code == 303
    assert "2 over the number of places" in office.get("/programme").text


def test_a_published_session_nobody_booked_is_made_a_draft_again_and_deleted(office: FlaskClient) -> None:
    session = factories.course_session()
    path = f"/sessions/{session.reference}"
    assert send(office, f"{path}/edit", **TYPED).status_code == 303
    assert "Make it a draft again" in office.get(f"{path}/edit").text
    csrf = token(office.get(f"{path}/edit"))
    assert office.post(f"{path}/take-back", data={"csrf_token": csrf}).status_code == 303
    assert the_session().published_at is None
    assert office.post(f"{path}/remove", data={"csrf_token": csrf}).status_code == 303
    assert db.session.scalars(select(CourseSession)).all() == []


def test_a_session_somebody_booked_stays(office: FlaskClient) -> None:
    session = factories.course_session()
    book_place(session=session, person=factories.person(), now=NOW)
    csrf = token(office.get(f"/sessions/{session.reference}/edit"))
    for do in ("take-back", "remove"):
        office.post(f"/sessions/{session.reference}/{do}", data={"csrf_token": csrf})
        assert "People have booked this session. Cancel it instead" in office.get("/programme").text
    assert the_session().published_at is not None


def test_the_diary_says_how_full_a_session_is_and_what_is_missing(office: FlaskClient) -> None:
    neglect = factories.course("NEG", title="Neglect")
    soon = factories.course_session(
        neglect, capacity=4, minimum=3, venue=None, starts_at=NOW + timedelta(days=9), reference="NEG-2024-10"
    )
    factories.hold(soon, 2, organisation=factories.organisation(), release_at=NOW + timedelta(days=3))
    for name in ("Ann", "Bea", "Cem"):
        book_place(session=soon, person=factories.person(name), now=NOW)
    factories.course_session(
        factories.course("DOM", title="Domestic abuse"), published_at=None, reference="DOM-2024-11"
    )
    factories.course_session(neglect, starts_at=NOW - timedelta(days=30), reference="NEG-2024-09")
    page = office.get("/programme")
    words = " ".join(re.sub(r"<[^>]+>", " ", page.text).split())
    assert "Taken 2 of 4 Waiting 1 Held 2" in words
    assert "Needs 1 more to run." in words
    assert "To do: No venue. No trainer. 1 person too few, in 9 days." in words
    assert "DOM-2024-11" in words
    assert "NEG-2024-09" not in words
    assert "NEG-2024-09" in office.get("/programme?show=past").text
    assert "NEG-2024-10" not in office.get("/programme?show=drafts").text
    assert "NEG-2024-10" not in office.get("/programme?course=DOM").text
    assert "NEG-2024-10" in office.get("/programme?month=2024-10").text
    assert "No session is like this." in office.get("/programme?month=2031-10").text
    assert "NEG-2024-10" in office.get("/programme?show=attention").text
    assert office.get("/programme?show=nonsense&month=13&page=x&course='").status_code == 200


def test_the_diary_asks_the_same_number_of_questions_for_many_sessions(
    office: FlaskClient, count_queries: list[str]
) -> None:
    def asked(sessions: int) -> int:
        for _ in range(sessions):
            factories.hold(factories.course_session(), 1, organisation=factories.organisation())
        db.session.commit()
        count_queries.clear()
        assert office.get("/programme").status_code == 200
        return len(count_queries)

    asked(1)
    assert asked(2) == asked(10)


def test_an_empty_programme_says_what_to_do(office: FlaskClient) -> None:
    assert "Nothing is planned. Open a course and add a date to it." in office.get("/programme").text
    assert "Nothing is missing" in office.get("/programme?show=attention").text


def test_the_menu_of_officers_has_the_programme(office: FlaskClient, app: Flask) -> None:
    assert re.search(r'<a href="/programme" aria-current="true">Programme</a>', office.get("/programme").text)
