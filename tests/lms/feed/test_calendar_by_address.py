"""One's own calendar by a secret address: what is in it, who can read it, and how to get another."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar, Event
from itsdangerous import URLSafeSerializer
from sqlalchemy import select
from werkzeug.test import TestResponse

from lms import dates
from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.bookings import operations
from lms.bookings.models import BookingOrigin, BookingStatus
from lms.catalogue.models import Mode, SessionDate
from lms.db import db
from lms.feed import queries
from lms.letters.models import Letter
from lms.roles import Role
from lms.worker import WebServer
from tests.browsing import send
from tests.conftest import SECRET_KEY
from tests.factories import NOW, booking, course, course_session, person

Clock = Callable[[datetime], None]
SignIn = Callable[[Person], FlaskClient]
LINK = "https://join.example/room-17"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Sets the time it is: the morning of 8 October 2024 until it is moved."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(dates, "now", lambda: moment)

    set_to(NOW)
    return set_to


def address(who: Person) -> str:
    return f"/calendar/{queries.token_of(who)}.ics"


def events(answer: TestResponse) -> list[Event]:
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    return Calendar.from_ical(answer.text).walk("VEVENT")  # type: ignore[return-value]


def titles(client: FlaskClient, who: Person) -> list[str]:
    return [str(event["summary"]) for event in events(client.get(address(who)))]


class TestWhatIsInIt:
    def test_confirmed_places_of_the_last_three_months_and_to_come_in_order_and_nothing_else(
        self, client: FlaskClient
    ) -> None:
        me, day = person(), timedelta(days=1)
        for title, starts_at, details in [
            ("Long over", NOW - 93 * day, {}),
            ("Just over", NOW - 91 * day, {}),
            ("To come", NOW + 28 * day, {}),
            ("Far off", NOW + 400 * day, {}),
            ("Called off", NOW + 29 * day, {"cancelled_at": NOW}),
        ]:
            booking(course_session(course(title=title), starts_at=starts_at, **details), me)
        for status in (BookingStatus.WAITING, BookingStatus.OFFERED, BookingStatus.CANCELLED):
            booking(course_session(course(title=status.value)), me, status)
        booking(course_session(course(title="Somebody else’s")))
        assert titles(client, me) == ["Just over", "To come", "Far off"]

    def test_a_place_is_the_same_entry_as_in_its_letter(self, client: FlaskClient) -> None:
        session = course_session(bring="A case to think about")
        mine = operations.book_place(session=session, person=person(), now=NOW)
        letter = db.session.scalars(select(Letter)).one()
        sent, (shown,) = Calendar.from_ical(letter.calendar).walk("VEVENT")[0], events(client.get(address(mine.person)))
        for name in ("uid", "sequence", "summary", "location", "url", "description"):
            assert shown[name] == sent[name], name
        assert shown.decoded("dtstart") == session.starts_at
        assert "attendee" not in shown

    def test_a_session_on_several_dates_stands_on_all_of_them(self, client: FlaskClient) -> None:
        session = course_session()
        week = timedelta(days=7)
        session.dates.append(SessionDate(starts_at=session.starts_at + week, ends_at=session.ends_at + week))
        mine = booking(session)
        (event,) = events(client.get(address(mine.person)))
        assert event["rrule"].to_ical() == b"FREQ=DAILY;COUNT=2;INTERVAL=7"

    def test_what_somebody_teaches_is_there_under_a_name_of_its_own(self, client: FlaskClient, app: Flask) -> None:
        me = person("Tom", "Ashworth", Role.TRAINER)
        session = course_session(reference="NEG-2024-11", trainers=[me])
        course_session(trainers=[me], cancelled_at=NOW)
        course_session(trainers=[me], published_at=None)
        course_session(trainers=[person("Anna", "Bell", Role.TRAINER)])
        (event,) = events(client.get(address(me)))
        assert str(event["uid"]) == "teaching-NEG-2024-11@127.0.0.1"
        assert str(event["summary"]) == "Teaching: Multi-agency neglect"
        assert f"{app.config['PUBLIC_URL']}/sessions/NEG-2024-11/register" in str(event["description"])
        assert event.decoded("dtstart") == session.starts_at

    @pytest.mark.parametrize("mode", [Mode.VIRTUAL, Mode.HYBRID])
    def test_the_link_to_join_is_never_in_it_even_on_the_day(
        self, client: FlaskClient, clock: Clock, mode: Mode
    ) -> None:
        trainer = person("Tom", "Ashworth", Role.TRAINER)
        mine = booking(course_session(mode=mode, joining_link=LINK, trainers=[trainer]))
        clock(mine.session.starts_at)
        for who in (mine.person, trainer):
            answer = client.get(address(who))
            assert len(events(answer)) == 1
            assert "join.example" not in answer.text.replace("\r\n ", "")

    def test_somebody_without_places_has_an_empty_calendar_with_its_name(self, client: FlaskClient) -> None:
        answer = client.get(address(person()))
        assert events(answer) == []
        assert "NAME:WSCP training" in answer.text

    def test_on_the_night_the_clocks_change_it_stands_at_the_right_hour(self, client: FlaskClient) -> None:
        night = course_session(starts_at=datetime(2024, 10, 27, 0, 30, tzinfo=UTC))  # 1:30am, for the first time
        (event,) = events(client.get(address(booking(night).person)))
        assert event.decoded("dtstart").astimezone(UTC) == night.starts_at

    def test_many_places_need_no_more_questions_to_the_database_than_few(
        self, client: FlaskClient, count_queries: list[str]
    ) -> None:
        needed = []
        for many in (2, 12):
            me = person("Tom", "Ashworth", Role.TRAINER)
            for number in range(many):
                booking(course_session(starts_at=NOW + timedelta(days=number + 1)), me)
                course_session(starts_at=NOW + timedelta(days=number + 50), trainers=[me])
            where = address(me)
            db.session.commit()
            db.session.expire_all()
            count_queries.clear()
            assert len(events(client.get(where))) == 2 * many
            needed.append(len(count_queries))
        assert needed[0] == needed[1] <= 8, count_queries


class TestWhoCanReadIt:
    def test_nobody_without_the_whole_address(self, client: FlaskClient) -> None:
        me = person()
        token = queries.token_of(me)
        payload = token.split(".")[0]
        forged = str(URLSafeSerializer("another secret, just as long as ours", salt="lms.feed").dumps([me.id, 0]))
        other_use = str(URLSafeSerializer(SECRET_KEY, salt="lms.approvals").dumps([me.id, 0]))
        strange = [
            str(URLSafeSerializer(SECRET_KEY, salt="lms.feed").dumps(what))
            for what in (None, 1, "x", [1], [me.id, 0, 0])
        ]
        for wrong in (token[:-1], token + "x", payload, f"{payload}.", "x", forged, other_use, *strange):
            assert client.get(f"/calendar/{wrong}.ics").status_code == 404, wrong
        assert client.get(f"/calendar/{token}").status_code == 404
        assert client.get(f"/calendar/{token}.ics").status_code == 200

    def test_an_address_somebody_guesses_for_a_person_who_is_not_there(self, client: FlaskClient) -> None:
        nobody = str(URLSafeSerializer(SECRET_KEY, salt="lms.feed").dumps([999_999, 0]))
        assert client.get(f"/calendar/{nobody}.ics").status_code == 404

    def test_not_once_the_person_can_no_longer_sign_in(self, client: FlaskClient) -> None:
        me = person()
        me.disabled_at = NOW
        assert client.get(address(me)).status_code == 404
        me.disabled_at = None
        assert client.get(address(me)).status_code == 200

    def test_a_new_address_ends_the_old_one(self, client: FlaskClient, sign_in: SignIn) -> None:
        me, other = person(), person("Mei", "Lin")
        old, of_other = address(me), address(other)
        page = send(sign_in(me), "/account/calendar")
        assert (page.status_code, page.location) == (303, "/account/calendar")
        assert client.get(old).status_code == 404
        assert address(me) != old
        assert client.get(address(me)).status_code == client.get(of_other).status_code == 200
        line = db.session.scalars(select(Activity).where(Activity.verb == "person:calendar_renewed")).one()
        assert (line.actor_id, line.subject, line.at) == (me.id, str(me.id), NOW)

    def test_a_page_of_ours_signed_in_shows_only_ones_own(self, sign_in: SignIn, app: Flask) -> None:
        me = person()
        page = sign_in(me).get("/account/calendar").text
        assert f'value="{app.config["PUBLIC_URL"]}{address(me)}" readonly' in page
        assert f'href="webcal://127.0.0.1:5000{address(me)}"' in page
        assert "sessions you teach" not in page
        assert "sessions you teach" in sign_in(person("Tom", "Ashworth", Role.TRAINER)).get("/account/calendar").text

    def test_the_way_there_is_on_the_page_of_the_account_for_those_who_have_one(self, sign_in: SignIn) -> None:
        assert 'href="/account/calendar"' in sign_in(person()).get("/account").text
        scrutineer = sign_in(person("Ann", "Lee", Role.SCRUTINEER))
        assert "/account/calendar" not in scrutineer.get("/account").text
        assert scrutineer.get("/account/calendar").status_code == 403


class TestWhatProgramsAreTold:
    def test_it_may_be_kept_for_an_hour_by_whoever_asked(self, client: FlaskClient) -> None:
        assert client.get(address(person())).headers["Cache-Control"] == "private, max-age=3600"

    def test_what_has_not_changed_is_not_sent_again_whatever_the_time(self, client: FlaskClient, clock: Clock) -> None:
        mine = booking()
        first = client.get(address(mine.person))
        clock(NOW + timedelta(hours=3))
        known: dict[str, Any] = {"headers": {"If-None-Match": first.headers["ETag"]}}
        again = client.get(address(mine.person), **known)
        assert (again.status_code, again.text) == (304, "")
        assert again.headers["ETag"] == first.headers["ETag"]
        mine.session.bring = "A pen"
        assert client.get(address(mine.person), **known).status_code == 200
        mine.session.bring = ""
        assert client.get(address(mine.person), **known).status_code == 304
        mine.status, mine.cancelled_at = BookingStatus.CANCELLED, NOW
        assert events(client.get(address(mine.person), **known)) == []

    def test_asking_changes_nothing_and_head_is_answered(self, client: FlaskClient) -> None:
        mine = booking(origin=BookingOrigin.BOOKED)
        before = db.session.scalars(select(Activity.id)).all()
        assert client.head(address(mine.person)).status_code == 200
        assert client.post(address(mine.person)).status_code == 405
        assert db.session.scalars(select(Activity.id)).all() == before
        assert mine.sequence == 0


class TestTheAddressIsInNoLog:
    def test_the_web_server_lists_no_requests(self) -> None:
        assert WebServer("127.0.0.1", 5000).cfg.accesslog is None

    def test_nor_does_what_goes_wrong(
        self, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        me = person()
        where = address(me)

        def broken(*_: Any, **__: Any) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(queries, "entries_of", broken)
        client.application.config["PROPAGATE_EXCEPTIONS"] = False
        try:
            with caplog.at_level(logging.DEBUG):
                assert client.get(where).status_code == 500
        finally:
            client.application.config["PROPAGATE_EXCEPTIONS"] = None
        assert "ZeroDivisionError" in caplog.text
        assert queries.token_of(me) not in caplog.text
