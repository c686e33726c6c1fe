"""Files of other systems: what is read, what is refused with a sentence, and that nothing is half done."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms import dates, imports, verify
from lms.accounts.models import Person
from lms.bookings.models import Booking, BookingOrigin, BookingStatus
from lms.catalogue.models import CourseKind, SessionHold
from lms.catalogue.queries import course_by_code
from lms.db import db
from lms.errors import RuleBroken
from lms.letters.models import Letter
from lms.programme.queries import session as any_session
from lms.roles import Role
from tests.factories import NOW, course, course_session, organisation, partnership, person

PEOPLE = "email,first name,surname,agency,job title,manager,line manager email\r\n"


def _run(kind: str, data: bytes, *, check: bool = False) -> imports.Result:
    db.session.commit()
    return imports.run(imports.kinds[kind], data, now=NOW, check=check)


def _people(text: str, *, check: bool = False) -> imports.Result:
    return _run("people", text.encode(), check=check)


def _bookings(text: str) -> imports.Result:
    return _run("bookings", text.encode())


def test_people_of_a_file_are_added_changed_and_left_alone(app: Flask) -> None:
    partnership()
    agency = organisation("Early help")
    lena = person("Lena", "Holt", organisation=agency, email="lena@agency.example")
    file = PEOPLE + (
        "Siân.Price@agency.example,Siân,Price,Early help,Social worker,Tom Hall,TOM@agency.example\r\n"
        "lena@agency.example,Lena,Holt-Ray,early HELP,,,\r\n"
    )
    assert vars(_people(file)) == {"rows": 2, "added": 1, "changed": 1, "unchanged": 0, "refused": []}
    assert vars(_people(file)) == {"rows": 2, "added": 0, "changed": 0, "unchanged": 2, "refused": []}
    sian = db.session.scalars(select(Person).where(Person.first_name == "Siân")).one()
    assert (sian.job, sian.manager_name, sian.manager_email) == ("Social worker", "Tom Hall", "tom@agency.example")
    assert lena.last_name == "Holt-Ray"
    assert db.session.scalar(select(func.count()).select_from(Letter)) == 0


def test_one_wrong_row_leaves_the_whole_file_undone_and_says_which(app: Flask) -> None:
    partnership()
    organisation("Early help")
    result = _people(
        PEOPLE
        + "a@agency.example,Ann,Ash,Early help,,,\r\n"
        + "nobody,Bea,Birch,Early help,,,\r\n"
        + "\r\n"
        + "c@agency.example,Cy,,Early help,,,\r\n"
        + "d@agency.example,Di,Dell,Lost agency,,,\r\n"
    )
    assert [(one.row, one.field) for one in result.refused] == [(3, "email"), (5, "last_name"), (6, "organisation")]
    assert "not an email address" in result.refused[0].why
    assert db.session.scalar(select(func.count()).select_from(Person)) == 0


def test_looking_first_changes_nothing(app: Flask) -> None:
    partnership()
    organisation("Early help")
    assert _people(PEOPLE + "a@agency.example,Ann,Ash,Early help,,,\r\n", check=True).added == 1
    assert db.session.scalar(select(func.count()).select_from(Person)) == 0


@pytest.mark.parametrize(
    "data",
    [
        "email;first_name;last_name;organisation\nłucja@agency.example;Łucja;Ray;Early help\n".encode("utf-8-sig"),
        "email\tfirst_name\tlast_name\torganisation\nłucja@agency.example\tŁucja\tRay\tEarly help\n".encode("utf-16"),
    ],
)
def test_files_as_spreadsheets_save_them_are_read(app: Flask, data: bytes) -> None:
    partnership()
    organisation("Early help")
    assert _run("people", data).added == 1
    assert db.session.scalars(select(Person)).one().first_name == "Łucja"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04....", "not a CSV file"),
        (b"", "Missing: email, first_name, last_name and organisation"),
        (b"email,email\n", "there 2 times"),
        (b"\x00\x01\x02", "not a CSV file"),
        (b'email,first_name,last_name,organisation\n"' + b"x" * 20_000 + b'"\n', "cannot be read as CSV"),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_sentence(app: Flask, data: bytes, said: str) -> None:
    with pytest.raises(RuleBroken, match=said):
        _run("people", data)


def test_a_file_gives_nobody_a_powerful_role(app: Flask) -> None:
    partnership()
    organisation("Early help")
    result = _people(
        "email,first_name,last_name,organisation,roles\na@agency.example,Ann,Ash,Early help,Administrator\n"
        "b@agency.example,Bo,Ash,Early help,training lead\n"
    )
    assert [one.why for one in result.refused] == [
        "The role “Administrator” is given on the page of the person, not by a file."
    ]


def test_bookings_of_a_file_fill_the_places_and_then_the_list_and_write_no_letter(app: Flask) -> None:
    session = course_session(capacity=2)
    for name in ("ann", "bea", "cy"):
        person(name, email=f"{name}@agency.example")
    file = f"session,email,booked on\n{session.reference},ann@agency.example,1/10/2024\n"
    file += f"{session.reference},bea@agency.example,2024-10-02\n{session.reference},cy@agency.example,\n"
    assert _bookings(file).added == 3
    assert _bookings(file).unchanged == 3
    found = db.session.scalars(select(Booking).order_by(Booking.id)).all()
    assert [one.status for one in found] == [BookingStatus.BOOKED, BookingStatus.BOOKED, BookingStatus.WAITING]
    assert {one.origin for one in found} == {BookingOrigin.IMPORTED}
    assert dates.day(found[0].asked_at) == "1 October 2024"
    assert db.session.scalar(select(func.count()).select_from(Letter)) == 0
    assert verify.problems() == []


def test_a_file_takes_no_place_that_is_held_for_others(app: Flask) -> None:
    theirs, others = organisation(), organisation()
    session = course_session(capacity=2)
    session.holds.append(SessionHold(sector=theirs.sector, places=1, release_at=session.starts_at))
    for name in ("ann", "bea"):
        person(name, email=f"{name}@agency.example", organisation=others)
    _bookings(f"session,email\n{session.reference},ann@agency.example\n{session.reference},bea@agency.example\n")
    assert [one.status for one in db.session.scalars(select(Booking).order_by(Booking.id))] == [
        BookingStatus.BOOKED,
        BookingStatus.WAITING,
    ]
    assert verify.problems() == []


def test_courses_of_a_file_are_added_and_what_it_leaves_empty_stays(app: Flask) -> None:
    course("NEG", audience="Everybody")
    file = (
        "code,title,type,learning outcomes,delivery,hours,refresh,audience\n"
        "neg,Neglect together,core,,classroom;virtual,6,24,\n"
        "CSE,Exploitation,Masterclass,See the signs | Act on them,virtual,2.5,,Social workers\n"
    )
    result = _run("courses", file.encode())
    assert (result.added, result.changed, result.refused) == (1, 1, [])
    assert _run("courses", file.encode()).unchanged == 2
    neglect, new = (course_by_code(code) for code in ("NEG", "CSE"))
    assert neglect is not None
    assert new is not None
    assert (neglect.title, neglect.audience, neglect.refresh_months) == ("Neglect together", "Everybody", 24)
    assert (new.kind, new.outcomes, new.hours) == (CourseKind.MASTERCLASS, ["See the signs", "Act on them"], 2.5)
    assert new.reminder_days == [14, 5]


def test_courses_that_cannot_be_are_refused_beside_their_field(app: Flask) -> None:
    partnership()
    file = "code,title,kind,hours,participatory hours,delivery\nA1,One,circus,,,\nA2,Two,,2,3,\nA3,Three,,,,by post\n"
    result = _run("courses", file.encode())
    assert [(one.row, one.field) for one in result.refused] == [(2, "kind"), (3, "participatory_hours"), (4, "modes")]
    assert course_by_code("A1") is None


def test_sessions_of_a_file_are_drafts_or_history_and_nobody_is_written_to(app: Flask) -> None:
    course("NEG")
    tom = person("Tom", "Ashworth", Role.TRAINER, email="tom@agency.example")
    file = (
        "reference,course,date,start,end,places,venue,trainer,shown\n"
        "NEG-1,NEG,5/12/2024,9:30,16.00,20,Civic hall,tom@agency.example,\n"
        "NEG-2,NEG,2024-12-12,09:30,16:00,20,civic HALL,,yes\n"
        "NEG-0,NEG,2023-03-01,09:30,16:00,18,,,\n"
    )
    assert _run("sessions", file.encode()).added == 3
    assert _run("sessions", file.encode()).unchanged == 3
    draft, shown, past = (any_session(name) for name in ("NEG-1", "NEG-2", "NEG-0"))
    assert draft is not None
    assert shown is not None
    assert past is not None
    assert (draft.published_at, draft.trainers, draft.venue) == (None, [tom], shown.venue)
    assert dates.when(draft.starts_at, draft.ends_at) == "Thursday 5 December 2024, 9:30am to 4pm"
    assert shown.published_at is not None
    assert past.imported
    assert db.session.scalar(select(func.count()).select_from(Letter)) == 0
    assert verify.problems() == []


def test_sessions_that_cannot_be_are_refused_beside_their_field(app: Flask) -> None:
    there = course_session(course("NEG"), reference="NEG-1")
    file = (
        "reference,course,date,start,end,places,trainer\n"
        "A,XYZ,2024-12-05,9:30,16:00,20,\n"
        "B,NEG,31/2/2024,9:30,16:00,20,\n"
        "C,NEG,2024-12-05,16:00,9:30,20,\n"
        "D,NEG,2024-12-05,9:30,16:00,20,nobody@agency.example\n"
        f"{there.reference},NEG,2024-12-05,9:30,16:00,20,\n"
    )
    result = _run("sessions", file.encode())
    assert [one.field for one in result.refused] == ["course", "date", "end", "trainers", "reference"]


def test_the_command_says_what_it_would_do_and_programs_read_it(
    lms: Callable[..., subprocess.CompletedProcess[str]], fresh_database: Callable[[], str], tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("email,first_name,last_name,organisation\na@agency.example,Ann,Ash,Nowhere\n", encoding="utf-8")
    done = lms("import", "people", str(file), "--check", "--json", database=fresh_database())
    assert done.returncode == 1
    assert json.loads(done.stdout)["refused"][0]["field"] == "organisation"
    assert "nothing was changed" in done.stderr
