"""The catalogue as a calendar: every day under its weekday, what is on it, and the way from month to month."""

import html
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.accounts.models import Person
from lms.bookings import operations
from lms.catalogue.models import SessionDate
from lms.catalogue.months import Day, month_grid
from lms.dates import from_london
from lms.working_days import ENGLAND
from tests.factories import NOW, course, course_session, person
from tests.pages import HTML

SignIn = Callable[[Person], FlaskClient]


def _at(month: int, day: int, year: int = 2024) -> datetime:
    return datetime(year, month, day, 9, 30, tzinfo=UTC)


def _days(month: date, *dated: tuple[datetime, str], today: date = date(2024, 10, 8)) -> dict[int, Day[str]]:
    weeks = month_grid(month, dated, today=today, holidays=ENGLAND)
    assert {len(week) for week in weeks} == {7}
    return {day.date.day: day for week in weeks for day in week if day}


def test_a_month_has_all_its_days_under_their_weekdays() -> None:
    weeks = month_grid(date(2028, 2, 1), [], today=date(2028, 2, 29), holidays=ENGLAND)
    days = [(number, day) for week in weeks for number, day in enumerate(week) if day]
    assert [day.date for _, day in days] == [date(2028, 2, 1) + timedelta(number) for number in range(29)]
    assert all(day.date.weekday() == number for number, day in days)
    assert [day.date.day for _, day in days if day.today] == [29]


def test_a_session_stands_under_the_day_of_london_the_earliest_first() -> None:
    late = datetime(2025, 6, 30, 23, 30, tzinfo=UTC)  # half past midnight on 1 July
    afternoon, morning = from_london(date(2025, 7, 1), 14), from_london(date(2025, 7, 1), 9)
    july = _days(date(2025, 7, 1), (afternoon, "b"), (morning, "a"), (late, "night"))
    assert [what for _, what in july[1].starts] == ["night", "a", "b"]
    assert not any(day.starts for day in _days(date(2025, 6, 1), (late, "night")).values())


@pytest.mark.parametrize("day", [date(2025, 3, 30), date(2024, 10, 27)])
def test_on_the_days_the_clocks_change_nothing_moves_to_another_day(day: date) -> None:
    dated = [(from_london(day, hour), str(hour)) for hour in (0, 1, 3, 23)]
    assert [what for _, what in _days(day.replace(day=1), *dated)[day.day].starts] == ["0", "1", "3", "23"]


def test_bank_holidays_of_england_are_named() -> None:
    named = {number: day.holiday for number, day in _days(date(2026, 12, 1)).items() if day.holiday}
    assert named == {
        25: "Christmas Day, bank holiday",
        26: "Boxing Day, bank holiday",
        28: "Boxing Day, bank holiday instead",
    }


def _cells(page: str) -> dict[str, str]:
    """What stands under each day of the calendar: {"2024-11-05": words}."""
    tree = html5lib.parse(page)
    found = {}
    for cell in tree.iter(f"{HTML}td"):
        for day in cell.iter(f"{HTML}time"):
            found[day.get("datetime", "")] = " ".join("".join(cell.itertext()).split())
    return found


def test_a_calendar_shows_time_title_and_places_of_each_session_under_its_day(app: Flask, client: FlaskClient) -> None:
    course_session(course(title="Neglect"), starts_at=_at(11, 5), capacity=3)
    full = course_session(course(title="Sleep"), starts_at=_at(11, 5) + timedelta(hours=4), capacity=1)
    for _ in range(2):
        operations.book_place(session=full, person=person(), now=NOW)
    course_session(course(title="Later"), starts_at=_at(12, 3))
    page = client.get("/courses?view=month&month=2024-11").text
    assert "2 sessions in November 2024" in page
    cells = _cells(page)
    assert list(cells) == [f"2024-11-{day:02}" for day in range(1, 31)]
    assert "9:30am Neglect" in cells["2024-11-05"]
    assert "3 places left" in cells["2024-11-05"]
    assert "1:30pm Sleep" in cells["2024-11-05"]
    assert "Full, 1 waiting" in cells["2024-11-05"]
    assert "Later" not in page
    assert re.findall(r'<th scope="col">(\w+)</th>', page)[::6] == ["Monday", "Sunday"]
    assert page.count("<caption>") == 1


def test_a_session_on_several_dates_stands_under_each_of_them_and_in_each_month(
    app: Flask, client: FlaskClient
) -> None:
    session = course_session(starts_at=_at(11, 26))
    for start in (_at(11, 28), _at(12, 3)):
        session.dates.append(SessionDate(starts_at=start, ends_at=start + timedelta(hours=2)))
    november = client.get("/courses?view=month").text
    assert "1 session in November 2024" in november
    assert [day for day, words in _cells(november).items() if "neglect" in words] == ["2024-11-26", "2024-11-28"]
    december = client.get("/courses?view=month&month=2024-12").text
    assert [day for day, words in _cells(december).items() if "neglect" in words] == ["2024-12-03"]
    # A list has it once, where it begins.
    assert "and on further days until 3 December 2024" in client.get("/courses").text
    assert "1 session in November 2024" in client.get("/courses?month=2024-12").text


