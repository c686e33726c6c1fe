"""Who did not come, counted with its base; reasons that point to nobody; and somebody who is away again and again."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lms import dates
from lms.absences import operations, queries, rules
from lms.absences.models import AbsenceTalk
from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.attendance import operations as registers
from lms.attendance.models import Mark
from lms.attendance.rules import MarkGiven
from lms.bookings.models import Booking, BookingOrigin, BookingStatus, CancelReason
from lms.catalogue.models import CourseSession
from lms.db import db
from lms.errors import RuleBroken
from lms.organisations.models import Organisation
from lms.roles import Role
from tests.browsing import send
from tests.factories import booking, course, course_session, organisation, person

SignIn = Callable[[Person], FlaskClient]
DAY = timedelta(days=1)
NOW = datetime(2024, 12, 10, 9, 0, tzinfo=UTC)
TODAY = date(2024, 12, 10)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "now", lambda: NOW)


@pytest.fixture
def officer(app: object) -> Person:
    found: Person = person("Siân", "Morgan", Role.LD_OFFICER)
    return found


def mark(session: CourseSession, what: Mark, who: Person | None = None, **details: object) -> Booking:
    """Somebody with a place, and what the register says of them."""
    made: Booking = booking(session, who, **{"origin": BookingOrigin.BOOKED, **details})
    until = session.ends_at - timedelta(hours=1) if what is Mark.LEFT_EARLY else None
    registers.record_marks(session.dates[0], given=[MarkGiven(made.id, what, until)], by=None, now=session.ends_at)
    return made


def missed(who: Person, days_ago: int, **details: object) -> Booking:
    return mark(course_session(starts_at=NOW - days_ago * DAY), Mark.NO_SHOW, who, **details)


# Figures.


def test_each_figure_has_its_base_and_walk_ins_are_in_none(officer: Person) -> None:
    agency = organisation("Kirkgate School")
    one = course_session(course(title="Neglect"))
    for what, people in ((Mark.ATTENDED, 6), (Mark.LEFT_EARLY, 1), (Mark.APOLOGY, 2), (Mark.NO_SHOW, 3)):
        for _ in range(people):
            mark(one, what, person(organisation=agency))
    booking(one, person(organisation=agency))
    mark(one, Mark.ATTENDED, origin=BookingOrigin.WALK_IN)
    booking(one, None, BookingStatus.CANCELLED)
    mark(course_session(cancelled_at=NOW, cancelled_why="Snow"), Mark.NO_SHOW)
    mark(course_session(starts_at=datetime(2024, 3, 31, 9, 30, tzinfo=UTC)), Mark.NO_SHOW)
    booking(course_session(starts_at=NOW + DAY))
    found = queries.absences(2024, NOW)
    assert found.total == rules.Away(expected=13, came=7, apology=2, no_show=3)
    assert (found.total.no_show_words, found.total.apology_words) == ("3 of 12 (25%)", "2 of 12 (17%)")
    assert found.by_course == [("Neglect", found.total)]
    assert found.by_agency == [("Kirkgate School", found.total)]
    assert queries.absences(2023, NOW).total == rules.Away(expected=1, no_show=1)
    assert queries.years(NOW) == [2024, 2023]


def test_the_page_and_the_table_say_the_same(officer: Person, sign_in: SignIn) -> None:
    one = course_session(course(title="Neglect"))
    for reason, people in ((CancelReason.COVER, 7), (CancelReason.WORK, 6), (CancelReason.UNWELL, 1), (None, 9)):
        for _ in range(people):
            mark(one, Mark.NO_SHOW, missed_reason=reason)
    for _ in range(7):
        mark(one, Mark.ATTENDED)
    browser = sign_in(officer)
    page = " ".join(browser.get("/absences").text.split())
    assert "23 of 30 (77%)" in page
    assert "1 April 2024 to 31 March 2025" in page
    rows = list(csv.DictReader(io.StringIO(browser.get("/absences.csv?year=2024").data.decode("utf-8-sig"))))
    assert [(row["Of"], row["Name"], row["Expected"], row["Did not come"]) for row in rows[:2]] == [
        ("All", "All", "30", "23"), ("Course", "Neglect", "30", "23"),
    ]  # fmt: skip
    reasons = {row["Name"]: row["Did not come"] for row in rows if row["Of"] == "Reason"}
    assert reasons["Unwell, or caring for somebody"] == "hidden"
    assert reasons["On leave"] == "hidden", "nobody is a small number too"
    assert sum(value != "hidden" for value in reasons.values()) >= 1
    shown = sum(int(value) for value in reasons.values() if value != "hidden")
    assert shown <= 23 - 5, "what is hidden together cannot be told to one person"
    assert sign_in(officer).get("/absences?year=nonsense").status_code == 200


def test_of_few_no_reason_is_told_at_all(officer: Person, sign_in: SignIn) -> None:
    one = course_session()
    for _ in range(4):
        mark(one, Mark.NO_SHOW, missed_reason=CancelReason.UNWELL)
    page = sign_in(officer).get("/absences").text
    assert "Too few people did not come for their reasons to be told." in page
    assert "Unwell" not in page


@given(st.lists(st.integers(0, 30), min_size=2, max_size=9))
def test_no_small_number_is_told_and_none_can_be_worked_out_alone(counts: list[int]) -> None:
    safe = rules.told(dict(enumerate(counts)))
    if safe is None:
        return
    hidden = [counts[place] for place, people in safe.items() if people is None]
    assert all(people is None or people >= 5 for people in safe.values())
    assert len(hidden) != 1, "one hidden number is the whole less the others"
    assert not hidden or sum(hidden) >= 5


def test_a_page_of_one_absence_or_fifty_takes_the_same_number_of_queries(
    officer: Person, sign_in: SignIn, count_queries: list[str]
) -> None:
    browser, seen = sign_in(officer), []
    for people in (2, 20):
        for _ in range(people):
            who = person()
            missed(who, 5)
            missed(who, 15)
        browser.get("/absences")
        count_queries.clear()
        browser.get("/absences")
        seen.append(len(count_queries))
    assert seen[0] == seen[1]


def test_nobody_missed_anything_is_said(officer: Person, sign_in: SignIn) -> None:
    page = sign_in(officer).get("/absences").text
    assert "Nobody. Somebody stands here once they have missed 2 sessions" in page
    assert "No session of this year has begun yet." in page
    assert "without a word" not in sign_in(officer).get("/").text


# Again and again.


def test_two_sessions_without_a_word_within_a_year_are_repeated(officer: Person) -> None:
    amina, once, long_ago, explained, sorry, came = (person(f"P{number}", f"Yusuf {number}") for number in range(6))
    for who, days in ((amina, (10, 300)), (once, (10,)), (long_ago, (10, 367))):
        for ago in days:
            missed(who, ago)
    missed(explained, 10, missed_reason=CancelReason.COVER)
    missed(explained, 20)
    for who, what in ((sorry, Mark.APOLOGY), (came, Mark.ATTENDED)):
        missed(who, 10)
        mark(course_session(starts_at=NOW - 20 * DAY), what, who)
    found = queries.repeated(NOW)
    assert [(one.person.last_name, len(one.missed)) for one in found] == [("Yusuf 0", 2)]
    assert found[0].last_missed == TODAY - timedelta(days=10)


def test_what_we_never_asked_about_is_not_held_against_anybody(officer: Person) -> None:
    who = person()
    missed(who, 10)
    missed(who, 20, origin=BookingOrigin.IMPORTED)
    mark(course_session(starts_at=NOW - 30 * DAY, imported=True), Mark.NO_SHOW, who)
    mark(course_session(starts_at=NOW - 40 * DAY, cancelled_at=NOW, cancelled_why="Snow"), Mark.NO_SHOW, who)
    missed(who, 50, origin=BookingOrigin.WALK_IN)
    assert queries.repeated(NOW) == []
    gone = person(disabled_at=NOW)
    missed(gone, 10)
    missed(gone, 20)
    assert queries.repeated(NOW) == []


def test_the_officer_is_told_speaks_and_the_person_leaves_the_list_until_a_new_one(
    officer: Person, sign_in: SignIn
) -> None:
    amina = person("Amina", "Yusuf", manager_name="Helen Ward")
    missed(amina, 10)
    missed(amina, 30)
    browser = sign_in(officer)
    home = browser.get("/").text
    assert "1 person has missed several sessions without a word" in home
    assert 'href="/absences#repeated"' in home
    assert "Amina Yusuf" in browser.get("/absences").text
    page = f"/absences/{amina.id}/spoken"
    shown = browser.get(page).text
    assert "Their line manager is Helen Ward." in shown
    answer = send(browser, page, page, **_typed(TODAY))
    assert (answer.status_code, answer.location) == (303, "/absences")
    talk = db.session.scalars(select(AbsenceTalk)).one()
    assert (talk.person_id, talk.spoken_on, talk.noted_by_id, talk.noted_at) == (amina.id, TODAY, officer.id, NOW)
    line = db.session.scalars(select(Activity).where(Activity.verb == "absence:spoken")).one()
    assert (line.actor_id, line.subject, line.details) == (officer.id, str(amina.id), {})
    assert queries.repeated(NOW) == []
    assert browser.get(page).status_code == 404
    later = NOW + 8 * DAY
    mark(course_session(starts_at=NOW + 7 * DAY), Mark.NO_SHOW, amina)
    (again,) = queries.repeated(later)
    assert (len(again.missed), [one.spoken_on for one in again.talks]) == (3, [TODAY])


def _typed(day: date) -> dict[str, str]:
    return {"spoken_on-day": str(day.day), "spoken_on-month": str(day.month), "spoken_on-year": str(day.year)}


@pytest.mark.parametrize(
    ("day", "sentence"),
    [(TODAY + DAY, rules.TO_COME), (TODAY - timedelta(days=11), rules.BEFORE_IT)],
)
def test_a_talk_is_after_what_was_missed_and_has_been(
    officer: Person, sign_in: SignIn, day: date, sentence: str
) -> None:
    amina = person()
    missed(amina, 10)
    missed(amina, 30)
    page = f"/absences/{amina.id}/spoken"
    answer = send(sign_in(officer), page, page, **_typed(day))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert db.session.scalars(select(AbsenceTalk)).all() == []


def test_two_officers_who_note_the_same_talk_keep_it_once(officer: Person) -> None:
    amina = person()
    missed(amina, 10)
    missed(amina, 30)
    operations.note_talk(person=amina, spoken_on=TODAY, by=officer, now=NOW)
    with pytest.raises(RuleBroken, match="not on the list any more"):
        operations.note_talk(person=amina, spoken_on=TODAY, by=officer, now=NOW)


def test_who_says_why_afterwards_leaves_the_list(officer: Person) -> None:
    amina = person()
    missed(amina, 10)
    second = missed(amina, 30)
    assert len(queries.repeated(NOW)) == 1
    second.missed_reason = CancelReason.COVER
    db.session.flush()
    assert queries.repeated(NOW) == []


# The agency’s own page.


@pytest.fixture
def agency(app: object) -> Organisation:
    found: Organisation = organisation("Kirkgate School")
    return found


def test_a_training_lead_sees_their_own_people_and_no_reason(agency: Organisation, sign_in: SignIn) -> None:
    helen = person("Helen", "Ward", Role.TRAINING_LEAD, organisation=agency)
    amina = person("Amina", "Yusuf", organisation=agency)
    missed(amina, 10)
    missed(amina, 30)
    missed(person("Dev", "Patel", organisation=agency), 20, missed_reason=CancelReason.UNWELL)
    other = person("Some", "Other")
    missed(other, 10)
    missed(other, 20)
    browser = sign_in(helen)
    page = browser.get("/agency/absences").text
    assert "Amina Yusuf has missed 2 sessions without a word." in page
    assert "Dev Patel" in page
    assert "Unwell" not in page
    assert "Some Other" not in page
    assert 'href="/agency/absences"' in browser.get("/agency").text
    assert browser.get("/absences").status_code == 403


@given(st.lists(st.integers(0, 500), max_size=8), st.one_of(st.none(), st.integers(0, 400)))
def test_after_a_talk_only_a_later_day_counts(days_ago: list[int], spoken_ago: int | None) -> None:
    days = [TODAY - timedelta(days=ago) for ago in days_ago]
    spoken = TODAY - timedelta(days=spoken_ago) if spoken_ago is not None else None
    flagged = rules.is_repeated(days, spoken_on=spoken, today=TODAY)
    lately = [day for day in days if day >= TODAY - rules.WITHIN]
    assert flagged == (len(lately) >= 2 and (spoken is None or any(day > spoken for day in lately)))
