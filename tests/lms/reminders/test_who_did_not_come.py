"""What follows from a finished register, and the one click of somebody who did not come."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms import dates
from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.attendance import operations as registers
from lms.attendance.models import Mark
from lms.attendance.rules import MarkGiven
from lms.bookings.models import Booking, BookingOrigin, BookingStatus, CancelReason
from lms.catalogue.models import CourseSession
from lms.charges.models import ChargeKind, ChargeRule
from lms.db import db
from lms.letters.models import Letter
from lms.organisations.models import Partnership
from lms.reminders.operations import see_to
from lms.reminders.rules import MISSED_REASONS
from lms.roles import Role
from tests.browsing import send, token
from tests.factories import booking, course, course_session, organisation, person
from tests.lms.reminders.post import Book, Post, Walk

SignIn = Callable[[Person], FlaskClient]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FINISHED = datetime(2024, 11, 5, 13, 20, tzinfo=UTC)
OVER = FINISHED + 30 * DAY
MISSED = ("05 Nov 14:20", "attendance-missed")
APOLOGY = ("05 Nov 14:20", "attendance-apology")


@pytest.fixture
def session() -> CourseSession:
    made: CourseSession = course_session(
        course(reminder_days=[]), trainers=[person("Tom", "Ashworth", Role.TRAINER)], capacity=50
    )
    return made


def mark(booking: Booking, what: Mark, at: datetime = FINISHED) -> None:
    """The trainer marks one person."""
    registers.record_marks(
        booking.session.dates[0], given=[MarkGiven(booking.id, what)], by=booking.session.trainers[0], now=at
    )


def finish(session: CourseSession, at: datetime = FINISHED) -> None:
    assert registers.finish(session.dates[0], by=session.trainers[0], now=at) == 0


def after(post: Post, booking: Booking | None = None) -> list[tuple[str, str]]:
    """What came after the session."""
    return [one for one in post(booking) if one[1].startswith("attendance")]


class TestLetters:
    def test_an_hour_after_the_register_is_finished_each_hears_what_fits_and_once(
        self, session: CourseSession, walk: Walk, post: Post, book: Book
    ) -> None:
        people = {what: book(session) for what in (Mark.ATTENDED, Mark.LEFT_EARLY, Mark.NO_SHOW, Mark.APOLOGY)}
        walk(FINISHED)
        for what, somebody in people.items():
            given = MarkGiven(somebody.id, what, FINISHED - HOUR if what is Mark.LEFT_EARLY else None)
            registers.record_marks(session.dates[0], given=[given], by=session.trainers[0], now=FINISHED)
        walk(FINISHED + HOUR)
        assert after(post) == []
        finish(session)
        walk(FINISHED + HOUR - timedelta(seconds=1))
        assert after(post) == []
        walk(OVER, 7 * HOUR)
        assert {what: after(post, somebody) for what, somebody in people.items()} == {
            Mark.ATTENDED: [],
            Mark.LEFT_EARLY: [],
            Mark.NO_SHOW: [MISSED],
            Mark.APOLOGY: [APOLOGY],
        }
        assert len(after(post)) == 2

    def test_a_slip_put_right_within_the_hour_leaves_no_trace(
        self, session: CourseSession, walk: Walk, post: Post, book: Book
    ) -> None:
        came, missed = book(session), book(session)
        mark(came, Mark.NO_SHOW)
        mark(missed, Mark.ATTENDED)
        finish(session)
        walk(FINISHED + HOUR / 2)
        mark(came, Mark.ATTENDED, FINISHED + HOUR / 2)
        mark(missed, Mark.NO_SHOW, FINISHED + HOUR / 2)
        walk(OVER)
        assert after(post, came) == []
        assert after(post, missed) == [MISSED]

    def test_a_mark_changed_later_sends_nothing_more(
        self, session: CourseSession, walk: Walk, post: Post, book: Book
    ) -> None:
        first, second = book(session), book(session)
        mark(first, Mark.NO_SHOW)
        mark(second, Mark.ATTENDED)
        finish(session)
        walk(FINISHED + 2 * HOUR)
        mark(first, Mark.ATTENDED, FINISHED + 2 * HOUR)
        mark(second, Mark.NO_SHOW, FINISHED + 2 * HOUR)
        walk(OVER)
        assert after(post) == [MISSED]

    def test_a_register_finished_once_more_writes_only_to_who_has_not_heard(
        self, session: CourseSession, walk: Walk, post: Post, book: Book
    ) -> None:
        first, second = book(session), book(session)
        mark(first, Mark.NO_SHOW)
        mark(second, Mark.ATTENDED)
        finish(session)
        walk(FINISHED + 2 * HOUR)
        mark(first, Mark.APOLOGY, FINISHED + 2 * HOUR)
        mark(second, Mark.NO_SHOW, FINISHED + 2 * HOUR)
        finish(session, FINISHED + 2 * HOUR)
        walk(OVER)
        assert after(post, first) == [MISSED]
        assert after(post, second) == [("05 Nov 16:20", "attendance-missed")]

    def test_finished_again_within_the_hour_the_hour_begins_again(
        self, session: CourseSession, walk: Walk, post: Post, book: Book
    ) -> None:
        somebody = book(session)
        mark(somebody, Mark.NO_SHOW)
        finish(session)
        walk(FINISHED + HOUR / 2)
        finish(session, FINISHED + HOUR / 2)
        walk(OVER)
        assert after(post) == [("05 Nov 14:50", "attendance-missed")]

    def test_the_manager_hears_of_who_did_not_come_where_the_course_says_so(self, walk: Walk, book: Book) -> None:
        for tells in (True, False):
            one = course_session(
                course(tells_manager=tells), trainers=[person("Tom", "Ashworth", Role.TRAINER)], reference=f"S-{tells}"
            )
            missed, sorry = (book(one, manager_name="Lee Brand", manager_email="lee@agency.example") for _ in "ab")
            mark(missed, Mark.NO_SHOW)
            mark(sorry, Mark.APOLOGY)
            finish(one)
        walk(OVER)
        letter = db.session.scalars(select(Letter).where(Letter.key == "attendance-missed-manager")).one()
        assert (letter.to_email, letter.person_id) == ("lee@agency.example", None)
        assert letter.body.startswith("Hello Lee Brand,\n\nAmina Yusuf had a place on Multi-agency neglect")

    def test_nobody_hears_of_what_was_loaded_added_late_walked_in_or_cancelled(
        self, session: CourseSession, walk: Walk, post: Post
    ) -> None:
        trainers = session.trainers
        elsewhere = course_session(trainers=trainers, imported=True)
        afterwards = course_session(trainers=trainers, added_at=FINISHED - HOUR)
        called_off = course_session(trainers=trainers)
        for where, details in [
            (session, {}),
            (session, {"origin": BookingOrigin.WALK_IN}),
            (elsewhere, {"origin": BookingOrigin.BOOKED}),
            (afterwards, {"origin": BookingOrigin.BOOKED}),
            (called_off, {"origin": BookingOrigin.BOOKED}),
        ]:
            mark(booking(where, **details), Mark.NO_SHOW)
        gone = booking(session, origin=BookingOrigin.BOOKED)
        mark(gone, Mark.APOLOGY)
        gone.status, gone.cancelled_at = BookingStatus.CANCELLED, FINISHED
        for one in (session, elsewhere, afterwards, called_off):
            finish(one)
        called_off.cancelled_at = FINISHED
        walk(OVER)
        assert after(post) == []

    def test_registers_of_before_reminders_began_stay_silent(
        self, session: CourseSession, walk: Walk, post: Post, book: Book
    ) -> None:
        somebody = book(session)
        mark(somebody, Mark.NO_SHOW)
        finish(session)
        see_to(FINISHED + HOUR)
        walk(OVER)
        assert after(post) == []

    @pytest.mark.parametrize("charges", [True, False])
    def test_what_it_costs_is_said_where_the_partnership_charges(
        self, session: CourseSession, walk: Walk, book: Book, charges: bool
    ) -> None:
        somebody = book(session)
        db.session.get_one(Partnership, 1).charges = charges
        db.session.add(ChargeRule(kind=ChargeKind.NO_SHOW, pence=5000, valid_from=date(2024, 1, 1)))
        mark(somebody, Mark.NO_SHOW)
        finish(session)
        walk(FINISHED + 2 * HOUR)
        letter = db.session.scalars(select(Letter).where(Letter.key == "attendance-missed")).one()
        said = f"Because we did not hear from you, {somebody.organisation.name} is charged £50."
        assert (said in letter.body, "charge" in letter.body) == (charges, charges)

    def test_the_letter_leads_to_the_page_where_one_click_is_enough(
        self, session: CourseSession, walk: Walk, book: Book
    ) -> None:
        somebody = book(session)
        mark(somebody, Mark.NO_SHOW)
        finish(session)
        walk(OVER)
        letter = db.session.scalars(select(Letter).where(Letter.key == "attendance-missed")).one()
        assert f"on the page of your booking: http://127.0.0.1:5000/bookings/{somebody.reference}\n" in letter.body
        assert letter.body.count("\n\n\n") == 0
        assert letter.dedupe == f"booking:attendance:{somebody.id}"


class TestOneClick:
    @pytest.fixture
    def missed(self, session: CourseSession, book: Book, monkeypatch: pytest.MonkeyPatch) -> Booking:
        """Somebody who did not come, on the day after."""
        somebody = book(session)
        mark(somebody, Mark.NO_SHOW)
        monkeypatch.setattr(dates, "now", lambda: FINISHED + DAY)
        return somebody

    def page(self, booking: Booking) -> str:
        return f"/bookings/{booking.reference}"

    def test_each_answer_is_a_button_and_the_one_pressed_is_kept_with_the_booking_only(
        self, missed: Booking, sign_in: SignIn
    ) -> None:
        browser, page = sign_in(missed.person), self.page(missed)
        shown = browser.get(page).text
        assert "What got in the way?" in shown
        for reason in MISSED_REASONS:
            assert f'name="reason" value="{reason.value}"' in shown
        answer = send(browser, page, f"{page}/missed", reason="cover")
        assert (answer.status_code, answer.location) == (303, page)
        assert missed.missed_reason is CancelReason.COVER
        shown = browser.get(page).text
        assert "You told us what got in the way" in shown
        assert "<strong>Nobody to cover for me.</strong>" in shown
        line = db.session.scalars(select(Activity).where(Activity.verb == "booking:missed_explained")).one()
        assert (line.subject, line.actor_id, line.at) == (missed.reference, missed.person_id, FINISHED + DAY)
        assert "cover" not in str(line.details)

    def test_another_answer_takes_its_place(self, missed: Booking, sign_in: SignIn) -> None:
        browser, page = sign_in(missed.person), self.page(missed)
        for reason in ("cover", "unwell"):
            assert send(browser, page, f"{page}/missed", reason=reason).status_code == 303
        assert missed.missed_reason is CancelReason.UNWELL

    @pytest.mark.parametrize("wrong", [{}, {"reason": ""}, {"reason": "other_date"}, {"reason": "my own words"}])
    def test_only_what_is_in_the_list(self, missed: Booking, sign_in: SignIn, wrong: dict[str, str]) -> None:
        browser, page = sign_in(missed.person), self.page(missed)
        answer = send(browser, page, f"{page}/missed", **wrong)
        assert answer.status_code == 422
        assert "Choose one of the reasons" in answer.text
        assert missed.missed_reason is None

    @pytest.mark.parametrize("what", [Mark.ATTENDED, Mark.APOLOGY, None])
    def test_nobody_else_is_asked_or_heard(
        self, missed: Booking, sign_in: SignIn, book: Book, what: Mark | None
    ) -> None:
        other = booking(missed.session, origin=BookingOrigin.BOOKED)
        if what:
            mark(other, what)
        browser, page = sign_in(other.person), self.page(other)
        assert "What got in the way?" not in browser.get(page).text
        crumb = token(browser.get("/account"))
        answer = browser.post(f"{page}/missed", data={"csrf_token": crumb, "reason": "cover"})
        assert answer.status_code == 422
        assert other.missed_reason is None

    def test_a_booking_of_somebody_else_does_not_exist(self, missed: Booking, sign_in: SignIn) -> None:
        colleague = person("Mei", "Lin", Role.TRAINING_LEAD, organisation=missed.person.organisation)
        for who in (colleague, person("Dev", "Patel", Role.LD_OFFICER, organisation=organisation())):
            browser = sign_in(who)
            crumb = token(browser.get("/account"))
            answer = browser.post(f"{self.page(missed)}/missed", data={"csrf_token": crumb, "reason": "cover"})
            assert answer.status_code == 404
        assert missed.missed_reason is None

    def test_looking_says_nothing(self, missed: Booking, sign_in: SignIn) -> None:
        browser = sign_in(missed.person)
        assert browser.get(f"{self.page(missed)}/missed").status_code == 405
        assert missed.missed_reason is None
