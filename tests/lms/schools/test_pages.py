"""The pages of the register, and one’s own school."""

import io
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from lms import dates
from lms.accounts.models import Person
from lms.attendance.models import AttendanceMark, Mark
from lms.db import db
from lms.due.operations import load_rules
from lms.organisations.models import Organisation, OrganisationKind, Sector
from lms.roles import Role
from lms.schools import queries
from lms.schools.models import School, SchoolStatus
from lms.set_up import rules_document
from tests.browsing import send, token
from tests.factories import NOW, booking, course, course_session, organisation, partnership, person
from tests.lms.schools.files import file_of, links_of, school, take

SignIn = Callable[[Person], FlaskClient]


@pytest.fixture(autouse=True)
def _here(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "now", lambda: NOW)
    partnership()
    db.session.add_all(
        [
            Sector(key="education", name="Education", position=900),
            Sector(key="early_years", name="Early years", position=901),
        ]
    )
    db.session.flush()


@pytest.fixture
def register() -> None:
    """Four schools, one of which became an academy."""
    take(
        file_of(
            school("100001", "Mill School", status="2", closed="31-08-2023"),
            school("100009", "Mill Academy", opened="01-09-2023", trust="Aire Trust", trust_code="5"),
            school(
                "100002",
                "Bank High School",
                **{"PhaseOfEducation (code)": "4", "TypeOfEstablishment (name)": "Free school"},
            ),
            school("100003", "Gone School", status="2", closed="31-08-2020"),
        ),
        links_of(("100001", "100009", "Successor"), ("100009", "100003", "Predecessor - merged")),
        name="edubasealldata20240901.csv",
    )


def at(urn: str) -> School:
    found = queries.school_by_address(urn)
    assert found
    return found


def post(client: FlaskClient, path: str, **fields: object) -> str:
    page = client.post(path, data={"csrf_token": token(client.get(path)), **fields}, content_type="multipart/form-data")
    assert page.status_code in (303, 422), page.status_code
    return page.headers.get("Location", "") or page.text


@pytest.mark.usefixtures("register")
def test_the_list_is_narrowed_counted_and_downloaded(sign_in: SignIn) -> None:
    adviser = sign_in(person("Jo", "Adviser", Role.EDUCATION_ADVISER))
    page = adviser.get("/schools").text
    assert "2 of 3 schools" in page
    assert "Gone School" not in page
    for narrowed, name in (("q=100001", "Mill Academy"), ("phase=secondary", "Bank High"), ("type=Free+school", "Bank High"),
                           (f"trust={at('100009').trust_id}", "Mill Academy"), ("status=closed", "Gone School")):  # fmt: skip
        page = adviser.get(f"/schools?{narrowed}").text
        assert ("1 of 3 schools" in page, name in page) == (True, True), narrowed
    assert "No school fits" in adviser.get("/schools?q=zebra").text
    sheet = load_workbook(io.BytesIO(adviser.get("/schools.xlsx?status=all").data)).active
    assert sheet
    assert [sheet.cell(row, 2).value for row in (2, 3, 4)] == ["Bank High School", "Gone School", "Mill Academy"]
    assert "Secretname" not in adviser.get("/schools.csv?status=all").text


def test_the_list_takes_as_many_queries_for_50_schools_as_for_2(sign_in: SignIn, count_queries: list[str]) -> None:
    adviser, found = sign_in(person("Jo", "Adviser", Role.SCRUTINEER)), []
    for number in (2, 50):
        take(
            file_of(
                *(school(str(100000 + n), f"School {n}", trust=f"Trust {n}", trust_code=str(n)) for n in range(number))
            )
        )
        db.session.commit()
        adviser.get("/schools")
        count_queries.clear()
        adviser.get("/schools")
        found.append(len(count_queries))
    assert found[0] == found[1]


