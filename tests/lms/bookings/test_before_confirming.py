"""What is said before somebody confirms: a clash, what comes first, a refresher too early, a place they have already."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.accounts.models import Person
from lms.attendance.models import AttendanceMark, Mark
from lms.bookings import queries, rules
from lms.bookings.models import BookingStatus
from lms.bookings.rules import PrerequisiteMissing
from lms.catalogue.models import Course, CourseSession
from lms.db import db
from lms.elearning.models import Enrolment
from tests import factories
from tests.browsing import send, token
from tests.factories import NOW, course, course_session, hold, organisation, person
from tests.lms.bookings.steps import ask, give_back, letters, statuses

SignIn = Callable[[Person], FlaskClient]
BOTH_PAGES = ["/sessions/{}", "/sessions/{}/book"]


def came(who: Person, to: Course, on: datetime, mark: Mark = Mark.ATTENDED) -> None:
    """This person came to this course on that day, or did not."""
    booking = factories.booking(course_session(to, starts_at=on), who)
    db.session.add(AttendanceMark(booking=booking, mark=mark, marked_at=on))
    db.session.flush()


def after(first: Course, **details: object) -> CourseSession:
    """A session of a course that comes after another."""
    return course_session(course(title="Neglect for leads", prerequisites=[first]), **details)


# Another place at the same time.


@pytest.mark.parametrize("page", BOTH_PAGES)
def test_another_place_at_the_same_time_is_said_and_does_not_forbid(sign_in: SignIn, page: str) -> None:
    who, session = person(), course_session()
    ask(course_session(course(title="Safer recruitment")), who)
    browser = sign_in(who)
    assert "At the same time</strong> you have a place on Safer recruitment" in (
        browser.get(page.format(session.reference)).text
    )
    assert send(browser, BOTH_PAGES[1].format(session.reference)).status_code == 303


def test_sessions_of_several_dates_clash_where_two_of_their_dates_do(app: Flask) -> None:
    who, day = person(), timedelta(days=1)
    first, second = course_session(), course_session()
    start = first.starts_at
    for number in (7, 14):
        factories.session_date(first, start + number * day)
    for one in (start + 1 * day, start + 8 * day):
        factories.session_date(second, one)
    second.dates.remove(second.dates[0])
    db.session.flush()
    booking = ask(first, who)
    assert (len(first.dates), len(second.dates)) == (3, 2)
    # The days between two dates are free; the second one of each is not the same day.
    assert queries.in_the_way(who, second) == []
    factories.session_date(second, start + 14 * day + timedelta(hours=3))
    assert queries.in_the_way(who, second) == [booking]


def test_what_is_only_waited_for_is_not_in_the_way(app: Flask) -> None:
    who, session = person(), course_session()
    ask(course_session(capacity=0), who)
    assert queries.in_the_way(who, session) == []
    ask(course_session(), person("Somebody", "Else"))
    assert queries.in_the_way(who, session) == []


# What comes first.


@pytest.mark.parametrize("page", BOTH_PAGES)
def test_what_is_to_be_learned_before_is_said_with_a_link(sign_in: SignIn, page: str) -> None:
    first = course("WTK", title="Working together")
    session = after(first)
    shown = sign_in(person()).get(page.format(session.reference)).text
    assert 'comes <a class="gt-link" href="/courses/WTK">Working together</a>, and we have no record' in shown


def test_nobody_books_past_it_unless_they_say_that_they_learned_it_elsewhere(sign_in: SignIn) -> None:
    who, session = person(), after(course(title="Working together"))
    browser, page = sign_in(who), f"/sessions/{session.reference}/book"
    refused = send(browser, page)
    assert refused.status_code == 422
    assert "Before this course comes: Working together. Book that first, or tick" in refused.text
    assert 'href="#learned_elsewhere"' in refused.text
    assert letters() == []
    assert send(browser, page, learned_elsewhere="y").status_code == 303
    booking = queries.live_booking(who, session)
    assert booking
    assert booking.learned_elsewhere


def test_two_things_that_come_first_are_both_named(app: Flask) -> None:
    session = course_session(course(prerequisites=[course(title="Signs of safety"), course(title="Basics")]))
    with pytest.raises(PrerequisiteMissing, match="Before this course comes: Basics and Signs of safety"):
        ask(session)


@pytest.mark.parametrize("mark", list(Mark))
def test_who_came_to_it_has_done_it_and_who_did_not_come_has_not(app: Flask, mark: Mark) -> None:
    who, first = person(), course()
    came(who, first, NOW - timedelta(days=100), mark)
    missing = list(queries.missing_before(who, after(first).course))
    assert missing == ([] if mark in (Mark.ATTENDED, Mark.PART, Mark.LEFT_EARLY) else [first])


def test_a_mark_that_was_replaced_counts_no_more(app: Flask) -> None:
    who, first = person(), course()
    came(who, first, NOW - timedelta(days=100))
    mark = db.session.query(AttendanceMark).one()
    mark.replaced_at = NOW
    db.session.add(AttendanceMark(booking=mark.booking, mark=Mark.NO_SHOW, marked_at=NOW))
    assert list(queries.missing_before(who, after(first).course)) == [first]


def test_finished_online_counts_and_only_begun_does_not(app: Flask) -> None:
    who, first = person(), course()
    enrolment = Enrolment(course=first, person=who, booked_at=NOW, started_at=NOW)
    db.session.add(enrolment)
    assert list(queries.missing_before(who, after(first).course)) == [first]
    enrolment.completed_at = NOW
    assert list(queries.missing_before(who, after(first).course)) == []


def test_the_book_of_somebody_else_is_not_mine(app: Flask) -> None:
    first = course()
    came(person("Other"), first, NOW - timedelta(days=100))
    assert list(queries.missing_before(person(), after(first).course)) == [first]


# A refresher that would be early.

START = datetime(2024, 11, 5, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("months", "last", "early"),
    [
        (24, datetime(2023, 5, 6, 9, 30, tzinfo=UTC), True),  # one day short of 18 months
        (24, datetime(2023, 5, 5, 9, 30, tzinfo=UTC), False),
        (36, datetime(2023, 5, 5, 9, 30, tzinfo=UTC), True),
        (6, datetime(2024, 10, 1, 9, 30, tzinfo=UTC), False),
        (7, datetime(2024, 10, 1, 9, 30, tzinfo=UTC), False),
        (7, datetime(2024, 10, 6, 9, 30, tzinfo=UTC), True),
        (None, datetime(2024, 10, 1, 9, 30, tzinfo=UTC), False),
        # Half past midnight in London on 6 May is 5 May in UTC: still one day short.
        (24, datetime(2023, 5, 5, 23, 30, tzinfo=UTC), True),
    ],
)
@pytest.mark.parametrize("page", BOTH_PAGES)
def test_a_refresher_more_than_half_a_year_early_is_said_with_the_day(
    sign_in: SignIn, months: int | None, last: datetime, early: bool, page: str
) -> None:
    who, taught = person(), course(refresh_months=months)
    came(who, taught, last)
    session = course_session(taught, starts_at=START)
    shown = sign_in(who).get(page.format(session.reference)).text
    assert ("You may not need it yet." in shown) == early
    if early:
        assert f"You came to this course on {6 if last.month == 10 else last.day + (last.hour == 23)} " in shown
        assert f"it counts for {months} months" in shown


def test_who_missed_it_last_time_needs_it(app: Flask) -> None:
    who, taught = person(), course(refresh_months=24)
    came(who, taught, NOW - timedelta(days=60), Mark.NO_SHOW)
    assert queries.last_came(who, taught) is None


# A place they have.


@pytest.mark.parametrize(("capacity", "words"), [(1, "You have a place"), (0, "You are number 1 on the waiting list")])
def test_who_has_one_is_led_to_it_and_cannot_ask_again(sign_in: SignIn, capacity: int, words: str) -> None:
    who, session = person(), course_session(capacity=capacity)
    booking = ask(session, who)
    browser = sign_in(who)
    shown = browser.get(f"/sessions/{session.reference}").text
    assert words in shown
    assert f'href="/bookings/{booking.reference}"' in shown
    assert "Book my place" not in shown
    asked = browser.get(f"/sessions/{session.reference}/book")
    assert (asked.status_code, asked.location) == (303, f"/sessions/{session.reference}")


def test_a_page_opened_before_says_it_too(sign_in: SignIn) -> None:
    who, session = person(), course_session()
    browser, page = sign_in(who), f"/sessions/{session.reference}/book"
    sent = token(browser.get(page))
    ask(session, who)
    again = browser.post(page, data={"csrf_token": sent})
    assert (again.status_code, rules.BOOKED_ALREADY in again.text) == (422, True)
    assert letters() == ["booking-booked to Amina"]


def test_after_giving_it_back_the_page_books_again(sign_in: SignIn) -> None:
    who, session = person(), course_session()
    give_back(ask(session, who))
    assert send(sign_in(who), f"/sessions/{session.reference}/book").status_code == 303
    assert queries.live_statuses(who, [session]) == {session.id: BookingStatus.BOOKED}


# Places kept for others, and the manager.


def test_places_kept_for_others_are_said_and_not_counted_as_free(sign_in: SignIn) -> None:
    school = organisation("High School")
    session = course_session(capacity=5)
    hold(session, 3, organisation=school)
    shown = sign_in(person()).get(f"/sessions/{session.reference}").text
    assert "2 places left" in shown
    assert "3 more places are kept for other services for now." in shown
    own = sign_in(person(organisation=school)).get(f"/sessions/{session.reference}").text
    assert "5 places left" in own
    assert "kept for other services" not in own


def test_where_only_held_places_are_left_the_page_says_full_for_now(sign_in: SignIn, app: Flask) -> None:
    session = course_session(capacity=2)
    hold(session, 1, sector=organisation().sector)
    ask(session)
    for browser in (sign_in(person()), app.test_client()):
        shown = browser.get(f"/sessions/{session.reference}").text
        assert "oin the waiting list" in shown
    assert "Full for now" in sign_in(person()).get(f"/sessions/{session.reference}").text


def test_the_manager_is_asked_for_where_we_do_not_know_them_and_nothing_typed_is_lost(sign_in: SignIn) -> None:
    session, who = course_session(course(needs_approval=True)), person()
    browser, page = sign_in(who), f"/sessions/{session.reference}/book"
    assert "5 working days" in browser.get(page).text
    refused = send(browser, page, manager_name="Bea Boss")
    assert (refused.status_code, rules.NO_MANAGER in refused.text, 'value="Bea Boss"' in refused.text) == (
        422,
        True,
        True,
    )
    own = send(browser, page, manager_name="Bea", manager_email=(who.email or "").upper())
    assert (own.status_code, rules.OWN_MANAGER in own.text) == (422, True)
    wrong = send(browser, page, manager_name="Bea", manager_email="bea at work")
    assert (wrong.status_code, 'value="bea at work"' in wrong.text) == (422, True)
    assert letters() == []
    assert send(browser, page, manager_name="Bea Boss", manager_email="Bea@Agency.example ").status_code == 303
    booking = queries.live_booking(who, session)
    assert booking
    assert (statuses(booking), booking.manager_email) == (["approval"], "bea@agency.example")
    assert (
        "A place is held for you, and we have asked your manager" in browser.get(f"/bookings/{booking.reference}").text
    )


def test_a_manager_we_know_is_named_and_one_click_asks_them(sign_in: SignIn) -> None:
    session = course_session(course(needs_approval=True))
    who = person(manager_name="Bea Boss", manager_email="bea@agency.example")
    browser, page = sign_in(who), f"/sessions/{session.reference}"
    assert "We ask your manager, Bea Boss, to approve it." in browser.get(page).text
    assert send(browser, page, to=f"{page}/book").status_code == 303
    assert letters() == ["approval-asked to Bea", "approval-waiting to Amina"]


def test_who_has_their_own_address_as_their_managers_can_give_another(sign_in: SignIn) -> None:
    session = course_session(course(needs_approval=True))
    who = person(email="amina@agency.example", manager_name="Me", manager_email="amina@agency.example")
    browser, page = sign_in(who), f"/sessions/{session.reference}"
    refused = send(browser, f"{page}/book")
    assert (refused.status_code, rules.OWN_MANAGER in refused.text) == (422, True)
    assert send(browser, f"{page}/book", manager_name="Bea", manager_email="bea@agency.example").status_code == 303
