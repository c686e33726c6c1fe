"""Two trainers mark one register: nothing is lost, and two different marks are shown, not hidden."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms import dates
from lms.accounts.models import Person
from lms.app import create_app
from lms.attendance import checks, queries
from lms.attendance.models import AttendanceMark, Mark
from lms.bookings.models import Booking
from lms.catalogue.models import CourseSession
from lms.db import db
from lms.roles import Role
from tests.factories import course_session, organisation, person
from tests.lms.attendance.pressing import OpenPage, Room, SignIn, booked

Pages = tuple[OpenPage, OpenPage]


@pytest.fixture
def pages(room: Room, in_the_room: datetime, sign_in: SignIn) -> Pages:
    """The same register, opened by Tom and by Mei before anybody has marked."""
    mei = person("Mei", "Chen", Role.TRAINER)
    room.session.trainers.append(mei)
    return OpenPage(sign_in(room.trainer), room.path), OpenPage(sign_in(mei), room.path)


def _marks(booking: Booking) -> list[str]:
    """Every mark of a person, oldest first, with who made it."""
    found = select(AttendanceMark).where(AttendanceMark.booking_id == booking.id).order_by(AttendanceMark.id)
    return [
        f"{one.mark.value} {one.marked_by.first_name if one.marked_by else ''}" for one in db.session.scalars(found)
    ]


def test_each_marks_half_of_the_room_and_all_is_kept(room: Room, pages: Pages) -> None:
    tom, mei = pages
    ellie, dev, tomasz, amina = room.expected
    tom.press(ellie, Mark.ATTENDED)
    tom.press(dev, Mark.NO_SHOW)
    mei.press(tomasz, Mark.ATTENDED)
    mei.press(amina, Mark.LEFT_EARLY, "12:00")
    assert [one.send().status_code for one in pages] == [303, 303]
    after = OpenPage(tom.browser, room.path)
    assert after.counts() == ["4 expected", "3 came, 1 of them left early", "1 not here", "0 to mark"]
    assert "by Tom Ashworth" in after.row(ellie)
    assert "by Mei Chen" in after.row(amina)


def test_a_button_nobody_touched_never_takes_back_what_a_colleague_marked_since(room: Room, pages: Pages) -> None:
    tom, mei = pages
    ellie, dev = room.expected[:2]
    mei.press(dev, Mark.ATTENDED)
    mei.send()
    tom = OpenPage(tom.browser, room.path)  # Tom sees that Dev came, …
    mei = OpenPage(mei.browser, room.path)
    mei.press(dev, Mark.LEFT_EARLY, "11:15")  # … Mei sees him leave, …
    mei.send()
    tom.press(ellie, Mark.ATTENDED)  # … and Tom, whose page still says “came”, marks somebody else.
    assert tom.send().status_code == 303
    assert _marks(dev) == ["attended Mei", "left_early Mei"]
    assert _marks(ellie) == ["attended Tom"]


def _two_marks(room: Room, pages: Pages) -> OpenPage:
    """Mei has marked that Dev is not here; Tom, who could not see it, that he came. Tom's page, sent back to him."""
    tom, mei = pages
    ellie, dev = room.expected[:2]
    mei.press(dev, Mark.NO_SHOW)
    mei.send()
    tom.press(ellie, Mark.ATTENDED)
    tom.press(dev, Mark.ATTENDED)
    return tom.send_and_look()


def test_two_different_marks_are_shown_with_who_made_the_other_and_nothing_is_lost(room: Room, pages: Pages) -> None:
    ellie, dev = room.expected[:2]
    page = _two_marks(room, pages)
    assert page.answer.status_code == 422
    assert page.problems() == ["Select which mark of Dev Patel stays"]
    assert (
        "Two marks. You: came. The register: did not come, marked at 9:40am by Mei Chen. "
        "Keep yours: came Keep theirs: did not come"
    ) in page.row(dev)
    assert (page.pressed(ellie), page.pressed(dev)) == ("attended", "attended")
    assert (_marks(ellie), _marks(dev)) == ([], ["no_show Mei"])


def test_until_one_of_two_marks_is_chosen_neither_wins(room: Room, pages: Pages) -> None:
    page = _two_marks(room, pages)
    again = page.send_and_look()
    assert (again.answer.status_code, again.problems()) == (422, ["Select which mark of Dev Patel stays"])
    assert _marks(room.expected[1]) == ["no_show Mei"]


