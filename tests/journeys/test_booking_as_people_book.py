"""Booking as people really book, in a browser: three clicks, a team on one screen, an offer, a manager's answer, a colleague."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from icalendar import Calendar, Event
from playwright.sync_api import BrowserContext, Page, expect

from tests.journeys.conftest import Site

Open = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture
def look(axe_clean: Check, fits_narrow: Check) -> Check:
    """What must hold on every page a journey passes."""

    def check(page: Page) -> None:
        axe_clean(page)
        fits_narrow(page)

    return check


def letter(page: Page, to: str, subject: str) -> None:
    """Open the newest letter of this subject to this person."""
    page.goto(f"/outbox?q={to}")
    page.get_by_role("link", name=subject).first.click()


def test_from_the_first_page_three_clicks_book_the_next_neglect_course(open_as: Open, look: Check) -> None:
    page = open_as("practitioner")
    page.goto("/")
    look(page)
    page.get_by_role("navigation", name="What sessions are about").get_by_role("link", name="Neglect").click()
    look(page)
    page.get_by_role("link", name=re.compile("Multi-agency neglect")).first.click()
    page.get_by_role("button", name="Book my place").click()
    expect(page.get_by_role("alert")).to_contain_text("You have a place")
    look(page)


def test_a_training_lead_books_ten_colleagues_on_one_screen(open_as: Open, look: Check, site: Site) -> None:
    page = open_as("training_lead")
    page.goto("/agency")
    look(page)
    page.goto("/sessions/WTS-2024-11/book-team")
    look(page)
    boxes = page.locator("input[name=people]:enabled")
    for number in range(10):
        boxes.nth(number).check()
    page.get_by_role("button", name="Book these people").click()
    confirm = page.get_by_role("button", name="Yes, book it like this")
    if confirm.count():
        look(page)
        confirm.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What is booked for your team")
    expect(page.get_by_text("We have written to them")).to_have_count(10)
    look(page)


def test_an_offered_place_is_found_on_the_first_page_and_taken_or_turned_down(open_as: Open, look: Check) -> None:
    page = open_as("practitioner")
    page.goto("/")
    page.get_by_role("link", name=re.compile("is offered to you until")).click()
    expect(page.get_by_role("main")).to_contain_text("At the same time you have a place on Safeguarding Week")
    look(page)
    page.get_by_role("button", name="Turn it down").click()
    expect(page.get_by_role("alert")).to_contain_text("You have turned the place down")
    letter(page, "Amina Yusuf", "Safer sleep and sudden infant death")
    look(page)


def test_an_offer_nobody_answers_goes_to_the_next_person(open_as: Open, site: Site) -> None:
    page = open_as("practitioner")
    site.run_due("2024-10-09T09:30")
    page.goto("/learning")
    page.get_by_role("main").locator("a", has_text=re.compile("Safer sleep.*20 November 2024")).first.click()
    expect(page.get_by_role("main")).to_contain_text("We offered you a place and did not hear from you")
    page.get_by_role("button", name="I still want a place").click()
    expect(page.get_by_role("alert")).to_contain_text("You are in the queue again")


def test_a_manager_says_yes_without_an_account_and_the_place_is_confirmed(
    open_as: Open, new_context: Callable[..., BrowserContext], look: Check
) -> None:
    page = open_as("practitioner")
    letter(page, "Helen Ward", "Please say yes or no")
    link = page.get_by_role("link", name=re.compile("approve")).get_attribute("href")
    manager = new_context().new_page()
    assert link
    manager.goto(link)
    expect(manager.get_by_role("main")).to_contain_text("Amina Yusuf")
    look(manager)
    manager.get_by_label("Yes, the time is kept free").check()
    manager.get_by_role("button", name="Send my answer").click()
    expect(manager.get_by_role("main")).to_contain_text("was yes")
    look(manager)
    page.goto("/learning")
    page.get_by_role("link", name=re.compile("Reducing conflict between parents")).click()
    expect(page.get_by_role("main")).to_contain_text("Booked")
    look(page)


def test_a_manager_who_says_no_says_why_and_the_person_reads_it(
    open_as: Open, new_context: Callable[..., BrowserContext]
) -> None:
    page = open_as("practitioner")
    letter(page, "Helen Ward", "Please say yes or no")
    link = page.get_by_role("link", name=re.compile("approve")).get_attribute("href")
    manager = new_context().new_page()
    assert link
    manager.goto(link)
    manager.get_by_label("No", exact=True).check()
    manager.get_by_role("button", name="Send my answer").click()
    expect(manager.get_by_text("Say in a few words why not").first).to_be_visible()
    manager.get_by_label("Why not?").fill("We are short of staff that week.")
    manager.get_by_role("button", name="Send my answer").click()
    letter(page, "Amina Yusuf", "Not approved this time")
    expect(page.get_by_role("main")).to_contain_text("We are short of staff that week.")


def test_when_nobody_answers_the_place_goes_back_with_a_letter(open_as: Open, site: Site) -> None:
    page = open_as("practitioner")
    site.run_due("2024-10-15T09:00")
    letter(page, "Amina Yusuf", "No answer from your manager")
    expect(page.get_by_role("main")).to_contain_text("We have not heard from Helen Ward")


def calendar_part(page: Page) -> Event:
    """The one entry in the file that hangs on the letter which is open."""
    link = page.get_by_role("link", name="Download the calendar file").get_attribute("href")
    (entry,) = Calendar.from_ical(page.request.get(link or "").text()).events
    return entry


def test_a_place_moves_to_another_date_and_the_calendar_entry_with_it(open_as: Open, look: Check) -> None:
    page = open_as("practitioner")
    page.goto("/sessions/WTS-2024-11")
    page.get_by_role("button", name="Book my place").click()
    expect(page.get_by_role("alert")).to_contain_text("You have a place")
    page.get_by_role("link", name="you come on another date").click()
    look(page)
    page.get_by_role("button", name="Move to 5 February 2025").click()
    expect(page.get_by_role("alert")).to_contain_text("The place is now on Wednesday 5 February 2025")
    look(page)
    letter(page, "Amina Yusuf", "You have a place: Working together")
    first = calendar_part(page)
    letter(page, "Amina Yusuf", "Moved to another date")
    expect(page.get_by_role("main")).to_contain_text("Wednesday 5 February 2025")
    look(page)
    moved = calendar_part(page)
    assert [one.decoded("dtstart").date() for one in (first, moved)] == [date(2024, 11, 12), date(2025, 2, 5)]
    assert moved.uid == first.uid, "a calendar would keep the old entry beside the new one"
    assert moved.sequence > first.sequence, "a calendar would take no notice of it"


def test_a_draft_is_for_officers_until_it_is_published(open_as: Open, look: Check) -> None:
    office, anybody = open_as("ld_officer"), open_as("practitioner")
    office.goto("/programme")
    look(office)
    office.goto("/courses/NEG/sessions/new")
    look(office)
    when = office.get_by_role("group", name="Date 1")
    for box, typed in {"Day": "4", "Month": "3", "Year": "2025", "From": "9:30am", "Until": "1pm"}.items():
        when.get_by_label(box, exact=True).fill(typed)
    office.get_by_role("button", name="Save as a draft").click()
    expect(office).to_have_url(re.compile("/sessions/NEG-2025-03/publish$"))
    look(office)

    answer = anybody.goto("/sessions/NEG-2025-03")
    assert answer
    assert answer.status == 404
    anybody.goto("/courses/NEG")
    expect(anybody.get_by_role("main")).not_to_contain_text("4 March 2025")
    office.goto("/sessions/NEG-2025-03")
    expect(office.get_by_role("main")).to_contain_text("This is a draft")

    office.goto("/sessions/NEG-2025-03/publish")
    office.get_by_role("button", name="Publish").click()
    expect(office.get_by_role("alert")).to_be_visible()
    anybody.goto("/courses/NEG")
    anybody.get_by_role("link", name=re.compile("4 March 2025")).first.click()
    expect(anybody).to_have_url(re.compile("/sessions/NEG-2025-03"))
    anybody.get_by_role("button", name="Book my place").click()
    expect(anybody.get_by_role("alert")).to_contain_text("You have a place")


@pytest.mark.parametrize(
    ("role", "address"),
    [
        ("ld_officer", "/demand"),
        ("ld_officer", "/sessions/SRC-2024-11/people"),
        ("ld_officer", "/programme/priorities"),
        ("ld_officer", "/letters"),
        ("ld_officer", "/letters/booking-booked"),
        ("ld_officer", "/courses/new"),
        ("ld_officer", "/courses/NEG/edit"),
        ("ld_officer", "/levels"),
        ("ld_officer", "/venues"),
        ("ld_officer", "/sessions/NEG-2024-11/edit"),
        ("training_lead", "/agency/book"),
        ("dsl", "/requests"),
        ("dsl", "/courses/BAR/ask-for-session"),
        ("practitioner", "/courses/DSL/interest"),
        ("practitioner", "/courses?view=month"),
        ("administrator", "/admin/charging"),
    ],
)
def test_pages_around_booking_are_clean_and_fit_a_phone(open_as: Open, look: Check, role: str, address: str) -> None:
    page = open_as(role)
    page.goto(address)
    look(page)
