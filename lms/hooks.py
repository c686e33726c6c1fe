"""Where evaluation plugs in. lms offers, evaluation connects in its init_app, and lms never looks back.

A short list on purpose: more than six is a reason to stop and think.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lms.accounts.models import Person
    from lms.catalogue.models import Course


@dataclass(frozen=True)
class CoursePanel:
    """Why a course exists, in one plain sentence, and where the whole thread can be read by those who may."""

    sentence: str
    thread_url: str | None
    recommendation: str


@dataclass(frozen=True)
class NavigationItem:
    """One entry of the service's menu. `permission` is the name of the permission its page needs; `about` is the sentence
    that stands beside it on the first page."""

    label: str
    endpoint: str
    permission: str
    position: int
    about: str = ""


#: Given courses, answers why each exists: {course id: panel}. One call for a whole page, so one query for a whole page.
course_panels: list[Callable[[Sequence["Course"]], dict[int, CoursePanel]]] = []

#: Menu entries of other packages.
navigation: list[NavigationItem] = []

#: Sentences for a person's own pages ("Your follow-up is open"): given a person, a list of (sentence, url).
learning_panels: list[Callable[["Person"], list[tuple[str, str]]]] = []


def panels_for(courses: Sequence["Course"]) -> dict[int, CoursePanel]:
    """Why each of these courses exists, where somebody knows: {course id: panel}."""
    found: dict[int, CoursePanel] = {}
    for ask in course_panels:
        found.update(ask(courses))
    return found
