"""Copies of sessions: on which days, with what, and which days are left out."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.accounts.models import Person
from lms.attendance.models import Mark
from lms.attendance.operations import add_walk_in, record_marks
from lms.attendance.rules import MarkGiven
from lms.bookings.operations import book_place, cancel_booking
from lms.catalogue.models import CourseSession, GroupKind, SessionGroup
from lms.dates import from_london, london
from lms.db import db
from lms.demand.operations import show_interest
from lms.errors import RuleBroken
from lms.groups import operations, queries, rules
from lms.groups.queries import Reach
from lms.groups.rules import Every
from lms.letters.models import Letter
from lms.roles import Role
from tests import factories
from tests.browsing import send, token
from tests.factories import NOW

Letters = Callable[..., list[Letter]]


@pytest.fixture
def office(officer: Person, sign_in: Callable[[Person], FlaskClient]) -> FlaskClient:
    return sign_in(officer)


def newest() -> list[CourseSession]:
    """The drafts, by time."""
    found = select(CourseSession).where(CourseSession.published_at.is_(None)).order_by(CourseSession.starts_at)
    return list(db.session.scalars(found))


def test_a_copy_is_a_draft_with_everything_but_people_and_link(app: Flask, officer: Person, letters: Letters) -> None:
    course = factories.course("NEG")
    trainer, gone = factories.person("Tess", "T", Role.TRAINER), factories.person("Gil", "G", disabled_at=NOW)
    session = factories.course_session(
        course, reference="NEG-2024-11", minimum=5, capacity=9, bring="A case", joining_link="https://meet.example/x",
        booking_opens_at=from_london(date(2024, 10, 20)), booking_closes_at=from_london(date(2024, 11, 4)),
    )  # fmt: skip
    session.trainers = [trainer, gone]
    health = factories.organisation()
    factories.hold(session, 3, sector=health.sector, release_at=from_london(date(2024, 10, 25)), released_at=NOW)
    book_place(session=session, person=factories.person("Ann"), now=from_london(date(2024, 10, 21)))
    copies = operations.copy_session(session=session, days=[date(2025, 4, 1)], by=officer, now=NOW)
    (copy,) = copies.made
    assert (copy.reference, copy.published_at, copy.joining_link) == ("NEG-2025-04", None, "")
    assert london(copy.starts_at).isoformat() == "2025-04-01T09:30:00+01:00", "half past nine in summer too"
    assert (copy.minimum, copy.capacity, copy.bring, copy.trainers) == (5, 9, "A case", [trainer])
    assert london(copy.booking_opens_at or NOW).isoformat() == "2025-03-16T00:00:00+00:00"
    assert london(copy.booking_closes_at or NOW).isoformat() == "2025-03-31T00:00:00+01:00"
    (hold,) = copy.holds
    assert (hold.places, hold.sector, hold.released_at) == (3, health.sector, None)
    assert london(hold.release_at).date() == date(2025, 3, 21)
    assert len(letters()) == 1, "the one of who booked"


def test_bank_holidays_and_days_it_is_held_already_are_left_out(app: Flask, officer: Person) -> None:
    session = factories.course_session(starts_at=from_london(date(2025, 4, 7), 9, 30))
    days = rules.days_of(date(2025, 4, 7), Every.WEEK, 4)
    copies = operations.copy_session(session=session, days=days, by=officer, now=NOW)
    assert [london(one.starts_at).date() for one in copies.made] == [date(2025, 4, 14), date(2025, 4, 28)]
    assert copies.words == (
        "2 drafts are made. Left out: 7 April 2025 (it is held then already) and 21 April 2025 (Easter Monday)."
    )
    again = operations.copy_session(session=session, days=days, by=officer, now=NOW)
    assert again.made == [], "pressed twice"


def test_every_date_of_a_session_keeps_its_distance_and_none_is_on_a_bank_holiday(app: Flask, officer: Person) -> None:
    session = factories.course_session()
    session.dates.append(
        type(session.dates[0])(
            starts_at=session.starts_at + timedelta(days=6), ends_at=session.ends_at + timedelta(days=6)
        )
    )
    db.session.flush()
    copies = operations.copy_session(session=session, days=[date(2025, 8, 12), date(2025, 8, 19)], by=officer, now=NOW)
    (copy,) = copies.made
    assert [london(one.starts_at).date().day for one in copy.dates] == [12, 18]
    assert "19 August 2025 (Late Summer Bank Holiday)" in copies.words


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ([], "at least one day"),
        ([date(2024, 10, 8)], "8 October 2024 is not"),
        ([date(2025, 1, 6)] * 54, "no more than 53"),
    ],
)
def test_days_that_cannot_be(days: list[date], sentence: str, app: Flask, officer: Person) -> None:
    session = factories.course_session()
    with pytest.raises(RuleBroken, match=sentence):
        operations.copy_session(session=session, days=days, by=officer, now=NOW)


def test_what_is_no_day_is_named() -> None:
    assert rules.read_days("Tue 5 Nov 2024\n5.11.2024\n6/11/2024") == [date(2024, 11, 5), date(2024, 11, 6)]
    for line in ("soon", "5 November", "31/2/2025", "5 November 24", "1 2 3 4"):
        with pytest.raises(RuleBroken, match=f"“{line}” is not a day"):
            rules.read_days(f"5 November 2024\n{line}")


def test_a_month_goes_by_the_weekday() -> None:
    assert rules.days_of(date(2025, 1, 31), Every.MONTH, 3) == [date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 28)]
    assert rules.days_of(date(2024, 11, 5), Every.ONCE, 9) == [date(2024, 11, 5)]


def week(officer: Person) -> SessionGroup:
    """Safeguarding Week 2024 with three sessions on two days, one of them called off."""
    group = operations.add_group(
        title="Safeguarding Week 2024", about="Every year", kind=GroupKind.BUNDLE, by=officer, now=NOW
    )
    for code, day, hour in (("ONE", 18, 9), ("TWO", 20, 13), ("OFF", 19, 9)):
        factories.course_session(
            factories.course(code),
            group=group,
            starts_at=datetime(2024, 11, day, hour, tzinfo=UTC),
            cancelled_at=NOW if code == "OFF" else None,
        )
    return group


def test_a_whole_week_is_copied_to_the_next_year_as_drafts(app: Flask, officer: Person, letters: Letters) -> None:
    group = week(officer)
    new, copies = operations.copy_group(
        group=group, title="Safeguarding Week 2025", about="", week_of=date(2025, 11, 21), by=officer, now=NOW
    )
    assert (new.key, new.kind) == ("safeguarding-week-2025", GroupKind.BUNDLE)
    assert [(one.course.code, f"{london(one.starts_at):%a %d %b %H:%M}") for one in copies.made] == [
        ("ONE", "Mon 17 Nov 09:00"),
        ("TWO", "Wed 19 Nov 13:00"),
    ]
    assert queries.sessions_of(new) == copies.made
    db.session.commit()
    with pytest.raises(RuleBroken, match="another week"):
        operations.copy_group(group=group, title="X", about="", week_of=date(2024, 11, 24), by=officer, now=NOW)
    show_interest(course=copies.made[0].course, person=factories.person("Ina"), now=NOW)
    assert operations.publish_group(group=new, by=officer, now=NOW) == 1
    assert {one.published_at for one in copies.made} == {NOW}
    assert [one.key for one in letters()] == ["interest-new-date"]


def test_seats_are_counted_apart_from_people(app: Flask, officer: Person) -> None:
    group = week(officer)
    one, _, two = queries.sessions_of(group)
    ann, bea, cem = factories.person("Ann"), factories.person("Bea"), factories.person("Cem")
    marks = []
    for session, person in ((one, ann), (two, ann), (one, bea), (two, cem)):
        marks.append(book_place(session=session, person=person, now=NOW))
    cancel_booking(booking=marks.pop(), by=cem, now=NOW)
    for booking in marks[:2]:
        during = booking.session.starts_at
        record_marks(booking.session.dates[0], given=[MarkGiven(booking.id, Mark.ATTENDED)], by=None, now=during)
    add_walk_in(
        one.dates[0],
        first_name="Wim",
        last_name="W",
        email="",
        organisation_id=bea.organisation_id,
        by=officer,
        now=one.starts_at,
    )
    every, by_sector = queries.reach(group)
    assert every == Reach(seats=3, people=2, came_seats=3, came_people=2)
    assert dict(by_sector) == {
        ann.organisation.sector.name: Reach(2, 1, 2, 1),
        bea.organisation.sector.name: Reach(1, 1, 1, 1),
    }


def test_a_session_is_copied_from_its_page(office: FlaskClient) -> None:
    session = factories.course_session(factories.course("NEG"))
    path = f"/sessions/{session.reference}/copy"
    fields = {"every": "fortnight", "first-day": "7", "first-month": "1", "first-year": "2025", "times": "3"}
    done = send(office, path, **fields, series="Spring dates")
    assert (done.status_code, done.location) == (303, "/programme?show=drafts")
    assert "3 drafts are made." in office.get("/programme?show=drafts").text
    assert [london(one.starts_at).date() for one in newest()] == [date(2025, 1, 7), date(2025, 1, 21), date(2025, 2, 4)]
    (group,) = {one.group for one in newest()}
    assert group is not None
    assert (group.key, group.kind) == ("spring-dates", GroupKind.SERIES)
    send(office, path, every="days", days="4 March 2025\n1 January 2026", group="spring-dates")
    assert "1 draft is made. Left out: 1 January 2026 (New Year&#39;s Day)." in office.get("/programme").text
    assert len(queries.sessions_of(group)) == 4


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"every": "week", "times": "3"}, "Enter the first day"),
        ({"every": "week", "first-day": "7", "first-month": "1", "first-year": "2025", "times": ""}, "Enter how many dates"),
        ({"every": "days", "days": "5 November 2024\nsoon"}, "“soon” is not a day"),
        ({"every": "days", "days": ""}, "Enter at least one day"),
        ({"every": "once", "first-day": "7", "first-month": "1", "first-year": "2023"}, "Enter days that are still to come"),
        ({"every": ""}, "Select how often"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_days_is_said(fields: dict[str, str], sentence: str, office: FlaskClient) -> None:
    session = factories.course_session()
    page = send(office, f"/sessions/{session.reference}/copy", series="Kept", **fields)
    assert page.status_code == 422
    assert page.text.count(sentence) >= 2
    assert 'value="Kept"' in page.text
    assert newest() == []


def test_the_page_of_a_week_counts_and_leads_on(office: FlaskClient, officer: Person) -> None:
    group = week(officer)
    one, *_ = queries.sessions_of(group)
    book_place(session=one, person=factories.person("Ann"), now=NOW)
    page = office.get("/programme/groups/safeguarding-week-2024")
    assert "<strong>1 person</strong> booked <strong>1 seat</strong>" in page.text
    assert "Safeguarding Week 2024" in office.get("/programme").text
    assert "Safeguarding Week 2024" in office.get("/programme/groups").text
    path = "/programme/groups/safeguarding-week-2024"
    week_of = {"week_of-day": "17", "week_of-month": "11", "week_of-year": "2025"}
    done = send(office, f"{path}/copy", title="Safeguarding Week 2025", **week_of)
    assert (done.status_code, done.location) == (303, "/programme/groups/safeguarding-week-2025")
    page = office.get(done.location)
    assert "2 drafts are made." in page.text
    assert "Publish all 2 drafts" in page.text
    csrf = token(page)
    assert office.post(f"{done.location}/publish", data={"csrf_token": csrf}).status_code == 303
    assert office.post(f"{done.location}/publish", data={"csrf_token": csrf}).status_code == 422
    refused = office.post(f"{path}/remove", data={"csrf_token": csrf})
    assert "There are sessions in it" in refused.text
    assert send(office, f"{path}/edit", title="Week 2024", about="").status_code == 303
    assert "Week 2024" in office.get(path).text
    missing = send(office, f"{path}/copy", title="", **week_of)
    assert (missing.status_code, missing.text.count("Enter a name")) == (422, 2)


def test_an_empty_group_is_made_and_deleted(office: FlaskClient) -> None:
    assert "There is none yet." in office.get("/programme/groups").text
    made = send(office, "/programme/groups/new", title="New", kind="series")
    assert made.location == "/programme/groups/new-2"
    page = office.get(made.location)
    assert "There is no session in it yet." in page.text
    assert office.post(f"{made.location}/remove", data={"csrf_token": token(page)}).status_code == 303
    assert office.get(made.location).status_code == 404
