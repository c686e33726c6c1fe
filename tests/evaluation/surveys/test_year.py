"""A year of one session, moved only by the clock: who is asked, reminded and left alone, and when."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from evaluation.surveys import operations
from evaluation.surveys.models import Invitation, RoundStage, SurveyRound
from lms.accounts.models import Person
from lms.attendance.models import Mark
from lms.bookings.models import Booking, BookingStatus
from lms.catalogue.models import Course, CourseSession
from lms.dates import from_london, london
from lms.db import db, writing
from lms.errors import RuleBroken
from lms.letters.models import Letter
from tests.evaluation.surveys.conftest import DECIDED, DOCUMENT, Life

BOOKED = from_london(date(2024, 10, 8), 10)
NOVEMBER = from_london(date(2024, 11, 5), 13, 10)


def when(letters: list[Letter]) -> Counter[str]:
    return Counter(f"{london(letter.queued_at):%d %b %Y %H:%M}" for letter in letters)


def test_each_letter_goes_at_its_moment_and_nobody_gets_one_twice(life: Life) -> None:
    life.book(BOOKED)
    life.until(from_london(date(2024, 11, 4), 12))
    assert when(life.letters("survey-baseline-invitation")) == {"08 Oct 2024 10:00": 14}
    assert when(life.letters("survey-baseline-reminder")) == {"29 Oct 2024 09:00": 14}
    assert when(life.letters("survey-baseline-last-call")) == {"03 Nov 2024 09:00": 14}
    life.until(NOVEMBER)
    life.mark(NOVEMBER, range(12))
    life.mark(NOVEMBER, [12], Mark.NO_SHOW)
    life.until(from_london(date(2024, 11, 10)))
    assert when(life.letters("survey-end-invitation")) == {"05 Nov 2024 13:10": 12}
    assert when(life.letters("survey-end-reminder")) == {"06 Nov 2024 09:00": 12}
    assert when(life.letters("survey-end-last-call")) == {"09 Nov 2024 09:00": 12}
    life.until(from_london(date(2025, 3, 1)))
    for wave in ("m3", "manager"):
        assert when(life.letters(f"survey-{wave}-invitation")) == {"03 Feb 2025 09:00": 12}
        assert when(life.letters(f"survey-{wave}-reminder")) == {"10 Feb 2025 09:00": 12}
        assert when(life.letters(f"survey-{wave}-last-call")) == {"21 Feb 2025 09:00": 12}
    # The clocks have changed in between: it is 9 in the morning in London all the same, an hour earlier in UTC.
    life.until(from_london(date(2025, 6, 1)))
    assert when(life.letters("survey-m6-invitation")) == {"04 May 2025 09:00": 12}
    assert life.letters("survey-m6-invitation")[0].queued_at == datetime(2025, 5, 4, 8, tzinfo=UTC)
    assert when(life.letters("survey-m6-last-call")) == {"22 May 2025 09:00": 12}
    before = {letter.id for letter in db.session.query(Letter)}
    life.until(from_london(date(2025, 11, 1)))
    assert life.until(from_london(date(2025, 11, 1))) == {}
    assert {letter.id for letter in db.session.query(Letter)} <= before
    assert {wave.stage for wave in db.session.query(SurveyRound)} == {RoundStage.CLOSED}


def test_a_wave_is_open_until_the_end_of_the_day_its_letter_names(taught: Life) -> None:
    taught.until(from_london(date(2024, 11, 9), 9))
    assert taught.letters("survey-end-last-call")[0].subject == "Closes 12 November 2024: how was Multi-agency neglect?"
    assert taught.round("end").closes_at == from_london(date(2024, 11, 13))
    taught.until(from_london(date(2024, 11, 12), 23, 59))
    assert taught.round("end").stage is RoundStage.LAST_CALLED
    taught.until(from_london(date(2024, 11, 13)))
    assert taught.round("end").stage is RoundStage.LATE
    taught.until(from_london(date(2024, 11, 20)))
    assert taught.round("end").stage is RoundStage.CLOSED


def test_only_those_who_have_not_answered_are_reminded(taught: Life) -> None:
    for number in range(5):
        taught.answer("end", number, from_london(date(2024, 11, 5), 20))
    taught.until(from_london(date(2024, 11, 7)))
    reminded = {letter.person_id for letter in taught.letters("survey-end-reminder")}
    assert reminded == set(taught.people[5:12])


def test_a_mark_made_days_later_still_brings_the_questions(taught: Life) -> None:
    late = from_london(date(2024, 11, 8), 16)
    taught.until(late)
    taught.mark(late, [12])
    taught.until(late + timedelta(minutes=1))
    assert when(taught.letters("survey-end-invitation"))["08 Nov 2024 16:00"] == 1
    taught.until(from_london(date(2024, 11, 9), 10))
    assert taught.people[12] in {letter.person_id for letter in taught.letters("survey-end-last-call")}
    # One made after the end of the wave brings only what is still to come.
    after = from_london(date(2024, 11, 14), 9)
    taught.until(after)
    taught.mark(after, [13])
    taught.until(from_london(date(2025, 2, 4)))
    assert len(taught.letters("survey-end-invitation")) == 13
    assert len(taught.letters("survey-m3-invitation")) == 14


def test_somebody_asked_this_morning_is_not_reminded_today(life: Life) -> None:
    life.book(BOOKED, life.people[:5])
    dawn = from_london(date(2024, 10, 29), 7)
    life.until(dawn)
    life.book(dawn, life.people[5:6])
    life.until(from_london(date(2024, 10, 30)))
    assert {letter.person_id for letter in life.letters("survey-baseline-reminder")} == set(life.people[:5])


def test_whoever_gives_the_place_back_is_left_alone(life: Life) -> None:
    life.book(BOOKED)
    life.until(from_london(date(2024, 10, 20)))
    with writing():
        booking = db.session.get_one(Booking, life.bookings[0])
        booking.status, booking.cancelled_at = BookingStatus.CANCELLED, from_london(date(2024, 10, 20))
    life.until(from_london(date(2024, 11, 5)))
    assert life.people[0] not in {letter.person_id for letter in life.letters("survey-baseline-reminder")}


def test_managers_are_asked_apart_and_not_about_themselves(taught: Life) -> None:
    with writing():
        person = db.session.get_one(Person, taught.people[0])
        person.manager_email = person.email or ""
        db.session.get_one(Person, taught.people[1]).manager_email = ""
    taught.until(from_london(date(2025, 2, 4)))
    letters = taught.letters("survey-manager-invitation")
    assert len(letters) == 10
    first = letters[0]
    assert (first.to_email, first.person_id) == ("manager02@example.org.uk", None)
    assert first.body.startswith(
        "Hello Manager02 Madeup,\n\nPerson02 Madeup was on Multi-agency neglect three months ago."
    )


def test_a_session_that_moves_takes_its_questions_along(life: Life) -> None:
    life.book(BOOKED)
    life.until(from_london(date(2024, 10, 10)))
    with writing():
        life.session.starts_at += timedelta(days=21)
        life.session.ends_at += timedelta(days=21)
    life.until(from_london(date(2024, 10, 11)))
    assert life.round("baseline").closes_at == from_london(date(2024, 11, 26), 9, 30)
    assert life.round("m3").opens_at == from_london(date(2025, 2, 24), 9)
    life.until(from_london(date(2024, 11, 20)))
    assert when(life.letters("survey-baseline-reminder")) == {"19 Nov 2024 09:00": 14}
    assert life.until(from_london(date(2024, 11, 20))) == {}


def test_a_cancelled_session_asks_nothing_more(life: Life) -> None:
    life.book(BOOKED)
    life.until(from_london(date(2024, 10, 10)))
    with writing():
        life.session.cancelled_at = from_london(date(2024, 10, 12))
    life.until(from_london(date(2025, 11, 1)))
    assert not life.letters("survey-baseline-reminder")
    assert [(one.wave, one.stage) for one in db.session.query(SurveyRound)] == [("baseline", RoundStage.CLOSED)]


def test_only_sessions_from_the_day_of_the_plan_are_asked_about(life: Life) -> None:
    with writing():
        earlier = from_london(date(2024, 10, 7), 9)
        session = life.session
        db.session.add(
            CourseSession(
                reference="NEG-2024-10",
                course=session.course,
                starts_at=earlier,
                ends_at=earlier + timedelta(hours=3),
                mode=session.mode,
                capacity=20,
                added_at=earlier - timedelta(days=30),
                published_at=earlier - timedelta(days=30),
            )
        )
    life.until(from_london(date(2025, 11, 1)))
    assert {one.session_id for one in db.session.query(SurveyRound)} == {life.session_id}


def test_how_many_have_answered_is_said_once_it_is_enough_to_say(taught: Life) -> None:
    for number in range(10):
        taught.answer("end", number, from_london(date(2024, 11, 5), 20))
    opens = from_london(date(2025, 2, 3), 9)
    taught.until(opens)
    assert "So far" not in taught.letters("survey-m3-invitation")[0].body
    for number in range(11):
        taught.answer("m3", number, opens)
    taught.until(opens + timedelta(hours=1))
    late = opens + timedelta(hours=2)
    taught.mark(late, [12])
    taught.until(late)
    assert "So far 11 people have answered these questions." in taught.letters("survey-m3-invitation")[-1].body


def test_the_plan_is_fixed_once_somebody_has_answered(taught: Life) -> None:
    course = db.session.get_one(Course, taught.session.course_id)
    plan = {
        "course": course,
        "question_set": operations.load_question_set(document=DOCUMENT),
        "actor": None,
        "now": DECIDED,
    }
    operations.set_evaluation_plan(primary_scale="confidence_neglect", **plan)
    db.session.commit()
    taught.answer("end", 0, from_london(date(2024, 11, 5), 20))
    with pytest.raises(RuleBroken, match="can no longer change"):
        operations.set_evaluation_plan(primary_scale="behaviour_neglect", **plan)
    same = operations.set_evaluation_plan(primary_scale="confidence_neglect", **plan)
    assert same.primary_scale == "confidence_neglect"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"primary_scale": "confidence_core"}, "not all asked in the wave “When you book”"),
        ({"primary_scale": "happiness"}, "no scale “happiness”"),
        ({"deciding_wave": "end"}, "not all asked in the wave “At the end”"),
        ({"deciding_wave": "baseline"}, "Choose the baseline and a later wave"),
        ({"waves": ["baseline", "sgw", "m6"]}, "does not follow a session"),
        ({"waves": ["baseline", "m9"]}, "no wave “m9”"),
    ],
)
def test_a_plan_that_does_not_fit_together_is_refused(life: Life, change: dict[str, object], said: str) -> None:
    given = {"primary_scale": "behaviour_neglect", **change}
    with pytest.raises(RuleBroken, match=said):
        operations.set_evaluation_plan(
            course=life.session.course,
            question_set=operations.load_question_set(document=DOCUMENT),
            actor=None,
            now=DECIDED,
            **given,  # type: ignore[arg-type]
        )


def test_changed_questions_become_a_new_version(life: Life) -> None:
    first = operations.load_question_set(document=DOCUMENT)
    again = operations.load_question_set(document={**DOCUMENT})
    changed = operations.load_question_set(document={**DOCUMENT, "version": 2})
    assert (first.version, again.id, changed.version) == (1, first.id, 2)


def test_no_two_people_share_a_link(taught: Life) -> None:
    hashes = [one.token_hash for one in db.session.query(Invitation)]
    assert len(hashes) == len(set(hashes)) == 26
