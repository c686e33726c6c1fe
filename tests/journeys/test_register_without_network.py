"""A register on a phone, in a room without a network: in a real browser, with the network cut, the browser closed and opened
again, two trainers at once, and the sign-in ended meanwhile. No mark is lost, and nobody's name stays on the phone."""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, BrowserType, Page, expect

from demo.loading import PASSWORD
from tests.journeys.conftest import Site, _watch

SESSION = "PMH-2024-10"
REGISTER = f"/offline?register={SESSION}/1"
TOM, MEI = "tom.ashworth@early-help.example.org.uk", "mei.chen@hospital-trust.example.org.uk"
#: What a row says while its mark waits on the phone.
WAITING = "not sent yet"
#: Bookings (b) of a session and their people (p).
REGISTERED = (
    "booking b JOIN person p ON p.id = b.person_id JOIN course_session s ON s.id = b.session_id WHERE s.reference = ?"
)
#: Everything our pages have kept in a browser: IndexedDB, caches, local storage.
ON_DISK = """async () => {
  const local = { ...localStorage };
  const settled = (request) => new Promise((done) => { request.onsuccess = () => done(request.result); });
  const kept = [];
  if ((await indexedDB.databases()).some((one) => one.name === "registers")) {
    const opened = await settled(indexedDB.open("registers"));
    for (const name of opened.objectStoreNames) {
      kept.push(await settled(opened.transaction(name).objectStore(name).getAll()));
    }
    opened.close();
  }
  const pages = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      pages.push([request.url, await (await cache.match(request, { ignoreVary: true })).text()]);
    }
  }
  return { local, kept, pages };
}"""
Check = Callable[[Page], None]


class Database:
    """The rows behind the pages, read and set by the journey itself."""

    def __init__(self, site: Site) -> None:
        self.path = site.database.removeprefix("sqlite:///")

    def rows(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.path, timeout=20)) as connection:
            found = connection.execute(question, values).fetchall()
            connection.commit()
        return found

    def expected(self) -> list[str]:
        """The references of the bookings on the register."""
        expected = f"{REGISTERED} AND b.status = 'booked' AND b.origin <> 'walk_in'"
        wanted = f"SELECT b.reference FROM {expected} ORDER BY p.last_name, b.id"
        return [reference for (reference,) in self.rows(wanted, SESSION)]

    def marks(self) -> dict[str, list[str]]:
        """Every mark of each booking, oldest first: “attended Tom”."""
        found: dict[str, list[str]] = {}
        wanted = (
            "SELECT b.reference, m.mark || ' ' || t.first_name FROM attendance_mark m JOIN person t ON t.id = m.marked_by_id, "
            f"{REGISTERED} AND b.id = m.booking_id ORDER BY m.id"
        )
        for reference, said in self.rows(wanted, SESSION):
            found.setdefault(reference, []).append(said)
        return found

    def walk_ins(self) -> list[str]:
        """Who walked in."""
        wanted = f"SELECT p.first_name || ' ' || p.last_name FROM {REGISTERED} AND b.origin = 'walk_in' ORDER BY b.id"
        return [name for (name,) in self.rows(wanted, SESSION)]

    def names(self) -> set[str]:
        """The last names of everybody on the register."""
        return {name for (name,) in self.rows(f"SELECT p.last_name FROM {REGISTERED} AND b.status = 'booked'", SESSION)}

    def end_visits(self) -> None:
        """Every sign-in has ended, as it does after some hours."""
        self.rows("DELETE FROM server_session")


@pytest.fixture(autouse=True)
def _patience() -> Iterator[None]:
    """A busy machine is no fault of the page."""
    expect.set_options(timeout=30_000)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def room(site: Site) -> Database:
    """The morning of a session of 25 people that Tom and Mei teach together."""
    database = Database(site)
    database.rows(
        "INSERT INTO session_trainer (session_id, person_id) SELECT s.id, p.id FROM course_session s, person p "
        "WHERE s.reference = ? AND p.email = ?",
        SESSION,
        MEI,
    )
    database.rows(
        "UPDATE person SET password_hash = (SELECT password_hash FROM person WHERE email = ?) WHERE email = ?", TOM, MEI
    )
    database.rows("UPDATE partnership SET demo_now = '2024-10-22 09:00:00.000000'")
    assert len(database.expected()) == 25
    return database


