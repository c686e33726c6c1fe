"""Narrowing the catalogue: by each filter, with addresses that can be kept, and out of it again one step at a time."""

import html
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.accounts.models import Person
from lms.bookings import operations
from lms.catalogue.models import CourseKind, Level, LevelScheme, Mode, SessionHold
from lms.dates import from_london
from lms.db import db
from lms.organisations.models import Priority
from tests.factories import NOW, course, course_session, organisation, person

SignIn = Callable[[Person], FlaskClient]
ALL = {"Multi-agency neglect", "Safer sleep", "Online at any time"}


def _at(month: int, day: int, year: int = 2024) -> datetime:
    return datetime(year, month, day, 9, 30, tzinfo=UTC)


@pytest.fixture
def three(app: Flask) -> None:
    """Three courses: two with a session, one without."""
    neglect = Priority(key="P01", number=1, name="Neglect", plan="Plan")
    sleep = Priority(key="P02", number=2, name="Sleep", plan="Plan")
    unused = Priority(key="P03", number=3, name="Unused", plan="Plan")
    health, since = LevelScheme(key="health", name="Health"), date(2022, 4, 1)
    third = Level(scheme=health, key="level_3", name="Level 3", valid_from=since)
    past = Level(scheme=health, key="level_9", name="Level 9", valid_from=since, valid_until=date(2023, 3, 31))
    db.session.add_all([neglect, sleep, unused, health, third, past])
    course_session(course("NEG", priorities=[neglect], levels=[third, past]))
    other: dict[str, Any] = {"outcomes": [], "tags": [], "aim": "Sleep", "audience": "All"}
    sleeping = course("SLP", title="Safer sleep", priorities=[sleep], kind=CourseKind.SUBJECT, **other)
    course_session(sleeping, starts_at=_at(12, 3), mode=Mode.VIRTUAL, capacity=1)
    course("ANY", title="Online at any time", modes=["e_learning"], kind=CourseKind.E_LEARNING, **other)


def _shown(page: str) -> set[str]:
    return {title for title in ALL if f">{title}<" in page}


def _link(page: str, words: str) -> str:
    """The address of the link with these words."""
    (address,) = re.findall(rf'<a [^>]*href="([^"]*)"[^>]*>{re.escape(words)}</a>', page)
    return html.unescape(address)


@pytest.mark.parametrize(
    ("query", "shown", "said"),
    [
        ("priority=P01", {"Multi-agency neglect"}, "for the priority “Neglect”"),
        ("level=health.level_3", {"Multi-agency neglect"}, "level “Health: Level 3”"),
        ("after-day=6&after-month=11&after-year=2024", {"Safer sleep"}, "from 6 November 2024 on"),
        (
            "after-day=5&after-month=nov&after-year=2024",
            {"Multi-agency neglect", "Safer sleep"},
            "from 5 November 2024 on",
        ),
        ("room=y", {"Multi-agency neglect", "Safer sleep"}, "with places left"),
        ("how=anytime", {"Online at any time"}, "e-learning, any time"),
        ("kind=subject&kind=core", {"Multi-agency neglect", "Safer sleep"}, "core or subject-specific"),
        ("q=neglect&kind=core&room=y", {"Multi-agency neglect"}, "“neglect”; core; with places left"),
        ("priority=P03", ALL, ""),
        ("priority=x&level=health.level_9&how=&kind=%00&room=&exact=1", ALL, ""),
    ],
)
def test_every_course_is_narrowed_by_each_filter(
    three: None, client: FlaskClient, query: str, shown: set[str], said: str
) -> None:
    page = client.get(f"/courses?list=all&{query}").text
    assert _shown(page) == shown
    if said:
        assert f"Only what matches: {said}." in page
    else:
        assert "Only what matches" not in page
        assert "exact" not in page


def test_sessions_are_narrowed_too_and_the_months_with_them(three: None, client: FlaskClient) -> None:
    assert _shown(client.get("/courses").text) == {"Multi-agency neglect"}
    for query in ("priority=P02", "after-day=6&after-month=11&after-year=2024", "how=online"):
        page = client.get(f"/courses?{query}").text
        assert "1 session in December 2024" in page
        assert "November" not in page.partition('<ul class="gt-months">')[2].partition("</ul>")[0]


def test_a_day_begins_at_midnight_in_london(app: Flask, client: FlaskClient) -> None:
    course_session(starts_at=from_london(date(2025, 7, 1)))  # still June by UTC
    address = "/courses?after-month=7&after-year=2025&after-day="
    assert "1 session in July 2025" in client.get(f"{address}1").text
    assert "1 session" not in client.get(f"{address}2").text


def test_with_places_left_means_for_whoever_looks(three: None, client: FlaskClient, sign_in: SignIn) -> None:
    nurse, teacher = person("Amina"), person("Mei")
    session = course_session(course("HLD", title="Safer sleep"), starts_at=_at(10, 15), capacity=1)
    db.session.add(SessionHold(session=session, organisation=nurse.organisation, places=1, release_at=_at(10, 14)))
    assert "October" in sign_in(nurse).get("/courses?room=y").text
    for browser in (sign_in(teacher), client):
        assert "1 session in November 2024" in browser.get("/courses?room=y").text
        assert "1 session in October 2024" in browser.get("/courses").text


