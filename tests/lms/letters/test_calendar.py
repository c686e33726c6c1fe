"""What calendars get: one entry for the life of a booking, on one date or several, and a feed of all of one's own."""

import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from dateutil.rrule import rrulestr
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from lms.dates import from_london, london
from lms.letters.calendar import Entry, Occasion, cancellation, feed, invitation, read
from tests.databases import ROOT

CHECK = ROOT.parent / "shared" / "tools" / "check_invite.py"
NOW = datetime(2024, 10, 8, 9, 0, 0, 123456, tzinfo=UTC)


def _on(*day_and_times: int) -> Occasion:
    """Year, month, day, hour, minute, hour, minute: a day in London from when until when."""
    year, month, day, *times = day_and_times
    return from_london(date(year, month, day), *times[:2]), from_london(date(year, month, day), *times[2:])


TUESDAY, A_WEEK_LATER = _on(2024, 11, 5, 9, 30, 16, 0), _on(2024, 11, 12, 9, 30, 16, 0)
IN_DECEMBER, SHORT = _on(2024, 12, 3, 9, 30, 16, 0), _on(2024, 11, 26, 13, 0, 15, 30)

#: The second run of the hour that clocks in London show twice: 01:10 to 01:50 GMT on 25 October 2026, after 01:10 BST.
SHOWN_TWICE = (datetime(2026, 10, 25, 1, 10, tzinfo=UTC), datetime(2026, 10, 25, 1, 50, tzinfo=UTC))
#: 23:00 until 07:00 in the night the clocks go forward, which is seven hours, and back, which is nine.
FORWARD = (datetime(2026, 3, 28, 23, 0, tzinfo=UTC), datetime(2026, 3, 29, 6, 0, tzinfo=UTC))
BACK = (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), datetime(2026, 10, 25, 7, 0, tzinfo=UTC))
EIGHT_HOURS = (datetime(2026, 10, 24, 21, 0, tzinfo=UTC), datetime(2026, 10, 25, 5, 0, tzinfo=UTC))
#: 00:30 in London, where it is still the day before in UTC.
MIDNIGHT = (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), datetime(2026, 7, 1, 1, 0, tzinfo=UTC))
LEAP_DAY = _on(2028, 2, 29, 9, 30, 13, 0)

ON = {
    "one date": (TUESDAY,),
    "two dates": (TUESDAY, A_WEEK_LATER),
    "no even step": (TUESDAY, A_WEEK_LATER, IN_DECEMBER, _on(2024, 11, 14, 9, 30, 16, 0)),
    "times of its own": (TUESDAY, SHORT, IN_DECEMBER),
    "over the change to winter": (_on(2024, 10, 22, 9, 30, 13, 0), _on(2024, 10, 29, 9, 30, 13, 0)),
    "the night the clocks go forward": (
        FORWARD,
        (FORWARD[0] + timedelta(days=7, hours=-1), FORWARD[1] + timedelta(days=7)),
    ),
    "the night they go back": (BACK, (BACK[0] + timedelta(days=1, hours=1), BACK[1] + timedelta(days=1))),
    "an hour that is shown twice": (SHOWN_TWICE,),
    "that hour and a day later": (
        SHOWN_TWICE,
        (SHOWN_TWICE[0] + timedelta(days=1), SHOWN_TWICE[1] + timedelta(days=1)),
    ),
    "midnight in UTC": (MIDNIGHT, (MIDNIGHT[0] + timedelta(days=1), MIDNIGHT[1] + timedelta(days=1))),
    "a leap day": (_on(2028, 2, 28, 9, 30, 13, 0), LEAP_DAY, _on(2028, 3, 1, 9, 30, 13, 0)),
}
ANY_DATES = pytest.mark.parametrize("occasions", list(ON.values()), ids=list(ON))


def entry_on(*occasions: Occasion, sequence: int = 0, name: str = "Łukasz Wójcik, DSL", uid: str = "K7Q2") -> Entry:
    return Entry(
        uid=f"{uid}@learning.example",
        sequence=sequence,
        occasions=occasions,
        title="Multi-agency neglect",
        place="Castleford Civic Centre; Ferrybridge Road, step-free",
        description="Bring: a case\nYour booking: https://learning.example/bookings/K7Q2",
        url="https://learning.example/bookings/K7Q2",
        organiser_name="Training team",
        organiser_email="training@partnership.example",
        attendee_name=name,
        attendee_email="lukasz@school.example",
    )