class Phone:
    """One person's phone: a browser whose disk stays when it is closed."""

    def __init__(self, browser_type: BrowserType, disk: Path, site: Site, arguments: dict[str, Any]) -> None:
        self.browser_type, self.disk, self.site, self.arguments = browser_type, disk, site, arguments
        self.faults: list[str] = []
        self.open()

    def open(self, offline: bool = False) -> None:
        """Take it out of the pocket, in a room with a network or without."""
        self.context: BrowserContext = self.browser_type.launch_persistent_context(
            self.disk,
            base_url=self.site.url,
            locale="en-GB",
            timezone_id="Europe/London",
            viewport={"width": 390, "height": 800},
            offline=offline,
            **self.arguments,
        )
        self.context.set_default_timeout(20_000)
        _watch(self.context, self.faults)
        self.page: Page = self.context.pages[0]

    def close(self) -> None:
        self.context.close()

    def sign_in(self, email: str) -> None:
        if "/sign-in" not in self.page.url:
            self.page.goto("/sign-in")
        self.page.get_by_label("Email address").fill(email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def sign_in_again(self, email: str, marks: str) -> None:
        """The network is back, and the sign-in has ended with the browser: it asks, and then it sends."""
        self.says(f"Sign in again to send {marks}.")
        self.page.get_by_role("link", name="Sign in").click()
        self.sign_in(email)
        expect(self.page.locator("#state")).not_to_contain_text("Sign in")

    def take_along(self, email: str) -> None:
        """Sign in, and put the register on the phone as the page says."""
        self.sign_in(email)
        self.page.goto(f"/sessions/{SESSION}/register")
        self.page.get_by_role("link", name="Use without network").click()
        expect(self.page.get_by_text("This register is on this device.")).to_be_visible()

    def network(self, there: bool) -> None:
        self.context.set_offline(not there)

    def row(self, booking: str) -> Any:
        return self.page.locator(f"#row-{booking}")

    def press(self, booking: str, button: str) -> None:
        self.row(booking).get_by_text(button, exact=True).click()

    def press_offline(self, booking: str, button: str) -> None:
        """Press, and see that the phone has kept it."""
        self.press(booking, button)
        expect(self.row(booking).locator(".gt-kept")).to_contain_text(WAITING)

    def walk_in(self, first: str, last: str) -> None:
        self.page.get_by_label("First name").fill(first)
        self.page.get_by_label("Last name").fill(last)
        self.page.get_by_label("Where they work").select_option(index=1)
        self.page.get_by_role("button", name="Add to the register").click()
        expect(self.page.get_by_role("group", name=f"{first} {last}")).to_contain_text(WAITING)

    def says(self, words: str) -> None:
        expect(self.page.locator("#state")).to_contain_text(words)

    def on_disk(self) -> str:
        """Everything our pages have kept in this browser: IndexedDB, caches, local storage."""
        found = self.page.evaluate(ON_DISK)
        return json.dumps(found, ensure_ascii=False)


@pytest.fixture
def phone(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any], tmp_path: Path, site: Site
) -> Iterator[Callable[[str], Phone]]:
    """A function that gives somebody a phone of their own."""
    phones: list[Phone] = []

    def give(owner: str) -> Phone:
        phones.append(Phone(browser_type, tmp_path / owner, site, browser_type_launch_args))
        return phones[-1]

    yield give
    for one in phones:
        one.close()
    assert not [fault for one in phones for fault in one.faults]


def lost(pressed: dict[str, set[str]], kept: dict[str, list[str]]) -> list[str]:
    """The marks that were pressed and that the register does not have, now or among the earlier ones."""
    return [
        f"{booking}: {mark}"
        for booking, marks in pressed.items()
        for mark in marks
        if mark not in kept.get(booking, [])
    ]


