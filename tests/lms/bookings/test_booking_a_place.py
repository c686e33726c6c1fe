"""Asking for a place: who gets one, who waits, who cannot ask."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lms.activity.models import Activity
from lms.attendance import operations as attendance
from lms.bookings import operations, queries, rules
from lms.bookings.models import Approval, BookingOrigin, BookingStatus
from lms.bookings.places import Places
from lms.catalogue.models import CourseSession
from lms.db import db
from lms.errors import RuleBroken
from tests import factories
from tests.factories import NOW, course, course_session, organisation, person
from tests.lms.bookings.steps import ask, give_back, letters, statuses


def test_a_place_is_booked_with_its_letter_and_a_line_in_the_list_of_what_people_did(app: Flask) -> None:
    session, amina = course_session(), person()
    booking = ask(session, amina)
    assert (booking.status, booking.asked_at, booking.held_at, booking.booked_at) == (
        BookingStatus.BOOKED,
        NOW,
        NOW,
        NOW,
    )
    assert (booking.approval, booking.organisation_id) == (Approval.NOT_NEEDED, amina.organisation_id)
    assert letters() == ["booking-booked to Amina"]
    done = db.session.scalars(select(Activity)).one()
    assert (done.verb, done.actor_id, done.subject) == ("booking:made", amina.id, booking.reference)


def test_who_asks_when_it_is_full_waits_in_the_order_of_asking(app: Flask) -> None:
    session = course_session(capacity=1)
    first, second, third = [ask(session, name, NOW + timedelta(minutes=n)) for n, name in enumerate("ABC")]
    assert statuses(first, second, third) == ["booked", "waiting", "waiting"]
    assert queries.positions([first, second, third]) == {second.id: 1, third.id: 2}
    assert queries.places_of([session])[session.id] == Places(1, 1, 2, 2)
    assert letters() == ["booking-booked to A", "booking-waiting to B", "booking-waiting to C"]


def test_somebody_else_can_ask_for_a_person_and_the_letter_says_who(app: Flask) -> None:
    lead, amina = person("Lead"), person()
    booking = ask(course_session(), amina, made_by=lead)
    assert booking.made_by_id == lead.id
    assert letters() == ["booking-by-other to Amina"]
    assert db.session.scalars(select(Activity)).one().actor_id == lead.id


@pytest.mark.parametrize(
    ("details", "sentence"),
    [
        ({"starts_at": NOW}, rules.STARTED),
        ({"starts_at": NOW + timedelta(microseconds=1)}, None),
        ({"cancelled_at": NOW - timedelta(days=1)}, rules.CALLED_OFF),
        ({"published_at": None}, rules.DRAFT),
        ({"booking_opens_at": NOW}, None),
        ({"booking_opens_at": NOW + timedelta(seconds=1)}, "Booking for this session opens on 8 October 2024 at 9am."),
        ({"booking_closes_at": NOW + timedelta(seconds=1)}, None),
        ({"booking_closes_at": NOW}, "Booking for this session closed on 8 October 2024 at 9am."),
    ],
)
def test_places_are_asked_for_while_the_session_is_open_to_the_second(
    app: Flask, details: dict[str, datetime], sentence: str | None
) -> None:
    session = course_session(**details)
    if sentence is None:
        assert ask(session).status is BookingStatus.BOOKED
    else:
        with pytest.raises(RuleBroken) as refused:
            ask(session)
        assert str(refused.value) == sentence
        assert letters() == []


def test_an_officer_books_for_others_before_and_after_the_window_but_never_what_is_over_or_called_off(
    app: Flask,
) -> None:
    officer = person("Officer")
    window = {"booking_opens_at": NOW - timedelta(days=3), "booking_closes_at": NOW - timedelta(days=1)}
    assert ask(course_session(**window), made_by=officer, staff=True).status is BookingStatus.BOOKED
    soon = course_session(booking_opens_at=NOW + timedelta(days=1))
    assert ask(soon, made_by=officer, staff=True).status is BookingStatus.BOOKED
    for details, sentence in (({"starts_at": NOW}, rules.STARTED), ({"cancelled_at": NOW}, rules.CALLED_OFF)):
        with pytest.raises(RuleBroken, match=sentence):
            ask(course_session(**details), made_by=officer, staff=True)


def test_one_person_has_one_live_booking_of_a_session_and_may_book_again_after_cancelling(app: Flask) -> None:
    session, amina = course_session(capacity=1), person()
    booking = ask(session, amina)
    with pytest.raises(RuleBroken, match=rules.BOOKED_ALREADY):
        ask(session, amina)
    tom = person("Tom")
    ask(session, tom)
    with pytest.raises(RuleBroken, match=rules.WAITING_ALREADY):
        ask(session, tom)
    give_back(booking)
    again = ask(session, amina)
    assert statuses(booking, again) == ["cancelled", "waiting"]


@pytest.mark.parametrize("status", [one for one in BookingStatus if one is not BookingStatus.CANCELLED])
def test_whatever_one_has_already_is_said_in_its_own_words(app: Flask, status: BookingStatus) -> None:
    approval = Approval.ASKED if status is BookingStatus.APPROVAL else Approval.NOT_NEEDED
    booking = factories.booking(status=status, approval=approval, session=course_session(capacity=1))
    if status is BookingStatus.WAITING:
        factories.booking(booking.session)
    with pytest.raises(RuleBroken) as refused:
        ask(booking.session, booking.person)
    assert str(refused.value) == rules.ALREADY[status]


def test_where_the_rule_was_passed_the_database_says_the_same_sentence(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, amina = course_session(), person()
    ask(session, amina)
    monkeypatch.setattr(queries, "live_statuses", lambda *_: {})
    with pytest.raises(RuleBroken, match=rules.BOOKED_ALREADY):
        ask(session, amina)


def test_a_trainer_needs_no_place_and_another_schools_session_is_closed(app: Flask) -> None:
    tom = person("Tom")
    with pytest.raises(RuleBroken, match=rules.TEACHING):
        ask(course_session(trainers=[tom]), tom)
    school = organisation("High School")
    session = course_session(host_organisation_id=school.id)
    with pytest.raises(RuleBroken, match="held for one organisation"):
        ask(session, tom)
    assert ask(session, person("Head", organisation=school)).status is BookingStatus.BOOKED


def test_who_changes_jobs_keeps_the_place_of_where_they_asked_from(app: Flask) -> None:
    old, new = organisation("Old"), organisation("New")
    session, amina = course_session(capacity=2), person(organisation=old)
    factories.hold(session, 1, organisation=old)
    booking = ask(session, amina)
    amina.organisation = new
    db.session.flush()
    assert booking.organisation_id == old.id
    # The place held for the old organisation is used: one is left, and it is open to anybody.
    assert queries.places_of([session])[session.id].left == 1


# Those who walk in.


def _walk_in(session: CourseSession, **details: object) -> object:
    given = {"first_name": "Mei", "last_name": "Chen", "email": "", "by": person("Trainer"), "now": session.starts_at}
    return attendance.add_walk_in(session.dates[0], **given | {"organisation_id": organisation().id} | details)


def test_somebody_who_walks_in_takes_nobodys_place_and_gets_no_letter(app: Flask, clock) -> None:
    session = course_session(capacity=1)
    ask(session)
    clock(session.starts_at)
    before = letters()
    walk_in = _walk_in(session)
    assert (walk_in.origin, walk_in.status) == (BookingOrigin.WALK_IN, BookingStatus.BOOKED)
    assert (walk_in.person.email, walk_in.person.roles, walk_in.person.password_hash) == (None, [], "")
    assert queries.places_of([session])[session.id].taken == 1
    assert letters() == before


def test_somebody_who_waits_and_walks_in_is_the_same_person_and_waits_no_more(app: Flask, clock) -> None:
    session = course_session(capacity=1)
    has_place, waits = ask(session, "A"), ask(session, "B")
    clock(session.starts_at)
    walk_in = _walk_in(session, email=waits.person.email.upper())
    assert walk_in.id == waits.id
    assert (waits.origin, waits.status, waits.booked_at) == (
        BookingOrigin.WALK_IN,
        BookingStatus.BOOKED,
        session.starts_at,
    )
    with pytest.raises(RuleBroken, match="on the register"):
        _walk_in(session, email=has_place.person.email)


def test_who_waits_for_the_managers_answer_and_walks_in_needs_none_any_more(app: Flask, clock) -> None:
    session = course_session(course(needs_approval=True))
    asks = ask(session, "A", session.starts_at - timedelta(days=2), manager_name="Boss", manager_email="boss@x.example")
    clock(session.starts_at - timedelta(minutes=20))
    walk_in = _walk_in(session, email=asks.person.email, now=session.starts_at - timedelta(minutes=20))
    assert (walk_in.id, walk_in.status, walk_in.approval) == (asks.id, BookingStatus.BOOKED, Approval.NOT_NEEDED)
    before = letters()
    clock(session.starts_at + timedelta(hours=1))  # when the answer was due, nobody is told that it did not come
    assert (asks.status, letters()) == (BookingStatus.BOOKED, before)


def test_a_place_offered_to_somebody_who_walks_in_instead_goes_to_the_next(app: Flask, clock) -> None:
    until_the_start = course(stops_hours=0)
    session = course_session(until_the_start, capacity=1)
    first, second, third = ask(session, "A"), ask(session, "B"), ask(session, "C")
    at = clock(session.starts_at - timedelta(minutes=25))
    give_back(first, at, staff=True)
    assert statuses(first, second, third) == ["cancelled", "offered", "waiting"]
    _walk_in(session, email=second.person.email, now=at)
    assert statuses(second, third) == ["booked", "offered"]


def test_places_taken_over_from_elsewhere_write_no_letters_and_are_counted(app: Flask) -> None:
    session = course_session(capacity=1)
    asked = NOW - timedelta(days=20)
    first = operations.load_booking(session=session, person=person("A"), asked_at=asked, now=NOW)
    second = operations.load_booking(session=session, person=person("B"), asked_at=asked, now=NOW)
    assert (statuses(first, second), letters()) == (["booked", "waiting"], [])
    give_back(first)
    assert (statuses(second), letters()) == (["booked"], ["booking-cancelled-by-learner to A", "booking-promoted to B"])