def test_keeping_my_mark_replaces_theirs_and_saves_the_rest(room: Room, pages: Pages) -> None:
    ellie, dev = room.expected[:2]
    page = _two_marks(room, pages)
    theirs = page.button(f"mine-{dev.reference}")
    assert page.send(**{f"mine-{dev.reference}": theirs}).status_code == 303
    assert (_marks(ellie), _marks(dev)) == (["attended Tom"], ["no_show Mei", "attended Tom"])


def test_keeping_their_mark_drops_mine_and_saves_the_rest(room: Room, pages: Pages) -> None:
    ellie, dev = room.expected[:2]
    page = _two_marks(room, pages)
    theirs = page.button(f"theirs-{dev.reference}")
    assert page.send(**{f"theirs-{dev.reference}": theirs}).status_code == 303
    assert (_marks(ellie), _marks(dev)) == (["attended Tom"], ["no_show Mei"])


def test_pressing_what_the_colleague_marked_settles_it_too(room: Room, pages: Pages) -> None:
    page = _two_marks(room, pages)
    page.press(room.expected[1], Mark.NO_SHOW)
    assert page.send().status_code == 303
    assert _marks(room.expected[1]) == ["no_show Mei"]


def test_of_several_differences_each_is_settled_for_itself(room: Room, pages: Pages) -> None:
    tom, mei = pages
    ellie, dev = room.expected[:2]
    for booking in (ellie, dev):
        mei.press(booking, Mark.NO_SHOW)
        tom.press(booking, Mark.ATTENDED)
    mei.send()
    page = tom.send_and_look()
    assert len(page.problems()) == 2
    page = page.send_and_look(**{f"mine-{ellie.reference}": page.button(f"mine-{ellie.reference}")})
    assert page.problems() == ["Select which mark of Dev Patel stays"]
    assert page.send(**{f"theirs-{dev.reference}": page.button(f"theirs-{dev.reference}")}).status_code == 303
    assert (_marks(ellie), _marks(dev)) == (["no_show Mei", "attended Tom"], ["no_show Mei"])


def test_a_choice_made_on_what_has_changed_again_is_asked_about_again(room: Room, pages: Pages) -> None:
    dev = room.expected[1]
    page = _two_marks(room, pages)
    mei = OpenPage(pages[1].browser, room.path)
    mei.press(dev, Mark.APOLOGY)
    mei.send()
    again = page.send_and_look(**{f"mine-{dev.reference}": page.button(f"mine-{dev.reference}")})
    assert again.answer.status_code == 422
    assert "The register: sent apologies" in again.row(dev)
    assert _marks(dev) == ["no_show Mei", "apology Mei"]


def test_the_enter_key_saves_and_settles_nothing(room: Room, pages: Pages) -> None:
    """A browser presses the first button of a form when somebody presses Enter in a box of it."""
    page = _two_marks(room, pages)
    assert page.buttons()[0] == ("do", "save")
    assert page.buttons()[1][0] == f"mine-{room.expected[1].reference}"


NOON = datetime(2024, 11, 5, 12, 0, tzinfo=UTC)


@contextmanager
def _house(url: str, settings: dict[str, Any]) -> Iterator[Flask]:
    """The application on a database of its own, where each request has its own connection."""
    app = create_app(**settings | {"SQLALCHEMY_DATABASE_URI": url, "WTF_CSRF_ENABLED": False})
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def _browser(app: Flask, person_id: int) -> FlaskClient:
    with app.app_context():
        browser = app.test_client()
        with browser.session_transaction() as visit:
            visit["_user_id"], visit["_fresh"] = db.session.get_one(Person, person_id).get_id(), True
    return browser


def _at_once(*acts: Callable[[], int]) -> list[int]:
    """Do these at the same moment, each in a thread of its own; answers what each answered."""
    start, answers = threading.Barrier(len(acts)), [0] * len(acts)

    def run(number: int) -> None:
        start.wait(30)
        answers[number] = acts[number]()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def _post(browser: FlaskClient, path: str, fields: dict[str, str]) -> Callable[[], int]:
    return lambda: browser.post(path, data={"do": "save", **fields}).status_code


