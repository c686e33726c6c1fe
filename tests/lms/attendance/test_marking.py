"""A trainer records who attended, left early, sent apologies or did not come; every mark is kept."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from lms import verify
from lms.activity.models import Activity
from lms.attendance import checks, operations, queries, rules
from lms.attendance.models import AttendanceMark, Mark
from lms.attendance.rules import MarkGiven, MarksRefused, ReasonMissing
from lms.bookings import operations as bookings
from lms.bookings.models import Booking, BookingStatus
from lms.db import db
from lms.errors import RuleBroken
from lms.roles import Role
from tests.factories import NOW, course_session, organisation, person
from tests.lms.attendance.pressing import Room, booked

ON_THE_DAY = datetime(2024, 11, 5, 9, 40, tzinfo=UTC)


def _mark(room: Room, booking: Booking, mark: Mark, *times: Any, **more: object) -> int:
    given = [MarkGiven(booking.id, mark, *times)]
    return operations.record_marks(
        room.date, given=given, **{"by": room.trainer, "now": ON_THE_DAY, "reason": "", **more}
    )


def _line(room: Room, booking: Booking) -> queries.RegisterLine:
    return next(line for line in queries.register(room.date) if line.booking.id == booking.id)


def test_the_register_says_of_each_person_what_the_trainer_marked(room: Room) -> None:
    ellie, dev, tomasz, amina = room.expected
    left_at = ON_THE_DAY + timedelta(hours=2)
    given = [
        MarkGiven(ellie.id, Mark.ATTENDED),
        MarkGiven(dev.id, Mark.LEFT_EARLY, left_at),
        MarkGiven(tomasz.id, Mark.APOLOGY),
        MarkGiven(amina.id, Mark.NO_SHOW),
    ]
    assert operations.record_marks(room.date, given=given, by=room.trainer, now=ON_THE_DAY) == 4
    lines = queries.register(room.date)
    assert [(line.booking.person.last_name, line.mark and line.mark.mark.value) for line in lines] == [
        ("Marsden", "attended"), ("Patel", "left_early"), ("Wójcik", "apology"), ("Yusuf", "no_show"),
    ]  # fmt: skip
    assert [line.mark and line.mark.until_at for line in lines] == [None, left_at, None, None]
    assert {line.mark and line.mark.marked_by_id for line in lines} == {room.trainer.id}
    count = queries.count(lines)
    assert (count.expected, count.came, count.left_early, count.apology, count.no_show) == (4, 2, 1, 1, 1)
    assert (count.walked_in, count.to_mark) == (0, 0)


def test_every_earlier_mark_stays_with_who_made_it_and_when(room: Room) -> None:
    amina, mei = room.expected[3], person("Mei", "Chen", Role.TRAINER)
    later = ON_THE_DAY + timedelta(minutes=20)
    _mark(room, amina, Mark.NO_SHOW)
    _mark(room, amina, Mark.ATTENDED, by=mei, now=later)
    line = _line(room, amina)
    assert line.mark
    assert (line.mark.mark, line.mark.marked_by, line.mark.marked_at) == (Mark.ATTENDED, mei, later)
    assert [(one.mark, one.marked_by, one.marked_at, one.replaced_at) for one in line.earlier] == [
        (Mark.NO_SHOW, room.trainer, ON_THE_DAY, later)
    ]
    done = db.session.scalars(select(Activity).order_by(Activity.id)).all()
    assert [(one.verb, one.actor_id, one.subject, one.details) for one in done] == [
        ("register:marked", room.trainer.id, room.session.reference, {"marks": 1}),
        ("register:marked", mei.id, room.session.reference, {"marks": 1}),
    ]


def test_a_mark_that_does_not_change_makes_no_new_row(room: Room) -> None:
    amina, left_at = room.expected[3], ON_THE_DAY + timedelta(hours=1)
    assert _mark(room, amina, Mark.LEFT_EARLY, left_at) == 1
    assert _mark(room, amina, Mark.LEFT_EARLY, left_at, by=person("Mei"), now=left_at) == 0
    assert _mark(room, amina, Mark.LEFT_EARLY, left_at + timedelta(minutes=5)) == 1
    assert len(_line(room, amina).marks) == 2
    assert len(db.session.scalars(select(Activity)).all()) == 2


def test_a_time_left_in_the_box_of_somebody_who_stayed_is_not_kept(room: Room) -> None:
    _mark(room, room.expected[0], Mark.ATTENDED, ON_THE_DAY + timedelta(hours=1))
    mark = _line(room, room.expected[0]).mark
    assert mark
    assert mark.until_at is None


@pytest.mark.parametrize(
    ("until", "sentence"),
    [
        (None, "Enter the time at which Amina Yusuf left, such as 11:15"),
        ((9, 30), "Enter when Amina Yusuf left, between 9:30am and 1pm"),
        ((13, 0), "Enter when Amina Yusuf left, between 9:30am and 1pm"),
        ((15, 0), "Enter when Amina Yusuf left, between 9:30am and 1pm"),
    ],
)
def test_leaving_early_needs_a_time_within_the_session(
    room: Room, until: tuple[int, int] | None, sentence: str
) -> None:
    ellie, amina = room.expected[0], room.expected[3]
    left_at = ON_THE_DAY.replace(hour=until[0], minute=until[1]) if until else None
    given = [MarkGiven(ellie.id, Mark.ATTENDED), MarkGiven(amina.id, Mark.LEFT_EARLY, left_at)]
    with pytest.raises(MarksRefused) as refused:
        operations.record_marks(room.date, given=given, by=room.trainer, now=ON_THE_DAY)
    assert (str(refused.value), refused.value.wrong) == (sentence, {amina.id: sentence})
    assert not any(line.marks for line in queries.register(room.date))  # not even Ellie's


@pytest.mark.parametrize("mark", Mark)
def test_until_an_hour_before_only_apologies_can_be_marked(room: Room, mark: Mark) -> None:
    opens = room.session.starts_at - timedelta(hours=1)
    until = room.session.starts_at + timedelta(hours=1) if mark in (Mark.LEFT_EARLY, Mark.PART) else None
    times = (until, None, room.session.starts_at)
    for early in (NOW, opens - timedelta(seconds=1)):
        if mark is Mark.APOLOGY:
            continue
        with pytest.raises(RuleBroken, match="opens an hour before"):
            _mark(room, room.expected[0], mark, *times, now=early)
    assert _mark(room, room.expected[0], mark, *times, now=NOW if mark is Mark.APOLOGY else opens) == 1


def test_seven_days_after_the_end_a_register_locks_and_an_officer_changes_it_with_a_reason(room: Room) -> None:
    amina, siân = room.expected[3], person("Siân", "Morgan", Role.LD_OFFICER)
    last_moment = room.session.ends_at + timedelta(days=7)
    assert _mark(room, amina, Mark.NO_SHOW, now=last_moment) == 1
    too_late = last_moment + timedelta(seconds=1)
    with pytest.raises(RuleBroken, match="locked 7 days after"):
        _mark(room, amina, Mark.ATTENDED, now=too_late)
    with pytest.raises(RuleBroken, match="locked 7 days after"):
        _mark(room, amina, Mark.ATTENDED, now=too_late, reason="I forgot")
    for nothing in ("", "  "):
        with pytest.raises(ReasonMissing, match="Enter the reason"):
            _mark(room, amina, Mark.ATTENDED, now=too_late, by=siân, reason=nothing)
    assert _mark(room, amina, Mark.NO_SHOW, now=too_late) == 0  # what it says already needs no key
    assert _mark(room, amina, Mark.ATTENDED, now=too_late, by=siân, reason=" Her name was misread ") == 1
    done = db.session.scalars(select(Activity).order_by(Activity.id.desc())).first()
    assert done
    assert done.details == {"marks": 1, "reason": "Her name was misread"}


def test_who_cancelled_or_waits_is_not_on_the_register(room: Room) -> None:
    waits = booked(room.session, person("Waits", "Long"), BookingStatus.WAITING)
    cancelled = booked(room.session, person("Cannot", "Come"), BookingStatus.CANCELLED)
    assert {line.booking.id for line in queries.register(room.date)} == {one.id for one in room.expected}
    for booking in (waits, cancelled):
        assert _mark(room, booking, Mark.ATTENDED) == 0
    assert queries.count(queries.register(room.date)).expected == 4
    assert db.session.scalars(select(AttendanceMark)).all() == []


def test_a_booking_of_another_session_does_not_exist_here(room: Room) -> None:
    elsewhere = booked(course_session(), person("Else", "Where"))
    assert _mark(room, elsewhere, Mark.NO_SHOW) == 0
    assert db.session.scalars(select(AttendanceMark)).all() == []


def test_what_a_colleague_marked_meanwhile_is_not_replaced_unseen(room: Room) -> None:
    amina, mei = room.expected[3], person("Mei", "Chen", Role.TRAINER)
    _mark(room, amina, Mark.NO_SHOW, by=mei)
    theirs = _line(room, amina).mark
    assert theirs
    unseen = MarkGiven(amina.id, Mark.ATTENDED, seen=0)
    with pytest.raises(MarksRefused) as refused:
        operations.record_marks(room.date, given=[unseen], by=room.trainer, now=ON_THE_DAY)
    assert (refused.value.wrong, refused.value.differ) == ({}, {amina.id})
    same = MarkGiven(amina.id, Mark.NO_SHOW, seen=0)
    assert operations.record_marks(room.date, given=[same], by=room.trainer, now=ON_THE_DAY) == 0
    decided = MarkGiven(amina.id, Mark.ATTENDED, seen=theirs.id)
    assert operations.record_marks(room.date, given=[decided], by=room.trainer, now=ON_THE_DAY) == 1
    # One's own earlier mark is no surprise, from whichever page it came.
    again = MarkGiven(amina.id, Mark.APOLOGY, seen=0)
    assert operations.record_marks(room.date, given=[again], by=room.trainer, now=ON_THE_DAY) == 1


def test_the_database_allows_one_current_mark_for_a_person(room: Room) -> None:
    _mark(room, room.expected[0], Mark.ATTENDED)
    second = AttendanceMark(booking_id=room.expected[0].id, mark=Mark.NO_SHOW, marked_at=ON_THE_DAY)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.add(second)


def test_a_register_is_finished_when_everybody_is_marked_and_no_sooner(room: Room) -> None:
    for booking in room.expected[:3]:
        _mark(room, booking, Mark.ATTENDED)
    assert operations.finish(room.date, by=room.trainer, now=ON_THE_DAY) == 1
    assert room.session.register_finished_at is None
    _mark(room, room.expected[3], Mark.NO_SHOW)
    assert operations.finish(room.date, by=room.trainer, now=ON_THE_DAY) == 0
    assert room.session.register_finished_at == ON_THE_DAY
    assert _mark(room, room.expected[3], Mark.ATTENDED) == 1  # until it locks it can be changed


@pytest.mark.parametrize(("when", "sentence"), [(NOW, rules.NOT_OPEN), (NOW + timedelta(days=90), rules.LOCKED)])
def test_a_register_that_is_not_open_cannot_be_finished_by_a_trainer(
    make_room: Callable[..., Room], when: datetime, sentence: str
) -> None:
    room = make_room(0)
    with pytest.raises(RuleBroken, match=sentence[:40]):
        operations.finish(room.date, by=room.trainer, now=when)
    assert room.session.register_finished_at is None


def test_verify_finds_a_mark_on_a_booking_that_has_no_place(room: Room) -> None:
    first, second = sorted(room.expected[:2], key=lambda one: one.id)
    _mark(room, first, Mark.ATTENDED)
    _mark(room, second, Mark.ATTENDED)
    assert checks.problems() == []
    first.status, first.cancelled_at, second.status = BookingStatus.CANCELLED, ON_THE_DAY, BookingStatus.WAITING
    db.session.flush()
    assert checks.problems() == [
        f"booking {first.reference} is cancelled and yet has a mark on the register",
        f"booking {second.reference} is waiting and yet has a mark on the register",
    ]
    assert ("registers", checks.problems) in verify.checks


def test_who_sends_apologies_and_then_cancels_breaks_nothing(room: Room) -> None:
    amina = room.expected[3]
    _mark(room, amina, Mark.APOLOGY, now=NOW)
    bookings.cancel_booking(booking=amina, by=amina.person, now=NOW + timedelta(hours=1))
    assert checks.problems() == []
    assert [line.booking.person.last_name for line in queries.register(room.date)] == ["Marsden", "Patel", "Wójcik"]


def test_times_are_those_of_clocks_in_london_also_in_summer(make_room: Callable[..., Room]) -> None:
    start = datetime(2025, 6, 3, 8, 30, tzinfo=UTC)  # 9:30am in London
    room = make_room(1, starts_at=start)
    given = MarkGiven(room.expected[0].id, Mark.LEFT_EARLY, start - timedelta(minutes=30))
    with pytest.raises(MarksRefused, match="between 9:30am and 1pm"):
        operations.record_marks(room.date, given=[given], by=room.trainer, now=start)


def test_the_figures_add_up_to_those_expected_and_walk_ins_stand_apart(make_room: Callable[..., Room]) -> None:
    room = make_room(40)
    agency = organisation()
    for number in range(3):
        operations.add_walk_in(
            room.date, first_name=f"W{number}", last_name="In", email="", organisation_id=agency.id,
            by=room.trainer, now=ON_THE_DAY,
        )  # fmt: skip
    marks = [Mark.ATTENDED, Mark.LEFT_EARLY, Mark.APOLOGY, Mark.NO_SHOW, None]
    given = [
        MarkGiven(booking.id, mark, ON_THE_DAY + timedelta(hours=1) if mark is Mark.LEFT_EARLY else None)
        for booking, mark in zip(room.expected, marks * 8, strict=True)
        if mark
    ]
    operations.record_marks(room.date, given=given, by=room.trainer, now=ON_THE_DAY)
    count = queries.count(queries.register(room.date))
    assert (count.expected, count.came, count.left_early) == (40, 16, 8)
    assert (count.apology, count.no_show, count.to_mark, count.walked_in) == (8, 8, 8, 3)
    assert count.came + count.apology + count.no_show + count.to_mark == count.expected
