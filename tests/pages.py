"""What every page must keep, checked on each page any test opens."""

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.db import db

HTML = "{http://www.w3.org/1999/xhtml}"


def _words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


#: What shows text as it is written or typed: the braces of a letter’s placeholders may stand there.
AS_WRITTEN = {f"{HTML}code", f"{HTML}textarea"}


def _read(element: Element) -> str:
    """The words of an element, without those braces."""
    if not isinstance(element.tag, str):
        return element.tail or ""
    words = (element.text or "") + "".join(_read(child) for child in element)
    return (words.replace("{{", "") if element.tag in AS_WRITTEN else words) + (element.tail or "")


#: What a program says where it has nothing to say; “None is serious alone” is English.
HOLES = re.compile(r"\bNone\b(?! [a-z])|\bUndefined\b|\bNaN\b|\{\{|\{%|Traceback")


def _is_primary(element: Element) -> bool:
    classes = element.get("class", "").split()
    return "govuk-button" in classes and not {"govuk-button--secondary", "govuk-button--warning"} & {*classes}


def _seen(tree: Element) -> Iterator[str]:
    """What is wrong with what people see."""
    if hole := HOLES.search(" ".join(_read(tree[1]).split())):
        yield f"the page shows “{hole[0]}”, which is no word for people"
    primary = [_words(one) for one in tree.iter() if _is_primary(one)]
    if len(primary) > 1:
        yield f"there is more than one primary button: {', '.join(primary)}"


def faults_of(response: TestResponse) -> Iterator[str]:
    """Says, a sentence each, what is wrong with a page."""
    parser = html5lib.HTMLParser()
    tree = parser.parse(response.text)
    lines = response.text.splitlines()
    for (line, _column), code, details in parser.errors:
        yield f"HTML is not valid: {code} {details} in line {line}: {lines[line - 1].strip()[:120] if line else ''}"

    headings = [_words(heading) for heading in tree.iter(f"{HTML}h1")]
    title = "".join(_words(element) for element in tree.iter(f"{HTML}title") if element in [*tree[0]])
    if len(headings) != 1:
        yield f"there must be one h1, there are {len(headings)}"
    elif not title.removeprefix("Error: ").startswith(headings[0]):
        yield f"the title “{title}” does not start with the heading “{headings[0]}”"

    yield from _seen(tree)
    elements: list[Element] = [element for element in tree.iter() if isinstance(element.tag, str)]
    ids = Counter(element.get("id") for element in elements if element.get("id"))
    yield from (f"the id “{name}” stands {count} times" for name, count in ids.items() if count > 1)
    for element in elements:
        tag = element.tag.removeprefix(HTML)
        named = [element.get(name, "") for name in ("for", "aria-describedby", "aria-labelledby", "aria-controls")]
        if tag == "a" and not element.get("href"):
            yield f"the link “{_words(element)}” leads nowhere"
        if tag == "a" and element.get("href", "").startswith("#"):
            named.append(element.get("href", "")[1:])
        yield from (
            f"<{tag}> points at “{name}”, which is not there" for name in " ".join(named).split() if name not in ids
        )
        if tag == "img" and element.get("alt") is None:
            yield f"the image {element.get('src')} has no alt"
        if tag == "form" and element.get("method", "").lower() == "post":
            tokens = [field.get("value") for field in element.iter(f"{HTML}input") if field.get("name") == "csrf_token"]
            if not any(tokens):
                yield f"the form to {element.get('action') or 'the same page'} has no CSRF token"
        # What the Content-Security-Policy would drop without a word:
        yield from (
            f"<{tag}> has the attribute {name}" for name in element.attrib if name == "style" or name[:2] == "on"
        )
        if tag == "style":
            yield "there is a <style> in the page"
        if tag == "script" and not element.get("src") and element.get("type", "text/javascript") == "text/javascript":
            digest = base64.b64encode(hashlib.sha256((element.text or "").encode()).digest()).decode()
            if f"'sha256-{digest}'" not in response.headers.get("Content-Security-Policy", ""):
                yield "there is an inline script the Content-Security-Policy does not know"


class StrictClient(FlaskClient):
    """A browser without scripts. It opens no page that is broken, and sees each request as the server would: with a session
    of the database and a `g` of its own, and with what the test has prepared saved before."""

    application: Flask

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        db.session.commit()
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        db.session.expire_all()
        has_page = response.mimetype == "text/html" and response.request.method not in {"HEAD", "OPTIONS"}
        if has_page and response.status_code not in range(300, 400):
            faults = list(faults_of(response))
            assert not faults, "\n".join([f"{response.request.path} ({response.status_code}):", *faults])
        return response