def test_at_the_same_moment_every_mark_is_kept_and_one_is_current(
    fresh_database: Callable[[], str], settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dates, "now", lambda: NOON)
    with _house(fresh_database(), settings) as app:
        trainers = [person(name, "Trainer", Role.TRAINER) for name in ("Tom", "Mei")]
        session = course_session(trainers=trainers)
        agency = organisation()
        people = [booked(session, person(f"P{number}", organisation=agency)) for number in range(12)]
        path, references = f"/sessions/{session.reference}/register", [one.reference for one in people]
        session_id = session.id
        db.session.commit()
        browsers = [_browser(app, one.id) for one in trainers]

        # Rounds of two presses at once: they do not know of each other and say the opposite for everybody.
        made = 0
        for number in range(8):
            words = ("attended", "no_show") if number % 2 else ("no_show", "apology")
            fields = [{f"mark-{one}": word for one in references} for word in words]
            assert _at_once(*(_post(b, path, f) for b, f in zip(browsers, fields, strict=True))) == [303, 303]
            db.session.rollback()
            lines = queries.register(db.session.get_one(CourseSession, session_id).dates[0])
            assert [sum(one.replaced_at is None for one in line.marks) for line in lines] == [1] * 12
            assert {len(line.marks) - made for line in lines} <= {1, 2}
            made = len(lines[0].marks)
            assert {line.mark.mark.value for line in lines if line.mark} <= set(words)
        assert made >= 12
        assert checks.problems() == []


def test_of_two_pages_saved_at_the_same_moment_the_later_is_asked(
    fresh_database: Callable[[], str], settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dates, "now", lambda: NOON)
    with _house(fresh_database(), settings) as app:
        trainers = [person(name, "Trainer", Role.TRAINER) for name in ("Tom", "Mei")]
        agency = organisation()
        db.session.commit()
        browsers = [_browser(app, one.id) for one in trainers]
        for _ in range(6):
            db.session.rollback()
            session = course_session(trainers=trainers)
            people = [booked(session, person(f"P{number}", organisation=agency)) for number in range(6)]
            path = f"/sessions/{session.reference}/register"
            fields: list[dict[str, str]] = []
            for word, own in (("attended", people[:4]), ("no_show", people[2:])):
                fields.append({f"mark-{one.reference}": word for one in own})
                fields[-1] |= {f"seen-{one.reference}": "0" for one in people}
            db.session.commit()
            answers = _at_once(*(_post(b, path, f) for b, f in zip(browsers, fields, strict=True)))
            assert sorted(answers) == [303, 422]
            db.session.rollback()
            kept = [line.mark.mark.value for line in queries.register(session.dates[0]) if line.mark]
            assert kept == [["attended"] * 4, ["no_show"] * 4][answers.index(422) == 0]
            # Whoever was asked decides, and the rest of their page is saved with it.
            second = answers.index(422)
            current = {line.booking.reference: line.mark.id for line in queries.register(session.dates[0]) if line.mark}
            decided = {f"mine-{one.reference}": str(current[one.reference]) for one in people[2:4]}
            assert _post(browsers[second], path, fields[second] | decided)() == 303
            db.session.rollback()
            assert [len(line.marks) for line in queries.register(session.dates[0])] == [1, 1, 2, 2, 1, 1]


def test_the_same_unknown_person_added_in_two_rooms_at_once_becomes_one_person(
    fresh_database: Callable[[], str], settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dates, "now", lambda: NOON)
    with _house(fresh_database(), settings) as app:
        tom = person("Tom", "Trainer", Role.TRAINER)
        starts = NOON - timedelta(hours=1)
        rooms = [course_session(trainers=[tom], starts_at=starts).reference for _ in range(4)]
        agency = organisation().id
        db.session.commit()
        browsers = [_browser(app, tom.id) for _ in rooms]
        for number in range(6):
            who = {
                "first_name": "Mei",
                "last_name": f"Lin {number}",
                "email": f"mei{number}@agency.example",
                "organisation": str(agency),
                "do": "walk-in",
            }
            answers = _at_once(
                *(_post(b, f"/sessions/{room}/register", who) for b, room in zip(browsers, rooms, strict=True))
            )
            assert answers == [303] * 4
            db.session.rollback()
            assert len(db.session.scalars(select(Person).where(Person.email == who["email"])).all()) == 1
