"""What people are told before a session: each letter once, at its hour, to those it is for."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from lms import jobs
from lms.activity.operations import record
from lms.bookings import operations
from lms.bookings.models import Booking, BookingOrigin, BookingStatus
from lms.catalogue.models import CourseKind, CourseSession, Mode, SessionDate
from lms.db import db
from lms.letters.models import Letter
from lms.reminders import operations as reminders
from tests.factories import NOW, booking, course, course_session, person, venue
from tests.lms.reminders.post import Book, Post, Reader, Walk

#: The session is on Tuesday 5 November at 9:30am.
FIRST = ("22 Oct 09:00", "reminder-14")
JOINING = ("31 Oct 09:00", "joining-instructions")
OVER = datetime(2024, 11, 6, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AT_FIRST = datetime(2024, 10, 22, 8, tzinfo=UTC)
AT_JOINING = datetime(2024, 10, 31, 9, tzinfo=UTC)


class TestOnTime:
    @pytest.mark.parametrize("step", [7 * HOUR, None], ids=["step by step", "in one leap"])
    def test_once_each_however_the_clock_gets_there(
        self, walk: Walk, post: Post, book: Book, step: timedelta | None
    ) -> None:
        somebody = book(course_session())
        walk(OVER, step)
        assert post(somebody) == [FIRST, JOINING]
        walk(OVER + 60 * DAY, step and 40 * step)
        assert post() == [FIRST, JOINING]

    def test_a_second_reminder_where_it_has_a_day_of_its_own(self, walk: Walk, post: Post, book: Book) -> None:
        somebody = book(course_session(course(reminder_days=[14, 2], joining_days=5)))
        walk(OVER)
        assert post(somebody) == [FIRST, JOINING, ("03 Nov 09:00", "reminder-5")]

    def test_days_that_are_left_are_said_as_people_say_them(self, walk: Walk, book: Book, letter: Reader) -> None:
        book(
            course_session(
                course(reminder_days=[1, 0], joining_days=5), starts_at=datetime(2024, 11, 5, 14, tzinfo=UTC)
            )
        )
        walk(OVER)
        assert letter("reminder-14").subject.startswith("In 1 day: ")
        assert letter("reminder-5").subject.startswith("In less than a day: ")

    def test_two_at_most_and_none_where_the_course_wants_none(self, walk: Walk, post: Post, book: Book) -> None:
        often = book(course_session(course(reminder_days=[3, 21, 14, 7], joining_days=1)))
        never = book(course_session(course(reminder_days=[], joining_days=1)))
        walk(OVER)
        last = ("04 Nov 09:00", "joining-instructions")
        assert post(often) == [("15 Oct 09:00", "reminder-14"), ("22 Oct 09:00", "reminder-5"), last]
        assert post(never) == [last]

    def test_one_letter_a_day_also_to_somebody_who_booked_that_morning(
        self, walk: Walk, post: Post, book: Book
    ) -> None:
        session = course_session(course(reminder_days=[4], joining_days=5))
        early = book(session)
        walk(AT_JOINING + 20 * HOUR)
        late = book(session, AT_JOINING + 21 * HOUR)  # 6am on the day of the reminder
        walk(OVER)
        assert post(early) == [JOINING, ("01 Nov 09:00", "reminder-14")]
        assert post(late) == [("01 Nov 06:00", "joining-instructions")]

    def test_nine_in_the_morning_on_both_sides_of_a_clock_change(self, walk: Walk, post: Post, book: Book) -> None:
        autumn = book(course_session(starts_at=datetime(2024, 10, 28, 9, 30, tzinfo=UTC)))
        the_night = book(
            course_session(starts_at=datetime(2024, 10, 27, 0, 30, tzinfo=UTC))
        )  # 1:30am, the first of two
        spring = book(course_session(starts_at=datetime(2025, 3, 31, 8, 30, tzinfo=UTC)))
        walk(datetime(2025, 4, 1, tzinfo=UTC))
        assert post(autumn) == [("14 Oct 09:00", "reminder-14"), ("23 Oct 09:00", "joining-instructions")]
        assert post(the_night) == [("13 Oct 09:00", "reminder-14"), ("22 Oct 09:00", "joining-instructions")]
        assert post(spring) == [("17 Mar 09:00", "reminder-14"), ("26 Mar 09:00", "joining-instructions")]

    def test_a_session_whose_day_begins_in_london_before_it_does_in_utc(
        self, walk: Walk, post: Post, book: Book, letter: Reader
    ) -> None:
        somebody = book(course_session(starts_at=datetime(2025, 6, 30, 23, 30, tzinfo=UTC)))  # 12:30am on 1 July
        walk(datetime(2025, 7, 2, tzinfo=UTC))
        assert post(somebody) == [("17 Jun 09:00", "reminder-14"), ("26 Jun 09:00", "joining-instructions")]
        assert letter("reminder-14").subject.startswith("In 14 days")
        assert letter("reminder-14").dedupe == f"booking:reminder-14:{somebody.id}:2025-07-01"

    def test_several_dates_are_one_session_that_begins_with_the_first(
        self, walk: Walk, post: Post, book: Book, letter: Reader
    ) -> None:
        session = course_session()
        session.dates.append(SessionDate(starts_at=session.starts_at + 7 * DAY, ends_at=session.ends_at + 7 * DAY))
        somebody = book(session)
        walk(OVER + 10 * DAY)
        assert post(somebody) == [FIRST, JOINING]
        assert (
            "Tuesday 5 November 2024, 9:30am to 1pm\nTuesday 12 November 2024, 9:30am to 1pm\n"
            in letter("joining-instructions").body
        )


class TestForWhom:
    @pytest.mark.parametrize("status", [BookingStatus.WAITING, BookingStatus.OFFERED, BookingStatus.CANCELLED])
    def test_nobody_without_a_confirmed_place(self, walk: Walk, post: Post, status: BookingStatus) -> None:
        until = OVER + DAY if status is BookingStatus.OFFERED else None
        booking(course_session(), status=status, origin=BookingOrigin.BOOKED, offer_until=until)
        walk(OVER)
        assert post() == []

    def test_nobody_who_walked_in_or_no_longer_works_here(self, walk: Walk, post: Post, book: Book) -> None:
        session = course_session()
        booking(session, origin=BookingOrigin.WALK_IN)
        book(session, disabled_at=NOW)
        walk(OVER)
        assert post() == []

    def test_whoever_cancels_between_hears_no_more(self, walk: Walk, post: Post, book: Book) -> None:
        somebody = book(course_session())
        walk(AT_FIRST + HOUR)
        operations.cancel_booking(booking=somebody, by=somebody.person, now=AT_FIRST + 2 * HOUR)
        walk(OVER)
        assert post(somebody) == [FIRST]

    def test_nobody_is_told_of_a_session_that_is_cancelled(self, walk: Walk, post: Post, book: Book) -> None:
        somebody = book(course_session())
        walk(AT_FIRST)
        somebody.session.cancelled_at = AT_FIRST + DAY
        walk(OVER)
        assert post(somebody) == [FIRST]

    def test_e_learning_has_none(self, walk: Walk, post: Post, book: Book) -> None:
        book(course_session(course(kind=CourseKind.E_LEARNING)))
        walk(OVER)
        assert post() == []

    def test_somebody_without_an_address_gets_none_and_holds_up_nobody(
        self, walk: Walk, post: Post, book: Book
    ) -> None:
        session = course_session(course(tells_manager=True))
        booking(session, person(email=None, manager_email="lee@agency.example"), origin=BookingOrigin.BOOKED)
        other = book(session)
        walk(OVER)
        assert post(other) == [FIRST, JOINING]
        assert sorted(post()) == sorted([FIRST, ("22 Oct 09:00", "reminder-manager"), JOINING])


class TestLateComers:
    def test_a_reminder_is_only_for_who_was_confirmed_before_it_was_due(
        self, walk: Walk, post: Post, book: Book
    ) -> None:
        session = course_session()
        walk(AT_FIRST - HOUR)
        just = book(session, AT_FIRST - timedelta(seconds=1))
        late = book(session, AT_FIRST)
        walk(OVER)
        assert post(just) == [FIRST, JOINING]
        assert post(late) == [JOINING]

    def test_joining_instructions_come_at_once_once_they_were_due(self, walk: Walk, post: Post, book: Book) -> None:
        session = course_session()
        walk(AT_JOINING + HOUR)
        late = book(session, AT_JOINING + 2 * HOUR)
        walk(AT_JOINING + 3 * HOUR)
        assert post(late) == [("31 Oct 11:00", "joining-instructions")]
        last_minute = book(session, session.starts_at - timedelta(minutes=5))
        walk(OVER)
        assert post(last_minute) == [("05 Nov 09:25", "joining-instructions")]
        assert post(late) == [("31 Oct 11:00", "joining-instructions")]

    def test_never_once_it_has_started(self, walk: Walk, post: Post) -> None:
        session = course_session()
        walk(session.starts_at)
        somebody = booking(session, origin=BookingOrigin.BOOKED, asked_at=session.starts_at)
        walk(OVER)
        assert post(somebody) == []

    def test_who_comes_off_the_waiting_list_is_told_from_then_on(self, walk: Walk, post: Post, book: Book) -> None:
        session = course_session(capacity=1)
        first, second = book(session), book(session)
        walk(AT_FIRST + DAY)
        operations.cancel_booking(booking=first, by=first.person, now=AT_FIRST + DAY)
        walk(OVER)
        assert second.status is BookingStatus.BOOKED
        assert post(second) == [JOINING]

    def test_a_session_added_late_reminds_nobody_of_what_was_due_before(
        self, walk: Walk, post: Post, book: Book
    ) -> None:
        walk(AT_JOINING + DAY)
        somebody = book(course_session(added_at=AT_JOINING + DAY), AT_JOINING + DAY + HOUR)
        walk(OVER)
        assert post(somebody) == [("01 Nov 10:00", "joining-instructions")]

    def test_nor_of_places_that_are_said_to_be_older_than_the_session(self, walk: Walk, post: Post) -> None:
        booking(course_session(added_at=AT_FIRST + DAY), origin=BookingOrigin.BOOKED)
        walk(OVER)
        assert post() == [JOINING]

    def test_of_two_reminders_that_are_both_due_only_the_second_is_sent(self, post: Post, book: Book) -> None:
        book(course_session(course(reminder_days=[14, 5], joining_days=1)))
        reminders.see_to(NOW)
        reminders.write_due(AT_JOINING + HOUR)
        assert post() == [("31 Oct 10:00", "reminder-5")]


class TestLoadedFromElsewhere:
    def test_a_session_of_another_system_writes_nothing(self, walk: Walk, post: Post) -> None:
        booking(course_session(imported=True))
        walk(OVER)
        assert post() == []

    @pytest.mark.parametrize("waits", [False, True], ids=["a worker that runs", "a worker that was away"])
    def test_bookings_of_another_system_are_reminded_of_what_is_still_to_come(
        self, walk: Walk, post: Post, waits: bool
    ) -> None:
        session = course_session()
        loaded = []
        for moment in (NOW, AT_FIRST + DAY, AT_JOINING + DAY):
            if not waits:
                walk(moment)
            loaded.append(
                operations.load_booking(session=session, person=person(), asked_at=NOW - 30 * DAY, now=moment)
            )
        walk(OVER)
        assert [post(one) for one in loaded] == [[FIRST, JOINING], [JOINING], []]

    def test_a_booking_loaded_after_the_moment_is_past_it_also_where_the_worker_is_late(self, post: Post) -> None:
        session, loaded_at = course_session(), AT_JOINING + HOUR
        reminders.see_to(NOW)
        operations.load_booking(session=session, person=person(), asked_at=NOW - 30 * DAY, now=loaded_at)
        reminders.write_due(loaded_at + HOUR)
        assert post() == []

    def test_months_that_were_over_when_everything_was_loaded_stay_silent(self, walk: Walk, post: Post) -> None:
        for days in (-400, -30, 3, 4, 8, 10, 20):
            booking(course_session(starts_at=NOW + days * DAY, added_at=NOW - 500 * DAY), asked_at=NOW - 499 * DAY)
        reminders.see_to(NOW)
        walk(NOW + 30 * DAY)
        assert post() == [
            ("11 Oct 09:00", "joining-instructions"),
            ("13 Oct 09:00", "joining-instructions"),
            ("14 Oct 09:00", "reminder-14"),
            ("23 Oct 09:00", "joining-instructions"),
        ]


class TestASessionThatMoves:
    @staticmethod
    def move(somebody: Booking, by: timedelta, now: datetime) -> None:
        """As officers do it: the session has other times, and each booking knows since when."""
        somebody.session.starts_at += by
        somebody.session.ends_at += by
        somebody.moved_at = now

    def test_to_later_and_people_are_reminded_of_the_new_date_and_not_of_the_old(
        self, walk: Walk, post: Post, book: Book
    ) -> None:
        somebody = book(course_session())
        walk(AT_FIRST + HOUR)
        self.move(somebody, 28 * DAY, AT_FIRST + DAY)
        walk(OVER + 40 * DAY)
        new = [("19 Nov 09:00", "reminder-14"), ("28 Nov 09:00", "joining-instructions")]
        assert post(somebody) == [FIRST, *new]

    def test_after_the_joining_instructions_and_they_come_again_for_the_new_date(
        self, walk: Walk, post: Post, book: Book
    ) -> None:
        somebody = book(course_session())
        walk(AT_JOINING + HOUR)
        self.move(somebody, 28 * DAY, AT_JOINING + DAY)
        walk(OVER + 40 * DAY)
        new = [("19 Nov 09:00", "reminder-14"), ("28 Nov 09:00", "joining-instructions")]
        assert post(somebody) == [FIRST, JOINING, *new]

    def test_by_two_days_and_what_would_have_been_due_is_not_made_up_for(
        self, walk: Walk, post: Post, book: Book
    ) -> None:
        somebody = book(course_session())
        walk(AT_JOINING + 3 * DAY)
        self.move(somebody, 2 * DAY, AT_JOINING + 3 * DAY)
        walk(OVER + 10 * DAY)
        assert post(somebody) == [FIRST, JOINING]

    def test_to_sooner_and_who_has_not_had_the_instructions_gets_them_at_once(
        self, walk: Walk, post: Post, book: Book
    ) -> None:
        somebody = book(course_session(starts_at=NOW + 60 * DAY))
        moved_at = NOW + 20 * DAY
        walk(moved_at)
        self.move(somebody, -37 * DAY, moved_at)
        walk(OVER + 60 * DAY)
        assert post(somebody) == [(f"{moved_at:%d %b} 08:00", "joining-instructions")]

    def test_by_an_hour_and_nothing_comes_twice(self, walk: Walk, post: Post, book: Book) -> None:
        somebody = book(course_session())
        walk(AT_FIRST)
        self.move(somebody, HOUR, AT_FIRST + HOUR)
        walk(AT_JOINING)
        self.move(somebody, HOUR, AT_JOINING + HOUR)
        walk(OVER)
        assert post(somebody) == [FIRST, JOINING]

    def test_there_and_back_again(self, walk: Walk, post: Post, book: Book) -> None:
        somebody = book(course_session())
        walk(AT_FIRST)
        self.move(somebody, 7 * DAY, AT_FIRST + HOUR)
        self.move(somebody, -7 * DAY, AT_FIRST + 2 * HOUR)
        walk(OVER)
        assert post(somebody) == [FIRST, JOINING]


LINK = "https://join.example/room-17"


class TestTheLinkToJoin:
    @pytest.fixture
    def online(self) -> CourseSession:
        made: CourseSession = course_session(
            course(tells_manager=True, reminder_days=[14, 2]), mode=Mode.VIRTUAL, joining_link=LINK
        )
        return made

    def test_is_in_the_joining_instructions_and_in_no_other_letter(
        self, walk: Walk, book: Book, online: CourseSession
    ) -> None:
        somebody = book(online, manager_email="lee@agency.example")
        walk(OVER)
        operations.book_place(session=course_session(starts_at=OVER + DAY), person=somebody.person, now=OVER)
        letters = db.session.scalars(select(Letter)).all()
        holding = [one for one in letters if "join.example" in one.subject + one.body + one.calendar]
        assert {one.key for one in letters} >= {"booking-booked", "reminder-14", "reminder-5", "reminder-manager"}
        assert [(one.key, one.to_email) for one in holding] == [("joining-instructions", somebody.person.email)]

    def test_that_was_still_missing_is_sent_as_soon_as_it_is_there_and_once(
        self, walk: Walk, post: Post, book: Book, online: CourseSession
    ) -> None:
        online.joining_link = ""
        somebody = book(online)
        walk(AT_JOINING + DAY)
        assert post(somebody)[1:] == [JOINING]
        set_at = AT_JOINING + DAY + 90 * timedelta(minutes=1)
        online.joining_link = LINK
        _changed(online, set_at)
        walk(set_at + HOUR)
        again = ("01 Nov 10:30", "joining-instructions")
        assert post(somebody)[1:] == [JOINING, again]
        online.joining_link = "https://join.example/another"
        _changed(online, set_at + DAY)
        walk(OVER)
        assert [one for one in post(somebody) if one[1] == "joining-instructions"] == [JOINING, again]
        first, second = db.session.scalars(
            select(Letter.body).where(Letter.key == "joining-instructions").order_by(Letter.id)
        )
        assert "Online, live. The link to join is still to be set. You get it in a letter as soon as it is.\n" in first
        assert "To join online" not in first
        assert f"Online, live.\n\nTo join online: {LINK}\n" in second

    def test_that_comes_after_the_start_is_for_nobody(
        self, walk: Walk, post: Post, book: Book, online: CourseSession
    ) -> None:
        online.joining_link = ""
        somebody = book(online)
        walk(online.starts_at + HOUR)
        online.joining_link = LINK
        _changed(online, online.starts_at + HOUR)
        walk(OVER)
        assert [one for one in post(somebody) if one[1] == "joining-instructions"] == [JOINING]

    def test_that_comes_for_a_booking_of_another_system_is_sent_too(
        self, walk: Walk, post: Post, online: CourseSession
    ) -> None:
        online.joining_link = ""
        loaded = booking(online)
        walk(AT_JOINING + DAY)
        online.joining_link = LINK
        _changed(online, AT_JOINING + DAY + HOUR)
        walk(OVER)
        assert post(loaded)[1:3] == [JOINING, ("01 Nov 10:00", "joining-instructions")]

    def test_a_classroom_needs_none_and_a_new_room_is_no_reason_to_write_again(
        self, walk: Walk, post: Post, book: Book, letter: Reader
    ) -> None:
        somebody = book(course_session(course(tells_manager=True)))
        walk(AT_JOINING)
        somebody.session.venue = venue()
        _changed(somebody.session, AT_JOINING + HOUR)
        walk(OVER)
        assert post(somebody) == [FIRST, JOINING]
        assert "To join online" not in letter("joining-instructions").body


def _changed(session: CourseSession, now: datetime) -> None:
    record("session:changed", actor=None, subject_kind="session", subject=session.reference, now=now)


class TestTheManager:
    def test_hears_with_the_first_reminder_where_the_course_says_so(
        self, walk: Walk, post: Post, book: Book, letter: Reader
    ) -> None:
        details = {"manager_name": "Lee Brand", "manager_email": "lee@agency.example"}
        told = book(course_session(course(tells_manager=True, reminder_days=[14, 2])), **details)
        book(course_session(course(tells_manager=False)), **details)
        walk(OVER)
        assert ("22 Oct 09:00", "reminder-manager") in post(told)
        found = letter("reminder-manager")
        assert (found.to_email, found.to_name, found.person_id) == ("lee@agency.example", "Lee Brand", None)
        assert found.dedupe == f"booking:reminder-manager:{told.id}:2024-11-05"

    def test_hears_with_the_first_and_never_with_the_second(self, walk: Walk, post: Post, book: Book) -> None:
        session = course_session(course(tells_manager=True, reminder_days=[14, 2]))
        walk(AT_FIRST + DAY)
        late = book(session, AT_FIRST + DAY, manager_email="lee@agency.example")
        walk(OVER)
        assert post(late) == [JOINING, ("03 Nov 09:00", "reminder-5")]

    def test_who_said_yes_is_who_hears(self, walk: Walk, book: Book, letter: Reader) -> None:
        told = book(course_session(course(tells_manager=True)), manager_email="lee@agency.example")
        told.manager_name, told.manager_email = "Kim Ash", "kim@agency.example"
        walk(OVER)
        assert letter("reminder-manager").to_email == "kim@agency.example"

    @pytest.mark.parametrize("email", ["", "me@agency.example"])
    def test_nobody_hears_where_there_is_no_manager_or_it_is_the_person(
        self, walk: Walk, post: Post, book: Book, email: str
    ) -> None:
        somebody = book(course_session(course(tells_manager=True)), email="me@agency.example", manager_email=email)
        walk(OVER)
        assert post(somebody) == [FIRST, JOINING]

    def test_hears_also_where_the_person_gets_the_joining_instructions_that_day(
        self, walk: Walk, post: Post, book: Book
    ) -> None:
        one = course(tells_manager=True, reminder_days=[5])
        somebody = book(course_session(one), manager_email="lee@agency.example")
        walk(OVER)
        assert post(somebody) == [JOINING, ("31 Oct 09:00", "reminder-manager")]


class TestWhatTheySay:
    @pytest.fixture(autouse=True)
    def place(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(app.config, "PUBLIC_URL", "https://learning.example")

    @pytest.fixture
    def somebody(self, book: Book) -> Booking:
        session = course_session(
            course(
                reminder_days=[14, 2],
                tells_manager=True,
                content_note="We talk about neglect. Step out at any time",
            ),
            venue=venue(name="Castleford Civic Centre", address="Ferrybridge Road", access_notes="Step-free."),
            bring="A case to think about",
        )
        return book(session, first="Siân", last="Morgan", manager_name="Lee Brand", manager_email="lee@agency.example")

    def read(self, key: str, booking: Booking) -> str:
        letter = db.session.scalars(select(Letter).where(Letter.key == key)).one()
        return f"{letter.subject}\n\n{letter.body}".replace(booking.reference, "REFERENCE")

    def test_the_first_reminder(self, walk: Walk, somebody: Booking) -> None:
        walk(OVER)
        assert self.read("reminder-14", somebody) == (
            "In 14 days: Multi-agency neglect\n\n"
            "Hello Siân,\n\n"
            "A short reminder that you are booked on Multi-agency neglect.\n\n"
            "Tuesday 5 November 2024, 9:30am to 1pm\n"
            "Castleford Civic Centre. Ferrybridge Road. Step-free\n\n"
            "Can you still come? If not, please give your place to someone else by 30 October 2024: "
            "https://learning.example/bookings/REFERENCE\n\n"
            "Training team\ntraining@partnership.example, 01924 000000\n"
        )

    def test_the_last_reminder(self, walk: Walk, somebody: Booking) -> None:
        walk(OVER)
        assert self.read("reminder-5", somebody) == (
            "In 2 days: Multi-agency neglect\n\n"
            "Hello Siân,\n\n"
            "You are booked on Multi-agency neglect.\n\n"
            "Tuesday 5 November 2024, 9:30am to 1pm\n"
            "Castleford Civic Centre. Ferrybridge Road. Step-free\n\n"
            "If you cannot come, please tell us now and not on the day: https://learning.example/bookings/REFERENCE\n\n"
            "Training team\ntraining@partnership.example, 01924 000000\n"
        )

    def test_the_joining_instructions(self, walk: Walk, somebody: Booking) -> None:
        walk(OVER)
        assert self.read("joining-instructions", somebody) == (
            "What you need for Multi-agency neglect\n\n"
            "Hello Siân,\n\n"
            "It is nearly time for Multi-agency neglect.\n\n"
            "Tuesday 5 November 2024, 9:30am to 1pm\n"
            "Castleford Civic Centre. Ferrybridge Road. Step-free\n\n"
            "Before you come: A case to think about\n\n"
            "A word of care: We talk about neglect. Step out at any time\n\n"
            "If you cannot come, please tell us now and not on the day: https://learning.example/bookings/REFERENCE\n\n"
            "Training team\ntraining@partnership.example, 01924 000000\n"
        )

    def test_to_the_manager(self, walk: Walk, somebody: Booking) -> None:
        walk(OVER)
        assert self.read("reminder-manager", somebody) == (
            "Siân Morgan is coming to Multi-agency neglect\n\n"
            "Hello Lee Brand,\n\n"
            "Siân Morgan is booked on Multi-agency neglect.\n\n"
            "Tuesday 5 November 2024, 9:30am to 1pm\n\n"
            "Please make sure the time is kept free. If they cannot come, a colleague may take the place: "
            "tell us by 30 October 2024 at training@partnership.example\n\n"
            "Training team\ntraining@partnership.example, 01924 000000\n"
        )


def test_the_next_moment_is_known_beforehand(book: Book, walk: Walk) -> None:
    (job,) = [job for job in jobs.jobs if job.name == "reminders"]
    assert job.next_at() is None
    book(course_session())
    assert job.next_at() == AT_FIRST
    walk(AT_FIRST)
    assert job.next_at() == AT_JOINING
    walk(AT_JOINING)
    assert job.next_at() is None
