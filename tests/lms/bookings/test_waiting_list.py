"""The waiting list: who gets what becomes free, when, and who never does."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from lms.approvals import operations as approvals
from lms.bookings import operations, queries
from lms.bookings.models import Booking, BookingStatus
from lms.catalogue.models import CourseSession
from lms.db import db
from lms.errors import RuleBroken
from tests.factories import NOW, course, course_session, hold, organisation, person
from tests.lms.bookings.conftest import Clock
from tests.lms.bookings.steps import (
    ask,
    change_capacity,
    colleagues,
    done,
    give_back,
    goes_first,
    letter,
    letters,
    statuses,
    waiting,
)

HOUR, DAY, MOMENT = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)
BOSS = {"manager_name": "Bea Boss", "manager_email": "bea@agency.example"}


def full(places: int = 1, waits: str = "BC", **details: object) -> tuple[CourseSession, list[Booking]]:
    """A session with every place taken, and these people waiting; bookings in the order of asking, a minute apart."""
    session = course_session(capacity=places, **details)
    names = "A" * places + waits
    return session, [ask(session, name, NOW + timedelta(minutes=n)) for n, name in enumerate(names)]


# The order anybody can check.


def test_a_reason_to_go_first_goes_before_time_and_time_decides_among_equals(app: Flask) -> None:
    session, (_, b, c, d, e, f) = full(waits="BCDEF")
    goes_first(f, "Needed before they can do their job", rank=2)
    goes_first(d, rank=1)
    goes_first(e, rank=1)
    assert waiting(session) == ["D", "E", "F", "B", "C"]
    change_capacity(session, 4, NOW + HOUR)
    assert statuses(d, e, f, b, c) == ["booked", "booked", "booked", "waiting", "waiting"]


def test_who_asked_at_the_same_moment_stays_in_the_order_of_the_list(app: Flask) -> None:
    session = course_session(capacity=0)
    bookings = [ask(session, name) for name in "ABCD"]
    assert waiting(session) == ["A", "B", "C", "D"]
    change_capacity(session, 2)
    assert statuses(*bookings) == ["booked", "booked", "waiting", "waiting"]


def test_a_reason_can_be_taken_away_again(app: Flask) -> None:
    session, (_, b, c) = full()
    goes_first(c)
    operations.set_priority(booking=c, reason=None, by=person("Officer"), now=NOW)
    assert waiting(session) == ["B", "C"]
    assert done()[-2:] == ["booking:priority_set", "booking:priority_set"]
    change_capacity(session, 2)
    assert statuses(b, c) == ["booked", "waiting"]


def test_only_somebody_who_waits_is_moved_in_the_list(app: Flask) -> None:
    _, (a, *_) = full()
    with pytest.raises(RuleBroken, match="Only somebody who waits"):
        goes_first(a)


def test_everybody_sees_how_many_are_ahead_and_why_without_a_name(app: Flask) -> None:
    _, (_, b, c, d, e) = full(waits="BCDE")
    goes_first(d)
    goes_first(e, "Needed before they can do their job", rank=2)
    ahead = queries.ahead_of(c)
    assert ahead.by_reason == [("Named in an action after a review", 1), ("Needed before they can do their job", 1)]
    assert ahead.earlier == 1
    assert queries.ahead_of(d) == queries.Ahead([], 0)
    assert queries.ahead_of(b).earlier == 0


# Whatever frees a place gives it on at once.


def test_one_place_given_back_goes_to_one_person_with_one_letter(app: Flask, clock: Clock) -> None:
    session, (a, b, c) = full()
    before, at = len(letters()), clock(NOW + DAY)
    give_back(a, at)
    assert statuses(a, b, c) == ["cancelled", "booked", "waiting"]
    assert (a.cancelled_at, b.booked_at, b.held_at) == (at, at, at)
    assert letters(before) == ["booking-cancelled-by-learner to A", "booking-promoted to B"]
    assert done()[-2:] == ["booking:cancelled", "booking:promoted"]
    assert waiting(session) == ["C"]


def test_leaving_the_list_moves_those_behind_up_and_gives_nobody_anything(app: Flask) -> None:
    session, (_, b, _) = full()
    before = len(letters())
    give_back(b)
    assert waiting(session) == ["C"]
    assert letters(before) == ["booking-left-list to B"]


def test_more_places_go_to_those_who_wait_and_no_further(app: Flask) -> None:
    session, (_, b, c, d) = full(waits="BCD")
    before = len(letters())
    change_capacity(session, 3)
    assert statuses(b, c, d) == ["booked", "booked", "waiting"]
    assert letters(before) == ["booking-promoted to B", "booking-promoted to C"]


def test_a_place_the_manager_refuses_goes_to_the_next(app: Flask) -> None:
    session = course_session(course(needs_approval=True), capacity=1)
    asks = ask(session, "A", **BOSS)
    waits = ask(session, "B", approved=True)
    approvals.refuse(booking=asks, reason="We are too few that week.", now=NOW)
    assert statuses(asks, waits) == ["cancelled", "booked"]


def test_a_place_the_manager_says_nothing_about_goes_to_the_next(app: Flask, clock: Clock) -> None:
    session = course_session(course(needs_approval=True), capacity=1)
    asks = ask(session, "A", **BOSS)
    waits = ask(session, "B", approved=True)
    assert asks.approve_until
    clock(asks.approve_until - MOMENT)
    assert statuses(asks, waits) == ["approval", "waiting"]
    clock(asks.approve_until)
    assert statuses(asks, waits) == ["cancelled", "booked"]


def test_held_places_go_to_whoever_waits_at_the_very_moment_they_are_released(app: Flask, clock: Clock) -> None:
    schools = organisation("School")
    session = course_session(capacity=2)
    kept = hold(session, 1, organisation=schools)
    a, b, c = ask(session, "A"), ask(session, "B"), ask(session, "C")
    assert statuses(a, b, c) == ["booked", "waiting", "waiting"]
    before = len(letters())
    clock(kept.release_at - MOMENT)
    assert statuses(b, c) == ["waiting", "waiting"]
    clock(kept.release_at)
    assert statuses(b, c) == ["booked", "waiting"]
    assert (b.booked_at, kept.released_at) == (kept.release_at, kept.release_at)
    assert letters(before) == ["booking-promoted to B"]
    assert done()[-2:] == ["session:hold_released", "booking:promoted"]
    assert operations.release_holds(kept.release_at + DAY) == 0


def test_a_machine_that_was_off_gives_the_place_when_it_is_back(app: Flask, clock: Clock) -> None:
    session = course_session(capacity=1)
    kept = hold(session, 1, organisation=organisation())
    waits = ask(session, "A")
    clock(kept.release_at + HOUR)  # jobs run with the moment they were due
    assert (statuses(waits), kept.released_at) == (["booked"], kept.release_at)


# Places held for some.


def test_who_waits_for_a_place_held_for_others_is_passed_by_those_it_is_held_for(app: Flask) -> None:
    mine, others = colleagues("S1", "S2", "S3"), ["A", "B"]
    session = course_session(capacity=3)
    hold(session, 2, organisation=mine[0].organisation)
    a, b = [ask(session, name) for name in others]
    first, second, third = [ask(session, who) for who in mine]
    assert statuses(a, b, first, second, third) == ["booked", "waiting", "booked", "booked", "waiting"]
    assert waiting(session) == ["B", "S3"]
    # A held place goes to the one it is held for, an open one to whoever asked first.
    give_back(first)
    assert statuses(b, third) == ["waiting", "booked"]
    give_back(a)
    assert statuses(b) == ["booked"]


def test_a_held_place_nobody_has_asked_for_stays_free_whoever_waits(app: Flask) -> None:
    health = organisation()
    session = course_session(capacity=3)
    hold(session, 2, sector=health.sector)
    a, b = ask(session, "A"), ask(session, "B")
    places = queries.places_of([session])[session.id]
    assert (statuses(a, b), places.left, places.held) == (["booked", "waiting"], 0, 2)
    give_back(a)
    assert statuses(b) == ["booked"]
    assert queries.places_of([session])[session.id].held == 2
    assert ask(session, person("H", organisation=health)).status is BookingStatus.BOOKED


def test_more_capacity_goes_to_the_open_places_and_what_is_held_stays_held(app: Flask) -> None:
    session = course_session(capacity=1)
    hold(session, 1, organisation=organisation())
    a, b = ask(session, "A"), ask(session, "B")
    change_capacity(session, 2)
    assert statuses(a, b) == ["booked", "waiting"]


# When: by itself, by an offer, not at all. The three moments are those of each start, in UTC.

MOMENTS = [
    # An ordinary Tuesday: Thursday, Friday and Monday lie between.
    ("2024-11-05T09:30", "2024-10-31T00:00", "2024-11-04T09:30"),
    # The week of the August bank holiday: Monday 25 August is no working day.
    ("2025-08-28T09:00", "2025-08-21T23:00", "2025-08-27T09:00"),
    # Over Christmas and New Year: 3, 2 January and 31 December.
    ("2025-01-06T09:30", "2024-12-31T00:00", "2025-01-05T09:30"),
    # After Easter: Good Friday 18 and Easter Monday 21 April 2025.
    ("2025-04-23T08:30", "2025-04-15T23:00", "2025-04-22T08:30"),
    # The clocks go back on 27 October 2024 and forward on 30 March 2025: midnights are those of London, hours pass.
    ("2024-10-30T09:30", "2024-10-24T23:00", "2024-10-29T09:30"),
    ("2024-10-27T09:30", "2024-10-22T23:00", "2024-10-26T09:30"),
    ("2025-03-31T08:30", "2025-03-26T00:00", "2025-03-30T08:30"),
    # Half past midnight in London on 1 July is still 30 June in UTC.
    ("2025-06-30T23:30", "2025-06-25T23:00", "2025-06-29T23:30"),
    # Tuesday 29 February 2028 is the third working day before.
    ("2028-03-03T09:30", "2028-02-29T00:00", "2028-03-02T09:30"),
    ("2028-02-29T09:30", "2028-02-24T00:00", "2028-02-28T09:30"),
]


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("start", "automatic_until", "offers_until"), MOMENTS)
def test_the_list_moves_by_itself_then_by_offers_then_not_at_all_each_to_its_last_moment(
    app: Flask, clock: Clock, start: str, automatic_until: str, offers_until: str
) -> None:
    _, bookings = full(5, "BCDE", starts_at=_utc(start))
    taken, (b, c, d, e) = bookings[:5], bookings[5:]
    give_back(taken[0], clock(_utc(automatic_until)), staff=True)
    assert statuses(b, c) == ["booked", "waiting"]
    give_back(taken[1], clock(_utc(automatic_until) + MOMENT), staff=True)
    assert statuses(c, d) == ["offered", "waiting"]
    operations.take_offer(booking=c, now=clock(_utc(automatic_until) + HOUR))
    give_back(taken[2], clock(_utc(offers_until)), staff=True)
    assert statuses(d, e) == ["offered", "waiting"]
    give_back(taken[3], clock(_utc(offers_until) + MOMENT), staff=True)
    assert statuses(d, e) == ["offered", "waiting"]


def test_nothing_moves_in_the_last_day_and_nobody_new_passes_those_who_wait(app: Flask, clock: Clock) -> None:
    session, (a, b, _) = full()
    give_back(a, clock(session.starts_at - timedelta(hours=23)), staff=True)
    assert statuses(b) == ["waiting"]
    late = ask(session, "Late", clock(session.starts_at - timedelta(hours=22)))
    assert statuses(b, late) == ["waiting", "waiting"]
    assert waiting(session) == ["B", "C", "Late"]
    change_capacity(session, 5, clock(session.starts_at - HOUR))
    assert statuses(b, late) == ["waiting", "waiting"]


def test_where_nobody_waits_a_free_place_can_be_booked_until_the_start(app: Flask, clock: Clock) -> None:
    session = course_session(capacity=1)
    booking = ask(session, "A", clock(session.starts_at - MOMENT))
    assert statuses(booking) == ["booked"]


def test_nobody_is_moved_up_once_the_session_has_started_or_is_called_off(app: Flask, clock: Clock) -> None:
    session, (_, b, _) = full()
    clock(session.starts_at + HOUR)
    session.capacity = 9
    assert operations.settle(session=session, now=session.starts_at + HOUR) == []
    assert statuses(b) == ["waiting"]
    session.capacity = 1


@pytest.mark.parametrize(
    ("rules", "moment", "status"),
    [
        (
            {"automatic_days": 0, "stops_hours": 0},
            timedelta(0),
            "waiting",
        ),  # the session has begun: nobody can give back
        ({"automatic_days": 0, "stops_hours": 0}, MOMENT, "booked"),
        ({"automatic_days": 0, "stops_hours": 2}, timedelta(hours=2), "booked"),
        ({"automatic_days": 0, "stops_hours": 2}, timedelta(hours=2) - MOMENT, "waiting"),
        ({"automatic_days": 10, "stops_hours": 48}, timedelta(days=3), "offered"),
        ({"automatic_days": 10, "stops_hours": 48}, timedelta(hours=48), "offered"),
        ({"automatic_days": 10, "stops_hours": 48}, timedelta(hours=48) - MOMENT, "waiting"),
        ({"automatic_days": 10, "stops_hours": 48}, timedelta(days=21), "booked"),
    ],
)
def test_the_days_and_hours_are_those_of_the_course(
    app: Flask, clock: Clock, rules: dict[str, int], moment: timedelta, status: str
) -> None:
    session = course_session(course(**rules), capacity=1)
    a, b = ask(session, "A"), ask(session, "B")
    at = clock(session.starts_at - moment)
    if moment:
        give_back(a, at, staff=True)
    assert statuses(b) == [status]


# Never past an unapproved booking, never into a clash.


def test_who_still_waits_for_the_manager_has_the_place_held_and_nobody_passes_them(app: Flask, clock: Clock) -> None:
    session = course_session(course(needs_approval=True), capacity=1)
    has = ask(session, "A", approved=True)
    asks, ready = ask(session, "B", **BOSS), ask(session, "C", approved=True)
    before = len(letters())
    give_back(has)
    assert statuses(asks, ready) == ["approval", "waiting"]
    assert letters(before) == ["booking-cancelled-by-learner to A", "approval-place-held to B"]
    approvals.approve(booking=asks, now=clock(NOW + HOUR))
    assert statuses(asks, ready) == ["booked", "waiting"]
    assert letters(before + 2) == ["approval-approved to B"]


def test_more_places_do_not_book_whom_no_manager_has_approved(app: Flask) -> None:
    session = course_session(course(needs_approval=True), capacity=0)
    asks, ready, third = ask(session, "A", **BOSS), ask(session, "B", approved=True), ask(session, "C", **BOSS)
    change_capacity(session, 3)
    assert statuses(asks, ready, third) == ["approval", "booked", "approval"]
    assert [one.booked_at for one in (asks, third)] == [None, None]


def test_the_manager_who_says_yes_while_the_session_is_full_gives_no_place(app: Flask) -> None:
    session = course_session(course(needs_approval=True), capacity=0)
    waits, earlier = ask(session, "A", approved=True), ask(session, "B", **BOSS)
    before = len(letters())
    approvals.approve(booking=earlier, now=NOW)
    assert statuses(waits, earlier) == ["waiting", "waiting"]
    assert letters(before) == ["approval-waiting-list to B"]
    assert "number 2 on the waiting list" in letter("approval-waiting-list").body
    change_capacity(session, 2)
    assert statuses(waits, earlier) == ["booked", "booked"]


def test_somebody_with_another_place_at_that_time_is_asked_and_nobody_passes_them(app: Flask) -> None:
    amina = person("Amina")
    session, other = course_session(capacity=1), course_session()
    has = ask(session, "A")
    clashes, after = ask(session, amina), ask(session, "C")
    ask(other, amina)
    give_back(has)
    assert statuses(clashes, after) == ["offered", "waiting"]
    assert letters()[-1] == "booking-offered to Amina"


@pytest.mark.parametrize(
    ("apart", "status"),
    [
        (timedelta(0), "offered"),
        (timedelta(hours=3, minutes=30), "booked"),  # one ends when the other begins
        (timedelta(hours=3, minutes=30) - MOMENT, "offered"),
        (-timedelta(hours=3, minutes=30), "booked"),
        (-timedelta(hours=3, minutes=30) + MOMENT, "offered"),
    ],
)
def test_a_clash_is_a_clash_to_the_last_moment_and_not_longer(app: Flask, apart: timedelta, status: str) -> None:
    amina, session = person("Amina"), course_session(capacity=1)
    has, waits = ask(session, "A"), ask(session, amina)
    ask(course_session(starts_at=session.starts_at + apart), amina)
    give_back(has)
    assert statuses(waits) == [status]


def test_what_is_over_called_off_given_back_or_waited_for_is_no_clash(app: Flask) -> None:
    amina, session = person("Amina"), course_session(capacity=1)
    has, waits = ask(session, "A"), ask(session, amina)
    given_back = ask(course_session(), amina)
    give_back(given_back)
    ask(course_session(capacity=0), amina)
    off = course_session()
    called_off = ask(off, amina)
    off.cancelled_at = NOW
    operations.end(called_off, operations.Ending.TRANSFERRED, now=NOW)
    operations.note("booking:transferred", called_off, actor=None, now=NOW)
    give_back(has)
    assert statuses(waits) == ["booked"]


def test_who_waits_was_approved_and_has_something_else_meanwhile_is_asked_before_it_is_theirs(
    app: Flask, clock: Clock
) -> None:
    amina, session = person("Amina"), course_session(course(needs_approval=True), capacity=1)
    has, waits = ask(session, "A", approved=True), ask(session, amina, **BOSS)
    ask(course_session(), amina)
    before = len(letters())
    give_back(has, clock(NOW + HOUR / 2))
    assert statuses(waits) == ["approval"]
    approvals.approve(booking=waits, now=clock(NOW + HOUR))
    assert statuses(waits) == ["offered"]
    assert letters(before + 2) == ["booking-offered to Amina"]
    operations.take_offer(booking=waits, now=clock(NOW + 2 * HOUR))
    assert statuses(waits) == ["booked"]


# Newcomers.


def test_nobody_new_gets_a_place_that_somebody_who_waits_could_have(app: Flask) -> None:
    session, (_, b, _) = full()
    session.capacity = 2  # as if something had gone wrong: a place is free and somebody waits
    db.session.flush()
    newcomer = ask(session, "New", NOW + HOUR)
    assert statuses(newcomer) == ["waiting"]
    session.capacity = 1
    db.session.flush()
    assert waiting(session) == ["B", "C", "New"]
    assert statuses(b) == ["waiting"]


def test_the_last_place_is_booked_and_only_then_people_wait(app: Flask) -> None:
    session = course_session(capacity=12)
    assert statuses(*[ask(session, f"P{n}") for n in range(13)]) == ["booked"] * 12 + ["waiting"]


def test_who_cancels_and_books_again_while_places_are_free_has_a_place_and_not_a_number(app: Flask) -> None:
    session, amina = course_session(capacity=2), person()
    give_back(ask(session, amina))
    assert statuses(ask(session, amina)) == ["booked"]


# Fewer places.


def test_fewer_places_drop_nobody_and_no_place_is_given_until_there_is_one_again(app: Flask) -> None:
    session, bookings = full(4, "B")
    before = len(letters())
    change_capacity(session, 2)
    assert statuses(*bookings) == ["booked"] * 4 + ["waiting"]
    assert letters(before) == []
    give_back(bookings[0])
    give_back(bookings[1])
    assert statuses(bookings[4]) == ["waiting"]
    give_back(bookings[2])
    assert statuses(bookings[4]) == ["booked"]


def test_fewer_places_take_back_what_is_only_held_the_latest_first_and_say_so(app: Flask, clock: Clock) -> None:
    session = course_session(course(needs_approval=True), capacity=3)
    has = ask(session, "A", approved=True)
    first = ask(session, "B", NOW, **BOSS)
    second = ask(session, "C", clock(NOW + HOUR), **BOSS)
    waits = ask(session, "D", NOW + HOUR, approved=True)
    before = len(letters())
    change_capacity(session, 2, clock(NOW + 2 * HOUR))
    assert statuses(has, first, second, waits) == ["booked", "approval", "waiting", "waiting"]
    assert letters(before) == ["booking-place-withdrawn to C"]
    assert "number 1 " in letter("booking-place-withdrawn").body
    change_capacity(session, 1, clock(NOW + 3 * HOUR))
    assert statuses(has, first, second, waits) == ["booked", "waiting", "waiting", "waiting"]
    assert waiting(session) == ["B", "C", "D"]
    change_capacity(session, 3, clock(NOW + 4 * HOUR))
    assert statuses(has, first, second, waits) == ["booked", "approval", "approval", "waiting"]


def test_an_offer_is_taken_back_when_its_place_is_no_longer_there(app: Flask, clock: Clock) -> None:
    session, (a, b, c) = full(places=2, waits="C")
    at = clock(session.starts_at - timedelta(days=3))
    give_back(a, at, staff=True)
    assert statuses(c) == ["offered"]
    change_capacity(session, 1, clock(at + HOUR))
    assert (statuses(b, c), c.offer_until, c.held_at) == (["booked", "waiting"], None, None)
    with pytest.raises(RuleBroken, match="This offer has ended"):
        operations.take_offer(booking=c, now=at + HOUR)
