"""The picture of the product, walked by its people in a real browser: booking, register, surveys, thread, annual chapter."""

import io
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import icalendar
import openpyxl
import pypdf
import pytest
from playwright.sync_api import BrowserContext, Download, Page, expect

from tests.journeys.conftest import Site

Open = Callable[..., Page]
Check = Callable[[Page], None]
PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True}
SENTENCE = "A review found that small signs of neglect were put together too late"


def book_neglect(page: Page, look: Callable[[Page], None]) -> None:
    """Find the course by its word, see why it exists, and book a place."""
    page.get_by_role("link", name="Courses").first.click()
    page.get_by_label("Word in the title, aims or audience").fill("neglect")
    page.get_by_role("button", name="Show courses").click()
    look(page)
    page.get_by_role("link", name="Multi-agency neglect").first.click()
    expect(page.get_by_text(SENTENCE)).to_be_visible()
    look(page)
    if "/courses/" in page.url:
        page.get_by_role("link", name=re.compile("5 November 2024")).first.click()
        look(page)
    page.get_by_role("link", name="Book my place").or_(page.get_by_role("button", name="Book my place")).first.click()
    look(page)
    if page.url.endswith("/book"):
        page.get_by_role("button", name="Book my place").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look(page)


def open_letter(page: Page, person: str, subject: str) -> None:
    """Open the newest letter of this subject to this person in the outbox."""
    page.goto(f"/outbox?q={person}")
    page.get_by_role("link", name=subject).first.click()


def save(download: Download, folder: Path) -> bytes:
    path = folder / download.suggested_filename
    download.save_as(path)
    return path.read_bytes()


def status(page: Page, address: str) -> int:
    answered = page.goto(address)
    return answered.status if answered else 0


@pytest.fixture
def look(axe_clean: Check, fits_narrow: Check) -> Check:
    """What must hold on every page a journey passes."""

    def check(page: Page) -> None:
        axe_clean(page)
        fits_narrow(page)

    return check


def test_a_practitioner_books_gets_a_letter_with_an_invitation_and_sees_it_under_my_learning(
    open_as: Open, look: Check, tmp_path: Path
) -> None:
    page = open_as("practitioner")
    look(page)
    book_neglect(page, look)

    page.get_by_role("link", name="My learning").first.click()
    expect(page.get_by_role("main")).to_contain_text("Multi-agency neglect")
    expect(page.get_by_role("main")).to_contain_text("5 November 2024")
    look(page)

    open_letter(page, "Amina Yusuf", "You have a place: Multi-agency neglect")
    expect(page.get_by_role("main")).to_contain_text(SENTENCE)
    look(page)
    with page.expect_download() as begun:
        page.get_by_role("link", name="Download the calendar file").click()
    calendar = icalendar.Calendar.from_ical(save(begun.value, tmp_path))
    (entry,) = calendar.walk("VEVENT")
    assert str(calendar["METHOD"]) == "REQUEST"
    assert entry["DTSTART"].dt.isoformat() == "2024-11-05T09:30:00+00:00"
    assert str(entry["ATTENDEE"]).lower() == "mailto:amina.yusuf@community-health.example.org.uk"


def test_without_scripts_and_by_keyboard_alone_a_place_can_be_booked(open_as: Open, look: Check) -> None:
    page = open_as("practitioner", java_script_enabled=False)
    page.goto("/sessions/NEG-2024-11/book")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.locator(":focus").inner_text() == "Book my place":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Multi-agency neglect")
    page.goto("/learning")
    expect(page.get_by_role("main")).to_contain_text("5 November 2024")


def test_a_trainer_marks_the_register_on_a_phone(open_as: Open, look: Check, site: Site) -> None:
    site.run_due("2024-11-05T09:10")
    page = open_as("trainer", **PHONE)
    page.get_by_role("link", name="Teaching").first.click()
    look(page)
    page.get_by_role("link", name=re.compile("Multi-agency neglect")).first.click()
    look(page)
    rows = page.get_by_role("group")
    expect(rows).to_have_count(14)
    for number, mark in enumerate(("Came", "Left early", "Apology", "Not here")):
        rows.nth(number).get_by_text(mark, exact=True).click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    expect(rows.nth(2).get_by_label("Apology")).to_be_checked()  # nothing pressed is lost
    look(page)
    rows.nth(1).get_by_label("Left at").fill("11:15")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Left early at 11:15am")
    for number in range(4, 14):
        rows.nth(number).get_by_text("Came", exact=True).click()
    page.get_by_role("button", name="Save", exact=True).click()

    page.get_by_label("First name").fill("Łukasz")
    page.get_by_label("Last name").fill("Nowak")
    page.get_by_label("Where they work").select_option(index=3)
    page.get_by_role("button", name="Add to the register").click()
    expect(rows).to_have_count(15)
    expect(page.get_by_role("main")).to_contain_text("Łukasz Nowak")
    look(page)
    page.get_by_role("button", name="Save and finish").click()
    expect(page.get_by_role("main")).to_contain_text("The register of Multi-agency neglect is finished.")


def answer(page: Page, link: str, look: Callable[[Page], None]) -> None:
    """Open a personal link without being signed in, answer every page with the last choice, and send."""
    page.goto(link)
    look(page)
    # Counting does not wait, so each press waits for the page it leads to.
    with page.expect_event("domcontentloaded"):
        page.get_by_role("button", name="Start").or_(page.get_by_role("link", name="Start")).first.click()
    while page.get_by_role("button", name="Save and carry on").count():
        for group in page.get_by_role("group").all():
            radios = group.get_by_role("radio")
            if radios.count() and radios.first.is_visible():
                radios.last.check()
        look(page)
        with page.expect_event("domcontentloaded"):
            page.get_by_role("button", name="Save and carry on").click()
    look(page)
    page.get_by_role("button", name="Send my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, your answers are here")
    look(page)


