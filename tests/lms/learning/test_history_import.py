"""`lms import history`: what people learned before, from another system. Twice adds nothing; a slip leaves all of it undone."""

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import func, select

from lms import imports
from lms.accounts import operations as accounts
from lms.attendance.models import AttendanceMark, Mark
from lms.db import db
from lms.learning.models import PastLearning, PastOrigin, PastState
from lms.letters.models import Letter
from tests.factories import NOW, booking, course, course_session, organisation, person

HEAD = "Email,Course,Date,Hours,Participatory,Provider,Expires\r\n"


def _run(text: str, *, check: bool = False) -> imports.Result:
    db.session.commit()
    return imports.run(imports.kinds["history"], (HEAD + text).encode(), now=NOW, check=check)


def _all() -> list[PastLearning]:
    return list(db.session.scalars(select(PastLearning).order_by(PastLearning.id)))


def test_what_people_learned_is_added_once_however_often_the_file_is_taken(app: Flask) -> None:
    person(email="amina@agency.example")
    neglect = course("NEG", title="Multi-agency neglect", hours=3.0, participatory_hours=2.5)
    file = (
        "Amina@agency.example,neg,2023-05-04,,,Partnership,\r\n"
        "amina@agency.example,multi-agency NEGLECT,4/5/2021,3,1.5,,2023-05-04\r\n"
        "amina@agency.example,First aid,2022-02-01,6,,Red Cross,01/02/2025\r\n"
    )
    assert vars(_run(file, check=True))["added"] == 3
    assert _all() == []
    assert vars(_run(file)) == {"rows": 3, "added": 3, "changed": 0, "unchanged": 0, "refused": []}
    assert vars(_run(file)) == {"rows": 3, "added": 0, "changed": 0, "unchanged": 3, "refused": []}
    first, second, aid = _all()
    assert (first.course, first.title, first.hours, first.participatory_hours) == (neglect, neglect.title, 3.0, 2.5)
    assert (second.course, second.participatory_hours, second.expires_on) == (neglect, 1.5, date(2023, 5, 4))
    assert (aid.course, aid.provider, aid.hours, aid.expires_on) == (None, "Red Cross", 6.0, date(2025, 2, 1))
    assert {(one.state, one.origin) for one in _all()} == {(PastState.APPROVED, PastOrigin.IMPORTED)}
    assert db.session.scalar(select(func.count()).select_from(Letter)) == 0


def test_the_same_training_written_otherwise_is_the_same_and_what_is_new_about_it_is_taken(app: Flask) -> None:
    person(email="amina@agency.example")
    assert _run("amina@agency.example,First aid,2022-02-01,,,,\r\n").added == 1
    assert _run("amina@agency.example, FIRST  AID ,1/2/2022,6,,,\r\n").changed == 1
    assert [(one.title, one.hours) for one in _all()] == [("FIRST AID", 6.0)]
    twice = "amina@agency.example,Fire,2022-02-01,,,,\r\namina@agency.example,fire,2022-02-01,,,,\r\n"
    assert _run(twice).added == 1


def test_what_cannot_be_taken_is_said_row_by_row_and_nothing_is_kept(app: Flask) -> None:
    person(email="amina@agency.example")
    result = _run(
        "amina@agency.example,First aid,2022-02-01,,,,\r\n"
        "nobody@agency.example,First aid,2022-02-01,,,,\r\n"
        "amina@agency.example,First aid,31/2/2022,,,,\r\n"
        "amina@agency.example,First aid,2030-02-01,,,,\r\n"
        "amina@agency.example,First aid,2022-02-02,2,3,,\r\n"
        "amina@agency.example,First aid,2022-02-03,some,,,\r\n"
        "amina@agency.example,,2022-02-03,,,,\r\n"
        "amina@agency.example,First aid,2022-02-03,,,,2022-02-03\r\n"
    )
    assert [(one.row, one.field, one.why) for one in result.refused] == [
        (3, "email", "Nobody here has the address “nobody@agency.example”. Import people first."),
        (4, "done_on", "“31/2/2022” is not a day. Write it like 2024-11-05 or 5/11/2024."),
        (5, "done_on", "The day of the training must be today or in the past."),
        (6, "participatory_hours", "Hours with others cannot be more than all hours."),
        (7, "hours", "“some” is not a number of hours."),
        (8, "course", "This must not be empty."),
        (9, "expires_on", "It must expire after the day of the training."),
    ]
    assert _all() == []


def test_what_our_own_register_says_is_not_added_once_more(app: Flask) -> None:
    amina, neglect = person(email="amina@agency.example"), course("NEG")
    made = booking(course_session(neglect, starts_at=datetime(2024, 5, 14, 9, tzinfo=UTC)), amina)
    db.session.add(AttendanceMark(booking_id=made.id, mark=Mark.ATTENDED, marked_at=NOW - timedelta(100)))
    assert _run("amina@agency.example,NEG,2024-05-14,,,,\r\n").unchanged == 1
    assert _run("amina@agency.example,NEG,2024-05-15,,,,\r\n").added == 1


def test_somebody_who_has_moved_is_known_by_the_address_they_had(app: Flask) -> None:
    amina = person(email="amina@agency.example")
    accounts.move(person=amina, organisation=organisation(), email="amina@school.example", by=None, now=NOW)
    assert _run("amina@agency.example,First aid,2022-02-01,,,,\r\n").added == 1
    assert _all()[0].person == amina


def test_the_command_says_what_it_would_do(
    fresh_database: Callable[[], str], lms: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    file = tmp_path / "history.csv"
    file.write_text(HEAD + "nobody@agency.example,First aid,2022-02-01,,,,\n")
    done = lms("import", "history", str(file), "--check", "--json", database=fresh_database())
    assert done.returncode == 1
    assert json.loads(done.stdout)["refused"][0]["field"] == "email"
