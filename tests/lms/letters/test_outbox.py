"""The outbox of the demonstration: letters as their readers get them."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms import dates
from lms.bookings import operations
from lms.db import db
from lms.letters import links
from lms.letters.calendar import cancellation, invitation
from lms.letters.models import Letter
from lms.letters.operations import queue
from tests.factories import NOW, course_session, person
from tests.lms.letters.test_calendar import SHORT, TUESDAY, entry_on
from tests.lms.letters.test_sending import VALUES


@pytest.fixture(autouse=True)
def _demonstration(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "DEMO", True)
    monkeypatch.setattr(dates, "now", lambda: NOW)


def _write(first: str, **details: Any) -> Letter:
    letter = queue("booking-waiting", to=person(first), values=VALUES, **{"now": NOW, **details})
    assert letter
    return letter


def test_outside_the_demonstration_there_is_no_outbox(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = _write("Amina")
    reference = letter.reference
    pages = ("/outbox", f"/outbox/{reference}", f"/outbox/{reference}/invitation.ics")
    monkeypatch.setitem(app.config, "DEMO", False)
    assert [client.get(page).status_code for page in pages] == [404, 404, 404]


def test_the_newest_letter_stands_first_and_one_persons_letters_are_found(app: Flask, client: FlaskClient) -> None:
    _write("Amina")
    _write("Tom", now=NOW + timedelta(hours=1))
    page = client.get("/outbox").text
    assert page.index("Tom Yusuf") < page.index("Amina Yusuf")
    found = client.get("/outbox?q=AMINA+yusuf").text
    assert "Amina Yusuf" in found
    assert "Tom Yusuf" not in found
    assert "No letter matches." in client.get("/outbox?q=%25").text


def test_a_letter_is_shown_with_links_to_click_and_its_calendar_part_in_words(app: Flask, client: FlaskClient) -> None:
    booking = operations.book_place(session=course_session(), person=person(), now=NOW)
    letter = db.session.query(Letter).one()
    reference, link = letter.reference, f"http://127.0.0.1:5000/bookings/{booking.reference}"
    page = client.get(f"/outbox/{reference}").text
    assert f'<a class="gt-link" href="{link}">{link}</a>' in page
    assert "Training team, training@partnership.example" in page
    assert "Puts an entry into the reader’s calendar" in page
    assert "Tuesday 5 November 2024, 9:30am to 1pm" in page
    file = client.get(f"/outbox/{reference}/invitation.ics")
    assert (file.mimetype, file.data[:15]) == ("text/calendar", b"BEGIN:VCALENDAR")


def test_a_calendar_part_on_several_dates_is_shown_with_all_of_them(app: Flask, client: FlaskClient) -> None:
    entry = entry_on(TUESDAY, SHORT)
    added = _write("Amina", calendar=invitation(entry, now=NOW))
    taken_out = _write("Tom", calendar=cancellation(entry, now=NOW))
    both = [" ".join(client.get(f"/outbox/{letter.reference}").text.split()) for letter in (added, taken_out)]
    dates_and_times = "Tuesday 5 November 2024, 9:30am to 4pm; Tuesday 26 November 2024, 1pm to 3:30pm."
    assert f"<strong>Multi-agency neglect</strong>, {dates_and_times}" in both[0]
    assert "Takes the entry out of the reader’s calendar again" in both[1]
    assert "Tuesday 5 November 2024, 9:30am to 4pm, and with it Tuesday 26 November 2024." in both[1]


def test_what_is_written_in_a_letter_is_never_markup(app: Flask, client: FlaskClient) -> None:
    letter = _write("Amina")
    letter.body = '<script>x</script> https://x.example/"><b>. See (https://y.example/a?b=1&c=2). <i>end'
    page = client.get(f"/outbox/{letter.reference}").text
    assert "<script>x" not in page
    assert '<a class="gt-link" href="https://y.example/a?b=1&amp;c=2">' in page
    assert "<b>." not in page
    assert "<i>end" not in page


def test_the_personal_link_is_made_when_the_letter_is_opened(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        links.kinds, "survey", links.Kind("survey_link", lambda to: f"http://127.0.0.1:5000/s/secret-of-{to}")
    )
    letter = queue(
        "survey-end-invitation", to=person(), values={"course_title": "Neglect", "survey_minutes": "4"}, now=NOW,
        link_kind="survey", link_to="17",
    )  # fmt: skip
    assert letter
    assert 'href="http://127.0.0.1:5000/s/secret-of-17"' in client.get(f"/outbox/{letter.reference}").text


def test_a_letter_without_an_invitation_has_no_file(app: Flask, client: FlaskClient) -> None:
    assert client.get(f"/outbox/{_write('Amina').reference}/invitation.ics").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_letters(
    app: Flask, client: FlaskClient, count_queries: list[str]
) -> None:
    asked = []
    for more in (1, 9):
        for _ in range(more):
            _write("Amina")
        client.get("/outbox")
        count_queries.clear()
        client.get("/outbox")
        asked.append(len(count_queries))
    assert asked[0] == asked[1]


def test_a_long_list_has_pages(app: Flask, client: FlaskClient) -> None:
    for number in range(51):
        _write(f"P{number}")
    assert "P50 Yusuf" in client.get("/outbox").text
    second = client.get("/outbox?page=2").text
    assert "P0 Yusuf" in second
    assert "P1 Yusuf" not in second
    assert [client.get(f"/outbox?page={page}").status_code for page in ("3", "9" * 25, "x", "-1")] == [
        404,
        404,
        200,
        200,
    ]
