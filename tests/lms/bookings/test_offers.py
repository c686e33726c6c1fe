"""A place that is offered: taken, turned down, let lapse, asked for again."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.accounts.models import Person
from lms.bookings import operations
from lms.bookings.models import Booking, Ending
from lms.catalogue.models import CourseSession
from lms.errors import RuleBroken
from tests.browsing import send, token
from tests.factories import NOW, course, course_session, hold, person
from tests.lms.bookings.conftest import Clock
from tests.lms.bookings.steps import ask, change_capacity, done, give_back, letter, letters, statuses, waiting

HOUR, DAY, MOMENT = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)
SignIn = Callable[[Person], FlaskClient]


def offered(
    clock: Clock, waits: str = "BC", before: timedelta = timedelta(days=4), **details: object
) -> tuple[CourseSession, list[Booking], datetime]:
    """A session on Tuesday 5 November 2024, 9:30am, whose one place was given back so long before and is offered to B."""
    session = course_session(capacity=1, **details)
    bookings = [ask(session, name, NOW + timedelta(minutes=n)) for n, name in enumerate("A" + waits)]
    at = clock(session.starts_at - before)
    give_back(bookings[0], at, staff=True)
    assert statuses(*bookings[:2]) == ["cancelled", "offered"]
    return session, bookings[1:], at


def test_an_offer_says_until_when_and_holds_the_place_meanwhile(clock: Clock) -> None:
    session, (b, c), at = offered(clock)
    assert (b.offer_until, b.held_at, b.booked_at) == (at + DAY, at, None)
    assert letters()[-2:] == ["booking-cancelled-by-learner to A", "booking-offered to B"]
    words = letter("booking-offered")
    assert "2 November 2024" in words.body
    assert (words.calendar, words.due_at) == ("", at)
    assert statuses(ask(session, "New", at), c) == ["waiting", "waiting"]


def test_who_takes_it_has_the_place_with_the_invitation_to_the_last_moment(clock: Clock) -> None:
    _, (b, _), at = offered(clock)
    last = clock(at + DAY - MOMENT)
    operations.take_offer(booking=b, now=last)
    assert (statuses(b), b.booked_at, b.offer_until) == (["booked"], last, None)
    assert letters()[-1] == "booking-booked to B"
    assert letter("booking-booked").calendar_method == "REQUEST"
    assert done()[-1] == "booking:offer_taken"
    clock(at + 2 * DAY)
    assert statuses(b) == ["booked"]


def test_who_does_not_answer_stays_on_the_list_and_the_place_goes_to_the_next_at_that_moment(clock: Clock) -> None:
    session, (b, c), at = offered(clock, waits="BC")
    before = len(letters())
    until = clock(at + DAY)
    assert statuses(b, c) == ["waiting", "offered"]
    assert (b.lapsed_at, b.held_at, b.offer_until) == (until, None, None)
    assert (c.offer_until, c.held_at) == (until + DAY, until)
    assert letters(before) == ["booking-offer-lapsed to B", "booking-offered to C"]
    assert done()[-2:] == ["booking:offer_lapsed", "booking:offered"]
    with pytest.raises(RuleBroken, match="This offer has ended"):
        operations.take_offer(booking=b, now=until)
    assert waiting(session) == ["B"]


def test_nobody_is_offered_the_same_place_again_and_again(clock: Clock) -> None:
    _, (b,), at = offered(clock, waits="B")
    before = len(letters())
    clock(at + 2 * DAY)
    clock(at + 3 * DAY)
    assert statuses(b) == ["waiting"]
    assert letters(before) == ["booking-offer-lapsed to B"]


def test_who_let_it_lapse_is_passed_by_somebody_new_until_they_ask_again(clock: Clock) -> None:
    session, (b,), at = offered(clock, waits="B")
    clock(at + DAY)
    newcomer = ask(session, "New", at + DAY)
    assert statuses(b, newcomer) == ["waiting", "booked"]
    late = ask(session, "Late", at + DAY)
    assert statuses(late) == ["waiting"]
    assert "You are number 1 on the waiting list" in letter("booking-waiting").body
    assert waiting(session) == ["Late", "B"]
    operations.ask_again(booking=b, now=at + DAY + HOUR)
    assert b.lapsed_at is None
    assert waiting(session) == ["B", "Late"]


def test_who_asks_again_while_a_place_is_free_is_offered_it_at_once(clock: Clock) -> None:
    _, (b,), at = offered(clock, waits="B")
    clock(at + DAY)
    operations.ask_again(booking=b, now=at + DAY)
    assert (statuses(b), b.offer_until) == (["offered"], at + 2 * DAY)
    assert letters()[-1] == "booking-offered to B"
    operations.take_offer(booking=b, now=at + DAY + HOUR)
    assert statuses(b) == ["booked"]


def test_only_who_let_an_offer_lapse_asks_again(clock: Clock) -> None:
    session, (b, c), at = offered(clock)
    for one in (b, c):
        with pytest.raises(RuleBroken, match="in the queue already"):
            operations.ask_again(booking=one, now=at)
    clock(at + DAY)
    operations.ask_again(booking=b, now=at + DAY)
    with pytest.raises(RuleBroken, match="in the queue already"):
        operations.ask_again(booking=b, now=at + DAY)
    give_back(b, at + DAY)
    with pytest.raises(RuleBroken, match="not on this waiting list"):
        operations.ask_again(booking=b, now=at + DAY)
    assert statuses(c) == ["offered"]
    assert waiting(session) == []


def test_an_offer_turned_down_goes_to_the_next_at_once(clock: Clock) -> None:
    _, (b, c), at = offered(clock)
    before = len(letters())
    give_back(b, clock(at + HOUR))
    assert (statuses(b, c), b.ending) == (["cancelled", "offered"], Ending.DECLINED)
    assert letters(before) == ["booking-left-list to B", "booking-offered to C"]


def test_several_places_are_offered_to_several_people(clock: Clock) -> None:
    session, (b, c, d, e), at = offered(clock, waits="BCDE")
    change_capacity(session, 3, clock(at + HOUR))
    assert statuses(b, c, d, e) == ["offered", "offered", "offered", "waiting"]
    assert [one.offer_until for one in (b, c, d)] == [at + DAY, at + HOUR + DAY, at + HOUR + DAY]
    clock(at + DAY)
    assert statuses(b, c, d, e) == ["waiting", "offered", "offered", "offered"]


def test_an_offer_never_reaches_past_the_start(clock: Clock) -> None:
    session, (b,), _at = offered(
        clock, waits="B", before=timedelta(hours=25), of=course(offer_hours=48, stops_hours=12)
    )
    assert b.offer_until == session.starts_at
    with pytest.raises(RuleBroken, match="This offer has ended"):
        operations.take_offer(booking=b, now=session.starts_at)


def test_an_offer_of_the_last_hours_can_still_be_taken_and_if_not_nobody_gets_the_place(clock: Clock) -> None:
    session, (b, c), _at = offered(clock, before=timedelta(hours=24))
    operations.take_offer(booking=b, now=clock(session.starts_at - HOUR))
    assert statuses(b, c) == ["booked", "waiting"]


def test_an_offer_that_lapses_in_the_last_day_is_offered_to_nobody_else(clock: Clock) -> None:
    _, (b, c), at = offered(clock, before=timedelta(hours=30))
    clock(at + DAY)
    assert statuses(b, c) == ["waiting", "waiting"]


@pytest.mark.parametrize("hours", [2, 24, 72])
def test_how_long_an_offer_stands_is_the_courses(clock: Clock, hours: int) -> None:
    _, (b, _), at = offered(clock, of=course(offer_hours=hours))
    assert b.offer_until == at + timedelta(hours=hours)


def test_in_the_night_the_clocks_change_an_offer_stands_for_24_hours_that_pass(clock: Clock) -> None:
    # 24 hours from 9pm on Saturday 26 October 2024 in London are over at 8pm on Sunday, when the clocks have gone back.
    start = datetime(2024, 10, 29, 9, 30, tzinfo=UTC)
    session = course_session(capacity=1, starts_at=start)
    a, b = ask(session, "A"), ask(session, "B")
    saturday = clock(datetime(2024, 10, 26, 20, 0, tzinfo=UTC))
    give_back(a, saturday, staff=True)
    assert b.offer_until == datetime(2024, 10, 27, 20, 0, tzinfo=UTC)
    assert "27 October 2024 at 8pm" in letter("booking-offered").body


def test_held_places_are_offered_only_to_those_they_are_held_for(clock: Clock) -> None:
    session = course_session(capacity=2)
    nurse, other = person("Nurse"), person("Other")
    hold(session, 1, organisation=nurse.organisation, release_at=session.starts_at)
    a, waits = ask(session, "A"), ask(session, other)
    has = ask(session, nurse)
    colleague = ask(session, person("Second", organisation=nurse.organisation))
    assert statuses(a, waits, has, colleague) == ["booked", "waiting", "booked", "waiting"]
    give_back(has, clock(session.starts_at - timedelta(days=3)), staff=True)
    assert statuses(waits, colleague) == ["waiting", "offered"]


# On the page of the booking.


def test_the_page_of_an_offer_says_by_when_and_takes_it_with_one_click(clock: Clock, sign_in: SignIn) -> None:
    _, (b, _), _at = offered(clock)
    browser, page = sign_in(b.person), f"/bookings/{b.reference}"
    shown = browser.get(page).text
    assert "Take it or turn it down by <strong>2 November 2024 at 9:30am</strong>" in shown
    answer = send(browser, page, to=f"{page}/take")
    assert answer.status_code == 303
    assert "You have a place. A letter with an invitation for your calendar is on its way" in browser.get(page).text
    assert statuses(b) == ["booked"]
    again = browser.post(f"{page}/take", data={"csrf_token": token(browser.get(page))})
    assert (again.status_code, "This offer has ended" in again.text) == (422, True)


def test_turning_an_offer_down_is_one_click_too(clock: Clock, sign_in: SignIn) -> None:
    _, (b, c), _ = offered(clock)
    browser, page = sign_in(b.person), f"/bookings/{b.reference}"
    send(browser, page, to=f"{page}/cancel")
    assert "You have turned the place down." in browser.get(page).text
    assert statuses(b, c) == ["cancelled", "offered"]


def test_who_came_too_late_reads_so_and_asks_again_with_one_click(clock: Clock, sign_in: SignIn) -> None:
    _, (b,), at = offered(clock, waits="B")
    browser, page = sign_in(b.person), f"/bookings/{b.reference}"
    sent = token(browser.get(page))
    clock(at + DAY)
    late = browser.post(f"{page}/take", data={"csrf_token": sent})
    assert (late.status_code, "This offer has ended" in late.text) == (422, True)
    assert "We offered you a place and did not hear from you" in browser.get(page).text
    assert send(browser, page, to=f"{page}/ask-again").status_code == 303
    assert "A place has come up for you" in browser.get(page).text


def test_an_offer_is_nobody_elses_business(clock: Clock, app: Flask, sign_in: SignIn) -> None:
    _, (b, c), _ = offered(clock)
    browser = sign_in(c.person)
    sent = token(browser.get(f"/bookings/{c.reference}"))
    for verb in ("take", "cancel", "ask-again"):
        assert browser.post(f"/bookings/{b.reference}/{verb}", data={"csrf_token": sent}).status_code == 404
    assert statuses(b) == ["offered"]


def test_the_page_of_an_offer_says_what_else_there_is_at_that_time(clock: Clock, sign_in: SignIn) -> None:
    amina, session = person("Amina"), course_session(capacity=1)
    has, waits = ask(session, "A"), ask(session, amina)
    ask(course_session(course(title="Safer recruitment")), amina)
    give_back(has)
    page = sign_in(amina).get(f"/bookings/{waits.reference}").text
    assert "At the same time</strong> you have a place on Safer recruitment" in page
