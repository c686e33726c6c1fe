"""Layouts and faults of meeting reports that are made here."""

import io
import zipfile
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms import dates
from lms.errors import RuleBroken
from lms.meetings import reports, sheets, times
from lms.meetings.entries import Layout

DAY = date(2026, 3, 10)


def read(text: str, *, day: date | None = DAY, encoding: str = "utf-8", name: str = "report.csv") -> reports.Report:
    return reports.read(text.encode(encoding), name, day=day)


def stayed(report: reports.Report) -> dict[str, int | None]:
    return {one.name: one.seconds for one in report.people}


POLISH = """1. Podsumowanie;;;;;;
Tytuł spotkania;Szkolenie;;;;;
Liczba uczestniczących;2;;;;;
Godzina rozpoczęcia;3/10/26, 8:00:48 AM;;;;;
;;;;;;
2. Uczestnicy;;;;;;
Imię i nazwisko;Pierwsze dołączenie;Ostatnie wyjście;Czas udziału w spotkaniu;Adres e-mail;Identyfikator uczestnika (UPN);Rola
Łucja Żak;3/10/26, 8:02:00 AM;3/10/26, 10:20:08 AM;2 godz. 18 min 8 s;lucja@example.org;lucja@example.org;Organizator
Jan Ćwik;3/10/26, 8:30:00 AM;3/10/26, 10:00:00 AM;1 godz.;;;Osoba prowadząca
;;;;;;
3. Działania podczas spotkania;;;;;;
Imię i nazwisko;Godzina dołączenia;Godzina opuszczenia;Czas trwania;Adres e-mail;Rola;
Jan Ćwik;3/10/26, 8:30:00 AM;3/10/26, 9:10:00 AM;40 min;;Osoba prowadząca;
Jan Ćwik;3/10/26, 9:40:00 AM;3/10/26, 10:00:00 AM;20 min;;Osoba prowadząca;
"""


