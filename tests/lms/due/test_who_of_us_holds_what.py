"""An organisation's own page: who holds what, in words; duties; booking from there; files; nobody else's people."""

import io
from collections.abc import Callable
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import insert, select

from lms.accounts.models import Person, PersonRole
from lms.attendance.models import Mark
from lms.db import db
from lms.due.models import PersonDuty
from lms.due.rules import DueState
from lms.due.standing import standing, standing_of
from lms.elearning.models import Enrolment
from lms.organisations.models import Organisation
from lms.roles import Role
from tests.browsing import send
from tests.factories import NOW, course, course_session, organisation, person
from tests.lms.due.conftest import came, dsl_course, group, rule

SignIn = Callable[[Person], FlaskClient]


@pytest.fixture
def head(school: Organisation) -> Person:
    return person("Paul", "Demir", Role.HEADTEACHER, organisation=school, job="Headteacher")


def _state_of(who: Person) -> DueState:
    (at,) = standing_of(who, NOW).lines[0].stands.values()
    return at.state


def test_each_person_stands_there_with_a_word_and_a_day(school: Organisation, head: Person, sign_in: SignIn) -> None:
    counts = dsl_course()
    rule(group("dsl", role=Role.DSL), "DSL")
    for name, on in (("Ash", date(2024, 3, 1)), ("Birch", date(2022, 12, 1)), ("Cedar", date(2022, 10, 7))):
        came(person("Sam", name, Role.DSL, organisation=school), counts, on)
    person("Sam", "Dell", Role.DSL, organisation=school)
    page = sign_in(head).get("/agency/training").text
    for words in (
        "until 1 March 2026", "until 1 December 2024", "ran out on 7 October 2024", "nothing on record",
        "In date", "Due soon", "Overdue", "Not known", "2 of 4",
    ):  # fmt: skip
        assert words in page
    assert page.index("Ash") < page.index("Birch") < page.index("Cedar") < page.index("Dell")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("show=overdue", {"Cedar"}), ("show=due_soon", {"Birch"}), ("show=not_known", {"Dell"}),
        ("show=away", {"Dell", "Cedar", "Demir"}), ("q=ash", {"Ash"}), ("q=nobody", set()), ("show=nonsense", None),
    ],
)  # fmt: skip
def test_the_list_is_narrowed_to_what_is_asked(
    school: Organisation, head: Person, sign_in: SignIn, query: str, names: set[str] | None
) -> None:
    counts = dsl_course()
    rule(group("dsl", role=Role.DSL), "DSL")
    for name, on in (("Ash", date(2024, 3, 1)), ("Birch", date(2022, 12, 1)), ("Cedar", date(2022, 10, 7))):
        came(person("Sam", name, Role.DSL, organisation=school), counts, on)
    person("Sam", "Dell", Role.DSL, organisation=school)
    everybody = {"Ash", "Birch", "Cedar", "Dell", "Demir"}
    text = sign_in(head).get(f"/agency/training?{query}").text
    people = text[text.index('id="people"') :]
    assert {name for name in everybody if f"Sam {name}" in people or f"Paul {name}" in people} == (
        everybody if names is None else names
    )


def test_only_who_was_there_holds_it_and_only_whole_days_count_hours(school: Organisation) -> None:
    counts = dsl_course()
    hours = rule(
        group(), any_course=True, renew_every_months=None, hours=6.0, hours_over_months=36, participatory_share=0.5
    )
    people = {mark: person("Sam", mark.value, organisation=school) for mark in Mark}
    for mark, who in people.items():
        came(who, counts, date(2024, 5, 1), mark)
    states = {mark: standing_of(who, NOW).lines[0].stands[hours.id] for mark, who in people.items()}
    assert states[Mark.ATTENDED].state is DueState.IN_DATE
    assert (states[Mark.PART].held_on, states[Mark.PART].hours) == (date(2024, 5, 1), 0)
    assert states[Mark.NO_SHOW].state is DueState.NOT_KNOWN
    assert states[Mark.APOLOGY].state is DueState.NOT_KNOWN


def test_e_learning_counts_from_the_day_it_was_finished(school: Organisation) -> None:
    counts = dsl_course()
    rule(group(), "DSL")
    started, finished = person("Sam", "Ash", organisation=school), person("Sam", "Birch", organisation=school)
    db.session.add(Enrolment(course=counts, person=started, booked_at=NOW, started_at=NOW))
    db.session.add(Enrolment(course=counts, person=finished, booked_at=NOW, started_at=NOW, completed_at=NOW))
    db.session.flush()
    assert (_state_of(started), _state_of(finished)) == (DueState.NOT_KNOWN, DueState.IN_DATE)


