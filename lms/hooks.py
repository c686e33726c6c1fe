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
    #: Whether the entry is there at all (such as: only where the partnership charges); None: always.
    when: Callable[[], bool] | None = None


#: Given courses, answers why each exists: {course id: panel}. One call for a whole page, so one query for a whole page.
course_panels: list[Callable[[Sequence["Course"]], dict[int, CoursePanel]]] = []

#: Menu entries of other packages.
navigation: list[NavigationItem] = []

#: Sentences for a person's own pages ("Your follow-up is open"): given a person, a list of (sentence, url).
learning_panels: list[Callable[["Person"], list[tuple[str, str]]]] = []

#: Links for whoever changes a course: given a course, a list of (label, url).
course_links: list[Callable[["Course"], list[tuple[str, str]]]] = []


def panels_for(courses: Sequence["Course"]) -> dict[int, CoursePanel]:
    """Why each of these courses exists, where somebody knows: {course id: panel}."""
    found: dict[int, CoursePanel] = {}
    for ask in course_panels:
        found.update(ask(courses))
    return found


def links_for(course: "Course") -> list[tuple[str, str]]:
    """Where whoever changes a course can do more about it: (label, url)."""
    return [link for ask in course_links for link in ask(course)]
