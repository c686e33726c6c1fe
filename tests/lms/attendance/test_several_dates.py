"""A session of several dates: each has its own register, and together they say whether somebody came."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from evaluation.impact import annual_counts
from evaluation.surveys import operations as surveys
from evaluation.surveys.models import Invitation
from lms import dates, jobs
from lms.attendance import checks, operations, queries
from lms.attendance.models import Attendance, Mark
from lms.attendance.rules import MarkGiven
from lms.bookings.models import Booking, BookingOrigin
from lms.catalogue.models import SessionDate
from lms.charges import queries as charges
from lms.charges.models import ChargeKind, ChargeRule
from lms.db import db
from lms.organisations.models import Partnership
from tests.databases import ROOT
from tests.factories import NOW, course, session_date
from tests.lms.attendance.pressing import OpenPage, Room, SignIn

Clock = Callable[[datetime], None]
MakeRoom = Callable[..., Room]
WEEK = timedelta(days=7)


@pytest.fixture
def two(make_room: MakeRoom) -> Room:
    """Four people on 5 and 12 November 2024, 9:30am to 1pm."""
    return _two(make_room)


def _two(make_room: MakeRoom, people: int = 4, **details: object) -> Room:
    room = make_room(people, **details)
    session_date(room.session, room.session.starts_at + WEEK)
    return room


def _mark(date: SessionDate, booking: Booking, mark: Mark, by: Room) -> None:
    until = date.ends_at - timedelta(hours=1) if mark in (Mark.LEFT_EARLY, Mark.PART) else None
    one = MarkGiven(booking.id, mark, until, from_at=date.starts_at)
    operations.record_marks(date, given=[one], by=by.trainer, now=date.ends_at)


def _says(booking: Booking) -> tuple[str, int] | None:
    said = db.session.scalar(select(Attendance).where(Attendance.booking_id == booking.id))
    return (said.mark.value, said.dates_came) if said else None


def _finish(room: Room, *marks: tuple[Mark, Mark]) -> None:
    """Mark everybody expected on both dates, and finish both."""
    for number, day in enumerate(room.session.dates):
        for booking, pair in zip(room.expected, marks, strict=True):
            _mark(day, booking, pair[number], room)
        assert operations.finish(day, by=room.trainer, now=day.ends_at) == 0


# What the marks say together.

marks = st.lists(st.sampled_from(list(Mark)), min_size=1, max_size=6)


@given(marks)
def test_together_somebody_came_exactly_if_they_came_to_any_date(all_marks: list[Mark]) -> None:
    whole = Mark.together(all_marks, len(all_marks))
    assert whole is not None
    assert whole.came == any(mark.came for mark in all_marks)


@given(marks, st.randoms())
def test_together_the_order_of_the_dates_does_not_matter(all_marks: list[Mark], random: object) -> None:
    shuffled = list(all_marks)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert Mark.together(shuffled, len(all_marks)) is Mark.together(all_marks, len(all_marks))


@given(marks, st.integers(0, 4))
def test_together_only_who_was_at_each_marked_date_to_its_end_attended(all_marks: list[Mark], unmarked: int) -> None:
    whole = Mark.together(all_marks, len(all_marks) + unmarked)
    assert (whole is Mark.ATTENDED) == all(mark is Mark.ATTENDED for mark in all_marks)


@given(marks)
def test_together_one_more_date_somebody_came_to_never_turns_them_into_somebody_who_did_not(
    all_marks: list[Mark],
) -> None:
    whole = Mark.together([*all_marks, Mark.ATTENDED], len(all_marks) + 1)
    assert whole is not None
    assert whole.came


@pytest.mark.parametrize(
    ("of_dates", "whole"),
    [
        ((), None),
        ((Mark.ATTENDED, Mark.NO_SHOW), Mark.PART),
        ((Mark.LEFT_EARLY, Mark.ATTENDED), Mark.PART),
        ((Mark.APOLOGY, Mark.NO_SHOW), Mark.NO_SHOW),
        ((Mark.APOLOGY, Mark.APOLOGY), Mark.APOLOGY),
        ((Mark.ATTENDED, Mark.ATTENDED), Mark.ATTENDED),
    ],
)
def test_together_two_dates_say(of_dates: tuple[Mark, ...], whole: Mark | None) -> None:
    assert Mark.together(of_dates, 2) is whole


# The registers.


def test_each_date_has_its_own_marks_and_together_they_say_who_came(two: Room) -> None:
    _finish(
        two,
        (Mark.ATTENDED, Mark.ATTENDED),
        (Mark.ATTENDED, Mark.NO_SHOW),
        (Mark.APOLOGY, Mark.PART),
        (Mark.APOLOGY, Mark.NO_SHOW),
    )
    assert [_says(one) for one in two.expected] == [("attended", 2), ("part", 1), ("part", 1), ("no_show", 0)]
    first, second = (queries.count(queries.register(one)) for one in two.session.dates)
    assert (first.expected, first.came, first.apology, first.no_show) == (4, 2, 2, 0)
    assert (second.expected, second.came, second.part, second.no_show) == (4, 2, 1, 2)
    assert checks.problems() == []


def test_the_session_is_finished_with_the_last_of_its_registers_whichever_that_is(two: Room) -> None:
    first, second = two.session.dates
    for one in two.expected:
        _mark(second, one, Mark.ATTENDED, two)
    assert operations.finish(second, by=two.trainer, now=second.ends_at) == 0
    assert (second.register_finished_at, two.session.register_finished_at) == (second.ends_at, None)
    assert operations.finish(first, by=two.trainer, now=second.ends_at) == 4
    for one in two.expected:
        _mark(first, one, Mark.NO_SHOW, two)
    later = second.ends_at + timedelta(hours=1)
    assert operations.finish(first, by=two.trainer, now=later) == 0
    assert two.session.register_finished_at == later


def test_the_page_of_a_date_marks_that_date_and_leads_to_the_other(two: Room, clock: Clock, sign_in: SignIn) -> None:
    clock(two.session.dates[1].starts_at)
    tom = sign_in(two.trainer)
    page = OpenPage(tom, f"{two.path}/1")
    assert 'aria-current="page"><strong>Date 1: 5 November 2024</strong>' in page.answer.text
    assert f'href="{two.path}/2">Date 2: 12 November 2024</a>' in page.answer.text
    for one in two.expected:
        page.press(one, Mark.ATTENDED)
    assert page.send("finish").location == "/teaching"
    teaching = " ".join(tom.get("/teaching").text.split())
    assert "The register of Multi-agency neglect for date 1 is finished. Still to finish: date 2." in teaching
    states = re.findall(r"Date (\d): [^<]*</a> *(?:<strong[^>]*>([^<]*)<)?", teaching)
    assert states == [("1", "Finished"), ("2", "4 to mark")]
    assert [len(line.marks) for line in queries.register(two.session.dates[1])] == [0] * 4
    assert tom.get(f"{two.path}/3").status_code == 404
    assert tom.get(f"{two.path}/0").status_code == 404


def test_the_date_at_hand_is_opened_where_none_is_named(two: Room, clock: Clock, sign_in: SignIn) -> None:
    tom = sign_in(two.trainer)
    for moment, number in (
        (two.session.dates[0].starts_at, 1),
        (two.session.dates[0].ends_at + timedelta(hours=1), 2),
        (two.session.dates[1].ends_at + timedelta(days=1), 2),
    ):
        clock(moment)
        assert f"<strong>Date {number}: " in tom.get(two.path).text


def test_a_register_that_waits_while_the_session_goes_on_is_on_the_first_page(
    two: Room, clock: Clock, sign_in: SignIn
) -> None:
    tom = sign_in(two.trainer)
    clock(two.session.dates[0].ends_at - timedelta(minutes=1))
    assert "Finish the register" not in tom.get("/").text
    clock(two.session.dates[0].ends_at)
    page = tom.get("/").text
    assert f'href="{two.path}/1"' in page
    assert "Finish the register: Multi-agency neglect" in page


# Walk-ins of one date.


def _walk_in(date: SessionDate, room: Room, last: str = "Lin") -> Booking:
    return operations.add_walk_in(
        date, first_name="Mei", last_name=last, email="", organisation_id=room.expected[0].organisation_id,
        by=room.trainer, now=date.starts_at,
    )  # fmt: skip


def test_who_walks_in_on_the_second_date_does_not_hold_up_the_first_and_came_in_part(two: Room) -> None:
    first, second = two.session.dates
    mei = _walk_in(second, two)
    assert mei.id not in [line.booking.id for line in queries.register(first)]
    assert mei.id in [line.booking.id for line in queries.register(second)]
    assert _says(mei) == ("part", 1)
    for one in two.expected:
        _mark(first, one, Mark.ATTENDED, two)
    assert operations.finish(first, by=two.trainer, now=second.starts_at) == 0
    assert checks.problems() == []


def test_who_walked_in_first_is_on_the_next_register_and_need_not_come_again(two: Room) -> None:
    first, second = two.session.dates
    mei = _walk_in(first, two)
    line = next(line for line in queries.register(second) if line.booking.id == mei.id)
    assert (line.walk_in, line.mark) == (True, None)
    assert queries.count(queries.register(second)).to_mark == 4, "those expected alone"
    _mark(second, mei, Mark.ATTENDED, two)
    assert _says(mei) == ("attended", 2)


def test_who_walked_in_on_the_second_date_and_turns_out_to_have_been_at_the_first_is_one_booking(two: Room) -> None:
    first, second = two.session.dates
    mei = _walk_in(second, two)
    again = operations.add_walk_in(
        first, first_name="Mei", last_name="Lin", email="", organisation_id=mei.organisation_id, by=two.trainer,
        now=second.starts_at, known=mei.person,
    )  # fmt: skip
    assert again.id == mei.id
    assert _says(mei) == ("attended", 2)


# What follows.


def test_the_learner_sees_one_session_with_what_the_dates_say_together(
    two: Room, clock: Clock, sign_in: SignIn
) -> None:
    _finish(two, *[(Mark.ATTENDED, Mark.NO_SHOW)] * 4)
    clock(two.session.ends_at + timedelta(days=1))
    page = sign_in(two.expected[0].person).get("/learning").text
    assert page.count(two.session.course.title) == 1
    assert "Came in part" in page


def test_questions_after_the_course_come_once_to_who_came_to_any_date_and_not_to_who_came_to_none(
    make_room: MakeRoom, clock: Clock
) -> None:
    neglect = course("NEG")
    document = yaml.safe_load((ROOT / "content" / "question-sets.yaml").read_text(encoding="utf-8"))
    surveys.set_evaluation_plan(
        course=neglect, question_set=surveys.load_question_set(document=document), primary_scale="behaviour_neglect",
        actor=None, now=NOW,
    )  # fmt: skip
    room = _two(make_room, 3, of=neglect)
    for one in room.expected:
        one.origin = BookingOrigin.BOOKED
    _finish(room, (Mark.ATTENDED, Mark.ATTENDED), (Mark.NO_SHOW, Mark.ATTENDED), (Mark.APOLOGY, Mark.NO_SHOW))
    db.session.commit()
    later = room.session.ends_at + timedelta(days=300)
    clock(later)
    jobs.run_due(later)
    asked = list(db.session.scalars(select(Invitation.booking_id)))
    # All are asked beforehand; afterwards who came, once for each wave and not for each date.
    assert [asked.count(one.id) for one in room.expected] == [4, 4, 1], "before, at the end, at three and at six months"


def test_not_coming_is_charged_once_and_only_to_who_came_to_no_date(two: Room) -> None:
    db.session.get_one(Partnership, 1).charges = True
    db.session.add(ChargeRule(kind=ChargeKind.NO_SHOW, pence=5000, valid_from=date(2024, 1, 1)))
    for one in two.expected:
        one.origin = BookingOrigin.BOOKED
    _finish(
        two,
        (Mark.ATTENDED, Mark.NO_SHOW),
        (Mark.NO_SHOW, Mark.NO_SHOW),
        (Mark.APOLOGY, Mark.APOLOGY),
        (Mark.NO_SHOW, Mark.LEFT_EARLY),
    )
    assert charges.final(two.session.ends_at + timedelta(days=6)) == []
    final = charges.final(two.session.ends_at + timedelta(days=8))
    missed = [one.booking.id for one in final if one.facts.kind is ChargeKind.NO_SHOW and one.booking]
    assert missed == [two.expected[1].id]


def test_the_annual_figures_count_somebody_at_two_dates_once(two: Room) -> None:
    _finish(
        two,
        (Mark.ATTENDED, Mark.ATTENDED),
        (Mark.ATTENDED, Mark.NO_SHOW),
        (Mark.NO_SHOW, Mark.ATTENDED),
        (Mark.NO_SHOW, Mark.APOLOGY),
    )
    figures = annual_counts.taught(date(2024, 4, 1), date(2025, 3, 31), {})
    assert (figures.courses, figures.delegates, figures.people) == (1, 3, 3)


# What verify says.


def test_verify_finds_a_mark_on_a_date_of_another_session(two: Room, make_room: MakeRoom) -> None:
    _mark(two.session.dates[0], two.expected[0], Mark.ATTENDED, two)
    assert checks.problems() == []
    elsewhere = make_room(0, starts_at=datetime(2024, 12, 3, 9, 30, tzinfo=UTC)).session.dates[0]
    mark = queries.register(two.session.dates[0])[0].mark
    assert mark
    mark.date_id = elsewhere.id
    db.session.flush()
    assert checks.problems() == [f"booking {two.expected[0].reference} has a mark on a date of another session"]


@pytest.mark.parametrize(
    "broken", [{"mark": Mark.NO_SHOW, "dates_came": 0}, {"dates_came": 2}, None], ids=["mark", "dates", "gone"]
)
def test_verify_finds_a_whole_that_is_not_what_the_dates_say(two: Room, broken: dict[str, object] | None) -> None:
    booking = two.expected[0]
    _mark(two.session.dates[0], booking, Mark.ATTENDED, two)
    said = db.session.get_one(Attendance, booking.id)
    if broken is None:
        db.session.delete(said)
    for name, value in (broken or {}).items():
        setattr(said, name, value)
    db.session.flush()
    sentence = f"booking {booking.reference}: what its register says as a whole is not what the marks of its dates say"
    assert checks.problems() == [sentence]


def test_verify_finds_a_whole_without_a_mark(two: Room) -> None:
    assert checks.problems() == []
    db.session.add(Attendance(booking_id=two.expected[0].id, mark=Mark.ATTENDED, dates_came=1, marked_at=dates.now()))
    db.session.flush()
    assert len(checks.problems()) == 1