def _events(text: str) -> list[Event]:
    return Calendar.from_ical(text).events


def _lines(text: str) -> list[str]:
    """The lines as they were before they were folded."""
    return text.replace("\r\n ", "").split("\r\n")


def _stands_on(text: str) -> list[Occasion]:
    """When a calendar program shows an entry: RRULE as dateutil reads it, EXDATE, RECURRENCE-ID (RFC 5545 3.8.5)."""
    main, *others = _events(text)
    length = main.end.astimezone(UTC) - main.start.astimezone(UTC)
    starts = [main.start]
    if "rrule" in main:
        starts = list(rrulestr(main["rrule"].to_ical().decode(), dtstart=main.start))
    left_out = [moment.astimezone(UTC) for moment in main.exdates]
    shown = {start: (start, start + length) for one in starts if (start := one.astimezone(UTC)) not in left_out}
    for other in others:
        instead_of = other.decoded("recurrence-id").astimezone(UTC)
        assert instead_of in shown
        shown[instead_of] = other.start.astimezone(UTC), other.end.astimezone(UTC)
    return sorted(shown.values())


def _checked(folder: Path, *parts: str) -> str:
    """What the checker beside the repository has to say of a part, and of the one before it."""
    if not CHECK.is_file():
        pytest.skip("the invitation checker lies beside the repository and is not there")
    names = [str(folder / f"{number}.ics") for number in range(len(parts))]
    for name, text in zip(names, parts, strict=True):
        Path(name).write_bytes(text.encode())
    done = subprocess.run([sys.executable, str(CHECK), *names], capture_output=True, text=True)
    return done.stdout + done.stderr


@ANY_DATES
def test_an_entry_stands_on_its_dates_and_is_added_changed_and_taken_out(
    occasions: tuple[Occasion, ...], tmp_path: Path
) -> None:
    entry = entry_on(*occasions)
    moved = replace(
        entry, sequence=1, occasions=tuple((a + timedelta(days=70), b + timedelta(days=70)) for a, b in occasions)
    )
    added, changed = invitation(entry, now=NOW), invitation(moved, now=NOW)
    cancelled = cancellation(replace(moved, sequence=2), now=NOW)
    assert _stands_on(added) == sorted(occasions) == sorted(read(added).occasions)
    assert _stands_on(changed) == sorted(moved.occasions)
    assert _checked(tmp_path, added) == ""
    assert _checked(tmp_path, changed, added) == ""
    assert _checked(tmp_path, cancelled, changed) == ""
    assert "SEQUENCE did not rise" in _checked(tmp_path, cancellation(moved, now=NOW), changed) or not CHECK.is_file()


@ANY_DATES
def test_all_of_a_message_is_about_one_uid_and_one_number(occasions: tuple[Occasion, ...]) -> None:
    for text in (
        invitation(entry_on(*occasions, sequence=3), now=NOW),
        cancellation(entry_on(*occasions, sequence=3), now=NOW),
    ):
        assert {(str(event["uid"]), event["sequence"]) for event in _events(text)} == {("K7Q2@learning.example", 3)}
        assert "RDATE" not in text
        assert text.count("BEGIN:VTIMEZONE") == 1


