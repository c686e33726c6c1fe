"""`lms import attendance`: what is certain goes on the register, all of it or nothing; what is not says why."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from lms import dates, imports
from lms.attendance import operations as attendance
from lms.attendance.models import AttendanceMark, Mark, MarkedHow
from lms.attendance.rules import MarkGiven
from lms.db import db
from lms.errors import RuleBroken
from lms.imports import Result
from lms.meetings.imports import ATTENDANCE
from tests.factories import session_date
from tests.lms.meetings.conftest import Online

ANN = ("Ann Bell", "ann@open-door.example", "09:30", "13:00")
BOB = ("Carr Bob", "bob@open-door.example", "09:30", "11:00")


@pytest.fixture
def take(online: Online, tmp_path: Path) -> Callable[..., Result]:
    """Takes a file for the session, as the command does."""

    def run(data: bytes, *, check: bool = False, options: Mapping[str, str] | None = None) -> Result:
        file = tmp_path / "report.csv"
        file.write_bytes(data)
        db.session.commit()
        given = {"session": online.session.reference} if options is None else options
        return imports.run_whole(ATTENDANCE, file, given, now=dates.now(), check=check)

    return run


def marks() -> dict[str, tuple[Mark, int | None]]:
    found = db.session.scalars(select(AttendanceMark).where(AttendanceMark.replaced_at.is_(None)))
    return {one.booking.person.first_name: (one.mark, one.minutes) for one in found}


def counted(result: Result) -> tuple[int, int, int, int]:
    return result.added, result.changed, result.unchanged, len(result.refused)


def test_a_report_is_taken_once(take, report_of) -> None:
    assert counted(take(report_of(ANN, BOB), check=True)) == (2, 0, 0, 0)
    assert marks() == {}
    assert counted(take(report_of(ANN, BOB))) == (2, 0, 0, 0)
    assert marks() == {"Ann": (Mark.ATTENDED, 210), "Bob": (Mark.PART, 90)}
    assert counted(take(report_of(ANN, BOB))) == (0, 0, 2, 0)
    longer = ("Bob", "bob@open-door.example", "09:30", "12:50")
    assert counted(take(report_of(ANN, longer))) == (0, 1, 1, 0)
    assert marks()["Bob"] == (Mark.ATTENDED, 200)


def test_one_row_nobody_is_certain_about_and_nothing_is_done(take, report_of) -> None:
    result = take(
        report_of(ANN, ("Bobby Carr", "", "09:30", "13:00"), ("Zoe Quill", "zoe@x.example", "09:30", "10:00"))
    )
    assert [(one.row, one.field, one.why) for one in result.refused] == [
        (3, "email", "Bobby Carr: The name is similar"),
        (4, "email", "Zoe Quill: Nobody on the register has this address or a name like this"),
    ]
    assert marks() == {}


def test_a_mark_made_by_hand_is_not_replaced(take, online: Online, report_of) -> None:
    given = MarkGiven(online.bookings["Ann"].id, Mark.APOLOGY)
    attendance.record_marks(online.date, given=[given], by=online.trainer, now=online.date.ends_at)
    result = take(report_of(ANN, BOB))
    assert [one.why for one in result.refused] == [
        "The register says “Sent apologies” of Ann Bell, and that was not from a report. Change it on the register"
    ]
    assert marks() == {"Ann": (Mark.APOLOGY, None)}


def test_a_plain_table_says_minutes_and_marks(take) -> None:
    table = (
        b"email,name,minutes,mark\nANN@open-door.example,,200,\n,Bob Carr,,no-show\ncy@open-door.example,,,apologies\n"
    )
    assert counted(take(table)) == (3, 0, 0, 0)
    assert marks() == {"Ann": (Mark.ATTENDED, 200), "Bob": (Mark.NO_SHOW, None), "Cy": (Mark.APOLOGY, None)}
    assert counted(take(table)) == (0, 0, 3, 0)


def test_too_few_minutes_without_times_are_refused(take) -> None:
    result = take(b"email,minutes\nann@open-door.example,20\n")
    assert [one.why for one in result.refused] == [
        "ann@open-door.example: The report does not say from when until when"
    ]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "Say which session"),
        ({"session": "NONE"}, "There is no session NONE"),
        ({"date": "3"}, "has 1 date. Say which"),
    ],
)
def test_the_session_and_its_date_are_named(
    take, online: Online, report_of, options: dict[str, str], sentence: str
) -> None:
    given = {"session": online.session.reference, **options} if "date" in options else options
    with pytest.raises(RuleBroken, match=sentence):
        take(report_of(ANN), options=given)


def test_of_several_dates_the_one_that_is_meant_is_marked(take, online: Online, report_of) -> None:
    second = session_date(online.session, online.date.starts_at + dates.timedelta(days=7))
    with pytest.raises(RuleBroken, match="has 2 dates"):
        take(report_of(ANN))
    options = {"session": online.session.reference, "date": "2"}
    with pytest.raises(RuleBroken, match="Choose the report of that meeting"):
        take(report_of(ANN), options=options)
    take(report_of(ANN, day="11/12/2024"), options=options)
    assert db.session.scalars(select(AttendanceMark.date_id)).all() == [second.id]
    assert db.session.scalars(select(AttendanceMark.how)).all() == [MarkedHow.MEETING]


def test_other_kinds_of_files_take_no_session(app: Any, tmp_path: Path) -> None:
    file = tmp_path / "courses.csv"
    file.write_text("code,title\n")
    done = CliRunner().invoke(imports.command, ["courses", str(file), "--session", "X"], obj=None)
    assert done.exit_code == click.UsageError.exit_code
    assert "“courses” takes no option --session." in done.output
