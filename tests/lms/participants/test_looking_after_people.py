"""What an officer does for one person of a session."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.bookings.models import Approval, Booking, BookingStatus, CancelReason
from lms.bookings.operations import book_place
from lms.bookings.queries import queue_of
from lms.bookings.rules import PrerequisiteMissing
from lms.catalogue.models import CourseSession
from lms.db import db
from lms.errors import RuleBroken
from lms.letters.models import Letter
from lms.participants import operations, queries
from lms.programme.operations import change_capacity
from lms.roles import Role
from tests import factories
from tests.factories import NOW

Letters = Callable[..., list[Letter]]
Check = Callable[..., None]
Clock = Callable[[datetime], datetime]


def ask(session: CourseSession, *names: str, now: datetime = NOW) -> list[Booking]:
    return [
        book_place(session=session, person=factories.person(name), now=now + timedelta(minutes=minute))
        for minute, name in enumerate(names)
    ]


@pytest.fixture
def last_day(app: Flask, officer: Person, clock: Clock) -> tuple[list[Booking], datetime]:
    """One place taken, three people waiting, and on the day before the start one place more: the list stands still."""
    session = factories.course_session(capacity=1)
    bookings = ask(session, "Ann", "Bea", "Cem", "Dot")
    now = clock(session.starts_at - timedelta(hours=20))
    change_capacity(session=session, capacity=2, by=officer, now=now)
    assert [one.status.value for one in bookings] == ["booked", "waiting", "waiting", "waiting"]
    return bookings, now


def test_in_the_last_day_an_officer_gives_a_place_to_who_can_still_come(
    last_day: tuple[list[Booking], datetime], officer: Person, letters: Letters, invite_is_right: Check
) -> None:
    (_, bea, cem, _), now = last_day
    db.session.commit()
    with pytest.raises(RuleBroken, match=r"Cem Yusuf is number 2 on the list\. Say why"):
        operations.promote(booking=cem, by=officer, now=now)
    operations.promote(booking=cem, by=officer, now=now, reason="Rang back first")
    assert (cem.status, cem.booked_at, bea.status) == (BookingStatus.BOOKED, now, BookingStatus.WAITING)
    (told,) = letters("booking-promoted")
    assert told.person_id == cem.person_id
    invite_is_right(told)
    line = db.session.scalars(select(Activity).where(Activity.verb == "booking:promoted")).one()
    assert (line.actor_id, line.details["reason"]) == (officer.id, "Rang back first")
    db.session.commit()
    with pytest.raises(RuleBroken, match=r"There is no place for Bea Yusuf\. Give the session more places first"):
        operations.promote(booking=bea, by=officer, now=now)


def test_the_first_of_the_list_needs_no_reason(last_day: tuple[list[Booking], datetime], officer: Person) -> None:
    (_, bea, *_), now = last_day
    operations.promote(booking=bea, by=officer, now=now)
    assert bea.status is BookingStatus.BOOKED


def test_nobody_is_given_a_place_past_a_clash_a_manager_or_the_start(
    last_day: tuple[list[Booking], datetime], officer: Person
) -> None:
    (ann, bea, cem, dot), now = last_day
    other = factories.course_session(starts_at=bea.session.starts_at)
    book_place(session=other, person=bea.person, now=now)
    db.session.commit()
    with pytest.raises(RuleBroken, match="Bea Yusuf has a place on Multi-agency neglect at that time"):
        operations.promote(booking=bea, by=officer, now=now)
    cem.approval, cem.manager_name, cem.manager_email, cem.approve_until = Approval.ASKED, "", "", now
    with pytest.raises(RuleBroken, match="The manager of Cem Yusuf has not answered yet"):
        operations.promote(booking=cem, by=officer, now=now, reason="Rang")
    cem.approval = Approval.NOT_NEEDED
    with pytest.raises(RuleBroken, match="Ann Yusuf does not wait any more"):
        operations.promote(booking=ann, by=officer, now=now)
    with pytest.raises(RuleBroken, match="has started"):
        operations.promote(booking=dot, by=officer, now=dot.session.starts_at, reason="Rang")
    assert ann.session.capacity == 2


def test_a_free_place_that_is_held_for_others_is_not_given(app: Flask, officer: Person, clock: Clock) -> None:
    session = factories.course_session(capacity=1)
    factories.hold(session, 1, organisation=factories.organisation(), release_at=session.starts_at)
    (ann,) = ask(session, "Ann")
    with pytest.raises(RuleBroken, match="What is free is held for others"):
        operations.promote(booking=ann, by=officer, now=NOW)


def test_who_let_an_offer_lapse_is_given_a_place_when_they_ring(app: Flask, officer: Person, clock: Clock) -> None:
    session = factories.course_session(capacity=1)
    ann, bea = ask(session, "Ann", "Bea")
    now = clock(session.starts_at - timedelta(days=4))
    operations.cancel_for(booking=ann, by=officer, now=now, reason=None)
    assert bea.status is BookingStatus.OFFERED
    now = clock(now + timedelta(days=2))
    assert bea.lapsed_at is not None
    operations.promote(booking=bea, by=officer, now=now)
    assert (bea.status, bea.lapsed_at) == (BookingStatus.BOOKED, None)


def test_an_officer_cancels_late_and_the_next_person_hears(
    app: Flask, officer: Person, letters: Letters, clock: Clock
) -> None:
    session = factories.course_session(capacity=1)
    ann, bea = ask(session, "Ann", "Bea")
    now = clock(session.starts_at - timedelta(days=2))
    operations.cancel_for(booking=ann, by=officer, now=now, reason=CancelReason.WORK)
    assert (ann.status, ann.cancel_reason, ann.cancelled_late) == (
        BookingStatus.CANCELLED,
        CancelReason.WORK,
        True,
    )
    assert bea.status is BookingStatus.OFFERED
    (told,) = letters("booking-cancelled-by-officer")
    assert "The reason given: Urgent work with a child or family" in told.body


def test_a_reason_changes_the_order_of_the_list_and_reasons_among_themselves_too(app: Flask, officer: Person) -> None:
    session = factories.course_session(capacity=1)
    _, bea, cem, dot = ask(session, "Ann", "Bea", "Cem", "Dot")
    new = operations.add_priority(name="New in post", by=officer, now=NOW)
    alone = operations.add_priority(name="Works alone", by=officer, now=NOW)
    operations.set_priority(booking=cem, reason=alone, by=officer, now=NOW)
    operations.set_priority(booking=dot, reason=new, by=officer, now=NOW)
    assert queue_of(session) == [dot, cem, bea]
    operations.move_priority(reason=alone, up=True, by=officer, now=NOW)
    assert queue_of(session) == [cem, dot, bea]
    operations.move_priority(reason=alone, up=True, by=officer, now=NOW)
    operations.set_priority(booking=cem, reason=None, by=officer, now=NOW)
    assert queue_of(session) == [dot, bea, cem]
    operations.retire_priority(reason=new, by=officer, now=NOW)
    assert [one.name for one in queries.priorities()] == ["Works alone"]
    assert queue_of(session) == [dot, bea, cem], "who has it keeps it"
    operations.bring_back_priority(reason=new, by=officer, now=NOW)
    assert [one.name for one in queries.priorities()] == ["Works alone", "New in post"]
    with pytest.raises(RuleBroken, match="of this name already"):
        operations.rename_priority(reason=alone, name="new in POST", by=officer, now=NOW)


def test_somebody_is_booked_outside_the_booking_window_and_told_by_whom(
    app: Flask, officer: Person, letters: Letters
) -> None:
    session = factories.course_session(booking_closes_at=NOW - timedelta(days=1))
    ann = factories.person("Ann")
    made = operations.book_for(session=session, person=ann, by=officer, now=NOW)
    assert (made.status, made.made_by_id) == (BookingStatus.BOOKED, officer.id)
    (told,) = letters("booking-by-other")
    assert told.person_id == ann.id


def test_the_manager_is_asked_unless_the_agency_has_agreed(app: Flask, officer: Person, letters: Letters) -> None:
    session = factories.course_session(factories.course(needs_approval=True))
    ann, bea, cem = factories.person("Ann"), factories.person("Bea"), factories.person("Cem")
    db.session.commit()
    with pytest.raises(RuleBroken, match="Enter the name and the email address of their manager"):
        operations.book_for(session=session, person=ann, by=officer, now=NOW)
    with pytest.raises(RuleBroken, match="Enter the name and the email address of their manager"):
        operations.book_for(
            session=session, person=ann, by=officer, now=NOW, manager_name="Ann", manager_email=ann.email or ""
        )
    asked = operations.book_for(
        session=session, person=bea, by=officer, now=NOW, manager_name="Max", manager_email="max@agency.example"
    )
    agreed = operations.book_for(session=session, person=cem, by=officer, now=NOW, agreed=True)
    assert (asked.status, agreed.status, agreed.approval) == (
        BookingStatus.APPROVAL,
        BookingStatus.BOOKED,
        Approval.GIVEN,
    )
    assert [one.to_email for one in letters("approval-asked")] == ["max@agency.example"]


def test_who_cannot_be_booked_is_named(app: Flask, officer: Person) -> None:
    first = factories.course(title="First steps")
    course = factories.course(prerequisites=[first])
    session = factories.course_session(course)
    tess = factories.person("Tess", "T", Role.TRAINER)
    session.trainers = [tess]
    gone, ann, new = factories.person("Gil", disabled_at=NOW), factories.person("Ann"), factories.person("Nia")
    operations.book_for(session=session, person=ann, by=officer, now=NOW, learned_elsewhere=True)
    db.session.commit()
    for person, sentence in (
        (tess, "Tess T teaches this session"),
        (gone, "Gil Yusuf can no longer sign in"),
        (ann, "Ann Yusuf has a place on this session already"),
    ):
        with pytest.raises(RuleBroken, match=sentence):
            operations.book_for(session=session, person=person, by=officer, now=NOW, learned_elsewhere=True)
    with pytest.raises(PrerequisiteMissing, match=r"comes: First steps\. .* tick that Nia Yusuf has learned it"):
        operations.book_for(session=session, person=new, by=officer, now=NOW)
