"""Booking, waiting, cancelling: what the person, the list and the letters say afterwards."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms import dates, verify
from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.activity.operations import record
from lms.bookings import checks, operations, queries, rules
from lms.bookings.models import Booking, BookingOrigin, BookingStatus
from lms.catalogue.models import CourseSession, Mode
from lms.db import db
from lms.errors import RuleBroken
from lms.letters.models import Letter
from tests import factories
from tests.factories import NOW, course, course_session, person

SignIn = Callable[[Person], FlaskClient]


@pytest.fixture(autouse=True)
def _today(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "now", lambda: NOW)


def _csrf(browser: FlaskClient, page: str) -> str:
    text = browser.get(page).text
    return text.split('name="csrf_token"')[-1].split('value="')[1].split('"')[0]


def _book(session: CourseSession, who: Person, now: datetime = NOW) -> Booking:
    return operations.book_place(session=session, person=who, now=now)


def _letters() -> list[str]:
    return [f"{letter.key} to {letter.to_name}" for letter in db.session.scalars(select(Letter).order_by(Letter.id))]


def test_a_place_is_booked_with_its_letter_and_an_entry_in_the_activity_list(app: Flask) -> None:
    session, amina = course_session(), person()
    booking = _book(session, amina)
    assert (booking.status, booking.booked_at) == (BookingStatus.BOOKED, NOW)
    assert _letters() == ["booking-booked to Amina Yusuf"]
    done = db.session.scalars(select(Activity)).one()
    assert (done.verb, done.actor_id, done.subject) == ("booking:made", amina.id, booking.reference)
    assert checks.letters() == checks.capacity() == checks.waiting_lists() == []


def test_who_asks_when_it_is_full_waits_in_the_order_of_asking(app: Flask) -> None:
    session = course_session(capacity=1)
    first, second, third = [_book(session, person(name), NOW + timedelta(minutes=n)) for n, name in enumerate("ABC")]
    assert [one.status.value for one in (first, second, third)] == ["booked", "waiting", "waiting"]
    assert queries.positions([first, second, third]) == {second.id: 1, third.id: 2}
    assert queries.places_of([session])[session.id] == queries.Places(1, 1, 2)
    assert _letters()[1:] == ["booking-waiting to B Yusuf", "booking-waiting to C Yusuf"]


def test_a_place_given_back_goes_to_the_next_person_with_a_letter(app: Flask) -> None:
    session = course_session(capacity=1)
    first, second, third = [_book(session, person(name), NOW) for name in "ABC"]
    later = NOW + timedelta(days=1)
    operations.cancel_booking(booking=first, by=first.person, now=later)
    assert [one.status.value for one in (first, second, third)] == ["cancelled", "booked", "waiting"]
    assert (first.cancelled_at, second.booked_at) == (later, later)
    assert _letters()[3:] == ["booking-cancelled-by-learner to A Yusuf", "booking-promoted to B Yusuf"]
    verbs = [one.verb for one in db.session.scalars(select(Activity).order_by(Activity.id))]
    assert verbs == ["booking:made"] * 3 + ["booking:cancelled", "booking:promoted"]
    assert checks.letters() == checks.capacity() == checks.waiting_lists() == []


def test_nobody_is_moved_up_in_the_last_day(app: Flask) -> None:
    session = course_session(capacity=1)
    first, second = [_book(session, person(name)) for name in "AB"]
    operations.cancel_booking(booking=first, by=first.person, now=session.starts_at - timedelta(hours=23))
    assert second.status is BookingStatus.WAITING
    # and nobody passes them either
    assert _book(session, person("C"), session.starts_at - timedelta(hours=22)).status is BookingStatus.WAITING


def test_leaving_the_waiting_list_moves_those_behind_up(app: Flask) -> None:
    session = course_session(capacity=1)
    _first, second, third = [_book(session, person(name)) for name in "ABC"]
    operations.cancel_booking(booking=second, by=second.person, now=NOW)
    assert queries.positions([third]) == {third.id: 1}
    assert _letters()[3:] == []
    assert checks.letters() == []


@pytest.mark.parametrize(
    ("details", "sentence"),
    [
        ({"starts_at": NOW}, rules.STARTED),
        ({"cancelled_at": NOW - timedelta(days=1)}, rules.CALLED_OFF),
    ],
)
def test_a_session_that_has_started_or_is_cancelled_takes_no_bookings(
    app: Flask, details: dict[str, datetime], sentence: str
) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        _book(course_session(**details), person())


def test_one_person_has_one_live_booking_of_a_session_and_may_book_again_after_cancelling(app: Flask) -> None:
    session, amina = course_session(capacity=1), person()
    booking = _book(session, amina)
    with pytest.raises(RuleBroken, match=rules.BOOKED_ALREADY):
        _book(session, amina)
    tom = person("Tom")
    _book(session, tom)
    with pytest.raises(RuleBroken, match=rules.WAITING_ALREADY):
        _book(session, tom)
    operations.cancel_booking(booking=booking, by=amina, now=NOW)
    assert _book(session, amina).status is BookingStatus.WAITING
    assert checks.letters() == []


def test_where_the_rule_was_passed_the_database_says_the_same_sentence(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, amina = course_session(), person()
    _book(session, amina)
    live = queries.live_booking
    answers = iter([lambda *_: None, live])
    monkeypatch.setattr(queries, "live_booking", lambda *given: next(answers)(*given))
    with pytest.raises(RuleBroken, match=rules.BOOKED_ALREADY):
        _book(session, amina)


def test_a_trainer_needs_no_place_and_another_schools_session_is_closed(app: Flask) -> None:
    tom = person("Tom")
    with pytest.raises(RuleBroken, match=rules.TEACHING):
        _book(course_session(trainers=[tom]), tom)
    school = factories.organisation("High School")
    session = course_session(host_organisation_id=school.id)
    with pytest.raises(RuleBroken, match="held for one organisation"):
        _book(session, tom)
    assert _book(session, person("Head", organisation=school)).status is BookingStatus.BOOKED


def test_somebody_who_walks_in_takes_nobodys_place_and_gets_no_letter(app: Flask) -> None:
    session, trainer = course_session(capacity=1), person("Tom")
    _book(session, person("A"))
    agency = factories.organisation()
    walk_in = operations.add_walk_in(
        session=session, first_name="Mei", last_name="Chen", organisation_id=agency.id, by=trainer, now=NOW
    )
    assert (walk_in.origin, walk_in.status) == (BookingOrigin.WALK_IN, BookingStatus.BOOKED)
    assert (walk_in.person.email, walk_in.person.roles, walk_in.person.password_hash) == (None, [], "")
    assert queries.places_of([session])[session.id].taken == 1
    assert len(_letters()) == 1
    assert checks.letters() == checks.capacity() == []


def test_somebody_known_who_walks_in_is_the_same_person_and_leaves_the_waiting_list(app: Flask) -> None:
    session, trainer = course_session(capacity=1), person("Tom")
    has_place, waits = _book(session, person("A")), _book(session, person("B"))
    given = {"session": session, "first_name": "X", "last_name": "Y", "organisation_id": 1, "by": trainer, "now": NOW}
    booking = operations.add_walk_in(**given, email=waits.person.email.upper())
    assert (booking.id, booking.origin, booking.status) == (waits.id, BookingOrigin.WALK_IN, BookingStatus.BOOKED)
    with pytest.raises(RuleBroken, match="is on the register already"):
        operations.add_walk_in(**given, email=has_place.person.email)
    assert checks.letters() == checks.capacity() == []


def test_verify_finds_what_is_wrong_with_places(app: Flask) -> None:
    session = course_session(capacity=1)
    a, b = _book(session, person("A")), _book(session, person("B"))
    imported = Booking(
        session=session, person=person("C"), status=BookingStatus.BOOKED, asked_at=NOW, booked_at=NOW,
        origin=BookingOrigin.IMPORTED,
    )  # fmt: skip
    db.session.add(imported)
    db.session.flush()
    assert checks.letters() == []
    assert checks.capacity() == [f"The session {session.reference} has 2 places taken of 1."]
    db.session.delete(imported)
    db.session.execute(select(Letter).where(Letter.dedupe == f"booking:booked:{a.id}")).scalar_one().dedupe = None
    db.session.flush()
    assert checks.letters() == [f"The booking {a.reference} has no letter “booked” or “promoted”."]
    a.status = BookingStatus.CANCELLED
    db.session.flush()
    assert checks.waiting_lists() == [
        f"The booking {a.reference} is cancelled, and its times say otherwise.",
        f"People wait for the session {session.reference} while places are free.",
    ]
    b.status = BookingStatus.BOOKED
    db.session.flush()
    assert f"The booking {b.reference} is booked, and its times say otherwise." in checks.waiting_lists()
    assert {"letters of bookings", "capacity", "waiting lists", "letters"} <= {name for name, _ in verify.checks}


def test_a_room_that_was_too_full_elsewhere_is_history_and_a_capacity_lowered_later_is_on_record(app: Flask) -> None:
    loaded = course_session(capacity=0, imported=True)
    db.session.add(
        Booking(
            session=loaded,
            person=person(),
            status=BookingStatus.BOOKED,
            asked_at=NOW,
            booked_at=NOW,
            origin=BookingOrigin.IMPORTED,
        )
    )
    lowered = course_session(capacity=1)
    _book(lowered, person())
    lowered.capacity = 0
    db.session.flush()
    assert checks.capacity() == [f"The session {lowered.reference} has 1 place taken of 0."]
    record(
        "session:capacity_lowered", actor=None, subject_kind="session", subject=lowered.reference, now=NOW, capacity=0
    )
    db.session.flush()
    assert checks.capacity() == []


def test_from_the_page_of_a_session_one_click_books_and_the_booking_is_shown(app: Flask, sign_in: SignIn) -> None:
    session = course_session()
    amina = sign_in(person())
    page = f"/sessions/{session.reference}"
    token = _csrf(amina, page)
    assert amina.post(f"{page}/book").status_code == 400  # no token, no booking
    done = amina.post(f"{page}/book", data={"csrf_token": token}, follow_redirects=True)
    assert "You have a place. A letter with an invitation for your calendar is on its way to amina" in done.text
    assert "Tuesday 5 November 2024, 9:30am to 1pm" in done.text
    assert "29 October 2024" in done.text
    assert "You have a place" in amina.get(page).text
    learning = amina.get("/learning").text
    assert "Multi-agency neglect" in learning
    assert "You have no place" not in learning


def test_a_rule_that_says_no_is_said_on_the_page_and_nothing_is_kept(app: Flask, sign_in: SignIn) -> None:
    session, who = course_session(), person()
    amina = sign_in(who)
    token = _csrf(amina, f"/sessions/{session.reference}/book")
    _book(session, who)
    again = amina.post(f"/sessions/{session.reference}/book", data={"csrf_token": token})
    assert again.status_code == 422
    assert rules.BOOKED_ALREADY in again.text
    assert len(_letters()) == 1


def test_cancelling_asks_once_and_says_what_happened(app: Flask, sign_in: SignIn) -> None:
    booking = _book(course_session(), who := person())
    amina, page = sign_in(who), f"/bookings/{booking.reference}"
    assert "Yes, cancel my place" in amina.get(page).text
    token = _csrf(amina, page)
    done = amina.post(f"{page}/cancel", data={"csrf_token": token}, follow_redirects=True)
    assert "Your place is cancelled." in done.text
    again = amina.post(f"{page}/cancel", data={"csrf_token": token})
    assert (again.status_code, "already cancelled" in again.text) == (422, True)


def test_somebody_elses_booking_does_not_exist(app: Flask, sign_in: SignIn) -> None:
    booking = _book(course_session(), person())
    other = sign_in(person("Tom"))
    token = _csrf(other, "/learning")
    page = f"/bookings/{booking.reference}"
    assert other.get(page).status_code == 404
    assert other.get(f"{page}/calendar.ics").status_code == 404
    assert other.post(f"{page}/cancel", data={"csrf_token": token}).status_code == 404
    assert booking.status is BookingStatus.BOOKED


def test_the_link_to_join_is_shown_to_people_with_a_place_in_the_last_week_only(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = course_session(joining_link="https://join.example/room", capacity=1)
    booking, waits = _book(session, person("A")), _book(session, person("B"))
    pages = [f"/sessions/{session.reference}", f"/bookings/{booking.reference}"]
    has_place, in_line = sign_in(booking.person), sign_in(waits.person)
    assert not any("join.example" in has_place.get(page).text for page in pages)
    near, after = session.starts_at - timedelta(days=6), session.ends_at + timedelta(hours=1)
    monkeypatch.setattr(dates, "now", lambda: near)
    assert all("https://join.example/room" in has_place.get(page).text for page in pages)
    for stranger in (in_line, app.test_client()):
        assert "join.example" not in stranger.get(pages[0]).text
    assert "join.example" not in in_line.get(f"/bookings/{waits.reference}").text
    monkeypatch.setattr(dates, "now", lambda: after)
    assert not any("join.example" in has_place.get(page).text for page in pages)


def test_the_page_of_a_booking_says_where_the_link_will_be_and_only_to_those_who_get_it(
    app: Flask, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = course_session(mode=Mode.VIRTUAL, capacity=1)
    booking, waits = _book(session, person("A")), _book(session, person("B"))
    has_place, in_line = sign_in(booking.person), sign_in(waits.person)
    mine = f"/bookings/{booking.reference}"
    assert "The link to join is on this page from 29 October 2024." in has_place.get(mine).text
    assert "link to join" not in in_line.get(f"/bookings/{waits.reference}").text
    the_day_before = session.starts_at - timedelta(days=1)
    monkeypatch.setattr(dates, "now", lambda: the_day_before)
    assert "The link is still to be set." in has_place.get(mine).text
    monkeypatch.setattr(dates, "now", lambda: NOW)
    operations.cancel_booking(booking=booking, by=booking.person, now=NOW)
    assert "link to join" not in has_place.get(mine).text


def test_in_front_of_a_full_session_the_next_date_with_places_is_named(app: Flask, sign_in: SignIn) -> None:
    neglect, amina = course(), person()
    full = course_session(neglect, capacity=0)
    browser = sign_in(amina)
    assert "The next date with places" not in browser.get(f"/sessions/{full.reference}").text
    later = course_session(neglect, starts_at=full.starts_at + timedelta(days=30))
    course_session(neglect, starts_at=full.starts_at + timedelta(days=20), capacity=0)
    for somebody in (browser, app.test_client()):
        page = somebody.get(f"/sessions/{full.reference}").text
        assert f'The next date with places is <a class="gt-link" href="/sessions/{later.reference}">' in page
    assert "The next date with places" not in browser.get(f"/sessions/{later.reference}").text


def test_the_calendar_file_is_the_invitation_of_the_letter(app: Flask, sign_in: SignIn) -> None:
    booking = _book(course_session(), person())
    file = sign_in(booking.person).get(f"/bookings/{booking.reference}/calendar.ics")
    assert file.mimetype == "text/calendar"
    assert file.data.decode() == db.session.scalars(select(Letter)).one().calendar


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("signed out", "Sign in to book"),
        ("open", "Book my place"),
        ("full", "Join the waiting list"),
        ("booked", "You have a place"),
        ("waiting", "You are number 1 on the waiting list"),
        ("teaching", "You teach this session"),
        ("past", "This session is over"),
        ("cancelled", "This session will not be held"),
    ],
)
def test_the_panel_says_what_the_session_is_to_this_person(app: Flask, sign_in: SignIn, state: str, words: str) -> None:
    who = person()
    session = course_session(
        capacity=0 if state in ("full", "waiting") else 1,
        starts_at=NOW - timedelta(days=1) if state == "past" else NOW + timedelta(days=10),
        trainers=[who] if state == "teaching" else [],
    )
    if state in ("booked", "waiting"):
        _book(session, who)
    if state == "cancelled":
        session.cancelled_at = NOW
    browser = app.test_client() if state == "signed out" else sign_in(who)
    assert words in browser.get(f"/sessions/{session.reference}").text


def test_another_place_at_the_same_time_is_said_before_booking(app: Flask, sign_in: SignIn) -> None:
    who = person()
    _book(course_session(factories.course(title="Safer recruitment")), who)
    page = sign_in(who).get(f"/sessions/{course_session().reference}/book").text
    assert "At the same time" in page
    assert "Safer recruitment" in page


def test_the_hour_of_winter_time_and_midnight_in_utc_change_nothing(app: Flask) -> None:
    # The clocks go back on 27 October 2024 at 1am UTC; 0:30am in London on 1 July is 30 June in UTC.
    night = datetime(2024, 10, 27, 0, 30, tzinfo=UTC)
    assert rules.tell_us_by(night, NOW) == datetime(2024, 10, 20, tzinfo=UTC).date()
    summer = datetime(2025, 6, 30, 23, 30, tzinfo=UTC)
    assert rules.tell_us_by(summer, NOW) == datetime(2025, 6, 24, tzinfo=UTC).date()
    leap = datetime(2028, 3, 7, 10, 0, tzinfo=UTC)
    assert rules.tell_us_by(leap, NOW) == datetime(2028, 2, 29, tzinfo=UTC).date()
