"""What a phone sends when the network is back: kept once, each by itself, and nothing taken back that others have marked."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from lms.accounts.models import Person
from lms.attendance.models import Attendance, AttendanceMark, Mark
from lms.bookings.models import Booking, BookingOrigin, BookingStatus
from lms.db import db
from lms.offline import rules
from lms.roles import Role
from tests.factories import organisation, person
from tests.lms.attendance.pressing import Room, SignIn, booked
from tests.lms.offline.phones import Phone, marks, pressed, walked_in

Clock = Callable[[datetime], None]


@pytest.fixture
def tom(room: Room, in_the_room: datetime, sign_in: SignIn) -> Phone:
    return Phone(sign_in(room.trainer), room)


@pytest.fixture
def mei(room: Room, in_the_room: datetime, sign_in: SignIn) -> Phone:
    mei = person("Mei", "Chen", Role.TRAINER)
    room.session.trainers.append(mei)
    return Phone(sign_in(mei), room)


def test_the_register_is_there_as_data(room: Room, tom: Phone) -> None:
    heard = tom.hear()
    assert (heard["person"], heard["person_name"]) == (room.trainer.id, "Tom Ashworth")
    register = heard["register"]
    assert register["key"] == f"{room.session.reference}/1"
    assert (register["starts"], register["ends"]) == ("09:30", "13:00")
    assert [one["name"] for one in register["people"]] == ["Ellie Marsden", "Dev Patel", "Tomasz Wójcik", "Amina Yusuf"]
    assert {one["mark"] for one in register["people"]} == {None}


def test_what_was_marked_without_a_network_is_kept_with_when_it_was_made_and_when_it_came(
    room: Room, tom: Phone, in_the_room: datetime, clock: Clock
) -> None:
    ellie, dev, tomasz, amina = room.expected
    made = in_the_room + timedelta(minutes=5)
    clock(in_the_room + timedelta(hours=2))
    sent = [
        pressed(ellie, "attended", made),
        pressed(dev, "part", made, **{"from": "10:15", "until": "11:45"}),
        pressed(tomasz, "left_early", made, until="11:15"),
        pressed(amina, "no_show", made),
    ]
    assert tom.send(*sent) == ["kept"] * 4
    assert [marks(one) for one in room.expected] == [
        ["attended Tom"],
        ["part Tom"],
        ["left_early Tom"],
        ["no_show Tom"],
    ]
    row = db.session.scalars(select(AttendanceMark).where(AttendanceMark.booking_id == dev.id)).one()
    assert (row.marked_at, row.received_at) == (made, in_the_room + timedelta(hours=2))
    assert row.device_key == sent[1]["key"]
    shown = tom.mark_of(dev)
    assert shown is not None
    assert (shown["id"], shown["mark"], shown["from"], shown["until"]) == (row.id, "part", "10:15", "11:45")
    assert "marked at 9:45am by Tom Ashworth" in shown["said"]


def test_the_same_sent_twice_is_kept_once(room: Room, tom: Phone, in_the_room: datetime) -> None:
    ellie, agency = room.expected[0], organisation("Kirkgate School")
    sent = [pressed(ellie, "attended", in_the_room), walked_in("Rosa", "Lindqvist", agency.id, in_the_room)]
    assert tom.send(*sent) == ["kept", "kept"]
    assert tom.send(*sent) == ["kept", "kept"]
    assert marks(ellie) == ["attended Tom"]
    walk_ins = select(Booking).where(Booking.origin == BookingOrigin.WALK_IN)
    assert [one.person.name for one in db.session.scalars(walk_ins)] == ["Rosa Lindqvist"]
    assert db.session.scalar(select(func.count(Person.id)).where(Person.last_name == "Lindqvist")) == 1


def test_one_that_is_refused_stops_none_of_the_others(room: Room, tom: Phone, in_the_room: datetime) -> None:
    ellie, dev, tomasz, amina = room.expected
    ended = booked(room.session, person("Nia", "Rees"), BookingStatus.CANCELLED)
    agency = organisation("Kirkgate School")
    answers = tom.send(
        pressed(ellie, "attended", in_the_room),
        pressed(dev, "left_early", in_the_room, until="15:00"),
        pressed(tomasz, "danced", in_the_room),
        pressed(ended, "attended", in_the_room),
        walked_in("Amina", "Yusuf", amina.person.organisation_id, in_the_room),
        walked_in("", "Lee", agency.id, in_the_room),
        walked_in("Sam", "Lee", 999_999, in_the_room),
        walked_in("Sam", "Lee", agency.id, in_the_room, email="sam at school"),
        pressed(amina, "apology", in_the_room),
    )
    assert answers == [
        "kept",
        "refused: Enter when Dev Patel left, between 9:30am and 1pm",
        f"refused: {rules.UNREADABLE}",
        f"refused: {rules.NOT_ON_REGISTER}",
        f"there: Amina Yusuf from {amina.person.organisation.name} is on the register already. "
        "If this is somebody else, enter their email address",
        "refused: Enter the first name",
        "refused: Select where they work",
        "refused: Enter an email address in the correct format, like name@example.org.uk",
        "kept",
    ]
    assert [len(marks(one)) for one in room.expected] == [1, 0, 0, 1]
    assert db.session.scalar(select(func.count(Person.id)).where(Person.last_name == "Lee")) == 0


def test_a_different_mark_made_meanwhile_is_shown_and_decided(
    room: Room, tom: Phone, mei: Phone, in_the_room: datetime, clock: Clock
) -> None:
    dev = room.expected[1]
    clock(in_the_room + timedelta(hours=1))
    assert mei.send(pressed(dev, "no_show", in_the_room)) == ["kept"]
    mine = pressed(dev, "attended", in_the_room + timedelta(minutes=5))
    assert tom.send(mine) == ["differs"]
    theirs = tom.mark_of(dev)
    assert theirs is not None
    assert theirs["said"] == "Did not come, marked at 9:40am by Mei Chen"
    assert marks(dev) == ["no_show Mei"]
    assert tom.send(mine) == ["differs"], "asked again, it is answered again"
    decided = {
        **mine,
        "key": "decided-by-tom",
        "seen": theirs["id"],
        "made_at": (in_the_room + timedelta(minutes=30)).isoformat(),
    }
    assert tom.send(decided) == ["kept"]
    assert marks(dev) == ["no_show Mei", "attended Tom"]


def test_the_same_mark_by_two_trainers_is_no_conflict(
    room: Room, tom: Phone, mei: Phone, in_the_room: datetime
) -> None:
    dev = room.expected[1]
    assert mei.send(pressed(dev, "attended", in_the_room)) == ["kept"]
    assert tom.send(pressed(dev, "attended", in_the_room)) == ["kept"]
    assert marks(dev) == ["attended Mei"]


def test_a_mark_from_the_phone_never_quietly_replaces_a_later_one_of_ones_own(
    room: Room, tom: Phone, in_the_room: datetime, clock: Clock
) -> None:
    """Pressed on the phone at 9:40, marked otherwise on a laptop at 10:10, and the phone finds its network at 10:40."""
    dev = room.expected[1]
    clock(in_the_room + timedelta(minutes=30))
    assert tom.send(pressed(dev, "no_show", in_the_room + timedelta(minutes=30))) == ["kept"]
    clock(in_the_room + timedelta(hours=1))
    assert tom.send(pressed(dev, "attended", in_the_room)) == ["differs"]
    assert tom.send(pressed(dev, "attended", in_the_room + timedelta(minutes=40))) == ["kept"]
    assert marks(dev) == ["no_show Tom", "attended Tom"]


@pytest.mark.parametrize(
    ("claimed", "kept"),
    [
        (timedelta(days=-300), timedelta(hours=-1)),
        (timedelta(minutes=3), timedelta(minutes=3)),
        (timedelta(days=900), timedelta(minutes=10)),
    ],
    ids=["before the register opened", "when it was", "in the future"],
)
def test_the_clock_of_a_phone_is_believed_only_within_reason(
    claimed: timedelta, kept: timedelta, room: Room, tom: Phone
) -> None:
    ellie, starts_at = room.expected[0], room.session.starts_at
    assert tom.send(pressed(ellie, "attended", starts_at + claimed)) == ["kept"]
    assert db.session.scalars(select(AttendanceMark.marked_at)).one() == starts_at + kept


def test_before_it_opens_only_apologies_are_taken(room: Room, tom: Phone, clock: Clock) -> None:
    ellie, dev = room.expected[:2]
    moment = room.session.starts_at - timedelta(hours=3)
    clock(moment)
    answers = tom.send(pressed(ellie, "attended", moment), pressed(dev, "apology", moment))
    assert answers == [
        "refused: The register opens an hour before the session. Until then only apologies can be marked",
        "kept",
    ]


def test_a_locked_register_takes_nothing_and_says_so(
    room: Room, tom: Phone, in_the_room: datetime, clock: Clock, sign_in: SignIn
) -> None:
    clock(room.session.ends_at + timedelta(days=8))
    ellie = room.expected[0]
    assert tom.send(pressed(ellie, "attended", in_the_room))[0].startswith(
        "refused: The register was locked 7 days after"
    )
    officer = Phone(sign_in(person("Siân", "Morgan", Role.LD_OFFICER)), room)
    assert officer.send(pressed(ellie, "attended", in_the_room)) == [f"refused: {rules.LOCKED}"]
    assert marks(ellie) == []


def test_a_name_that_stands_for_a_mark_of_another_register_is_refused(
    room: Room, tom: Phone, in_the_room: datetime, make_room: Callable[..., Room], sign_in: SignIn
) -> None:
    other = make_room(starts_at=room.session.starts_at)
    sent = pressed(other.expected[0], "attended", in_the_room)
    assert Phone(sign_in(other.trainer), other).send(sent) == ["kept"]
    assert tom.send({**pressed(room.expected[0], "attended", in_the_room), "key": sent["key"]}) == [
        f"refused: {rules.TAKEN}"
    ]


@pytest.mark.parametrize(
    "document",
    [None, [], {}, {"marks": "x"}, {"marks": []}, {"marks": [1]}, {"marks": [{"key": "short"}]}, {"marks": [{"key": "x" * 65}]},
     {"marks": [{"key": 12345678}]}, {"marks": [{"key": f"mark-{number:08}"} for number in range(rules.AT_ONCE + 1)]}],
)  # fmt: skip
def test_what_no_phone_of_ours_sends_is_refused_whole(document: Any, tom: Phone) -> None:
    assert tom.post(document).status_code == 400


def test_anything_else_in_a_mark_is_no_fault_of_the_server(room: Room, tom: Phone, in_the_room: datetime) -> None:
    fine = pressed(room.expected[0], "attended", in_the_room)
    odd: list[dict[str, Any]] = [
        {**fine, "seen": "1"},
        {**fine, "seen": True},
        {**fine, "mark": None},
        {**fine, "mark": "part", "from": 12, "until": {"x": 1}},
        {**fine, "mark": "left_early", "until": "25:00"},
        {**fine, "booking": ["x"]},
        {**fine, "walk_in": {}},
        {**fine, "walk_in": {"first_name": ["a"], "organisation_id": "x"}},
    ]
    for number, one in enumerate(odd):
        one["key"] = f"odd-{number:08}"
    assert all(answer.startswith("refused: ") for answer in tom.send(*odd))
    for number, when in enumerate(("yesterday", None, 12, "2024-11-05T09:40:00")):
        assert tom.send({**fine, "key": f"when-{number:08}", "made_at": when}) == ["kept"]


def test_marks_need_the_token_of_this_visit(room: Room, tom: Phone, in_the_room: datetime) -> None:
    assert tom.post({"marks": [pressed(room.expected[0], "attended", in_the_room)]}, token="none").status_code == 400
    assert marks(room.expected[0]) == []


def test_a_register_that_is_not_ones_own_does_not_exist(room: Room, in_the_room: datetime, sign_in: SignIn) -> None:
    other = sign_in(person("Mei", "Chen", Role.TRAINER))
    base = f"/sessions/{room.session.reference}/register"
    for path in (f"{base}/1/marks", f"{base}/1/offline", f"{base}/offline", f"{base}/2/marks"):
        assert other.get(path).status_code == 404
    token = Phone(sign_in(room.trainer), room).hear()["csrf_token"]
    assert other.post(f"{base}/1/marks", json={}, headers={"X-CSRFToken": token}).status_code in {400, 404}


def test_what_all_marks_say_together_follows(room: Room, tom: Phone, in_the_room: datetime) -> None:
    ellie = room.expected[0]
    tom.send(pressed(ellie, "left_early", in_the_room, until="12:00"))
    assert db.session.get_one(Attendance, ellie.id).mark is Mark.LEFT_EARLY


def test_as_data_a_large_register_needs_no_more_questions(
    make_room: Callable[..., Room], clock: Clock, sign_in: SignIn, count_queries: list[str]
) -> None:
    asked = []
    for people in (3, 40):
        room = make_room(people)
        clock(room.session.starts_at)
        phone = Phone(sign_in(room.trainer), room)
        count_queries.clear()
        assert len(phone.hear()["register"]["people"]) == people
        asked.append(len(count_queries))
    assert asked[0] == asked[1]


def test_verify_finds_a_mark_that_came_before_it_was_made(
    room: Room, tom: Phone, in_the_room: datetime, broken_on_purpose: None
) -> None:
    from lms.offline.checks import problems

    tom.send(pressed(room.expected[0], "attended", in_the_room))
    assert problems() == []
    row = db.session.scalars(select(AttendanceMark)).one()
    row.received_at = in_the_room - timedelta(hours=1)
    db.session.flush()
    assert problems() == [f"mark {row.id} reached us before it was made"]
