"""Looking after people: finding and adding them, giving roles, stopping and allowing their sign-in."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.accounts import operations
from lms.accounts.models import Person
from lms.accounts.queries import people
from lms.activity.models import Activity
from lms.db import db
from lms.errors import RuleBroken
from lms.letters.models import Letter
from lms.roles import Role
from tests.browsing import send
from tests.factories import NOW, organisation, person

SignIn = Callable[[Person], FlaskClient]
BY_OFFICER = {Role.PRACTITIONER, Role.TRAINING_LEAD, Role.DSL, Role.HEADTEACHER, Role.GOVERNOR}


def verbs(who: Person) -> list[str]:
    found = select(Activity.verb).where(Activity.subject == str(who.id)).order_by(Activity.id)
    return list(db.session.scalars(found))


@pytest.fixture
def officer(app: Flask) -> Person:
    somebody: Person = person("Joan", "Field", Role.LD_OFFICER)
    return somebody


@pytest.fixture
def administrator(app: Flask) -> Person:
    somebody: Person = person("Owen", "Pryce", Role.ADMINISTRATOR)
    return somebody


def test_people_are_found_by_any_part_of_name_address_and_organisation(officer: Person, sign_in: SignIn) -> None:
    person("Łukasz", "Nowak", Role.DSL, organisation=organisation("Ferry Lane School"))
    person("Siân", "O’Neill", email="sian_o@agency.example")
    client = sign_in(officer)

    def found(address: str) -> set[str]:
        page = client.get(f"/people?{address}").text
        return {name for name in ("Łukasz Nowak", "Siân O’Neill", "Joan Field") if name in page.partition("<main")[2]}

    assert found("") == {"Łukasz Nowak", "Siân O’Neill", "Joan Field"}
    assert found("text=ferry+nowak") == {"Łukasz Nowak"}
    assert found("text=Łukasz") == {"Łukasz Nowak"}
    assert found("text=O’Neill") == {"Siân O’Neill"}
    assert found("text=sian_o") == {"Siân O’Neill"}
    assert found("text=%25") == set()
    assert found("role=dsl") == {"Łukasz Nowak"}
    assert found("role=queen") == {"Łukasz Nowak", "Siân O’Neill", "Joan Field"}
    assert "Nobody fits" in client.get("/people?text=zzz").text


def test_a_long_list_has_pages_and_one_number_of_queries(
    officer: Person, sign_in: SignIn, count_queries: list[str]
) -> None:
    here = organisation("Ferry Lane School")
    client = sign_in(officer)
    for number in range(2):
        person("Amina", f"Person {number:03}", organisation=here)
    client.get("/people")
    count_queries.clear()
    client.get("/people")
    few = len(count_queries)
    for number in range(2, 120):
        person("Amina", f"Person {number:03}", organisation=here)
    count_queries.clear()
    first = client.get("/people?text=ferry").text
    assert len(count_queries) == few
    assert "Person 049" in first
    assert "Person 050" not in first
    assert "page=3" in first
    assert "Person 119" in client.get("/people?text=ferry&page=3").text
    for wrong in ("0", "-1", "99", "x"):
        assert client.get(f"/people?text=ferry&page={wrong}").status_code == 200
    assert [people(page=99).number, people(page=-5).number] == [3, 1]


def test_an_officer_adds_somebody_who_gets_a_letter(officer: Person, sign_in: SignIn) -> None:
    school = organisation("Ferry Lane School")
    client = sign_in(officer)
    fields = {"first_name": "Łukasz", "last_name": "Nowak", "email": "Lukasz.Nowak@agency.example", "job": "Teacher"}
    empty = send(client, "/people/add")
    assert empty.status_code == 422
    for sentence in ("Enter a first name", "Enter a last name", "Enter a work email address", "Select the organisation",
                     "Select at least one role"):  # fmt: skip
        assert sentence in empty.text
    kept = send(client, "/people/add", **fields)
    assert all(f'value="{typed}"' in kept.text for typed in ("Łukasz", "Nowak", "Teacher"))
    answer = send(client, "/people/add", **fields, organisation=school.id, roles=["dsl", "practitioner"])
    added = db.session.scalars(select(Person).where(Person.email == "lukasz.nowak@agency.example")).one()
    assert answer.location == f"/people/{added.id}"
    assert set(added.roles) == {Role.DSL, Role.PRACTITIONER}
    assert added.organisation == school
    assert [letter.key for letter in db.session.scalars(select(Letter).where(Letter.person_id == added.id))] == [
        "account-added"
    ]
    assert verbs(added) == ["person:added"]
    again = send(client, "/people/add", **fields, organisation=school.id, roles=["dsl"])
    assert again.status_code == 422
    assert "Łukasz Nowak has this email address already" in again.text


@pytest.mark.parametrize("role", list(Role))
def test_an_officer_gives_five_roles_and_an_administrator_all(
    role: Role, officer: Person, administrator: Person, sign_in: SignIn
) -> None:
    for actor, may in ((officer, role in BY_OFFICER), (administrator, True)):
        somebody = person("Siân", "Morgan", Role.PRACTITIONER)
        db.session.commit()
        other = [role.value] if role is not Role.PRACTITIONER else ["governor"]
        answer = send(sign_in(actor), f"/people/{somebody.id}", roles=["practitioner", *other])
        assert answer.status_code == (303 if may or role is Role.PRACTITIONER else 422)
        assert (Role(other[0]) in somebody.roles) is (may or role is Role.PRACTITIONER)
        assert ("person:roles_changed" in verbs(somebody)) is (answer.status_code == 303)


def test_roles_an_officer_may_not_take_stay(officer: Person, sign_in: SignIn) -> None:
    trainer = person("Siân", "Morgan", Role.TRAINER, Role.PRACTITIONER)
    client = sign_in(officer)
    assert "only an administrator can take this away" in client.get(f"/people/{trainer.id}").text
    send(client, f"/people/{trainer.id}", roles=["governor"])
    assert set(trainer.roles) == {Role.TRAINER, Role.GOVERNOR}


@pytest.mark.parametrize("role", [Role.LD_OFFICER, Role.ADMINISTRATOR])
def test_nobody_changes_or_stops_themselves(role: Role, sign_in: SignIn) -> None:
    actor = person("Joan", "Field", role)
    client = sign_in(actor)
    page = client.get(f"/people/{actor.id}").text
    assert "Nobody changes their own roles" in page
    sent = {"csrf_token": "", "roles": ["governor"]}
    refused = send(client, "/people/add", to=f"/people/{actor.id}", roles=["governor", "practitioner"])
    assert refused.status_code == 422
    assert send(client, "/people/add", to=f"/people/{actor.id}/disable").status_code == 422
    assert client.post(f"/people/{actor.id}", data=sent).status_code == 400
    assert actor.roles == [role]
    assert actor.is_active


def test_nobody_is_left_without_a_role(officer: Person, sign_in: SignIn) -> None:
    somebody = person()
    answer = send(sign_in(officer), f"/people/{somebody.id}")
    assert answer.status_code == 422
    assert "Select at least one role" in answer.text
    assert somebody.roles == [Role.PRACTITIONER]


def test_an_officer_stops_a_sign_in_and_allows_it_again(
    officer: Person, administrator: Person, sign_in: SignIn
) -> None:
    somebody = person()
    theirs, client = sign_in(somebody), sign_in(officer)
    assert theirs.get("/account").status_code == 200
    assert send(client, f"/people/{somebody.id}", to=f"/people/{somebody.id}/disable").status_code == 303
    assert theirs.get("/account").status_code == 303
    assert send(client, f"/people/{somebody.id}", to=f"/people/{somebody.id}/enable").status_code == 303
    assert verbs(somebody)[-2:] == ["person:disabled", "person:enabled"]
    assert theirs.get("/account").status_code == 303, "an ended visit stays ended"
    assert send(client, "/people/add", to=f"/people/{administrator.id}/disable").status_code == 422
    assert administrator.is_active


def test_a_link_is_sent_again_but_not_without_an_address(officer: Person, sign_in: SignIn) -> None:
    somebody, walk_in = person(), person(email=None)
    client = sign_in(officer)
    assert send(client, "/people/add", to=f"/people/{somebody.id}/letter").status_code == 303
    assert db.session.scalars(select(Letter.key)).all() == ["password-reset"]
    assert send(client, "/people/add", to=f"/people/{walk_in.id}/letter").status_code == 422
    assert "Send a link" not in client.get(f"/people/{walk_in.id}").text


def test_somebody_who_is_not_there_is_a_kind_404(officer: Person, sign_in: SignIn) -> None:
    assert sign_in(officer).get("/people/999999").status_code == 404


def test_a_command_may_add_anybody(app: Flask) -> None:
    added = operations.add_person(
        first_name="Mei",
        last_name="Chen",
        email="mei@agency.example",
        organisation=organisation(),
        roles=list(Role),
        now=NOW,
    )
    assert set(added.roles) == set(Role)
    with pytest.raises(RuleBroken, match="Mei Chen has this email address already"):
        operations.add_person(
            first_name="Mei",
            last_name="Chen",
            email="MEI@agency.example ",
            organisation=organisation(),
            roles=[],
            now=NOW,
        )


def test_a_number_no_row_can_have_is_a_page_that_is_not_there(officer: Person, sign_in: SignIn) -> None:
    client = sign_in(officer)
    for number in (0, 2**31, 10**30):
        assert client.get(f"/people/{number}").status_code == 404
    assert client.get(f"/people?page={10**30}").status_code == 200
