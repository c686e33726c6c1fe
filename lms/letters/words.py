"""The letters' words as they come: content/letters.yaml, with {{placeholders}} filled from a closed list, once."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from lms.organisations.models import Partnership

CONTENT = Path(__file__).parents[2] / "content" / "letters.yaml"
PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
#: A line that is nothing but a placeholder, or a label before one: “To join online: {{joining_link}}”.
LABEL = re.compile(r"[^{}]*:\s*\{\{\w+\}\}\s*")


@dataclass(frozen=True)
class Placeholder:
    """One name of the closed list. Every letter knows the `always` ones; a `personal` one is a link made at sending."""

    name: str
    means: str
    example: str
    always: bool
    personal: bool


@dataclass(frozen=True)
class Template:
    """One letter before it is filled: `placeholders` are all it may use, `required` those its body keeps. `name`, `recipient` and
    `when` tell an officer about it; one without `when` is not sent yet."""

    key: str
    subject: str
    body: str
    calendar: str
    placeholders: dict[str, Placeholder]
    required: frozenset[str]
    theme: str
    recipient: str
    name: str
    when: str


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(CONTENT.read_text(encoding="utf-8"))
    return document


@cache
def placeholders() -> dict[str, Placeholder]:
    """The closed list, by name."""
    return {
        name: Placeholder(
            name=name,
            means=about["means"],
            example=about["example"],
            always=about.get("always", False),
            personal=about.get("personal", False),
        )
        for name, about in _document()["placeholders"].items()
    }


@cache
def themes() -> dict[str, str]:
    """What letters are about, in the order of the page: {key: heading}."""
    headings: dict[str, str] = _document()["themes"]
    return headings


def _of_letter(letter: dict[str, Any]) -> dict[str, Placeholder]:
    """The letter's own, and those every letter knows; in the order of the closed list."""
    return {name: about for name, about in placeholders().items() if about.always or name in letter["placeholders"]}


@cache
def templates() -> dict[str, Template]:
    """Every letter by its key, in its default wording."""
    document = _document()
    return {
        letter["key"]: Template(
            key=letter["key"],
            subject=letter["subject"],
            body=letter["body"],
            calendar=letter.get("calendar", ""),
            placeholders=_of_letter(letter),
            required=frozenset([*letter.get("required", ()), "sign_off"]),
            theme=letter["theme"],
            recipient=document["recipients"].get(letter["to"], ""),
            name=letter.get("name", ""),
            when=letter.get("when", ""),
        )
        for letter in document["letters"]
    }


def known_of(here: Partnership, first_name: str) -> dict[str, str]:
    """The values every letter of a partnership has, to somebody with this first name."""
    return {
        "first_name": first_name or "colleague",
        "partnership_name": here.name,
        "team_email": here.team_email,
        "team_phone": here.team_phone,
        "sign_off": f"{here.team_name}\n{here.team_email}, {here.team_phone}",
    }


def examples() -> dict[str, str]:
    """A made-up value for every placeholder, to show what a letter looks like."""
    return {name: placeholder.example for name, placeholder in placeholders().items()}


def fill(text: str, values: dict[str, str]) -> str:
    """Replace each {{name}} by its value, once. A line of which only empty values are left, or a label before them, is left out.

    KeyError names a placeholder without a value: a letter with a hole in it is not sent.

    >>> fill("Hello\\n\\n{{a}}\\n\\nBring: {{b}}\\nSee {{c}}", {"a": "", "b": "", "c": "{{a}}"})
    'Hello\\n\\nSee {{a}}\\n'
    """
    lines: list[str] = []
    for line in text.splitlines():
        names = PLACEHOLDER.findall(line)
        filled = PLACEHOLDER.sub(lambda found: values[found[1]], line).rstrip()
        if names and not any(values[name].strip() for name in names) and (not filled or LABEL.fullmatch(line)):
            continue
        if filled or (lines and lines[-1]):
            lines.append(filled)
    return "\n".join(lines).strip() + "\n"