@pytest.mark.parametrize("encoding", ["cp1250", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_polish_report_is_read_in_every_way_it_may_be_saved(encoding):
    report = read(POLISH, encoding=encoding)
    assert report.layout is Layout.TEAMS
    assert stayed(report) == {"Łucja Żak": 8288, "Jan Ćwik": 3600}
    assert [len(one.stays) for one in report.people] == [1, 2]


def test_a_teams_report_in_a_language_nobody_wrote_down_is_read_by_the_order_of_its_columns():
    text = (
        "1. Xx\nYy\tZz\n\n2. Aa\nBb\tCc\tDd\tEe\tFf\tGg\tHh\n"
        "Ann Bell\t10/03/2026 09:00:00\t10/03/2026 10:00:00\t1h\tann@example.org\t\tQq\n"
    )
    (ann,) = read(text).people
    assert (ann.name, ann.email, ann.seconds) == ("Ann Bell", "ann@example.org", 3600)


def test_a_table_whose_times_stand_under_an_unknown_heading_is_refused_rather_than_read_without_them():
    with pytest.raises(RuleBroken, match="heading of that column is not known"):
        read("Name,Email,Qwerty\nAnn,ann@example.org,10/03/2026 09:00\n")


def test_only_who_attended_is_read_as_came_without_minutes_and_said():
    text = "1. Summary\nAttended participants\t3\n\n2. Participants\nName\tEmail\tParticipant ID (UPN)\tRole\n"
    report = read(text + "Ann Bell\tann@example.org\tann@example.org\tAttendee\nParticipant 1\t\t\tAttendee\n")
    assert stayed(report) == {"Ann Bell": None}
    assert any("does not say how long 1 person stayed" in note for note in report.notes)
    assert any("counts 2 people it does not name" in note for note in report.notes)


def test_live_events_are_told_in_universal_time():
    text = (
        "SessionId,ParticipantId,FullName,UserAgent,UtcEventTimestamp,Action,Role\n"
        "1,2,Ann Bell,Edge,7/10/2026 8:00:00 AM,Joined,Attendee\n1,2,Ann Bell,Edge,7/10/2026 9:00:00 AM,Left,Attendee\n"
    )
    (ann,) = read(text, day=date(2026, 7, 10)).people
    assert (ann.first_join, ann.seconds) == (datetime(2026, 7, 10, 8, tzinfo=UTC), 3600)


def test_who_joins_with_two_devices_and_leaves_with_one_is_there_once():
    text = (
        "Full Name\tUser Action\tTimestamp\nAnn\tJoined\t10/03/2026, 09:00:00\nAnn\tJoined\t10/03/2026, 09:10:00\n"
        "Ann\tLeft\t10/03/2026, 09:30:00\n"
    )
    assert stayed(read(text)) == {"Ann": 1800}


def test_the_waiting_room_is_no_attendance():
    text = (
        "Name (original name),Email,Join time,Leave time,Duration (minutes),Guest,Recording disclaimer response,In waiting room\n"
        "Ann Bell,ann@example.org,03/10/2026 09:00:00 AM,03/10/2026 09:10:00 AM,10,Yes,,Yes\n"
        "Ann Bell,ann@example.org,03/10/2026 09:10:00 AM,03/10/2026 10:00:00 AM,50,Yes,OK,No\n"
        "Bob Carr,bob@example.org,03/10/2026 09:00:00 AM,03/10/2026 09:20:00 AM,20,Yes,,Yes\n"
    )
    report = read(text)
    assert stayed(report) == {"Ann Bell": 3000}
    assert report.set_aside == ("Bob Carr (only in the waiting room)",)


@pytest.mark.parametrize(
    "heading",
    [
        "Name (Original Name),User Email,Total Duration (Minutes),Guest",
        "Name (original name),Email,Total duration (minutes),Guest",
    ],
)
def test_zooms_list_of_unique_people_is_read_and_its_day_stands_above(heading):
    text = (
        "Topic,Meeting ID,Start Time,End Time,Participants\nCourse,1,03/10/2026 09:00:00 AM,03/10/2026 11:00:00 AM,1\n\n"
        f"{heading}\nAnn B (Ann Bell),ann@example.org,45,Yes\n"
    )
    (ann,) = read(text).people
    assert (ann.seconds, ann.names) == (2700, ["Ann B (Ann Bell)", "Ann B", "Ann Bell"])
    with pytest.raises(RuleBroken, match="Choose the report of that meeting"):
        read(text, day=date(2026, 3, 11))


WEBINAR = """Attendee Report,
Report Generated:,03/11/2026 08:00 PM
Topic,Webinar ID,Actual Start Time
Course,123 456 789,03/10/2026 09:00 AM
Host Details,
Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Is Guest,Country/Region Name
Yes,Host,host@example.org,03/10/2026 08:50:00 AM,03/10/2026 10:05:00 AM,75,No,UK
Attendee Details,
Attended,User Name (Original Name),First Name,Last Name,Email,Registration Time,Join Time,Leave Time,Time in Session (minutes)
Yes,Ann,Ann,Bell,ann@example.org,02/01/2026 10:00:00 AM,03/10/2026 09:02:00 AM,03/10/2026 09:40:00 AM,38
Yes,Ann,Ann,Bell,ann@example.org,,03/10/2026 09:30:00 AM,03/10/2026 09:58:00 AM,28
No,Linus,Linus,Lamb,linus@example.org,02/01/2026 10:00:00 AM,--,--,--
"""


def test_a_webinar_tells_host_attendees_and_those_who_did_not_come_apart():
    report = read(WEBINAR)
    assert {one.email: (one.role, one.seconds) for one in report.people} == {
        "host@example.org": ("Host", 4500),
        "ann@example.org": ("Attendee", 3360),
    }
    assert [one.email for one in report.absent] == ["linus@example.org"]


def test_a_plain_table_of_marks_and_minutes_is_read():
    report = read(
        "email,minutes,mark\nann@example.org,90,attended\nbob@example.org,,apologies\ncy@example.org,,no-show\n"
    )
    assert stayed(report) == {"ann@example.org": 5400}
    assert {one.email: one.apology for one in report.absent} == {"bob@example.org": True, "cy@example.org": False}


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("Ann,ann@example.org,sometime,03/10/2026 10:00:00 AM,10", "Row 2: “sometime” is not a time"),
        (
            "Ann,ann@example.org,03/10/2026 09:00:00 AM,03/10/2026 10:00:00 AM,ages",
            "Row 2: “ages” is not a length of time",
        ),
        ("Ann,ann@example.org,03/10/2026 10:00:00 AM,03/10/2026 09:00:00 AM,10", "Row 2: Ann leaves before joining"),
        ("Ann,ann@example.org,31/31/2026 10:00:00 AM,31/31/2026 11:00:00 AM,10", "cannot be read: they fit neither"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(row, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        read("Name,Email,Join time,Leave time,Duration (minutes)\n" + row)


def test_rows_that_fit_the_day_only_in_different_orders_are_refused():
    text = "Name\tUser Action\tTimestamp\nAnn\tJoined\t10/03/2026, 09:00:00\nAnn\tLeft\t03/10/2026, 10:00:00\n"
    with pytest.raises(RuleBroken, match="only if the day comes first"):
        read(text)


def test_a_narrow_space_before_am_and_marks_nobody_sees_are_read():
    text = "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\n"
    (ann,) = read(
        text + "Ann\t\u200e3/10/26, 9:00:00\u202fAM\t3/10/26, 10:30:00\u202fAM\t1h 30m\tann@example.org\n"
    ).people
    assert (ann.seconds, dates.london(ann.first_join).time()) == (5400, time(9))


def test_a_quotation_mark_that_is_never_closed_swallows_nobody():
    with pytest.raises(RuleBroken, match="cannot be read as a table near row"):
        read('Name,Email,Minutes\n"Ann,ann@example.org,50\nBob,bob@example.org,50\n')


def test_older_webinars_name_the_month():
    text = "Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes)\n"
    (ann,) = read(text + 'Yes,Ann,ann@example.org,"Mar 10, 2026 09:00:00","Mar 10, 2026 10:00:00",60\n').people
    assert (ann.seconds, dates.london(ann.first_join).time()) == (3600, time(9))


def test_a_workbook_is_read_like_the_csv_it_was():
    import openpyxl

    nine = datetime.combine(DAY, time(9))
    book = openpyxl.Workbook()
    book.active.append(["Name", "Join time", "Leave time", "Duration", "Email"])
    book.active.append(["Ann", nine, nine + timedelta(hours=1), timedelta(minutes=55), "ann@example.org"])
    file = io.BytesIO()
    book.save(file)
    report = reports.read(file.getvalue(), "report.xlsx", day=DAY)
    assert stayed(report) == {"Ann": 3300}


def test_a_workbook_that_would_unpack_to_far_more_is_refused_before_it_does():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"\0" * (sheets.MOST_UNPACKED + 1))
    with pytest.raises(RuleBroken, match="too large"):
        reports.read(file.getvalue(), "report.xlsx")


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"\xff\xfe", b"\xfe\xff", b"PK\x03\x04", b"Name,Email\n", b"2. A\nB\n"]),
)
def test_any_bytes_are_read_or_refused_with_a_sentence(data, start):
    try:
        report = reports.read(start + data, "report.csv", day=DAY)
    except RuleBroken:
        return
    assert report.people or report.absent or report.set_aside or report.notes


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 100)), max_size=8))
def test_a_union_is_the_number_of_minutes_somebody_was_there(stays):
    begin = datetime(2026, 3, 10, 9, tzinfo=UTC)
    there = {minute for start, length in stays for minute in range(start, start + length)}
    intervals = [(begin + timedelta(minutes=one), begin + timedelta(minutes=one + length)) for one, length in stays]
    assert times.union(intervals) == len(there) * 60
