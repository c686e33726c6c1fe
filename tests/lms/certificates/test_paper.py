"""What somebody who opens, prints or scans a certificate would notice."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta

import segno
from flask import Flask
from pypdf import PdfReader

from lms import jobs, pdf
from lms.attendance.models import Mark
from lms.certificates import codes, paper
from lms.db import db
from lms.files import contents
from tests.factories import course
from tests.lms.certificates.scene import certificates, hold

NAMES = [("Siân", "Łukasik-Ŵyn", Mark.ATTENDED), ("محمد", "خان", Mark.ATTENDED), ("Seán", "O’Brien", Mark.ATTENDED)]


def words(document: bytes) -> str:
    reader = PdfReader(io.BytesIO(document))
    assert len(reader.pages) == 1
    return " ".join(reader.pages[0].extract_text().split())


def test_it_says_everything_on_one_page_and_every_letter_is_there(app: Flask) -> None:
    of = course("NEG", title="Neglect: £0.00 – what’s next", refresh_months=36)
    held = hold(names=NAMES, of=of)
    db.session.commit()
    jobs.run_due(held.finished_at)
    for one in certificates():
        assert one.file is not None
        assert pdf.missing_glyphs == []
        document = contents(one.file)
        said = words(document)
        for part in (
            "Wakefield Safeguarding Children Partnership",
            "Certificate of attendance",
            "Neglect: £0.00 – what’s next",
            "5 November 2024, Civic Centre",
            "3 hours of learning, 2½ hours of it taking part.",
            "You can now • say what neglect is • choose the next step",
            codes.spaced(one.printed_code),
            "Issued 5 November 2024",
            "Valid until 4 November 2027",
            "enter the number at 127.0.0.1:5000/verify",
        ):
            assert part in said
    assert {one.name for one in certificates()} == {"Siân Łukasik-Ŵyn", "محمد خان", "Seán O’Brien"}
    latin = [one for one in certificates() if one.name.startswith("S")]
    for one in latin:
        assert one.file is not None
        assert one.name in words(contents(one.file))


def test_title_and_language_are_set_for_who_listens(app: Flask) -> None:
    held = hold(names=NAMES[:1])
    db.session.commit()
    jobs.run_due(held.finished_at)
    [one] = certificates()
    assert one.file is not None
    reader = PdfReader(io.BytesIO(contents(one.file)))
    assert reader.metadata is not None
    assert reader.metadata.title == "Certificate: Multi-agency neglect"
    assert reader.metadata.author == "Wakefield Safeguarding Children Partnership"
    assert str(reader.trailer["/Root"]["/Lang"]).lower() == "en-gb"
    assert one.file.name == "Certificate Siân Łukasik-Ŵyn NEG 2024-11-05.pdf"


def test_the_square_holds_the_address_with_the_long_code(app: Flask) -> None:
    address = paper.verify_address(codes.long_code("abc"))
    assert address == f"http://127.0.0.1:5000/verify/{codes.long_code('abc')}"
    assert len(codes.long_code("abc")) * 6 == 144
    expected = io.BytesIO()
    segno.make_qr(address, error="m").save(expected, kind="svg", scale=4, border=1, xmldecl=False, dark="#17212b")
    assert paper.qr_of(address) == expected.getvalue().decode()
    assert codes.long_code("abc") != codes.long_code("abd")


def test_the_same_row_gives_the_same_page(app: Flask, clock: Callable[[datetime], datetime]) -> None:
    held = hold(names=NAMES[:1])
    db.session.commit()
    jobs.run_due(held.finished_at)
    [one] = certificates()
    assert one.file is not None
    before = contents(one.file)
    clock(held.finished_at + timedelta(days=800))
    assert words(paper.document_of(one)) == words(before)


def test_hours_nobody_said_and_a_course_that_is_not_refreshed_are_left_out(app: Flask) -> None:
    held = hold(names=NAMES[:1], of=course("ONE", hours=None, participatory_hours=None, outcomes=[]))
    db.session.commit()
    jobs.run_due(held.finished_at)
    [one] = certificates()
    assert one.file is not None
    said = words(contents(one.file))
    for missing in ("hours", "Valid until", "You can now", "None"):
        assert missing not in said
    assert "It stays in your learning record when you change jobs." in said
