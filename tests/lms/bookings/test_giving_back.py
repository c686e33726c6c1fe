"""Giving a place back: until when by oneself, and what is said afterwards."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms import dates
from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.bookings import rules
from lms.bookings.models import CancelReason, Ending
from lms.db import db
from lms.errors import RuleBroken
from lms.working_days import Unit
from tests.browsing import send, token
from tests.factories import NOW, course, course_session, person
from tests.lms.bookings.conftest import Clock
from tests.lms.bookings.steps import ask, give_back, letter, letters, statuses

HOUR, DAY, MOMENT = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)
SignIn = Callable[[Person], FlaskClient]


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


#: start, rule of the course, the last free moment, the last day people read (London).
WINDOWS = [
    ("2024-11-05T09:30", (3, Unit.WORKING_DAYS), "2024-10-31T00:00", date(2024, 10, 30)),
    ("2024-11-05T09:30", (3, Unit.DAYS), "2024-11-02T00:00", date(2024, 11, 1)),
    ("2024-11-05T09:30", (48, Unit.HOURS), "2024-11-03T09:30", date(2024, 11, 3)),
    ("2024-11-05T09:30", (0, Unit.WORKING_DAYS), "2024-11-05T09:30", date(2024, 11, 5)),
    # The August bank holiday is no working day, but a day.
    ("2025-08-28T09:00", (3, Unit.WORKING_DAYS), "2025-08-21T23:00", date(2025, 8, 21)),
    ("2025-08-28T09:00", (3, Unit.DAYS), "2025-08-24T23:00", date(2025, 8, 24)),
    # Christmas and New Year.
    ("2025-01-02T09:30", (3, Unit.WORKING_DAYS), "2024-12-27T00:00", date(2024, 12, 26)),
    # The clocks go back in between: midnight of London before the change is 11pm in UTC; 48 hours are hours that pass.
    ("2024-10-28T09:30", (2, Unit.DAYS), "2024-10-25T23:00", date(2024, 10, 25)),
    ("2024-10-28T09:30", (48, Unit.HOURS), "2024-10-26T09:30", date(2024, 10, 26)),
    # Forward: 31 March 2025 9:30am in London is 8:30 in UTC, and 48 hours before it are 8:30am in London.
    ("2025-03-31T08:30", (2, Unit.DAYS), "2025-03-29T00:00", date(2025, 3, 28)),
    ("2025-03-31T08:30", (48, Unit.HOURS), "2025-03-29T08:30", date(2025, 3, 29)),
    # Half past midnight on 1 July in London is 30 June in UTC: the day that counts is London's.
    ("2025-06-30T23:30", (1, Unit.DAYS), "2025-06-29T23:00", date(2025, 6, 29)),
    ("2025-06-30T23:30", (1, Unit.WORKING_DAYS), "2025-06-29T23:00", date(2025, 6, 29)),
    # A leap day lies between.
    ("2028-03-01T09:30", (1, Unit.DAYS), "2028-02-29T00:00", date(2028, 2, 28)),
    ("2028-03-01T09:30", (2, Unit.WORKING_DAYS), "2028-02-28T00:00", date(2028, 2, 27)),
]


@pytest.mark.parametrize(("start", "rule", "until", "last_day"), WINDOWS)
def test_a_place_can_be_given_back_to_the_last_moment_of_the_courses_window_and_then_no_longer(
    clock: Clock, start: str, rule: tuple[int, Unit], until: str, last_day: date
) -> None:
    amount, unit = rule
    session = course_session(course(cancel_amount=amount, cancel_unit=unit), starts_at=_utc(start))
    early, late = ask(session, "Early"), ask(session, "Late")
    assert rules.free_until(session, early) == _utc(until)
    assert f"by {dates.day(last_day)}" in letter("booking-booked").body
    if amount:
        give_back(early, clock(_utc(until)))
        assert statuses(early) == ["cancelled"]
        with pytest.raises(RuleBroken, match="could be given back until"):
            give_back(late, clock(_utc(until) + MOMENT))
    else:
        give_back(early, clock(_utc(until) - MOMENT))
        with pytest.raises(RuleBroken, match="has already started"):
            give_back(late, clock(_utc(until)))
    assert statuses(late) == ["booked"]


def test_the_reason_is_said_and_what_can_be_done_instead(clock: Clock) -> None:
    session = course_session()
    booking = ask(session)
    with pytest.raises(RuleBroken) as refused:
        give_back(booking, clock(session.starts_at - DAY))
    assert str(refused.value) == (
        "Places on this course could be given back until the end of Wednesday 30 October 2024. "
        "A colleague can still take yours, or write to the training team."
    )
    assert letters() == ["booking-booked to Amina"]


def test_whose_place_is_confirmed_late_has_a_day_to_think_again_but_not_past_the_start(clock: Clock) -> None:
    session = course_session()
    at = clock(session.starts_at - timedelta(days=2))
    booking, slow = ask(session, "A", at), ask(session, "B", at)
    give_back(booking, clock(at + DAY))
    assert statuses(booking) == ["cancelled"]
    with pytest.raises(RuleBroken, match="could be given back until 9:30am on Monday 4 November 2024"):
        give_back(slow, clock(at + DAY + MOMENT))
    last = ask(session, "C", clock(session.starts_at - HOUR))
    assert rules.free_until(session, last) == session.starts_at


def test_who_moves_up_late_has_the_day_from_the_moment_the_place_was_theirs(clock: Clock) -> None:
    session = course_session(capacity=1)
    first, second = ask(session, "A"), ask(session, "B")
    at = clock(_utc("2024-10-30T23:59"))
    give_back(first, at)
    assert statuses(second) == ["booked"]
    assert rules.free_until(session, second) == at + DAY
    assert "please tell us by 31 October 2024" in letter("booking-promoted").body


def test_once_the_session_has_moved_leaving_is_free_until_the_start(clock: Clock) -> None:
    session = course_session()
    booking = ask(session)
    booking.moved_at = NOW
    give_back(booking, clock(session.starts_at - MOMENT))
    assert statuses(booking) == ["cancelled"]


def test_no_letter_says_that_somebody_is_unwell(clock: Clock) -> None:
    session, officer = course_session(), person("Olu")
    give_back(ask(session, "A"), clock(NOW + DAY), by=officer, staff=True, reason=CancelReason.UNWELL)
    assert "nwell" not in letter("booking-cancelled-by-officer").body


def test_an_officer_gives_a_place_back_late_and_it_is_kept_that_it_was_late(clock: Clock) -> None:
    session, officer = course_session(), person("Olu")
    booking, in_time = ask(session, "A"), ask(session, "B")
    give_back(in_time, clock(_utc("2024-10-31T00:00")), by=officer, staff=True)
    give_back(booking, clock(session.starts_at - HOUR), by=officer, staff=True, reason=CancelReason.COVER)
    assert (booking.ending, booking.cancel_reason) == (Ending.CANCELLED, CancelReason.COVER)
    assert letters()[-1] == "booking-cancelled-by-officer to A"
    assert "Nobody to cover for me" in letter("booking-cancelled-by-officer").body
    lines = db.session.scalars(select(Activity).where(Activity.verb == "booking:cancelled").order_by(Activity.id))
    assert [one.details.get("late") for one in lines] == [None, 1]


def test_after_the_start_nobody_gives_back_not_even_an_officer(clock: Clock) -> None:
    session = course_session()
    booking = ask(session)
    with pytest.raises(RuleBroken, match="has already started"):
        give_back(booking, clock(session.starts_at), by=person("Officer"), staff=True)


def test_who_waits_or_is_offered_leaves_until_the_start_and_is_never_late(clock: Clock) -> None:
    session = course_session(capacity=1)
    has, waits, also = ask(session, "A"), ask(session, "B"), ask(session, "C")
    give_back(has, clock(session.starts_at - timedelta(days=3)), staff=True)
    at = clock(session.starts_at - timedelta(days=2, hours=1))
    give_back(waits, at)
    give_back(also, clock(session.starts_at - MOMENT))
    assert statuses(waits, also) == ["cancelled", "cancelled"]
    lines = db.session.scalars(select(Activity).where(Activity.verb == "booking:cancelled").order_by(Activity.id))
    assert [one.details.get("late") for one in lines][1:] == [None, None]


def test_nobody_gives_the_same_place_back_twice(clock: Clock) -> None:
    booking = ask(course_session())
    give_back(booking)
    with pytest.raises(RuleBroken, match="already cancelled"):
        give_back(booking)
    assert letters() == ["booking-booked to Amina", "booking-cancelled-by-learner to Amina"]


# On the page.


def test_cancelling_asks_once_with_a_closed_list_of_reasons_and_says_what_happened(
    clock: Clock, sign_in: SignIn
) -> None:
    booking = ask(course_session())
    browser, page = sign_in(booking.person), f"/bookings/{booking.reference}"
    shown = browser.get(page).text
    assert "Yes, cancel my place" in shown
    assert "You can give your place back here until <strong>the end of Wednesday 30 October 2024</strong>" in shown
    assert send(browser, page, to=f"{page}/cancel", reason="travel").status_code == 303
    assert "Your place is cancelled." in browser.get(page).text
    assert booking.cancel_reason is CancelReason.TRAVEL
    again = browser.post(f"{page}/cancel", data={"csrf_token": token(browser.get("/sessions/" + _other()))})
    assert (again.status_code, "already cancelled" in again.text) == (422, True)


def _other() -> str:
    """Another session: its page has a form."""
    reference: str = course_session().reference
    return f"{reference}/book"


@pytest.mark.parametrize("reason", ["", "poorly", "x' OR 1=1"])
def test_a_reason_that_is_none_of_the_list_is_not_kept(clock: Clock, sign_in: SignIn, reason: str) -> None:
    booking = ask(course_session())
    page = f"/bookings/{booking.reference}"
    assert send(sign_in(booking.person), page, to=f"{page}/cancel", reason=reason).status_code == 303
    assert (statuses(booking), booking.cancel_reason) == (["cancelled"], None)


def test_when_it_is_too_late_the_page_offers_no_button_and_says_why(clock: Clock, sign_in: SignIn) -> None:
    booking = ask(session := course_session())
    browser, page = sign_in(booking.person), f"/bookings/{booking.reference}"
    sent = token(browser.get(page))
    clock(session.starts_at - DAY)
    shown = browser.get(page).text
    assert "Cancel my place" not in shown
    assert "Places on this course could be given back until the end of Wednesday 30 October 2024." in shown
    assert "training@partnership.example" in shown
    late = browser.post(f"{page}/cancel", data={"csrf_token": sent})
    assert (late.status_code, "could be given back until" in late.text) == (422, True)
    assert statuses(booking) == ["booked"]


def test_leaving_the_list_is_on_the_page_too(clock: Clock, sign_in: SignIn) -> None:
    booking = ask(course_session(capacity=0))
    browser, page = sign_in(booking.person), f"/bookings/{booking.reference}"
    assert "Yes, leave the waiting list" in browser.get(page).text
    send(browser, page, to=f"{page}/cancel")
    assert "You are no longer on the waiting list." in browser.get(page).text
