"""Who comes and who never does: every person once, shares only of numbers that were given, and nobody named."""

import io
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import func, select

from lms import dates, imports
from lms.accounts.models import Person
from lms.attendance.models import AttendanceMark, Mark
from lms.bookings.models import Booking
from lms.coverage.queries import Coverage, coverage
from lms.db import db
from lms.imports import Result
from lms.organisations.models import Organisation, Sector, WorkforceCount
from lms.roles import Role
from tests.browsing import send
from tests.factories import NOW, booking, course_session, organisation, partnership, person

SignIn = Callable[[Person], FlaskClient]
FIRST, LAST = date(2023, 10, 9), date(2024, 10, 8)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "now", lambda: NOW)


@pytest.fixture
def health(app: Flask) -> Sector:
    partnership()
    sector = Sector(key="health", name="Health", position=500)
    db.session.add(sector)
    db.session.flush()
    return sector


def _came(who: Person, on: date = date(2024, 5, 1), mark: Mark = Mark.ATTENDED) -> Booking:
    session = course_session(starts_at=dates.from_london(on, 10))
    booked = booking(session, who)
    db.session.add(AttendanceMark(booking=booked, mark=mark, marked_at=session.ends_at))
    db.session.flush()
    return booked


def _number(of: Organisation, people: int, on: date = date(2024, 4, 1)) -> None:
    db.session.add(WorkforceCount(organisation=of, counted_on=on, people=people))
    db.session.flush()


def _of_health(found: Coverage) -> tuple[int, int, int | None]:
    (one,) = [one for one in found.sectors if one.name == "Health"]
    return one.came, one.came_of_given, one.workforce


def test_each_person_is_counted_once_in_a_sector_and_once_in_all(health: Sector) -> None:
    ward, clinic = organisation("Ward", sector=health), organisation("Clinic", sector=health)
    mover = person(organisation=ward)
    _came(mover), _came(mover, date(2024, 6, 1))
    mover.organisation = clinic
    _came(mover, date(2024, 7, 1))
    mover.organisation = organisation("Police")
    _came(mover, date(2024, 8, 1))
    found = coverage(FIRST, LAST)
    assert _of_health(found) == (1, 0, None)
    came = {one.name: one.came for one in found.total.agencies}
    assert (came["Ward"], came["Clinic"], came["Police"]) == (1, 1, 1)
    assert found.total.came == 1, "who changed sector is in both, and once in the total"


def test_where_somebody_worked_then_is_what_counts(health: Sector) -> None:
    ward = organisation("Ward", sector=health)
    left = person(organisation=ward)
    _came(left)
    left.organisation = organisation("Police")
    db.session.flush()
    assert _of_health(coverage(FIRST, LAST))[0] == 1


def test_a_share_is_only_of_those_whose_organisation_gave_a_number(health: Sector) -> None:
    ward, clinic = organisation("Ward", sector=health), organisation("Clinic", sector=health)
    for of in (ward, ward, clinic):
        _came(person(organisation=of))
    assert _of_health(coverage(FIRST, LAST)) == (3, 0, None)
    _number(ward, 20)
    assert _of_health(coverage(FIRST, LAST)) == (3, 2, 20)


def test_the_latest_number_up_to_the_last_day_is_the_base(health: Sector) -> None:
    ward = organisation("Ward", sector=health)
    _number(ward, 10, date(2022, 4, 1))
    _number(ward, 30, date(2024, 4, 1))
    _number(ward, 50, date(2024, 10, 9))
    assert _of_health(coverage(FIRST, LAST))[2] == 30
    assert _of_health(coverage(date(2022, 4, 1), date(2023, 3, 31)))[2] == 10
    assert _of_health(coverage(date(2021, 4, 1), date(2022, 3, 31)))[2] is None


@pytest.mark.parametrize("mark", [Mark.NO_SHOW, Mark.APOLOGY])
def test_who_did_not_come_is_not_counted(health: Sector, mark: Mark) -> None:
    _came(person(organisation=organisation("Ward", sector=health)), mark=mark)
    assert coverage(FIRST, LAST).total.came == 0


@pytest.mark.parametrize(
    ("on", "counted"),
    [(date(2023, 10, 8), 0), (date(2023, 10, 9), 1), (date(2024, 10, 8), 1), (date(2024, 10, 9), 0)],
)
def test_both_days_of_a_period_belong_to_it(health: Sector, on: date, counted: int) -> None:
    _came(person(organisation=organisation("Ward", sector=health)), on)
    assert coverage(FIRST, LAST).total.came == counted


def test_the_page_says_what_was_given_when_and_what_was_not(health: Sector, sign_in: SignIn) -> None:
    ward = organisation("Ward", sector=health)
    organisation("Silent Surgery", sector=health)
    _came(person(organisation=organisation("Lost Clinic", sector=health)), date(2021, 5, 4))
    for _ in range(12):
        _came(person("Canary", "Name", organisation=ward))
    _number(ward, 11, date(2021, 4, 1))
    text = sign_in(person("Judith", "Hargreave", Role.SCRUTINEER)).get("/coverage").text
    for words in (
        "12 of 11 (109%)", "More came than the number given", "1 April 2021", "Old: ask again", "Never here",
        "4 May 2021", "Not given", "no number", "12 people",
    ):  # fmt: skip
        assert words in text
    assert "Canary" not in text
    assert "Workforce numbers" not in text, "the scrutineer changes nothing"


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("first-day=1&first-month=4&first-year=2022&last-day=31&last-month=3&last-year=2023", "1 April 2022 to 31 March 2023"),
        ("first-day=1&first-month=4&first-year=2030&last-day=31&last-month=3&last-year=2031", "still to come"),
        ("first-day=2&first-month=4&first-year=2022&last-day=1&last-month=4&last-year=2022", "before the first"),
        ("first-day=31&first-month=2&first-year=2022&last-day=1&last-month=4&last-year=2022", "a day that exists"),
        ("", "9 October 2023 to 8 October 2024"),
    ],
)  # fmt: skip
def test_any_period_can_be_asked_for(app: Flask, sign_in: SignIn, query: str, says: str) -> None:
    assert says in sign_in(person("Priya", "Nair", Role.LD_GROUP)).get(f"/coverage?{query}").text


