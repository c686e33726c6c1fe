"""Where somebody stands with a rule on a day: months exact, hours in a window, and what nobody can know said as such."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.dates import months_after
from lms.due.rules import DueState, Held, Needs, Stand, said, stand
from lms.due.rules import asked as asks

TWO_YEARS = Needs(renew_every_months=24, codes=frozenset({"DSL"}))
HEALTH = Needs(hours=8, hours_over_months=36, participatory_share=0.5, any_course=True)
TODAY = date(2024, 10, 8)


def held(on: date, hours: float = 0, participatory: float = 0, code: str = "DSL") -> Held:
    return Held(on, code, hours, participatory)


@pytest.mark.parametrize(
    ("on", "months", "last"),
    [
        ("2024-02-29", 36, "2027-02-28"), ("2024-02-29", 12, "2025-02-28"), ("2024-02-29", 24, "2026-02-28"),
        ("2024-02-29", 48, "2028-02-29"), ("2023-02-28", 12, "2024-02-28"), ("2023-02-28", 24, "2025-02-28"),
        ("2024-01-31", 1, "2024-02-29"), ("2023-01-31", 1, "2023-02-28"), ("2024-01-30", 1, "2024-02-29"),
        ("2024-01-29", 1, "2024-02-29"), ("2024-03-31", 1, "2024-04-30"), ("2024-05-31", 1, "2024-06-30"),
        ("2024-08-31", 1, "2024-09-30"), ("2024-10-31", 1, "2024-11-30"), ("2024-12-31", 1, "2025-01-31"),
        ("2024-12-31", 2, "2025-02-28"), ("2024-12-31", 12, "2025-12-31"), ("2024-12-31", 14, "2026-02-28"),
        ("2024-08-31", 6, "2025-02-28"), ("2023-08-31", 6, "2024-02-29"), ("2024-08-31", 12, "2025-08-31"),
        ("2024-09-01", 12, "2025-09-01"), ("2024-08-31", 24, "2026-08-31"), ("2024-09-01", 24, "2026-09-01"),
        ("2024-08-31", 36, "2027-08-31"), ("2024-09-01", 36, "2027-09-01"), ("2023-11-05", 24, "2025-11-05"),
        ("2024-06-30", 3, "2024-09-30"), ("2024-06-30", 6, "2024-12-30"), ("2024-11-30", 3, "2025-02-28"),
        ("2023-11-30", 3, "2024-02-29"), ("2024-04-30", 1, "2024-05-30"), ("2024-04-30", 10, "2025-02-28"),
        ("2000-02-29", 1200, "2100-02-28"), ("2024-01-01", 60, "2029-01-01"), ("2024-03-30", 23, "2026-02-28"),
        ("2024-03-29", 11, "2025-02-28"), ("2024-02-29", 1, "2024-03-29"), ("2024-03-31", 11, "2025-02-28"),
        ("2024-12-01", 18, "2026-06-01"),
    ],
)  # fmt: skip
def test_what_was_learned_on_a_day_holds_until_the_last_day_to_the_month(on: str, months: int, last: str) -> None:
    needs, day = Needs(renew_every_months=months, codes=frozenset({"DSL"}), warn_days=0), date.fromisoformat(on)
    ends = date.fromisoformat(last)
    assert stand(needs, [held(day)], today=day).expires_on == ends
    assert stand(needs, [held(day)], today=ends).state is DueState.DUE_SOON
    assert stand(needs, [held(day)], today=ends + timedelta(days=1)).state is DueState.OVERDUE


def test_warned_from_the_first_of_the_days_before() -> None:
    learned = [held(date(2022, 11, 5))]
    last = date(2024, 11, 5)
    assert stand(TWO_YEARS, learned, today=last - timedelta(days=91)).state is DueState.IN_DATE
    assert stand(TWO_YEARS, learned, today=last - timedelta(days=90)).state is DueState.DUE_SOON


def test_nothing_on_record_is_not_known_and_never_overdue_unless_a_day_was_named() -> None:
    assert stand(TWO_YEARS, [], today=TODAY) == Stand(DueState.NOT_KNOWN)
    assert stand(TWO_YEARS, [], today=TODAY, since=date(2010, 1, 1)).state is DueState.NOT_KNOWN
    first_year = Needs(renew_every_months=24, first_due_within_months=12)
    assert stand(first_year, [], today=TODAY, since=date(2023, 10, 8)) == Stand(DueState.DUE_SOON, due_by=TODAY)
    assert stand(first_year, [], today=TODAY, since=date(2023, 10, 7)).state is DueState.OVERDUE
    assert stand(first_year, [], today=TODAY).state is DueState.NOT_KNOWN


def test_another_course_counts_only_where_the_rule_says_so() -> None:
    other = [held(TODAY, code="NEG")]
    assert stand(TWO_YEARS, other, today=TODAY).state is DueState.NOT_KNOWN
    assert stand(Needs(renew_every_months=24, any_course=True), other, today=TODAY).state is DueState.IN_DATE


def test_what_is_learned_tomorrow_does_not_count_today() -> None:
    assert stand(TWO_YEARS, [held(TODAY + timedelta(days=1))], today=TODAY).state is DueState.NOT_KNOWN


def test_once_is_enough_where_no_interval_is_named() -> None:
    once = Needs(codes=frozenset({"GOV"}))
    at = stand(once, [held(date(2009, 5, 1), code="GOV")], today=TODAY)
    assert (at.state, at.expires_on, said(once, at)) == (DueState.IN_DATE, None, "since 1 May 2009")


def test_hours_need_their_share_with_other_people() -> None:
    alone = [held(date(2024, 1, 10), 9, 0)]
    assert stand(HEALTH, alone, today=TODAY).expires_on is None
    both = [*alone, held(date(2022, 3, 1), 4, 4)]
    assert stand(HEALTH, both, today=TODAY).expires_on == date(2025, 3, 1), "the oldest that is needed runs out first"
    at = stand(HEALTH, both, today=date(2025, 3, 2))
    assert said(HEALTH, at) == "9 of 8 hours, 0 of 4 with other people, ran out on 1 March 2025"
    assert at.state is DueState.OVERDUE


def test_hours_that_are_being_gathered_have_a_window_from_the_duty_or_from_the_first_of_them() -> None:
    some = [held(date(2024, 1, 10), 3, 2)]
    assert stand(HEALTH, some, today=TODAY).due_by == date(2027, 1, 10)
    from_duty = stand(HEALTH, some, today=TODAY, since=date(2022, 1, 1))
    assert (from_duty.state, from_duty.due_by) == (DueState.DUE_SOON, date(2025, 1, 1))
    assert stand(HEALTH, some, today=TODAY, since=date(2020, 1, 1)).state is DueState.OVERDUE


def test_three_workshops_a_year_are_counted_as_three() -> None:
    champion = Needs(renew_every_months=12, times=3, codes=frozenset({"NCH"}))
    days = [date(2024, 1, 10), date(2024, 4, 10), date(2024, 9, 10)]
    two = stand(champion, [held(day, code="NCH") for day in days[:2]], today=TODAY)
    assert said(champion, two) == "2 of 3 times, by 10 January 2025"
    three = stand(champion, [held(day, code="NCH") for day in days], today=TODAY)
    assert (three.expires_on, three.times) == (date(2025, 1, 10), 3)


def test_what_a_rule_asks_is_said_in_a_phrase() -> None:
    assert asks(Needs(renew_every_months=12)) == "every 12 months"
    assert asks(Needs(renew_every_months=18)) == "every 18 months"
    assert asks(HEALTH) == "8 hours in 3 years, at least 4 of them with other people"


days = st.dates(date(2000, 1, 1), date(2060, 1, 1))
some_held = st.lists(
    st.builds(
        lambda on, hours, share: Held(on, "DSL", hours, hours * share),
        days,
        st.sampled_from([0.0, 0.5, 1.5, 3.0, 6.0, 12.0]),
        st.sampled_from([0.0, 0.5, 1.0]),
    ),
    max_size=8,
)
some_needs = st.one_of(
    st.builds(
        lambda months, times, warn: Needs(months, times if months else 1, warn_days=warn, any_course=True),
        st.one_of(st.none(), st.integers(1, 60)),
        st.integers(1, 4),
        st.integers(0, 120),
    ),
    st.builds(
        lambda hours, months, share: Needs(None, 1, hours, months, share, any_course=True),
        st.sampled_from([2.0, 8.0, 24.0]),
        st.integers(1, 60),
        st.sampled_from([None, 0.5, 1.0]),
    ),
)
CURRENT = (DueState.IN_DATE, DueState.DUE_SOON)


def enough(needs: Needs, learned: list[Held], on: date) -> bool:
    """Said over again, the slow way: what lies in the window that ends on this day."""
    now = [
        one for one in learned if one.on <= on and (needs.months is None or on <= months_after(one.on, needs.months))
    ]
    if needs.hours is None:
        return len(now) >= needs.times
    hours, others = sum(one.hours for one in now), sum(one.participatory for one in now)
    return bool(now) and hours >= needs.hours and others >= needs.participatory


@given(some_needs, some_held, days)
def test_it_holds_exactly_while_the_window_that_ends_today_has_enough(
    needs: Needs, learned: list[Held], today: date
) -> None:
    at = stand(needs, learned, today=today)
    assert (at.state in CURRENT and at.due_by is None) == enough(needs, learned, today)


@given(some_needs, some_held, days)
def test_what_it_says_it_runs_out_on_is_the_last_day_it_holds(needs: Needs, learned: list[Held], today: date) -> None:
    at = stand(needs, learned, today=today)
    if at.state in CURRENT and at.expires_on:
        until_now = [one for one in learned if one.on <= today]
        assert stand(needs, until_now, today=at.expires_on).state in CURRENT
        assert enough(needs, until_now, at.expires_on)
        assert not enough(needs, until_now, at.expires_on + timedelta(days=1))


@given(some_needs, some_held, st.builds(lambda on: Held(on, "DSL", 1.0, 1.0), days), days)
def test_learning_more_never_takes_away_what_holds(needs: Needs, learned: list[Held], more: Held, today: date) -> None:
    before, after = (stand(needs, those, today=today) for those in (learned, [*learned, more]))
    if before.state in CURRENT and before.due_by is None:
        assert after.state in CURRENT
        assert (after.expires_on or date.max) >= (before.expires_on or date.max)


@given(some_needs, some_held, days, st.randoms())
def test_the_order_things_were_written_down_in_does_not_matter(
    needs: Needs, learned: list[Held], today: date, random
) -> None:  # type: ignore[no-untyped-def]
    mixed = list(learned)
    random.shuffle(mixed)
    assert stand(needs, mixed, today=today) == stand(needs, learned, today=today)