def test_a_full_session_and_one_whose_last_place_somebody_waits_for_have_no_places_left(
    three: None, client: FlaskClient
) -> None:
    full = course_session(course("FUL", title="Safer sleep"), starts_at=_at(10, 15), capacity=1)
    assert "1 session in October 2024" in client.get("/courses?room=y").text
    operations.book_place(session=full, person=person(), now=NOW)
    assert "1 session in November 2024" in client.get("/courses?room=y").text


def test_each_filter_can_be_taken_away_by_itself_and_the_others_stay(three: None, client: FlaskClient) -> None:
    asked = "q=neglect&how=classroom&kind=core&level=health.level_3&priority=P01&room=y"
    asked += "&after-day=1&after-month=11&after-year=2024"
    steps = {
        "Without “neglect”": "q",
        "Without classroom": "how",
        "Without core": "kind",
        "Any level": "level",
        "Any priority": "priority",
        "Full ones too": "room",
        "Before 1 November 2024 too": "after-",
    }
    page = client.get(f"/courses?{asked}").text
    assert "1 session in November 2024" in page
    for words, gone in steps.items():
        address = _link(page, words)
        kept = [part for part in asked.split("&") if not part.startswith(gone)]
        assert sorted(address.partition("?")[2].split("&")) == sorted([*kept, "month=2024-11"]), words
        assert f">{words}</a>" not in client.get(address).text, words
    everything = _link(page, "Show everything again")
    assert everything == "/courses?month=2024-11"
    assert "Only what matches" not in client.get(everything).text


def test_one_of_two_ticks_can_be_taken_away(three: None, client: FlaskClient) -> None:
    page = client.get("/courses?how=classroom&how=online").text
    assert _link(page, "Without online, live") == "/courses?how=classroom&month=2024-11"


def test_where_nothing_matches_the_page_says_what_was_asked_and_how_to_ask_for_less(
    three: None, client: FlaskClient
) -> None:
    page = client.get("/courses?kind=week&room=y").text
    assert "Nothing matches: safeguarding Week; with places left." in page
    assert "No course is all of this. Take something away." in page
    assert _shown(client.get(_link(page, "Without safeguarding Week")).text) == {"Multi-agency neglect"}


def test_months_and_every_course_keep_the_filters(three: None, client: FlaskClient) -> None:
    page = client.get("/courses?kind=core&kind=subject&room=y").text
    assert _link(page, "December") == "/courses?month=2024-12&kind=core&kind=subject&room=y"
    assert _link(page, "Every course") == "/courses?list=all&kind=core&kind=subject&room=y"


@pytest.mark.parametrize("day", ["31-2-2025", "1--2025", "x-y-z", "1-1-0000", "\x00-1-2025", "9" * 50 + "-1-2025"])
def test_a_day_that_is_none_is_said_beside_it_and_nothing_is_lost(three: None, client: FlaskClient, day: str) -> None:
    parts = dict(zip(("after-day", "after-month", "after-year"), day.split("-"), strict=True))
    answer = client.get("/courses", query_string={"q": "neglect", "kind": "core", **parts})
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert "for the first day" in answer.text or "the first day with a" in answer.text
    assert "<details open>" in answer.text
    assert "Only what matches: “neglect”; core." in answer.text
    assert _shown(answer.text) == {"Multi-agency neglect"}


def test_the_filters_say_again_what_was_chosen(three: None, client: FlaskClient) -> None:
    page = client.get(
        "/courses?priority=P02&level=health.level_3&room=y&after-day=1&after-month=2&after-year=2025&q=a%22b"
    ).text
    assert re.search(r'<option value="P02" selected>', page)
    assert re.search(r'<option value="health.level_3" selected>', page)
    assert re.search(r'id="room"[^>]*checked', page)
    assert 'value="2025"' in page
    assert 'value="a&#34;b"' in page or 'value="a&quot;b"' in page


def test_what_one_person_typed_is_not_on_the_page_of_the_next(three: None, client: FlaskClient) -> None:
    empty = client.get("/courses").text
    for query in ("q=private", "after-day=17&after-month=5&after-year=2031", "after-day=77", "priority=P01&room=y"):
        assert client.get(f"/courses?{query}").text != empty
        assert client.get("/courses").text == empty


def test_what_no_course_has_is_not_offered(app: Flask, client: FlaskClient, three: None) -> None:
    page = client.get("/courses").text
    assert "Unused" not in page
    assert "Level 9" not in page
    assert "Health: Level 3" in page


def test_without_a_delivery_plan_and_levels_nobody_is_asked_about_them(app: Flask, client: FlaskClient) -> None:
    course_session()
    page = client.get("/courses").text
    assert "Priority of the delivery plan" not in page
    assert "Any level" not in page


def test_a_session_for_some_says_for_whom(app: Flask, client: FlaskClient) -> None:
    course_session(audience="School nurses")
    assert "For: school nurses." in client.get("/courses").text


def test_a_place_that_is_not_certain_yet_is_not_called_one(app: Flask, sign_in: SignIn) -> None:
    amina = person(manager_name="Tom Ashworth", manager_email="tom@agency.example", organisation=organisation())
    operations.book_place(session=course_session(course(needs_approval=True)), person=amina, now=NOW)
    for address in ("/courses", "/courses?view=month"):
        assert "A place is held for you" in sign_in(amina).get(address).text
