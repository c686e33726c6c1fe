"""Personal links, made at the moment of sending from a secret that is not in the database."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of link: the placeholder it fills, and how it is made from what a letter's `link_to` names."""

    placeholder: str
    make: Callable[[str], str]


#: What stood for a link of any kind in letters the first release wrote; they may still wait.
FIRST_MARK = "{{survey_link}}"
#: Filled by the packages that own them.
kinds: dict[str, Kind] = {}


def add(kind: str, placeholder: str, maker: Callable[[str], str]) -> None:
    """Links of this kind fill this placeholder, and are made like this."""
    kinds[kind] = Kind(placeholder, maker)


def unmade(kind: str) -> dict[str, str]:
    """What stands in a letter's text until it is sent: the placeholder itself. KeyError for a kind nobody makes."""
    name = kinds[kind].placeholder
    return {name: f"{{{{{name}}}}}"}


def make(kind: str, to: str) -> str:
    """The personal link of this kind to this thing. KeyError for a kind nobody makes."""
    return kinds[kind].make(to)


def put_into(text: str, kind: str, to: str) -> str:
    """The text with its personal link, made now. KeyError for a kind nobody makes."""
    link = make(kind, to)
    for mark in (*unmade(kind).values(), FIRST_MARK):
        text = text.replace(mark, link)
    return text