def test_who_changes_employer_keeps_what_they_hold_and_leaves_their_duties(school: Organisation, head: Person) -> None:
    counts, panel = dsl_course(), group("panel", role=None)
    rule(group(), "DSL")
    rule(panel, "SRS", key="panel", title="Safer recruitment")
    mover = person("Sam", "Ash", organisation=school)
    came(mover, counts, date(2024, 5, 1))
    db.session.add(PersonDuty(person=mover, group=panel, organisation=school, set_at=NOW))
    db.session.flush()
    assert len(standing_of(mover, NOW).rules) == 2
    mover.organisation = organisation("Other School", kind=school.kind)
    db.session.flush()
    assert _state_of(mover) is DueState.IN_DATE


def test_a_lead_names_people_for_a_duty_and_ends_it(school: Organisation, head: Person, sign_in: SignIn) -> None:
    panel = group("panel", role=None)
    rule(panel, "SRS", title="Safer recruitment")
    people = [person("Sam", name, organisation=school) for name in ("Ash", "Birch")]
    page = sign_in(head)
    ids = f"people={people[0].id}&people={people[1].id}"
    asked = page.get(f"/agency/training/ticked?do=duty&{ids}")
    assert urlsplit(asked.location).path == "/agency/training/duties"
    since = {"since-day": "1", "since-month": "9", "since-year": "2024"}
    assert send(page, f"/agency/training/duties?{ids}", group=str(panel.id), **since).status_code == 303
    assert "Safer recruitment" in page.get("/agency/training").text
    again = send(page, f"/agency/training/duties?{ids}", group=str(panel.id))
    assert "All of them are in" in page.get(again.location).text
    duty = db.session.scalars(select(PersonDuty).where(PersonDuty.person_id == people[0].id)).one()
    assert (duty.since, duty.set_by_id) == (date(2024, 9, 1), head.id)
    path = f"/agency/training/duties/{duty.id}"
    early = send(page, path, **{"last-day": "31", "last-month": "8", "last-year": "2024"})
    assert "began on 1 September 2024" in early.text
    assert send(page, path, **{"last-day": "7", "last-month": "10", "last-year": "2024"}).status_code == 303
    assert standing_of(people[0], NOW).rules == []
    assert len(standing_of(people[1], NOW).rules) == 1


def test_another_organisations_people_and_duties_are_not_there(
    school: Organisation, head: Person, sign_in: SignIn
) -> None:
    rule(group(), "DSL")
    elsewhere = person("Canary", "Elsewhere", organisation=organisation("Other School", kind=school.kind))
    panel = group("panel", role=None)
    db.session.add(PersonDuty(person=elsewhere, group=panel, organisation=elsewhere.organisation, set_at=NOW))
    db.session.flush()
    duty = db.session.scalars(select(PersonDuty)).one()
    page = sign_in(head)
    assert "Canary" not in page.get("/agency/training").text
    assert "Canary" not in page.get("/agency/training.csv").text
    assert page.get(f"/agency/training/{elsewhere.id}").status_code == 404
    assert page.get(f"/agency/training/duties?people={elsewhere.id}").status_code == 404
    assert page.get(f"/agency/training/duties/{duty.id}").status_code == 404
    sent = page.get(f"/agency/training/ticked?do=book&people={elsewhere.id}&people={head.id}")
    assert parse_qs(urlsplit(sent.location).query) == {"people": [str(head.id)]}


def test_booking_the_team_leads_to_the_next_session_that_counts_with_these_people_ticked(
    school: Organisation, head: Person, sign_in: SignIn
) -> None:
    rule(group(), "DSL")
    counts = dsl_course()
    soon = course_session(counts, reference="DSL-1")
    course_session(counts, reference="DSL-2", starts_at=soon.starts_at.replace(month=12))
    course_session(course("NEG"), reference="NEG-1")
    ash = person("Sam", "Ash", organisation=school)
    page = sign_in(head)
    text = page.get("/agency/training").text
    assert 'value="DSL-1"' in text
    assert "DSL-2" not in text
    assert "NEG-1" not in text
    to = page.get(f"/agency/training/ticked?do=book&session=DSL-1&people={ash.id}").location
    assert f'id="people-{ash.id}"' in page.get(to).text or "checked" in page.get(to).text
    assert urlsplit(to).path == "/sessions/DSL-1/book-team"
    nobody = page.get("/agency/training/ticked?do=book&session=DSL-1")
    assert "Tick at least one person first" in page.get(nobody.location).text


