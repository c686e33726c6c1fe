"""Two accounts that are one person become one: nothing is forgotten, nothing is counted twice, nobody gains what they may not."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, UniqueConstraint, select

from evaluation.surveys import tokens
from lms import dates, verify
from lms.accounts.models import Employment, Person
from lms.accounts.queries import person_by_email
from lms.activity.models import Activity
from lms.attendance.models import Attendance, AttendanceMark, Mark
from lms.bookings import operations as bookings
from lms.bookings.models import Booking, BookingOrigin, BookingStatus, Ending
from lms.catalogue.models import CourseSession, SessionTrainer
from lms.certificates import operations as certificates
from lms.db import Base, db
from lms.demand.models import Interest
from lms.errors import RuleBroken
from lms.learning import operations as learning
from lms.learning.models import PastLearning, PastState
from lms.learning.operations import Told
from lms.learning.queries import fingerprint
from lms.people import checks, merging, operations, queries, rules
from lms.people.rules import Card
from lms.roles import Role
from tests.browsing import send
from tests.factories import NOW, booking, course, course_session, organisation, person, session_date

SignIn = Callable[[Person], FlaskClient]
MAY = datetime(2024, 5, 14, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "now", lambda: NOW)


@pytest.fixture
def officer(app: Flask) -> Person:
    found: Person = person("Siân", "Morgan", Role.LD_OFFICER)
    return found


def _walk_in(**details: Any) -> Person:
    found = person("Amina", "Yusuf", email=None, **details)
    found.held = []
    db.session.flush()
    return found


def _mark(of: Booking, mark: Mark, number: int = 0) -> AttendanceMark:
    made = AttendanceMark(booking_id=of.id, date=of.session.dates[number], mark=mark, marked_at=MAY)
    db.session.add(made)
    db.session.flush()
    return made


def _merge(emptied: Person, survivor: Person, by: Person) -> None:
    operations.merge(emptied=emptied, survivor=survivor, by=by, now=NOW)
    assert [sentence for sentence in verify.problems() if "letter" not in sentence and "PDF" not in sentence] == []


def test_every_column_that_names_a_person_is_read_from_the_tables_and_a_new_one_moves_too(app: Flask) -> None:
    named = {merging.name_of(column) for _, column in merging.columns()}
    assert {("booking", "person_id"), ("past_learning", "decided_by_id"), ("stored_file", "added_by_id")} <= named
    assert merging.forgotten() == [], "say in lms/people/merging.py what becomes of a second row of the same person"
    assert named >= merging.STAYS | merging.DECIDED | set(merging.ONCE), "what is named is there"


def test_a_new_table_that_can_name_a_person_once_is_noticed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    metadata = MetaData()
    Person.__table__.to_metadata(metadata)
    for name in ("organisation", "sector"):
        Base.metadata.tables[name].to_metadata(metadata)
    Table("badge", metadata, Column("id", Integer, primary_key=True),
          Column("person_id", ForeignKey("person.id")), UniqueConstraint("person_id"))  # fmt: skip
    monkeypatch.setattr(merging, "tables", lambda: metadata.sorted_tables)
    monkeypatch.setattr(merging, "PERSON", metadata.tables["person"])
    assert merging.forgotten() == [("badge", "person_id")]


def test_everything_that_names_the_one_names_the_other(app: Flask, officer: Person) -> None:
    here = organisation()
    walk_in, amina = _walk_in(organisation=here), person(organisation=here)
    past = booking(course_session(starts_at=MAY), walk_in, origin=BookingOrigin.WALK_IN)
    _mark(past, Mark.ATTENDED)
    mine = booking(course_session(starts_at=MAY), amina)
    db.session.add(Interest(course=course(), person=walk_in, asked_at=NOW))
    db.session.add(SessionTrainer(session_id=course_session().id, person_id=walk_in.id))
    told = Told("First aid", "", date(2022, 2, 1))
    learning.load_past(person=walk_in, told=told, now=NOW)
    _merge(walk_in, amina, officer)
    assert {one.person_id for one in (past, mine)} == {amina.id}
    assert merging.count(walk_in) == {}
    assert merging.count(amina)["past_learning", "person_id"] == 1
    assert (walk_in.merged_into, walk_in.is_active, walk_in.roles) == (amina, False, [])
    assert checks.emptied() == []


def test_what_both_have_and_says_the_same_is_there_once_afterwards(app: Flask, officer: Person) -> None:
    here = organisation()
    other, amina = person(organisation=here), person(organisation=here)
    told, subject, session = Told("First aid", "", date(2022, 2, 1)), course(), course_session()
    for one in (other, amina):
        learning.load_past(person=one, told=told, now=NOW)
        db.session.add(Interest(course=subject, person=one, asked_at=NOW))
        db.session.add(Interest(course=subject, person=one, asked_at=NOW, ended_at=NOW))
        db.session.add(SessionTrainer(session_id=session.id, person_id=one.id))
    _merge(other, amina, officer)
    counted = merging.count(amina)
    assert counted["past_learning", "person_id"] == 1
    assert counted["session_trainer", "person_id"] == 1
    assert counted["interest", "person_id"] == 3  # one open, and both that had ended


def test_who_did_what_is_never_written_anew(app: Flask, officer: Person) -> None:
    here = organisation()
    other, amina = person(organisation=here), person(organisation=here)
    bookings.book_place(session=course_session(), person=other, now=NOW)
    before = db.session.scalars(select(Activity.actor_id).order_by(Activity.id)).all()
    _merge(other, amina, officer)
    assert db.session.scalars(select(Activity.actor_id).order_by(Activity.id)).all()[: len(before)] == before


@pytest.mark.parametrize("way", ["into the one with the place", "into the one who waits"])
def test_of_two_bookings_of_one_session_the_one_with_the_place_stays_and_the_next_person_gets_nothing_away(
    app: Flask, officer: Person, way: str
) -> None:
    here = organisation()
    other, amina = person(organisation=here), person(organisation=here)
    session = course_session(capacity=1)
    placed, waits = (amina, other) if way == "into the one with the place" else (other, amina)
    first = bookings.book_place(session=session, person=placed, now=NOW)
    second = bookings.book_place(session=session, person=waits, now=NOW)
    third = bookings.book_place(session=session, person=person("Tom"), now=NOW)
    _merge(other, amina, officer)
    assert (first.status, first.person, second.status, second.ending) == (
        BookingStatus.BOOKED, amina, BookingStatus.CANCELLED, Ending.DOUBLE,
    )  # fmt: skip
    assert (second.person, third.status) == (amina, BookingStatus.WAITING)


def test_a_place_that_was_held_twice_goes_to_whoever_waits(app: Flask, officer: Person) -> None:
    here = organisation()
    other, amina = person(organisation=here), person(organisation=here)
    session = course_session(capacity=2)
    for one in (other, amina):
        bookings.book_place(session=session, person=one, now=NOW)
    third = bookings.book_place(session=session, person=person("Tom"), now=NOW)
    _merge(other, amina, officer)
    assert third.status is BookingStatus.BOOKED


def test_somebody_expected_who_was_added_as_a_walk_in_came_as_expected(app: Flask, officer: Person) -> None:
    here = organisation()
    walk_in, amina = _walk_in(organisation=here), person(organisation=here)
    session = course_session(starts_at=MAY)
    session_date(session, MAY + timedelta(7))
    expected, walked = booking(session, amina), booking(session, walk_in, origin=BookingOrigin.WALK_IN)
    _mark(expected, Mark.NO_SHOW)
    _mark(expected, Mark.ATTENDED, 1)
    _mark(walked, Mark.ATTENDED)
    _mark(walked, Mark.NO_SHOW, 1)
    _merge(walk_in, amina, officer)
    assert (expected.status, walked.status, walked.ending) == (
        BookingStatus.BOOKED, BookingStatus.CANCELLED, Ending.DOUBLE,
    )  # fmt: skip
    assert db.session.get_one(Attendance, expected.id).mark is Mark.ATTENDED
    current = select(AttendanceMark.mark).where(
        AttendanceMark.booking_id == expected.id, AttendanceMark.replaced_at.is_(None)
    )
    assert db.session.scalars(current.order_by(AttendanceMark.date_id)).all() == [Mark.ATTENDED, Mark.ATTENDED]


@pytest.mark.parametrize("both", [False, True])
def test_one_person_holds_one_certificate_of_a_session(app: Flask, officer: Person, both: bool) -> None:
    here = organisation()
    walk_in, amina = _walk_in(organisation=here), person(organisation=here)
    session = course_session(starts_at=MAY)
    expected, walked = booking(session, amina), booking(session, walk_in, origin=BookingOrigin.WALK_IN)
    _mark(walked, Mark.ATTENDED)
    if both:
        _mark(expected, Mark.ATTENDED)
    made = [
        certificates.issue_by_hand(booking=one, reason="Asked for", by=officer, now=NOW)
        for one in (walked, expected)[: 1 + both]
    ]
    _merge(walk_in, amina, officer)
    assert {one.booking for one in made} == {expected}
    assert [one.revoked_at is None for one in made] == ([False, True] if both else [True])


def test_answers_before_and_after_stay_one_persons(app: Flask, officer: Person) -> None:
    here = organisation()
    walk_in, amina = _walk_in(organisation=here), person(organisation=here)
    made = booking(course_session(starts_at=MAY), walk_in)
    before = tokens.pairing_code(made.session_id, made.asked_as)
    _merge(walk_in, amina, officer)
    assert made.person == amina
    assert tokens.pairing_code(made.session_id, made.asked_as) == before
    third = person(organisation=here)
    _merge(amina, third, officer)
    assert tokens.pairing_code(made.session_id, made.asked_as) == before


def test_either_address_leads_to_the_one_account(app: Flask, officer: Person) -> None:
    here = organisation()
    first, second = person(organisation=here, email="a@one.example"), person(organisation=here, email="a@two.example")
    third = person(organisation=here, email="a@three.example")
    _merge(first, second, officer)
    _merge(second, third, officer)
    assert {person_by_email(f"a@{one}.example") for one in ("one", "two", "three")} == {third}
    walk_in = _walk_in(organisation=here)
    _merge(third, walk_in, officer)
    assert walk_in.email == "a@three.example"
    assert {person_by_email(f"a@{one}.example") for one in ("one", "two", "three")} == {walk_in}


def test_another_organisation_is_kept_as_where_they_worked(app: Flask, officer: Person) -> None:
    old, amina = person(organisation=organisation("Early help"), email="a@old.example"), person()
    _merge(old, amina, officer)
    (before,) = db.session.scalars(select(Employment)).all()
    assert (before.person, before.organisation.name, before.email) == (amina, "Early help", "a@old.example")


def test_what_one_of_the_two_approved_for_the_other_waits_once_more(app: Flask, officer: Person) -> None:
    here = organisation()
    amina = person(organisation=here)
    lead = person("Amina", "Yusuf", Role.TRAINING_LEAD, organisation=here)
    past = learning.add_past(person=amina, told=Told("First aid", "", date(2022, 2, 1)), evidence=None, now=NOW)
    learning.approve(past=past, by=lead, seen=fingerprint(past), now=NOW)
    _merge(amina, lead, officer)
    assert db.session.scalars(select(PastLearning)).one().state is PastState.WAITING


def test_nobody_gains_or_hands_on_more_than_they_may(app: Flask, officer: Person) -> None:
    boss, amina = person("Owen", "Pryce", Role.ADMINISTRATOR), person()
    for emptied, survivor, by, sentence in (
        (boss, amina, officer, "Only an administrator"),
        (amina, officer, officer, "your own account"),
        (officer, amina, officer, "your own account"),
        (amina, amina, officer, "one account already"),
    ):
        with pytest.raises(RuleBroken, match=sentence):
            operations.merge(emptied=emptied, survivor=survivor, by=by, now=NOW)
    lead = person("Amina", "Yusuf", Role.TRAINING_LEAD, organisation=amina.organisation)
    _merge(lead, amina, officer)
    assert set(amina.roles) == {Role.PRACTITIONER, Role.TRAINING_LEAD}
    with pytest.raises(RuleBroken, match="part of another account"):
        operations.merge(emptied=lead, survivor=person(), by=officer, now=NOW)


def test_the_officer_finds_a_likely_double_reads_what_would_happen_and_makes_them_one(
    app: Flask, officer: Person, sign_in: SignIn
) -> None:
    here = organisation("Early help")
    walk_in, amina = _walk_in(organisation=here), person(organisation=here)
    session: CourseSession = course_session(starts_at=MAY)
    booking(session, amina)
    booking(session, walk_in, origin=BookingOrigin.WALK_IN)
    browser = sign_in(officer)
    assert "Same name, same organisation" in browser.get("/people/doubles").text
    assert f"/people/{walk_in.id}/merge/{amina.id}" in browser.get(f"/people/{amina.id}/doubles").text
    address = f"/people/{walk_in.id}/merge/{amina.id}"
    page = browser.get(address).text
    assert "These move: 1 booking." in page
    assert (
        "Both are on Multi-agency neglect, 14 May 2024. One booking is kept, that of the account that stays (booked)"
        in page
    )
    seen = page.split('name="seen"')[1].split('value="')[1].split('"')[0]
    booking(course_session(), walk_in)
    db.session.commit()
    assert "Something has changed" in send(browser, address, seen=seen).text
    assert walk_in.merged_into is None
    seen = browser.get(address).text.split('name="seen"')[1].split('value="')[1].split('"')[0]
    assert send(browser, address, seen=seen).status_code == 303
    assert walk_in.merged_into == amina
    assert "part of another account" in browser.get("/people").text
    assert "Part of the account of" in browser.get(f"/people/{walk_in.id}").text
    for path in ("roles", "enable"):
        told = send(browser, f"/people/{amina.id}", f"/people/{walk_in.id}/{path}".replace("/roles", ""), roles="dsl")
        assert "part of the one of Amina Yusuf" in told.text


def test_people_who_only_share_a_name_or_an_office_are_not_taken_for_one(app: Flask) -> None:
    cards = [
        Card(1, "Amina", "Yusuf", "amina.yusuf@a.example", 1),
        Card(2, "Amina", "Yusuf", "", 1),
        Card(3, "Amina", "Yusuf", "amina@b.example", 2),
        Card(4, "Amena", "Yusuf", "ayusuf@a.example", 1),
        Card(5, "Tom", "Yusuf", "tom@a.example", 1),
        Card(6, "Łukasz", "Zieliński", "l.z@c.example", 3),
        Card(7, "Lukasz", "Zielinski", "", 3),
        Card(8, "Sam", "Hall", "sam.hall@d.example", 4),
        Card(9, "Samuel", "Hall", "samhall@d.example", 5),
    ]
    assert rules.pairs(cards) == [
        (1, 2, "same name, same organisation"),
        (1, 4, "nearly the same name, same organisation"),
        (2, 4, "nearly the same name, same organisation"),
        (6, 7, "same name, same organisation"),
        (8, 9, "nearly the same email address"),
    ]
    assert rules.why_alike(cards[0], cards[2]) == "same name"


def test_the_list_of_doubles_asks_the_same_for_any_number_of_people(app: Flask, count_queries: list[str]) -> None:
    here, asked = organisation(), []
    for more in (2, 20):
        for number in range(more):
            person(f"Anna{'x' * number}", "Holt", organisation=here)
            _walk_in(organisation=here)
        count_queries.clear()
        assert queries.likely_doubles()
        asked.append(len(count_queries))
        db.session.expunge_all()
        here = db.session.merge(here)
    assert asked[0] == asked[1]
