"""Somebody who is not on the list goes on it with the fewest questions, and is never counted among those expected."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from evaluation.surveys import operations as surveys
from evaluation.surveys.models import Invitation
from lms import jobs
from lms.accounts.models import Person
from lms.attendance import rules
from lms.attendance.models import Mark
from lms.bookings.models import Booking, BookingOrigin, BookingStatus
from lms.db import db
from lms.letters.models import Letter
from lms.organisations.models import Organisation
from tests.databases import ROOT
from tests.factories import NOW, course, organisation, person
from tests.lms.attendance.pressing import OpenPage, Room, SignIn, booked


def _last() -> Booking:
    found = db.session.scalars(select(Booking).order_by(Booking.id.desc())).first()
    assert found
    return found


@pytest.fixture
def opened(room: Room, in_the_room: datetime, sign_in: SignIn) -> OpenPage:
    return OpenPage(sign_in(room.trainer), room.path)


def _who(first: str = "Mei", last: str = "Lin", email: str = "", works: int = 0) -> dict[str, str]:
    known = db.session.scalar(select(Organisation.id).where(Organisation.name == "Kirkgate School"))
    works = works or known or organisation("Kirkgate School").id
    return {"first_name": first, "last_name": last, "email": email, "organisation": str(works)}


def test_somebody_nobody_knows_goes_on_the_register_as_having_come(opened: OpenPage, room: Room) -> None:
    after = opened.send_and_look("walk-in", **_who(" Mei ", "Lin", "Mei.Lin@Kirkgate.example"))
    assert "Mei Lin is on the register." in after.answer.text
    booking = _last()
    assert (booking.person.name, booking.person.email) == ("Mei Lin", "mei.lin@kirkgate.example")
    assert (booking.person.organisation.name, booking.person.roles) == ("Kirkgate School", [])
    assert (booking.origin, booking.status) == (BookingOrigin.WALK_IN, BookingStatus.BOOKED)
    assert after.pressed(booking) == "attended"
    assert after.row(booking).startswith("Mei Lin Kirkgate School, walked in")
    assert after.counts() == ["4 expected", "0 came", "1 walked in", "4 to mark"]
    assert after.fields["first_name"] == ""


def test_somebody_known_by_the_address_is_the_same_person(opened: OpenPage) -> None:
    grace = person("Grace", "Adeyemi", email="grace@open-door.example")
    after = opened.send_and_look("walk-in", **_who("G", "A", "GRACE@open-door.example"))
    assert _last().person_id == grace.id
    assert "Grace Adeyemi is on the register." in after.answer.text
    assert grace.name == "Grace Adeyemi"


def test_the_presses_so_far_are_saved_along_with_the_walk_in(opened: OpenPage, room: Room) -> None:
    opened.press(room.expected[0], Mark.ATTENDED)
    after = opened.send_and_look("walk-in", **_who())
    assert "Saved 1 mark. Mei Lin is on the register." in after.answer.text
    assert after.counts() == ["4 expected", "1 came", "1 walked in", "3 to mark"]


def test_a_name_that_was_typed_is_not_lost_when_another_button_is_pressed(opened: OpenPage, room: Room) -> None:
    opened.press(room.expected[0], Mark.ATTENDED)
    half = opened.send_and_look("save", first_name="Mei")
    assert half.answer.status_code == 422
    assert half.problems() == ["Enter the last name", "Select where they work"]
    assert (half.fields["first_name"], half.pressed(room.expected[0])) == ("Mei", "attended")
    half.send("save", **_who())
    assert _last().person.name == "Mei Lin"


def test_each_answer_that_is_missing_has_its_sentence(opened: OpenPage, room: Room) -> None:
    opened.press(room.expected[0], Mark.NO_SHOW)
    after = opened.send_and_look("walk-in", email="mei@")
    assert after.answer.status_code == 422
    assert after.beside("first_name") == "Enter the first name"
    assert after.beside("last_name") == "Enter the last name"
    assert after.beside("organisation") == "Select where they work"
    assert after.beside("email") == "Enter an email address in the correct format, like name@example.org.uk"
    assert (after.fields["email"], after.pressed(room.expected[0])) == ("mei@", "no_show")
    assert opened.send("walk-in", **_who() | {"organisation": "999999"}).status_code == 422
    assert opened.send("walk-in", **_who() | {"organisation": "x"}).status_code == 422


def test_who_is_on_the_register_already_is_said_beside_the_address(opened: OpenPage, room: Room) -> None:
    amina = room.expected[3].person
    after = opened.send_and_look("walk-in", **_who("Amina", "Yusuf", amina.email or ""))
    assert after.answer.status_code == 422
    assert after.beside("email") == "Amina Yusuf is on the register already"
    assert after.fields["email"] == amina.email


def test_the_same_name_from_the_same_place_is_asked_about_and_an_address_tells_them_apart(
    opened: OpenPage, room: Room
) -> None:
    amina = room.expected[3].person
    again = _who("amina", "YUSUF", works=amina.organisation_id)
    after = opened.send_and_look("walk-in", **again)
    assert after.answer.status_code == 422
    sentence = f"Amina Yusuf from {amina.organisation.name} is on the register already."
    assert after.beside("last_name") == f"{sentence} If this is somebody else, enter their email address"
    assert opened.send("walk-in", **again | {"email": "other.amina@agency.example"}).status_code == 303
    assert opened.send("walk-in", **_who("Amina", "Yusuf")).status_code == 303  # the same name at another place
    assert db.session.scalar(select(func.count()).select_from(Booking)) == 6


def test_two_taps_on_the_button_add_one_person(opened: OpenPage) -> None:
    who = _who()
    assert [opened.send("walk-in", **who).status_code for _ in range(2)] == [303, 422]
    assert len(db.session.scalars(select(Person).where(Person.last_name == "Lin")).all()) == 1


def test_who_waited_and_came_is_a_walk_in(opened: OpenPage, room: Room) -> None:
    grace = person("Grace", "Adeyemi", email="grace@open-door.example")
    waited = booked(room.session, grace, BookingStatus.WAITING)
    after = opened.send_and_look("walk-in", **_who(email="grace@open-door.example"))
    assert (waited.status, waited.origin) == (BookingStatus.BOOKED, BookingOrigin.WALK_IN)
    assert after.counts() == ["4 expected", "0 came", "1 walked in", "4 to mark"]


def test_somebody_added_by_mistake_is_marked_as_not_here_and_no_longer_counted(opened: OpenPage) -> None:
    after = opened.send_and_look("walk-in", **_who())
    after.press(_last(), Mark.NO_SHOW)
    assert after.send_and_look().counts() == ["4 expected", "0 came", "4 to mark"]


def test_who_leaves_no_address_gets_no_letter_and_no_link(
    make_room: Callable[..., Room], clock: Callable[[datetime], None], sign_in: SignIn
) -> None:
    neglect = course("NEG")
    document = yaml.safe_load((ROOT / "content" / "question-sets.yaml").read_text(encoding="utf-8"))
    surveys.set_evaluation_plan(
        course=neglect, question_set=surveys.load_question_set(document=document), primary_scale="behaviour_neglect",
        actor=None, now=NOW,
    )  # fmt: skip
    room = make_room(0, of=neglect)
    clock(room.session.starts_at)
    opened = OpenPage(sign_in(room.trainer), room.path)
    opened.send("walk-in", **_who("No", "Address"))
    nameless = _last()
    opened.send("walk-in", **_who("Has", "Address", "has@address.example"))
    reachable = _last()
    later = room.session.ends_at + timedelta(days=300)
    clock(later)
    jobs.run_due(later)
    asked = list(db.session.scalars(select(Invitation.booking_id)))
    assert (
        asked.count(reachable.id) == 3
    )  # at the end, at three and at six months: the others see to it that this can fail
    assert nameless.id not in asked
    assert {letter.to_email for letter in db.session.scalars(select(Letter))} == {"has@address.example"}


# Somebody we know.


def _offered(page: OpenPage) -> list[str]:
    """The people to choose from."""
    return re.findall(r'name="known"[^>]*value="(\w+)"', page.answer.text)


@pytest.mark.parametrize(
    ("first", "last"),
    [("Samira", "Okonkwo"), ("samira", "OKONKWO"), ("Sam", "Okonkwo"), ("Samira", "Okonkwa"), ("Samíra", "Okon-kwo")],
)
def test_somebody_of_this_name_at_this_place_is_shown_and_chosen(opened: OpenPage, first: str, last: str) -> None:
    samira = person("Samira", "Okonkwo", organisation=organisation("Kirkgate School"), job="Teacher")
    asked = opened.send_and_look("walk-in", **_who(first, last))
    assert (asked.answer.status_code, asked.problems()) == (
        422, ["Select one of these people, or that it is somebody new"],
    )  # fmt: skip
    assert _offered(asked) == [str(samira.id), "new"]
    assert "Samira Okonkwo" in asked.answer.text
    assert (samira.email or "?") not in asked.answer.text
    done = asked.send_and_look("walk-in", known=str(samira.id))
    assert "Samira Okonkwo is on the register." in done.answer.text
    assert _last().person_id == samira.id


def test_somebody_new_of_the_same_name_is_somebody_new(opened: OpenPage, room: Room) -> None:
    samira = person("Samira", "Okonkwo", organisation=organisation("Kirkgate School"))
    opened.press(room.expected[0], Mark.ATTENDED)
    asked = opened.send_and_look("walk-in", **_who("Samira", "Okonkwo"))
    assert asked.pressed(room.expected[0]) == "attended", "nothing pressed is lost by the question"
    assert asked.send("walk-in", known="new").status_code == 303
    assert _last().person_id != samira.id
    assert _last().person.name == "Samira Okonkwo"


def test_a_trainer_cannot_look_through_an_agency(opened: OpenPage) -> None:
    school = organisation("Kirkgate School")
    person("Samira", "Okonkwo", organisation=school)
    elsewhere = person("Samira", "Okonkwo")
    for first, last in (("S", "O"), ("Samira", "O"), ("Sa", "Okonkwo"), ("S%", "%"), ("_", "_"), ("Sara", "Okoro")):
        before = db.session.scalar(select(func.count()).select_from(Person)) or 0
        assert opened.send("walk-in", **_who(first, last)).status_code == 303, "nobody is shown"
        assert db.session.scalar(select(func.count()).select_from(Person)) == before + 1
    # Somebody who is not shown cannot be chosen either.
    opened.send("walk-in", **_who("Nobody", "Known"), known=str(elsewhere.id))
    assert _last().person_id != elsewhere.id
    asked = opened.send_and_look("walk-in", **_who("Samira", "Okonkwo"), known=str(elsewhere.id))
    assert asked.answer.status_code == 422
    assert str(elsewhere.id) not in _offered(asked)


def test_whoever_left_is_not_shown_and_no_more_than_five_are(opened: OpenPage) -> None:
    school = organisation("Kirkgate School")
    person("Ann", "Smith", organisation=school, disabled_at=NOW)
    assert opened.send("walk-in", **_who("Ann", "Smith", works=school.id)).status_code == 303
    for _ in range(8):
        person("Bea", "Jones", organisation=school)
    assert len(_offered(opened.send_and_look("walk-in", **_who("Bea", "Jones", works=school.id)))) == 6


def test_somebody_known_who_is_on_the_register_is_not_put_on_it_twice(opened: OpenPage, room: Room) -> None:
    amina = room.expected[3].person
    similar = _who("Amina", "Yusuff", works=amina.organisation_id)
    asked = opened.send_and_look("walk-in", **similar)
    assert _offered(asked) == [str(amina.id), "new"]
    after = asked.send_and_look("walk-in", known=str(amina.id))
    assert after.answer.status_code == 422
    assert "Amina Yusuf is on the register already" in after.problems()


names = st.tuples(*[st.text(alphabet="abcłâé'- ", max_size=12)] * 2)


@given(names, names)
def test_who_is_like_whom_does_not_depend_on_who_is_asked(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert rules.name_distance(one, other) == rules.name_distance(other, one) or not all(map(str.strip, (*one, *other)))


@given(names)
def test_a_name_is_its_own_whatever_its_capitals(one: tuple[str, str]) -> None:
    far = rules.name_distance(one, (one[0].upper(), one[1].title()))
    assert far in (0, None)
    assert far == 0 or not all(any(letter.isalnum() for letter in part) for part in one)
