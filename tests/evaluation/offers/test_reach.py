"""Reach: people known one by one are one person over everything an action offers; what was typed stands beside, never added."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from evaluation.actions.models import Action
from evaluation.offers import operations, queries
from evaluation.offers.models import CountUnit, LearningOffer, OfferKind
from evaluation.offers.operations import Told
from lms.accounts.models import Employment, Person
from lms.attendance.models import AttendanceMark, Mark
from lms.bookings.models import BookingOrigin
from lms.catalogue.models import Course, CourseKind, CourseSession, GroupKind, SessionGroup
from lms.db import db
from lms.elearning.models import Enrolment
from lms.learning.models import PastLearning, PastOrigin, PastState
from lms.organisations.models import Organisation, Sector
from lms.people import operations as people
from lms.roles import Role
from tests.factories import NOW, booking, course, course_session, organisation, person
from tests.threads import a_log

MAY = datetime(2024, 5, 14, 9, 30, tzinfo=UTC)
TODAY = date(2024, 10, 8)


@pytest.fixture
def action(app: Flask) -> Action:
    """An action that offers a course NEG, and a resource."""
    a_log()
    return db.session.scalars(select(Action).where(Action.reference == "LDA-1")).one()


def offer(action: Action, kind: OfferKind, **told: object) -> LearningOffer:
    return operations.add(action=action, told=Told(kind, **told), actor=None, now=NOW)  # type: ignore[arg-type]


def came(
    who: Person, to: Course | CourseSession, at: datetime = MAY, mark: Mark = Mark.ATTENDED, **more: object
) -> None:
    session = to if isinstance(to, CourseSession) else course_session(to, starts_at=at)
    made = booking(session, who, **more)
    db.session.add(AttendanceMark(booking_id=made.id, mark=mark, marked_at=at))
    db.session.flush()


def finished(who: Person, of: Course, at: datetime = MAY) -> None:
    times = {"booked_at": at, "started_at": at, "completed_at": at, "imported": True}
    db.session.add(Enrolment(course=of, person=who, **times))
    db.session.flush()


def neglect() -> Course:
    return db.session.query(Course).filter_by(code="NEG").one()


def counted(action: Action, first: date | None = None, last: date = TODAY) -> dict[str, int | None]:
    db.session.expire_all()
    found = queries.reach(action.offers, first=first, last=last)
    return {one.title: one.count for one in found.offers} | {"all": found.people, "from": found.organisations}


def test_two_courses_and_the_e_learning_are_one_person(action: Action) -> None:
    second, online = course(title="Second"), course(title="Online", kind=CourseKind.E_LEARNING)
    for one in (second, online):
        offer(action, OfferKind.COURSE, course_id=one.id)
    amina = person()
    came(amina, neglect())
    came(amina, neglect(), MAY + timedelta(days=40))
    came(amina, second)
    finished(amina, online)
    came(person("Ben", "Cole", organisation=amina.organisation), second, origin=BookingOrigin.WALK_IN)
    found = counted(action)
    assert {name: found[name] for name in ("Multi-agency neglect", "Second", "Online")} == {
        "Multi-agency neglect": 1, "Second": 2, "Online": 1,
    }  # fmt: skip
    assert (found["all"], found["from"]) == (2, 1)


def test_who_did_not_come_what_was_cancelled_and_who_only_booked_are_not_reached(action: Action) -> None:
    online = course(title="Online", kind=CourseKind.E_LEARNING)
    offer(action, OfferKind.COURSE, course_id=online.id)
    came(person(), neglect(), mark=Mark.NO_SHOW)
    gone = course_session(neglect(), starts_at=MAY)
    came(person(), gone)
    gone.cancelled_at = MAY
    db.session.add(Enrolment(course=online, person=person(), booked_at=MAY))
    found = counted(action)
    assert (found["Multi-agency neglect"], found["Online"], found["all"]) == (0, 0, 0)


def test_nothing_counted_is_not_none_reached(action: Action) -> None:
    """No register says anything: then it is not known, which is not 0."""
    booking(course_session(neglect(), starts_at=MAY))
    assert counted(action)["Multi-agency neglect"] is None


def test_the_first_and_the_last_day_of_a_period_belong_to_it(action: Action) -> None:
    for days in range(3):
        came(person(), neglect(), MAY + timedelta(days=days))
    finds = {(first, last): counted(action, date(2024, 5, first), date(2024, 5, last))["all"]
             for first, last in ((14, 14), (14, 15), (15, 16), (17, 20))}  # fmt: skip
    assert finds == {(14, 14): 1, (14, 15): 2, (15, 16): 2, (17, 20): 0}


def test_two_accounts_that_are_one_person_are_counted_once(action: Action) -> None:
    home = organisation()
    one, other = person(organisation=home), person(organisation=home)
    came(one, neglect())
    came(other, neglect(), MAY + timedelta(days=3))
    assert counted(action)["all"] == 2
    people.merge(emptied=other, survivor=one, by=person("Joan", "Field", Role.LD_OFFICER), now=NOW)
    assert counted(action)["all"] == 1


def test_a_series_counts_its_sessions_and_nobody_twice(action: Action) -> None:
    week = SessionGroup(key="week", title="A week", kind=GroupKind.BUNDLE)
    db.session.add(week)
    db.session.flush()
    offer(action, OfferKind.SERIES, group_id=week.id)
    amina = person()
    came(amina, course_session(neglect(), starts_at=MAY, group=week))
    came(amina, course_session(course(title="Other"), starts_at=MAY + timedelta(days=1), group=week))
    assert counted(action) | {} == {
        "Multi-agency neglect": 1,
        "Neglect toolkit": None,
        "A week": 1,
        "all": 1,
        "from": 1,
    }


def test_history_counts_only_where_it_is_attendance_of_ours(action: Action) -> None:
    online = course(title="Online", kind=CourseKind.E_LEARNING)
    offer(action, OfferKind.COURSE, course_id=online.id)
    rows = (
        (neglect(), PastOrigin.IMPORTED, PastState.APPROVED),
        (neglect(), PastOrigin.ENTERED, PastState.APPROVED),
        (online, PastOrigin.IMPORTED, PastState.APPROVED),
    )
    for of, origin, state in rows:
        more = {"origin": origin, "state": state, "added_at": NOW, "decided_at": NOW}
        db.session.add(
            PastLearning(person=person(), title=of.title, same_as=of.code, done_on=date(2023, 3, 7), course=of, **more)
        )
    db.session.flush()
    assert counted(action)["all"] == 1


def test_e_learning_counts_where_somebody_worked_when_it_was_completed(action: Action) -> None:
    online = course(title="Online", kind=CourseKind.E_LEARNING)
    offer(action, OfferKind.COURSE, course_id=online.id)
    sectors = [Sector(key=key, name=key.title(), position=at) for at, key in ((901, "health"), (902, "schools"))]
    ward, school = organisation("Ward", sector=sectors[0]), organisation("School", sector=sectors[1])
    amina = person(organisation=school)
    db.session.add(Employment(person=amina, organisation=ward, until_at=MAY + timedelta(days=9)))
    finished(amina, online)
    found = queries.reach(action.offers, first=None, last=TODAY)
    assert [one[:3] for one in found.sectors if one[1]] == [("Health", 1, 1)]


def test_typed_counts_stand_beside_people_and_the_newest_day_holds(action: Action) -> None:
    campaign = offer(action, OfferKind.CAMPAIGN, title="Look twice", starts_on=date(2024, 3, 1))
    came(person(), neglect())
    for day, unit, number in (
        (date(2024, 3, 31), CountUnit.VISITS, 400),
        (date(2024, 9, 30), CountUnit.VISITS, 1240),
        (date(2024, 9, 30), CountUnit.COPIES, 300),
    ):
        operations.add_count(
            offer=campaign, unit=unit, count=number, dated=day, source="the website", actor=None, now=NOW
        )
    db.session.expire_all()
    found = queries.reach(action.offers, first=None, last=TODAY)
    said = [(one.kind, one.unit, one.count, one.known) for one in found.offers if one.title == "Look twice"]
    assert said == [("Campaign", "visits", 1240, False), ("Campaign", "copies", 300, False)]
    assert found.people == 1
    early = queries.reach(action.offers, first=date(2024, 3, 1), last=date(2024, 4, 30)).offers
    assert [one.count for one in early if one.title == "Look twice"] == [400]


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), max_size=12))
def test_people_in_all_are_no_more_than_the_sum_and_no_fewer_than_the_largest_offer(
    action: Action, visits: list[tuple[int, int]]
) -> None:
    served = action.id
    with db.session.begin_nested() as undone:
        home = organisation()
        people_here = [person(organisation=home) for _ in range(5)]
        courses = [course(), course(), course(kind=CourseKind.E_LEARNING)]
        offers = [LearningOffer(kind=OfferKind.COURSE, course=one) for one in courses]
        for one in offers:
            one.action_id = served
        db.session.add_all(offers)
        db.session.flush()
        for who, which in visits:
            (finished if which == 2 else came)(people_here[who], courses[which])
        found = queries.reach(offers, first=None, last=TODAY)
        kinds = [one.count or 0 for one in found.offers]
        assert max(kinds, default=0) <= found.people <= sum(kinds)
        assert found.people == len({who for who, _ in visits})
        assert sum(one[1] for one in found.sectors) == found.people
        assert sum(one[2] for one in found.sectors) == found.organisations
        undone.rollback()
    db.session.expunge_all()


def test_the_number_of_queries_does_not_grow_with_people_or_offers(action: Action, count_queries: list[str]) -> None:
    def asked() -> int:
        db.session.commit()
        db.session.expire_all()
        offers = list(action.offers)
        count_queries.clear()
        queries.reach(offers, first=None, last=TODAY)
        return len(count_queries)

    came(person(), neglect())
    few = asked()
    for _ in range(3):
        more = course()
        offer(action, OfferKind.COURSE, course_id=more.id)
        came(person(organisation=db.session.query(Organisation).first()), more)
    assert asked() <= few
    assert few <= 12
