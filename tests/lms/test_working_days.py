"""Until when people may cancel, and which days count."""

import doctest
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms import working_days
from lms.dates import from_london, london
from lms.working_days import (
    Unit,
    add_working_days,
    deadline_before,
    in_working_days,
    is_working_day,
    last_day,
    until,
    within_last_working_days,
)

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 (hypothesis adds the zone)
A_FEW = st.integers(0, 15)


def _whole_days_between(first: datetime, last: datetime) -> list[date]:
    """The days of London that begin and end between two instants."""
    days = [london(first).date() + timedelta(days=n) for n in range((last - first).days + 3)]
    return [day for day in days if from_london(day) >= first and from_london(day + timedelta(days=1)) <= last]


def test_what_the_docstrings_promise() -> None:
    found = doctest.testmod(working_days)
    assert (found.failed, found.attempted > 10) == (0, True)


@pytest.mark.parametrize(
    ("first", "off"),
    [
        (date(2024, 3, 28), {29, 30, 31}),  # Good Friday, then Easter Monday on 1 April
        (date(2026, 4, 2), {3, 4, 5, 6}),
        (date(2026, 5, 1), {2, 3, 4}),
        (date(2027, 8, 27), {28, 29, 30}),
        # Boxing Day 2026 is a Saturday, so Monday is off; in 2027 both days are at the weekend, so Monday and Tuesday are.
        (date(2026, 12, 24), {25, 26, 27, 28}),
        (date(2027, 12, 24), {25, 26, 27, 28}),
        (date(2028, 2, 28), set()),
    ],
)
def test_weekends_and_bank_holidays_are_out(first: date, off: set[int]) -> None:
    month = [day for n in range(6) if (day := first + timedelta(days=n)).month == first.month]
    assert {day.day for day in month if not is_working_day(day)} == off


def test_holidays_of_scotland_and_of_one_year_only() -> None:
    assert is_working_day(date(2024, 1, 2))  # a bank holiday in Scotland
    assert not is_working_day(date(2022, 9, 19))  # the funeral of the Queen
    assert not is_working_day(date(2022, 1, 3))  # instead of New Year's Day


@pytest.mark.parametrize(
    ("start", "amount", "last"),
    [
        ((2024, 11, 5, 9, 30), 3, "Wednesday 30 October 2024"),
        ((2024, 11, 5, 9, 30), 1, "Sunday 3 November 2024"),
        ((2024, 11, 7, 9, 30), 3, "Sunday 3 November 2024"),
        ((2024, 11, 9, 9, 30), 2, "Wednesday 6 November 2024"),  # a Saturday
        ((2024, 4, 3, 9, 30), 3, "Tuesday 26 March 2024"),  # Easter lies between, and the clocks change
        ((2026, 12, 30, 9, 30), 3, "Tuesday 22 December 2026"),
        ((2027, 12, 30, 9, 30), 3, "Wednesday 22 December 2027"),
        ((2028, 1, 5, 9, 30), 5, "Thursday 23 December 2027"),  # New Year’s Day is a Saturday
        ((2028, 3, 2, 9, 30), 2, "Monday 28 February 2028"),  # the leap day counts
        ((2026, 3, 31, 9, 30), 2, "Thursday 26 March 2026"),  # the clocks go forward on Sunday
        ((2026, 10, 27, 9, 30), 2, "Thursday 22 October 2026"),  # and back
    ],
)
def test_the_last_day_to_cancel_with_working_days(start: tuple[int, ...], amount: int, last: str) -> None:
    starts_at = from_london(date(*start[:3]), *start[3:])
    deadline = deadline_before(starts_at, amount, Unit.WORKING_DAYS)
    assert until(deadline) == f"the end of {last}"
    between = [day for day in _whole_days_between(deadline, starts_at) if is_working_day(day)]
    assert len(between) == amount


@pytest.mark.parametrize(
    ("starts_at", "amount", "unit", "deadline"),
    [
        # At 00:30 in summer it is still the day before in UTC; the day that counts is London's.
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), 1, Unit.WORKING_DAYS, datetime(2026, 6, 29, 23, tzinfo=UTC)),
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), 1, Unit.DAYS, datetime(2026, 6, 29, 23, tzinfo=UTC)),
        (datetime(2026, 6, 30, 22, 30, tzinfo=UTC), 1, Unit.DAYS, datetime(2026, 6, 28, 23, tzinfo=UTC)),
        # One day before a session on the Monday after the clocks change: that Sunday has 23 hours, or 25.
        (datetime(2026, 3, 30, 8, tzinfo=UTC), 1, Unit.DAYS, datetime(2026, 3, 29, 0, tzinfo=UTC)),
        (datetime(2026, 3, 30, 8, tzinfo=UTC), 0, Unit.DAYS, datetime(2026, 3, 30, 8, tzinfo=UTC)),
        (datetime(2026, 10, 26, 9, tzinfo=UTC), 1, Unit.DAYS, datetime(2026, 10, 24, 23, tzinfo=UTC)),
        (datetime(2028, 3, 1, 9, tzinfo=UTC), 1, Unit.DAYS, datetime(2028, 2, 29, 0, tzinfo=UTC)),
    ],
)
def test_midnight_and_the_nights_the_clocks_change(
    starts_at: datetime, amount: int, unit: Unit, deadline: datetime
) -> None:
    assert deadline_before(starts_at, amount, unit) == deadline
    assert deadline_before(london(starts_at), amount, unit) == deadline


