"""E-learning in a browser: started, left, taken up elsewhere, completed and counted; and what a hostile package cannot do."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from demo.elearning import MANIFESTS, package
from demo.loading import PASSWORD
from demo.people import sign_in_people
from tests.journeys.conftest import Site

Open = Callable[..., Page]
Check = Callable[[Page], None]
DECLARE = "I have gone through this part"
#: Packages that other people published; they lie beside the repository.
PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "data" / "scorm"
LESSON = "First steps: what you notice matters"


@pytest.fixture
def look(axe_clean: Check, fits_narrow: Check) -> Check:
    """What must hold on every page a journey passes."""

    def check(page: Page) -> None:
        axe_clean(page)
        fits_narrow(page)

    return check


def inside(page: Page) -> FrameLocator:
    """The package itself: in the frame of its host, in ours."""
    return page.frame_locator("iframe").frame_locator("iframe")


def start(page: Page, name: str) -> None:
    """Start a part, or go on with it, from the page of one's booking."""
    page.get_by_role("button", name=re.compile(f"(Start|Go on with) “{re.escape(name)}")).click()


def close(page: Page) -> None:
    """Leave an open part as people do."""
    page.get_by_role("button", name="Save and close").click()
    expect(page.get_by_role("heading", name="Its parts")).to_be_visible()


def test_a_course_is_left_taken_up_on_another_device_and_counted_when_it_is_completed(
    open_as: Open, look: Check
) -> None:
    page = open_as("practitioner")
    page.goto("/learning")
    page.get_by_role("main").get_by_role("link", name=re.compile("An awareness of child abuse")).first.click()
    look(page)
    start(page, LESSON)
    expect(inside(page).get_by_text("Page 1 of 4")).to_be_visible()
    # By keyboard alone.
    inside(page).get_by_role("button", name="Next").press("Enter")
    inside(page).get_by_role("button", name="Next").press("Enter")
    inside(page).get_by_label("Tell your safeguarding lead today").press("Space")
    expect(page.get_by_role("status").first).to_have_text("Saved.")
    look(page)
    close(page)
    expect(page.get_by_role("main")).to_contain_text("Started, not completed")

    phone = open_as("practitioner", viewport={"width": 375, "height": 700})
    phone.goto(page.url)
    start(phone, LESSON)
    expect(inside(phone).get_by_text("Page 3 of 4")).to_be_visible()
    expect(inside(phone).get_by_label("Tell your safeguarding lead today")).to_be_checked()
    inside(phone).get_by_label("What you saw and heard").check()
    inside(phone).get_by_role("button", name="Hand in").click()
    expect(inside(phone).get_by_text("2 of 2 right: passed.")).to_be_visible()
    expect(phone.locator("#stands")).to_have_text("Passed, score 100 of 100")
    close(phone)

    start(phone, "What would you do?")
    look(phone)
    phone.get_by_label("999").check()
    phone.get_by_label("The date and the time").check()
    phone.get_by_label("The words that were said").check()
    phone.get_by_role("button", name="Hand in my answers").click()
    expect(phone.get_by_role("alert")).to_contain_text("Passed: 2 of 2 right.")
    expect(phone.get_by_role("main")).to_contain_text(re.compile(r"Completed\s*8 October 2024"))
    look(phone)

    officer = open_as("ld_officer")
    officer.goto("/elearning")
    look(officer)
    row = officer.get_by_role("row", name=re.compile("An awareness of child abuse"))
    expect(row.get_by_role("cell")).to_have_text([re.compile("1$")] * 3)


def test_the_same_in_scorm_2004(open_as: Open) -> None:
    page = open_as("practitioner")
    page.goto("/courses/CAP")
    page.get_by_role("button", name="Book it").click()
    page.get_by_role("button", name="Start").click()
    inside(page).get_by_role("button", name="Next").click()
    close_to = page.url
    inside(page).get_by_label("Two minutes").check()
    inside(page).get_by_role("button", name="Hand in").click()
    expect(page.locator("#stands")).to_have_text("Completed, not passed, score 0 of 100")
    page.goto(close_to)
    expect(inside(page).get_by_text("Page 3 of 3")).to_be_visible()
    inside(page).get_by_role("button", name="Back").click()
    inside(page).get_by_label("A quarter of an hour").check()
    inside(page).get_by_role("button", name="Hand in").click()
    expect(page.locator("#stands")).to_have_text("Completed, passed, score 100 of 100")


