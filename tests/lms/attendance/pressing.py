"""A room, and its register as it lies in somebody’s hand: the form of an opened page, with what its browser would send."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.accounts.models import Person
from lms.attendance.models import Mark
from lms.bookings.models import Booking, BookingStatus
from lms.catalogue.models import CourseSession, SessionDate
from tests import factories

HTML = "{http://www.w3.org/1999/xhtml}"
SignIn = Callable[[Person], FlaskClient]


@dataclass
class Room:
    """A session, who teaches it, and the bookings of those expected, in the order of the register."""

    session: CourseSession
    trainer: Person
    expected: list[Booking]

    @property
    def date(self) -> SessionDate:
        return self.session.dates[0]

    @property
    def path(self) -> str:
        return f"/sessions/{self.session.reference}/register"


def booked(session: CourseSession, who: Person, status: BookingStatus = BookingStatus.BOOKED) -> Booking:
    """A booking loaded from elsewhere: no letter, whatever became of it."""
    return factories.booking(session, who, status)


def _words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


class OpenPage:
    """A page somebody opened. What they press stays in it until they send it, whatever happens elsewhere meanwhile."""

    def __init__(self, browser: FlaskClient, path: str, answer: TestResponse | None = None) -> None:
        self.browser, self.path = browser, path
        self.answer = answer or browser.get(path)
        self.tree = html5lib.parse(self.answer.text)
        self.fields: dict[str, str] = {}
        form = next(one for one in self.tree.iter(f"{HTML}form") if "/register" in (one.get("action") or ""))
        for field in form.iter(f"{HTML}input"):
            kind = field.get("type", "text")
            if kind != "radio" or "checked" in field.attrib:
                self.fields[field.get("name", "")] = field.get("value", "")
        for chooser in form.iter(f"{HTML}select"):
            options = list(chooser.iter(f"{HTML}option"))
            chosen = [option for option in options if "selected" in option.attrib] or options
            self.fields[chooser.get("name", "")] = chosen[0].get("value", "")

    def press(self, booking: Booking, mark: Mark, until: str | None = None, since: str | None = None) -> None:
        """Press a button of a row, and type when the person came and left."""
        self.fields[f"mark-{booking.reference}"] = mark.value
        if since is not None:
            self.fields[f"from-{booking.reference}"] = since
        if until is not None:
            self.fields[f"until-{booking.reference}"] = until

    def pressed(self, booking: Booking) -> str:
        """The button that is down in a row; nothing for none."""
        return self.fields.get(f"mark-{booking.reference}", "")

    def row(self, booking: Booking) -> str:
        """What is written in a row."""
        return next(_words(one) for one in self.tree.iter() if one.get("id") == f"row-{booking.reference}")

    def counts(self) -> list[str]:
        """The figures on top: “4 expected”."""
        found = next(one for one in self.tree.iter(f"{HTML}ul") if one.get("class") == "gt-count")
        return [_words(one) for one in found.iter(f"{HTML}li")]

    def problems(self) -> list[str]:
        """The error summary, line by line."""
        return [
            _words(line)
            for one in self.tree.iter(f"{HTML}ul")
            if "govuk-error-summary__list" in (one.get("class") or "")
            for line in one.iter(f"{HTML}li")
        ]

    def beside(self, control: str) -> str:
        """The sentence beside a control, by its id."""
        found = (one for one in self.tree.iter() if one.get("id") == f"{control}-error")
        return next((_words(one).removeprefix("Error: ") for one in found), "")

    def buttons(self) -> list[tuple[str, str]]:
        """Name and value of the buttons of the form, in the order of the page."""
        form = next(one for one in self.tree.iter(f"{HTML}form") if "/register" in (one.get("action") or ""))
        return [(one.get("name", ""), one.get("value", "")) for one in form.iter(f"{HTML}button")]

    def button(self, name: str) -> str:
        """The value of a button."""
        return dict(self.buttons())[name]

    def send(self, do: str = "save", **more: Any) -> TestResponse:
        """Press a button at the foot of the page."""
        return self.browser.post(self.path, data={**self.fields, "do": do, **more})

    def send_and_look(self, do: str = "save", **more: Any) -> "OpenPage":
        """Press a button, and look at the page that comes."""
        answer = self.send(do, **more)
        return OpenPage(self.browser, self.path, answer if answer.status_code == 422 else None)