def test_one_goes_from_month_to_month_also_through_those_without_a_session(app: Flask, client: FlaskClient) -> None:
    course_session(starts_at=_at(11, 5))
    course_session(starts_at=_at(2, 4, 2025))
    seen, page = [], client.get("/courses?view=month&month=2024-10&kind=core").text
    while True:
        seen.append(re.findall(r"<h2[^>]*>([^<]*)</h2>", page)[0])
        following = re.search(r'href="([^"]*)" rel="next"', page)
        if not following:
            break
        assert "kind=core" in following[1]
        page = client.get(html.unescape(following[1])).text
    assert seen == [
        "No session in October 2024",
        "1 session in November 2024",
        "No session in December 2024",
        "No session in January 2025",
        "1 session in February 2025",
    ]
    assert 'rel="prev"' in page
    assert 'rel="prev"' not in client.get("/courses?view=month&month=2024-10").text


@pytest.mark.parametrize("month", ["2024-09", "2025-03", "9999-12", "0001-01", "x", "2024-13", "%00"])
def test_a_month_out_of_reach_is_the_first_with_a_session(app: Flask, client: FlaskClient, month: str) -> None:
    course_session(starts_at=_at(11, 5))
    course_session(starts_at=_at(2, 4, 2025))
    assert "1 session in November 2024" in client.get(f"/courses?view=month&month={month}").text


def test_today_is_marked_and_a_bank_holiday_named_on_the_page(app: Flask, client: FlaskClient) -> None:
    course_session(starts_at=_at(12, 30))
    october = _cells(client.get("/courses?view=month&month=2024-10").text)
    assert [day for day, words in october.items() if words.endswith(", today")] == ["2024-10-08"]
    december = _cells(client.get("/courses?view=month&month=2024-12").text)
    assert "Christmas Day, bank holiday" in december["2024-12-25"]


def test_the_calendar_begins_where_the_day_asked_for_is(app: Flask, client: FlaskClient) -> None:
    course_session(starts_at=_at(11, 5))
    course_session(starts_at=_at(2, 4, 2025))
    page = client.get("/courses?view=month&month=2024-12&after-day=9&after-month=12&after-year=2024").text
    assert "No session in December 2024" in page
    assert 'rel="prev"' not in page


def test_list_and_calendar_lead_to_each_other_with_month_and_filters(app: Flask, client: FlaskClient) -> None:
    course_session(starts_at=_at(11, 5))
    course_session(starts_at=_at(12, 3))
    page = client.get("/courses?month=2024-12&kind=core").text
    there = re.findall(r'href="([^"]*)">Show as a calendar<', page)
    assert there == ["/courses?view=month&amp;kind=core&amp;month=2024-12"]
    calendar = client.get(html.unescape(there[0])).text
    assert re.findall(r'href="([^"]*)">Show as a list<', calendar) == ["/courses?kind=core&amp;month=2024-12"]
    # Narrowing a calendar leaves it one.
    assert '<input type="hidden" name="view" value="month">' in calendar
    assert 'name="view"' not in page


def test_where_no_session_matches_a_calendar_shows_the_courses_that_do(app: Flask, client: FlaskClient) -> None:
    course(title="At any time", modes=["e_learning"])
    page = client.get("/courses?view=month").text
    assert ">At any time<" in page
    assert "<table" not in page


def test_a_person_sees_their_own_places_in_the_calendar(app: Flask, sign_in: SignIn) -> None:
    session, amina = course_session(), person()
    operations.book_place(session=session, person=amina, now=NOW)
    assert "You have a place" in _cells(sign_in(amina).get("/courses?view=month").text)["2024-11-05"]


@pytest.mark.parametrize(
    "query",
    ["", "view=month", "q=neglect", "q=neglcet&view=month", "list=all&q=neglect", "room=y&priority=P01&list=all"],
)
def test_a_longer_catalogue_asks_the_database_no_more(
    app: Flask, sign_in: SignIn, count_queries: list[str], query: str
) -> None:
    browser, asked = sign_in(person()), []
    for more in (2, 8):
        for _ in range(more):
            session = course_session(course())
            start = session.starts_at + timedelta(days=7)
            session.dates.append(SessionDate(starts_at=start, ends_at=start + timedelta(hours=2)))
            operations.book_place(session=session, person=person(), now=NOW)
        browser.get(f"/courses?{query}")
        count_queries.clear()
        browser.get(f"/courses?{query}")
        asked.append(len(count_queries))
    assert asked[0] == asked[1]
    assert asked[0] < 20
