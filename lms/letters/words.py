"""The letters' words: content/letters.yaml, with {{placeholders}} filled from a closed list, once."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

CONTENT = Path(__file__).parents[2] / "content" / "letters.yaml"
PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True)
class Template:
    """One letter before it is filled: its subject, body, and whether it carries a calendar part."""

    key: str
    subject: str
    body: str
    calendar: str
    placeholders: frozenset[str]


@cache
def templates() -> dict[str, Template]:
    """Every letter by its key."""
    document = yaml.safe_load(CONTENT.read_text(encoding="utf-8"))
    return {
        letter["key"]: Template(
            key=letter["key"],
            subject=letter["subject"],
            body=letter["body"],
            calendar=letter.get("calendar", ""),
            placeholders=frozenset(letter["placeholders"]),
        )
        for letter in document["letters"]
    }


def fill(text: str, values: dict[str, str]) -> str:
    """Replace each {{name}} by its value, once; an empty value takes its line, and one blank line, with it.

    KeyError names a placeholder without a value: a letter with a hole in it is not sent.
    """
    lines: list[str] = []
    for line in text.splitlines():
        names = PLACEHOLDER.findall(line)
        filled = PLACEHOLDER.sub(lambda found: values[found[1]], line)
        if names and not filled.strip():
            if lines and not lines[-1].strip():
                lines.pop()
            continue
        lines.append(filled)
    return "\n".join(lines).strip() + "\n"
