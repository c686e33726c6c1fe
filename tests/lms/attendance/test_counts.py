"""Every figure of a register says of what it is a part, and nobody is counted who was not expected."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.attendance import operations, queries, rules
from lms.attendance.models import CAME, Mark
from lms.attendance.rules import MarkGiven
from lms.bookings.models import BookingOrigin, BookingStatus
from tests.factories import NOW, booking, person, session_date
from tests.lms.attendance.pressing import OpenPage, Room, SignIn, booked

people = st.lists(st.sampled_from([None, *Mark]), max_size=40)


@given(people, people, st.integers(0, 20), st.integers(0, 20))
def test_a_share_of_those_expected_is_never_more_than_all_of_them(
    expected: list[Mark | None], walked_in: list[Mark | None], cancelled: int, late: int
) -> None:
    count = rules.count(expected, walked_in, cancelled=cancelled + late, late=late)
    assert 0 <= count.came <= count.expected <= count.registered
    assert count.came + count.apology + count.no_show + count.to_mark == count.expected
    assert count.part + count.left_early <= count.came
    assert count.late <= count.cancelled


@given(people, people, people)
def test_walk_ins_change_no_figure_but_their_own(
    expected: list[Mark | None], some: list[Mark | None], others: list[Mark | None]
) -> None:
    one, other = rules.count(expected, some), rules.count(expected, others)
    assert one.came_words == other.came_words
    assert {**vars(one), "walked_in": 0} == {**vars(other), "walked_in": 0}
    assert one.walked_in == sum(mark in CAME for mark in some)
    assert one.in_the_room == one.came + one.walked_in


def test_the_same_figures_come_from_the_rows_and_from_the_table(room: Room) -> None:
    second = session_date(room.session, room.session.starts_at + timedelta(days=7))
    ellie, dev, tomasz, _amina = room.expected
    for one in room.session.dates:
        given = [MarkGiven(ellie.id, Mark.ATTENDED), MarkGiven(tomasz.id, Mark.APOLOGY)]
        if one is second:
            given.append(MarkGiven(dev.id, Mark.PART, one.ends_at, from_at=one.starts_at + timedelta(hours=1)))
        operations.record_marks(one, given=given, by=room.trainer, now=second.starts_at)
    operations.add_walk_in(
        second, first_name="Mei", last_name="Lin", email="", organisation_id=ellie.organisation_id, by=room.trainer,
        now=second.starts_at,
    )  # fmt: skip
    cancelled = {"booked_at": NOW, "cancelled_at": NOW}
    booking(room.session, None, BookingStatus.CANCELLED, **cancelled)
    booking(room.session, None, BookingStatus.CANCELLED, cancelled_late=True, **cancelled)
    booked(room.session, person("Only", "Waited"), BookingStatus.CANCELLED)
    booked(room.session, person("Still", "Waits"), BookingStatus.WAITING)
    booking(room.session, None, BookingStatus.CANCELLED, origin=BookingOrigin.WALK_IN, **cancelled)
    found = queries.counts_of([room.session])
    for one in room.session.dates:
        rows = queries.count(queries.register(one))
        figures = found[one.id]
        assert {**vars(rows), "cancelled": 2, "late": 1} == vars(figures)
        assert (figures.registered, figures.expected) == (6, 4)
    assert (found[second.id].came, found[second.id].part, found[second.id].walked_in) == (2, 1, 1)


def test_the_register_says_what_each_figure_is_a_part_of(room: Room, in_the_room: object, sign_in: SignIn) -> None:
    booking(room.session, None, BookingStatus.CANCELLED, booked_at=NOW, cancelled_at=NOW, cancelled_late=True)
    page = OpenPage(sign_in(room.trainer), room.path)
    page.press(room.expected[0], Mark.PART, "12:00", since="10:15")
    page.press(room.expected[1], Mark.PART, since="10:15")
    page.press(room.expected[2], Mark.ATTENDED)
    page.press(room.expected[3], Mark.NO_SHOW)
    page = page.send_and_look()
    assert page.counts() == [
        "4 expected, of 5 registered (1 cancelled, 1 of them late)", "3 came, 2 of them in part", "1 not here",
        "0 to mark",
    ]  # fmt: skip
    assert "3 of 4 of those expected came." in page.answer.text


def test_somebody_was_there_in_part_from_when_to_when(room: Room, in_the_room: object, sign_in: SignIn) -> None:
    page = OpenPage(sign_in(room.trainer), room.path)
    amina, dev = room.expected[3], room.expected[1]
    page.press(amina, Mark.PART, "1145", since="10.15")
    page.press(dev, Mark.PART, "", since="10:15")
    page = page.send_and_look()
    assert "Came in part, 10:15am to 11:45am, marked at 9:40am by Tom Ashworth." in page.row(amina)
    assert "Came in part, 10:15am to 1pm, marked" in page.row(dev), "to the end, where nothing else is said"
    assert (page.fields[f"from-{amina.reference}"], page.fields[f"until-{amina.reference}"]) == ("10:15", "11:45")
    assert page.send().status_code == 303
    assert [len(line.marks) for line in queries.register(room.date)] == [0, 1, 0, 1], "saved again, nothing is new"


def test_times_that_cannot_be_are_said_beside_the_first_box(room: Room, in_the_room: object, sign_in: SignIn) -> None:
    amina = room.expected[3]
    page = OpenPage(sign_in(room.trainer), room.path)
    control = f"from-{amina.reference}"
    for since, until, sentence in (
        ("", "", "Enter from when until when Amina Yusuf was there, such as 10:15 and 11:45"),
        ("soon", "", "Enter from when until when Amina Yusuf was there, such as 10:15 and 11:45"),
        ("8:00", "11:00", "Enter when Amina Yusuf was there, between 9:30am and 1pm"),
        ("11:45", "10:15", "Enter when Amina Yusuf was there, between 9:30am and 1pm"),
    ):
        page.press(amina, Mark.PART, until, since=since)
        wrong = page.send_and_look()
        assert (wrong.answer.status_code, wrong.beside(control)) == (422, sentence)
        assert (wrong.fields[control], wrong.pressed(amina)) == (since, "part")
    assert queries.count(queries.register(room.date)).came == 0
