"""Places for people still to be named: kept while there are some, named until a deadline, given back by themselves after it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.bookings import queries
from lms.bookings.models import Approval, Booking, BookingStatus, Reservation
from lms.catalogue.models import CourseSession
from lms.db import db
from lms.errors import RuleBroken
from lms.letters.models import Letter
from lms.roles import Role
from lms.teams import checks, plans, rules
from lms.teams.operations import book_team, end_reservations, give_back, name_places, retime
from lms.teams.plans import plan_of
from lms.working_days import Unit
from tests import factories
from tests.browsing import token
from tests.factories import NOW, course, course_session, organisation, person
from tests.lms.bookings import steps
from tests.lms.bookings.conftest import Clock
from tests.lms.teams.conftest import Team

#: The end of Wednesday 30 October: three working days before the session of 5 November.
NAME_BY = datetime(2024, 10, 31, 0, 0, tzinfo=UTC)


def keep(team: Team, session: CourseSession, places: int, now: datetime = NOW) -> Reservation:
    done = book_team(session=session, people=[], unnamed=places, by=team.lead, now=now)
    assert done.reservation, done.unnamed_why
    return done.reservation


def letters(to: Person) -> list[str]:
    return list(db.session.scalars(select(Letter.key).where(Letter.person_id == to.id).order_by(Letter.id)))


def lines() -> list[tuple[str, int | None]]:
    """What the list of what people did says of places."""
    found = db.session.scalars(select(Activity).where(Activity.subject_kind != "person").order_by(Activity.id))
    return [(one.verb, one.details.get("places")) for one in found]


def send(browser: FlaskClient, reservation: Reservation, *people: Person, **fields: object) -> tuple[int, str]:
    """Choose people on the page of these places."""
    page = f"/agency/places/{reservation.reference}"
    data = {"csrf_token": token(browser.get(page)), "people": [one.id for one in people], **fields}
    answer = browser.post(page, data=data)
    return answer.status_code, answer.text if answer.status_code != 303 else browser.get(answer.location).text


def test_places_without_a_name_are_kept_and_the_lead_is_told_until_when(team: Team) -> None:
    session = course_session(capacity=5)
    kept = keep(team, session, 3)
    assert (kept.places, kept.asked, kept.name_by, kept.organisation) == (3, 3, NAME_BY, team.agency)
    assert queries.places_of([session])[session.id].taken == 3
    assert letters(team.lead) == ["booking-for-team"]
    letter = steps.letter("booking-for-team")
    assert "by the end of Wednesday 30 October 2024" in letter.body
    assert f"/agency/places/{kept.reference}" in letter.body
    assert lines() == [("reservation:made", 3)]


def test_people_and_places_are_booked_together_with_one_letter_to_the_lead(team: Team) -> None:
    session = course_session(capacity=5)
    done = book_team(session=session, people=team.people("A", "B"), unnamed=3, by=team.lead, now=NOW)
    assert [one.booking and one.booking.status.value for one in done.people] == ["booked", "booked"]
    assert done.reservation
    assert letters(team.lead) == ["booking-for-team"]


def test_nobody_waits_without_a_name(team: Team) -> None:
    session = course_session(capacity=2)
    done = book_team(session=session, people=team.people("A"), unnamed=3, by=team.lead, now=NOW)
    assert done.reservation
    assert done.reservation.places == 1
    assert done.unnamed_why == "Only 1 place is free for your organisation, and nobody can wait without a name."
    none = book_team(session=session, people=[], unnamed=1, by=team.lead, now=NOW)
    assert (none.reservation, none.unnamed_why[:16]) == (None, "No place is free")


def test_places_that_people_wait_for_are_not_kept_for_nobody(team: Team, clock: Clock) -> None:
    session = course_session(course(cancel_amount=0), capacity=1)
    has = steps.ask(session, "First")
    steps.ask(session, "Second")
    # so near the start that the list stands still: the place is free, and who waits goes first
    now = clock(session.starts_at - timedelta(hours=20))
    steps.give_back(has, now)
    assert steps.left(session) == 1
    done = book_team(session=session, people=team.people("A"), unnamed=1, by=team.lead, now=now)
    assert [one.booking and one.booking.status.value for one in done.people] == ["waiting"]
    assert done.reservation is None
    assert book_team(session=session, people=[], unnamed=1, by=team.lead, now=now).reservation is None
    assert plan_of(session, team.people("B"), [], by=team.lead, now=now).booked == []


def test_places_held_for_the_organisation_can_be_kept_and_those_of_others_not(team: Team) -> None:
    session = course_session(capacity=4)
    factories.hold(session, 2, organisation=team.agency)
    factories.hold(session, 2, organisation=organisation())
    done = book_team(session=session, people=[], unnamed=4, by=team.lead, now=NOW)
    assert done.reservation
    assert done.reservation.places == 2


def test_keeping_places_twice_is_asked_about(team: Team) -> None:
    """A form sent twice, or a second lead: the page says what is there before it keeps more."""
    session = course_session()
    page, browser = f"/sessions/{session.reference}/book-team", team.browser()
    data = {"csrf_token": token(browser.get(page)), "unnamed": "2"}
    assert browser.post(page, data=data).status_code == 303
    again = browser.post(page, data=data)
    assert again.status_code == 200
    assert "You have 2 places without a name on this session already." in again.text
    assert plans.unnamed_of(team.lead, session) == 2
    said = re.search(r'name="said"[^>]*value="([^"]+)"', again.text)
    assert said
    assert browser.post(page, data=data | {"said": said[1]}).status_code == 303
    assert plans.unnamed_of(team.lead, session) == 4


def test_no_more_than_thirty_at_once(team: Team) -> None:
    session = course_session(capacity=100)
    keep(team, session, 25)
    done = book_team(session=session, people=[], unnamed=10, by=team.lead, now=NOW)
    assert done.reservation
    assert (done.reservation.places, done.unnamed_why) == (
        5,
        "An organisation can keep 30 places without a name on one session, and no more.",
    )
    answer = team.browser()
    page = answer.get(f"/sessions/{session.reference}/book-team")
    many = answer.post(f"/sessions/{session.reference}/book-team", data={"csrf_token": token(page), "unnamed": "31"})
    assert many.status_code == 422
    assert "Enter a number from 0 to 30" in many.text


@pytest.mark.parametrize(
    ("before", "kept"), [(timedelta(hours=1), True), (timedelta(minutes=59), False), (-timedelta(days=1), False)]
)
def test_too_near_the_time_every_place_needs_a_name(team: Team, before: timedelta, kept: bool) -> None:
    session = course_session()
    done = book_team(session=session, people=[], unnamed=1, by=team.lead, now=NAME_BY - before)
    assert (done.reservation is not None) is kept
    if not kept:
        assert done.unnamed_why == (
            "Places on this session can be named until the end of Wednesday 30 October 2024. "
            "That is too soon to keep any without a name, so choose the people now."
        )


def test_the_screen_asks_for_no_unnamed_places_when_it_is_too_late(team: Team, clock: Clock) -> None:
    session = course_session()
    page = f"/sessions/{session.reference}/book-team"
    assert 'name="unnamed"' in team.browser().get(page).text
    clock(NAME_BY)
    assert 'name="unnamed"' not in team.browser().get(page).text


# Naming.


def test_who_is_named_has_the_place_and_the_list_of_what_was_done_adds_up(team: Team) -> None:
    session = course_session(capacity=3)
    kept, (amin, bell) = keep(team, session, 3), team.people("Amin", "Bell")
    status, result = send(team.browser(), kept, amin, bell, new_people="Mei, Chen, mei@agency.example")
    assert status == 303
    assert result.count(">Booked<") == 3
    assert (kept.places, kept.ended_at) == (0, NOW)
    assert lines() == [
        ("reservation:made", 3),
        *[("reservation:named", -1), ("booking:named", None)] * 3,
    ]
    assert [letters(one) for one in (amin, bell)] == [["booking-by-other"]] * 2
    assert (
        "All of them are named or have been given back." in team.browser().get(f"/agency/places/{kept.reference}").text
    )


def test_a_kept_place_goes_past_the_list_because_it_is_the_organisations(team: Team) -> None:
    session = course_session(capacity=1)
    kept = keep(team, session, 1)
    outside = steps.ask(session, "Outside")
    name_places(reservation=kept, people=team.people("A"), by=team.lead, now=NOW)
    assert steps.statuses(outside) == ["waiting"]
    assert [one.status.value for one in of(session)] == ["waiting", "booked"]


def of(session: CourseSession) -> list[Booking]:
    return list(db.session.scalars(select(Booking).where(Booking.session_id == session.id).order_by(Booking.id)))


def test_a_colleague_who_waits_gets_the_kept_place_and_waits_no_more(team: Team) -> None:
    session = course_session(course(needs_approval=True), capacity=1)
    kept, (amin,) = keep(team, session, 1), team.people("Amin")
    waits = steps.ask(session, amin, manager_name="Boss", manager_email="boss@agency.example")
    assert steps.statuses(waits) == ["waiting"]
    assert "Is on the waiting list for this session." in team.browser().get(f"/agency/places/{kept.reference}").text
    status, result = send(team.browser(), kept, amin)
    assert (status, result.count(">Booked<")) == (303, 1)
    assert (waits.status, waits.approval, waits.booked_at) == (BookingStatus.BOOKED, Approval.GIVEN, NOW)
    assert letters(amin)[-1] == "booking-promoted"
    assert queries.places_of([session])[session.id].taken == 1


def test_one_persons_problem_does_not_keep_the_others_from_their_place(team: Team) -> None:
    session = course_session(course(needs_approval=True))
    has, fine = team.people("Has", "Fine")
    book_team(session=session, people=[has], by=team.lead, now=NOW)
    kept = keep(team, session, 3)
    status, result = send(team.browser(), kept, has, fine, team.lead)
    assert status == 303
    assert kept.places == 2
    assert "Has a place already." in result
    assert rules.OWN_MANAGER_ASKED in result
    assert "2 places are kept without a name." in result


def test_no_more_people_than_places(team: Team) -> None:
    kept = keep(team, course_session(), 1)
    status, page = send(team.browser(), kept, *team.people("A", "B"))
    assert status == 422
    assert "1 place is left to be named, and you chose 2 people" in page
    assert kept.places == 1
    assert send(team.browser(), kept)[0] == 422


def test_a_place_kept_before_the_capacity_fell_can_still_be_named(team: Team) -> None:
    session = course_session(capacity=3)
    kept = keep(team, session, 3)
    steps.change_capacity(session, 1)
    name_places(reservation=kept, people=team.people("A", "B"), by=team.lead, now=NOW)
    assert steps.statuses(*of(session)) == ["booked", "booked"]


def test_a_session_whose_booking_has_closed_can_still_be_named_for(team: Team) -> None:
    session = course_session(booking_closes_at=NOW + timedelta(hours=1))
    kept = keep(team, session, 1)
    name_places(reservation=kept, people=team.people("A"), by=team.lead, now=NOW + timedelta(days=1))
    assert steps.statuses(*of(session)) == ["booked"]


def test_after_the_deadline_the_places_go_to_who_waits(team: Team, clock: Clock) -> None:
    session = course_session(capacity=2)
    kept, waits = keep(team, session, 2), steps.ask(session, "Outside")
    (amin,) = team.people("Amin")
    name_places(reservation=kept, people=[amin], by=team.lead, now=NOW)
    with pytest.raises(RuleBroken, match="Names were needed by the end of Wednesday 30 October 2024"):
        name_places(reservation=kept, people=team.people("Late"), by=team.lead, now=NAME_BY)
    clock(NAME_BY)
    assert (kept.places, kept.ended_at, waits.status) == (0, NAME_BY, BookingStatus.BOOKED)
    assert letters(team.lead) == ["booking-for-team", "reservation-reminder", "reservation-ended"]
    assert "We kept 1 place on Multi-agency neglect for Early Help" in steps.letter("reservation-ended").body
    assert end_reservations(NAME_BY) == 0
    page = team.browser().get(f"/agency/places/{kept.reference}").text
    assert "All of them are named or have been given back." in page
    assert "Give them the place" not in page


def test_the_lead_is_reminded_once_three_working_days_before(team: Team, clock: Clock) -> None:
    kept = keep(team, course_session(), 2)
    clock(datetime(2024, 10, 27, 23, 59, tzinfo=UTC))
    assert letters(team.lead) == ["booking-for-team"]
    clock(datetime(2024, 10, 28, 0, 0, tzinfo=UTC))
    assert letters(team.lead) == ["booking-for-team", "reservation-reminder"]
    body = steps.letter("reservation-reminder").body
    assert "Early Help has 2 places without a name" in body
    assert "by the end of Wednesday 30 October 2024" in body
    clock(datetime(2024, 10, 29, 0, 0, tzinfo=UTC))
    assert letters(team.lead) == ["booking-for-team", "reservation-reminder"]
    assert kept.reminder_at is None


def test_nobody_is_reminded_of_what_has_names_or_was_kept_a_moment_ago(team: Team, clock: Clock) -> None:
    named = keep(team, course_session(), 1)
    name_places(reservation=named, people=team.people("A"), by=team.lead, now=NOW)
    late = keep(team, course_session(), 1, now=datetime(2024, 10, 29, 12, 0, tzinfo=UTC))
    assert late.reminder_at is None
    clock(datetime(2024, 10, 30, 0, 0, tzinfo=UTC))
    assert "reservation-reminder" not in letters(team.lead)


def test_over_easter_the_deadline_and_the_reminder_count_working_days(team: Team) -> None:
    session = course_session(starts_at=datetime(2025, 4, 24, 8, 30, tzinfo=UTC))
    kept = keep(team, session, 1)
    # the 18th and the 21st are bank holidays: Tuesday 22, Wednesday 23 and Thursday 17 lie between
    assert kept.name_by == datetime(2025, 4, 16, 23, 0, tzinfo=UTC)
    assert kept.reminder_at == datetime(2025, 4, 13, 23, 0, tzinfo=UTC)


def test_a_course_without_notice_is_named_until_it_starts(team: Team, clock: Clock) -> None:
    session = course_session(course(cancel_amount=0, cancel_unit=Unit.HOURS))
    kept = keep(team, session, 1)
    assert kept.name_by == session.starts_at
    clock(session.starts_at)
    assert kept.places == 0


# Giving back.


def test_places_given_back_go_to_who_waits_at_once(team: Team) -> None:
    session = course_session(capacity=3)
    kept = keep(team, session, 3)
    first, second, third = (steps.ask(session, name) for name in "ABC")
    browser = team.browser()
    page = f"/agency/places/{kept.reference}"
    done = browser.post(f"{page}/give-back", data={"csrf_token": token(browser.get(page)), "places": "2"})
    assert (done.status_code, done.location) == (303, page)
    assert steps.statuses(first, second, third) == ["booked", "booked", "waiting"]
    assert (kept.places, kept.ended_at) == (1, None)
    give_back(reservation=kept, places=1, by=team.lead, now=NOW)
    assert steps.statuses(third) == ["booked"]
    assert (kept.places, kept.ended_at) == (0, NOW)
    assert [line for line in lines() if line[0].startswith("reservation")] == [
        ("reservation:made", 3),
        ("reservation:given_back", -2),
        ("reservation:ended", -1),
    ]


@pytest.mark.parametrize(
    ("typed", "sentence"), [("3", "Enter a number from 1 to 2"), ("", "Enter how many"), ("x", "whole")]
)
def test_what_is_not_there_cannot_be_given_back(team: Team, typed: str, sentence: str) -> None:
    kept = keep(team, course_session(), 2)
    browser = team.browser()
    page = f"/agency/places/{kept.reference}"
    answer = browser.post(f"{page}/give-back", data={"csrf_token": token(browser.get(page)), "places": typed})
    assert answer.status_code == 422
    assert re.search(sentence, answer.text)
    assert kept.places == 2


# Whose they are.


def test_places_of_another_organisation_do_not_exist(team: Team, canary: Person) -> None:
    their_lead = person("Canary", "Lead", Role.TRAINING_LEAD, organisation=canary.organisation)
    theirs = book_team(session=course_session(), people=[], unnamed=2, by=their_lead, now=NOW).reservation
    assert theirs
    browser = team.browser()
    csrf = token(browser.get("/agency/places/" + keep(team, course_session(), 1).reference))
    page = f"/agency/places/{theirs.reference}"
    assert browser.get(page).status_code == 404
    assert browser.post(page, data={"csrf_token": csrf, "people": [team.people("A")[0].id]}).status_code == 404
    assert browser.post(f"{page}/give-back", data={"csrf_token": csrf, "places": "1"}).status_code == 404
    assert "Canary" not in browser.get("/agency").text
    assert theirs.places == 2


def test_people_of_another_organisation_cannot_be_named(team: Team, canary: Person) -> None:
    kept = keep(team, course_session(), 2)
    status, page = send(team.browser(), kept, canary)
    assert status == 422
    assert rules.NOT_OURS in page
    with pytest.raises(RuleBroken, match=rules.NOT_OURS):
        name_places(reservation=kept, people=[canary], by=team.lead, now=NOW)
    assert kept.places == 2


def test_another_lead_of_the_organisation_can_name_them_too(team: Team) -> None:
    kept = keep(team, course_session(), 1)
    head = person("He", "Ad", Role.HEADTEACHER, organisation=team.agency)
    assert send(team.sign_in(head), kept, *team.people("A"))[0] == 303


def test_the_overview_shows_them_first_with_their_deadline(team: Team) -> None:
    kept = keep(team, course_session(), 2)
    page = team.browser().get("/agency").text
    assert f"/agency/places/{kept.reference}" in page
    assert "Name 2 people for Multi-agency neglect" in page
    assert "By the end of Wednesday 30 October 2024." in page
    assert page.index("Places without a name") < page.index("Book for the team")


def test_verify_finds_places_that_do_not_add_up(team: Team, broken_on_purpose: None) -> None:
    kept = keep(team, course_session(), 2)
    kept.places = 1
    kept.session.cancelled_at = NOW
    db.session.scalars(select(Letter).where(Letter.key == "booking-for-team")).one().dedupe = None
    db.session.flush()
    assert checks.unnamed() == [
        f"The reservation {kept.reference} has 1 places, and its list says 2.",
        f"The reservation {kept.reference} has no letter.",
        f"The reservation {kept.reference} keeps places of a session that is cancelled.",
    ]


def test_when_the_session_moves_so_does_the_day_to_name_people_and_its_reminder(team: Team, clock: Clock) -> None:
    session = course_session()
    kept = keep(team, session, 1)
    clock(datetime(2024, 10, 28, 12, 0, tzinfo=UTC))
    session.starts_at, session.ends_at = session.starts_at + timedelta(days=14), session.ends_at + timedelta(days=14)
    db.session.flush()
    retime(kept, now=datetime(2024, 10, 28, 12, 0, tzinfo=UTC))
    assert kept.name_by == NAME_BY + timedelta(days=14)
    clock(datetime(2024, 11, 12, 0, 0, tzinfo=UTC))
    assert letters(team.lead) == ["booking-for-team", "reservation-reminder", "reservation-reminder"]
    assert kept.ended_at is None