@pytest.mark.parametrize(
    ("occasions", "repeats"),
    [
        ((TUESDAY,), []),
        ((A_WEEK_LATER, TUESDAY), ["RRULE:FREQ=DAILY;COUNT=2;INTERVAL=7"]),
        (
            (TUESDAY, A_WEEK_LATER, IN_DECEMBER),
            [
                "RRULE:FREQ=DAILY;COUNT=5;INTERVAL=7",
                "EXDATE;TZID=Europe/London:20241119T093000,20241126T093000",
            ],
        ),
        (
            ON["over the change to winter"],
            ["RRULE:FREQ=DAILY;COUNT=2;INTERVAL=7"],
        ),
        (
            (SHORT, TUESDAY),
            ["RRULE:FREQ=DAILY;COUNT=2;INTERVAL=21", "RECURRENCE-ID;TZID=Europe/London:20241126T093000"],
        ),
        (
            # Both last eight hours, until 5am in the night the clocks go back and until 6am in the next: programs differ in
            # which of the two they repeat, so it is said.
            (EIGHT_HOURS, (EIGHT_HOURS[0] + timedelta(hours=25), EIGHT_HOURS[1] + timedelta(hours=25))),
            ["RRULE:FREQ=DAILY;COUNT=2;INTERVAL=1", "RECURRENCE-ID;TZID=Europe/London:20261025T220000"],
        ),
    ],
)
def test_several_dates_are_one_event_that_repeats(occasions: tuple[Occasion, ...], repeats: list[str]) -> None:
    text = invitation(entry_on(*occasions), now=NOW)
    after_zone = _lines(text[text.index("END:VTIMEZONE") :])
    assert [line for line in after_zone if line.startswith(("RRULE", "EXDATE", "RECURRENCE-ID"))] == repeats
    assert after_zone.count("BEGIN:VEVENT") == 1 + sum(line.startswith("RECURRENCE-ID") for line in repeats)


def test_who_reads_the_first_event_only_has_all_days_and_finds_the_times_in_words() -> None:
    main, other = _events(invitation(entry_on(TUESDAY, SHORT), now=NOW))
    assert main.start == TUESDAY[0]
    assert "recurrence-id" not in main
    for event in (main, other):
        assert str(event["description"]).splitlines()[:2] == [
            "Tuesday 5 November 2024, 9:30am to 4pm",
            "Tuesday 26 November 2024, 1pm to 3:30pm",
        ]
    (single,) = _events(invitation(entry_on(TUESDAY), now=NOW))
    assert str(single["description"]).startswith("Bring: a case\n")


def test_an_entry_is_taken_out_as_a_whole() -> None:
    text = cancellation(entry_on(TUESDAY, SHORT, sequence=4), now=NOW)
    (event,) = _events(text)
    assert (str(event["status"]), event["sequence"], "recurrence-id" in event) == ("CANCELLED", 4, False)
    said = read(text)
    assert not said.adds
    assert [london(start).date() for start, _ in said.occasions] == [date(2024, 11, 5), date(2024, 11, 26)]


def test_two_parts_of_a_day_are_one_block_in_the_calendar_and_two_in_words() -> None:
    morning, evening = _on(2024, 11, 5, 9, 30, 12, 0), _on(2024, 11, 5, 18, 0, 20, 0)
    text = invitation(entry_on(evening, morning, A_WEEK_LATER), now=NOW)
    assert _stands_on(text) == [(morning[0], evening[1]), A_WEEK_LATER]
    words = str(_events(text)[0]["description"])
    assert words.startswith("Tuesday 5 November 2024, 9:30am to 12pm\nTuesday 5 November 2024, 6pm to 8pm\n")


def test_an_entry_without_a_date_is_refused() -> None:
    with pytest.raises(ValueError, match="has a date"):
        invitation(entry_on(), now=NOW)


def test_an_hour_that_is_shown_twice_or_skipped_is_written_so_that_it_is_there_once() -> None:
    lines = _lines(invitation(entry_on(SHOWN_TWICE), now=NOW))
    assert {"DTSTART:20261025T011000Z", "DTEND:20261025T015000Z"} <= set(lines)
    first_run = tuple(moment - timedelta(hours=1) for moment in SHOWN_TWICE)
    assert "DTSTART:20261025T001000Z" in _lines(invitation(entry_on(first_run), now=NOW))
    # 1:30am every day until the clocks go forward: RFC 5545 3.3.10 drops a repetition at a time that does not exist.
    nights = [_on(2026, 3, day, 1, 30, 5, 0) for day in (27, 28, 30)]
    assert {"DTSTART:20260327T013000Z", "EXDATE:20260329T013000Z"} <= set(
        _lines(invitation(entry_on(*nights), now=NOW))
    )