def test_the_files_carry_every_share_with_its_base(health: Sector, sign_in: SignIn) -> None:
    ward = organisation("Ward", sector=health)
    _came(person("Canary", "Name", organisation=ward))
    _number(ward, 20)
    page = sign_in(person("Siân", "Morgan", Role.LD_OFFICER))
    text = page.get("/coverage.csv").text
    assert "Ward,Health,1,20,0.05,2024-04-01,2024-05-01" in text
    assert "Canary" not in text
    book = load_workbook(io.BytesIO(page.get("/coverage.xlsx").data))
    rows = {row[0].value: [cell.value for cell in row] for row in book["By sector"].iter_rows()}
    assert rows["Health"][1:8] == [1, 1, 1, 1, 1, 20, 0.05]
    assert book.sheetnames == ["By sector", "By organisation"]


def test_a_hundred_organisations_take_as_many_queries_as_one(
    health: Sector, sign_in: SignIn, count_queries: list[str]
) -> None:
    page = sign_in(person("Siân", "Morgan", Role.LD_OFFICER))
    sizes = []
    for number in (1, 100):
        for one in range(number):
            of = organisation(f"Ward {number}-{one}", sector=health)
            _came(person(organisation=of))
            _number(of, 10)
        db.session.commit()
        page.get("/coverage")
        count_queries.clear()
        page.get("/coverage")
        sizes.append(len(count_queries))
    assert sizes[0] == sizes[1]


# The numbers.


def test_a_lead_gives_the_number_of_their_own_organisation(health: Sector, sign_in: SignIn) -> None:
    ward = organisation("Ward", sector=health)
    page = sign_in(person("Helen", "Ward", Role.TRAINING_LEAD, organisation=ward))
    day = {"counted_on-day": "1", "counted_on-month": "9", "counted_on-year": "2024"}
    assert send(page, "/agency/workforce", people="1,058", **day).status_code == 303
    assert send(page, "/agency/workforce", people="1060", **day).status_code == 303
    assert [one.people for one in db.session.scalars(select(WorkforceCount))] == [1060], "the same day is put right"
    future = send(page, "/agency/workforce", people="5", **{**day, "counted_on-year": "2025"})
    assert future.status_code == 422
    assert "not in the future" in future.text
    assert page.get(f"/coverage/workforce/{ward.id}").status_code == 403


def test_an_officer_gives_the_number_of_any_organisation(health: Sector, sign_in: SignIn) -> None:
    ward = organisation("Ward", sector=health)
    page = sign_in(person("Siân", "Morgan", Role.LD_OFFICER))
    day = {"counted_on-day": "1", "counted_on-month": "9", "counted_on-year": "2024"}
    assert send(page, f"/coverage/workforce/{ward.id}", people="22", **day).status_code == 303
    assert "1 September 2024" in page.get("/coverage/workforce").text


def _import(text: str, *, check: bool = False) -> Result:
    db.session.commit()
    return imports.run(imports.kinds["workforce"], text.encode(), now=NOW, check=check)


def test_a_file_of_numbers_run_twice_adds_nothing(health: Sector) -> None:
    organisation("Ward", sector=health), organisation("Clinic", sector=health)
    file = 'Agency,Counted on,Workforce\r\nward,1/4/2024,"1,058"\r\nClinic,2024-04-01,22\r\n'
    assert vars(_import(file, check=True))["added"] == 2
    assert db.session.scalar(select(func.count()).select_from(WorkforceCount)) == 0
    assert vars(_import(file)) == {"rows": 2, "added": 2, "changed": 0, "unchanged": 0, "refused": []}
    assert vars(_import(file)) == {"rows": 2, "added": 0, "changed": 0, "unchanged": 2, "refused": []}
    put_right = vars(_import(file.replace("22", "23")))
    assert (put_right["changed"], put_right["unchanged"]) == (1, 1)


def test_a_row_that_cannot_be_is_refused_with_its_reason(health: Sector) -> None:
    organisation("Ward", sector=health)
    result = _import(
        "organisation,counted_on,people\r\nWard,2030-01-01,5\r\nWard,2024-04-01,\r\nNobody,2024-04-01,5\r\n"
        "Ward,2024-04-01,2000000\r\n"
    )
    assert [one.row for one in result.refused] == [2, 3, 4, 5]
    assert "not in the future" in result.refused[0].why
    assert db.session.scalar(select(func.count()).select_from(WorkforceCount)) == 0


def test_the_command_takes_a_file(
    lms: Callable[..., subprocess.CompletedProcess[str]], fresh_database: Callable[[], str], tmp_path: Path
) -> None:
    file = tmp_path / "workforce.csv"
    file.write_text("organisation,sector,counted_on,people\nWard,health,2024-04-01,5\n", encoding="utf-8")
    done = lms("import", "workforce", str(file), "--json", database=fresh_database())
    assert done.returncode == 1, "there is no sector yet"
    assert "is not one of the sectors" in done.stdout
