"""Personal links, made at the moment of sending from a secret that is not in the database."""

from collections.abc import Callable

#: How a link of each kind is made: given what the letter's `link_to` names, the address. Filled by the packages that own them.
makers: dict[str, Callable[[str], str]] = {}


def make(kind: str, to: str) -> str:
    """The personal link of this kind to this thing. KeyError for a kind nobody makes."""
    return makers[kind](to)
