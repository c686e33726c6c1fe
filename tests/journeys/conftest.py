"""Journeys: a person in a real browser, in front of the demonstration.

Each journey has a copy of the loaded demonstration and a server of its own, so it may change whatever it likes. They run on
SQLite only: they look at pages, and the database behind the pages is tested by everything else, on both kinds.
"""

import fcntl
import os
import shutil
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Error, Page, expect
from werkzeug.serving import WSGIRequestHandler, make_server

from demo.loading import PASSWORD
from demo.people import sign_in_people
from lms.app import create_app
from lms.db import db

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

#: What the browser says when the page it was asked about is being replaced by the next one.
REPLACED = ("reading 'documentElement'", "Execution context was destroyed", "because of a navigation")

Lms = Callable[..., Any]
Found = TypeVar("Found")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)


@dataclass(frozen=True)
class Site:
    """A running demonstration: its address, its database, and the folder of its files."""

    url: str
    database: str
    files: Path
    lms: Lms

    def run_due(self, at: str) -> None:
        """Let the demonstration's months pass, as `lms run-due --at` does for people."""
        done = self.lms("run-due", "--at", at, database=self.database, files=self.files, demo=1, public_url=self.url)
        assert done.returncode == 0, done.stderr

    def hold_today(self, session: str, starts: str, ends: str) -> None:
        """A session of one date is held on the day the demonstration starts, when nothing else is due yet. Times are UTC."""
        times = [f"2024-10-08 {clock}:00.000000" for clock in (starts, ends)]
        row = "id = (SELECT id FROM course_session WHERE reference = ?)"
        with closing(sqlite3.connect(self.database.removeprefix("sqlite:///"), timeout=20)) as connection:
            connection.execute(f"UPDATE course_session SET starts_at = ?, ends_at = ? WHERE {row}", (*times, session))
            connection.execute(
                f"UPDATE session_date SET starts_at = ?, ends_at = ? WHERE session_{row}", (*times, session)
            )
            connection.commit()


@pytest.fixture
def partnership() -> str:
    """Whose demonstration the journey looks at; a test module may say “kirklees”."""
    return "wakefield"


def files_of(loaded: Path) -> Path:
    """Where the files of a loaded demonstration lie."""
    return loaded.with_suffix(".files")


