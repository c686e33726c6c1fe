"""A confirmed place is passed on to a colleague: until the start, without anybody else losing or getting one."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import func, select

from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.bookings import operations as booking_operations
from lms.bookings import queries, rules
from lms.bookings.models import Booking, BookingOrigin, BookingStatus, Ending
from lms.catalogue.models import Course
from lms.db import db
from lms.errors import RuleBroken
from lms.letters.models import Letter
from lms.organisations.models import Organisation
from lms.swaps.rules import GONE, NOT_CONFIRMED, SAME_PERSON, WALKED_IN
from tests import factories
from tests.factories import NOW, course, course_session, organisation, person
from tests.lms.bookings import steps
from tests.lms.bookings.conftest import Clock
from tests.lms.swaps.swapping import confirmed, pass_on

CheckInvite = Callable[..., str]


def test_the_place_is_the_colleagues_and_each_keeps_their_own_history(amina: Person, sam: Person) -> None:
    session = course_session(capacity=1)
    old = steps.ask(session, amina)
    later = NOW + timedelta(days=2)
    new = pass_on(old, sam, later)
    assert (old.status, old.ending, old.cancelled_at) == (BookingStatus.CANCELLED, Ending.SUBSTITUTED, later)
    assert (old.person, new.person) == (amina, sam)
    assert (new.status, new.booked_at, new.asked_at, new.held_at) == (BookingStatus.BOOKED, later, later, later)
    assert (new.replaces_id, new.organisation_id, new.made_by_id) == (old.id, old.organisation_id, amina.id)
    lines = db.session.scalars(select(Activity).order_by(Activity.id)).all()[1:]
    assert [(line.verb, line.actor_id, line.subject) for line in lines] == [
        ("booking:substituted_out", amina.id, old.reference),
        ("booking:substituted_in", amina.id, new.reference),
    ]
    assert (lines[0].details.get("took_over"), lines[1].details["took_over"]) == (None, 1)
    assert steps.letters() == [
        "booking-booked to Amina",
        "booking-substituted-out to Amina",
        "booking-substituted-in to Sam",
    ]


def test_who_waits_waits_on_and_nobody_is_moved_up(amina: Person, sam: Person) -> None:
    session = course_session(capacity=1)
    old = steps.ask(session, amina)
    waits = steps.ask(session, "Mei")
    pass_on(old, sam)
    assert (confirmed(session), steps.waiting(session)) == (["Sam"], ["Mei"])
    assert waits.status is BookingStatus.WAITING


def _read(letter: Letter) -> str:
    """The whole letter; the random reference of the booking is written REFERENCE."""
    return re.sub(r"/bookings/\S+", "/bookings/REFERENCE", f"{letter.subject}\n\n{letter.body}")


def test_both_get_a_letter_that_says_what_has_happened(
    amina: Person, sam: Person, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://learning.example")
    room = factories.venue(name="Castleford Civic Centre", access_notes="Step-free")
    pass_on(steps.ask(course_session(course("NEG"), venue=room), amina), sam)
    assert _read(steps.letter("booking-substituted-out")) == (
        "A colleague has taken your place: Multi-agency neglect\n\n"
        "Hello Amina,\n\n"
        "A colleague from Family Hubs has taken your place on Multi-agency neglect. There is nothing more for you to do.\n\n"
        "Other dates: https://learning.example/courses/NEG\n\n"
        "Training team\ntraining@partnership.example, 01924 000000\n"
    )
    assert _read(steps.letter("booking-substituted-in")) == (
        "You are taking a colleague’s place: Multi-agency neglect\n\n"
        "Hello Sam,\n\n"
        "You are coming to Multi-agency neglect in place of a colleague from Family Hubs.\n\n"
        "Tuesday 5 November 2024, 9:30am to 1pm\nCastleford Civic Centre. Step-free\n\n"
        "Your booking: https://learning.example/bookings/REFERENCE\n\n"
        "Training team\ntraining@partnership.example, 01924 000000\n"
    )


def test_the_entry_goes_from_one_calendar_and_an_entry_of_its_own_is_in_the_other(
    amina: Person, sam: Person, check_invite: CheckInvite
) -> None:
    pass_on(steps.ask(course_session(), amina), sam)
    booked, out, into = (steps.letter(f"booking-{key}") for key in ("booked", "substituted-out", "substituted-in"))
    assert (out.calendar_method, into.calendar_method) == ("CANCEL", "REQUEST")
    first, last, new = (Calendar.from_ical(one.calendar).walk("VEVENT")[0] for one in (booked, out, into))
    assert str(first["uid"]) == str(last["uid"]) != str(new["uid"])
    assert (str(last["attendee"]), str(new["attendee"])) == (f"mailto:{amina.email}", f"mailto:{sam.email}")
    assert check_invite(out, booked) == ""
    assert check_invite(into) == ""


@pytest.mark.parametrize("before", [timedelta(days=20), timedelta(days=2), timedelta(minutes=1)])
def test_it_can_be_done_until_the_start_also_when_giving_back_is_locked(
    amina: Person, sam: Person, clock: Clock, before: timedelta
) -> None:
    session = course_session()
    old = steps.ask(session, amina)
    assert pass_on(old, sam, clock(session.starts_at - before)).status is BookingStatus.BOOKED


def test_after_the_start_the_register_says_who_came(amina: Person, sam: Person) -> None:
    session = course_session()
    old = steps.ask(session, amina)
    with pytest.raises(RuleBroken, match="already started"):
        pass_on(old, sam, session.starts_at)


def test_a_place_passed_on_late_is_not_free_to_give_back_again(amina: Person, sam: Person, clock: Clock) -> None:
    session = course_session()
    late = clock(session.starts_at - timedelta(days=2))
    booked_late = steps.ask(session, "Mei", late)
    assert rules.can_cancel(session, booked_late, now=late), "whoever books late has a day to think again"
    old = factories.booking(session, amina)
    assert not rules.can_cancel(session, old, now=late)
    assert not rules.can_cancel(session, pass_on(old, sam, late), now=late)


def test_it_is_no_new_confirmation_while_more_have_places_than_there_are(amina: Person, sam: Person) -> None:
    session = course_session(capacity=3)
    old = steps.ask(session, amina)
    for name in ("Mei", "Tom"):
        steps.ask(session, name)
    steps.ask(session, "Waits")
    steps.change_capacity(session, 1)
    pass_on(old, sam)
    booking_operations.settle(session=session, now=NOW)
    assert (confirmed(session), steps.waiting(session)) == (["Mei", "Tom", "Sam"], ["Waits"])


def test_the_colleague_may_pass_it_on_in_turn(amina: Person, sam: Person, agency: Organisation) -> None:
    session = course_session(capacity=1)
    ella = person("Ella", organisation=agency)
    new = pass_on(pass_on(steps.ask(session, amina), sam), ella)
    back = pass_on(new, amina)
    assert (confirmed(session), back.replaces_id) == (["Amina"], new.id)


class TestAColleagueWhoWaits:
    def test_their_booking_becomes_the_booked_one(self, amina: Person, sam: Person) -> None:
        session = course_session(capacity=1)
        old = steps.ask(session, amina)
        first, waits, last = (steps.ask(session, who) for who in ("Mei", sam, "Tom"))
        new = pass_on(old, sam)
        assert new.id == waits.id
        assert (new.status, new.asked_at, new.booked_at, new.replaces_id) == (BookingStatus.BOOKED, NOW, NOW, old.id)
        assert queries.positions([first, last]) == {first.id: 1, last.id: 2}
        both = select(func.count()).select_from(Booking).where(Booking.person_id == sam.id)
        assert db.session.scalar(both) == 1
        assert steps.letters(4) == ["booking-substituted-out to Amina", "booking-substituted-in to Sam"]

    def test_who_has_come_to_the_agency_since_they_asked_comes_for_the_agency(
        self, amina: Person, sam: Person, agency: Organisation
    ) -> None:
        session = course_session(capacity=1)
        old = steps.ask(session, amina)
        sam.organisation = organisation("Elsewhere")
        waits = steps.ask(session, sam)
        sam.organisation = agency
        assert pass_on(old, sam).organisation_id == agency.id
        assert waits.status is BookingStatus.BOOKED

    def test_who_let_an_offer_lapse_is_there_after_all(self, amina: Person, sam: Person) -> None:
        session = course_session(capacity=1)
        old = steps.ask(session, amina)
        waits = steps.ask(session, sam)
        waits.lapsed_at = NOW
        assert (pass_on(old, sam).lapsed_at, waits.status) == (None, BookingStatus.BOOKED)


class TestWhoCannotHaveIt:
    @pytest.fixture
    def old(self, amina: Person) -> Booking:
        return steps.ask(course_session(capacity=1), amina)

    def refused(self, old: Booking, colleague: Person, words: str, **more: object) -> None:
        with pytest.raises(RuleBroken, match=re.escape(words)):
            pass_on(old, colleague, **more)
        assert (old.status, old.ending) == (BookingStatus.BOOKED, None)

    def test_somebody_who_works_elsewhere_or_has_left_reads_as_nobody(self, old: Booking, agency: Organisation) -> None:
        words = "We know nobody at Family Hubs with this address."
        self.refused(old, person("Else", "Where"), words)
        self.refused(old, person("Has", "Left", organisation=agency, disabled_at=NOW), words)

    def test_the_person_themselves(self, old: Booking) -> None:
        self.refused(old, old.person, SAME_PERSON)

    def test_somebody_no_letter_reaches(self, old: Booking, agency: Organisation) -> None:
        self.refused(old, person("Walked", "In", organisation=agency, email=None), "no email address of Walked In")

    def test_a_trainer_of_the_session(self, old: Booking, sam: Person) -> None:
        old.session.trainers.append(sam)
        self.refused(old, sam, "Sam Hill teaches this session")

    def test_who_has_a_place(self, amina: Person, sam: Person) -> None:
        session = course_session(capacity=2)
        old = steps.ask(session, amina)
        steps.ask(session, sam)
        self.refused(old, sam, "Sam Hill has a place on this session already.")

    def test_who_is_offered_one(self, amina: Person, sam: Person, clock: Clock) -> None:
        session = course_session(capacity=2)
        old, mei = steps.ask(session, amina), steps.ask(session, "Mei")
        offered = steps.ask(session, sam)
        last_days = clock(datetime(2024, 10, 31, 9, tzinfo=UTC))
        booking_operations.cancel_booking(booking=mei, by=mei.person, now=last_days, staff=True)
        assert offered.status is BookingStatus.OFFERED
        with pytest.raises(RuleBroken, match="is being offered a place"):
            pass_on(old, sam, last_days)

    def test_who_has_not_learned_what_comes_before_unless_elsewhere(self, amina: Person, sam: Person) -> None:
        before = course(title="Working together")
        session = course_session(course(prerequisites=[before]))
        old = steps.ask(session, amina, learned_elsewhere=True)
        self.refused(old, sam, "Before this course comes: Working together. Tick if Sam Hill has learned it elsewhere")
        new = pass_on(old, sam, learned_elsewhere=True)
        assert (new.status, new.learned_elsewhere) == (BookingStatus.BOOKED, True)

    def test_who_said_so_when_asking_need_not_say_it_again(self, amina: Person, sam: Person) -> None:
        session = course_session(course(prerequisites=[course(title="Working together")]), capacity=1)
        old = steps.ask(session, amina, learned_elsewhere=True)
        steps.ask(session, sam, learned_elsewhere=True)
        assert pass_on(old, sam).learned_elsewhere


class TestWhatIsNoPlaceToPassOn:
    def test_a_number_on_the_list_or_a_place_that_is_held(self, amina: Person, sam: Person, asks: Course) -> None:
        full = course_session(capacity=0)
        with pytest.raises(RuleBroken, match=NOT_CONFIRMED):
            pass_on(steps.ask(full, amina), sam)
        amina.manager_name, amina.manager_email = "Helen", "helen@agency.example"
        held = steps.ask(course_session(asks), amina)
        with pytest.raises(RuleBroken, match=NOT_CONFIRMED):
            pass_on(held, sam)

    def test_one_that_was_given_back_or_passed_on(self, amina: Person, sam: Person, agency: Organisation) -> None:
        session = course_session()
        old = steps.ask(session, amina)
        pass_on(old, sam)
        with pytest.raises(RuleBroken, match=GONE):
            pass_on(old, person("Ella", organisation=agency))
        assert confirmed(session) == ["Sam"]

    def test_one_on_a_session_that_is_cancelled(self, amina: Person, sam: Person) -> None:
        old = steps.ask(course_session(), amina)
        old.session.cancelled_at = NOW
        with pytest.raises(RuleBroken, match=rules.CALLED_OFF):
            pass_on(old, sam)

    def test_that_of_somebody_who_walked_in(self, amina: Person, sam: Person) -> None:
        walked = factories.booking(course_session(), amina, origin=BookingOrigin.WALK_IN)
        with pytest.raises(RuleBroken, match=WALKED_IN):
            pass_on(walked, sam)


def test_places_held_for_others_stay_held_and_the_place_stays_the_organisations(
    amina: Person, sam: Person, agency: Organisation
) -> None:
    session = course_session(capacity=2)
    factories.hold(session, 1, organisation=agency)
    factories.hold(session, 1, sector=organisation().sector)
    old = steps.ask(session, amina)
    moved_away = organisation("Elsewhere")
    amina.organisation = moved_away
    new = pass_on(old, sam)
    assert new.organisation_id == agency.id
    assert queries.places_of([session])[session.id].kept_free == 1
