"""What people learned elsewhere counts towards what they must hold once it is approved, and parts of a session by the minute."""

from datetime import date, timedelta

from flask import Flask

from lms.accounts.models import Person
from lms.attendance.models import AttendanceMark, Mark
from lms.db import db
from lms.due.holdings import holdings
from lms.due.rules import DueState, Held
from lms.due.standing import standing_of
from lms.learning import operations as learning
from lms.learning.operations import Told
from lms.learning.queries import fingerprint
from lms.organisations.models import Organisation
from lms.roles import Role
from tests.factories import NOW, course, person
from tests.lms.due.conftest import came, dsl_course, group, rule


def test_training_elsewhere_counts_as_the_course_it_is_once_somebody_has_approved_it(school: Organisation) -> None:
    amina, lead = person(organisation=school), person("Joanne", "Kerr", Role.DSL, organisation=school)
    of = dsl_course()
    asked = rule(group(), "DSL")
    told = Told("DSL refresher of another county", "", date(2024, 3, 5), hours=6.0, course=of)
    past = learning.add_past(person=amina, told=told, evidence=None, now=NOW)
    assert standing_of(amina, NOW).lines[0].stands[asked.id].state is DueState.NOT_KNOWN
    learning.approve(past=past, by=lead, seen=fingerprint(past), now=NOW)
    stand = standing_of(amina, NOW).lines[0].stands[asked.id]
    assert (stand.state, stand.held_on, stand.expires_on) == (DueState.IN_DATE, date(2024, 3, 5), date(2026, 3, 5))


def test_hours_of_something_that_is_none_of_our_courses_are_held_too(app: Flask) -> None:
    amina = person()
    learning.load_past(person=amina, told=Told("First aid", "", date(2022, 2, 1), 6.0, 4.0), now=NOW)
    assert holdings(Person.id == amina.id, NOW) == {amina.id: [Held(date(2022, 2, 1), "", 6.0, 4.0)]}


def test_who_left_early_has_the_minutes_they_were_there(app: Flask) -> None:
    amina = person()
    booked = came(amina, course("NEG", hours=3.0, participatory_hours=2.5), date(2024, 5, 14), Mark.LEFT_EARLY)
    assert holdings(Person.id == amina.id, NOW) == {amina.id: [Held(date(2024, 5, 14), "NEG")]}
    mark = db.session.scalars(db.select(AttendanceMark).where(AttendanceMark.booking_id == booked.id)).one()
    mark.until_at = booked.session.starts_at + timedelta(minutes=90)
    db.session.flush()
    assert holdings(Person.id == amina.id, NOW) == {amina.id: [Held(date(2024, 5, 14), "NEG", 1.5)]}
