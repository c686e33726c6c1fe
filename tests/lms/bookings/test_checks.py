"""What `lms verify` says when places or their letters are wrong, and that it says nothing when they are not."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from lms import verify
from lms.activity.operations import record
from lms.attendance import operations as attendance
from lms.bookings import checks, operations
from lms.bookings.models import Booking, BookingOrigin, BookingStatus
from lms.closures.operations import merge_sessions
from lms.db import db
from lms.letters.models import Letter
from tests import factories
from tests.factories import NOW, course, course_session, hold, organisation, person
from tests.lms.bookings.conftest import Clock
from tests.lms.bookings.steps import ask, change_capacity, give_back

pytestmark = pytest.mark.usefixtures("app", "clock", "broken_on_purpose")
BOSS = {"manager_name": "Bea Boss", "manager_email": "bea@agency.example"}


def test_every_check_is_one_of_lms_verify(app: Flask) -> None:
    assert {"letters of bookings", "places", "waiting lists"} <= {name for name, _ in verify.checks}


# Letters.


def _forget(booking: Booking, event: str) -> None:
    """As if this letter had never been written."""
    gone = db.session.execute(delete(Letter).where(Letter.dedupe.like(f"booking:{event}:{booking.id}%")))
    assert gone.rowcount == 1  # type: ignore[attr-defined]


def test_a_place_without_its_letter_is_found() -> None:
    booking = ask(course_session())
    assert checks.letters() == []
    _forget(booking, "booked")
    given = "“booked” or “promoted” or “substituted-in” or “transferred”"
    assert checks.letters() == [f"The booking {booking.reference} has no letter {given}."]


def test_a_place_given_back_without_its_letter_is_found() -> None:
    booking = ask(course_session())
    give_back(booking)
    _forget(booking, "cancelled")
    taken = "“cancelled” or “session-cancelled” or “substituted-out”"
    assert checks.letters() == [f"The booking {booking.reference} has no letter {taken}."]


@pytest.mark.parametrize("event", ["waiting", "left"])
def test_a_number_on_the_list_has_its_letter_at_the_beginning_and_at_the_end(event: str) -> None:
    booking = ask(course_session(capacity=0))
    give_back(booking)
    assert checks.letters() == []
    _forget(booking, event)
    assert [one.split(" has ")[0] for one in checks.letters()] == [f"The booking {booking.reference}"]


@pytest.mark.parametrize("event", ["manager", "asked"])
def test_a_manager_who_is_asked_and_the_person_have_their_letters(event: str) -> None:
    booking = ask(course_session(course(needs_approval=True)), **BOSS)
    assert checks.letters() == []
    _forget(booking, event)
    assert len(checks.letters()) == 1


def test_a_letter_about_a_place_nobody_has_is_found() -> None:
    waits = ask(course_session(capacity=0))
    place = db.session.scalars(select(Letter)).one()
    place.dedupe = f"booking:booked:{waits.id}"
    assert f"The booking {waits.reference} has a letter “booked” it should not have." in checks.letters()
    place.dedupe = "booking:booked:987654"
    assert "There are letters about a booking (number 987654) that does not exist." in checks.letters()


def test_a_place_somebody_still_has_was_not_taken_away_by_a_letter() -> None:
    booking = ask(course_session())
    db.session.scalars(select(Letter)).one().dedupe = f"booking:cancelled:{booking.id}"
    assert f"The booking {booking.reference} has a letter “cancelled” it should not have." in checks.letters()


def test_places_loaded_from_elsewhere_were_told_of_nothing() -> None:
    loaded = factories.booking()
    assert checks.letters() == []
    booking = ask(course_session())
    written = db.session.scalars(select(Letter)).one()
    written.dedupe = f"booking:booked:{loaded.id}"
    found = checks.letters()
    assert f"The booking {loaded.reference} has a letter “booked” it should not have." in found
    assert len(found) == 2
    booking.origin = BookingOrigin.WALK_IN
    assert len(checks.letters()) == 1


def test_who_has_no_address_needs_no_letter() -> None:
    ask(course_session(), person(email=None))
    assert checks.letters() == []


def test_who_waited_moved_with_a_session_and_walked_in_is_no_fault(clock: Clock) -> None:
    taught = course()
    source, into = course_session(taught, capacity=0), course_session(taught, capacity=0)
    waits = ask(source)
    merge_sessions(source=source, into=into, by=person("Officer"), now=NOW)
    clock(into.starts_at)
    attendance.add_walk_in(
        into.dates[0], first_name="A", last_name="B", email=waits.person.email or "", organisation_id=organisation().id,
        by=person("Trainer"), now=into.starts_at,
    )  # fmt: skip
    assert verify_problems() == []


def verify_problems() -> list[str]:
    return checks.letters() + checks.places() + checks.waiting_lists()


# Places.


def test_somebody_confirmed_while_every_place_was_taken_is_found() -> None:
    session = course_session(capacity=1)
    ask(session, "A")
    waits = ask(session, "B")
    assert checks.places() == []
    waits.status, waits.booked_at, waits.held_at = BookingStatus.BOOKED, NOW, NOW
    operations.note("booking:promoted", waits, actor=None, now=NOW)
    db.session.flush()
    assert checks.places() == [f"The booking {waits.reference} was confirmed while 1 of 1 were taken."]


def test_it_is_found_also_when_the_capacity_was_raised_afterwards_or_somebody_left() -> None:
    session = course_session(capacity=1)
    first, waits = ask(session, "A"), ask(session, "B")
    waits.status, waits.booked_at = BookingStatus.BOOKED, NOW
    operations.note("booking:promoted", waits, actor=None, now=NOW)
    db.session.flush()
    change_capacity(session, 9)
    give_back(first)
    assert checks.places() == [f"The booking {waits.reference} was confirmed while 1 of 1 were taken."]


def test_fewer_places_than_people_is_no_fault_but_somebody_new_would_be() -> None:
    session = course_session(capacity=2)
    for name in "AB":
        ask(session, name)
    change_capacity(session, 1)
    assert checks.places() == []
    new = factories.booking(session, person("C"), origin=BookingOrigin.BOOKED)
    operations.note("booking:made", new, actor=None, now=NOW)
    db.session.flush()
    assert checks.places() == [f"The booking {new.reference} was confirmed while 2 of 1 were taken."]


def test_a_room_that_was_too_full_elsewhere_is_history() -> None:
    full = course_session(capacity=0, imported=True)
    factories.booking(full)
    assert checks.places() == []
    new = factories.booking(full, person("B"), origin=BookingOrigin.BOOKED)
    operations.note("booking:made", new, actor=None, now=NOW)
    db.session.flush()
    assert checks.places() == [f"The booking {new.reference} was confirmed while 1 of 0 were taken."]


def test_who_walked_in_takes_no_place(clock: Clock) -> None:
    session = course_session(capacity=1)
    clock(session.starts_at - timedelta(minutes=20))
    attendance.add_walk_in(
        session.dates[0], first_name="A", last_name="B", email="", organisation_id=organisation().id,
        by=person("Trainer"), now=session.starts_at - timedelta(minutes=20),
    )  # fmt: skip
    ask(session, "C", session.starts_at - timedelta(minutes=10))
    assert verify_problems() == []


def test_a_colleague_who_took_over_a_place_was_not_confirmed_anew() -> None:
    session = course_session(capacity=1)
    a, b = ask(session, "A"), ask(session, "B")
    change_capacity(session, 0)
    operations.end(a, operations.Ending.SUBSTITUTED, now=NOW)
    operations.note("booking:substituted_out", a, actor=None, now=NOW)
    b.status, b.booked_at = BookingStatus.BOOKED, NOW
    operations.note("booking:substituted_in", b, actor=None, now=NOW, took_over=1)
    db.session.flush()
    assert checks.places() == []


def test_a_place_held_for_some_and_given_to_others_is_found() -> None:
    session = course_session(capacity=2)
    hold(session, 1, organisation=organisation())
    ask(session, "A")
    assert checks.places() == []
    factories.booking(session, person("B"))
    assert checks.places() == [f"In the session {session.reference} places held for some were given to others."]


def test_places_reserved_that_were_not_there_are_found() -> None:
    session = course_session(capacity=3)
    ask(session, "A")
    for number, places in enumerate((2, 1)):
        record(
            "reservation:made", actor=None, subject_kind="reservation", subject=f"R{number}", now=NOW,
            session=session.reference, places=places,
        )  # fmt: skip
    db.session.flush()
    assert checks.places() == ["The reservation R1 took places that were not there."]


# Waiting lists.


def test_somebody_who_waits_while_a_place_is_free_is_found_while_the_list_moves(clock: Clock) -> None:
    session = course_session(capacity=1)
    booking = ask(session, "A")
    ask(session, "B")
    ask(session, "C")
    assert checks.waiting_lists() == []
    operations.end(booking, operations.Ending.CANCELLED, now=NOW)
    sentence = f"1 person waits for the session {session.reference} while places are free."
    assert checks.waiting_lists() == [sentence]
    clock(session.starts_at - timedelta(hours=24))
    assert checks.waiting_lists() == [sentence]
    clock(session.starts_at - timedelta(hours=24) + timedelta(microseconds=1))
    assert checks.waiting_lists() == []


def test_who_waits_for_what_is_held_for_others_or_let_an_offer_lapse_is_no_fault() -> None:
    held = course_session(capacity=1)
    hold(held, 1, organisation=organisation())
    ask(held, "A")
    lapsed = ask(course_session(capacity=0), "B")
    lapsed.lapsed_at = NOW
    lapsed.session.capacity = 1
    db.session.flush()
    assert checks.waiting_lists() == []


def test_somebody_who_waits_for_a_place_held_for_them_is_found() -> None:
    school = organisation()
    session = course_session(capacity=0)
    ask(session, person(organisation=school))
    session.capacity = 1
    hold(session, 1, organisation=school)
    assert checks.waiting_lists() == [f"1 person waits for the session {session.reference} while places are free."]


def test_somebody_who_walked_in_and_waits_is_found() -> None:
    booking = ask(course_session(capacity=0))
    db.session.execute(update(Booking).values(origin=BookingOrigin.WALK_IN))
    assert checks.waiting_lists() == [f"The booking {booking.reference} walked in and waits."]