def test_a_part_that_is_opened_elsewhere_says_so_and_saves_nothing_more(
    alone: Callable[[str], Page], open_as: Open
) -> None:
    page = alone("practitioner")
    page.goto("/courses/ACN")
    page.get_by_role("link", name="Start").click()
    booking = page.url
    start(page, LESSON)
    expect(page.get_by_role("status").first).to_have_text("Saved.")
    other = open_as("practitioner")
    other.goto(booking)
    start(other, LESSON)
    expect(other.get_by_role("status").first).to_have_text("Saved.")
    inside(page).get_by_role("button", name="Next").click()
    expect(page.get_by_role("status").first).to_contain_text("This part was opened again, here or on another device")
    expect(page.locator("iframe")).to_have_count(0)


def test_without_scripts_the_page_says_that_it_needs_them(
    new_context: Callable[..., BrowserContext], site: Site
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    enter(page, "practitioner")
    page.goto("/courses/ACN")
    page.get_by_role("link", name="Start").click()
    start(page, LESSON)
    expect(page.get_by_text("This part needs JavaScript")).to_be_visible()
    expect(page.locator("iframe")).to_have_count(0)


def enter(page: Page, role: str) -> None:
    """Sign in as the demonstration's person of that role."""
    who = next(one.person for one in sign_in_people("wakefield") if one.role == role)
    page.goto("/sign-in")
    page.get_by_label("Email address").fill(who.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).not_to_have_url(re.compile("/sign-in$"))


#: What a hostile package tries, each a function that says what it got. `ours` is the address of the page it is shown on.
ATTACKS = {
    "cookies": "document.cookie",
    "the words of our page": "top.document.body.innerText",
    "a value of our page": "top.document.querySelector('[data-token]').dataset.token",
    "our page as the person": "await (await fetch(ours + '/account', { credentials: 'include' })).text()",
    "a request as the person": "(await fetch(ours + '/account', { credentials: 'include', mode: 'no-cors' })).type",
    "a form sent to us": """await new Promise((done, no) => {
      const form = document.createElement('form'); form.method = 'post'; form.action = ours + '/sign-out';
      const frame = document.createElement('iframe'); frame.name = 'sent'; form.target = 'sent';
      document.addEventListener('securitypolicyviolation', (event) => no(new Error(event.violatedDirective)));
      frame.addEventListener('load', () => frame.contentWindow.length === undefined || setTimeout(() => done('sent'), 500));
      document.body.append(frame, form); form.submit(); })""",
    "our page in a frame": """await new Promise((done, no) => {
      const frame = document.createElement('iframe');
      document.addEventListener('securitypolicyviolation', (event) => no(new Error(event.violatedDirective)));
      frame.addEventListener('load', () => { try { done(frame.contentDocument.body.innerText || no(new Error('empty'))); }
        catch (error) { no(error); } });
      frame.src = ours + '/account'; document.body.append(frame); })""",
    "a window of its own": "window.open(ours + '/account').name.length",
    "a script that stays": "(await navigator.serviceWorker.register('stays.js')).scope",
    "another place for our page": "(top.location.href = ours + '/courses?taken') && await new Promise((d) => setTimeout(d, 999))",
}


def hostile_page(attacks: dict[str, str]) -> str:
    """A page that tries all of them and writes down what it got."""
    functions = ",".join(f"{json.dumps(name)}: async () => {code}" for name, code in attacks.items())
    script = f"""
    const ours = location.ancestorOrigins[location.ancestorOrigins.length - 1];
    (async () => {{
      const got = {{}};
      for (const [name, attack] of Object.entries({{ {functions} }})) {{
        try {{ got[name] = String(await attack()).slice(0, 20000); }} catch (error) {{ got[name] = ''; }}
      }}
      document.getElementById('got').textContent = JSON.stringify(got);
    }})();
    """
    return f'<!DOCTYPE html><title>Hostile</title><p>Hostile</p><pre id="got"></pre><script>{script}</script>'


HOSTILE = hostile_page(ATTACKS)
#: Without the last, which would end the page that is looked at.
CONTROL = hostile_page({name: code for name, code in ATTACKS.items() if name != "another place for our page"})


def hostile_package() -> bytes:
    """A package that plays by no rule."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("imsmanifest.xml", MANIFESTS["scorm_12"].replace("$title", "Hostile"))
        archive.writestr("index.html", HOSTILE)
        archive.writestr("stays.js", "self.addEventListener('fetch', () => {});")
    return made.getvalue()


@pytest.fixture
def alone(browser: Browser, site: Site) -> Callable[[str], Page]:
    """A browser of somebody, whose refusals and errors are not faults: they are what is looked for."""

    def make(role: str) -> Page:
        page = browser.new_context(base_url=site.url, locale="en-GB").new_page()
        page.set_default_timeout(10_000)
        enter(page, role)
        return page

    return make


def got(frame: Any) -> dict[str, str]:
    """What a hostile page says it got, once it has tried everything."""
    expect(frame.locator("#got")).not_to_be_empty(timeout=20_000)
    found: dict[str, str] = json.loads(frame.locator("#got").inner_text())
    return {name: what for name, what in found.items() if what}


def test_a_hostile_package_never_acts_as_the_person(alone: Callable[[str], Page]) -> None:
    officer = alone("ld_officer")
    officer.goto("/courses/CAP/elearning/add/package")
    officer.get_by_label("SCORM package").set_input_files(
        {"name": "hostile.zip", "mimeType": "application/zip", "buffer": hostile_package()}
    )
    officer.get_by_label("Where it stands").select_option(index=1)
    officer.get_by_role("button", name="Add it").click()
    expect(officer.get_by_role("alert")).to_contain_text("is added")

    page = alone("practitioner")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/courses/CAP")
    page.get_by_role("button", name="Book it").click()
    asked.clear()
    page.get_by_role("button", name="Start").click()
    at = page.url
    assert got(inside(page)) == {}
    assert page.url == at
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    ours = [
        one for one in asked if "/play/" not in one and any(part in one for part in ("/account", "/sign-out", "taken"))
    ]
    assert ours == [], "not even asked for"
    assert page.context.cookies(page.frames[1].url) == [], "there is no cookie on the host of contents"


def test_what_a_hostile_package_says_is_believed_no_further_than_the_list(alone: Callable[[str], Page]) -> None:
    page = alone("practitioner")
    page.goto("/courses/ACN")
    page.get_by_role("link", name="Start").click()
    start(page, LESSON)
    expect(page.get_by_role("status").first).to_have_text("Saved.")
    player, lesson = page.frames[1], page.frames[2]
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if request.url.endswith("/save") else None)
    forged = {"said": "state", "cmi": {"cmi.core.student_id": "somebody-else", "cmi.core.lesson_status": "passed"}}
    # From the page of the package itself: not the frame that is listened to.
    lesson.evaluate(
        "(message) => top.postMessage(message, '*')", forged | {"cmi": {"cmi.core.lesson_status": "passed"}}
    )
    # From another origin under our page: neither.
    page.evaluate(
        """(message) => { const frame = document.createElement('iframe'); frame.srcdoc = '<p>x</p>'; document.body.append(frame);
        frame.addEventListener('load', () => window.postMessage(message, '*')); }""",
        forged,
    )
    # From the page around it, which the package can make say anything: understood by the server, and refused whole.
    with page.expect_response(lambda answer: answer.url.endswith("/save")) as answered:
        player.evaluate("(message) => window.parent.postMessage(message, '*')", forged)
    assert answered.value.status == 422
    expect(page.get_by_role("status").first).to_contain_text("could not be understood")
    assert [one for one in sent if "passed" in one and "student_id" not in one] == []
    expect(page.locator("#stands")).to_have_text("Started, not completed")


def test_the_same_attacks_succeed_where_the_package_is_one_of_our_pages(
    alone: Callable[[str], Page], site: Site
) -> None:
    """The control: on our own host, in a frame without a sandbox, the package acts as the person; the test above would fail."""
    page = alone("practitioner")
    html = {"content_type": "text/html", "status": 200}
    shown = '<!DOCTYPE html><p data-token="secret">Our page</p><iframe src="/control/hostile"></iframe>'
    page.route("**/control/ours", lambda route: route.fulfill(body=shown, **html))
    page.route("**/control/hostile", lambda route: route.fulfill(body=CONTROL, **html))
    page.route("**/courses?taken", lambda route: route.abort())
    page.goto("/control/ours")
    found = got(page.frame_locator("iframe").first)
    assert "Our page" in found["the words of our page"]
    assert found["a value of our page"] == "secret"
    assert "Amina Yusuf" in found["our page as the person"]
    assert {"a request as the person", "a form sent to us"} <= set(found)
    with page.expect_request("**/courses?taken"):
        page.frames[1].evaluate("top.location.href = '/courses?taken'")


def test_an_officer_adds_a_package_looks_at_it_and_is_told_what_is_wrong_with_another(
    open_as: Open, look: Check
) -> None:
    page = open_as("ld_officer")
    page.goto("/courses/ACN/elearning/manage")
    look(page)
    page.get_by_role("link", name="Add a SCORM package").click()
    look(page)
    page.get_by_label("SCORM package").set_input_files(
        {"name": "not.zip", "mimeType": "application/zip", "buffer": b"nothing of the kind"}
    )
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("alert")).to_contain_text("This is not a ZIP file")
    look(page)
    page.get_by_label("SCORM package").set_input_files(
        {"name": "whole.zip", "mimeType": "application/zip", "buffer": package("scorm_2004")}
    )
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("alert")).to_contain_text("“Accidents at home: hot drinks” is added")
    item = page.get_by_role("listitem").filter(has_text="Accidents at home")
    item.get_by_role("button", name="Look at it").click()
    expect(inside(page).get_by_text("Page 1 of 3")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Nothing of it is saved")
    look(page)
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What this course holds")


def held(officer: Page, name: str) -> None:
    """The officer puts this published package in the place of the one the course holds."""
    officer.goto("/courses/CAP/elearning/add/package")
    officer.get_by_label("SCORM package").set_input_files(PUBLISHED / name)
    officer.get_by_label("Where it stands").select_option(index=1)
    officer.get_by_role("button", name="Add it").click()
    expect(officer.get_by_role("alert")).to_contain_text("is added")


def booked(page: Page) -> str:
    """Book the course, for the first time or once more; the address of the booking."""
    page.goto("/courses/CAP")
    page.get_by_role("button", name=re.compile("^Book it")).click()
    expect(page.get_by_role("heading", name=re.compile("^Its "))).to_be_visible()
    return page.url


def saved_and_closed(page: Page, booking: str) -> None:
    """Leave an open part, and be back at the booking. By the keyboard: a package below is long, and the page may still scroll."""
    page.get_by_role("button", name="Save and close").press("Enter")
    expect(page).to_have_url(booking)


@pytest.mark.skipif(
    not PUBLISHED.is_dir(), reason="The published packages lie beside the repository, in ../shared/data."
)
def test_published_packages_are_completed_by_what_they_say_by_ending_or_by_the_persons_own_word(
    alone: Callable[[str], Page], look: Check
) -> None:
    officer, page = alone("ld_officer"), alone("practitioner")

    # One that says how far, how well, and with what score.
    held(officer, "RuntimeBasicCalls_SCORM12.zip")
    booking = booked(page)
    page.get_by_role("button", name="Start").click()
    following = inside(page).get_by_role("button", name="Next ->")
    for _ in range(14):
        following.click()
    expect(page.locator("#stands")).to_have_text("Completed")
    test = inside(page).frame_locator("#contentFrame")
    hand_in = test.get_by_role("button", name="Submit Answers")
    expect(hand_in).to_be_visible()
    for answer in test.locator(".correctAnswer").all():
        if answer.get_by_role("textbox").count():
            answer.get_by_role("textbox").fill(re.sub(r"\D", "", answer.inner_text()))
        else:
            answer.get_by_role("radio").check()
    hand_in.click()
    expect(page.locator("#stands")).to_have_text("Completed, passed, score 100 of 100")
    saved_and_closed(page, booking)
    expect(page.get_by_role("main")).to_contain_text("Completed, passed, score 100 of 100")

    # One that begins, ends and reports nothing: completed by SCORM's own rule.
    held(officer, "RuntimeMinimumCalls_SCORM20043rdEdition.zip")
    booking = booked(page)
    start(page, "How to Play")
    expect(inside(page).get_by_role("heading", name="Play of the game")).to_be_visible()
    expect(page.get_by_role("status").first).to_have_text("Saved.")
    expect(page.locator("#stands")).to_have_text("Started")
    saved_and_closed(page, booking)
    part = page.get_by_role("listitem").filter(has_text="How to Play")
    expect(part).to_contain_text("Interactive. Completed.")
    expect(page.get_by_role("button", name=DECLARE)).to_have_count(0)

    # One that never says a word: the person says it.
    held(officer, "ContentPackagingSingleSCO_SCORM12.zip")
    phone = alone("trainer")
    booking = booked(phone)
    phone.get_by_role("button", name="Start").click()
    expect(inside(phone).locator("body")).to_be_visible()
    expect(phone.locator("#stands")).to_have_text("Started")
    saved_and_closed(phone, booking)
    look(phone)
    phone.get_by_role("button", name=DECLARE).click()
    expect(phone.get_by_role("alert")).to_contain_text("as you said yourself")
    expect(phone.get_by_role("main")).to_contain_text("Interactive. Completed, as you said yourself.")
    look(phone)
    officer.goto("/elearning?year=all")
    expect(officer.get_by_role("main")).to_contain_text("(1 said so themselves)")
    look(officer)
