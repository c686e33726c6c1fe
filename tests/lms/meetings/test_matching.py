"""Whose row of a report is whose booking, and what follows for the mark. Pure."""

from datetime import UTC, datetime, timedelta

import pytest

from lms.attendance.models import Mark
from lms.meetings import drafts, example, reports
from lms.meetings.reports import Attendee, Stay
from lms.meetings.rules import Booked, Match, matched, proposed, teaching

START = datetime(2024, 11, 5, 9, 30, tzinfo=UTC)
END = START + timedelta(hours=3)
BOOKED = [
    Booked(1, "Zoë O’Brien", "zoe@open-door.example"),
    Booked(2, "Tomasz Wójcik"),
    Booked(3, "Dev Patel", "dev@a.example"),
]


def found(*people: Attendee, booked: list[Booked] | None = None) -> list[tuple[Match, int | None]]:
    return [(one.match, one.booking_id) for one in matched(people, BOOKED if booked is None else booked)]


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (Attendee("Somebody", "ZOE@open-door.example".lower()), (Match.EMAIL, 1)),
        (Attendee("Somebody", "", "zoe@open-door.example"), (Match.EMAIL, 1)),
        (Attendee("TOMASZ WOJCIK"), (Match.NAME, 2)),
        (Attendee("Wójcik, Tomasz"), (Match.NAME, 2)),
        (Attendee("iPhone (Tomasz Wójcik)"), (Match.NAME, 2)),
        (Attendee("Zoe O'Brien", "zoe@home.example"), (Match.NAME, 1)),
        (Attendee("D Patel"), (Match.SUGGESTED, None)),
        (Attendee("Guest"), (Match.NONE, None)),
    ],
)
def test_an_address_goes_before_a_name_and_a_similar_name_is_only_suggested(person, expected) -> None:
    assert found(person) == [expected]


def test_a_booking_is_given_to_one_row_only() -> None:
    by_address, by_name = Attendee("Dev", "dev@a.example"), Attendee("Dev Patel")
    assert found(by_name, by_address) == [(Match.SUGGESTED, None), (Match.EMAIL, 3)]


def test_two_bookings_of_one_name_are_both_suggested() -> None:
    twins = [Booked(1, "Jo Lee", "jo@a.example"), Booked(2, "Jo Lee", "jo@b.example")]
    assert matched([Attendee("Jo Lee")], twins)[0].suggested == (1, 2)
    assert found(Attendee("Jo Lee", "jo@b.example"), booked=twins) == [(Match.EMAIL, 2)]


def test_whoever_teaches_is_known_by_address_or_by_a_name_without_another_address() -> None:
    trainer = [Booked(0, "Tom Ashworth", "tom@a.example")]
    by_address, by_name, namesake = (
        Attendee("T", "tom@a.example"),
        Attendee("Tom Ashworth"),
        Attendee("Tom Ashworth", "t@b.example"),
    )
    assert teaching([by_address, by_name, namesake], trainer) == [by_address, by_name]


def test_two_joins_with_a_gap_are_time_away_and_two_devices_are_not() -> None:
    assert Attendee("Ann", stays=(stay(0, 60), stay(90, 180))).away
    assert not Attendee("Ann", stays=(stay(0, 100), stay(90, 180))).away
    assert not Attendee("Ann", stays=(stay(0, None),)).away


def stay(start: int, end: int | None, seconds: int | None = None) -> Stay:
    return Stay(START + timedelta(minutes=start), None if end is None else START + timedelta(minutes=end), seconds)


@pytest.mark.parametrize(
    ("stays", "mark", "minutes"),
    [
        ([stay(0, 180)], Mark.ATTENDED, 180),
        ([stay(0, 144)], Mark.ATTENDED, 144),
        ([stay(0, 143)], Mark.PART, 143),
        ([stay(0, 100), stay(50, 144)], Mark.ATTENDED, 144),
        ([stay(-60, 84), stay(200, 260)], Mark.PART, 84),
        # Between first join and last leave they were away: the report’s own figure counts.
        ([stay(0, 180, 60 * 60)], Mark.PART, 60),
        ([Stay(seconds=144 * 60)], Mark.ATTENDED, 144),
        ([Stay(seconds=400 * 60)], Mark.ATTENDED, 180),
        # Only minutes, and too few: from when until when is not known.
        ([Stay(seconds=100 * 60)], None, 100),
        ([stay(-60, -10)], None, 0),
        # No times, or no time of leaving: they came, and how long is not known.
        ([], Mark.ATTENDED, None),
        ([stay(0, None)], Mark.ATTENDED, None),
    ],
)
def test_the_mark_follows_from_the_time_within_the_date(stays, mark, minutes) -> None:
    said = proposed([Attendee("Ann", stays=tuple(stays))], starts_at=START, ends_at=END, minimum_share=80)
    assert (said.mark, None if said.seconds is None else said.seconds // 60) == (mark, minutes)


def test_in_part_is_from_the_first_join_to_the_last_leave_in_whole_minutes_within_the_date() -> None:
    late = Stay(START + timedelta(minutes=20, seconds=40), END + timedelta(minutes=5))
    said = proposed([Attendee("Ann", stays=(late,))], starts_at=START, ends_at=END, minimum_share=100)
    assert (said.from_at, said.until_at) == (START + timedelta(minutes=20), END)
    short = Stay(START + timedelta(seconds=5), START + timedelta(seconds=25))
    said = proposed([Attendee("Ann", stays=(short,))], starts_at=START, ends_at=END, minimum_share=80)
    assert (said.from_at, said.until_at) == (START, START + timedelta(minutes=1))
    assert said.given(1, Mark.PART).minutes == 0


def test_the_report_made_up_for_the_demonstration_is_one_we_read() -> None:
    booked = [
        ("Ann Bell", "ann@a.example"),
        ("Bob Carr", "bob@a.example"),
        ("Cy Dunn", "cy@a.example"),
        ("Di Eve", "di@a.example"),
    ]
    report = reports.read(example.made(booked, starts_at=START, ends_at=END), "report.csv", day=START.date())
    assert [one.name for one in report.people] == ["Ann Bell", "Bob Carr", "C Dunn", "Zoe Quill"]
    assert report.set_aside == ("read.ai meeting notes",)
    assert len(report.people[1].stays) == 2
    assert drafts.from_document(drafts.as_document(report)) == report