@pytest.fixture
def loaded(partnership: str, tmp_path_factory: pytest.TempPathFactory, worker_id: str, lms: Lms) -> Path:
    """The demonstration as `lms demo` loads it, once for all processes of a run. Copy it, do not open it."""
    shared = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        shared = shared.parent
    path = shared / f"{partnership}.db"
    with (shared / f"{partnership}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            making = path.with_suffix(".making")
            done = lms("demo", partnership, database=f"sqlite:///{making}", files=files_of(path), demo=1)
            assert done.returncode == 0, done.stderr
            with closing(sqlite3.connect(making)) as connection:
                connection.execute("PRAGMA journal_mode = DELETE")  # all of it into the one file that is copied
            making.rename(path)
    return path


class QuietHandler(WSGIRequestHandler):
    """Says nothing of each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@pytest.fixture
def site(loaded: Path, settings: dict[str, Any], lms: Lms, tmp_path: Path) -> Iterator[Site]:
    """A server on a port of its own, with a copy of the demonstration behind it; `lms verify` finds it whole at the end."""
    database = shutil.copyfile(loaded, tmp_path / "site.db")
    files = shutil.copytree(files_of(loaded), tmp_path / "site.files")
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        port = listening.getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        addresses = {"PUBLIC_URL": url, "CONTENT_URL": f"http://localhost:{port}"}
        app = create_app(
            **settings | {"TESTING": False, "DEMO": True, "FILES": str(files)} | addresses,
            SQLALCHEMY_DATABASE_URI=f"sqlite:///{database}",
        )
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler, fd=listening.fileno())
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Site(url, f"sqlite:///{database}", files, lms)
        checked = lms("verify", database=f"sqlite:///{database}", files=files, demo=1, public_url=url)
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()
        assert checked.returncode == 0, checked.stdout


@pytest.fixture(scope="session")
def base_url() -> None:
    """No address for all: each journey has its own (`site`)."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium, which can look up no name and so reach no other host; root has no sandbox to offer."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("there is no Chromium on this machine: install it to run the journeys")
    arguments = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    return {**browser_type_launch_args, "executable_path": found, "args": arguments}


def _watch(context: BrowserContext, faults: list[str]) -> None:
    def console(message: Any) -> None:
        # A page answered with 422 or 404 is reported here too; what a page itself needs is watched below.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            faults.append(f"console: {message.text}")

    def requested(request: Any) -> None:
        if urlsplit(request.url).hostname not in {"127.0.0.1", "localhost", None}:
            faults.append(f"loaded from another host: {request.url}")

    def answered(response: Any) -> None:
        document = response.request.resource_type == "document"
        if response.status >= 500 or (response.status >= 400 and not document):
            faults.append(f"{response.status}: {response.url}")

    context.on("console", console)
    context.on("weberror", lambda error: faults.append(f"script: {error.error}"))
    context.on("request", requested)
    context.on("response", answered)


@pytest.fixture
def new_context(new_context: Callable[..., BrowserContext], site: Site) -> Iterator[Callable[..., BrowserContext]]:
    """Opens a browser for one person, on this journey's site: `new_context(java_script_enabled=False)`.

    What goes wrong in it fails the journey: an error in the console, a violation of the Content-Security-Policy, a script or
    picture that is missing or comes from another host.
    """
    faults: list[str] = []

    def make(**options: Any) -> BrowserContext:
        usual = {"base_url": site.url, "locale": "en-GB", "timezone_id": "Europe/London"}
        context = new_context(**usual | options)
        context.set_default_timeout(10_000)
        _watch(context, faults)
        return context

    yield make
    assert not faults, "\n".join(faults)


@pytest.fixture
def open_as(new_context: Callable[..., BrowserContext], partnership: str) -> Callable[..., Page]:
    """A function that opens a browser and signs in as the demonstration's person of that role: `open_as("trainer")`.

    Options are those of `new_context`.
    """
    people = {one.role: one.person for one in sign_in_people(partnership)}

    def sign_in(role: str, **options: Any) -> Page:
        page = new_context(**options).new_page()
        page.goto("/sign-in")
        page.get_by_label("Email address").fill(people[role].email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page).not_to_have_url("/sign-in")
        return page

    return sign_in


def _is_known(violation: dict[str, Any]) -> bool:
    """Conditional radios of the design system say aria-expanded, which axe does not allow; its authors keep it on purpose."""
    return violation["id"] == "aria-allowed-attr" and all(
        "aria-expanded" in node["html"] and "govuk-" in node["html"] for node in violation["nodes"]
    )


def _settled(page: Page, look: Callable[[], Found]) -> Found:
    """What there is to see on the page a press led to: looked at once more where the page was just being replaced."""
    for _ in range(5):
        page.wait_for_load_state()
        try:
            return look()
        except Error as fault:
            if not any(words in fault.message for words in REPLACED):
                raise
    raise AssertionError(f"{page.url} is replaced again and again")


@pytest.fixture(scope="session")
def axe_clean() -> Callable[[Page], None]:
    """A function that fails when axe finds a breach of WCAG 2.0, 2.1 or 2.2, level A or AA, on the page."""
    axe = Axe()

    def check(page: Page) -> None:
        options = {"runOnly": WCAG, "resultTypes": ["violations"]}
        found = _settled(page, lambda: axe.run(page, options=options)).response["violations"]
        faults = [
            f"{violation['id']}: {violation['help']}: {node['html'][:200]}"
            for violation in found
            if not _is_known(violation)
            for node in violation["nodes"]
        ]
        assert not faults, "\n".join([page.url, *faults])

    return check


@pytest.fixture(scope="session")
def fits_narrow() -> Callable[[Page], None]:
    """A function that fails when the page scrolls sideways at 320 pixels, which is also 1280 at 400 % zoom."""

    def check(page: Page) -> None:
        before = page.viewport_size
        page.set_viewport_size({"width": 320, "height": 640})
        width = _settled(page, lambda: page.evaluate("document.documentElement.scrollWidth"))
        if before:
            page.set_viewport_size(before)
        assert width <= 320, f"{page.url} is {width} pixels wide at 320"

    return check
