"""A report is uploaded, looked at and put on the register: nothing is guessed, nothing made by hand is lost."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms import dates, jobs
from lms.accounts.models import Person
from lms.activity.models import Activity
from lms.attendance import operations as attendance
from lms.attendance.models import AttendanceMark, Mark, MarkedHow
from lms.attendance.rules import MarkGiven
from lms.bookings.models import Booking, BookingOrigin
from lms.catalogue.models import Mode
from lms.db import db
from lms.meetings.models import MeetingReport
from lms.meetings.operations import GONE
from lms.roles import Role
from tests.factories import organisation, person
from tests.lms.meetings.conftest import Online
from tests.lms.meetings.looking import Look, upload

#: Who comes by address and stays, and who comes by name and only for a time.
ANN = ("Ann Bell", "ann@open-door.example", "09:30", "13:00")
BOB = ("Bob Carr", "", "09:30", "11:00")
Made = Callable[..., bytes]


@pytest.fixture
def desk(online: Online, sign_in: Callable[[Person], FlaskClient]) -> FlaskClient:
    return sign_in(online.trainer)


@pytest.fixture
def look(desk: FlaskClient, online: Online) -> Callable[..., Look]:
    """Uploads reports and opens the page about them."""

    def open_page(*files: bytes) -> Look:
        answer = upload(desk, online.path, *files)
        assert answer.status_code == 303, answer.text
        return Look(desk, answer.location)

    return open_page


def marks() -> dict[str, AttendanceMark]:
    found = db.session.scalars(
        select(AttendanceMark).where(AttendanceMark.replaced_at.is_(None)).execution_options(populate_existing=True)
    )
    return {one.booking.person.first_name: one for one in found}


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_report_goes_on_the_register_with_one_press(look, online: Online, report_of: Made) -> None:
    page = look(report_of(ANN, BOB))
    assert "Found by email address" in page.row(online.bookings["Ann"].reference)
    assert "3½ hours of 3½ hours (100%)" in page.row(online.bookings["Ann"].reference)
    assert "Found by name" in page.row(online.bookings["Bob"].reference)
    assert "Joined 9:30am, left 11am, 1½ hours of 3½ hours (42%)" in page.row(online.bookings["Bob"].reference)
    assert count(AttendanceMark) == 0
    answer = page.send()
    assert answer.location == f"/sessions/{online.session.reference}/register/1"
    found = marks()
    assert {name: (one.mark, one.minutes, one.how) for name, one in found.items()} == {
        "Ann": (Mark.ATTENDED, 210, MarkedHow.MEETING),
        "Bob": (Mark.PART, 90, MarkedHow.MEETING),
    }
    assert (found["Bob"].from_at, found["Bob"].until_at) == (
        online.date.starts_at,
        online.date.starts_at + timedelta(minutes=90),
    )
    assert found["Ann"].marked_by_id == online.trainer.id
    assert count(MeetingReport) == 0
    verbs = db.session.scalars(select(Activity.verb)).all()
    assert "meeting:applied" in verbs


def test_the_register_of_an_online_session_leads_there_and_that_of_a_room_does_not(
    desk: FlaskClient, online: Online
) -> None:
    register = f"/sessions/{online.session.reference}/register"
    assert online.path in desk.get(register).text
    online.session.mode = Mode.CLASSROOM
    db.session.commit()
    assert online.path not in desk.get(register).text


def test_outside_the_demonstration_no_report_is_made_up(desk: FlaskClient, online: Online) -> None:
    assert "made-up report" not in desk.get(online.path).text
    assert desk.get(online.path.replace("report", "example-report")).status_code == 404


def test_sent_twice_it_adds_nothing(look, report_of: Made) -> None:
    page = look(report_of(ANN))
    page.send()
    again = page.browser.get(page.send().location)
    assert GONE in again.text
    assert count(AttendanceMark) == 1
    same = look(report_of(ANN))
    assert "The register says the same already of 1 person" in same.text
    same.send()
    assert count(AttendanceMark) == 1


@pytest.mark.parametrize(("until", "mark"), [("12:18", Mark.ATTENDED), ("12:17", Mark.PART)])
def test_the_courses_least_share_decides_and_is_never_rounded_towards(
    look, report_of: Made, until: str, mark: Mark
) -> None:
    # 80% of 3½ hours are 168 minutes: until 12:18.
    look(report_of(("Ann Bell", "ann@open-door.example", "09:30", until))).send()
    assert marks()["Ann"].mark is mark


def test_another_course_may_ask_for_more(look, online: Online, report_of: Made) -> None:
    online.session.course.minimum_share = 100
    db.session.commit()
    look(report_of(("Ann Bell", "ann@open-door.example", "09:31", "13:00"))).send()
    assert marks()["Ann"].mark is Mark.PART


def test_stays_that_overlap_count_once_and_time_outside_the_date_does_not(
    look, online: Online, report_of: Made
) -> None:
    email = "ann@open-door.example"
    page = look(
        report_of(
            ("Ann", email, "08:30", "10:30"), ("Ann phone", email, "10:00", "11:00"), ("Ann", email, "13:00", "14:00")
        )
    )
    assert "1½ hours of 3½ hours (42%)" in page.row(online.bookings["Ann"].reference)


def test_a_mark_made_by_hand_is_shown_and_stays_unless_somebody_says_so(look, online: Online, report_of: Made) -> None:
    given = MarkGiven(online.bookings["Ann"].id, Mark.LEFT_EARLY, online.date.starts_at + timedelta(hours=1))
    attendance.record_marks(online.date, given=[given], by=online.trainer, now=online.date.ends_at)
    key = online.bookings["Ann"].reference
    page = look(report_of(ANN, BOB))
    assert "Two marks. The register: left early at 10:30am" in page.row(key)
    assert page.marks[key] == ""
    asked = page.again()
    assert asked.problems() == ["Select what the register says of Ann Bell"]
    assert count(AttendanceMark) == 1
    asked.send(**{f"mark-{key}": "keep"})
    assert {name: one.mark for name, one in marks().items()} == {"Ann": Mark.LEFT_EARLY, "Bob": Mark.PART}
    again = look(report_of(ANN))
    again.send(**{f"mark-{key}": "attended"})
    assert marks()["Ann"].mark is Mark.ATTENDED


def test_a_mark_made_while_somebody_looks_is_not_overwritten(look, online: Online, report_of: Made) -> None:
    page = look(report_of(ANN))
    given = MarkGiven(online.bookings["Ann"].id, Mark.APOLOGY)
    attendance.record_marks(online.date, given=[given], by=online.trainer, now=online.date.ends_at)
    db.session.commit()
    asked = page.again()
    assert "Two marks. The register: sent apologies" in asked.row(online.bookings["Ann"].reference)
    assert marks()["Ann"].mark is Mark.APOLOGY


def test_a_similar_name_waits_for_somebody_to_confirm_it(look, online: Online, report_of: Made) -> None:
    page = look(report_of(("Robert Carr", "", "09:30", "13:00")))
    assert page.choices("who-0")[:2] == ["Select who this is", "Bob Carr, Open Door"]
    assert page.again().problems() == ["Select who Robert Carr is"]
    # Whoever is selected is seen with a mark before anything is on the register.
    seen = page.again(**{"who-0": online.bookings["Bob"].reference})
    assert "Look once more." in seen.text
    assert seen.marks == {online.bookings["Bob"].reference: "attended"}
    assert count(AttendanceMark) == 0
    seen.send()
    assert marks()["Bob"].mark is Mark.ATTENDED


def test_two_of_one_name_are_never_told_apart_by_guessing(look, online: Online, report_of: Made) -> None:
    page = look(
        report_of(
            ("Bob Carr", "one@home.example", "09:30", "13:00"), ("Bob Carr", "two@home.example", "09:30", "10:00")
        )
    )
    assert page.marks == {}
    assert "More than one row of the report has this name" in page.text


def test_a_second_device_without_an_address_is_added_up_once_it_is_confirmed(
    look, online: Online, report_of: Made
) -> None:
    email = "ann@open-door.example"
    page = look(report_of(("Ann Bell", email, "09:30", "11:00"), ("Ann Bell", "", "11:00", "13:00")))
    key = online.bookings["Ann"].reference
    assert page.marks == {key: "part"}
    seen = page.again(**{"who-1": key})
    assert seen.marks == {key: "attended"}
    assert "2 rows added up" in seen.row(key)
    seen.send()
    assert (marks()["Ann"].mark, marks()["Ann"].minutes) == (Mark.ATTENDED, 210)


def test_somebody_who_had_not_booked_is_left_out_unless_they_are_put_on_the_register(look, report_of: Made) -> None:
    stranger = ("Zoe Quill", "zoe@kirkgate.example", "09:30", "10:30")
    look(report_of(ANN, stranger)).send()
    assert count(AttendanceMark) == 1
    works = organisation("Kirkgate School")
    db.session.commit()
    page = look(report_of(ANN, stranger)).again("look", **{"who-1": "walk-in"})
    key = "new-1"
    assert (page.fields[f"first-{key}"], page.fields[f"last-{key}"]) == ("Zoe", "Quill")
    assert page.again().problems() == ["Select where they work: Zoe Quill"]
    page.send(**{f"works-{key}": str(works.id)})
    booking = db.session.scalars(select(Booking).order_by(Booking.id.desc())).first()
    assert (booking.person.email, booking.origin) == ("zoe@kirkgate.example", BookingOrigin.WALK_IN)
    mark = marks()["Zoe"]
    assert (mark.mark, mark.minutes, mark.how) == (Mark.PART, 60, MarkedHow.MEETING)


def test_who_has_an_account_walks_in_with_it_and_the_page_says_no_more_of_them(look, report_of: Made) -> None:
    person("Zoe", "Quillington", email="zoe@kirkgate.example", organisation=organisation("Kirkgate School"))
    db.session.commit()
    page = look(report_of(("ZQ", "zoe@kirkgate.example", "09:30", "13:00"))).again("look", **{"who-0": "walk-in"})
    assert "Somebody with this address has an account here" in page.text
    assert "Quillington" not in page.text
    page.send()
    assert marks()["Zoe"].mark is Mark.ATTENDED


def test_who_booked_and_is_not_in_the_report_stays_as_they_are_unless_it_is_ticked(
    look, online: Online, report_of: Made
) -> None:
    page = look(report_of(ANN))
    cy = f"not-here-{online.bookings['Cy'].reference}"
    assert cy not in page.fields
    page.send(**{cy: "1"})
    assert {name: one.mark for name, one in marks().items()} == {"Ann": Mark.ATTENDED, "Cy": Mark.NO_SHOW}


def test_the_trainer_of_the_session_is_no_participant(look, report_of: Made) -> None:
    page = look(report_of(ANN, ("Tom Ashworth", "tom@agency.example", "09:00", "13:10")))
    assert "Teaching, so not on the register: Tom Ashworth." in page.text


def test_a_meeting_that_was_started_again_is_one_report(look, online: Online, report_of: Made) -> None:
    email = "ann@open-door.example"
    first, second = report_of(("Ann", email, "09:30", "11:00")), report_of(("Ann", email, "11:00", "13:00"))
    page = look(first, second)
    assert page.marks == {online.bookings["Ann"].reference: "attended"}


def test_times_can_be_put_right_before_they_are_kept(look, online: Online, report_of: Made) -> None:
    key = online.bookings["Bob"].reference
    page = look(report_of(BOB))
    wrong = page.again(**{f"until-{key}": "soon"})
    assert wrong.problems() == ["Enter the time at which Bob Carr left, such as 11:15"]
    assert wrong.fields[f"until-{key}"] == "soon"
    late = page.again(**{f"until-{key}": "14:00"})
    assert late.problems() == ["Enter when Bob Carr was there, between 9:30am and 1pm"]
    page.send(**{f"until-{key}": "11.30"})
    assert marks()["Bob"].until_at == online.date.starts_at + timedelta(hours=2)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Choose the report of the meeting"),
        (b"Name,Email\nAnn,ann@x.example\x00", "is not a report that can be read"),
        (b"PK\x03\x04broken", "damaged and cannot be opened"),
        (b"a,b\n1,2\n", "The columns of this file are not known"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence_beside_the_file(
    desk, online: Online, data: bytes, sentence: str
) -> None:
    answer = upload(desk, online.path, data, name="report.csv" if data else "")
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert count(MeetingReport) == 0


def test_the_report_of_another_day_is_refused(desk, online: Online, report_of: Made) -> None:
    answer = upload(desk, online.path, report_of(ANN, day="11/06/2024"))
    assert "This report is of 11 June 2024 or 6 November 2024, and the session is on 5 November 2024" in answer.text


def test_a_report_is_seen_by_whoever_uploaded_it_and_by_nobody_else(
    look, online: Online, report_of: Made, sign_in
) -> None:
    page = look(report_of(ANN))
    officer = sign_in(person("Mei", "Lin", Role.LD_OFFICER))
    assert officer.get(page.path).location == f"/sessions/{online.session.reference}/register/1"
    other = sign_in(person("Una", "Trainer", Role.TRAINER))
    assert other.get(page.path).status_code == 404
    assert other.get(online.path).status_code == 404


def test_a_new_upload_takes_the_place_of_the_one_before_and_it_can_be_thrown_away(
    look, online: Online, report_of: Made
) -> None:
    first, second = look(report_of(ANN)), look(report_of(BOB))
    assert count(MeetingReport) == 1
    assert first.send().location == f"/sessions/{online.session.reference}/register/1"
    assert count(AttendanceMark) == 0
    second.browser.post(f"{second.path}/discard", data={"csrf_token": second.fields["csrf_token"]})
    assert count(MeetingReport) == 0


def test_names_are_not_kept_longer_than_a_week(look, report_of: Made) -> None:
    look(report_of(ANN))
    week = dates.now() + timedelta(days=7)
    assert jobs.run_due(week - timedelta(minutes=1)).get("meeting reports") is None
    assert jobs.run_due(week)["meeting reports"] == 1
    assert count(MeetingReport) == 0
    assert "meeting reports" not in jobs.run_due(week)


def test_a_locked_register_takes_a_report_from_an_officer_who_says_why(
    online: Online, report_of: Made, sign_in, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = online.session.ends_at + timedelta(days=8)
    monkeypatch.setattr(dates, "now", lambda: late)
    assert "was locked 7 days after" in sign_in(online.trainer).get(online.path).text
    officer = sign_in(person("Mei", "Lin", Role.LD_OFFICER))
    page = Look(officer, upload(officer, online.path, report_of(ANN)).location)
    assert page.again().problems() == ["Enter the reason for changing a register that is locked"]
    page.send(reason="The report came late")
    assert marks()["Ann"].mark is Mark.ATTENDED


def test_a_report_of_many_asks_the_database_as_often_as_one_of_few(
    look, online: Online, report_of: Made, count_queries
) -> None:
    def asked(*rows) -> int:
        page = look(report_of(*rows))
        db.session.expire_all()
        count_queries.clear()
        page.browser.get(page.path)
        return len(count_queries)

    few = asked(ANN)
    many = asked(ANN, BOB, *((f"Guest {n}", f"guest{n}@kirkgate.example", "09:30", "13:00") for n in range(60)))
    assert many == few
