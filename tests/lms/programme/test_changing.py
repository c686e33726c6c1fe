"""A session that is not what people were told: who hears of it, once, and what they can do then."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from icalendar import Calendar
from sqlalchemy import select

from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.bookings import rules as booking_rules
from lms.bookings.models import Booking, BookingStatus
from lms.bookings.operations import book_place
from lms.catalogue.models import CourseSession, Mode
from lms.dates import from_london
from lms.db import db
from lms.letters.models import Letter
from lms.programme import operations, queries, rules
from lms.programme.rules import Details, Held, Refused
from lms.roles import Role
from lms.teams.operations import reserve
from tests import factories
from tests.factories import NOW

Letters = Callable[..., list[Letter]]
Check = Callable[..., None]


def details(session: CourseSession, **other: object) -> Details:
    """What a session is, said by an officer; `other` is what is to be different."""
    said = Details(
        dates=rules.dates_of(session),
        mode=session.mode,
        venue_id=session.venue_id,
        joining_link=session.joining_link,
        capacity=session.capacity,
        minimum=session.minimum,
        trainer_ids=frozenset(one.id for one in session.trainers),
        opens_at=session.booking_opens_at,
        closes_at=session.booking_closes_at,
        holds=queries.held_now(session),
        audience=session.audience,
        host_organisation_id=session.host_organisation_id,
        bring=session.bring,
        asks_access=session.asks_access,
        asks_diet=session.asks_diet,
        group_id=session.group_id,
    )
    return replace(said, **other)


def change(session: CourseSession, by: Person, now: datetime = NOW, **other: object) -> operations.Outcome:
    return operations.change_session(session=session, said=details(session, **other), by=by, now=now)


def book(session: CourseSession, *names: str) -> list[Booking]:
    return [book_place(session=session, person=factories.person(name), now=NOW) for name in names]


def day(year: int, month: int, of_month: int, hour: int = 9, minute: int = 30) -> tuple[datetime, datetime]:
    starts = from_london(date(year, month, of_month), hour, minute)
    return starts, starts + timedelta(hours=3)


@pytest.fixture
def session(app: Flask) -> CourseSession:
    """One place and a list."""
    return factories.course_session(factories.course("NEG"), capacity=1, venue=factories.venue(name="Civic Centre"))


def test_who_has_a_place_and_who_waits_hear_once_of_everything_that_changed(
    session: CourseSession, officer: Person, letters: Letters, invite_is_right: Check
) -> None:
    booked, waiting = book(session, "Ann", "Bea")
    hall = factories.venue(name="Town Hall", access_notes="Lift at the side")
    said = details(session, dates=(day(2024, 11, 12),), venue_id=hall.id, bring="A case")
    outcome = operations.change_session(session=session, said=said, by=officer, now=NOW + timedelta(hours=1))

    assert (outcome.with_place, outcome.on_list) == (1, 1)
    (changed,) = letters("booking-changed")
    assert changed.person_id == booked.person_id
    assert "the date is a different one; the place was Civic Centre and is Town Hall now" in changed.body
    assert "It was: Tuesday 5 November 2024, 9:30am to 1pm" in changed.body
    assert "It is now: Tuesday 12 November 2024, 9:30am to 12:30pm" in changed.body
    assert "Lift at the side" in changed.body
    invite_is_right(changed, letters("booking-booked")[0])
    (told,) = letters("booking-waiting-changed")
    assert (told.person_id, told.calendar) == (waiting.person_id, "")
    assert "12 November 2024" in told.body
    assert len(letters()) == 4, "two when they asked, two now"


def test_after_a_move_leaving_is_free_until_the_start_and_not_for_who_books_later(
    session: CourseSession, officer: Person
) -> None:
    (booked,) = book(session, "Ann")
    change(session, officer, dates=(day(2024, 11, 12),))
    assert booking_rules.free_until(session, booked) == session.starts_at
    operations.change_capacity(session=session, capacity=2, by=officer, now=NOW)
    (later,) = book(session, "Cem")
    assert booking_rules.free_until(session, later) < session.starts_at


def test_what_people_were_not_told_of_is_changed_without_a_letter(
    session: CourseSession, officer: Person, letters: Letters
) -> None:
    book(session, "Ann")
    trainer = factories.person("Tess")
    said = details(session, bring="A pen", audience="Nurses", trainer_ids=frozenset({trainer.id}), minimum=1)
    outcome = operations.change_session(session=session, said=said, by=officer, now=NOW)
    assert (outcome.letters, len(letters())) == (0, 1)
    assert (session.bring, session.trainers) == ("A pen", [trainer])
    line = db.session.scalars(select(Activity).where(Activity.verb == "session:changed")).one()
    assert line.details == {"fields": "audience, bring, minimum, trainers"}


def test_a_place_that_is_named_at_last_is_told_and_is_no_move(officer: Person, letters: Letters) -> None:
    session = factories.course_session(venue=None)
    (booked,) = book(session, "Ann")
    hall = factories.venue(name="Town Hall")
    change(session, officer, venue_id=hall.id)
    (changed,) = letters("booking-changed")
    assert "has changed: the place is Town Hall\n" in changed.body
    assert "It was" not in changed.body, "the date is the same"
    assert booked.moved_at is None


def test_online_instead_of_a_room_is_a_move(session: CourseSession, officer: Person, letters: Letters) -> None:
    (booked,) = book(session, "Ann")
    said = details(session, mode=Mode.VIRTUAL, venue_id=None)
    operations.change_session(session=session, said=said, by=officer, now=NOW)
    assert "has changed: it is held online now\n" in letters("booking-changed")[0].body
    assert booked.moved_at == NOW


def test_several_dates_are_one_entry_that_moves_across_the_change_of_the_clocks(
    session: CourseSession, officer: Person, letters: Letters, invite_is_right: Check
) -> None:
    book(session, "Ann")
    three = (day(2025, 3, 18), day(2025, 3, 25), day(2025, 4, 1))
    change(session, officer, dates=three)
    first = letters("booking-changed")[0]
    assert "it is on 3 dates now, and not on 1" in first.body
    assert (session.starts_at, session.ends_at) == (three[0][0], three[2][1])
    four = (day(2025, 3, 25), day(2025, 3, 18), day(2025, 4, 1, 13, 0), day(2025, 4, 8))
    operations.change_session(
        session=session, said=details(session, dates=four), by=officer, now=NOW + timedelta(hours=1)
    )
    second = letters("booking-changed")[1]
    invite_is_right(first, letters("booking-booked")[0])
    invite_is_right(second, first)
    starts = [str(event["DTSTART"].to_ical().decode()) for event in Calendar.from_ical(second.calendar).walk("VEVENT")]
    assert starts == ["20250318T093000", "20250401T130000"], "in London's time, before and after the clocks change"
    assert [one.starts_at for one in session.dates] == sorted(starts for starts, _ in four)


def test_the_dates_can_change_places_and_become_one_again(session: CourseSession, officer: Person) -> None:
    for dates in (
        (day(2024, 11, 5), day(2024, 11, 6)),
        (day(2024, 11, 6), day(2024, 11, 7), day(2024, 11, 5, 14)),
        (day(2024, 11, 7),),
        (day(2024, 11, 5), day(2024, 11, 7, 14)),
    ):
        change(session, officer, dates=dates)
        assert rules.dates_of(session) == tuple(sorted(dates))
        assert (session.starts_at, session.ends_at) == (min(dates)[0], max(ends for _, ends in dates))


def test_offers_and_answers_of_managers_do_not_outlive_the_start(officer: Person, letters: Letters) -> None:
    course = factories.course(needs_approval=True)
    session = factories.course_session(course, capacity=1)
    held = book_place(
        session=session, person=factories.person("Ann"), now=NOW, manager_name="Max", manager_email="max@agency.example"
    )
    earlier = day(2024, 10, 9)
    change(session, officer, dates=(earlier,))
    assert held.status is BookingStatus.APPROVAL
    assert held.approve_until == earlier[0]
    assert [one.person_id for one in letters("booking-waiting-changed")] == [held.person_id]


def test_places_without_a_name_are_named_by_the_day_of_the_new_date(officer: Person, letters: Letters) -> None:
    session = factories.course_session()
    lead = factories.person("Tom", "Lead", Role.TRAINING_LEAD)
    kept = reserve(session=session, places=2, by=lead, now=NOW)
    change(session, officer, dates=(day(2024, 12, 3),))
    assert kept.name_by == booking_rules.cancel_window(session)
    assert kept.name_by > day(2024, 11, 5)[0]
    assert [one.person_id for one in letters("booking-changed")] == [lead.id]


def test_a_move_to_a_later_date_lets_the_list_move_again(
    officer: Person, clock: Callable[[datetime], datetime]
) -> None:
    now = clock(datetime(2024, 11, 4, 12, tzinfo=UTC))
    session = factories.course_session(capacity=1)
    first, second = (book_place(session=session, person=factories.person(name), now=now) for name in ("Ann", "Bea"))
    operations.change_capacity(session=session, capacity=2, by=officer, now=now)
    assert second.status is BookingStatus.WAITING, "in the last day the list stands still"
    operations.change_session(session=session, said=details(session, dates=(day(2024, 12, 3),)), by=officer, now=now)
    assert (first.status, second.status) == (BookingStatus.BOOKED, BookingStatus.BOOKED)


def test_held_places_are_said_changed_and_given_up(officer: Person) -> None:
    session = factories.course_session(capacity=5)
    health, school = factories.organisation("NHS"), factories.organisation("Oak School")
    ends = session.starts_at - timedelta(days=7)
    two = (Held(2, ends, sector_id=health.sector_id), Held(1, ends, organisation_id=school.id))
    change(session, officer, holds=two)
    others = book(session, "Ann", "Bea", "Cem")
    assert [one.status for one in others] == [BookingStatus.BOOKED, BookingStatus.BOOKED, BookingStatus.WAITING]
    one = (Held(2, ends, sector_id=health.sector_id),)
    change(session, officer, holds=one)
    assert others[2].status is BookingStatus.BOOKED, "the place of the school is anybody's now"
    db.session.commit()
    with pytest.raises(Refused, match=r"2 places are free, and 3 would have to be\. Hold 1 fewer"):
        change(session, officer, holds=(Held(3, ends, sector_id=health.sector_id),))
    db.session.rollback()


def test_what_has_started_keeps_its_dates_and_places(session: CourseSession, officer: Person) -> None:
    during = session.starts_at + timedelta(minutes=30)
    trainer = factories.person("Tess")
    operations.change_session(
        session=session, said=details(session, trainer_ids=frozenset({trainer.id})), by=officer, now=during
    )
    assert session.trainers == [trainer]
    for other in ({"dates": (day(2024, 12, 3),)}, {"capacity": 30}, {"venue_id": None}):
        with pytest.raises(rules.RuleBroken, match="has started"):
            operations.change_session(session=session, said=details(session, **other), by=officer, now=during)


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"dates": ()}, "dates"),
        ({"dates": (day(2024, 11, 5), day(2024, 11, 5, 11))}, "dates"),
        ({"dates": (day(2024, 10, 7),)}, "dates"),
        ({"minimum": 21}, "minimum"),
        ({"joining_link": "javascript:alert(1)"}, "joining_link"),
        ({"joining_link": "http://meet.example"}, "joining_link"),
        ({"closes_at": day(2024, 11, 6)[0]}, "closes"),
        ({"opens_at": day(2024, 11, 6)[0]}, "opens"),
        ({"holds": (Held(21, NOW, sector_id=1),)}, "holds"),
        ({"holds": (Held(1, day(2024, 12, 1)[0], sector_id=1),)}, "holds"),
        ({"holds": (Held(1, NOW, sector_id=1), Held(2, NOW, sector_id=1))}, "holds"),
    ],
)
def test_what_does_not_fit_together_is_said_beside_its_field(
    other: dict[str, object], field: str, app: Flask, officer: Person
) -> None:
    session = factories.course_session()
    with pytest.raises(Refused) as no:
        change(session, officer, **other)
    assert no.value.field == field
    db.session.rollback()


def test_nobody_teaches_where_they_have_a_place_and_a_session_of_one_school_has_nobody_else(
    session: CourseSession, officer: Person
) -> None:
    (booked,) = book(session, "Ann")
    db.session.commit()
    with pytest.raises(Refused, match="Ann Yusuf has a place on this session"):
        change(session, officer, trainer_ids=frozenset({booked.person_id}))
    db.session.rollback()
    school = factories.organisation("Oak School")
    db.session.commit()
    with pytest.raises(Refused, match="1 person from elsewhere would be on a session for Oak School only"):
        change(session, officer, host_organisation_id=school.id)
    db.session.rollback()


def test_clashes_of_a_new_date_are_known(session: CourseSession, officer: Person) -> None:
    (booked,) = book(session, "Ann")
    other = factories.course_session(starts_at=day(2024, 11, 12)[0])
    there = book_place(session=other, person=booked.person, now=NOW)
    trainer = factories.person("Tess")
    other.trainers, session.trainers, other.venue = [trainer], [trainer], session.venue
    assert (queries.clashes(session), queries.taken_elsewhere(session)) == ([], [])
    change(session, officer, dates=(day(2024, 11, 12),))
    assert queries.clashes(session) == [there]
    assert queries.taken_elsewhere(session) == [
        f"Tess Yusuf teaches Multi-agency neglect ({other.reference}) at the same time.",
        f"Multi-agency neglect ({other.reference}) is in the same venue at the same time.",
    ]