def test_the_files_hold_what_the_page_says(school: Organisation, head: Person, sign_in: SignIn) -> None:
    rule(group("dsl", role=Role.DSL), "DSL")
    came(person("=Sam", "Ash", Role.DSL, organisation=school), dsl_course(), date(2022, 10, 7))
    page = sign_in(head)
    text = page.get("/agency/training.csv?show=overdue").text
    assert text.count("\r\n") == 2, "as it is narrowed on the page"
    assert "Ash,'=Sam" in text
    assert "Overdue,ran out on 7 October 2024,2022-10-07,2024-10-07" in text
    book = load_workbook(io.BytesIO(page.get("/agency/training.xlsx").data))
    assert book.sheetnames == ["Who holds what", "Figures"]
    figures = [cell.value for cell in book["Figures"][2]]
    assert figures[:6] == ["DSL training", 0, 0, 1, 0, 1]


def test_a_person_reads_what_they_must_hold_and_is_told_what_is_due(school: Organisation, sign_in: SignIn) -> None:
    rule(group("dsl", role=Role.DSL), "DSL")
    joanne = person("Joanne", "Kerr", Role.DSL, organisation=school)
    page = sign_in(joanne)
    assert "Nothing is on record of DSL training." in page.get("/learning").text
    came(joanne, dsl_course(), date(2022, 10, 7))
    assert "DSL training is overdue: ran out on 7 October 2024." in sign_in(joanne).get("/learning").text
    assert "Keeping children safe in education" in sign_in(joanne).get("/learning/due").text
    other = person("Sam", "Ash")
    assert "No rule that is switched on is about you" in sign_in(other).get("/learning/due").text
    assert "DSL training" not in sign_in(other).get("/learning").text


def test_the_partnership_reads_how_many_hold_it_and_nobodys_name(school: Organisation, sign_in: SignIn) -> None:
    rule(group("dsl", role=Role.DSL), "DSL")
    came(person("Canary", "One", Role.DSL, organisation=school), dsl_course(), date(2024, 5, 1))
    person("Canary", "Two", Role.DSL)
    text = sign_in(person("Judith", "Hargreave", Role.SCRUTINEER)).get("/coverage/training").text
    assert "1 of 2" in text
    assert "Canary" not in text


def _many(of: Organisation, number: int) -> None:
    first = [f"P{of.id}-{one}" for one in range(number)]
    db.session.execute(
        insert(Person),
        [
            {
                "first_name": name, "last_name": "Crowd", "email": f"{name}@agency.example".lower(), "job": "Teacher",
                "organisation_id": of.id, "manager_name": "", "manager_email": "", "password_hash": "",
                "calendar_version": 0, "made_up": False,
            }
            for name in first
        ],
    )  # fmt: skip
    ids = db.session.scalars(select(Person.id).where(Person.organisation_id == of.id, Person.last_name == "Crowd"))
    db.session.execute(insert(PersonRole), [{"person_id": one, "role": Role.PRACTITIONER} for one in ids])


@pytest.mark.parametrize(
    "path", ["/agency", "/agency?page=2", "/agency/training", "/agency/training?show=not_known", "/agency/training.csv"]
)
def test_5000_people_take_as_many_queries_as_5(
    path: str, app: Flask, school: Organisation, head: Person, sign_in: SignIn, count_queries: list[str]
) -> None:
    counts = dsl_course()
    rule(group(), "DSL")
    rule(group("dsl", role=Role.DSL), "DSL", title="DSL")
    small = organisation("Small School", kind=school.kind)
    lead = person("Helen", "Ward", Role.HEADTEACHER, organisation=small)
    for of, number in ((small, 4), (school, 4999)):
        _many(of, number)
        came(person("Sam", "Ash", Role.DSL, organisation=of), counts, date(2024, 5, 1))
    sizes = []
    for who in (lead, head):
        page = sign_in(who)
        page.get("/agency/training")
        count_queries.clear()
        assert page.get(path).status_code == 200
        sizes.append(len(count_queries))
    assert sizes[0] == sizes[1]
    assert len(standing(Person.organisation_id == school.id, NOW).lines) == 5001
