"""The report of an online meeting, in a browser: uploaded, looked at, put on the register."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Site

Open = Callable[..., Page]
Check = Callable[[Page], None]


def test_a_trainer_puts_the_report_of_a_workshop_on_the_register(
    open_as: Open, site: Site, axe_clean: Check, fits_narrow: Check, tmp_path: Path
) -> None:
    def look() -> None:
        axe_clean(page)
        fits_narrow(page)

    site.run_due("2024-11-18T13:30")
    page = open_as("trainer")
    page.goto("/sessions/SGW-2024-11/register")
    page.get_by_role("link", name="Upload the report of the online meeting").click()
    look()
    with page.expect_download() as download:
        page.get_by_role("link", name="download a made-up report").click()
    report = tmp_path / "report.csv"
    download.value.save_as(report)
    page.get_by_label("The report, as it was downloaded").set_input_files(report)
    page.get_by_role("button", name="Read the report").click()
    expect(page.get_by_text("Set aside: read.ai meeting notes.")).to_be_visible()
    look()

    page.get_by_role("button", name="Put on the register").click()
    expect(page.get_by_role("alert")).to_contain_text("Select who")
    look()
    guest = page.locator("select[name^=who-]").first
    guest.select_option(index=1)
    page.get_by_label("Zoe Quill, zoe.quill@partner.example").select_option("Walked in: put on the register")
    page.get_by_role("button", name="Show their marks").click()
    expect(page.get_by_text("Look once more.")).to_be_visible()
    page.get_by_label("Where they work: Zoe Quill").select_option(index=1)
    look()
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Put on the register").click()
    expect(page.get_by_role("alert")).to_contain_text("The report is on the register: 8 marks are new.")
    expect(page.get_by_role("listitem").filter(has_text="to mark")).to_have_text("0 to mark")
    look()
