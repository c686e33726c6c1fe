"""An officer's way from what is asked to what was answered, in a real browser, wide and narrow."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.journey
Open = Callable[..., Page]


def test_an_officer_goes_from_what_is_asked_to_what_the_answers_say(
    open_as: Open, axe_clean: Callable[[Page], None], fits_narrow: Callable[[Page], None], tmp_path: Path
) -> None:
    page = open_as("ld_officer")

    def look() -> None:
        axe_clean(page)
        fits_narrow(page)

    page.get_by_role("link", name="Surveys").first.click()
    look()
    page.get_by_role("link", name=re.compile("How it is evaluated")).first.click()
    expect(page.get_by_role("main")).to_contain_text(
        "Somebody has answered, so what is asked and what decides can no longer change."
    )
    look()
    page.goto("/surveys")
    page.get_by_role("link", name="Question sets: what is asked").click()
    expect(page.get_by_role("main")).to_contain_text("The default questions")
    look()
    page.goto("/surveys")
    page.get_by_role("link", name="What the answers say, course by course").click()
    look()
    page.get_by_role("link", name=re.compile("Multi-agency neglect")).first.click()
    expect(page.get_by_role("heading", name="Better, with limits")).to_be_visible()
    look()
    with page.expect_download() as begun:
        page.get_by_role("link", name="All figures as JSON").click()
    begun.value.save_as(tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))

    page.goto("/surveys/comments/review")
    look()
    page.goto("/surveys/occasions/PRI-2024-1")
    look()
