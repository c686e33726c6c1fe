"""The rooms around the action log, which the first page of the log leads to. Each feature adds its own in its init_app."""

from dataclasses import dataclass
from typing import Any

from lms.permissions import Permission, can


@dataclass(frozen=True)
class Section:
    """One room: its name, its first page, who may open it, and the sentence that stands beside it."""

    label: str
    endpoint: str
    permission: Permission
    position: int
    about: str


#: Filled by the features.
sections: list[Section] = []


def add(section: Section) -> None:
    """Add a room, once."""
    if section not in sections:
        sections.append(section)


def sections_for(person: Any) -> list[Section]:
    """The rooms this person may open, in order."""
    return sorted((one for one in sections if can(person, one.permission)), key=lambda one: one.position)
