"""The sign-in sheet, the name badges and the register as a table: everybody on them, and nothing about anybody's health."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pypdf import PdfReader

from lms import pdf
from lms.accounts.models import Person
from lms.attendance import operations, paper
from lms.attendance.models import Mark
from lms.attendance.rules import MarkGiven
from lms.bookings.models import BookingStatus
from lms.db import db
from lms.needs.models import Needs
from lms.roles import Role
from tests.factories import NOW, booking, course_session, organisation, person, session_date
from tests.lms.attendance.pressing import Room, booked

SignIn = Callable[[Person], FlaskClient]
NAMES = (("Łukasz", "Wiśniewski"), ("Siân", "Morgan-Lee"), ("محمد", "الأحمد"), ("Al", "O"))
LONG = ("Bartholomew-Alexander Maximilian", "Featherstonehaugh-Cholmondeley-Wolfeschlegelsteinhausen")


def _words(document: bytes) -> tuple[str, int]:
    """Everything written in a PDF, and how many pages it has."""
    pages = PdfReader(io.BytesIO(document)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split()), len(pages)


def _room(people: int) -> paper.Room:
    names = [paper.Name(f"First{number}", f"Last{number}", "Kirkgate School") for number in range(people)]
    return paper.Room("Partnership", True, "Neglect", "S-1", "5 November 2024", "Hall", "Tom", "today", names)


@pytest.mark.parametrize("what", ["sign-in-sheet", "badges"])
def test_everybody_with_a_place_is_on_it_in_letters_that_are_there(room: Room, sign_in: SignIn, what: str) -> None:
    agency = organisation("Wakefield and District Integrated Safeguarding and Family Support Team (North East)")
    for name in (*NAMES, LONG):
        booked(room.session, person(*name, organisation=agency))
    booked(room.session, person("Only", "Waits"), BookingStatus.WAITING)
    booked(room.session, person("Has", "Cancelled"), BookingStatus.CANCELLED)
    answer = sign_in(room.trainer).get(f"{room.path}/1/{what}.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert f"-1-{what}.pdf" in answer.headers["Content-Disposition"]
    assert pdf.missing_glyphs == []
    said, _ = _words(answer.data)
    for name in ("Łukasz", "Wiśniewski", "Siân", "Amina", "Ellie", "Dev", "Featherstonehaugh"):
        assert name in said
    assert "Waits" not in said
    assert "Cancelled" not in said


def test_what_people_need_or_eat_is_on_neither(room: Room, sign_in: SignIn) -> None:
    db.session.add(Needs(booking=room.expected[0], access="A hearing loop", diet="Halal", told_at=NOW))
    assert "Halal" in sign_in(room.trainer).get(f"/sessions/{room.session.reference}/needs").text
    browser = sign_in(room.trainer)
    for what in ("sign-in-sheet", "badges"):
        said, _ = _words(browser.get(f"{room.path}/1/{what}.pdf").data)
        assert "Halal" not in said
        assert "hearing" not in said


@pytest.mark.parametrize(("people", "pages"), [(0, 1), (1, 1), (10, 1), (11, 2), (60, 6)])
def test_ten_badges_fit_on_a_sheet(app: Flask, people: int, pages: int) -> None:
    with app.test_request_context():
        said, found = _words(paper.badges(_room(people)))
    assert found == pages
    assert all(f"First{number}" in said for number in range(people))


def test_sixty_people_sign_on_four_pages_with_the_heading_on_each_and_lines_for_walk_ins(app: Flask) -> None:
    with app.test_request_context():
        full, empty = paper.sign_in_sheet(_room(60)), paper.sign_in_sheet(_room(0))
    pages = PdfReader(io.BytesIO(full)).pages
    assert len(pages) <= 4
    assert all("Signature" in page.extract_text() for page in pages)
    assert "Not on the list?" in _words(empty)[0]


def test_a_sheet_says_which_date_it_is_for(room: Room, sign_in: SignIn) -> None:
    session_date(room.session, room.session.starts_at + timedelta(days=7))
    browser = sign_in(room.trainer)
    assert "12 November 2024, 9:30am to 1pm (date 2 of 2)" in _words(
        browser.get(f"{room.path}/2/sign-in-sheet.pdf").data
    )[0].replace("Tuesday ", "")
    assert browser.get(f"{room.path}/3/sign-in-sheet.pdf").status_code == 404
    assert browser.get(f"{room.path}/1/other.pdf").status_code == 404


def test_only_who_keeps_the_register_prints_it(room: Room, sign_in: SignIn) -> None:
    for who, status in (
        (person("Mei", "Chen", Role.TRAINER), 404),
        (person("Siân", "Morgan", Role.LD_OFFICER), 200),
        (room.expected[0].person, 403),
    ):
        for what in ("1/sign-in-sheet.pdf", "1/badges.pdf", "1.csv", "1.xlsx"):
            assert sign_in(who).get(f"{room.path}/{what}").status_code == status


def test_a_document_that_cannot_be_drawn_is_said_on_the_register(
    room: Room, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "MAX_BYTES", 10)
    browser = sign_in(room.trainer)
    answer = browser.get(f"{room.path}/1/badges.pdf")
    assert (answer.status_code, answer.location) == (303, room.path)
    assert "This document is too long for a PDF" in browser.get(room.path).text


def test_the_register_as_a_table_has_a_row_a_person_and_its_figures_with_their_base(
    room: Room, sign_in: SignIn
) -> None:
    start = room.session.starts_at
    ellie, dev, tomasz, _amina = room.expected
    given = [
        MarkGiven(ellie.id, Mark.ATTENDED),
        MarkGiven(dev.id, Mark.PART, start + timedelta(hours=2), from_at=start + timedelta(hours=1)),
        MarkGiven(tomasz.id, Mark.NO_SHOW),
    ]
    operations.record_marks(room.date, given=given, by=room.trainer, now=start)
    operations.add_walk_in(
        room.date, first_name="=cmd", last_name="Lin", email="", organisation_id=ellie.organisation_id, by=room.trainer,
        now=start,
    )  # fmt: skip
    booking(room.session, None, BookingStatus.CANCELLED, booked_at=NOW, cancelled_at=NOW, cancelled_late=True)
    browser = sign_in(room.trainer)
    rows = list(csv.DictReader(io.StringIO(browser.get(f"{room.path}/1.csv").data.decode("utf-8-sig"))))
    assert [(row["Last name"], row["Expected"], row["Mark"], row["From"][-5:], row["Until"][-5:]) for row in rows] == [
        ("Marsden", "Yes", "Came", "", ""),
        ("Patel", "Yes", "Came in part", "10:30", "11:30"),
        ("Wójcik", "Yes", "Did not come", "", ""),
        ("Yusuf", "Yes", "Not marked", "", ""),
        ("Lin", "No, walked in", "Came", "", ""),
    ]
    assert rows[-1]["First name"] == "'=cmd"
    book = load_workbook(io.BytesIO(browser.get(f"{room.path}/1.xlsx").data))
    figures = {row[0]: row[1:] for row in book["Figures"].iter_rows(min_row=2, values_only=True) if row[1] is not None}
    assert figures["Registered"] == (5, None, "ever had a confirmed place")
    assert figures["Cancelled late"] == (1, 5, "registered")
    assert figures["Expected"] == (4, 5, "registered")
    assert figures["Came"] == (2, 4, "expected")
    assert figures["Not marked"] == (1, 4, "expected")
    assert figures["Walked in"] == (1, None, "not among those expected")


def test_a_draft_or_cancelled_session_has_nothing_to_print(room: Room, sign_in: SignIn) -> None:
    off = course_session(trainers=[room.trainer], cancelled_at=NOW, cancelled_why="Snow")
    assert sign_in(room.trainer).get(f"/sessions/{off.reference}/register/1/badges.pdf").status_code == 404