def survey_link(page: Page, subject: str) -> str:
    open_letter(page, "Amina Yusuf", subject)
    link = page.locator("a[href*='/s/']").first.get_attribute("href")
    assert link
    return link


def test_answers_at_the_end_and_at_3_and_6_months_pair_without_a_name(
    open_as: Open, new_context: Callable[..., BrowserContext], look: Check, site: Site
) -> None:
    amina, stranger = open_as("practitioner"), new_context(**PHONE).new_page()
    book_neglect(amina, lambda page: None)
    site.run_due("2024-11-05T16:30")
    trainer = open_as("trainer")
    trainer.goto("/sessions/NEG-2024-11/register")
    for row in trainer.get_by_role("group").all():
        row.get_by_text("Came", exact=True).click()
    trainer.get_by_role("button", name="Save and finish").click()
    for moment, subject in (
        ("2024-11-05T17:30", "How was Multi-agency neglect?"),
        ("2025-02-04T10:00", "Three months on: Multi-agency neglect"),
        ("2025-05-06T10:00", "Half a year on: Multi-agency neglect"),
    ):
        site.run_due(moment)
        answer(stranger, survey_link(amina, subject), look)
    site.run_due("2025-06-30T10:00")

    with closing(sqlite3.connect(site.database.removeprefix("sqlite:///"))) as database:
        mine = database.execute(
            "SELECT pairing_code, group_concat(wave) FROM response JOIN course_session ON course_session.id = session_id"
            " WHERE reference = 'NEG-2024-11' GROUP BY pairing_code"
        ).fetchall()
        assert [set(waves.split(",")) for _code, waves in mine] == [{"end", "m3", "m6"}]
        columns = {
            row[1] for table in ("response", "answer") for row in database.execute(f"PRAGMA table_info({table})")
        }
    assert not columns & {"person_id", "booking_id", "invitation_id", "email", "name"}


def test_the_group_reads_the_thread_and_takes_it_as_pdf_and_spreadsheet(
    open_as: Open, look: Check, tmp_path: Path
) -> None:
    page = open_as("ld_group")
    page.get_by_role("link", name="Improvement").first.click()
    look(page)
    page.get_by_role("link", name=re.compile("CSPR-2022-1.2")).first.click()
    look(page)
    stages = page.locator("ol.gt-thread > li")
    expect(stages).to_have_count(8)
    expect(page.locator("#came")).to_contain_text("112 people from 34 agencies")
    expect(page.locator("#changed")).to_contain_text("of 112")
    expect(page.locator("#did")).to_contain_text("Quality assurance")
    expect(page.locator("#verdict")).to_contain_text("Better, with limits")
    with page.expect_download() as begun:
        page.get_by_role("link", name="Download as PDF").click()
    pdf = pypdf.PdfReader(io.BytesIO(save(begun.value, tmp_path)))
    text = "\n".join(sheet.extract_text() for sheet in pdf.pages)
    assert "Better, with limits" in text
    assert f"of {len(pdf.pages)}" in text
    with page.expect_download() as begun:
        page.get_by_role("link", name="Download as a spreadsheet").click()
    book = openpyxl.load_workbook(io.BytesIO(save(begun.value, tmp_path)))
    cells = {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "112" in cells


def test_the_scrutineer_reads_the_thread_and_no_person(open_as: Open, look: Check) -> None:
    page = open_as("scrutineer")
    look(page)
    page.goto("/improvement/CSPR-2022-1.2")
    expect(page.locator("#verdict")).to_be_visible()
    for path in ("/people", "/teaching", "/learning", "/agency", "/sessions/NEG-2024-11/register"):
        assert status(page, path) in {403, 404}, path


def test_an_unknown_address_is_kind(open_as: Open, new_context: Callable[..., BrowserContext], look: Check) -> None:
    page = new_context().new_page()
    assert status(page, "/courses/NOTHING") == 404
    expect(page.get_by_role("main")).not_to_contain_text("Traceback")
    look(page)


@pytest.mark.parametrize(
    "role", ["training_lead", "dsl", "headteacher", "governor", "education_adviser", "ld_officer", "administrator"]
)
def test_everybody_finds_their_way_from_their_first_page(role: str, open_as: Open, look: Check) -> None:
    page = open_as(role)
    look(page)
    links = page.get_by_role("navigation", name="Service").get_by_role("link").all()
    for address in [link.get_attribute("href") for link in links]:
        assert address
        assert status(page, address) == 200, address
        look(page)


@pytest.mark.parametrize("partnership", ["kirklees"])
def test_the_annual_chapter_of_kirklees_prints_the_published_table(open_as: Open, look: Check) -> None:
    page = open_as("ld_group")
    page.goto("/reports")
    look(page)
    page.goto("/reports/annual/2023-24?from=2023-09-01&to=2024-09-30")
    look(page)
    main = page.get_by_role("main")
    for row in ("27 452", "13 196", "16 179", "2 21", "4 24"):
        courses, delegates = row.split()
        expect(main).to_contain_text(re.compile(rf"{courses}\D+{delegates}"))
    expect(main).to_contain_text("2,883")
    expect(main).to_contain_text("13 months")
