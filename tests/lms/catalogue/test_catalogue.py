"""What anybody finds in the catalogue: dates by month, courses without dates, and why each exists."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms import hooks
from lms.accounts.models import Person
from lms.bookings import operations
from lms.catalogue.models import CourseKind, Mode
from lms.hooks import CoursePanel
from lms.roles import Role
from tests.factories import NOW, course, course_session, organisation, person

SignIn = Callable[[Person], FlaskClient]
REASON = "Because a practice review found that neglect was recognised too late."


@pytest.fixture
def known_reason(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Somebody knows why every course exists; the number of courses asked about at once is noted."""
    asked: list[int] = []

    def panels(courses: list[object]) -> dict[int, CoursePanel]:
        asked.append(len(courses))
        return {one.id: CoursePanel(REASON, "/improvement/CSPR-2022-1.2", "CSPR-2022-1.2") for one in courses}  # type: ignore[attr-defined]

    monkeypatch.setattr(hooks, "course_panels", [panels])
    return asked


def _at(month: int, day: int, year: int = 2024) -> datetime:
    return datetime(year, month, day, 9, 30, tzinfo=UTC)


def test_sessions_to_come_stand_under_their_months_the_first_month_open(app: Flask, client: FlaskClient) -> None:
    course_session(course(title="In October"), starts_at=_at(10, 15))
    course_session(course(title="In November"), starts_at=_at(11, 5))
    course_session(course(title="In January"), starts_at=_at(1, 21, 2025))
    course_session(course(title="Long ago"), starts_at=_at(9, 1))
    course_session(course(title="Called off"), starts_at=_at(10, 16), cancelled_at=NOW)
    course_session(course(title="For one school"), starts_at=_at(10, 17), host_organisation_id=organisation().id)
    first = client.get("/courses").text
    assert "1 session in October 2024" in first
    assert "In October" in first
    for absent in ("In November", "Long ago", "Called off", "For one school"):
        assert absent not in first
    november = client.get("/courses?month=2024-11").text
    assert "1 session in November 2024" in november
    assert "In November" in november
    for nonsense in ("2024-13", "x", "2031-01", ""):
        assert "1 session in October 2024" in client.get(f"/courses?month={nonsense}").text


def test_a_session_late_in_the_evening_stands_in_the_month_of_london(app: Flask, client: FlaskClient) -> None:
    # 30 June at 11:30pm UTC is 1 July in London.
    course_session(starts_at=datetime(2025, 6, 30, 23, 30, tzinfo=UTC))
    assert "1 session in July 2025" in client.get("/courses").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=neglect", {"Multi-agency neglect"}),
        ("q=NEGLECT+multi", {"Multi-agency neglect"}),
        ("q=governors", {"Safer recruitment"}),
        ("q=%25", set()),
        ("how=online", {"Working together"}),
        ("how=classroom", {"Multi-agency neglect", "Safer recruitment"}),
        ("kind=school", {"Safer recruitment"}),
        ("kind=school&kind=core", {"Multi-agency neglect", "Working together", "Safer recruitment"}),
        ("how=nonsense&kind=%00", {"Multi-agency neglect", "Working together", "Safer recruitment"}),
    ],
)
def test_the_list_narrows_to_what_was_asked_for(app: Flask, client: FlaskClient, query: str, found: set[str]) -> None:
    course_session(course())
    other = {"outcomes": ["Act together"], "tags": []}
    course_session(course(title="Working together", aim="To act together.", **other), mode=Mode.VIRTUAL)
    hiring = {"aim": "To hire well.", "kind": CourseKind.SCHOOL, "audience": "Heads and governors"}
    course_session(course(title="Safer recruitment", **hiring, **other))
    titles = {"Multi-agency neglect", "Working together", "Safer recruitment"}
    page = client.get(f"/courses?{query}").text
    assert {title for title in titles if f">{title}<" in page} == found
    assert ("No course" in page) == (not found)


def test_before_any_course_is_entered_the_list_says_so(app: Flask, client: FlaskClient) -> None:
    assert "No course has been entered yet." in client.get("/courses").text


def test_a_course_without_a_date_is_in_the_list_of_every_course(app: Flask, client: FlaskClient) -> None:
    course_session(course(title="With a date"))
    course(title="First steps", kind=CourseKind.E_LEARNING, modes=["e_learning"])
    course(title="Elsewhere", kind=CourseKind.SIGNPOSTED, provided_by="partner agency")
    course(title="Nothing set")
    page = client.get("/courses?list=all").text
    for words in ("Next on <b>5 November 2024</b>", "At any time.", "Provided by a partner agency.", "No date is set"):
        assert words in page
    # Where only courses without a date match, they are shown at once.
    assert "First steps" in client.get("/courses?how=anytime").text


