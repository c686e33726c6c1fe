"""Changing job moves the person, not the past; an account is a person's, never a mailbox's."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms import dates
from lms.accounts import operations as accounts
from lms.accounts import rules as account_rules
from lms.accounts.emails import RESET, open_link, token
from lms.accounts.models import Employment, Person
from lms.accounts.queries import person_by_any_email, person_by_email, role_mailboxes
from lms.attendance import operations as attendance
from lms.bookings import operations as bookings
from lms.bookings.models import BookingStatus
from lms.db import db
from lms.errors import RuleBroken
from lms.letters.models import Letter
from lms.people import operations, queries
from lms.people.models import MoveState
from lms.roles import Role
from lms.teams.queries import agency_of, colleague
from tests.browsing import send
from tests.factories import NOW, course_session, organisation, person

SignIn = Callable[[Person], FlaskClient]


@pytest.fixture(autouse=True)
def _today(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "now", lambda: NOW)


def _letters() -> list[tuple[str, str]]:
    return [(one.key, one.to_email) for one in db.session.scalars(select(Letter).order_by(Letter.id))]


def test_an_officer_moves_somebody_and_the_past_stays_where_it_was(app: Flask, sign_in: SignIn) -> None:
    old, new = organisation("Early help"), organisation("Coldwell Primary")
    amina = person("Amina", "Yusuf", Role.PRACTITIONER, Role.DSL, organisation=old, email="amina@old.example",
                   job="Nurse", manager_name="Tom", manager_email="tom@old.example")  # fmt: skip
    booking = bookings.book_place(session=course_session(), person=amina, now=NOW)
    officer = person("Siân", "Morgan", Role.LD_OFFICER)
    browser = sign_in(officer)
    page = browser.get(f"/people/{amina.id}/move").text
    assert "They keep their booking of Multi-agency neglect on 5 November 2024, in the name of Early help" in page
    assert "no longer" in page
    address = f"/people/{amina.id}/move"
    fields = {"organisation": str(new.id), "email": "Amina@New.example", "job": "School nurse"}
    assert send(browser, address, **fields).status_code == 303
    assert (amina.organisation, amina.email, amina.job) == (new, "amina@new.example", "School nurse")
    assert (amina.roles, amina.manager_email) == ([Role.PRACTITIONER], "")
    assert (booking.organisation, booking.status) == (old, BookingStatus.BOOKED)
    (before,) = db.session.scalars(select(Employment)).all()
    assert (before.organisation, before.email, before.job, before.moved_by) == (
        old,
        "amina@old.example",
        "Nurse",
        officer,
    )
    assert _letters()[-2:] == [("person-moved", "amina@new.example"), ("person-moved-from", "amina@old.example")]
    assert "Early help, nurse, amina@old.example: until 8 October 2024" in sign_in(amina).get("/account").text


def test_the_new_organisation_sees_the_person_and_the_old_one_no_longer(app: Flask) -> None:
    old, new = organisation(), organisation()
    amina = person(organisation=old)
    old_lead = person("A", "Old", Role.TRAINING_LEAD, organisation=old)
    new_lead = person("B", "New", Role.TRAINING_LEAD, organisation=new)
    booking = bookings.book_place(session=course_session(), person=amina, now=NOW)
    accounts.move(person=amina, organisation=new, email=amina.email, by=None, now=NOW)
    assert (colleague(old_lead, amina.id), colleague(new_lead, amina.id)) == (None, amina)
    assert agency_of(new_lead, NOW).upcoming == [booking]
    assert agency_of(old_lead, NOW).upcoming == []


def test_a_link_to_choose_a_password_sent_to_the_old_address_no_longer_works(app: Flask) -> None:
    amina = person()
    link = token(RESET, amina)
    assert open_link(link)
    accounts.move(person=amina, organisation=amina.organisation, email="other@agency.example", by=None, now=NOW)
    assert open_link(link) is None


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.LD_OFFICER, Role.TRAINER, Role.SCRUTINEER])
def test_an_officer_cannot_take_over_an_account_by_giving_it_another_address(
    app: Flask, sign_in: SignIn, role: Role
) -> None:
    boss, officer = person("Owen", "Pryce", role), person("Siân", "Morgan", Role.LD_OFFICER)
    before = boss.email
    fields = {"organisation": str(boss.organisation_id), "email": "mine@agency.example"}
    answer = send(sign_in(officer), f"/people/{boss.id}/move", **fields)
    assert answer.status_code == 422
    assert "Only an administrator can do this" in answer.text
    assert boss.email == before
    with pytest.raises(RuleBroken, match="cannot move your own"):
        operations.move(
            person=officer, organisation=organisation(), email=officer.email or "", job="", by=officer, now=NOW
        )


def test_an_address_somebody_has_is_not_given_to_another(app: Flask) -> None:
    tom = person("Tom", "Reed", email="tom@agency.example")
    with pytest.raises(RuleBroken, match="Tom Reed has this email address already"):
        accounts.move(person=person(), organisation=tom.organisation, email="TOM@agency.example ", by=None, now=NOW)


def test_somebody_asks_and_the_lead_of_the_new_place_says_yes(app: Flask, sign_in: SignIn) -> None:
    old, new = organisation("Early help"), organisation("Coldwell Primary")
    amina = person("Amina", "Yusuf", Role.TRAINING_LEAD, organisation=old)
    lead = person("Joanne", "Kerr", Role.DSL, organisation=new)
    mine = sign_in(amina)
    fields = {"organisation": str(new.id), "email": "amina@new.example", "job": "Nurse"}
    assert send(mine, "/account/move", **fields).status_code == 303
    assert "Nothing changes until" in mine.get("/account/move").text
    assert amina.organisation == old
    request = queries.own_request(amina)
    assert request is not None
    browser = sign_in(lead)
    assert "Amina Yusuf says that they work at Coldwell Primary now." in browser.get("/agency").text
    address = f"/agency/moves/{request.reference}"
    assert "amina@new.example" in browser.get(address).text
    assert send(browser, address, f"{address}/accept").status_code == 303
    assert (amina.organisation, amina.email, amina.roles) == (new, "amina@new.example", [Role.PRACTITIONER])
    assert request.state is MoveState.ACCEPTED
    with pytest.raises(RuleBroken, match="answered or taken back already"):
        operations.refuse(request=request, by=lead, now=NOW)


def test_a_no_changes_nothing_and_is_told(app: Flask) -> None:
    amina, new = person(), organisation("Coldwell Primary")
    lead = person("Joanne", "Kerr", Role.DSL, organisation=new)
    before = amina.email
    request = operations.ask_to_move(person=amina, organisation=new, email="a@new.example", job="", now=NOW)
    operations.refuse(request=request, by=lead, now=NOW)
    assert (amina.email, _letters()) == (before, [("move-refused", before)])


def test_what_was_asked_can_be_taken_back_and_asked_once_only(app: Flask, sign_in: SignIn) -> None:
    amina, new = person(), organisation()
    operations.ask_to_move(person=amina, organisation=new, email="a@new.example", job="", now=NOW)
    with pytest.raises(RuleBroken, match="You have asked already"):
        operations.ask_to_move(person=amina, organisation=new, email="a@new.example", job="", now=NOW)
    assert send(sign_in(amina), "/account/move", "/account/move/take-back").status_code == 303
    assert queries.own_request(amina) is None


def test_only_the_place_asked_for_answers_and_where_nobody_does_an_officer(app: Flask, sign_in: SignIn) -> None:
    led, alone = organisation(), organisation()
    lead = person("Joanne", "Kerr", Role.DSL, organisation=led)
    officer, other = person("Siân", "Morgan", Role.LD_OFFICER), person("Owen", "Pryce", Role.TRAINING_LEAD)
    first = operations.ask_to_move(person=person(), organisation=led, email="a@new.example", job="", now=NOW)
    second = operations.ask_to_move(person=person(), organisation=alone, email="b@new.example", job="", now=NOW)
    assert (list(queries.to_answer(lead)), list(queries.to_answer(officer))) == ([first], [second])
    for address in (f"/agency/moves/{first.reference}", f"/agency/moves/{second.reference}"):
        assert sign_in(other).get(address).status_code == 404


def test_somebody_with_a_role_an_administrator_gave_does_not_move_by_asking(app: Flask) -> None:
    officer = person("Siân", "Morgan", Role.LD_OFFICER)
    with pytest.raises(RuleBroken, match="an administrator moves your account"):
        operations.ask_to_move(person=officer, organisation=organisation(), email="s@new.example", job="", now=NOW)
    amina = person()
    with pytest.raises(RuleBroken, match="what we know already"):
        operations.ask_to_move(person=amina, organisation=amina.organisation, email=amina.email or "", job="", now=NOW)


@pytest.mark.parametrize(
    ("email", "is_role"),
    [
        ("office@school.example", True), ("Head.Teacher@school.example", True), ("dsl2@school.example", True),
        ("no-reply@school.example", True), ("info@school.example", True), ("admin@school.example", True),
        ("head@school.example", True), ("safeguarding@school.example", True), ("reception@school.example", True),
        ("noreply@school.example", True), ("chair-of-governors@school.example", True),
        ("ann.head@school.example", False), ("amina.yusuf@school.example", False), ("a.office@school.example", False),
        ("headley@school.example", False), ("12345@school.example", False),
    ],
)  # fmt: skip
def test_mailboxes_of_roles_are_told_from_people(email: str, is_role: bool) -> None:
    assert account_rules.is_role_mailbox(email, role_mailboxes()) is is_role


def test_wherever_an_address_is_entered_the_mailbox_of_a_role_is_refused_with_the_reason(
    app: Flask, sign_in: SignIn
) -> None:
    here = organisation()
    officer = person("Siân", "Morgan", Role.LD_OFFICER)
    lead = person("Helen", "Ward", Role.TRAINING_LEAD, organisation=here)
    session = course_session(starts_at=NOW - timedelta(hours=1))
    why = "is the mailbox of a role, not of a person"
    added = {"first_name": "A", "last_name": "B", "organisation": str(here.id), "roles": "practitioner"}
    for browser, address, fields in (
        (sign_in(officer), "/people/add", {**added, "email": "office@school.example"}),
        (sign_in(lead), "/account/move", {"organisation": str(here.id), "email": "head@school.example"}),
        (sign_in(officer), f"/people/{lead.id}/move", {"organisation": str(here.id), "email": "dsl@school.example"}),
        (
            sign_in(lead),
            f"/sessions/{course_session().reference}/book-team",
            {"new_people": "Ann, Head, head@school.example"},
        ),
    ):
        answer = send(browser, address, **fields)
        assert (answer.status_code, why in answer.text) == (422, True), address
    with pytest.raises(RuleBroken, match=why):
        attendance.add_walk_in(
            session.dates[0],
            first_name="A",
            last_name="B",
            email="office@school.example",
            organisation_id=here.id,
            by=officer,
            now=NOW,
        )
    with pytest.raises(RuleBroken, match=why):
        accounts.add_person(first_name="A", last_name="B", email="info@school.example", organisation=here,
                            roles=[Role.PRACTITIONER], now=NOW)  # fmt: skip


def test_an_address_of_before_is_known_for_records_of_the_past_and_for_nothing_else(app: Flask) -> None:
    amina = person(email="amina@old.example")
    accounts.move(person=amina, organisation=organisation(), email="amina@new.example", by=None, now=NOW)
    assert person_by_any_email("Amina@Old.example ") == amina
    assert person_by_email("amina@old.example") is None
    newcomer = person("Amina", "Younger", email="amina@old.example")
    assert person_by_any_email("amina@old.example") == newcomer