def test_hours_are_hours_that_pass_when_the_clocks_change() -> None:
    forward, back = from_london(date(2026, 3, 29), 9, 30), from_london(date(2026, 10, 25), 9, 30)
    assert until(deadline_before(london(forward), 24, Unit.HOURS)) == "8:30am on Saturday 28 March 2026"
    assert until(deadline_before(london(back), 24, Unit.HOURS)) == "10:30am on Saturday 24 October 2026"


def test_no_notice_is_until_the_start_and_less_than_none_is_refused() -> None:
    starts_at = from_london(date(2024, 11, 5), 9, 30)
    assert {deadline_before(starts_at, 0, unit) for unit in Unit} == {starts_at}
    with pytest.raises(ValueError, match="less than none"):
        deadline_before(starts_at, -1, Unit.DAYS)


def test_a_deadline_at_midnight_is_said_as_the_day_that_ends() -> None:
    deadline = from_london(date(2026, 3, 30))
    assert (last_day(deadline), until(deadline)) == (date(2026, 3, 29), "the end of Sunday 29 March 2026")
    assert last_day(deadline + timedelta(microseconds=1)) == date(2026, 3, 30)
    assert Unit.WORKING_DAYS.words(1) == "1 working day"


@pytest.mark.parametrize(
    ("asked", "answer_by"),
    [
        ("2024-11-05 09:30", "9:30am on Tuesday 12 November 2024"),
        ("2024-11-02 23:15", "11:15pm on Monday 11 November 2024"),  # a Saturday: from Monday
        ("2026-03-27 16:00", "4pm on Tuesday 7 April 2026"),  # over a clock change and Easter
        ("2026-03-29 00:30", "12:30am on Wednesday 8 April 2026"),  # on the Sunday the clocks change
        ("2026-12-24 12:00", "12pm on Tuesday 5 January 2027"),
        ("2028-02-28 10:00", "10am on Monday 6 March 2028"),
    ],
)
def test_a_manager_has_five_working_days(asked: str, answer_by: str) -> None:
    moment = datetime.fromisoformat(asked)
    assert until(in_working_days(from_london(moment.date(), moment.hour, moment.minute), 5)) == answer_by


def test_a_reminder_comes_some_working_days_before_the_answer_is_due() -> None:
    assert until(in_working_days(from_london(date(2024, 11, 12), 9, 30), -2)) == "9:30am on Friday 8 November 2024"
    assert until(in_working_days(from_london(date(2024, 11, 9), 9, 30), -2)) == "9:30am on Thursday 7 November 2024"


def test_the_waiting_list_stops_with_the_last_working_days() -> None:
    starts_at = from_london(date(2024, 11, 5), 9, 30)
    stops = from_london(date(2024, 10, 31))
    assert not within_last_working_days(starts_at, 3, stops)
    assert within_last_working_days(starts_at, 3, stops + timedelta(seconds=1))
    assert within_last_working_days(starts_at, 3, starts_at + timedelta(days=1))
    assert not within_last_working_days(starts_at, 0, starts_at)


@given(DAYS, st.integers(-40, 40))
def test_counting_lands_on_a_working_day_and_goes_forward_with_the_number(day: date, n: int) -> None:
    found = add_working_days(day, n)
    assert is_working_day(found)
    assert found <= add_working_days(day, n + 1)
    assert n == 0 or (found > day) == (n > 0)


@given(DAYS.filter(is_working_day), st.integers(-40, 40))
def test_counting_back_undoes_counting(day: date, n: int) -> None:
    assert add_working_days(add_working_days(day, n), -n) == day


@given(MOMENTS, st.integers(1, 15))
def test_exactly_so_many_whole_days_lie_between_a_deadline_and_the_start(starts_at: datetime, amount: int) -> None:
    days = _whole_days_between(deadline_before(starts_at, amount, Unit.DAYS), starts_at)
    assert len(days) == amount
    working = _whole_days_between(deadline_before(starts_at, amount, Unit.WORKING_DAYS), starts_at)
    assert sum(map(is_working_day, working)) == amount


@given(MOMENTS, A_FEW, st.sampled_from(Unit))
def test_more_notice_is_never_a_later_deadline(starts_at: datetime, amount: int, unit: Unit) -> None:
    deadline = deadline_before(starts_at, amount, unit)
    assert deadline_before(starts_at, amount + 1, unit) < deadline <= starts_at


@given(MOMENTS, A_FEW)
def test_a_deadline_in_working_days_is_never_at_a_weekend_and_never_less_than_asked(moment: datetime, n: int) -> None:
    deadline = in_working_days(moment, n)
    assert is_working_day(london(deadline).date())
    assert london(deadline).time() == london(moment).time()
    assert moment <= deadline < in_working_days(moment, n + 1)
    assert sum(map(is_working_day, _whole_days_between(moment, deadline))) >= n - 1