@pytest.mark.usefixtures("register")
def test_a_school_shows_its_history_its_people_and_where_they_stand(sign_in: SignIn) -> None:
    load_rules(rules_document(), now=NOW)
    here = at("100009").organisation
    lead = person("Ruth", "Leader", Role.DSL, organisation=here, job="Deputy head")
    person("Hal", "Head", Role.HEADTEACHER, organisation=here, job="Headteacher")
    session = course_session(course("DSL", title="DSL training"), starts_at=dates.from_london(date(2022, 9, 1), 10))
    db.session.add(AttendanceMark(booking=booking(session, lead), mark=Mark.ATTENDED, marked_at=session.ends_at))
    recent = course_session(course("DSF", title="Leads’ forum"), starts_at=dates.from_london(date(2024, 6, 1), 10))
    db.session.add(AttendanceMark(booking=booking(recent, lead), mark=Mark.ATTENDED, marked_at=recent.ends_at))
    db.session.flush()
    adviser = sign_in(person("Jo", "Adviser", Role.EDUCATION_ADVISER))
    assert adviser.get("/schools/100001").headers["Location"].endswith("/schools/100009"), "an old number leads to it"
    page = adviser.get("/schools/100009").text
    for said in ("Ruth Leader", "every 2 years", "Overdue", "ran out on 1 September 2024", "Hal Head", "Aire Trust",
                 "Mill School", "31 August 2023", "It took in", "Gone School", "Leads’ forum",
                 "Nobody here is named as that"):  # fmt: skip
        assert said in page, said
    scrutineer = sign_in(person("Sam", "Scrutineer", Role.SCRUTINEER)).get("/schools/100009").text
    assert "Ruth Leader" not in scrutineer
    assert "ran out on 1 September 2024" in scrutineer
    own = sign_in(lead).get("/school").text
    assert "Hal Head" in own
    assert sign_in(lead).get("/schools/100009").status_code == 403
    assert "became part of" in adviser.get("/schools/100003").text
    assert adviser.get("/schools/123456").status_code == 404


@pytest.mark.parametrize(
    ("kind", "said"),
    [(OrganisationKind.SCHOOL, "not in the register"), (OrganisationKind.AGENCY, "which is no school")],
)
def test_who_has_no_school_in_the_register_is_told_why(kind: OrganisationKind, said: str, sign_in: SignIn) -> None:
    page = sign_in(person("Ruth", "Leader", Role.DSL, organisation=organisation("Mill", kind=kind))).get("/school")
    assert (page.status_code, said in page.text) == (200, True)
    assert sign_in(person("Pat", "Practitioner")).get("/school").status_code == 403


@pytest.mark.usefixtures("register")
def test_a_file_is_looked_at_before_it_changes_anything(sign_in: SignIn) -> None:
    adviser = sign_in(person("Jo", "Adviser", Role.EDUCATION_ADVISER))
    again = file_of(school("100009", "Mill Academy", pupils="230"), school("100010", "New School"))

    def sending(name: str = "edubasealldata20250901.csv", data: bytes = again) -> dict[str, object]:
        links = links_of(("100001", "100009", "Successor"))
        return {"file": (io.BytesIO(data), name), "links": (io.BytesIO(links), "links.csv"), "area": "384"}

    assert "ending in .csv" not in adviser.get("/schools/import").text
    first = post(adviser, "/schools/import", **sending())
    page = adviser.get(first).text
    for said in ("Nothing is changed yet", "New School", "200", "230", "Bank High School", "no longer"):
        assert said in page or said.capitalize() in page, said
    assert queries.school_by_address("100010") is None
    second = post(adviser, "/schools/import", **sending())
    assert adviser.get(first).status_code == 404, "only the latest waits"
    other = sign_in(person("Al", "Other", Role.EDUCATION_ADVISER))
    assert other.get(second).status_code == 404, "and only for whoever sent it"
    assert send(adviser, second, add="").status_code == 303
    assert at("100010").status is SchoolStatus.OPEN
    assert at("100009").pupils == 230
    page = other.get(second).text
    assert "Taken on" in page
    send(adviser, "/schools/import", second)
    assert "was taken already" in adviser.get(second).text
    third = post(
        adviser, "/schools/import", **sending(data=file_of(school("x", "Odd"), school("100009", "Mill Academy")))
    )
    assert "cannot be taken as it is" in adviser.get(third).text
    assert "Take the file" not in adviser.get(third).text
    adviser.post(f"{third}/discard", data={"csrf_token": token(adviser.get(third))})
    assert adviser.get(third).status_code == 404
    assert "Take a newer file" in post(adviser, "/schools/import", **sending("edubasealldata20240101.csv"))
    assert "lacks the columns" in post(adviser, "/schools/import", **sending(data=b"nonsense"))
    assert "three figures" in post(adviser, "/schools/import", **{**sending(), "area": "Wakefield"})


