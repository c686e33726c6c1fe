"""A booking moves to another date of its course: a place to a place, its calendar entry with it."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from lms.activity.models import Activity
from lms.bookings import operations as booking_operations
from lms.bookings import rules
from lms.bookings.models import Booking, BookingOrigin, BookingStatus, Ending
from lms.catalogue.models import Course, CourseSession, SessionDate
from lms.db import db
from lms.errors import RuleBroken
from lms.letters.models import Letter
from lms.swaps.operations import substitute
from lms.swaps.rules import FULL, GONE, OTHER_COURSE, SAME_DATE, WALKED_IN
from tests import factories
from tests.factories import NOW, course, course_session, organisation, person
from tests.lms.bookings import steps
from tests.lms.bookings.conftest import Clock
from tests.lms.swaps.swapping import move

CheckInvite = Callable[..., str]
WEEK = timedelta(days=7)


@pytest.fixture
def neglect(app: Flask) -> Course:
    found: Course = course("NEG")
    return found


@pytest.fixture
def first(neglect: Course) -> CourseSession:
    """Tuesday 5 November, one place."""
    found: CourseSession = course_session(neglect, capacity=1)
    return found


@pytest.fixture
def other(neglect: Course, first: CourseSession) -> CourseSession:
    """Tuesday 12 November, one place."""
    found: CourseSession = course_session(neglect, capacity=1, starts_at=first.starts_at + WEEK)
    return found


def test_the_place_moves_and_the_old_one_goes_to_who_waits(first: CourseSession, other: CourseSession) -> None:
    old, waits = steps.ask(first, "Amina"), steps.ask(first, "Mei")
    later = NOW + timedelta(days=1)
    new = move(old, other, later)
    assert (old.status, old.ending, old.cancelled_at) == (BookingStatus.CANCELLED, Ending.TRANSFERRED, later)
    assert (new.person, new.session, new.status) == (old.person, other, BookingStatus.BOOKED)
    assert (new.asked_at, new.held_at, new.booked_at) == (later, later, later)
    assert (new.replaces_id, new.organisation_id, new.made_by_id) == (old.id, old.organisation_id, None)
    assert (waits.status, waits.booked_at) == (BookingStatus.BOOKED, later)
    assert steps.letters(2) == ["booking-transferred to Amina", "booking-promoted to Mei"]
    lines = db.session.scalars(select(Activity).order_by(Activity.id)).all()[2:]
    assert [(line.verb, line.subject, line.details.get("to")) for line in lines] == [
        ("booking:transferred", old.reference, other.reference),
        ("booking:moved_here", new.reference, None),
        ("booking:promoted", waits.reference, None),
    ]
    assert all("took_over" not in line.details for line in lines), "it is a new confirmation, and there was room"


def test_one_letter_says_when_it_was_and_when_it_is(
    first: CourseSession, other: CourseSession, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PUBLIC_URL", "https://learning.example")
    other.venue = factories.venue(name="Ossett Town Hall", access_notes="Lift")
    move(steps.ask(first, "Amina"), other)
    letter = steps.letter("booking-transferred")
    assert re.sub(r"/bookings/\S+", "/bookings/REFERENCE", f"{letter.subject}\n\n{letter.body}") == (
        "Moved to another date: Multi-agency neglect\n\n"
        "Hello Amina,\n\n"
        "Your place on Multi-agency neglect has moved.\n\n"
        "It was: Tuesday 5 November 2024, 9:30am to 1pm\n"
        "It is now: Tuesday 12 November 2024, 9:30am to 1pm\n"
        "Ossett Town Hall. Lift\n\n"
        "Your booking: https://learning.example/bookings/REFERENCE\n\n"
        "Training team\ntraining@partnership.example, 01924 000000\n"
    )


def _entry(letter: Letter) -> tuple[str, int, datetime]:
    event = Calendar.from_ical(letter.calendar).walk("VEVENT")[0]
    return str(event["uid"]), int(event["sequence"]), event.decoded("dtstart")


def test_the_calendar_entry_has_one_name_for_its_whole_life(
    first: CourseSession, other: CourseSession, neglect: Course, check_invite: CheckInvite
) -> None:
    """Booked, moved, moved on, moved back to the first date, given back: one entry that moves and is taken out."""
    third = course_session(neglect, starts_at=first.starts_at + 2 * WEEK)
    booking, letters = steps.ask(first, "Łucja"), [steps.letter("booking-booked")]
    name = booking.reference
    for to in (other, third, first):
        booking = move(booking, to)
        letters.append(steps.letter("booking-transferred"))
    booking_operations.cancel_booking(booking=booking, by=booking.person, now=NOW)
    letters.append(steps.letter("booking-cancelled-by-learner"))

    entries = [_entry(letter) for letter in letters]
    assert {uid.split("@")[0] for uid, _, _ in entries} == {name}
    assert [sequence for _, sequence, _ in entries] == [0, 1, 2, 3, 4]
    days = [starts for _, _, starts in entries]
    assert days == [first.starts_at, other.starts_at, third.starts_at, first.starts_at, first.starts_at]
    assert [letter.calendar_method for letter in letters] == ["REQUEST"] * 4 + ["CANCEL"]
    assert check_invite(letters[0]) == ""
    for before, after in pairwise(letters):
        assert check_invite(after, before) == ""


def test_to_a_session_on_several_dates_the_entry_has_them_all(
    first: CourseSession, neglect: Course, check_invite: CheckInvite
) -> None:
    starts = [first.starts_at + WEEK * number for number in (1, 2)]
    both = course_session(
        neglect,
        starts_at=starts[0],
        dates=[SessionDate(starts_at=at, ends_at=at + timedelta(hours=3)) for at in starts],
    )
    booking = steps.ask(first, "Amina")
    booked = steps.letter("booking-booked")
    move(booking, both)
    letter = steps.letter("booking-transferred")
    assert "12 November 2024, 9:30am to 12:30pm\nTuesday 19 November 2024" in letter.body
    assert "COUNT=2" in letter.calendar
    assert check_invite(letter, booked) == ""


def test_who_booked_afresh_on_the_date_they_left_has_an_entry_of_its_own(
    first: CourseSession, other: CourseSession
) -> None:
    amina = person("Amina")
    move(steps.ask(first, amina), other)
    moved, again = _entry(steps.letter("booking-transferred")), steps.ask(first, amina)
    assert _entry(steps.letter("booking-booked"))[0].startswith(again.reference)
    assert moved[0] != _entry(steps.letter("booking-booked"))[0]


class TestUntilWhen:
    def test_by_oneself_while_giving_back_is_free(
        self, first: CourseSession, other: CourseSession, clock: Clock
    ) -> None:
        old = steps.ask(first, "Amina")
        last = clock(rules.free_until(first, old))
        assert move(old, other, last).status is BookingStatus.BOOKED

    def test_later_only_an_officer_does_it(self, first: CourseSession, other: CourseSession, clock: Clock) -> None:
        old = steps.ask(first, "Amina")
        late = clock(rules.free_until(first, old) + timedelta(seconds=1))
        words = "could be moved until the end of Wednesday 30 October 2024. A colleague can still take it"
        with pytest.raises(RuleBroken, match=words):
            move(old, other, late)
        assert old.status is BookingStatus.BOOKED
        officer = person("Officer")
        new = move(old, other, late, by=officer, staff=True)
        assert (new.status, new.made_by_id) == (BookingStatus.BOOKED, officer.id)

    def test_nobody_after_the_start(self, first: CourseSession, other: CourseSession) -> None:
        old = steps.ask(first, "Amina")
        with pytest.raises(RuleBroken, match="already started"):
            move(old, other, first.starts_at, staff=True)

    def test_nobody_what_has_ended_or_walked_in(self, first: CourseSession, other: CourseSession) -> None:
        old = steps.ask(first, "Amina")
        move(old, other)
        with pytest.raises(RuleBroken, match=GONE):
            move(old, other, staff=True)
        walked = factories.booking(first, origin=BookingOrigin.WALK_IN)
        with pytest.raises(RuleBroken, match=WALKED_IN):
            move(walked, other, staff=True)


class TestWhereTo:
    def refused(self, old: Booking, to: CourseSession, words: str, **more: object) -> None:
        with pytest.raises(RuleBroken, match=re.escape(words)):
            move(old, to, **more)
        assert (old.status, old.ending) == (BookingStatus.BOOKED, None)
        assert steps.letters() == ["booking-booked to Amina"]

    @pytest.fixture
    def old(self, first: CourseSession) -> Booking:
        return steps.ask(first, person("Amina", "Yusuf"))

    def test_not_to_the_same_date_nor_to_another_course(self, old: Booking) -> None:
        self.refused(old, old.session, SAME_DATE)
        self.refused(old, course_session(), OTHER_COURSE)

    def test_not_to_a_date_nobody_can_book(self, old: Booking, neglect: Course) -> None:
        soon = {"starts_at": old.session.starts_at + WEEK}
        self.refused(old, course_session(neglect, starts_at=NOW), rules.STARTED, staff=True)
        self.refused(old, course_session(neglect, published_at=None, **soon), rules.DRAFT, staff=True)
        self.refused(old, course_session(neglect, cancelled_at=NOW, **soon), rules.CALLED_OFF, staff=True)
        host = organisation("High School")
        self.refused(old, course_session(neglect, host_organisation_id=host.id, **soon), rules.HELD)

    def test_the_booking_window_binds_all_but_officers(self, old: Booking, neglect: Course) -> None:
        closed = course_session(neglect, starts_at=old.session.starts_at + WEEK, booking_closes_at=NOW)
        self.refused(old, closed, "Booking for this session closed on")
        assert move(old, closed, staff=True).status is BookingStatus.BOOKED

    def test_not_where_the_person_teaches(self, old: Booking, other: CourseSession) -> None:
        other.trainers.append(old.person)
        self.refused(old, other, "Amina Yusuf teaches on this date")

    def test_not_where_they_have_a_place_or_wait(self, first: CourseSession, neglect: Course) -> None:
        amina = person("Amina", "Yusuf")
        old = steps.ask(first, amina)
        for number, (capacity, words) in enumerate(
            [(1, "has a place on this session already"), (0, "is on the waiting list of this date already")], 1
        ):
            there = course_session(neglect, capacity=capacity, starts_at=first.starts_at + number * WEEK)
            steps.ask(there, amina)
            with pytest.raises(RuleBroken, match=f"Amina Yusuf {words}"):
                move(old, there)


class TestRoom:
    def test_a_place_moves_only_to_a_place(self, first: CourseSession, other: CourseSession) -> None:
        old = steps.ask(first, "Amina")
        steps.ask(other, "Mei")
        for staff in (False, True):
            with pytest.raises(RuleBroken, match=re.escape(FULL)):
                move(old, other, staff=staff)
        assert (old.status, steps.waiting(other)) == (BookingStatus.BOOKED, [])

    def test_not_past_those_who_wait_there(self, first: CourseSession, other: CourseSession, clock: Clock) -> None:
        """In the last day the list stands still: the place is free and still nobody’s but theirs who wait."""
        there = other
        first.starts_at += 2 * WEEK
        first.ends_at += 2 * WEEK
        old, has = steps.ask(first, "Amina"), steps.ask(there, "Mei")
        steps.ask(there, "Tom")
        last_day = clock(there.starts_at - timedelta(hours=20))
        booking_operations.cancel_booking(booking=has, by=has.person, now=last_day, staff=True)
        assert steps.left(there) == 1
        with pytest.raises(RuleBroken, match=re.escape(FULL)):
            move(old, there, last_day)

    def test_a_place_held_for_others_is_none_one_held_for_their_own_organisation_is(
        self, first: CourseSession, other: CourseSession
    ) -> None:
        first.capacity = 2
        police, hubs = organisation("Police"), organisation("Family Hubs")
        factories.hold(other, 1, organisation=police)
        theirs, ours = (
            steps.ask(first, person("A", organisation=hubs)),
            steps.ask(first, person("B", organisation=police)),
        )
        with pytest.raises(RuleBroken, match=re.escape(FULL)):
            move(theirs, other)
        assert move(ours, other).status is BookingStatus.BOOKED

    def test_it_is_the_organisation_of_the_booking_that_counts(
        self, first: CourseSession, other: CourseSession
    ) -> None:
        police = organisation("Police")
        factories.hold(other, 1, organisation=police)
        old = steps.ask(first, person("B", organisation=police))
        old.person.organisation = organisation("Elsewhere")
        assert move(old, other).organisation_id == police.id


class TestWhoWaits:
    @pytest.fixture
    def waits(self, first: CourseSession) -> Booking:
        steps.ask(first, "Mei")
        return steps.ask(first, "Amina")

    def test_gets_a_place_where_there_is_one(self, waits: Booking, other: CourseSession) -> None:
        new = move(waits, other)
        assert (new.status, waits.ending, new.calendar_uid, new.sequence) == (
            BookingStatus.BOOKED, Ending.TRANSFERRED, "", 0,
        )  # fmt: skip
        assert steps.letters(2) == ["booking-booked to Amina"]
        assert "12 November 2024" in steps.letter("booking-booked").body

    def test_waits_elsewhere_where_there_is_none(
        self, waits: Booking, other: CourseSession, first: CourseSession
    ) -> None:
        steps.ask(other, "Tom")
        steps.ask(other, "Ella", NOW)
        new = move(waits, other, NOW + timedelta(hours=1))
        assert (new.status, new.held_at, new.booked_at) == (BookingStatus.WAITING, None, None)
        assert (steps.waiting(first), steps.waiting(other)) == ([], ["Ella", "Amina"])
        letter = steps.letter("booking-waiting")
        assert (letter.to_name.split()[0], letter.calendar) == ("Amina", "")
        assert "You are number 2 on the waiting list" in letter.body

    def test_the_reason_to_go_first_goes_along(self, waits: Booking, other: CourseSession) -> None:
        steps.goes_first(waits)
        steps.ask(other, "Tom")
        steps.ask(other, "Ella", NOW)
        move(waits, other, NOW + timedelta(hours=1))
        assert steps.waiting(other) == ["Amina", "Ella"]
        assert "You are number 1 on the waiting list" in steps.letter("booking-waiting").body

    def test_late_too(self, waits: Booking, other: CourseSession, clock: Clock, first: CourseSession) -> None:
        late = clock(first.starts_at - timedelta(minutes=1))
        assert move(waits, other, late).status is BookingStatus.BOOKED

    def test_who_is_offered_a_place_may_have_one_elsewhere_and_the_offer_goes_on(
        self, first: CourseSession, other: CourseSession, clock: Clock
    ) -> None:
        has, offered, after = steps.ask(first, "Mei"), steps.ask(first, "Amina"), steps.ask(first, "Tom")
        late = clock(rules.free_until(first, has) + timedelta(hours=1))
        booking_operations.cancel_booking(booking=has, by=has.person, now=late, staff=True)
        assert steps.statuses(offered, after) == ["offered", "waiting"]
        new = move(offered, other, late)
        assert (new.status, offered.offer_until) == (BookingStatus.BOOKED, None)
        assert steps.statuses(offered, after) == ["cancelled", "offered"]


def test_what_was_learned_elsewhere_need_not_be_said_again(app: Flask) -> None:
    has_before = course(prerequisites=[course(title="Working together")])
    start = course_session(has_before)
    there = course_session(has_before, starts_at=start.starts_at + WEEK)
    new = move(steps.ask(start, "Amina", learned_elsewhere=True), there)
    assert new.learned_elsewhere


def test_a_booking_from_elsewhere_moves_with_a_letter(first: CourseSession, other: CourseSession) -> None:
    old = factories.booking(first)
    new = move(old, other)
    assert (new.origin, steps.letters()) == (BookingOrigin.BOOKED, ["booking-transferred to Amina"])


def test_a_place_that_was_taken_over_moves_as_any_other(first: CourseSession, other: CourseSession) -> None:
    one, two = steps.colleagues("Amina", "Sam")
    taken = substitute(booking=steps.ask(first, one), colleague=two, by=one, now=NOW)
    new = move(taken, other)
    assert not new.took_over
    assert _entry(steps.letter("booking-transferred"))[:2] == (_entry(steps.letter("booking-substituted-in"))[0], 1)