def test_times_are_those_of_london_and_the_stamp_is_utc() -> None:
    lines = _lines(invitation(entry_on(MIDNIGHT), now=NOW))
    assert {
        "DTSTART;TZID=Europe/London:20260701T003000",
        "DTEND;TZID=Europe/London:20260701T020000",
        "DTSTAMP:20241008T090000Z",
    } <= set(lines)


@pytest.mark.parametrize(
    "name", ["Łukasz Wójcik-Brzęczyszczykiewicz", "Siân Ó Súilleabháin, DSL", "محمد عبد الرحمن الحسيني " * 4]
)
def test_names_of_all_people_survive_the_folding_of_lines(name: str, tmp_path: Path) -> None:
    entry = replace(entry_on(TUESDAY, A_WEEK_LATER, name=name.strip()), title=f"Neglect: {name * 3}", place=name * 3)
    text = invitation(entry, now=NOW)
    assert all(len(line) <= 75 for line in text.encode().split(b"\r\n"))
    event = _events(text)[0]
    assert str(event["attendee"].params["CN"]) == name.strip()
    assert (str(event["summary"]), str(event["location"])) == (f"Neglect: {name * 3}", name * 3)
    assert _checked(tmp_path, text) == ""


def test_a_name_cannot_add_a_line() -> None:
    text = invitation(entry_on(TUESDAY, name='A"\r\nATTENDEE:mailto:b@x.example'), now=NOW)
    assert sum(line.startswith("ATTENDEE") for line in _lines(text)) == 1


def test_a_feed_holds_all_entries_as_the_letters_have_them() -> None:
    entries = [
        entry_on(TUESDAY, SHORT, sequence=2),
        entry_on(LEAP_DAY, uid="M3"),
        entry_on(MIDNIGHT, uid="Z9", sequence=5),
    ]
    text = feed(entries, name="Siân’s courses", now=NOW)
    lines = _lines(text)
    assert {
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Siân’s courses",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
    } <= set(lines)
    assert "ATTENDEE" not in text
    assert "lukasz" not in text
    assert lines.count("BEGIN:VTIMEZONE") == 1
    of_letters = [event for entry in entries for event in _events(invitation(entry, now=NOW))]
    for event in of_letters:
        del event["attendee"]
    assert [event.to_ical() for event in _events(text)] == [event.to_ical() for event in of_letters]
    assert all(len(line) <= 75 for line in text.encode().split(b"\r\n"))
    assert not re.search(r"(?<!\r)\n", text)


def test_a_feed_of_nothing_is_still_a_calendar() -> None:
    text = feed([], name="My courses", now=NOW)
    assert (_events(text), Calendar.from_ical(text).calendar_name) == ([], "My courses")


def test_a_text_that_is_no_calendar_is_refused() -> None:
    for text in ("", "Hello", feed([], name="", now=NOW)):
        with pytest.raises(ValueError):  # noqa: PT011 (the library's own words)
            read(text)


STARTS = st.datetimes(datetime(2026, 3, 1), datetime(2027, 4, 30), timezones=st.just(UTC))  # noqa: DTZ001 (hypothesis adds the zone)
OCCASIONS = st.builds(lambda start, minutes: (start, start + timedelta(minutes=minutes)), STARTS, st.integers(15, 700))


@given(st.lists(OCCASIONS, min_size=1, max_size=6, unique_by=lambda occasion: london(occasion[0]).date()))
@example([(moment, moment + timedelta(hours=1)) for moment in (BACK[0] - timedelta(hours=20), SHOWN_TWICE[0])])
@example([_on(2026, 3, 28, 1, 30, 5, 0), _on(2026, 3, 29, 2, 30, 5, 0), _on(2026, 3, 30, 1, 30, 5, 0)])
def test_whatever_the_dates_the_entry_stands_on_them(occasions: list[Occasion]) -> None:
    whole = [(start.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0)) for start, end in occasions]
    text = invitation(entry_on(*whole), now=NOW)
    assert _stands_on(text) == sorted(whole) == list(read(text).occasions)
    assert not re.search(r"Europe/London:\d{8}T01", text)
