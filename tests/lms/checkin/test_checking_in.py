"""Checking in: a code that changes, one button, and for whoever cannot, why not and what to do. Nobody is ever locked out."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import segno
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms.accounts.models import FailedSignIn
from lms.attendance.models import AttendanceMark, Mark, MarkedHow
from lms.bookings.models import BookingStatus
from lms.checkin import rules
from lms.db import db
from lms.roles import Role
from tests.factories import booking, course, person
from tests.lms.attendance.pressing import OpenPage, Room, SignIn

Clock = Callable[[datetime], None]
#: A moment at which a code has just appeared.
FRESH = datetime(2026, 1, 5, 9, 0, 0, tzinfo=UTC)


class Wall:
    """The page the trainer shows."""

    def __init__(self, browser: FlaskClient, room: Room, number: int = 1) -> None:
        self.browser, self.path = browser, f"/sessions/{room.session.reference}/register/{number}/check-in"

    def now(self) -> dict[str, str]:
        found: dict[str, str] = self.browser.get(f"{self.path}/code").get_json()
        return found

    def scan(self) -> str:
        """Where the picture leads at this moment."""
        return urlsplit(self.now()["link"]).path


@pytest.fixture
def on_wall(room: Room, in_the_room: datetime, wall: Clock, sign_in: SignIn) -> Wall:
    wall(FRESH)
    return Wall(sign_in(room.trainer), room)


@pytest.fixture
def amina(room: Room, sign_in: SignIn) -> FlaskClient:
    return sign_in(room.expected[3].person)


def words(answer: TestResponse) -> str:
    """What the page says, without its tags."""
    main = answer.text[answer.text.index('id="main"') :]
    return " ".join(re.sub(r"<[^>]+>", " ", main).replace("&#39;", "'").split())


def fields(page: str) -> dict[str, str]:
    main = page[page.index('id="main"') :]
    return dict(re.findall(r'<input name="(\w+)" type="hidden" value="([^"]*)"', main))


def press(browser: FlaskClient, address: str) -> TestResponse:
    """Open what was scanned and press “I am here”."""
    page = browser.get(address)
    assert page.status_code == 200, words(page)
    return browser.post(address, data=fields(page.text))


def type_code(browser: FlaskClient, code: str) -> TestResponse:
    page = browser.get("/check-in")
    return browser.post("/check-in", data={**fields(page.text), "code": code})


def marks() -> list[str]:
    found = select(AttendanceMark).order_by(AttendanceMark.id)
    return [f"{one.booking.person.first_name} {one.mark.value} {one.how.value}" for one in db.session.scalars(found)]


class TestTheWall:
    def test_shows_a_picture_the_characters_and_how_many_are_here(
        self, room: Room, on_wall: Wall, amina: FlaskClient
    ) -> None:
        page = on_wall.browser.get(on_wall.path)
        assert on_wall.now()["code"] in page.text
        assert "0 of 4 expected are here" in words(page)
        press(amina, on_wall.scan())
        assert "1 of 4 expected are here" in words(on_wall.browser.get(on_wall.path))
        assert (on_wall.now()["came"], on_wall.now()["expected"]) == (1, 4)

    def test_the_picture_is_the_link(self, on_wall: Wall) -> None:
        now = on_wall.now()
        assert now["picture"].startswith("data:image/svg+xml")
        assert now["picture"] == segno.make(now["link"], micro=False, error="m").svg_data_uri(
            scale=8, border=3, dark="#000", light="#fff"
        )

    def test_the_code_changes_every_20_seconds_and_follows_from_the_time_alone(
        self, on_wall: Wall, wall: Clock
    ) -> None:
        seen = []
        for seconds in (0, 19, 20, 39, 40):
            wall(FRESH + timedelta(seconds=seconds))
            now = on_wall.now()
            seen.append((now["code"], now["link"]))
            assert now["changes_in"] == 20 - seconds % 20
        assert seen[0] == seen[1]
        assert seen[2] == seen[3]
        assert len({code for code, _ in seen}) == len({link for _, link in seen}) == 3

    def test_without_scripts_the_page_loads_itself_again_when_the_code_changes(
        self, on_wall: Wall, wall: Clock
    ) -> None:
        wall(FRESH + timedelta(seconds=12, milliseconds=500))
        page = on_wall.browser.get(on_wall.path).text
        assert '<noscript><meta http-equiv="refresh" content="9"></noscript>' in page

    @pytest.mark.parametrize(
        ("from_start", "says"),
        [
            (timedelta(hours=-2), "Checking in opens on 5 November 2024 at 8:30am"),
            (timedelta(hours=4), "This ended on 5 November 2024 at 1pm"),
        ],
        ids=["before", "after"],
    )
    def test_before_and_after_there_is_no_code(
        self, from_start: timedelta, says: str, on_wall: Wall, room: Room, clock: Clock
    ) -> None:
        clock(room.session.starts_at + from_start)
        assert says in words(on_wall.browser.get(on_wall.path))
        assert on_wall.now() == {"closed": True}

    def test_only_who_keeps_the_register_has_the_code(self, on_wall: Wall, sign_in: SignIn, amina: FlaskClient) -> None:
        other = sign_in(person("Mei", "Chen", Role.TRAINER))
        for path in (on_wall.path, f"{on_wall.path}/code"):
            assert other.get(path).status_code == 404
            assert amina.get(path).status_code == 403

    def test_a_date_that_is_not_there_has_none(self, on_wall: Wall) -> None:
        assert on_wall.browser.get(on_wall.path.replace("/1/", "/2/")).status_code == 404


class TestScanning:
    def test_one_button_marks_as_having_come_by_check_in(self, room: Room, on_wall: Wall, amina: FlaskClient) -> None:
        answer = press(amina, on_wall.scan())
        assert (answer.status_code, answer.location) == (303, f"/bookings/{room.expected[3].reference}")
        assert marks() == ["Amina attended check_in"]
        assert "You are checked in: Multi-agency neglect" in words(amina.get(answer.location))
        register = OpenPage(on_wall.browser, room.path)
        assert "Came, checked in at 9:40am" in register.row(room.expected[3])

    def test_opening_the_link_changes_nothing_however_often(self, on_wall: Wall, amina: FlaskClient) -> None:
        link = on_wall.scan()
        for _ in range(10):
            assert amina.get(link).status_code == amina.head(link).status_code == 200
        assert marks() == []

    @pytest.mark.parametrize(
        ("seconds", "counts"), [(0, True), (39, True), (40, False), (60, False), (3600, False), (-1, False)]
    )
    def test_a_code_counts_while_it_is_shown_and_20_seconds_more(
        self, seconds: int, counts: bool, on_wall: Wall, amina: FlaskClient, wall: Clock
    ) -> None:
        link = on_wall.scan()
        wall(FRESH + timedelta(seconds=seconds))
        answer = amina.get(link)
        assert answer.status_code == (200 if counts else 422)
        if not counts:
            assert rules.CHANGED in words(answer)
            assert press(amina, on_wall.scan()).status_code == 303, "the code that is shown now works at once"

    def test_the_button_does_not_race_the_clock(self, on_wall: Wall, amina: FlaskClient, wall: Clock) -> None:
        link = on_wall.scan()
        page = amina.get(link)
        wall(FRESH + timedelta(seconds=90))
        assert amina.post(link, data=fields(page.text)).status_code == 303
        assert marks() == ["Amina attended check_in"]

    def test_the_proof_of_one_person_is_none_for_another(
        self, room: Room, on_wall: Wall, amina: FlaskClient, sign_in: SignIn
    ) -> None:
        link = on_wall.scan()
        dev = sign_in(room.expected[1].person)
        sent = {**fields(dev.get(link).text), "proof": fields(amina.get(link).text)["proof"]}
        answer = dev.post(link, data=sent)
        assert answer.status_code == 422
        assert rules.TOO_LONG_AGO in words(answer)
        for proof in ("", "x", sent["proof"][:-1]):
            assert dev.post(link, data={**sent, "proof": proof}).status_code == 422
        assert marks() == []

    def test_who_is_not_signed_in_signs_in_and_comes_back(self, on_wall: Wall, client: FlaskClient) -> None:
        link = on_wall.scan()
        answer = client.get(link)
        assert (answer.status_code, answer.location) == (303, f"/sign-in?next={link}")

    @pytest.mark.parametrize("token", ["x", "WzEsMV0.aaaa", "'", "%00", "9" * 400])
    def test_what_is_no_code_is_said_to_be_none(self, token: str, room: Room, amina: FlaskClient) -> None:
        answer = amina.get(f"/check-in/{token}")
        assert answer.status_code in {404, 422}
        if answer.status_code == 422:
            assert rules.NO_CODE in words(answer)


class TestWhoCannot:
    def sentence(self, browser: FlaskClient, link: str) -> str:
        answer = press(browser, link)
        assert answer.status_code == 422
        assert "It does not work? Tell the trainer" in words(answer)
        return words(answer)

    def test_without_a_booking_they_are_told_to_tell_the_trainer(self, on_wall: Wall, sign_in: SignIn) -> None:
        said = self.sentence(sign_in(person("Nia", "Rees")), on_wall.scan())
        assert "You have no booking for this session. Tell the trainer: they can add you to the register." in said
        assert marks() == []

    @pytest.mark.parametrize(
        ("status", "says"),
        [
            (BookingStatus.CANCELLED, "Your booking for this session has ended."),
            (BookingStatus.WAITING, "You have no place on this session yet."),
        ],
    )
    def test_without_a_place_they_are_told_what_they_have(
        self, status: BookingStatus, says: str, room: Room, on_wall: Wall, sign_in: SignIn
    ) -> None:
        nia = booking(room.session, person("Nia", "Rees"), status).person
        assert says in self.sentence(sign_in(nia), on_wall.scan())

    def test_in_the_wrong_room_they_are_told_where_they_have_a_place(
        self, room: Room, on_wall: Wall, make_room: Callable[..., Room], sign_in: SignIn
    ) -> None:
        other = make_room(of=course(title="Safer sleep"), starts_at=room.session.starts_at)
        said = self.sentence(sign_in(other.expected[0].person), on_wall.scan())
        assert "This code is of Multi-agency neglect, and you have a place on Safer sleep." in said

    def test_twice_is_said_and_changes_nothing(self, on_wall: Wall, amina: FlaskClient) -> None:
        press(amina, on_wall.scan())
        said = self.sentence(amina, on_wall.scan())
        assert "You have checked in already. The register says: Came, checked in at 9:40am." in said
        assert marks() == ["Amina attended check_in"]

    @pytest.mark.parametrize(
        ("mark", "says"),
        [(Mark.ATTENDED, "You are on the register as having come."), (Mark.NO_SHOW, "they can change it")],
    )
    def test_what_the_trainer_has_marked_stays(
        self, mark: Mark, says: str, room: Room, on_wall: Wall, amina: FlaskClient
    ) -> None:
        page = OpenPage(on_wall.browser, room.path)
        page.press(room.expected[3], mark)
        page.send()
        said = self.sentence(amina, on_wall.scan())
        assert says in said
        assert "by Tom Ashworth" in said
        assert marks() == [f"Amina {mark.value} register"]

    @pytest.mark.parametrize(("hours", "says"), [(-2, "Checking in opens on"), (4, "This ended on")])
    def test_too_early_or_too_late_is_said(
        self, hours: int, says: str, room: Room, on_wall: Wall, amina: FlaskClient, clock: Clock
    ) -> None:
        link = on_wall.scan()
        page = amina.get(link)
        clock(room.session.starts_at + timedelta(hours=hours))
        assert says in words(amina.get(link))
        answer = amina.post(link, data=fields(page.text))
        assert answer.status_code == 422
        assert says in words(answer)
        assert marks() == []

    def test_of_a_cancelled_session_too(
        self, room: Room, on_wall: Wall, amina: FlaskClient, in_the_room: datetime
    ) -> None:
        link = on_wall.scan()
        room.session.cancelled_at = in_the_room
        assert "This session was cancelled" in self.sentence(amina, link)


class TestTyping:
    def test_the_six_characters_do_the_same_however_they_are_typed(
        self, room: Room, on_wall: Wall, amina: FlaskClient
    ) -> None:
        code = on_wall.now()["code"]
        assert re.fullmatch(rf"[{rules.LETTERS}]{{3}} [{rules.LETTERS}]{{3}}", code)
        answer = type_code(amina, f" {code.lower().replace(' ', '-')} ")
        assert (answer.status_code, answer.location) == (303, f"/bookings/{room.expected[3].reference}")
        assert marks() == ["Amina attended check_in"]

    def test_one_that_has_changed_is_said_to_have_changed(self, on_wall: Wall, amina: FlaskClient, wall: Clock) -> None:
        code = on_wall.now()["code"]
        wall(FRESH + timedelta(seconds=45))
        assert rules.CHANGED in words(type_code(amina, code))
        assert type_code(amina, on_wall.now()["code"]).status_code == 303

    def test_after_many_wrong_ones_it_takes_one_in_20_seconds_and_never_locks(
        self, on_wall: Wall, amina: FlaskClient
    ) -> None:
        for _ in range(rules.TRIES):
            assert rules.NO_CODE in words(type_code(amina, "AAAAAA"))
        said = words(type_code(amina, on_wall.now()["code"]))
        waits = re.search(r"Wait (\d+) seconds, then type the code that is shown then", said)
        assert waits
        assert 1 <= int(waits[1]) <= 20
        assert marks() == []
        # The wait is over as soon as it is over, and the right code ends the count.
        row = db.session.scalars(select(FailedSignIn)).one()
        row.blocked_until = datetime.now(UTC) - timedelta(seconds=1)
        assert type_code(amina, on_wall.now()["code"]).status_code == 303
        assert db.session.scalars(select(FailedSignIn)).all() == []

    def test_scanning_works_meanwhile(self, on_wall: Wall, amina: FlaskClient) -> None:
        for _ in range(rules.TRIES + 1):
            type_code(amina, "AAAAAA")
        assert press(amina, on_wall.scan()).status_code == 303

    def test_nothing_typed_is_asked_for_kindly(self, room: Room, amina: FlaskClient) -> None:
        assert "Enter the six characters of the code" in words(type_code(amina, ""))

    def test_wrong_codes_of_one_person_hold_nobody_else_up(
        self, room: Room, on_wall: Wall, amina: FlaskClient, sign_in: SignIn
    ) -> None:
        for _ in range(rules.TRIES + 1):
            type_code(amina, "AAAAAA")
        assert type_code(sign_in(room.expected[1].person), on_wall.now()["code"]).status_code == 303


def test_a_later_mark_of_the_trainer_wins_and_both_stay(
    room: Room, on_wall: Wall, amina: FlaskClient, clock: Clock
) -> None:
    opened = OpenPage(on_wall.browser, room.path)  # before she checks in
    press(amina, on_wall.scan())
    clock(room.session.starts_at + timedelta(hours=2))
    opened.press(room.expected[3], Mark.LEFT_EARLY, "11:15")
    assert opened.send().status_code == 303, "no question about two marks"
    assert marks() == ["Amina attended check_in", "Amina left_early register"]
    row = OpenPage(on_wall.browser, room.path).row(room.expected[3])
    assert "Left early at 11:15am, marked at 11:30am by Tom Ashworth." in row
    assert "Came, checked in at 9:40am" in row


def test_each_date_of_a_session_has_codes_of_its_own(
    room: Room, wall: Clock, clock: Clock, sign_in: SignIn, amina: FlaskClient
) -> None:
    from tests.factories import session_date

    second = session_date(room.session, room.session.starts_at + timedelta(days=7))
    wall(FRESH)
    tom = sign_in(room.trainer)
    clock(room.session.dates[0].starts_at)
    first_link = Wall(tom, room, 1).scan()
    clock(second.starts_at)
    assert Wall(tom, room, 2).scan() != first_link
    assert press(amina, Wall(tom, room, 2).scan()).status_code == 303
    (mark,) = db.session.scalars(select(AttendanceMark)).all()
    assert (mark.date_id, mark.how) == (second.id, MarkedHow.CHECK_IN)
    assert "This ended on" in words(amina.get(first_link))


@pytest.mark.parametrize("secret", ["a" * 32, "b" * 32])
def test_short_codes_are_spread_evenly(secret: str) -> None:
    """No date or step favours a character: of 3,000 codes each of 28 stands in each place 107 times, give or take."""
    found = [rules.short_code(secret, 7, step) for step in range(3000)]
    assert len(set(found)) == 3000
    for place in range(rules.LENGTH):
        counts = [sum(code[place] == letter for code in found) for letter in rules.LETTERS]
        assert 60 < min(counts) < max(counts) < 160
