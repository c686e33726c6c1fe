"""A training lead books several people: one screen, one transaction, and a result for each."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms.accounts.models import Person
from lms.attendance.models import AttendanceMark, Mark
from lms.bookings.models import Approval, Booking, BookingStatus, Reservation
from lms.catalogue.models import CourseSession
from lms.db import db
from lms.elearning.models import Enrolment
from lms.errors import RuleBroken
from lms.letters.models import Letter
from lms.roles import Role
from lms.teams import rules
from lms.teams.operations import SayFirst, book_team
from tests import factories
from tests.browsing import token
from tests.factories import NOW, booking, course, course_session, organisation, person
from tests.lms.bookings import steps
from tests.lms.bookings.conftest import Clock
from tests.lms.teams.conftest import Team


def page_of(session: CourseSession) -> str:
    return f"/sessions/{session.reference}/book-team"


def send(
    browser: FlaskClient, session: CourseSession, *people: Person, page: TestResponse | None = None, **fields: object
) -> TestResponse:
    """Fill in the screen and send it; `page` is the screen as it came back."""
    seen = page or browser.get(page_of(session))
    said = re.search(r'name="said"[^>]*value="([^"]*)"', seen.text)
    data = {"csrf_token": token(seen), "said": said[1] if said else "", "people": [one.id for one in people], **fields}
    return browser.post(page_of(session), data=data)


def has_done(who: Person, session: CourseSession) -> None:
    """This person has done what comes before."""
    for required in session.course.prerequisites:
        db.session.add(
            Enrolment(person_id=who.id, course_id=required.id, booked_at=NOW, started_at=NOW, completed_at=NOW)
        )
    db.session.flush()


def has_been(who: Person, session: CourseSession, days_ago: int) -> None:
    """This person came to the same course some days ago."""
    came = booking(course_session(session.course, starts_at=NOW - timedelta(days=days_ago)), who)
    db.session.add(AttendanceMark(booking_id=came.id, mark=Mark.ATTENDED, marked_at=NOW))
    db.session.flush()


def names(*bookings: Booking) -> list[str]:
    return [one.person.last_name for one in bookings]


def of(session: CourseSession) -> list[Booking]:
    """Its bookings in the order they were made."""
    return list(db.session.scalars(select(Booking).where(Booking.session_id == session.id).order_by(Booking.id)))


def test_ten_colleagues_are_booked_on_one_screen_by_one_button(team: Team) -> None:
    session, people = course_session(), team.people(*"ABCDEFGHIJ")
    browser = team.browser()
    done = send(browser, session, *people)
    assert (done.status_code, done.location) == (303, f"{page_of(session)}/done")
    assert steps.statuses(*of(session)) == ["booked"] * 10
    assert {one.made_by_id for one in of(session)} == {team.lead.id}
    assert steps.letters() == ["booking-by-other to Sam"] * 10
    result = browser.get(done.location)
    assert all(f"Sam {one.last_name}</a>" in result.text for one in people)
    assert result.text.count(">Booked<") == 10


def test_each_letter_says_who_has_booked_and_carries_an_invitation(team: Team) -> None:
    book_team(session=course_session(), people=team.people("A"), by=team.lead, now=NOW)
    letter = steps.letter("booking-by-other")
    assert "Early Help has booked you a place on Multi-agency neglect." in letter.body
    assert "METHOD:REQUEST" in letter.calendar


def test_when_places_run_out_the_first_of_the_list_have_them_and_it_is_said_before(team: Team) -> None:
    session, people = course_session(capacity=3), team.people("Dean", "Bell", "Amin", "cole", "Eze")
    browser = team.browser()
    first = browser.get(page_of(session))
    assert "If you choose more than 3 people, the first 3 in the order of this page have the places" in first.text
    said = send(browser, session, *people)
    assert said.status_code == 200
    assert of(session) == [], "nothing is booked before it was said"
    before, after = said.text.split("3 people have a place:")[1].split("2 people wait")
    assert [name for name in ("Amin", "Bell", "cole") if f"Sam {name}</li>" in before] == ["Amin", "Bell", "cole"]
    assert re.search(r"Sam Dean</li>\s*<li>Sam Eze</li>", after)
    done = send(browser, session, *people, page=said)
    assert done.status_code == 303
    assert names(*of(session)) == ["Amin", "Bell", "cole", "Dean", "Eze"]
    assert steps.statuses(*of(session)) == ["booked"] * 3 + ["waiting"] * 2
    result = browser.get(done.location).text
    assert "Number 1 on the list" in result
    assert "Number 2 on the list" in result


def test_what_was_said_has_to_be_true_still(team: Team) -> None:
    session, people = course_session(capacity=3), team.people("A", "B", "C", "D")
    browser = team.browser()
    said = send(browser, session, *people)
    steps.ask(session, "Quick")
    again = send(browser, session, *people, page=said)
    assert again.status_code == 200
    assert "2 people have a place:" in again.text
    assert names(*of(session)) == ["Yusuf"]
    assert send(browser, session, *people, page=again).status_code == 303


def test_those_who_wait_already_go_first(team: Team) -> None:
    session = course_session(capacity=1)
    steps.ask(session, "First")
    steps.ask(session, "Second")
    said = send(team.browser(), session, *team.people("A"))
    assert "behind the 1 person on the list already" in said.text
    done = book_team(session=session, people=team.people("B"), by=team.lead, now=NOW)
    assert [one.booking and one.booking.status for one in done.people] == [BookingStatus.WAITING]


def test_a_team_gets_the_places_held_for_it_and_no_others(team: Team) -> None:
    session = course_session(capacity=5)
    factories.hold(session, 2, organisation=team.agency)
    factories.hold(session, 2, organisation=organisation())
    assert "If you choose more than 3 people" in team.browser().get(page_of(session)).text
    done = book_team(session=session, people=team.people("A", "B", "C", "D"), by=team.lead, now=NOW)
    assert [one.booking.status.value for one in done.people if one.booking] == ["booked"] * 3 + ["waiting"]


def test_one_persons_problem_is_shown_and_never_in_the_way_of_the_others(team: Team) -> None:
    session = course_session(course("NEG", prerequisites=[course("INT", title="Introduction")]))
    booked, teaches, silent, fine, learned = team.people("Booked", "Teaches", "Silent", "Fine", "Learned")
    for one in (booked, fine):
        has_done(one, session)
    steps.ask(session, booked)
    session.trainers.append(teaches)
    silent.email = None
    browser = team.browser()
    people = [booked, teaches, silent, fine, learned]
    said = send(browser, session, *people)
    for words in (
        "Sam Booked: has a place already.",
        "Sam Teaches: teaches this session, and needs no place.",
        "Sam Silent: we have no email address, so no letter would arrive.",
        "Sam Learned: before this course comes Introduction, and we have no record of it.",
        "1 person has a place:",
    ):
        assert words in said.text
    done = send(browser, session, *people, page=said)
    result = browser.get(done.location).text
    assert names(*of(session)) == ["Booked", "Fine"]
    assert result.count("Not booked") == 4
    assert "Has a place already." in result


def test_the_lead_can_say_that_what_comes_before_was_learned_elsewhere(team: Team) -> None:
    session = course_session(course(prerequisites=[course(title="Introduction")]))
    known, unknown = team.people("Known", "Unknown")
    has_done(known, session)
    browser = team.browser()
    assert "No record of Introduction, which comes before." in browser.get(page_of(session)).text
    send(browser, session, known, unknown, learned_elsewhere="y", new_people="Mei, New, mei@agency.example")
    assert [(one.person.last_name, one.learned_elsewhere) for one in of(session)] == [
        ("Known", False),
        ("Unknown", True),
        ("New", True),
    ]


def test_the_leads_word_is_the_agencys_approval_but_not_for_themselves(team: Team) -> None:
    session = course_session(course(needs_approval=True))
    done = book_team(session=session, people=[*team.people("A"), team.lead], by=team.lead, now=NOW)
    assert [(one.name, one.booking and one.booking.approval, one.why) for one in done.people] == [
        ("Sam A", Approval.GIVEN, ""),
        ("Helen Ward", None, rules.OWN_MANAGER_ASKED),
    ]
    assert steps.letters() == ["booking-by-other to Sam"]


def test_a_lead_who_books_themselves_gets_the_letter_everybody_gets(team: Team) -> None:
    book_team(session=course_session(), people=[team.lead], by=team.lead, now=NOW)
    assert steps.letters() == ["booking-booked to Helen"]


def test_beside_each_colleague_stands_what_is_good_to_know(team: Team) -> None:
    session = course_session(course(refresh_months=36))
    clash, early, waits = team.people("Clash", "Early", "Waits")
    steps.ask(course_session(course(title="Safer recruitment")), clash)
    has_been(early, session, days_ago=100)
    full = course_session(capacity=0)
    steps.ask(full, waits)
    page = team.browser().get(page_of(session)).text
    assert "At the same time: Safer recruitment, Tuesday 5 November 2024, 9:30am to 1pm." in page
    assert "May not need it yet: came on 30 June 2024." in page
    assert "Sam Waits: is on the waiting list already." in team.browser().get(page_of(full)).text
    done = book_team(session=session, people=[clash, early], by=team.lead, now=NOW)
    assert [one.booking and one.booking.status for one in done.people] == [BookingStatus.BOOKED] * 2


# Colleagues who are not on the list.


def test_somebody_who_is_not_on_the_list_becomes_a_colleague_without_a_password(team: Team) -> None:
    session = course_session()
    factories.partnership().made_up = True
    send(team.browser(), session, new_people="Mei\tChen\tMei.Chen@agency.example")
    mei = db.session.scalars(select(Person).where(Person.email == "mei.chen@agency.example")).one()
    assert (mei.name, mei.organisation_id, mei.roles) == ("Mei Chen", team.agency.id, [Role.PRACTITIONER])
    assert (mei.password_hash, mei.made_up) == ("", True)
    assert steps.letters() == ["booking-by-other to Mei"]
    assert steps.done()[0] == "person:added"


def test_a_partnership_that_is_not_made_up_has_people_who_are_not(team: Team) -> None:
    book_team(
        session=course_session(),
        people=[],
        new_people=[rules.NewColleague("Mei", "Chen", "mei@agency.example")],
        by=team.lead,
        now=NOW,
    )
    assert db.session.scalars(select(Person.made_up).where(Person.email == "mei@agency.example")).one() is False


def test_an_address_that_is_known_is_that_colleague_once(team: Team) -> None:
    session, (amina,) = course_session(), team.people("Amin")
    line = f"Someone, Else, {(amina.email or '').upper()}"
    assert send(team.browser(), session, amina, new_people=line).status_code == 303
    assert names(*of(session)) == ["Amin"]
    other = course_session()
    send(team.browser(), other, new_people=line)
    assert names(*of(other)) == ["Amin"]


def test_an_address_of_another_organisation_says_nothing_of_whose_it_is(team: Team, canary: Person) -> None:
    session, (amina,) = course_session(), team.people("Amin")
    browser = team.browser()
    fields = {"new_people": f"Some, Body, {canary.email}"}
    said = send(browser, session, amina, **fields)
    assert "Some Body: this email address is in use already, and not by somebody of your organisation." in said.text
    done = send(browser, session, amina, page=said, **fields)
    result = browser.get(done.location).text
    assert names(*of(session)) == ["Amin"]
    for page in (said.text.replace(str(canary.email), ""), result):
        assert "Elsewhere" not in page
        assert "Canary" not in page


def test_lines_that_cannot_be_read_have_a_sentence_each_and_nothing_typed_is_lost(team: Team) -> None:
    session, (amina,) = course_session(), team.people("Amin")
    typed = "Mei, Chen, mei@agency.example\nTom, Reed\nOla; Nordmann; ola@"
    answer = send(team.browser(), session, amina, new_people=typed, unnamed="2")
    assert answer.status_code == 422
    summary = answer.text.split("<h1")[0]
    assert "Line 2, “Tom, Reed”: there is no email address</a>" in summary
    assert "Line 3, “Ola; Nordmann; ola@”: “ola@” is not an email address</a>" in summary
    assert f'value="{amina.id}" checked' in answer.text
    assert "Ola; Nordmann; ola@</textarea>" in answer.text
    assert 'value="2"' in answer.text
    assert of(session) == []


# Finding colleagues.


def test_a_search_shows_who_fits_and_keeps_who_is_chosen(team: Team) -> None:
    session, (amina, *_) = course_session(), team.people("Amin", "Bell", "Cole")
    browser = team.browser()
    by_address = browser.get(f"{page_of(session)}?q=bel&people={amina.id}&people=x&people={10**30}").text
    assert f'value="{amina.id}" checked' in by_address
    assert "Sam Bell" in by_address
    assert "Sam Cole" not in by_address
    found = send(browser, session, amina, q="cole", find="1", new_people="half a li", unnamed="3")
    assert found.status_code == 200
    assert f'value="{amina.id}" checked' in found.text
    assert "Sam Cole" in found.text
    assert "Sam Bell" not in found.text
    assert "half a li</textarea>" in found.text
    assert of(session) == []


def test_in_a_large_organisation_the_first_are_shown_and_the_others_found_by_name(team: Team) -> None:
    session = course_session()
    team.people(*(f"P{number:03}" for number in range(105)), "Zappa")
    browser = team.browser()
    page = browser.get(page_of(session)).text
    assert page.count('type="checkbox"') == 100
    assert "These are the first 100 of 107." in page
    assert "Sam Zappa" not in page
    assert "Sam Zappa" in browser.get(f"{page_of(session)}?q=zap").text


def test_the_number_of_queries_does_not_grow_with_the_colleagues(team: Team, count_queries: list[str]) -> None:
    session = course_session(course(prerequisites=[course()], refresh_months=36))
    browser, asked = team.browser(), []
    for more in (2, 20):
        for one in team.people(*"x" * more):
            steps.ask(course_session(), one)
            has_been(one, session, days_ago=10)
        browser.get(page_of(session))
        count_queries.clear()
        browser.get(page_of(session))
        asked.append(len(count_queries))
    assert asked[0] == asked[1]


# What is not ours, and what is too late.


def test_people_of_another_organisation_cannot_be_booked(team: Team, canary: Person) -> None:
    session, (amina,) = course_session(), team.people("Amin")
    answer = send(team.browser(), session, amina, canary)
    assert answer.status_code == 422
    assert rules.NOT_OURS in answer.text
    assert "Canary" not in answer.text
    with pytest.raises(RuleBroken, match=rules.NOT_OURS):
        book_team(session=session, people=[canary], by=team.lead, now=NOW)
    assert of(session) == []


def test_a_session_held_for_others_or_not_announced_does_not_exist(team: Team, canary: Person) -> None:
    theirs = course_session(host_organisation_id=canary.organisation_id)
    draft = course_session(published_at=None)
    own = course_session(host_organisation_id=team.agency.id)
    browser = team.browser()
    assert [browser.get(page_of(one)).status_code for one in (theirs, draft, own)] == [404, 404, 200]
    with pytest.raises(RuleBroken, match="held for one organisation"):
        book_team(session=theirs, people=team.people("A"), by=team.lead, now=NOW)


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.TRAINER, Role.LD_GROUP])
def test_only_those_who_look_after_people_reach_the_screen(team: Team, role: Role) -> None:
    somebody = team.sign_in(person("A", "B", role, organisation=team.agency))
    assert somebody.get(page_of(course_session())).status_code == 403


@pytest.mark.parametrize("role", [Role.DSL, Role.HEADTEACHER])
def test_a_schools_lead_and_head_book_for_their_school(team: Team, role: Role) -> None:
    school = organisation("High School")
    head = person("Head", "Teacher", role, organisation=school)
    teacher = person("Tea", "Cher", organisation=school)
    session = course_session()
    assert send(team.sign_in(head), session, teacher).status_code == 303
    assert names(*of(session)) == ["Cher"]


def test_a_session_that_cannot_be_booked_says_why_and_nothing_is_kept(team: Team, clock: Clock) -> None:
    session, people = course_session(), team.people("Amin")
    browser = team.browser()
    open_page = browser.get(page_of(session))
    session.booking_closes_at = NOW + timedelta(hours=1)
    clock(NOW + timedelta(hours=2))
    closed = browser.get(page_of(session)).text
    assert "Booking for this session closed on" in closed
    assert "<textarea" not in closed
    late = send(browser, session, *people, page=open_page)
    assert late.status_code == 422
    assert of(session) == []


def test_nobody_chosen_is_said_beside_the_list(team: Team) -> None:
    answer = send(team.browser(), course_session())
    assert (answer.status_code, answer.text.count(rules.NOBODY)) == (422, 2)


@pytest.mark.parametrize("people", ["x", "-1", "0", str(2**31), "9" * 40])
def test_a_box_nobody_ticked_is_refused(team: Team, people: str) -> None:
    session = course_session()
    browser = team.browser()
    answer = browser.post(page_of(session), data={"csrf_token": token(browser.get(page_of(session))), "people": people})
    assert answer.status_code == 422
    assert "Select only" in answer.text


def test_so_many_people_are_no_team(team: Team) -> None:
    lines = "\n".join(f"P, {number}, p{number}@agency.example" for number in range(rules.MOST_PEOPLE + 1))
    answer = send(team.browser(), session := course_session(capacity=500), new_people=lines)
    assert answer.status_code == 422
    assert rules.TOO_MANY in answer.text
    assert of(session) == []


def test_sending_it_twice_books_nobody_and_keeps_no_place_twice(team: Team) -> None:
    session, people = course_session(), team.people("A", "B")
    browser = team.browser()
    page = browser.get(page_of(session))
    assert send(browser, session, *people, page=page, unnamed="2").status_code == 303
    again = send(browser, session, *people, page=page, unnamed="2")
    assert again.status_code == 200
    assert "You have 2 places without a name on this session already." in again.text
    assert db.session.scalar(select(func.count()).select_from(Reservation)) == 1
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 2


def test_where_nobody_can_be_booked_there_is_nothing_to_agree_to(team: Team) -> None:
    session, people = course_session(), team.people("A")
    steps.ask(session, people[0])
    browser = team.browser()
    said = send(browser, session, *people)
    assert "Nobody of these can be booked" in said.text
    assert "Yes, book it like this" not in said.text
    assert send(browser, session, *people, page=said).status_code == 200
    with pytest.raises(SayFirst):
        book_team(session=session, people=people, by=team.lead, now=NOW, said="")


def test_the_result_is_of_this_session_and_of_this_visit(team: Team) -> None:
    session = course_session()
    browser = team.browser()
    assert browser.get(f"{page_of(session)}/done").location == "/agency"
    send(browser, session, *team.people("A"))
    assert browser.get(f"{page_of(course_session())}/done").location == "/agency"
    assert "Sam A" in browser.get(f"{page_of(session)}/done").text


def test_from_the_sessions_to_book_it_is_one_click_to_the_screen(team: Team, canary: Person) -> None:
    room = course_session(course("NEG"), capacity=2)
    full = course_session(course("FUL", title="Full one"), capacity=0)
    hidden = [
        course_session(course(title="Hidden one"), **details)
        for details in (
            {"host_organisation_id": canary.organisation_id},
            {"published_at": None},
            {"cancelled_at": NOW},
            {"starts_at": NOW - timedelta(days=1)},
            {"booking_opens_at": NOW + timedelta(days=1)},
            {"booking_closes_at": NOW},
        )
    ]
    (amina,) = team.people("Amin")
    browser = team.browser()
    page = browser.get(f"/agency/book?people={amina.id}&people={canary.id}").text
    assert f"/sessions/{room.reference}/book-team?people={amina.id}" in page
    assert f"/sessions/{full.reference}/book-team" in page
    assert "2 places for you." in page
    assert "For Sam Amin" in page
    assert "Canary" not in page
    assert not any(one.reference in page for one in hidden)
    assert "Hidden one" not in page
    narrowed = browser.get("/agency/book?q=ful").text
    assert full.reference in narrowed
    assert room.reference not in narrowed
    assert "No session fits" in browser.get("/agency/book?q=%25").text


def test_where_everybody_has_a_name_the_lead_gets_no_letter(team: Team) -> None:
    book_team(session=course_session(), people=team.people("A", "B"), by=team.lead, now=NOW)
    assert db.session.scalar(select(func.count()).select_from(Letter).where(Letter.person_id == team.lead.id)) == 0
