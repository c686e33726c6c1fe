"""When something is due: nine in the morning in London, whatever the clocks do and wherever midnight is in UTC."""

import doctest
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.bookings.models import CancelReason
from lms.dates import from_london, london
from lms.errors import RuleBroken
from lms.reminders import rules


def test_the_examples_hold() -> None:
    assert doctest.testmod(rules).failed == 0


@pytest.mark.parametrize(
    ("starts", "days", "due"),
    [
        ("2024-10-28 09:30", 5, "2024-10-23T08:00:00+00:00"),  # the clocks go back between: still nine in the morning
        ("2024-10-28 09:30", 1, "2024-10-27T09:00:00+00:00"),  # on the day they do
        ("2025-04-01 09:30", 5, "2025-03-27T09:00:00+00:00"),
        ("2025-03-31 09:30", 1, "2025-03-30T08:00:00+00:00"),  # the day they go forward
        ("2024-10-27 01:30", 0, "2024-10-27T09:00:00+00:00"),
        ("2025-07-01 00:30", 14, "2025-06-17T08:00:00+00:00"),  # still 30 June in UTC
        ("2024-03-14 09:30", 14, "2024-02-29T09:00:00+00:00"),  # a leap day
        ("2025-01-08 09:30", 14, "2024-12-25T09:00:00+00:00"),  # a bank holiday is a day like any other
    ],
)
def test_nine_in_the_morning_so_many_days_before(starts: str, days: int, due: str) -> None:
    start = datetime.fromisoformat(starts)
    assert rules.nine_before(from_london(start.date(), start.hour, start.minute), days).isoformat() == due


@given(
    day=st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    minute=st.integers(0, 24 * 60 - 1),
    days=st.lists(st.integers(-3, 60), max_size=4),
    joining=st.integers(-3, 60),
)
def test_whatever_a_course_says_letters_are_due_before_the_start_and_reminders_twice_at_most(
    day: date, minute: int, days: list[int], joining: int
) -> None:
    starts_at = from_london(day, minute // 60, minute % 60)
    moments = rules.reminders_at(starts_at, days)
    assert len(moments) <= 2
    assert moments == sorted(set(moments))
    assert all(moment < starts_at and london(moment).time() == time(9) for moment in moments)
    assert all((day - london(moment).date()).days in days for moment in moments)
    assert rules.joining_at(starts_at, joining) < starts_at
    if joining > 0:
        assert (day - london(rules.joining_at(starts_at, joining)).date()).days == joining


def test_a_reminder_on_the_day_itself_is_sent_only_where_the_day_begins_later() -> None:
    early, late = (from_london(date(2024, 11, 5), hour) for hour in (8, 14))
    assert rules.reminders_at(early, [0]) == []
    assert rules.reminders_at(late, [0]) == [datetime(2024, 11, 5, 9, tzinfo=UTC)]
    assert rules.joining_at(early, 0) == early - timedelta(hours=1)
    assert rules.joining_at(late, 0) == datetime(2024, 11, 5, 9, tzinfo=UTC)


def test_days_are_counted_on_the_calendar_of_london() -> None:
    starts_at = from_london(date(2025, 7, 1), 0, 30)
    assert rules.days_left(starts_at, from_london(date(2025, 6, 30), 23, 59)) == 1
    assert rules.days_left(starts_at, from_london(date(2025, 7, 1))) == 0


def test_why_somebody_did_not_come_is_one_of_a_list() -> None:
    assert rules.reason_of("unwell") is CancelReason.UNWELL
    for wrong in (None, "", "other_date", "Unwell", "something of my own"):
        with pytest.raises(RuleBroken):
            rules.reason_of(wrong)
