"""When waves happen and what may be told: decisions without a database."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.surveys import questions, rules
from evaluation.surveys.models import RoundStage
from lms.bookings.models import BookingStatus
from lms.dates import from_london, london
from tests.evaluation.surveys.conftest import DOCUMENT

STARTS = from_london(date(2024, 11, 5), 9, 30)
ENDS = STARTS + timedelta(hours=3, minutes=30)
ADDED = from_london(date(2024, 9, 2), 12)
TIMED = [wave["key"] for wave in DOCUMENT["waves"] if rules.is_timed(wave)]


def times(wave: str, **change: datetime) -> rules.WaveTimes:
    given = {"starts_at": STARTS, "ends_at": ENDS, "added_at": ADDED, **change}
    return rules.wave_times(questions.wave(DOCUMENT, wave), **given)


def test_each_wave_of_the_content_says_its_times_for_people_and_for_the_clock_alike() -> None:
    assert TIMED == ["baseline", "start", "end", "w6", "m3", "m6", "manager"]
    for key in TIMED:
        wave = questions.wave(DOCUMENT, key)
        for say, rule in (("opens", "opens_rule"), ("closes", "closes_rule")):
            number = next(iter(wave[rule].values()))
            assert number in (True, 0) or str(abs(number)) in wave[say], (key, say)


def test_the_moments_of_a_session_in_november() -> None:
    assert times("baseline") == rules.WaveTimes(
        ADDED, from_london(date(2024, 10, 29), 9), from_london(date(2024, 11, 3), 9), STARTS
    )
    assert times("start") == rules.WaveTimes(
        STARTS - timedelta(minutes=15), None, None, STARTS + timedelta(hours=1), STARTS + timedelta(days=3, hours=1)
    )
    assert times("end") == rules.WaveTimes(
        ENDS - timedelta(minutes=30),
        from_london(date(2024, 11, 6), 9),
        from_london(date(2024, 11, 9), 9),
        from_london(date(2024, 11, 13)),
        from_london(date(2024, 11, 20)),
    )
    assert times("w6").opens_at == from_london(date(2024, 12, 17), 9)
    assert times("m3") == times("manager")
    assert times("m6").closes_at == from_london(date(2025, 6, 2))


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.sampled_from(["w6", "m3", "m6"]))
def test_follow_ups_and_reminders_are_at_9_in_london_on_every_day_of_every_year(day: date, wave: str) -> None:
    starts = from_london(day, 9, 30)
    found = times(wave, starts_at=starts, ends_at=starts + timedelta(hours=3))
    for moment in (found.opens_at, found.reminder_at, found.last_call_at):
        assert moment is not None
        assert (london(moment).hour, london(moment).minute) == (9, 0)
    assert london(found.closes_at).hour == 0


def test_a_reminder_before_the_wave_opens_does_not_exist() -> None:
    found = times("baseline", added_at=from_london(date(2024, 10, 30), 9))
    assert (found.reminder_at, found.last_call_at) == (None, from_london(date(2024, 11, 3), 9))


def test_a_wave_moves_stage_by_stage() -> None:
    found = times("end")
    stage, moments = RoundStage.PLANNED, []
    moment: datetime | None = found.opens_at
    while moment:
        stage, moment = rules.move(found, stage, moment)
        moments.append((stage, moment))
    assert moments == [
        (RoundStage.OPEN, found.reminder_at),
        (RoundStage.REMINDED, found.last_call_at),
        (RoundStage.LAST_CALLED, found.closes_at),
        (RoundStage.LATE, found.late_until),
        (RoundStage.CLOSED, None),
    ]


def test_a_wave_that_opens_late_does_not_remind_in_the_same_breath() -> None:
    found = times("end")
    assert found.last_call_at is not None
    assert rules.move(found, RoundStage.PLANNED, found.last_call_at) == (RoundStage.OPEN, found.closes_at)
    assert rules.move(found, RoundStage.OPEN, found.last_call_at) == (RoundStage.LAST_CALLED, found.closes_at)
    assert rules.move(found, RoundStage.PLANNED, found.closes_at) == (RoundStage.LATE, found.late_until)
    assert found.late_until is not None
    assert rules.move(found, RoundStage.PLANNED, found.late_until) == (RoundStage.CLOSED, None)
    assert rules.move(found, RoundStage.PLANNED, ADDED) == (RoundStage.PLANNED, found.opens_at)


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({1: 6, 2: 5}, {1, 2}),
        ({1: 6, 2: 4}, set()),
        ({1: 6, 2: 5, 3: 4}, {1}),
        ({1: 9, 2: 4, 3: 1}, {1}),
        ({1: 9, 2: 6, 3: 1}, {1}),
        ({1: 4}, set()),
        ({}, set()),
    ],
)
def test_a_sector_is_named_only_if_neither_it_nor_the_rest_is_a_handful(asked: dict[int, int], named: set[int]) -> None:
    assert rules.named_sectors(asked) == named


@given(st.dictionaries(st.integers(0, 12), st.integers(1, 12)))
def test_no_group_that_is_told_apart_is_smaller_than_five(asked: dict[int, int]) -> None:
    named = rules.named_sectors(asked)
    others = sum(people for sector, people in asked.items() if sector not in named)
    assert all(asked[sector] >= 5 for sector in named)
    assert others >= 5 or others == 0 or not named


@pytest.mark.parametrize(
    ("stage", "booking", "hours", "found"),
    [
        (RoundStage.OPEN, BookingStatus.BOOKED, 1, rules.Standing.OPEN),
        (RoundStage.OPEN, BookingStatus.BOOKED, -1, rules.Standing.EARLY),
        (RoundStage.OPEN, BookingStatus.BOOKED, 48, rules.Standing.CLOSED),
        (RoundStage.CLOSED, BookingStatus.BOOKED, 1, rules.Standing.CLOSED),
        (RoundStage.OPEN, BookingStatus.CANCELLED, 1, rules.Standing.CLOSED),
    ],
)
def test_when_a_link_leads_to_questions(
    stage: RoundStage, booking: BookingStatus, hours: int, found: rules.Standing
) -> None:
    now = STARTS + timedelta(hours=hours)
    assert rules.standing(stage, booking, STARTS, STARTS + timedelta(hours=48), now) is found
