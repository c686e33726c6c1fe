"""Charges: which rule decides, what is charged once it is final, waived, or paid by a credit; silence where nobody charges."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.accounts.models import Person
from lms.attendance.models import AttendanceMark, Mark
from lms.bookings.models import Booking, BookingOrigin, BookingStatus, CancelReason
from lms.bookings.operations import book_place, cancel_booking
from lms.catalogue.models import CourseSession
from lms.charges import operations, queries, rules
from lms.charges.models import Charge, ChargeKind, ChargeRule, Length
from lms.charges.rules import Facts
from lms.charges.sheets import charge_file
from lms.db import db
from lms.elearning.models import Enrolment
from lms.errors import RuleBroken
from lms.letters.models import Letter
from lms.organisations.models import Organisation
from lms.roles import Role
from tests.browsing import send
from tests.factories import NOW, course, course_session, organisation, partnership, person

SignIn = Callable[[Person], FlaskClient]
DAY = date(2024, 11, 5)


def _rule(kind: ChargeKind = ChargeKind.NO_SHOW, pence: int = 5000, **more: Any) -> ChargeRule:
    return operations.add_rule(kind=kind, pence=pence, valid_from=date(2024, 9, 1), by=None, now=NOW, **more)


def _facts(**more: Any) -> Facts:
    given = {
        "kind": ChargeKind.NO_SHOW, "day": DAY, "course_id": 1, "length": Length.FULL, "sector_id": 1, "turnover": None,
    }  # fmt: skip
    return Facts(**{**given, **more})


def _loose(**more: Any) -> ChargeRule:
    given = {"kind": ChargeKind.NO_SHOW, "pence": 100, "valid_from": date(2024, 9, 1)}
    return ChargeRule(**{**given, **more})


def test_the_rule_that_says_most_decides() -> None:
    any_, half, band = _loose(), _loose(length=Length.FULL), _loose(turnover_below=250_000)
    sector, one_course = _loose(sector_id=1), _loose(course_id=1)
    every = [any_, half, band, sector, one_course]
    facts = _facts(turnover=100_000)
    for expected in (one_course, sector, band, half, any_):
        assert rules.decides(every, facts) is expected
        every.remove(expected)
    assert rules.decides(every, facts) is None


@pytest.mark.parametrize(
    ("rule", "facts", "fits"),
    [
        (_loose(turnover_below=250_000), _facts(turnover=249_999), True),
        (_loose(turnover_below=250_000), _facts(turnover=250_000), False),
        (_loose(turnover_below=250_000), _facts(turnover=None), False),
        (_loose(turnover_from=250_000), _facts(turnover=250_000), True),
        (_loose(length=Length.HALF), _facts(), False),
        (_loose(valid_until=DAY), _facts(), True),
        (_loose(valid_until=DAY - timedelta(days=1)), _facts(), False),
        (_loose(valid_from=DAY + timedelta(days=1)), _facts(), False),
        (_loose(kind=ChargeKind.PLACE), _facts(), False),
    ],
)
def test_a_rule_speaks_only_of_what_it_names(rule: ChargeRule, facts: Facts, fits: bool) -> None:
    assert rules.fits(rule, facts) is fits


@pytest.mark.parametrize("typed", ["", "fifty", "-5", "5.5", "1e3", "£", "5.505", "９"])
def test_a_sum_that_is_none_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(RuleBroken, match="Enter a sum in pounds"):
        rules.read_pounds(typed)


def _charging() -> None:
    partnership().charges = True
    db.session.flush()


def _attended(session: CourseSession, agency: Organisation, mark: Mark, **more: Any) -> Booking:
    booking = Booking(
        session=session,
        person=person(organisation=agency),
        status=BookingStatus.BOOKED,
        asked_at=NOW,
        booked_at=NOW,
        held_at=NOW,
        **more,
    )
    db.session.add(booking)
    db.session.add(AttendanceMark(booking=booking, mark=mark, marked_at=session.ends_at))
    db.session.flush()
    return booking


def _run(until: datetime) -> list[Charge]:
    while (moment := queries.next_at()) and moment <= until:
        assert operations.charge_what_is_final(moment)
    return list(db.session.scalars(select(Charge).where(Charge.pence > 0).order_by(Charge.id)))


def test_who_did_not_come_is_charged_to_the_organisation_once_the_register_is_locked(app: Flask) -> None:
    _charging()
    agency = organisation("Early help")
    lead = person("Helen", "Ward", Role.TRAINING_LEAD, organisation=agency)
    session = course_session(course(hours=3))
    _rule(pence=3500, length=Length.HALF)
    _rule(pence=5000, length=Length.FULL)
    _attended(session, agency, Mark.NO_SHOW)
    _attended(session, agency, Mark.APOLOGY)
    _attended(session, agency, Mark.ATTENDED)
    assert _run(session.ends_at + timedelta(days=6)) == []
    charges = _run(session.ends_at + timedelta(days=7))
    assert [(one.kind, one.pence, one.organisation.name) for one in charges] == [
        (ChargeKind.NO_SHOW, 3500, "Early help")
    ]
    letter = db.session.scalars(select(Letter).where(Letter.key == "charge-notice")).one()
    assert letter.to_email == lead.email
    assert "Early help is charged £35." in letter.body
    assert len(_run(session.ends_at + timedelta(days=60))) == 1
    assert queries.problems() == []


def test_a_place_given_up_late_is_charged_and_one_in_time_is_not(app: Flask) -> None:
    _charging()
    _rule(ChargeKind.LATE_CANCELLATION, 5000)
    officer, session = person("Siân", "Morgan", Role.LD_OFFICER), course_session(capacity=5)
    early, late = (book_place(session=session, person=person(name), now=NOW) for name in ("Early", "Late"))
    cancel_booking(booking=early, by=early.person, now=NOW + timedelta(days=1))
    moment = session.starts_at - timedelta(hours=20)
    cancel_booking(booking=late, by=officer, now=moment, reason=CancelReason.WORK, staff=True)
    charges = _run(moment)
    assert [one.booking_id for one in charges] == [late.id]
    letter = db.session.scalars(select(Letter).where(Letter.key == "booking-cancelled-by-officer")).one()
    assert f"Because it is late, {late.organisation.name} is charged £50." in letter.body


def test_whoever_pays_nothing_by_rule_is_not_charged_and_not_looked_at_twice(app: Flask) -> None:
    _charging()
    charity = organisation("Small charity", turnover=90_000)
    session = course_session()
    _rule(pence=5000)
    _rule(pence=0, turnover_below=250_000)
    _attended(session, charity, Mark.NO_SHOW)
    assert _run(session.ends_at + timedelta(days=8)) == []
    assert queries.next_at() is None
    assert db.session.scalars(select(Charge)).one().rule is not None


def test_a_trainer_in_kind_pays_for_a_place(app: Flask) -> None:
    _charging()
    agency, officer = organisation(), person("Siân", "Morgan", Role.LD_OFFICER)
    trainer = person("Tom", "Ashworth", Role.TRAINER, organisation=agency)
    taught = course_session(trainers=[trainer], starts_at=NOW - timedelta(days=3))
    with pytest.raises(RuleBroken, match="Only a trainer"):
        operations.give_credit(session=taught, trainer=officer, places=1, by=officer, now=NOW)
    operations.give_credit(session=taught, trainer=trainer, places=2, by=officer, now=NOW)
    session = course_session()
    _rule(ChargeKind.PLACE, 5000)
    for _ in range(3):
        _attended(session, agency, Mark.ATTENDED)
    charges = _run(session.ends_at + timedelta(days=7))
    assert [one.due for one in charges] == [0, 0, 5000]
    assert queries.problems() == []


def test_e_learning_that_is_not_finished_in_time_is_charged(app: Flask) -> None:
    _charging()
    online = course(complete_within_days=28)
    _rule(ChargeKind.NOT_COMPLETED, 1500)
    done, open_ = person("Done"), person("Open")
    db.session.add(Enrolment(course=online, person=done, booked_at=NOW, started_at=NOW, completed_at=NOW))
    db.session.add(Enrolment(course=online, person=open_, booked_at=NOW))
    db.session.flush()
    assert _run(NOW + timedelta(days=27)) == []
    charges = _run(NOW + timedelta(days=28))
    assert [one.enrolment.person.first_name for one in charges if one.enrolment] == ["Open"]


def test_what_other_systems_had_and_what_was_before_the_first_rule_is_never_charged(app: Flask) -> None:
    _charging()
    old, session = course_session(starts_at=NOW - timedelta(days=90)), course_session()
    _rule(pence=5000)
    agency = organisation()
    _attended(old, agency, Mark.NO_SHOW)
    _attended(session, agency, Mark.NO_SHOW, origin=BookingOrigin.IMPORTED)
    assert queries.next_at() is None


def _one_charge() -> Charge:
    _charging()
    session = course_session()
    _rule(pence=5000)
    _attended(session, organisation("Early help"), Mark.NO_SHOW)
    return _run(session.ends_at + timedelta(days=7))[0]


def test_a_charge_is_waived_with_a_reason_and_who_waived_it_and_can_be_charged_again(
    app: Flask, sign_in: SignIn
) -> None:
    charge = _one_charge()
    browser = sign_in(person("Siân", "Morgan", Role.LD_OFFICER))
    address = f"/charges/of/{charge.reference}"
    answer = send(browser, address, why=" ")
    assert answer.status_code == 422
    assert "Enter the reason" in answer.text
    assert send(browser, address, why="The manager wrote: a child was taken into care that morning").status_code == 303
    page = browser.get(address).text
    assert "waived by Siân Morgan" in page
    assert send(browser, address, f"{address}/again").status_code == 303
    db.session.refresh(charge)
    assert (charge.due, charge.waived_why) == (5000, "")


def test_finance_gets_the_month_as_a_file_that_adds_up(app: Flask, sign_in: SignIn) -> None:
    charge = _one_charge()
    month = charge.made_at.date().replace(day=1)
    text = charge_file(queries.of_month(month), month, "csv").decode("utf-8-sig")
    assert text.splitlines()[1].split(",")[2] == "Early help"
    browser = sign_in(person("Siân", "Morgan", Role.LD_OFFICER))
    assert "£50 to be paid" in browser.get(f"/charges?month={month:%Y-%m}").text
    for kind in ("csv", "xlsx"):
        answer = browser.get(f"/charges/{month:%Y-%m}.{kind}")
        assert answer.headers["Content-Disposition"].endswith(f"charges-{month:%Y-%m}.{kind}")


def test_an_agency_sees_its_own_charges_and_nobody_elses(app: Flask, sign_in: SignIn) -> None:
    charge = _one_charge()
    lead = person("Helen", "Ward", Role.TRAINING_LEAD, organisation=charge.organisation)
    assert "£50" in sign_in(lead).get("/agency/charges").text
    assert "£50" not in sign_in(person("Jo", "Kerr", Role.TRAINING_LEAD)).get("/agency/charges").text


def test_rules_are_added_and_ended_on_a_page(app: Flask, sign_in: SignIn) -> None:
    _charging()
    browser = sign_in(person("Siân", "Morgan", Role.LD_OFFICER))
    day = {"valid_from-day": "1", "valid_from-month": "9", "valid_from-year": "2024"}
    wrong = send(browser, "/charges/rules", kind="no_show", sum="fifty", **day)
    assert wrong.status_code == 422
    assert "Enter a sum in pounds" in wrong.text
    assert send(browser, "/charges/rules", kind="no_show", sum="35.50", length="half", **day).status_code == 303
    rule = db.session.scalars(select(ChargeRule)).one()
    assert (rule.pence, rule.length, rule.valid_from) == (3550, Length.HALF, date(2024, 9, 1))
    last = {"last-day": "31", "last-month": "8", "last-year": "2024"}
    assert send(browser, f"/charges/rules/{rule.id}", **last).status_code == 422
    last["last-month"], last["last-day"] = "12", "31"
    assert send(browser, f"/charges/rules/{rule.id}", **last).status_code == 303
    db.session.refresh(rule)
    assert rule.valid_until == date(2024, 12, 31)


@pytest.mark.parametrize("address", ["/charges", "/charges/rules", "/charges/credits", "/charges/turnover"])
def test_where_nobody_charges_the_pages_do_not_exist(app: Flask, sign_in: SignIn, address: str) -> None:
    officer = person("Siân", "Morgan", Role.LD_OFFICER)
    browser = sign_in(officer)
    assert browser.get(address).status_code == 404
    assert "Charges" not in browser.get("/courses").text
    _charging()
    assert sign_in(officer).get(address).status_code == 200
    assert "Charges" in sign_in(officer).get("/courses").text


def test_where_nobody_charges_a_late_cancellation_costs_nothing_and_no_letter_says_a_word(app: Flask) -> None:
    _rule(ChargeKind.LATE_CANCELLATION, 5000)
    officer, session = person("Siân", "Morgan", Role.LD_OFFICER), course_session()
    booking = book_place(session=session, person=person(), now=NOW)
    moment = session.starts_at - timedelta(hours=20)
    cancel_booking(booking=booking, by=officer, now=moment, staff=True)
    assert queries.next_at() is None
    assert not any("charge" in body for body in db.session.scalars(select(Letter.body)))


def test_an_administrator_turns_charging_on_and_off(app: Flask, sign_in: SignIn) -> None:
    here = partnership()
    browser = sign_in(person("Łukasz", "Zieliński", Role.ADMINISTRATOR))
    assert send(browser, "/admin/charging").status_code == 303
    db.session.refresh(here)
    assert here.charges
    send(browser, "/admin/charging")
    db.session.refresh(here)
    assert not here.charges