TYPED = {"name": "Forge Skills", "type_code": "own:alternative", "status": "open", "phase": "none"}


def test_an_alternative_provider_is_added_by_hand_and_changed_with_its_history(sign_in: SignIn) -> None:
    adviser = sign_in(person("Jo", "Adviser", Role.EDUCATION_ADVISER))
    for wrong, said in (({"low_age": "16", "high_age": "11"}, "under the youngest"), ({"postcode": "nowhere"}, "full postcode"),
                        ({"name": ""}, "Enter the name"), ({"urn": "12x"}, "six figures")):  # fmt: skip
        page = send(adviser, "/schools/new", **{**TYPED, **wrong})
        assert (page.status_code, said in page.text) == (422, True), said
        assert wrong.get("name") == "" or "Forge Skills" in page.text, "nothing typed is lost"
    made = send(adviser, "/schools/new", **TYPED, postcode="WF1 2AB").headers["Location"]
    (one,) = queries.all_schools(queries.Wanted())
    assert made.endswith(f"/schools/L{one.id}")
    assert (one.alternative_provision, one.by_hand, one.organisation and one.organisation.name) == (
        True,
        True,
        "Forge Skills",
    )
    take(file_of(school("100001", "Mill School")))
    assert (one.missing_since, one.status) == (None, SchoolStatus.OPEN), "a file of the area does not miss it"
    page = send(adviser, f"{made}/edit", **TYPED, urn="100001")
    assert "This is the number of Mill School" in page.text
    assert (
        send(adviser, f"{made}/edit", **{**TYPED, "name": "Forge", "urn": "100077", "postcode": ""}).status_code == 303
    )
    assert one.organisation
    assert (one.urn, one.organisation.name) == ("100077", "Forge")
    assert {change.field for change in queries.changes_of(one)} == {"name", "postcode", "urn"}
    take(file_of(school("100001", "Mill School"), school("100077", "Forge")))
    assert not one.by_hand
    assert adviser.get("/schools/100077/edit").status_code == 404, "now the national file says what is true"


@pytest.mark.usefixtures("register")
def test_an_organisation_of_another_name_is_said_to_be_the_school(sign_in: SignIn) -> None:
    adviser = sign_in(person("Jo", "Adviser", Role.EDUCATION_ADVISER))
    ours = organisation("Mill (the old mill)", kind=OrganisationKind.SCHOOL)
    lead = person("Ruth", "Leader", Role.DSL, organisation=ours)
    assert "1 organisation is a school here and not in the register" in adviser.get("/schools").text
    made = at("100009").organisation_id
    done = send(adviser, "/schools/100009/organisation", organisation=str(ours.id))
    assert done.status_code == 303
    assert at("100009").organisation is ours
    assert db.session.get(Organisation, made) is None, "the one that was made for it is gone: nobody was there"
    assert "Mill Academy" in sign_in(lead).get("/school").text
    other = organisation("Another", kind=OrganisationKind.SCHOOL)
    page = send(adviser, "/schools/100009/organisation", organisation=str(other.id))
    assert (page.status_code, "Move them first" in page.text) == (422, True)
