"""The board pack of a meeting: drawn off the request, kept, and drawn again beside the old one."""

import io
from collections.abc import Callable
from datetime import date, timedelta

from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from evaluation.governance import drawing, operations
from evaluation.governance.models import BoardPack
from lms import files, pdf
from lms.accounts.models import Person
from lms.db import db
from tests.browsing import send
from tests.evaluation.governance.conftest import House, a_log, held
from tests.evaluation.governance.test_meetings import decided
from tests.factories import NOW, person

SignIn = Callable[[Person], FlaskClient]


def test_the_pack_holds_what_waits_and_what_was_decided_and_the_old_one_stays(house: House, sign_in: SignIn) -> None:
    a_log(house)
    decided(house, held(house))
    meeting = held(house, "LDS-2024-11", date(2024, 11, 14))
    operations.add_item(meeting=meeting, title="Neglect: what next?", about="LDA-1", actor=house.officer, now=NOW)
    db.session.commit()
    officer, url = sign_in(house.officer), "/improvement/meetings/LDS-2024-11"
    asked = send(officer, url, to=f"{url}/packs")
    page = officer.get(asked.location)
    assert "It is being drawn" in page.text
    assert page.headers["Refresh"]
    assert send(officer, f"{url}/agenda", to=f"{url}/packs").location == asked.location, "one waits already"
    assert drawing.next_at() == NOW
    assert drawing.run(NOW) == 1
    assert drawing.next_at() is None
    pack = db.session.scalars(select(BoardPack)).one()
    assert pack.file is not None
    assert pdf.missing_glyphs == []
    document = PdfReader(io.BytesIO(files.contents(pack.file)))
    text = " ".join(" ".join(page.extract_text() for page in document.pages).split())
    for words in (
        "Thursday 14 November 2024, 10am to 12pm",
        "Neglect: what next?",
        "LDA-1 Make a guide.",
        "It was due on 3 June 2024.",
        "MAA-1.1 Ask at every visit",
        "Who pays?",
        "LDS-2024-03.1",
        "Offered, not accepted",
        f"Page 2 of {len(document.pages)}",
    ):
        assert words in text, words
    outline = str(document.outline)
    assert "The action log by state" in outline
    assert "Key figures" in outline
    assert "Where each thread stands" in outline

    assert officer.get(f"{asked.location}/pdf").mimetype == "application/pdf"
    assert sign_in(house.member).get(f"{asked.location}/pdf").status_code == 200
    assert sign_in(person("Omar", "Khan")).get(f"{asked.location}/pdf").status_code == 404
    again = send(officer, url, to=f"{url}/packs")
    assert again.location != asked.location
    page_text = officer.get(url).text
    assert "Board pack drawn 8 October 2024" in page_text
    assert "A pack is being drawn" in page_text


def test_a_worker_that_lost_its_lease_keeps_nothing(house: House) -> None:
    meeting = held(house)
    operations.ask_for_pack(meeting=meeting, actor=house.officer, now=NOW)
    db.session.commit()
    first = drawing.leases.claim(NOW, NOW + timedelta(minutes=5))
    assert first
    assert drawing.leases.claim(NOW, NOW + timedelta(minutes=5)) is None
    second = drawing.leases.claim(NOW + timedelta(minutes=6), NOW + timedelta(minutes=11))
    assert second
    drawing.draw(first, NOW)
    assert db.session.scalars(select(BoardPack)).one().file_id is None
    drawing.draw(second, NOW)
    assert db.session.scalars(select(BoardPack)).one().file_id is not None
