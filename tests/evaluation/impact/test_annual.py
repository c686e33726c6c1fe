"""The annual chapter counts single records, and comes to the published tables exactly where those are for the same days."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from demo.figures import figures_of
from evaluation.impact.annual import annual, report_year
from evaluation.impact.annual_sections import period_flags, sections
from evaluation.impact.annual_tables import Table, figure_words, flag_sentence
from lms.attendance.models import AttendanceMark, Mark
from lms.bookings.models import Booking, BookingStatus
from lms.bulletin.models import Edition, Subscriber
from lms.catalogue.models import CountedBy, Course, CourseKind, CourseSession, Mode
from lms.dates import from_london
from lms.db import db
from lms.elearning.models import Enrolment
from lms.errors import RuleBroken
from lms.organisations.models import OrganisationKind, Sector
from tests.databases import ROOT
from tests.evaluation.impact.annual_demo import PUBLISHED, TODAY, published_kirklees
from tests.factories import course, course_session, organisation, partnership, person

SEED_RECORDS = ROOT.parent / "shared" / "data" / "seed_records"
WAKEFIELD_2022 = {"first": date(2022, 4, 1), "last": date(2023, 3, 31)}


def came(session: CourseSession, *people: object, mark: Mark = Mark.ATTENDED) -> None:
    """Book these people and mark them."""
    for one in people:
        booking = Booking(
            session=session,
            person=one,
            status=BookingStatus.BOOKED,
            asked_at=session.starts_at - timedelta(days=9),
            booked_at=session.starts_at - timedelta(days=9),
        )
        db.session.add_all([booking, AttendanceMark(booking=booking, mark=mark, marked_at=session.ends_at)])
    db.session.flush()


def table(key: str, year: str, **period: date) -> Table:
    chapter = annual(year, today=TODAY, **period)
    return next(one for section in sections(chapter) for one in section.tables if one.key == key)


# Kirklees ---------------------------------------------------------------------------------------------------------------


def test_kirklees_comes_to_the_published_table(kirklees: Flask) -> None:
    taught = published_kirklees().taught
    assert [(row.code, row.courses, row.delegates) for row in taught.rows] == [
        ("WTK", 27, 452),
        ("WTR", 13, 196),
        ("CPC", 16, 179),
        ("ICN", 2, 21),
        ("IAC", 4, 24),
    ]
    assert (taught.courses, taught.delegates, taught.people) == (62, 872, 472)
    assert (taught.online, taught.published_online) == (31, None)
    for row in taught.rows:
        assert row.published_courses is not None
        assert row.published_delegates is not None
        assert (row.published_courses.words, row.published_delegates.words) == (str(row.courses), str(row.delegates))


def test_kirklees_e_learning_is_booked_started_and_completed_apart(kirklees: Flask) -> None:
    rows = published_kirklees().elearning
    assert [row.booked for row in rows] == [2883, 179, 150, 505, 8, 37, 43, 127, 22]
    assert sum(row.booked for row in rows) == published_kirklees().bookings == 3954
    assert all(row.completed <= row.started <= row.booked for row in rows)
    assert sum(row.completed for row in rows) < sum(row.started for row in rows) < 3954
    printed = rows[0].published
    assert printed is not None
    assert (printed.words, printed.period_stated) == ("2,883", False)


def test_it_is_flagged_that_the_published_period_is_13_months(kirklees: Flask) -> None:
    chapter = published_kirklees()
    assert chapter.months == 13
    assert not chapter.is_report_year
    (flag,) = period_flags(chapter)
    assert flag_sentence(flag).startswith(
        "This report counts 1 September 2023 to 30 September 2024, 13 months. "
        "The report year is 1 April 2023 to 31 March 2024."
    )
    assert "13 months" in next(flag.counted for flag in chapter.flags if flag.table == "core_training")
    assert [
        flag.table for flag in chapter.flags if flag.table in ("period", "core_training", "elearning_bookings")
    ] == [*("period", "core_training", "elearning_bookings")]


def test_the_kirklees_report_year_has_other_numbers_and_no_published_ones_beside_them(kirklees: Flask) -> None:
    chapter = annual("2023-24", today=TODAY)
    assert [(row.code, row.courses, row.delegates) for row in chapter.taught.rows] == [
        ("WTK", 12, 168),
        ("WTR", 6, 73),
        ("CPC", 9, 105),
        ("ICN", 1, 10),
        ("IAC", 1, 3),
    ]
    assert all(row.published_courses is row.published_delegates is None for row in chapter.taught.rows)
    assert chapter.is_report_year
    assert period_flags(chapter) == ()
    online = chapter.taught.published_online
    assert online is not None
    assert online.words == "50"


@pytest.mark.parametrize(("begin", "end"), [(1, 0), (0, -1), (-1, 0), (0, 2)])
def test_a_period_a_day_or_two_out_comes_to_another_number(kirklees: Flask, begin: int, end: int) -> None:
    first, last = PUBLISHED[0] + timedelta(days=begin), PUBLISHED[1] + timedelta(days=end)
    chapter = annual("2023-24", first=first, last=last, today=TODAY)
    assert (chapter.taught.rows[0].courses, chapter.taught.rows[0].delegates) != (27, 452)
    assert chapter.taught.rows[0].published_courses is None


def test_kirklees_says_which_parts_have_no_records(kirklees: Flask) -> None:
    said = {section.key: section.empty for section in sections(published_kirklees())}
    assert said == {
        "core_training": "",
        "elearning_bookings": "",
        "education_training": "No training for schools was held, 1 September 2023 to 30 September 2024.",
        "ebulletin": "No subscriber and no edition of an e-bulletin is recorded.",
        "delivery_plan": "No delivery plan with priorities is recorded.",
        "costs": "No cost of a session is written down, 1 September 2023 to 30 September 2024.",
        "budget": "",
        "documents": "",
        "effect": "Results are released by report year, so there are none for other days.",
        "you_said": "No action that came from a forum or from children and families was done in the period.",
        "quotes": "No sentence of a course held in the period has been published.",
    }


def test_the_chapter_asks_the_same_few_questions_however_much_there_is(kirklees: Flask) -> None:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("SELECT"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    sections(published_kirklees())
    much = len(seen)
    sections(annual("2023-24", first=date(2023, 9, 1), last=date(2023, 9, 8), today=TODAY))
    event.remove(db.engine, "before_cursor_execute", note)
    assert len(seen) - much == much <= 30


# Wakefield --------------------------------------------------------------------------------------------------------------


def test_wakefield_school_training_stands_in_its_two_units(wakefield: Flask) -> None:
    chapter = annual("2022-23", today=TODAY)
    in_schools = [(row.code, row.schools, row.sessions) for row in chapter.in_unit(CountedBy.SCHOOLS)]
    assert in_schools == [("BAR", 62, 62), ("SWP", 59, 59)]
    in_sessions = [(row.code, row.sessions) for row in chapter.in_unit(CountedBy.SESSIONS)]
    assert in_sessions == [("GOV", 21), ("DSL", 20), ("SRS", 3), ("ECT", 2)]
    assert all(row.delegates >= row.sessions for row in chapter.schools)
    assert all(row.published and int(row.published.number) in (row.schools, row.sessions) for row in chapter.schools)
    assert 62 <= chapter.schools_reached < 62 + 59


def test_there_is_no_total_across_the_units(wakefield: Flask) -> None:
    by_schools = table("education_training_schools", "2022-23")
    by_sessions = table("education_training_sessions", "2022-23")
    assert by_schools.caption == "Training for schools, counted in schools, 1 April 2022 to 31 March 2023"
    assert [measure.key for measure in by_schools.measures] == ["schools", "sessions", "delegates"]
    assert [measure.key for measure in by_sessions.measures] == ["sessions", "schools", "delegates"]
    assert by_schools.total is not None
    assert by_sessions.total is not None
    # Whole-school training: each school once. Open sessions: no total of schools at all.
    assert by_schools.total.figures[0].value == annual("2022-23", today=TODAY).schools_reached
    assert [figure.value for figure in by_sessions.total.figures][:2] == [46, None]
    assert by_sessions.total.figures[1].why == "not added"
    assert by_sessions.notes[-1].startswith("There is no total over these tables")
    assert "62 and 59" in by_sessions.flags[0].counted


def test_wakefield_subscribers_are_counted_and_the_printed_total_is_flagged(wakefield: Flask) -> None:
    found = table("ebulletin_sector", "2022-23")
    printed = {(one.key, one.period_end): int(one.value) for one in figures_of("wakefield", "ebulletin_sector")}
    assert len(found.lines) == 13
    for line in found.lines:
        now, before, change = line.figures
        assert (now.value, before.value) == (printed[line.key, date(2023, 3, 31)], printed[line.key, date(2022, 3, 31)])
        assert (now.agrees, before.agrees) == (True, True)
        assert (now.value or 0) - (before.value or 0) == change.value
    assert found.total is not None
    assert [figure.value for figure in found.total.figures] == [1058, 953, 105]
    assert figure_words(found.total.figures[2], found.measures[2]) == "+105"
    assert found.total.figures[0].printed is not None
    assert (found.total.figures[0].printed.words, found.total.figures[0].agrees) == ("1,035", False)
    stated = [flag.stated for flag in found.flags]
    assert stated[0] == "1,035 subscribers on 31 March 2023"
    assert len(stated) == 3


def test_wakefield_editions_and_priorities(wakefield: Flask) -> None:
    editions = table("ebulletin_editions", "2022-23")
    assert [line.figures[0].value for line in editions.all_lines] == [12, 3, 15]
    assert [line.figures[0].agrees for line in editions.all_lines] == [True, True, True]
    priorities = table("delivery_plan", "2022-23")
    assert [line.key for line in priorities.lines] == [str(number) for number in range(1, 14)]
    assert priorities.total is None
    assert priorities.caption.startswith("Wakefield delivery plan, November 2022 to March 2025")


def test_another_year_does_not_repeat_what_is_wrong_with_the_report_of_this_one(wakefield: Flask) -> None:
    # A year later the printed day is the year before, so the subscribers keep their flags; the school training does not.
    assert {flag.table for flag in annual("2023-24", today=TODAY).flags} == {"ebulletin_sector"}
    assert {flag.table for flag in annual("2024-25", today=TODAY).flags} == {"period"}


# Any partnership --------------------------------------------------------------------------------------------------------


def test_records_made_by_somebody_else_come_to_the_published_table(app: Flask) -> None:
    if not SEED_RECORDS.exists():
        pytest.skip("the seed records lie in ../shared/data/seed_records, which is not here")
    with (SEED_RECORDS / "kirklees_sessions.csv").open(encoding="utf-8", newline="") as lines:
        given = list(csv.DictReader(lines))
    with (SEED_RECORDS / "kirklees_attendance.csv").open(encoding="utf-8", newline="") as lines:
        attended = list(csv.DictReader(lines))
    expected = json.loads((SEED_RECORDS / "kirklees_core_training.expected.json").read_text(encoding="utf-8"))
    courses = {title: course(title=title) for title in dict.fromkeys(row["course"] for row in given)}
    held = {
        row["session"]: course_session(
            courses[row["course"]],
            starts_at=from_london(date.fromisoformat(row["date"]), 9),
            mode=Mode(row["mode"]),
            venue=None,
            cancelled_at=datetime(2023, 1, 1, tzinfo=UTC) if row["status"] == "cancelled" else None,
        )
        for row in given
    }
    agencies = {name: organisation(name) for name in {row["agency"] for row in attended}}
    people = {row["person"]: person(row["person"], organisation=agencies[row["agency"]]) for row in attended}
    marks = {"attended": Mark.ATTENDED, "no-show": Mark.NO_SHOW}
    for row in attended:
        if row["state"] in marks:
            came(held[row["session"]], people[row["person"]], mark=marks[row["state"]])
    for period, figures in (("period_as_published", "published"), ("report_year", "report_year_figures")):
        first, last = (date.fromisoformat(day) for day in expected[period])
        taught = annual("2023-24", first=first, last=last, today=TODAY).taught
        counted = {row.title: {"courses": row.courses, "delegates": row.delegates} for row in taught.rows}
        assert counted == expected[figures]
    first, last = (date.fromisoformat(day) for day in expected["period_as_published"])
    people_once = annual("2023-24", first=first, last=last, today=TODAY).taught.people
    assert people_once == expected["distinct_people_in_published_period"]


def test_what_counts_and_what_does_not(app: Flask) -> None:
    first = course_session(starts_at=from_london(date(2024, 4, 1), 0, 0), mode=Mode.VIRTUAL, venue=None)
    last = course_session(first.course, starts_at=from_london(date(2025, 3, 31), 23, 30))
    amina, tom, mei = person("Amina"), person("Tom"), person("Mei")
    came(first, amina, tom)
    came(first, mei, mark=Mark.NO_SHOW)
    came(last, amina, mark=Mark.LEFT_EARLY)
    # A minute outside on either side, cancelled, and held for nobody: none of them counts.
    came(course_session(first.course, starts_at=from_london(date(2024, 3, 31), 23, 59)), amina)
    came(course_session(first.course, starts_at=from_london(date(2025, 4, 1))), amina)
    came(course_session(first.course, cancelled_at=datetime(2024, 11, 1, tzinfo=UTC)), amina)
    course_session(first.course)
    # A mark that was corrected counts as corrected.
    corrected = course_session(first.course, starts_at=from_london(date(2024, 6, 1), 9))
    came(corrected, tom)
    mark = db.session.scalars(db.select(AttendanceMark).where(AttendanceMark.marked_at == corrected.ends_at)).one()
    mark.replaced_at = corrected.ends_at + timedelta(hours=1)
    db.session.flush()
    db.session.add(AttendanceMark(booking=mark.booking, mark=Mark.NO_SHOW, marked_at=mark.replaced_at))
    taught = annual("2024-25", today=date(2025, 6, 1)).taught
    assert (taught.courses, taught.delegates, taught.people, taught.online) == (2, 3, 2, 1)


def test_subscribers_are_those_whose_subscription_had_begun_and_not_ended(app: Flask) -> None:
    partnership()
    sector = Sector(key="health", name="Health", position=1)
    days = [
        (date(2023, 3, 31), None),
        (date(2024, 3, 31), None),
        (date(2024, 4, 1), None),
        (date(2020, 1, 1), date(2024, 3, 31)),
        (date(2020, 1, 1), date(2024, 4, 1)),
        (date(2020, 1, 1), date(2023, 3, 31)),
    ]
    db.session.add_all(
        Subscriber(email=f"a{number}@agency.example", sector=sector, subscribed_on=first, unsubscribed_on=last)
        for number, (first, last) in enumerate(days)
    )
    db.session.add_all(
        Edition(title="x", sent_on=day, special=special)
        for day, special in [(date(2023, 4, 1), False), (date(2024, 3, 31), True), (date(2024, 4, 1), False)]
    )
    chapter = annual("2023-24", today=date(2025, 1, 1))
    assert [(row.now, row.before, row.change) for row in chapter.bulletin] == [(3, 3, 0)]
    assert (chapter.editions_monthly, chapter.editions_special) == (1, 1)


def test_a_period_that_has_not_ended_counts_until_today_and_says_so(app: Flask) -> None:
    partnership()
    sector = Sector(key="health", name="Health", position=1)
    leaves = Subscriber(email="a@agency.example", sector=sector, subscribed_on=date(2024, 5, 1))
    leaves.unsubscribed_on = date(2024, 12, 1)
    db.session.add(leaves)
    chapter = annual("2024-25", today=TODAY)
    assert chapter.bulletin_day == TODAY
    assert chapter.subscribers == 1
    (flag,) = period_flags(chapter)
    assert flag_sentence(flag) == (
        "The records end on 8 October 2024. The period ends on 31 March 2025. "
        "The counts of a period that has not ended will still change."
    )


def test_a_day_only_leap_years_have(app: Flask) -> None:
    chapter = annual("2023-24", last=date(2024, 2, 29), today=TODAY)
    assert sections(chapter)[3].empty


def test_e_learning_of_the_period_is_what_was_booked_in_it(app: Flask) -> None:
    one = course("ACN", kind=CourseKind.E_LEARNING)
    for booked, started in ((date(2024, 3, 31), None), (date(2024, 4, 1), date(2025, 5, 1)), (date(2025, 4, 1), None)):
        db.session.add(
            Enrolment(
                course=one,
                person=person(),
                booked_at=from_london(booked, 9),
                started_at=from_london(started, 9) if started else None,
            )
        )
    rows = annual("2024-25", today=date(2025, 6, 1)).elearning
    assert [(row.booked, row.started, row.completed) for row in rows] == [(1, 1, 0)]


def test_a_whole_school_session_counts_its_host_and_an_open_one_the_schools_people_came_from(app: Flask) -> None:
    first, second = (organisation(name, kind=OrganisationKind.SCHOOL) for name in ("Oxgate", "Thornbeck"))
    visitor, other = person("Tom", organisation=second), person("Mei", organisation=organisation("Police"))
    hosted = course(kind=CourseKind.SCHOOL, counted_by=CountedBy.SCHOOLS)
    for _ in range(2):
        came(course_session(hosted, host_organisation=first), person(organisation=first), visitor, other)
    came(course_session(course(kind=CourseKind.SCHOOL, counted_by=CountedBy.SESSIONS)), visitor, other)
    chapter = annual("2024-25", today=date(2025, 1, 1))
    assert [(row.schools, row.sessions, row.delegates) for row in chapter.schools] == [(1, 2, 6), (1, 1, 2)]
    assert chapter.schools_reached == 1


def test_a_school_course_counted_otherwise_still_stands_in_the_chapter(app: Flask) -> None:
    new: Callable[..., Course] = course
    session = course_session(new("LSA", kind=CourseKind.SCHOOL, counted_by=CountedBy.PEOPLE))
    came(session, person(), person("Tom"))
    found = table("education_training_delegates", "2024-25", last=TODAY + timedelta(days=90))
    assert [line.figures[0].value for line in found.all_lines] == [2, 2]


@pytest.mark.parametrize(
    "year", ["2023", "2023-25", "23-24", "2023/24", "", "x", "2023-24 ", "٢٠٢٣-٢٤", "0000-01", "9999-00", "1889-90"]
)
def test_what_is_no_report_year_is_refused_in_a_sentence(year: str) -> None:
    with pytest.raises(RuleBroken, match=r"is not a report year\. Write it like 2023-24"):
        report_year(year)


def test_a_report_year_runs_from_april_to_march() -> None:
    assert report_year("2023-24") == (date(2023, 4, 1), date(2024, 3, 31))
    assert report_year("1999-00") == (date(1999, 4, 1), date(2000, 3, 31))


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        (date(2024, 2, 1), date(2024, 1, 31), "The period ends before it begins"),
        (date(1, 1, 1), date(2024, 1, 31), "Choose days from 1 January 1990 to 31 December 2100"),
        (date(2024, 2, 1), date(9999, 12, 31), "Choose days from 1 January 1990 to 31 December 2100"),
        (date(2024, 10, 9), date(2024, 12, 31), "The period begins on 9 October 2024"),
    ],
)
def test_a_period_nothing_can_be_counted_in_is_refused(app: Flask, first: date, last: date, sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        annual("2023-24", first=first, last=last, today=TODAY)
