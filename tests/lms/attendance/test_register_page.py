"""The register as a trainer meets it: pressing, saving, mending, finishing; and who does not get to see it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from lms.attendance.models import AttendanceMark, Mark
from lms.bookings.models import BookingStatus
from lms.db import db
from lms.roles import Role
from tests.factories import NOW, course_session, person
from tests.lms.attendance.pressing import OpenPage, Room, SignIn, booked

Clock = Callable[[datetime], None]
MakeRoom = Callable[..., Room]


def _marks() -> list[str]:
    """What all registers say now, in the order of marking."""
    found = select(AttendanceMark).where(AttendanceMark.replaced_at.is_(None)).order_by(AttendanceMark.id)
    return [f"{one.booking.person.first_name} {one.mark.value}" for one in db.session.scalars(found)]


def test_what_is_pressed_is_saved_and_the_page_says_what_is_left(
    room: Room, in_the_room: datetime, sign_in: SignIn
) -> None:
    ellie, dev, tomasz, amina = room.expected
    tom = sign_in(room.trainer)
    page = OpenPage(tom, room.path)
    assert page.counts() == ["4 expected", "0 came", "4 to mark"]
    page.press(ellie, Mark.ATTENDED)
    page.press(dev, Mark.LEFT_EARLY, "11:15")
    assert page.send().status_code == 303
    assert _marks() == ["Ellie attended", "Dev left_early"]
    page = OpenPage(tom, room.path)
    assert "Saved 2 marks. Left to mark: Tomasz Wójcik and Amina Yusuf." in page.answer.text
    assert page.counts() == ["4 expected", "2 came, 1 of them left early", "2 to mark"]
    assert (page.pressed(ellie), page.pressed(dev), page.pressed(amina)) == ("attended", "left_early", "")
    assert page.fields[f"until-{dev.reference}"] == "11:15"
    assert "Came, marked at 9:40am by Tom Ashworth." in page.row(ellie)
    assert "Left early at 11:15am, marked at 9:40am by Tom Ashworth." in page.row(dev)
    assert f'href="#row-{tomasz.reference}">Next: Tomasz Wójcik</a>' in page.answer.text


def test_the_page_says_who_marked_when_and_what_was_marked_before(
    room: Room, in_the_room: datetime, sign_in: SignIn, clock: Clock
) -> None:
    amina, mei = room.expected[3], person("Mei", "Chen", Role.TRAINER)
    room.session.trainers.append(mei)
    first = OpenPage(sign_in(room.trainer), room.path)
    first.press(amina, Mark.NO_SHOW)
    first.send()
    clock(room.session.starts_at + timedelta(days=1, minutes=15))
    second = OpenPage(sign_in(mei), room.path)
    second.press(amina, Mark.ATTENDED)
    row = second.send_and_look().row(amina)
    assert "Came, marked 6 November 2024 at 9:45am by Mei Chen." in row
    assert row.endswith("1 earlier mark Did not come, marked at 9:40am by Tom Ashworth")


def test_saving_again_changes_nothing_and_says_so(room: Room, in_the_room: datetime, sign_in: SignIn) -> None:
    page = OpenPage(tom := sign_in(room.trainer), room.path)
    page.press(room.expected[0], Mark.ATTENDED)
    page.send()
    page.send()  # the same page once more, as after a slow network
    OpenPage(tom, room.path).send()
    assert "Nothing has changed. Left to mark:" in tom.get(room.path).text
    assert len(db.session.scalars(select(AttendanceMark)).all()) == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter the time at which Dev Patel left, such as 11:15"),
        ("late", "Enter the time at which Dev Patel left, such as 11:15"),
        ("25:00", "Enter the time at which Dev Patel left, such as 11:15"),
        ("08:00", "Enter when Dev Patel left, between 9:30am and 1pm"),
        ("13:00", "Enter when Dev Patel left, between 9:30am and 1pm"),
    ],
)
def test_a_wrong_time_has_one_sentence_beside_its_row_and_no_press_is_lost(
    room: Room, in_the_room: datetime, sign_in: SignIn, typed: str, sentence: str
) -> None:
    ellie, dev, tomasz, _amina = room.expected
    page = OpenPage(sign_in(room.trainer), room.path)
    page.press(ellie, Mark.ATTENDED)
    page.press(dev, Mark.LEFT_EARLY, typed)
    page.press(tomasz, Mark.NO_SHOW)
    page.fields["first_name"] = ""
    answer = page.send()
    assert answer.status_code == 422
    page = OpenPage(page.browser, room.path, answer)
    assert page.problems() == [sentence]
    assert page.beside(f"until-{dev.reference}") == sentence
    assert [page.pressed(one) for one in room.expected] == ["attended", "left_early", "no_show", ""]
    assert page.fields[f"until-{dev.reference}"] == typed
    assert "Not saved yet." in answer.text
    assert _marks() == []
    page.press(dev, Mark.LEFT_EARLY, "11:15am")
    assert page.send().status_code == 303
    assert sorted(_marks()) == ["Dev left_early", "Ellie attended", "Tomasz no_show"]


@pytest.mark.parametrize("typed", ["12:15", "12.15", "1215", "12 15", " 12:15pm ", "12,15"])
def test_a_time_is_read_as_it_is_typed_on_a_phone(
    room: Room, in_the_room: datetime, sign_in: SignIn, typed: str
) -> None:
    page = OpenPage(sign_in(room.trainer), room.path)
    page.press(room.expected[0], Mark.LEFT_EARLY, typed)
    assert "Left early at 12:15pm" in page.send_and_look().row(room.expected[0])


@pytest.mark.parametrize(
    ("typed", "time"), [("1:15", "1:15pm"), ("115", "1:15pm"), ("2", "2pm"), ("11", "11am"), ("1:15pm", "1:15pm")]
)
def test_an_hour_that_could_be_morning_or_afternoon_is_the_one_in_the_session(
    make_room: MakeRoom, clock: Clock, sign_in: SignIn, typed: str, time: str
) -> None:
    room = make_room(1, starts_at=datetime(2025, 6, 3, 9, 30, tzinfo=UTC))  # 10:30am to 2pm in London
    room.session.ends_at += timedelta(hours=1)
    clock(room.session.starts_at)
    page = OpenPage(sign_in(room.trainer), room.path)
    page.press(room.expected[0], Mark.LEFT_EARLY, typed)
    assert f"Left early at {time}," in page.send_and_look().row(room.expected[0])
    page.press(room.expected[0], Mark.LEFT_EARLY, "1:15am")
    assert page.send().status_code == 422


def test_several_wrong_times_are_all_said_at_once(room: Room, in_the_room: datetime, sign_in: SignIn) -> None:
    page = OpenPage(sign_in(room.trainer), room.path)
    page.press(room.expected[0], Mark.LEFT_EARLY, "16:00")
    page.press(room.expected[1], Mark.LEFT_EARLY, "09:00")
    assert page.send_and_look().problems() == [
        "Enter when Ellie Marsden left, between 9:30am and 1pm",
        "Enter when Dev Patel left, between 9:30am and 1pm",
    ]


def test_the_days_before_the_page_offers_apologies_alone(room: Room, sign_in: SignIn, clock: Clock) -> None:
    clock(NOW)
    amina = room.expected[3]
    page = OpenPage(sign_in(room.trainer), room.path)
    assert "The register opens on 5 November 2024 at 8:30am." in page.answer.text
    assert set(re.findall(r'type="radio"[^>]*value="(\w+)"', page.answer.text)) == {"apology"}
    assert "Somebody who is not on the list" not in page.answer.text
    page.press(amina, Mark.APOLOGY)
    after = page.send_and_look()
    assert after.counts() == ["4 expected", "1 apology"]
    assert "Sent apologies, marked 8 October 2024 at 9am by Tom Ashworth." in after.row(amina)
    after.press(amina, Mark.ATTENDED)  # a page that was made up
    refused = after.send()
    assert (refused.status_code, "The register opens an hour before the session" in refused.text) == (422, True)
    assert _marks() == ["Amina apology"]


def test_a_locked_register_is_for_reading_to_a_trainer(room: Room, sign_in: SignIn, clock: Clock) -> None:
    ellie = room.expected[0]
    clock(room.session.ends_at + timedelta(days=7))
    page = OpenPage(tom := sign_in(room.trainer), room.path)
    page.press(ellie, Mark.ATTENDED)
    page.send()
    clock(room.session.ends_at + timedelta(days=7, seconds=1))
    text = tom.get(room.path).text
    assert "This register was locked 7 days after the session." in text
    assert all(name in text for name in ("Ellie Marsden", "Amina Yusuf", "Came, marked 12 November", "Not marked."))
    assert 'type="radio"' not in text
    assert "Save and finish" not in text
    page.press(ellie, Mark.NO_SHOW)  # a page left open
    refused = page.send()
    assert (refused.status_code, "Ask the learning and development team" in refused.text) == (422, True)
    assert _marks() == ["Ellie attended"]


def test_an_officer_changes_a_locked_register_and_says_why(room: Room, sign_in: SignIn, clock: Clock) -> None:
    clock(room.session.ends_at + timedelta(days=30))
    siân = sign_in(person("Siân", "Morgan", Role.LD_OFFICER))
    page = OpenPage(siân, room.path)
    page.press(room.expected[0], Mark.ATTENDED)
    refused = page.send_and_look()
    assert refused.answer.status_code == 422
    assert refused.beside("reason") == "Enter the reason for changing a register that is locked"
    assert refused.pressed(room.expected[0]) == "attended"
    walked_in = {"first_name": "Mei", "last_name": "Lin", "organisation": str(room.trainer.organisation_id)}
    assert OpenPage(siân, room.path).send("walk-in", **walked_in).status_code == 422
    assert _marks() == []
    assert refused.send(reason="The paper register turned up").status_code == 303
    assert _marks() == ["Ellie attended"]


def test_finishing_with_somebody_left_keeps_the_marks_and_says_who_is_left(
    room: Room, in_the_room: datetime, sign_in: SignIn
) -> None:
    tom = sign_in(room.trainer)
    page = OpenPage(tom, room.path)
    for booking in room.expected[:3]:
        page.press(booking, Mark.ATTENDED)
    page = page.send_and_look("finish")
    assert "Saved 3 marks. The register is not finished. Left to mark: Amina Yusuf." in page.answer.text
    assert (len(_marks()), room.session.register_finished_at) == (3, None)
    page.press(room.expected[3], Mark.APOLOGY)
    done = page.send("finish")
    assert (done.status_code, done.location) == (303, "/teaching")
    teaching = tom.get("/teaching").text
    assert "The register of Multi-agency neglect is finished." in teaching
    assert ">Finished<" in teaching
    assert room.session.register_finished_at == in_the_room


def test_who_cancelled_waits_or_is_of_another_session_is_neither_shown_nor_marked(
    room: Room, in_the_room: datetime, sign_in: SignIn
) -> None:
    strangers = [
        booked(room.session, person("Waits", "Long"), BookingStatus.WAITING),
        booked(room.session, person("Cannot", "Come"), BookingStatus.CANCELLED),
        booked(course_session(), person("Else", "Where")),
    ]
    page = OpenPage(sign_in(room.trainer), room.path)
    for booking in strangers:
        assert booking.person.name not in page.answer.text
        page.press(booking, Mark.ATTENDED)  # a form that was made up
    page.press(room.expected[0], Mark.ATTENDED)
    assert page.send().status_code == 303
    assert _marks() == ["Ellie attended"]


@pytest.mark.parametrize(
    "value", ["came_late", "came", "", "0", "attended\x00", "'; drop table booking; --", "x" * 5000]
)
def test_a_mark_nobody_can_press_is_no_mark(room: Room, in_the_room: datetime, sign_in: SignIn, value: str) -> None:
    page = OpenPage(sign_in(room.trainer), room.path)
    reference = room.expected[0].reference
    answer = page.send(**{f"mark-{reference}": value, f"seen-{reference}": value or "9" * 40})
    assert answer.status_code == 303
    assert _marks() == []


@pytest.mark.parametrize("seen", ["", "-1", "x", "9" * 60, "٣"])
def test_a_made_up_memory_of_the_register_breaks_nothing(
    room: Room, in_the_room: datetime, sign_in: SignIn, seen: str
) -> None:
    page = OpenPage(sign_in(room.trainer), room.path)
    page.press(room.expected[0], Mark.ATTENDED)
    assert page.send(**{f"seen-{room.expected[0].reference}": seen}).status_code == 303
    assert _marks() == ["Ellie attended"]


def test_a_register_that_is_not_mine_does_not_exist(room: Room, in_the_room: datetime, sign_in: SignIn) -> None:
    page = OpenPage(sign_in(room.trainer), room.path)
    page.press(room.expected[0], Mark.ATTENDED)
    other = sign_in(person("Another", "Trainer", Role.TRAINER))
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', other.get("/teaching").text)
    assert token
    assert other.get(room.path).status_code == 404
    assert other.post(room.path, data={**page.fields, "csrf_token": token[1]}).status_code == 404
    assert room.session.reference not in other.get("/teaching").text
    assert _marks() == []


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in (Role.TRAINER, Role.LD_OFFICER)], ids=lambda role: str(role.value)
)
def test_nobody_but_trainers_and_officers_may_try(
    room: Room, in_the_room: datetime, sign_in: SignIn, role: Role
) -> None:
    somebody = sign_in(person("Some", "Body", role))
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', somebody.get("/account").text)
    assert token
    assert somebody.get(room.path).status_code == 403
    assert somebody.post(room.path, data={"csrf_token": token[1]}).status_code == 403


def test_a_cancelled_session_has_no_register(room: Room, in_the_room: datetime, sign_in: SignIn) -> None:
    room.session.cancelled_at = NOW
    assert sign_in(room.trainer).get(room.path).status_code == 404


def test_without_its_token_a_register_takes_nothing(room: Room, in_the_room: datetime, sign_in: SignIn) -> None:
    page = OpenPage(sign_in(room.trainer), room.path)
    page.press(room.expected[0], Mark.ATTENDED)
    del page.fields["csrf_token"]
    assert page.send().status_code == 400
    assert _marks() == []


def test_a_register_nobody_booked_says_so_and_takes_walk_ins(
    make_room: MakeRoom, clock: Clock, sign_in: SignIn
) -> None:
    room = make_room(0)
    clock(room.session.starts_at)
    page = OpenPage(sign_in(room.trainer), room.path)
    assert "Nobody has booked. Somebody who comes all the same is added below." in page.answer.text
    assert page.counts() == ["0 expected", "0 came", "0 to mark"]


def test_one_person_or_thirty_take_the_same_number_of_queries(
    make_room: MakeRoom, clock: Clock, sign_in: SignIn, count_queries: list[str]
) -> None:
    seen = []
    for people in (1, 30):
        room = make_room(people)
        helper = person("Mei", "Chen", Role.TRAINER)
        room.session.trainers.append(helper)
        clock(room.session.starts_at)
        first, second = OpenPage(sign_in(room.trainer), room.path), OpenPage(sign_in(helper), room.path)
        for number, booking in enumerate(room.expected):
            (first, second)[number % 2].press(booking, Mark.ATTENDED)
        first.send()
        second.send()
        tom = sign_in(room.trainer)
        count_queries.clear()
        page = OpenPage(tom, room.path)
        got = len(count_queries)
        count_queries.clear()
        tom.get("/teaching")
        seen.append((got, len(count_queries)))
        assert page.counts()[0] == f"{people} expected"
    assert seen[0] == seen[1]
    assert seen[0][0] <= 16


def test_one_session_or_twenty_take_the_same_number_of_queries(
    room: Room, in_the_room: datetime, sign_in: SignIn, count_queries: list[str]
) -> None:
    tom, seen = sign_in(room.trainer), []
    for more in (2, 10):
        for number in range(more):
            for days in (-number, number):
                course_session(trainers=[room.trainer], starts_at=room.session.starts_at + timedelta(days=days))
        tom.get("/teaching")
        count_queries.clear()
        tom.get("/teaching")
        seen.append(len(count_queries))
    assert seen[0] == seen[1]


def test_teaching_says_what_is_left_to_do(make_room: MakeRoom, clock: Clock, sign_in: SignIn) -> None:
    room = make_room(2)
    siân = sign_in(person("Siân", "Morgan", Role.LD_OFFICER))
    clock(NOW)
    assert "to mark" not in siân.get("/teaching").text
    clock(room.session.starts_at)
    assert "2 to mark" in siân.get("/teaching").text
    page = OpenPage(siân, room.path)
    page.press(room.expected[0], Mark.ATTENDED)
    page.send("walk-in", first_name="Mei", last_name="Lin", organisation=str(room.trainer.organisation_id))
    clock(room.session.ends_at)
    over = siân.get("/teaching").text
    assert "1 to mark" in over
    assert "2 people expected" in over  # and not three
    clock(room.session.ends_at + timedelta(days=8))
    assert "Locked, 1 not marked" in siân.get("/teaching").text