def test_places_are_said_in_words(app: Flask, client: FlaskClient) -> None:
    neglect = course()
    session = course_session(neglect, capacity=2)
    assert "<b>2 places left</b> of 2." in client.get("/courses").text
    operations.book_place(session=session, person=person(), now=NOW)
    assert "<b>1 place left</b> of 2." in client.get("/courses").text
    operations.book_place(session=session, person=person(), now=NOW)
    assert "<b>Full.</b> Nobody is waiting yet." in client.get("/courses").text
    operations.book_place(session=session, person=person(), now=NOW)
    course_session(neglect, starts_at=_at(1, 21, 2025))
    page = client.get("/courses").text
    assert "<b>Full.</b> 1 person is waiting. The next date with places is 21 January 2025." in " ".join(page.split())


def test_a_person_sees_where_they_have_a_place(app: Flask, sign_in: SignIn) -> None:
    session, amina = course_session(capacity=1), person()
    operations.book_place(session=session, person=amina, now=NOW)
    assert "You have a place" in sign_in(amina).get("/courses").text
    tom = person("Tom")
    operations.book_place(session=session, person=tom, now=NOW)
    assert "You are on the waiting list" in sign_in(tom).get("/courses").text


@pytest.mark.parametrize("list_", ["", "?list=all"])
def test_the_number_of_queries_does_not_grow_with_the_list(
    app: Flask, sign_in: SignIn, count_queries: list[str], known_reason: list[int], list_: str
) -> None:
    browser = sign_in(person())
    asked = []
    for more in (1, 9):
        for _ in range(more):
            operations.book_place(session=course_session(course()), person=person(), now=NOW)
        browser.get(f"/courses{list_}")
        count_queries.clear()
        known_reason.clear()
        browser.get(f"/courses{list_}")
        asked.append(len(count_queries))
        assert len(known_reason) == 1  # why is asked once for the whole page
    assert asked[0] == asked[1]
    assert known_reason == [10]


def test_why_a_course_exists_is_said_to_all_and_the_thread_shown_to_those_who_may_follow_it(
    app: Flask, client: FlaskClient, sign_in: SignIn, known_reason: list[int]
) -> None:
    session = course_session(course("NEG"))
    group, learner = sign_in(person("Helen", "Ward", Role.LD_GROUP)), sign_in(person())
    for page in ("/courses", "/courses/NEG", f"/sessions/{session.reference}"):
        assert REASON in client.get(page).text
    for page in ("/courses/NEG", f"/sessions/{session.reference}"):
        assert "Follow the thread" in group.get(page).text
        assert "Follow the thread" not in learner.get(page).text
        assert "Follow the thread" not in client.get(page).text


def test_a_course_says_for_whom_it_is_and_what_people_can_do_afterwards(app: Flask, client: FlaskClient) -> None:
    course_session(course("NEG", hours=6.0, participatory_hours=4.5, refresh_months=24))
    page = client.get("/courses/NEG").text
    for words in (
        "Say what neglect is",
        "6 hours, of which 4½ participatory (with other people)",
        "Every 24 months",
        "5 November 2024",
    ):
        assert words in page


def test_the_page_of_a_session_names_nobody_who_booked(app: Flask, client: FlaskClient, sign_in: SignIn) -> None:
    tom, amina = person("Tom", "Ashworth", Role.TRAINER), person("Amina", "Yusuf")
    session = course_session(trainers=[tom])
    operations.book_place(session=session, person=amina, now=NOW)
    for browser in (client, sign_in(tom), sign_in(person("Mei", "Chen"))):
        page = browser.get(f"/sessions/{session.reference}").text
        assert "Tom Ashworth" in page
        assert "Amina" not in page


def test_other_bookings_of_the_month_are_outlined_in_the_calendar(app: Flask, sign_in: SignIn) -> None:
    amina = person()
    other = course_session(course(title="Professional curiosity"), starts_at=_at(11, 14))
    operations.book_place(session=other, person=amina, now=NOW)
    page = sign_in(amina).get(f"/sessions/{course_session().reference}").text
    assert '<td class="mine">14' in page
    assert '<td class="this">5' in page
    assert "14 November, Professional curiosity" in page


@pytest.mark.parametrize(
    "address", ["/courses/NONE", "/sessions/NONE", "/courses/%00", "/sessions/a%00b", "/sessions/%F0%9F%98%80"]
)
def test_what_is_not_there_is_a_kind_404(app: Flask, client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert "We cannot find this page" in answer.text


def test_a_session_of_two_days_and_a_session_in_winter_are_written_out(app: Flask, client: FlaskClient) -> None:
    session = course_session(ends_at=_at(11, 5) + timedelta(days=1, hours=6))
    page = client.get(f"/sessions/{session.reference}").text
    assert "Tuesday 5 November 2024, 9:30am to Wednesday 6 November 2024, 3:30pm" in page
