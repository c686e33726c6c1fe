"""The words of meeting reports: what a column holds, in the languages reports come in (content/meeting-reports.yaml)."""

import re
import unicodedata
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CONTENT = Path(__file__).parents[2] / "content" / "meeting-reports.yaml"


class Field(StrEnum):
    """What a column of a report holds."""

    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    UPN = "upn"
    JOIN = "join"
    LEAVE = "leave"
    DURATION = "duration"
    MINUTES = "minutes"
    ROLE = "role"
    GUEST = "guest"
    WAITING = "waiting"
    ACTION = "action"
    TIMESTAMP = "timestamp"
    UTC_TIMESTAMP = "utc_timestamp"
    ATTENDED = "attended"
    DAY = "day"


class Word(StrEnum):
    """What a cell says of somebody."""

    JOINED = "joined"
    LEFT = "left"
    YES = "yes"
    NO = "no"
    APOLOGY = "apology"


def folded(text: str) -> str:
    """Letters and figures only, without accents and capitals: how headings are compared.

    >>> folded("Name (Original Name)"), folded("Imię i nazwisko"), folded("Durée")
    ('name original name', 'imie i nazwisko', 'duree')
    """
    bare = unicodedata.normalize("NFKD", text.translate(str.maketrans("łŁøØ", "lLoO"))).casefold()
    return " ".join(
        re.findall(r"\w+", "".join(one for one in bare if not unicodedata.combining(one)).replace("_", " "))
    )


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(CONTENT.read_text(encoding="utf-8"))
    return document


@cache
def _fields() -> dict[str, Field]:
    return {folded(word): Field(name) for name, words in _document()["headings"].items() for word in words}


@cache
def _meeting() -> frozenset[str]:
    return frozenset(map(folded, _document()["meeting"]))


@cache
def _qualifiers() -> frozenset[str]:
    return frozenset(map(folded, _document()["qualifiers"]))


@cache
def _said() -> dict[str, Word]:
    return {folded(word): Word(name) for name, words in _document()["said"].items() for word in words}


@cache
def sections() -> dict[str, str]:
    """Titles that stand alone on a row, folded, and the role of the people below them."""
    return {folded(title): role for title, role in _document()["sections"].items()}


def without_qualifier(name: str) -> tuple[str, bool]:
    """A name without “(External)”, “(Guest)” or “(Unverified)” behind it, and whether there was one.

    >>> without_qualifier("Zeta Person (External)"), without_qualifier("JANSSENS JAN (EXT)")
    (('Zeta Person', True), ('JANSSENS JAN (EXT)', False))
    """
    found = re.fullmatch(r"(.*\S)\s*\(([^()]+)\)", name)
    if found and folded(found[2]) in _qualifiers():
        return without_qualifier(found[1])[0], True
    return name, False


def is_unnamed(name: str) -> bool:
    """Does this name stand for somebody who did not want to be named in the report: “Participant 3”?"""
    return bool(re.fullmatch(_document()["unnamed"], folded(name)))


def takes_notes(name: str) -> bool:
    """Is this software that takes notes, rather than a person?"""
    return any(one in name.casefold() for one in _document()["note_takers"])


def columns(cells: list[str]) -> dict[Field, int]:
    """Where each field stands, if this row names the columns of people; otherwise nothing."""
    words = [folded(cell) for cell in cells]
    if any(word in _meeting() for word in words):
        return {}
    found: dict[Field, int] = {}
    for place, word in enumerate(words):
        if word in _fields():
            found.setdefault(_fields()[word], place)
    who = {Field.NAME, Field.EMAIL} & set(found) or {Field.FIRST_NAME, Field.LAST_NAME} <= set(found)
    what = set(found) - {Field.NAME, Field.FIRST_NAME, Field.LAST_NAME}
    alone = set(found) == {Field.EMAIL} and len(cells) == 1
    return found if who and (what - {Field.EMAIL} or len(found) > 1 or alone) else {}


def action(text: str) -> Word | None:
    """Did they join or leave? None for a word that is not known.

    >>> action("Joined before"), action("Hat verlassen"), action("Saiu"), action("?")
    (<Word.JOINED: 'joined'>, <Word.LEFT: 'left'>, <Word.LEFT: 'left'>, None)
    """
    words = folded(text).split()
    for word in (Word.LEFT, Word.JOINED):
        if any(one.startswith(tuple(_document()[word.value])) for one in words):
            return word
    return None


def said(text: str) -> Word | None:
    """Yes, no or apologies, as a cell says whether somebody came; None for an empty one or another word."""
    return _said().get(folded(text))
