"""Sessions at one's own place: asked for, answered with a letter, and counted by school and by person."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.accounts.models import Person
from lms.attendance.models import AttendanceMark, Mark
from lms.bookings.models import Booking, BookingOrigin, BookingStatus
from lms.db import db
from lms.demand import operations, queries
from lms.demand.models import DeliveryKind, DeliveryRequest, DeliveryState
from lms.errors import RuleBroken
from lms.letters.models import Letter
from lms.organisations.models import OrganisationKind
from lms.roles import Role
from tests.browsing import send
from tests.factories import NOW, course, course_session, organisation, person

SignIn = Callable[[Person], FlaskClient]


def _asked(by: Person, **details: object) -> DeliveryRequest:
    given = {"organisation": by.organisation, "people": 24, "wish": "A Tuesday after school", "now": NOW, **details}
    return operations.ask_for_session(course=course(), by=by, **given)  # type: ignore[arg-type]


def _letters() -> list[str]:
    return list(db.session.scalars(select(Letter.key).order_by(Letter.id)))


def test_a_school_asks_and_gets_a_session_with_a_letter_each_time(app: Flask) -> None:
    school = organisation("Northmoor Primary", kind=OrganisationKind.SCHOOL)
    dsl, officer = person("Jo", "Kerr", Role.DSL, organisation=school), person("Siân", "Morgan", Role.LD_OFFICER)
    request = _asked(dsl)
    assert request.kind is DeliveryKind.WHOLE_SCHOOL
    session = course_session(request.course, host_organisation=school)
    assert [one.id for one in queries.sessions_for(request, NOW)] == [session.id]
    operations.agree(request=request, session=session, by=officer, now=NOW)
    assert _letters() == ["delivery-request-received", "delivery-request-agreed"]
    with pytest.raises(RuleBroken, match="answered already"):
        operations.decline(request=request, answer="Too late", by=officer, now=NOW)


def test_a_no_comes_with_its_reason(app: Flask) -> None:
    request = _asked(person("Jo", "Kerr", Role.DSL))
    officer = person("Siân", "Morgan", Role.LD_OFFICER)
    with pytest.raises(RuleBroken, match="why not"):
        operations.decline(request=request, answer=" ", by=officer, now=NOW)
    operations.decline(request=request, answer="No trainer is free before Easter.", by=officer, now=NOW)
    letter = db.session.scalars(select(Letter).where(Letter.key == "delivery-request-declined")).one()
    assert "No trainer is free before Easter." in letter.body


def test_outside_the_area_the_organisation_is_named_and_counted_apart(app: Flask) -> None:
    request = _asked(person("Jo", "Kerr", Role.TRAINING_LEAD), organisation=None, outside_name="Dales Nursery")
    assert request.kind is DeliveryKind.OUT_OF_AREA
    with pytest.raises(RuleBroken, match="for which organisation"):
        _asked(person("Jo", "Kerr", Role.TRAINING_LEAD), organisation=None, outside_name=" ")


def _held(of: DeliveryRequest | None, host: object, people: int, *, days_ago: int) -> None:
    """A session at somebody's own place, to which so many came."""
    session = course_session(
        of.course if of else None, host_organisation=host, starts_at=NOW - timedelta(days=days_ago)
    )
    if of:
        of.session = session
    for number in range(people):
        booking = Booking(
            session=session,
            person=person(f"P{number}"),
            status=BookingStatus.BOOKED,
            origin=BookingOrigin.IMPORTED,
            asked_at=NOW,
            booked_at=NOW,
        )
        db.session.add(booking)
        db.session.add(AttendanceMark(booking=booking, mark=Mark.ATTENDED, marked_at=NOW))
    db.session.flush()


def test_sessions_held_are_counted_by_school_by_session_and_by_person(app: Flask) -> None:
    school, agency = organisation(kind=OrganisationKind.SCHOOL), organisation()
    wanted = course()

    def request(**details: object) -> DeliveryRequest:
        by = person("Jo", "Kerr", Role.DSL, organisation=school)
        given = {"organisation": school, "people": 5, "wish": "", "now": NOW, **details}
        return operations.ask_for_session(course=wanted, by=by, **given)  # type: ignore[arg-type]

    _held(request(), school, 3, days_ago=20)
    _held(request(), school, 2, days_ago=10)
    _held(request(), agency, 4, days_ago=9)
    _held(request(organisation=None, outside_name="Dales Nursery"), None, 1, days_ago=8)
    _held(request(), school, 6, days_ago=900)
    found = queries.delivered(NOW - timedelta(days=365), NOW)
    assert len(found) == 1
    one = found[0]
    assert (one.schools, one.others, one.outside, one.sessions, one.people) == (1, 1, 1, 4, 10)


def test_a_request_is_its_organisations_and_the_officers(app: Flask, sign_in: SignIn) -> None:
    request = _asked(person("Jo", "Kerr", Role.DSL), wish="Canary in the staff room")
    colleague = person("Paul", "Demir", Role.HEADTEACHER, organisation=request.organisation)
    stranger = person("Helen", "Ward", Role.TRAINING_LEAD)
    address = f"/requests/{request.reference}"
    assert "Canary in the staff room" in sign_in(colleague).get(address).text
    assert sign_in(stranger).get(address).status_code == 404
    assert send(sign_in(stranger), "/courses", f"{address}/withdraw").status_code == 404
    assert send(sign_in(colleague), address, f"{address}/answer", answer="agree").status_code == 403
    assert send(sign_in(colleague), address, f"{address}/withdraw").status_code == 303
    db.session.refresh(request)
    assert request.state is DeliveryState.WITHDRAWN


def test_what_is_missing_is_said_beside_its_field_and_nothing_typed_is_lost(app: Flask, sign_in: SignIn) -> None:
    wanted = course()
    browser, address = sign_in(person("Jo", "Kerr", Role.DSL)), f"/courses/{wanted.code}/ask-for-session"
    answer = send(browser, address, where="outside", people="", wish="In May")
    assert answer.status_code == 422
    assert "Enter about how many people would come" in answer.text
    assert "In May" in answer.text
    answer = send(browser, address, where="outside", people="20")
    assert "Say for which organisation the session is." in answer.text
    assert send(browser, address, where="own", people="20").status_code == 303
    assert db.session.scalars(select(DeliveryRequest)).one().people == 20
