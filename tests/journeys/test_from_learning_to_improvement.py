"""From a review to what changed: the thread of neglect, its report, and the scrutineer's question, in a real browser."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Site

pytestmark = pytest.mark.journey
Open = Callable[..., Page]
Look = Callable[[Page], None]

THREAD = "/improvement/CSPR-2022-1.2"
#: Every link of the thread of neglect: the stage it stands in, and live figures or words of it.
LINKS = {
    "why": "small signs were seen by many services",
    "decided": "LDA-014",
    "learned": "Multi-agency neglect",
    "came": "112 people from 34 agencies and schools",
    "changed": "the same 46 people",
    "did": "Neglect referrals that come with an assessment",
    "verdict": "Better, with limits",
    "next": "14 November 2024",
}
#: Where each link could be taken away, and who depends on it.
DEPENDS = {
    "/improvement/sources/CSPR-2022-1/remove": "CSPR-2022-1.2",
    "/improvement/recommendations/CSPR-2022-1.2/remove": "actions serve it",
    "/improvement/actions/LDA-014/remove": "measures show its effect",
}
#: What the group reads.
ROOMS = (
    "/improvement",
    "/improvement/actions/LDA-013",
    "/improvement/needs",
    "/improvement/plan",
    "/improvement/assurance/AE-2024-1",
    "/improvement/groups/ld_strategic",
    "/improvement/costs",
    "/improvement/measures/LDA-014-A1",
)


def test_the_thread_of_neglect_shows_every_link_and_none_can_be_taken_away(
    open_as: Open, axe_clean: Look, fits_narrow: Look
) -> None:
    page = open_as("ld_officer")
    page.goto(THREAD)
    for stage, words in LINKS.items():
        expect(page.locator(f"#{stage}")).to_contain_text(words, ignore_case=True)
    axe_clean(page)
    fits_narrow(page)
    for address, sentence in DEPENDS.items():
        page.goto(address)
        press = page.get_by_role("main").get_by_role("button", name=re.compile("Remove|Take"))
        if press.count():
            press.first.click()
        expect(page.get_by_role("main")).to_contain_text("cannot be removed")
        expect(page.get_by_role("main")).to_contain_text(sentence)
    page.goto(THREAD)
    expect(page.locator("#decided")).to_contain_text("LDA-014")


def test_the_report_of_an_action_is_drawn_while_somebody_waits(
    open_as: Open, site: Site, axe_clean: Look, fits_narrow: Look
) -> None:
    page = open_as("ld_officer")
    page.goto("/reports/impact/action/LDA-014")
    expect(page.get_by_role("heading", name="What did we want to change?")).to_be_visible()
    axe_clean(page)
    fits_narrow(page)
    page.get_by_role("link", name="PDF", exact=True).click()
    page.get_by_role("button", name="Make the PDF").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    site.run_due("2024-10-08T09:05")
    page.goto("/reports/impact/action/LDA-014/pdf?still=1")
    kept = page.get_by_role("main").get_by_role("link", name=re.compile(r"\.pdf$"))
    expect(kept.first).to_be_visible()
    axe_clean(page)
    with page.expect_download() as begun:
        kept.first.click()
    assert begun.value.path().read_bytes().startswith(b"%PDF")


def test_a_question_of_the_scrutineer_becomes_a_source(open_as: Open, axe_clean: Look, fits_narrow: Look) -> None:
    page = open_as("scrutineer")
    page.goto("/scrutiny")
    axe_clean(page)
    fits_narrow(page)
    page.get_by_role("link", name="Raise a challenge").click()
    page.get_by_label("To which group?").select_option(label="Executive")
    page.get_by_role("radio").first.check()
    page.get_by_label("What is it about, in a few words?").fill("Who is never reached")
    page.get_by_label("The question").fill("Which services has nobody come from in a year, and what is done about it?")
    for name, value in {"Day": "30", "Month": "11", "Year": "2024"}.items():
        page.get_by_label(name, exact=True).fill(value)
    axe_clean(page)
    page.get_by_role("main").get_by_role("button").last.click()
    expect(page.get_by_role("main")).to_contain_text("Who is never reached")
    page.goto("/improvement/sources")
    expect(page.get_by_role("main")).to_contain_text("Who is never reached")


def test_the_rooms_of_the_log_are_clear_wide_and_narrow(open_as: Open, axe_clean: Look, fits_narrow: Look) -> None:
    page = open_as("ld_group")
    for address in ROOMS:
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        axe_clean(page)
        fits_narrow(page)
