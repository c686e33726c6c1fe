"""A report in somebody’s hand: uploaded, looked at, and what a browser without scripts would send of its page."""

import io
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.browsing import token

HTML = "{http://www.w3.org/1999/xhtml}"


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def upload(browser: FlaskClient, path: str, *files: bytes, name: str = "report.csv") -> TestResponse:
    """Choose files on the page and send them."""
    page = browser.get(path)
    given = [(io.BytesIO(data), name) for data in files]
    data = {"csrf_token": token(page), "file": given}
    return browser.post(path, data=data, content_type="multipart/form-data")


class Look:
    """The page of a report as it was opened; what is typed stays in it until it is sent."""

    def __init__(self, browser: FlaskClient, path: str, answer: TestResponse | None = None) -> None:
        self.browser, self.path = browser, path
        self.answer = answer or browser.get(path)
        self.tree = html5lib.parse(self.answer.text)
        self.fields: dict[str, str] = {}
        form = next((one for one in self.tree.iter(f"{HTML}form") if one.get("action") == path), None)
        if form is None:
            return
        for field in form.iter(f"{HTML}input"):
            if field.get("type") not in {"radio", "checkbox"} or "checked" in field.attrib:
                self.fields[field.get("name", "")] = field.get("value", "")
        for chooser in form.iter(f"{HTML}select"):
            options = list(chooser.iter(f"{HTML}option"))
            chosen = [option for option in options if "selected" in option.attrib] or options
            self.fields[chooser.get("name", "")] = chosen[0].get("value", "")

    @property
    def marks(self) -> dict[str, str]:
        """The buttons that are down, by the key of each person."""
        keys = [name.removeprefix("rows-") for name in self.fields if name.startswith("rows-")]
        return {key: self.fields.get(f"mark-{key}", "") for key in keys}

    @property
    def text(self) -> str:
        """What is written on the page."""
        return words(next(self.tree.iter(f"{HTML}main")))

    def row(self, key: str) -> str:
        """What is written in the row of somebody."""
        return next(words(one) for one in self.tree.iter() if one.get("id") == f"mark-{key}")

    def choices(self, name: str) -> list[str]:
        """What can be selected."""
        chooser = next(one for one in self.tree.iter(f"{HTML}select") if one.get("name") == name)
        return [words(option) for option in chooser.iter(f"{HTML}option")]

    def problems(self) -> list[str]:
        """The error summary, line by line."""
        return [
            words(line)
            for one in self.tree.iter(f"{HTML}ul")
            if "govuk-error-summary__list" in (one.get("class") or "")
            for line in one.iter(f"{HTML}li")
        ]

    def send(self, do: str = "apply", **more: Any) -> TestResponse:
        """Press a button at the foot of the page."""
        return self.browser.post(self.path, data={**self.fields, "do": do, **more})

    def again(self, do: str = "apply", **more: Any) -> "Look":
        """Press a button, and look at the same page as it comes back."""
        answer = self.send(do, **more)
        assert answer.status_code in {200, 422}, answer.location
        return Look(self.browser, self.path, answer)
