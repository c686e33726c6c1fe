"""What a session is to each colleague is said for many at once, and is the same as for one."""

from datetime import timedelta

from lms.attendance.models import AttendanceMark, Mark
from lms.bookings import queries, rules
from lms.db import db
from lms.elearning.models import Enrolment
from lms.teams.plans import Plan, plan_of, stand_of
from tests.factories import NOW, booking, course, course_session
from tests.lms.bookings import steps
from tests.lms.teams.conftest import Team


def test_for_many_the_same_is_said_as_for_one(team: Team) -> None:
    first, second = course(title="First"), course(title="Second")
    session = course_session(course(prerequisites=[first, second], refresh_months=24))
    people = team.people("None", "Trains", "Waits", "Clash", "Before", "Online", "Half", "Recent", "Old", "Missed")
    none, trains, waits, clash, before, online, half, recent, old, missed = people
    session.trainers.append(trains)
    steps.ask(session, waits, learned_elsewhere=True)
    steps.ask(course_session(course(title="Other")), clash)
    steps.ask(course_session(course(title="Full"), capacity=0), online)  # who waits there has nothing in the way yet
    for who, of, days, mark in (
        (before, first, 50, Mark.ATTENDED),
        (before, second, 60, Mark.PART),
        (half, first, 50, Mark.ATTENDED),
        (recent, session.course, 100, Mark.ATTENDED),
        (recent, session.course, 900, Mark.ATTENDED),
        (old, session.course, 900, Mark.ATTENDED),
        (missed, session.course, 100, Mark.NO_SHOW),
        (missed, first, 100, Mark.NO_SHOW),
    ):
        came = booking(course_session(of, starts_at=NOW - timedelta(days=days)), who)
        db.session.add(AttendanceMark(booking_id=came.id, mark=mark, marked_at=NOW))
    for of in (first, second):
        db.session.add(Enrolment(person_id=online.id, course_id=of.id, booked_at=NOW, started_at=NOW, completed_at=NOW))
    db.session.add(Enrolment(person_id=half.id, course_id=second.id, booked_at=NOW))
    db.session.flush()
    found = stand_of(people, session)
    assert [one.person for one in found] == people
    for one in found:
        live = queries.live_booking(one.person, session)
        last = queries.last_came(one.person, session.course)
        early = last if last and rules.too_early(last, 24, session.starts_at) else None
        assert one.live == (live.status if live else None)
        assert one.teaches is queries.teaches(one.person, session)
        assert list(one.clashes) == list(queries.in_the_way(one.person, session))
        assert list(one.missing) == list(queries.missing_before(one.person, session.course))
        assert one.early == early
    kinds = {(bool(one.live), one.teaches, bool(one.clashes), len(one.missing), bool(one.early)) for one in found}
    assert len(kinds) >= 6, "the people above differ in what is said of them"
    assert none.id == found[0].person.id


def test_what_was_said_has_a_key_and_other_words_have_another(team: Team) -> None:
    session = course_session(capacity=2)
    amin, bell, cole = team.people("Amin", "Bell", "Cole")

    def plan(*people: object, unnamed: int = 0) -> Plan:
        return plan_of(session, people, [], by=team.lead, now=NOW, unnamed=unnamed)  # type: ignore[arg-type]

    assert plan(amin, bell).to_say is False
    assert plan(amin, bell, cole).to_say is True
    assert plan(amin, bell, cole).key == plan(cole, bell, amin).key
    keys = {plan(amin, bell).key, plan(amin, bell, cole).key, plan(amin, unnamed=1).key, plan(amin, unnamed=2).key}
    assert len(keys) == 3, "two unnamed places where one is free are one, and so is what is said"
    steps.ask(session, amin)
    assert plan(amin, bell).to_say is True
