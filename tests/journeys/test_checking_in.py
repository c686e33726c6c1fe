"""Checking in, in a browser: the code on the wall changes by itself, a learner scans it or types it, and the count goes up."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from demo.loading import PASSWORD
from demo.people import person_in_role
from tests.journeys.conftest import Site

SESSION = "SGW-2024-11-2"
WALL = f"/sessions/{SESSION}/register/1/check-in"
Open = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """A code changes after 20 seconds, and a busy machine takes longer to notice."""
    expect.set_options(timeout=60_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def in_the_room(site: Site) -> None:
    """It is a few minutes into a workshop of Safeguarding Week for which Amina has a place."""
    with closing(sqlite3.connect(site.database.removeprefix("sqlite:///"), timeout=20)) as connection:
        connection.execute("UPDATE partnership SET demo_now = '2024-11-20 10:33:00.000000'")
        connection.commit()


def shown(wall: Page) -> str:
    """Where the picture on the wall leads, as a camera reads it."""
    link: str = wall.evaluate(
        "async () => (await (await fetch(document.getElementById('wall').dataset.source)).json()).link"
    )
    return link


def test_a_learner_scans_signs_in_and_is_in(
    in_the_room: None, open_as: Open, new_context: Callable[..., BrowserContext], axe_clean: Check, fits_narrow: Check
) -> None:
    wall = open_as("trainer")
    wall.goto(f"/sessions/{SESSION}/register")
    wall.get_by_role("link", name="Show the check-in code").click()
    expect(wall.get_by_text("0 of 1 expected are here")).to_be_visible()
    axe_clean(wall)
    fits_narrow(wall)

    # Her phone is not signed in: the page she scanned waits behind the sign-in. If the code has changed by then, it says so.
    amina = new_context().new_page()
    amina.goto(shown(wall))
    amina.get_by_label("Email address").fill(person_in_role("wakefield", "practitioner").email)
    amina.get_by_label("Password", exact=True).fill(PASSWORD)
    amina.get_by_role("button", name="Sign in").click()
    amina.wait_for_url(re.compile("/check-in/"))
    button = amina.get_by_role("button", name="I am here")
    expect(button).to_be_visible()
    for _ in range(5):  # on a machine that takes 40 seconds to sign somebody in, she scans once more
        if not amina.get_by_text("This code has changed").count():
            break
        amina.goto(shown(wall))
    axe_clean(amina)
    fits_narrow(amina)
    button.click()
    expect(amina.get_by_role("alert")).to_contain_text("You are checked in: Safeguarding Week")
    expect(wall.get_by_text("1 of 1 expected are here")).to_be_visible()
    wall.goto(f"/sessions/{SESSION}/register")
    expect(wall.get_by_text("Came, checked in at 10:33am")).to_be_visible()


def test_the_code_on_the_wall_changes_and_an_old_one_is_told_why(
    in_the_room: None, open_as: Open, axe_clean: Check
) -> None:
    wall, amina = open_as("trainer"), open_as("practitioner")
    wall.goto(WALL)
    old, code = shown(wall), wall.locator("#code")
    for _ in range(3):  # the one before still counts: by the third change the first is over
        expect(code).not_to_have_text(code.inner_text())
    amina.goto(old)
    expect(amina.get_by_role("main")).to_contain_text("This code has changed since you scanned or read it")
    axe_clean(amina)
    for _ in range(5):
        amina.get_by_label("Code").fill(code.inner_text().lower())
        amina.get_by_role("button", name="I am here").click()
        amina.wait_for_load_state()
        if not amina.get_by_text("This code has changed").count():
            break
    expect(amina.get_by_role("alert")).to_contain_text("You are checked in: Safeguarding Week")


def test_without_scripts_the_wall_has_a_code_and_the_next(in_the_room: None, open_as: Open, fits_narrow: Check) -> None:
    wall = open_as("trainer", java_script_enabled=False)
    wall.goto(WALL)
    code = wall.locator("#code")
    expect(code).not_to_have_text(code.inner_text())  # the page has loaded itself again
    wall.get_by_role("link", name="Show the code of this moment").click()
    expect(wall.get_by_role("img")).to_be_visible()