def test_two_trainers_mark_25_people_without_a_network_and_no_mark_is_lost(
    room: Database, phone: Callable[[str], Phone], axe_clean: Check, fits_narrow: Check
) -> None:
    people = room.expected()
    toms, meis = people[:14], people[11:]  # three people are marked by both
    tom, mei = phone("tom"), phone("mei")
    tom.take_along(TOM)
    mei.take_along(MEI)
    axe_clean(tom.page)
    fits_narrow(tom.page)
    tom.network(False)
    mei.network(False)
    for booking in toms:
        tom.press_offline(booking, "Came")
    for booking in meis:
        mei.press_offline(booking, "Not here" if booking == people[11] else "Came")
    mei.press(people[12], "Left early")
    mei.row(people[12]).get_by_label("Until").fill("11:15")
    mei.row(people[12]).get_by_label("Until").blur()
    expect(mei.row(people[12]).locator(".gt-kept")).to_contain_text("Left early at 11:15: on this device")
    tom.walk_in("Rosa", "Lindqvist")
    tom.says("No network: your marks are kept on this device. 15 marks not sent yet.")
    mei.says("14 marks not sent yet.")
    assert room.marks() == {}

    # Both phones are put away and taken out again, still without a network.
    for one in (tom, mei):
        one.close()
        one.open(offline=True)
        one.page.goto(REGISTER)
        one.says("No network")
    expect(tom.page.locator(".gt-kept", has_text=WAITING)).to_have_count(15)
    expect(mei.page.locator(".gt-kept", has_text=WAITING)).to_have_count(14)
    axe_clean(mei.page)

    tom.network(True)
    tom.sign_in_again(TOM, "15 marks")
    tom.says("Sent at")
    mei.network(True)
    mei.sign_in_again(MEI, "14 marks")
    expect(mei.page.locator("#attention")).to_contain_text("2 marks need your decision")

    # What differs is shown, with both marks, and decided: once theirs stays, once mine.
    not_here, left_early = mei.row(people[11]), mei.row(people[12])
    expect(not_here).to_contain_text("Two marks. You: not here. The register: came, marked at")
    expect(not_here).to_contain_text("by Tom Ashworth")
    axe_clean(mei.page)
    fits_narrow(mei.page)
    not_here.get_by_role("button", name="Keep theirs: came").click()
    left_early.get_by_role("button", name="Keep yours: left early at 11:15").click()
    expect(left_early.locator(".gt-kept")).to_contain_text("Left early at 11:15am, marked at")
    expect(not_here.locator(".gt-kept")).to_contain_text("by Tom Ashworth")
    expect(mei.page.locator("#attention")).to_be_hidden()

    pressed = {booking: {"attended Tom"} for booking in toms} | {booking: {"attended Mei"} for booking in meis[3:]}
    pressed[people[12]] = {"attended Tom", "left_early Mei"}
    kept = room.marks()
    assert lost(pressed, kept) == []
    assert set(kept) >= set(people)
    assert len(kept) == 26
    assert kept[people[12]] == ["attended Tom", "left_early Mei"], "the earlier mark is kept under the later one"
    assert room.walk_ins() == ["Rosa Lindqvist"]

    # Everybody is marked and everything is acknowledged: no name is left on either phone.
    for one in (tom, mei):
        one.page.goto(REGISTER)
        expect(one.page.get_by_text("The names are no longer kept on this device")).to_be_visible()
        one.page.goto("/offline")
        expect(one.page.get_by_text("No register is kept on this device.")).to_be_visible()
    for one in (tom, mei):
        disk = one.on_disk()
        assert "/offline" in disk, "the page itself stays"
        assert [name for name in {*room.names(), "Lindqvist"} if name in disk] == []


def test_a_lost_mark_would_be_noticed(room: Database, phone: Callable[[str], Phone]) -> None:
    """The control: what the phone has not sent counts as lost until it has."""
    (first, second, *_), tom = room.expected(), phone("tom")
    tom.take_along(TOM)
    tom.press(first, "Came")
    tom.says("Sent at")
    tom.network(False)
    tom.press_offline(second, "Came")
    pressed = {first: {"attended Tom"}, second: {"attended Tom"}}
    assert lost(pressed, room.marks()) == [f"{second}: attended Tom"]
    # A phone that has lost its disk never sends it, and it is said which mark is missing.
    tom.close()
    shutil.rmtree(tom.disk)
    tom.open()
    tom.take_along(TOM)
    tom.says("This is how the register stands now.")
    assert lost(pressed, room.marks()) == [f"{second}: attended Tom"]


