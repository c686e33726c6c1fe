"""A session that joins another: everybody keeps what they have, and hears once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from flask import Flask
from icalendar import Calendar

from lms.accounts.models import Person
from lms.bookings import queries as booking_queries
from lms.bookings import rules as booking_rules
from lms.bookings.models import Approval, Booking, BookingStatus, Ending
from lms.bookings.operations import book_place, cancel_booking
from lms.catalogue.models import Course, CourseSession
from lms.closures.operations import merge_sessions
from lms.db import db
from lms.errors import RuleBroken
from lms.letters.models import Letter
from lms.needs.operations import tell
from lms.needs.queries import of_booking
from lms.programme.queries import live
from lms.roles import Role
from lms.teams.operations import reserve
from tests import factories
from tests.factories import NOW

Letters = Callable[..., list[Letter]]
Check = Callable[..., None]
LATER = NOW + timedelta(hours=1)
Clock = Callable[[datetime], datetime]


@pytest.fixture
def neglect(app: Flask) -> Course:
    return factories.course("NEG")


@pytest.fixture
def source(neglect: Course) -> CourseSession:
    """5 November, two places."""
    return factories.course_session(neglect, capacity=2)


@pytest.fixture
def into(neglect: Course) -> CourseSession:
    """1 April, in summer time, three places."""
    return factories.course_session(neglect, capacity=3, starts_at=datetime(2025, 4, 1, 8, 30, tzinfo=UTC))


def ask(session: CourseSession, who: str | Person, minutes: int = 0) -> Booking:
    person = factories.person(who) if isinstance(who, str) else who
    return book_place(session=session, person=person, now=NOW + timedelta(minutes=minutes))


def there(booking: Booking, into: CourseSession) -> Booking:
    found = booking_queries.live_booking(booking.person, into)
    assert found is not None
    return found


def test_places_and_the_list_go_along_and_the_calendar_moves(
    source: CourseSession, into: CourseSession, officer: Person, letters: Letters, invite_is_right: Check
) -> None:
    ann, bea = ask(source, "Ann"), ask(source, "Bea", 1)
    cem, dot = ask(source, "Cem", 2), ask(source, "Dot", 3)
    eve, fay = ask(into, "Eve", 4), ask(into, "Fay", 5)
    before = {one.to_name: one for one in letters("booking-booked")}
    with pytest.raises(
        RuleBroken, match=r"2 places would have to be free .* 1 of them is not\. Give .* 1 more place first"
    ):
        merge_sessions(source=source, into=into, by=officer, now=LATER)
    into.capacity = 4
    done = merge_sessions(source=source, into=into, by=officer, now=LATER)

    assert (done.with_place, done.held, done.waiting, done.both) == (2, 0, 2, 0)
    assert [one.ending for one in (ann, bea, cem, dot)] == [Ending.TRANSFERRED] * 4
    moved = [there(one, into) for one in (ann, bea, cem, dot)]
    assert [one.status.value for one in moved] == ["booked", "booked", "waiting", "waiting"]
    assert [one.asked_at for one in moved] == [one.asked_at for one in (ann, bea, cem, dot)]
    assert [one.replaces_id for one in moved] == [one.id for one in (ann, bea, cem, dot)]
    assert booking_queries.positions(moved[2:]) == {moved[2].id: 1, moved[3].id: 2}
    assert {one.status for one in (eve, fay)} == {BookingStatus.BOOKED}

    merged = letters("session-merged")
    assert [one.to_name for one in merged] == ["Ann Yusuf", "Bea Yusuf", "Cem Yusuf", "Dot Yusuf"]
    assert [one.calendar for one in merged[2:]] == ["", ""]
    assert (
        "It was: Tuesday 5 November 2024, 9:30am to 1pm\nIt is now: Tuesday 1 April 2025, 9:30am to 1pm"
        in merged[0].body
    )
    for one in merged[:2]:
        invite_is_right(one, before[one.to_name])
    event = Calendar.from_ical(merged[0].calendar).walk("VEVENT")[0]
    assert (event["DTSTART"].dt.isoformat(), event["SEQUENCE"]) == ("2025-04-01T09:30:00+01:00", 1)
    assert (source.cancelled_at, source.merged_into) == (LATER, into)
    assert booking_rules.free_until(into, moved[0]) == into.starts_at


def test_an_entry_that_moved_twice_and_goes_is_still_the_same_entry(
    source: CourseSession,
    into: CourseSession,
    officer: Person,
    letters: Letters,
    invite_is_right: Check,
    neglect: Course,
) -> None:
    ann = ask(source, "Ann")
    last = factories.course_session(neglect, starts_at=datetime(2025, 5, 6, 8, 30, tzinfo=UTC))
    merge_sessions(source=source, into=into, by=officer, now=LATER)
    merge_sessions(source=into, into=last, by=officer, now=LATER + timedelta(hours=1))
    cancel_booking(booking=there(ann, last), by=ann.person, now=LATER + timedelta(hours=2))
    sent = [one for one in letters(to=ann.person) if one.calendar]
    assert [one.key for one in sent] == [
        "booking-booked",
        "session-merged",
        "session-merged",
        "booking-cancelled-by-learner",
    ]
    for earlier, later in pairwise(sent):
        invite_is_right(later, earlier)


def test_who_waits_gets_what_is_free_there_in_the_order_of_asking_and_hears_once(
    source: CourseSession, into: CourseSession, officer: Person, letters: Letters
) -> None:
    ask(source, "Ann"), ask(source, "Bea", 1)
    cem, dot = ask(source, "Cem", 2), ask(source, "Dot", 3)
    done = merge_sessions(source=source, into=into, by=officer, now=LATER)
    assert (there(cem, into).status, there(dot, into).status) == (BookingStatus.BOOKED, BookingStatus.WAITING)
    assert (done.with_place, done.waiting) == (3, 1)
    for booking in (cem, dot):
        assert len(letters(to=booking.person)) == 2, "one when they asked, one now"
    assert letters("session-merged", to=cem.person)[0].calendar_method == "REQUEST"


def test_who_waits_and_has_something_else_at_the_new_time_is_asked_first(
    source: CourseSession, into: CourseSession, officer: Person, letters: Letters
) -> None:
    ask(source, "Ann"), ask(source, "Bea", 1)
    cem = ask(source, "Cem", 2)
    book_place(session=factories.course_session(starts_at=into.starts_at), person=cem.person, now=NOW)
    merge_sessions(source=source, into=into, by=officer, now=LATER)
    assert there(cem, into).status is BookingStatus.OFFERED
    assert [one.key for one in letters(to=cem.person)][-2:] == ["session-merged", "booking-offered"]


def test_the_list_of_both_is_one_list_by_reason_and_time(
    source: CourseSession, into: CourseSession, officer: Person
) -> None:
    source.capacity = into.capacity = 1
    ask(into, "Ann")
    second, fourth = ask(into, "Bea", 2), ask(into, "Dot", 4)
    ask(source, "Eve")
    first, third = ask(source, "Fay", 1), ask(source, "Gus", 3)
    into.capacity = 2
    with_room = [one.person for one in (first, second, third, fourth)]
    # Raising it by hand would give the place away: the list of `into` keeps it until the confirmed person has come.
    second.lapsed_at = fourth.lapsed_at = NOW
    merge_sessions(source=source, into=into, by=officer, now=LATER)
    second.lapsed_at = fourth.lapsed_at = None
    queue = [one.person for one in booking_queries.queue_of(into)]
    assert queue == with_room


def test_who_is_in_both_keeps_the_place_there(
    source: CourseSession, into: CourseSession, officer: Person, letters: Letters, invite_is_right: Check
) -> None:
    ann = ask(source, "Ann")
    own = ask(into, ann.person)
    done = merge_sessions(source=source, into=into, by=officer, now=LATER)
    assert (done.both, done.letters) == (1, 1)
    assert (own.status, ann.status) == (BookingStatus.BOOKED, BookingStatus.CANCELLED)
    (told,) = letters("session-cancelled")
    assert "it joins the session on 1 April 2025, and you have a place on it already" in told.body
    invite_is_right(told, letters("booking-booked", to=ann.person)[0])
    assert len(letters(to=ann.person)) == 3


def test_who_has_a_place_here_and_waits_there_has_the_place_there(
    source: CourseSession, into: CourseSession, officer: Person, letters: Letters, invite_is_right: Check
) -> None:
    into.capacity = 1
    ask(into, "Eve")
    ann = ask(source, "Ann")
    waits = ask(into, ann.person)
    assert waits.status is BookingStatus.WAITING
    db.session.commit()
    with pytest.raises(RuleBroken, match="1 more place first"):
        merge_sessions(source=source, into=into, by=officer, now=LATER)
    waits.lapsed_at = NOW
    into.capacity = 2
    merge_sessions(source=source, into=into, by=officer, now=LATER)
    assert (waits.status, waits.lapsed_at) == (BookingStatus.BOOKED, None)
    (told,) = letters("session-merged")
    invite_is_right(told, letters("booking-booked", to=ann.person)[0])


def test_what_the_manager_is_still_to_say_goes_along_with_a_new_link(officer: Person, letters: Letters) -> None:
    course = factories.course(needs_approval=True)
    source = factories.course_session(course)
    into = factories.course_session(course, starts_at=source.starts_at + timedelta(days=7))
    ann = book_place(
        session=source, person=factories.person("Ann"), now=NOW, manager_name="Max", manager_email="max@agency.example"
    )
    merge_sessions(source=source, into=into, by=officer, now=LATER)
    moved = there(ann, into)
    assert (moved.status, moved.approval, moved.approve_until) == (
        BookingStatus.APPROVAL,
        Approval.ASKED,
        ann.approve_until,
    )
    assert [one.link_to for one in letters("approval-asked")] == [ann.reference, moved.reference]
    (told,) = letters("session-merged")
    assert told.calendar == ""


def test_places_without_a_name_go_along_and_are_named_by_the_day_of_the_new_date(
    source: CourseSession, into: CourseSession, officer: Person, letters: Letters
) -> None:
    lead = factories.person("Tom", "Lead", Role.TRAINING_LEAD)
    kept = reserve(session=source, places=2, by=lead, now=NOW)
    done = merge_sessions(source=source, into=into, by=officer, now=LATER)
    assert (done.unnamed, done.letters) == (2, 0)
    assert (kept.session, kept.places, kept.name_by) == (into, 2, booking_rules.cancel_window(into))
    assert [one.person_id for one in letters("session-merged")] == [lead.id]
    assert booking_queries.places_of([into])[into.id].taken == 2


def test_what_somebody_needs_goes_along(source: CourseSession, into: CourseSession, officer: Person) -> None:
    ann = ask(source, "Ann")
    tell(booking=ann, access="A hearing loop", diet="", now=NOW)
    merge_sessions(source=source, into=into, by=officer, now=LATER)
    told = of_booking(there(ann, into))
    assert told is not None
    assert told.access == "A hearing loop"
    assert of_booking(ann) is None


def test_places_held_there_for_others_are_not_taken(
    source: CourseSession, into: CourseSession, officer: Person
) -> None:
    housing = factories.organisation("Housing")
    factories.hold(into, 3, organisation=housing)
    ask(source, "Ann")
    db.session.commit()
    with pytest.raises(RuleBroken, match="1 more place first, or release what is held there"):
        merge_sessions(source=source, into=into, by=officer, now=LATER)
    db.session.rollback()
    own = ask(source, factories.person("Hal", organisation=housing))
    cancel_booking(booking=live(source)[0], by=officer, now=NOW, staff=True)
    merge_sessions(source=source, into=into, by=officer, now=LATER)
    assert there(own, into).status is BookingStatus.BOOKED


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"published_at": None}, "still a draft"),
        ({"cancelled_at": NOW}, "is cancelled"),
        ({"starts_at": NOW - timedelta(days=1), "ends_at": NOW - timedelta(hours=20)}, "over"),
    ],
)
def test_what_nobody_can_book_takes_nobody_in(
    other: dict[str, object], sentence: str, source: CourseSession, neglect: Course, officer: Person
) -> None:
    into = factories.course_session(neglect, **other)
    with pytest.raises(RuleBroken, match=sentence):
        merge_sessions(source=source, into=into, by=officer, now=LATER)


def test_another_course_is_only_joined_when_that_is_meant(source: CourseSession, officer: Person) -> None:
    ann, other = ask(source, "Ann"), factories.course_session()
    with pytest.raises(RuleBroken, match="of another course"):
        merge_sessions(source=source, into=other, by=officer, now=LATER)
    with pytest.raises(RuleBroken, match="Choose another"):
        merge_sessions(source=source, into=source, by=officer, now=LATER)
    merge_sessions(source=source, into=other, by=officer, now=LATER, other_course=True)
    assert there(ann, other).status is BookingStatus.BOOKED


def test_nobody_is_put_on_a_session_they_teach_or_that_is_for_another_organisation(
    source: CourseSession, into: CourseSession, officer: Person
) -> None:
    tess = factories.person("Tess", "Teal", Role.TRAINER)
    ask(source, tess)
    into.trainers = [tess]
    with pytest.raises(RuleBroken, match="Tess Teal teaches"):
        merge_sessions(source=source, into=into, by=officer, now=LATER)
    into.trainers, into.host_organisation = [], factories.organisation("Oak School")
    db.session.flush()
    with pytest.raises(RuleBroken, match="only for Oak School, and 1 person of this session would be from elsewhere"):
        merge_sessions(source=source, into=into, by=officer, now=LATER)
