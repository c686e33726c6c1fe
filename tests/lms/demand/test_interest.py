"""Interest in a course without a date that suits: kept, counted, told once of each new date, and ended by booking."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.accounts.models import Person
from lms.bookings.operations import book_place, cancel_booking
from lms.db import db
from lms.demand import operations, queries
from lms.demand.models import Interest
from lms.letters.models import Letter
from lms.roles import Role
from tests.browsing import send
from tests.factories import NOW, course, course_session, organisation, person

SignIn = Callable[[Person], FlaskClient]


def _told() -> list[str]:
    return sorted(
        db.session.scalars(select(Letter.to_email).where(Letter.key == "interest-new-date").order_by(Letter.id))
    )


def test_who_asked_hears_of_a_new_date_once(app: Flask) -> None:
    wanted = course()
    amina, lena = person("Amina"), person("Lena")
    for one in (amina, lena):
        operations.show_interest(course=wanted, person=one, wish="mornings", now=NOW)
    session = course_session(wanted)
    assert operations.tell_interested(session=session, now=NOW) == 2
    operations.tell_interested(session=session, now=NOW + timedelta(hours=1))
    assert _told() == sorted([amina.email, lena.email])
    another = course_session(wanted, starts_at=session.starts_at + timedelta(days=7))
    operations.tell_interested(session=another, now=NOW)
    assert len(_told()) == 4


def test_a_draft_or_a_session_held_for_one_organisation_is_told_to_nobody(app: Flask) -> None:
    wanted = course()
    operations.show_interest(course=wanted, person=person(), now=NOW)
    for session in (
        course_session(wanted, published_at=None),
        course_session(wanted, host_organisation=organisation()),
        course_session(wanted, starts_at=NOW - timedelta(hours=1)),
    ):
        assert operations.tell_interested(session=session, now=NOW) == 0


def test_interest_ends_when_its_person_books_and_begins_anew_when_they_ask_again(app: Flask) -> None:
    wanted, amina = course(), person()
    operations.show_interest(course=wanted, person=amina, now=NOW)
    session = course_session(wanted)
    booking = book_place(session=session, person=amina, now=NOW + timedelta(days=1))
    assert queries.interested_in(wanted.id) == []
    later = NOW + timedelta(days=2)
    operations.show_interest(course=wanted, person=amina, now=later)
    assert [one.asked_at for one in queries.interested_in(wanted.id)] == [later]
    cancel_booking(booking=booking, by=amina, now=later)
    assert len(queries.interested_in(wanted.id)) == 1


def test_asking_twice_is_one_name_on_the_list_with_the_newer_wish(app: Flask) -> None:
    wanted, amina = course(), person()
    operations.show_interest(course=wanted, person=amina, wish="mornings", now=NOW)
    operations.show_interest(course=wanted, person=amina, wish="online", now=NOW + timedelta(days=1))
    found = queries.interested_in(wanted.id)
    assert [(one.wish, one.asked_at) for one in found] == [("online", NOW)]


def test_people_of_a_cancelled_session_are_kept_once(app: Flask) -> None:
    wanted, amina, lena = course(), person("Amina"), person("Lena")
    operations.show_interest(course=wanted, person=amina, now=NOW)
    assert operations.keep_names(course=wanted, people=[amina, lena], now=NOW) == 1
    assert operations.keep_names(course=wanted, people=[amina, lena], now=NOW) == 0
    assert len(queries.interested_in(wanted.id)) == 2


def test_from_the_course_page_two_clicks_put_a_name_on_the_list_and_one_takes_it_off(
    app: Flask, sign_in: SignIn
) -> None:
    wanted, amina = course(), person()
    browser = sign_in(amina)
    page = browser.get(f"/courses/{wanted.code}").text
    assert f"/courses/{wanted.code}/interest" in page
    assert send(browser, f"/courses/{wanted.code}/interest", wish="online").status_code == 303
    assert "We write to you when there is a new date for Multi-agency neglect" in browser.get("/learning").text
    assert "Your name is on the list" in browser.get(f"/courses/{wanted.code}/interest").text
    send(browser, f"/courses/{wanted.code}/interest", f"/courses/{wanted.code}/interest/end")
    assert "We write to you" not in browser.get("/learning").text


def test_what_people_would_come_to_is_counted_by_sector_with_those_who_wait(
    app: Flask, count_queries: list[str]
) -> None:
    wanted, health = course(), organisation()
    for number in range(3):
        operations.show_interest(
            course=wanted, person=person(f"P{number}", organisation=health), wish="evenings", now=NOW
        )
    session = course_session(wanted, capacity=0)
    book_place(session=session, person=person("Waits"), now=NOW)
    found = queries.demand(NOW)[0]
    assert (found.interested, found.waiting, found.people) == (3, 1, 4)
    assert found.by_sector == [(health.sector.name, 3)]
    count_queries.clear()
    queries.demand(NOW)
    before = len(count_queries)
    for _ in range(5):
        other = course()
        operations.show_interest(course=other, person=person(), now=NOW)
    db.session.flush()
    count_queries.clear()
    assert len(queries.demand(NOW)) == 6
    assert len(count_queries) == before


def test_only_officers_see_who_would_come(app: Flask, sign_in: SignIn) -> None:
    wanted = course()
    db.session.add(Interest(course=wanted, person=person("Canary", "Greenfinch"), asked_at=NOW))
    assert sign_in(person("Helen", "Ward", Role.TRAINING_LEAD)).get(f"/demand/{wanted.code}").status_code == 403
    assert "Canary Greenfinch" in sign_in(person("Siân", "Morgan", Role.LD_OFFICER)).get(f"/demand/{wanted.code}").text