def test_when_the_sign_in_has_ended_meanwhile_it_asks_and_then_sends(
    room: Database, phone: Callable[[str], Phone]
) -> None:
    (first, second, *_), tom = room.expected(), phone("tom")
    tom.take_along(TOM)
    tom.network(False)
    tom.press_offline(first, "Came")
    tom.press_offline(second, "Apology")
    room.end_visits()
    tom.close()
    tom.open()
    tom.page.goto(REGISTER)
    tom.says("Sign in again to send 2 marks.")
    expect(tom.row(first).locator(".gt-kept")).to_contain_text(WAITING)
    assert room.marks() == {}
    tom.sign_in_again(TOM, "2 marks")
    tom.says("Sent at")
    assert room.marks() == {first: ["attended Tom"], second: ["apology Tom"]}


def test_whoever_signs_in_next_does_not_send_the_marks_of_somebody_else(
    room: Database, phone: Callable[[str], Phone]
) -> None:
    first, shared = room.expected()[0], phone("shared")
    shared.take_along(TOM)
    shared.network(False)
    shared.press_offline(first, "Came")
    room.end_visits()
    shared.network(True)
    shared.says("Sign in again to send 1 mark.")
    shared.page.get_by_role("link", name="Sign in").click()
    shared.sign_in(MEI)
    shared.says("They were made by Tom Ashworth, who must sign in to send them.")
    assert room.marks() == {}


def test_signing_out_deletes_what_the_phone_keeps_but_asks_while_marks_wait(
    room: Database, phone: Callable[[str], Phone]
) -> None:
    first, tom = room.expected()[0], phone("tom")
    tom.take_along(TOM)
    name = tom.row(first).locator("legend").inner_text().split()[1]
    assert name in tom.on_disk()
    tom.network(False)
    tom.press_offline(first, "Came")
    asked: list[str] = []

    def answer(dialog: Any) -> None:
        asked.append(dialog.message)
        dialog.dismiss() if len(asked) == 1 else dialog.accept()

    tom.page.on("dialog", answer)
    # The mark cannot be sent from another page of ours.
    tom.page.goto("about:blank")
    tom.network(True)
    tom.page.goto("/teaching")
    tom.page.get_by_role("button", name="Sign out").click()
    assert asked == ["Marks on this device that are not sent yet: 1. If you sign out now, they are deleted. Sign out?"]
    expect(tom.page.get_by_role("button", name="Sign out")).to_be_visible()
    tom.page.get_by_role("button", name="Sign out").click()
    expect(tom.page.get_by_text("You have signed out.")).to_be_visible()
    assert name not in tom.on_disk()
    tom.page.goto(REGISTER)
    expect(tom.page.get_by_text("You are not signed in.")).to_be_visible()


def test_after_72_hours_without_us_the_names_go_and_the_marks_stay(
    room: Database, phone: Callable[[str], Phone]
) -> None:
    first, tom = room.expected()[0], phone("tom")
    tom.take_along(TOM)
    tom.network(False)
    name = tom.row(first).locator("legend").inner_text().split()[1]
    tom.press_offline(first, "Came")
    tom.walk_in("Rosa", "Lindqvist")
    tom.page.clock.install()
    tom.page.clock.fast_forward(72 * 3_600_000 + 1000)
    tom.page.goto(REGISTER)
    expect(tom.page.get_by_text("The names have been deleted from this device.")).to_be_visible()
    disk = tom.on_disk()
    assert first in disk
    assert [one for one in (name, "Lindqvist") if one in disk] == []
    tom.network(True)
    tom.says("Sent at")
    assert list(room.marks()) == [first]


def test_a_phone_may_put_it_on_its_home_screen(room: Database, phone: Callable[[str], Phone]) -> None:
    tom = phone("tom")
    tom.take_along(TOM)
    devtools = tom.context.new_cdp_session(tom.page)
    assert devtools.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    scopes = tom.page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).map((one) => one.scope)")
    assert [scope.removeprefix(tom.site.url) for scope in scopes] == ["/offline"]
