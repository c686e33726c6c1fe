"""One list of everything somebody learned, wherever; on the page, on paper and as a table."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from lms import dates, hooks, pdf
from lms.accounts.models import Person
from lms.attendance.models import AttendanceMark, Mark
from lms.bookings.models import Booking
from lms.catalogue.models import Course
from lms.db import db
from lms.elearning.models import Enrolment
from lms.learning import operations, queries, record, rules
from lms.learning.operations import Told
from lms.learning.record import EntryKind, Record, record_of
from lms.roles import Role
from tests.factories import NOW, booking, course, course_session, organisation, person, session_date

SignIn = Callable[[Person], FlaskClient]
MAY = datetime(2024, 5, 14, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _today(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "now", lambda: NOW)
    monkeypatch.setattr(hooks, "learning_panels", [])


def _came(who: Person, of: Course, mark: Mark, starts_at: datetime = MAY, **times: datetime | int) -> Booking:
    made = booking(course_session(of, starts_at=starts_at), who)
    db.session.add(AttendanceMark(booking_id=made.id, mark=mark, marked_at=MAY, **times))
    db.session.flush()
    return made


def _elearning(who: Person, of: Course, on: datetime = MAY) -> None:
    db.session.add(Enrolment(person=who, course=of, booked_at=on - HOUR, started_at=on - HOUR, completed_at=on))
    db.session.flush()


def _elsewhere(who: Person, title: str = "Safer recruitment", approved: bool = True, **told: object) -> None:
    said = Told(**{"title": title, "provider": "NSPCC", "done_on": date(2023, 3, 5), "hours": 4.0, **told})  # type: ignore[arg-type]
    past = operations.add_past(person=who, told=said, evidence=None, now=NOW)
    if approved:
        lead = person("Helen", "Ward", Role.DSL, organisation=who.organisation)
        operations.approve(past=past, by=lead, seen=queries.fingerprint(past), now=NOW)


def _record(who: Person) -> Record:
    return record_of(who, queries.learning_of([who], NOW)[who.id].past)


def _everything(who: Person) -> None:
    _came(who, course("NEG", title="Neglect", refresh_months=24), Mark.ATTENDED)
    _came(who, course(title="Left at eleven"), Mark.LEFT_EARLY, MAY + timedelta(1), until_at=MAY + timedelta(1, 5400))
    _came(who, course(title="Missed"), Mark.NO_SHOW, MAY + timedelta(2))
    _elearning(who, course(title="At a screen", hours=1.0), MAY + timedelta(3))
    _elsewhere(who, expires_on=date(2026, 3, 5), participatory_hours=2.0)
    _elsewhere(who, "Not yet looked at", approved=False)


def test_sessions_elearning_and_training_elsewhere_stand_in_one_list_the_latest_first(app: Flask) -> None:
    amina = person(organisation=organisation("Early help"))
    _everything(amina)
    mine = _record(amina)
    assert [(one.title, one.kind.value, one.said, one.hours.minutes, one.hours.participatory) for one in mine.entries] == [
        ("At a screen", "elearning", "Completed", 60, 0),
        ("Missed", "session", "Did not come", 0, 0),
        ("Left at eleven", "session", "Left early", 90, 0),
        ("Neglect", "session", "Came", 180, 150),
        ("Safer recruitment", "elsewhere", "Approved", 240, 120),
        ("Not yet looked at", "elsewhere", "Waits for approval", 0, 0),
    ]  # fmt: skip
    assert [one.title for one in mine.done] == ["At a screen", "Left at eleven", "Neglect", "Safer recruitment"]
    assert mine.hours == rules.Hours(570, 270)
    assert [(one.title, one.renew_by) for one in mine.to_renew] == [
        ("Safer recruitment", date(2026, 3, 5)),
        ("Neglect", date(2026, 5, 14)),
    ]


def test_only_the_last_time_of_the_same_training_is_to_be_renewed(app: Flask) -> None:
    amina, neglect = person(), course(title="Neglect", refresh_months=12)
    _came(amina, neglect, Mark.ATTENDED, MAY - timedelta(300))
    _came(amina, neglect, Mark.ATTENDED)
    assert [one.renew_by for one in _record(amina).to_renew] == [date(2025, 5, 14)]


def test_parts_of_several_dates_count_their_minutes_and_never_more_than_the_course_has(app: Flask) -> None:
    amina = person()
    session = course_session(course(hours=5.0), starts_at=MAY)
    second = session_date(session, MAY + timedelta(7))
    session_date(session, MAY + timedelta(14))
    made = booking(session, amina)
    first = session.dates[0]
    db.session.add_all(
        [
            AttendanceMark(booking_id=made.id, date=first, mark=Mark.ATTENDED, marked_at=MAY),
            AttendanceMark(
                booking_id=made.id, date=second, mark=Mark.PART, from_at=second.starts_at + HOUR, marked_at=MAY
            ),
            AttendanceMark(booking_id=made.id, date=session.dates[2], mark=Mark.NO_SHOW, marked_at=MAY),
        ]
    )
    db.session.flush()
    (entry,) = _record(amina).entries
    assert (entry.state, entry.hours.minutes) == (Mark.PART, 300)  # 3½ hours and 2½ hours are more than the course has
    assert record.minutes_there([made.id]) == {made.id: 360}


def test_an_online_report_says_how_long_somebody_was_there(app: Flask) -> None:
    amina = person()
    _came(amina, course(hours=3.0), Mark.PART, from_at=MAY, until_at=MAY + HOUR, minutes=44)
    assert _record(amina).hours.minutes == 44


def test_a_part_of_which_nobody_knows_how_long_it_was_counts_no_hours(app: Flask) -> None:
    amina = person()
    _came(amina, course(hours=3.0), Mark.LEFT_EARLY)
    assert (_record(amina).hours.minutes, len(_record(amina).done)) == (0, 1)


def test_the_page_shows_a_year_or_a_kind_when_asked(app: Flask, sign_in: SignIn) -> None:
    amina = person()
    _everything(amina)
    browser = sign_in(amina)
    whole = browser.get("/learning").text
    assert "At a screen" in whole
    assert "Renew by 14 May 2026" in whole
    year = browser.get("/learning?year=2023").text
    assert '<a class="gt-link" href="/learning/past/' in year
    assert "At a screen" not in year
    kind = browser.get("/learning?kind=elearning").text
    assert "At a screen" in kind
    assert "Left at eleven" not in kind
    assert "Nothing of this kind" in browser.get("/learning?kind=elearning&year=2023").text
    assert "At a screen" in browser.get("/learning?kind=dragons&year=99x9").text


def test_the_table_holds_everything_and_says_where_it_stands(app: Flask, sign_in: SignIn) -> None:
    amina = person(organisation=organisation("Early help"))
    _everything(amina)
    answer = sign_in(amina).get("/learning/record.csv")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(rows) == 6
    neglect = next(row for row in rows if row["What"] == "Neglect")
    assert (neglect["Course code"], neglect["Worked at"], neglect["Hours that count"], neglect["Renew by"]) == (
        "NEG", "Early help", "3.0", "2026-05-14",
    )  # fmt: skip
    assert "Amina-Yusuf" in answer.headers["Content-Disposition"]
    assert sign_in(amina).get("/learning/record.xlsx").data[:2] == b"PK"


def test_the_paper_holds_what_counts_and_nothing_else(app: Flask, sign_in: SignIn) -> None:
    amina = person("Amina", "O’Yusuf-Łęska", organisation=organisation("Early help"))
    _everything(amina)
    document = PdfReader(io.BytesIO(sign_in(amina).get("/learning/record.pdf").data))
    text = " ".join(page.extract_text() for page in document.pages)
    assert pdf.missing_glyphs == []
    for words in ("Amina O’Yusuf-Łęska", "Early help", "Neglect", "Left at eleven", "NSPCC", "9½ hours of learning"):
        assert words in " ".join(text.split()), words
    assert "Missed" not in text
    assert "Not yet looked at" not in text


def test_a_lead_sees_the_record_of_a_colleague_and_of_nobody_elsewhere(app: Flask, sign_in: SignIn) -> None:
    own = organisation("Early help")
    amina = person(organisation=own)
    _everything(amina)
    browser = sign_in(person("Helen", "Ward", Role.TRAINING_LEAD, organisation=own))
    page = browser.get(f"/agency/people/{amina.id}").text
    for words in ("At a screen", "Safer recruitment", "Waits for approval"):
        assert words in page
    assert browser.get(f"/agency/people/{amina.id}/record.csv").status_code == 200
    other = sign_in(person("Owen", "Pryce", Role.TRAINING_LEAD))
    for address in (f"/agency/people/{amina.id}", f"/agency/people/{amina.id}/record.pdf"):
        assert other.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/learning", "/learning/record.csv", "colleague"])
def test_a_record_of_200_entries_asks_no_more_than_one_of_5(
    app: Flask, sign_in: SignIn, count_queries: list[str], address: str
) -> None:
    own = organisation()
    amina = person(organisation=own)
    lead = person("Helen", "Ward", Role.TRAINING_LEAD, organisation=own)
    browser = sign_in(lead if address == "colleague" else amina)
    address = f"/agency/people/{amina.id}" if address == "colleague" else address
    asked, entries = [], 0
    kinds = (
        lambda day: _came(amina, course(), Mark.ATTENDED, MAY - timedelta(day)),
        lambda day: _came(amina, course(), Mark.PART, MAY - timedelta(day), minutes=30),
        lambda day: _elearning(amina, course(), MAY - timedelta(day)),
        lambda day: operations.load_past(
            person=amina, told=Told("X", "", date(2020, 1, 1) + timedelta(day), course=course()), now=NOW
        ),
        lambda day: operations.add_past(
            person=amina, told=Told("Y", "", date(2020, 1, 1) + timedelta(day)), evidence=None, now=NOW
        ),
    )
    for number in (5, 200):
        while entries < number:
            kinds[entries % 5](entries)
            entries += 1
        db.session.commit()
        browser.get(address)
        count_queries.clear()
        assert browser.get(address).status_code == 200
        asked.append(len(count_queries))
    assert len(_record(amina).entries) == 200
    assert {one.kind for one in _record(amina).entries} == set(EntryKind)
    assert asked[0] == asked[1], asked
